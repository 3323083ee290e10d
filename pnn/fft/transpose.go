package fft

import "lightfast/pnn/lane"

// transposeInGo is the meaning of the kernel behind [linesIn]: sixteen rows of
// an image plane, srcRow numbers apart, become lanes. Column x goes to element
// order[x] of dst, times scale. dst starts at the real or imaginary part of
// element 0 of a scratch view.
func transposeInGo[T lane.Float](dst, src []T, srcRow int, order []int32, scale T) {
	for x, e := range order {
		for l := range width {
			dst[int(e)*elementSize+l] = T(src[l*srcRow+x] * scale)
		}
	}
}

// transposeOutGo is the meaning of the kernel behind [linesOut]: element x of
// src becomes column x of sixteen rows, dstRow numbers apart.
func transposeOutGo[T lane.Float](dst, src []T, dstRow, columns int) {
	for x := range columns {
		for l := range width {
			dst[l*dstRow+x] = src[x*elementSize+l]
		}
	}
}

// linesIn brings len(order) columns of sixteen rows, starting at data[re] and
// data[im] and row apart, to elements of dst: column x to element order[x].
func linesIn[T lane.Float](dst view[T], data []T, re, im, row int, order []int32, scale T) {
	dst.check(len(order))
	n := len(order)
	for i, at := range [2]int{re, im} {
		to := dst.data[[2]int{dst.re, dst.im}[i]:]
		plane := data[at:][:15*row+n]
		tiles := n / width
		if tiles == 0 {
			transposeInGo(to, plane, row, order, scale)
			continue
		}
		transposeIn(to, plane, row, order, tiles, scale)
		if n%width > 0 { // the last tile overlaps the one before it, with the same numbers
			transposeIn(to, plane[n-width:], row, order[n-width:], 1, scale)
		}
	}
}

// linesOut brings the first n elements of src back to columns of sixteen rows.
func linesOut[T lane.Float](data []T, re, im, row int, src view[T], n int) {
	src.check(n)
	for i, at := range [2]int{re, im} {
		from := src.data[[2]int{src.re, src.im}[i]:]
		plane := data[at:][:15*row+n]
		tiles := n / width
		if tiles == 0 {
			transposeOutGo(plane, from, row, n)
			continue
		}
		transposeOut(plane, from, row, tiles)
		if n%width > 0 {
			transposeOut(plane[n-width:], from[(n-width)*elementSize:], row, 1)
		}
	}
}
