package fft

import "lightfast/pnn/lane"

// rows are sixteen neighbouring rows of complex numbers in memory, in tiles of
// sixteen columns: column x of row l is data[re+l*row+x/16*tile+x%16] +
// i data[im+l*row+x/16*tile+x%16]. If the columns do not fill the last tile, it holds the last
// sixteen of them and begins at last: no tile is ever cut.
type rows[T lane.Float] struct {
	data            []T
	re, im          int
	row, tile, last int
}

// transposeInGo is the meaning of the kernel behind [linesIn]: sixteen rows of
// real or imaginary parts become lanes. Column x goes to element order[x] of dst,
// times scale. dst starts at the real or imaginary part of element 0.
func transposeInGo[T lane.Float](dst, src []T, srcRow, srcTile int, order []int32, scale T) {
	for x, e := range order {
		for l := range width {
			dst[int(e)*elementSize+l] = T(src[l*srcRow+x/width*srcTile+x%width] * scale)
		}
	}
}

// transposeOutGo is the meaning of the kernel behind [linesOut]: element x of
// src becomes column x of sixteen rows.
func transposeOutGo[T lane.Float](dst, src []T, dstRow, dstTile, columns int) {
	for x := range columns {
		for l := range width {
			dst[l*dstRow+x/width*dstTile+x%width] = src[x*elementSize+l]
		}
	}
}

// linesIn brings len(order) columns of sixteen rows to elements of dst: column x
// to element order[x], times scale.
func linesIn[T lane.Float](dst view[T], src rows[T], order []int32, scale T) {
	n := len(order)
	dst.check(n)
	for i, at := range [2]int{src.re, src.im} {
		to := dst.data[[2]int{dst.re, dst.im}[i]:]
		from := src.data[at:]
		tiles := n / width
		if tiles == 0 {
			transposeInGo(to, from, src.row, src.tile, order, scale)
			continue
		}
		transposeIn(to, from, src.row, src.tile, order[:tiles*width], scale)
		if n%width > 0 {
			transposeIn(to, from[src.last:], src.row, src.tile, order[n-width:], scale)
		}
	}
}

// linesOut brings the first n elements of src to columns of sixteen rows.
func linesOut[T lane.Float](dst rows[T], src view[T], n int) {
	src.check(n)
	for i, at := range [2]int{dst.re, dst.im} {
		from := src.data[[2]int{src.re, src.im}[i]:]
		to := dst.data[at:]
		tiles := n / width
		if tiles == 0 {
			transposeOutGo(to, from, dst.row, dst.tile, n)
			continue
		}
		transposeOut(to, from, dst.row, dst.tile, tiles)
		if n%width > 0 {
			transposeOut(to[dst.last:], from[(n-width)*elementSize:], dst.row, dst.tile, 1)
		}
	}
}
