package fft

import "lightfast/pnn/lane"

// strips are a worker's copy of the columns of an image, with room for the rest
// of the plane above and below it, cut into strips of sixteen. A strip is scratch
// memory with an element for each row: its columns are transformed in one piece
// of memory, and the image is only read and written along its rows. (Columns of
// an image itself are scattered over nearly as many pages of memory as there are
// rows, and a processor cannot guess which line of the cache comes next.)
//
// If the width is no multiple of sixteen, the last strip repeats columns of the
// one before it: no strip is ever cut.
type strips[T lane.Float] struct {
	data   []T
	height int
	stride int // numbers between strips, whose rows are filled up to groups of sixteen
}

// newStrips returns room for columns of a plane of this height.
func newStrips[T lane.Float](height, columns int) strips[T] {
	stride := groups(height) * width * elementSize
	return strips[T]{aligned[T](groups(columns) * stride), height, stride}
}

// strip is the view of sixteen columns.
func (s strips[T]) strip(group int) view[T] {
	return scratch(s.data[group*s.stride:][:s.stride], s.height)
}

// sixteen is a group of rows of n numbers.
func (s strips[T]) sixteen(group, n int) rows[T] {
	at := group * width * elementSize
	return rows[T]{data: s.data, re: at, im: at + width, row: elementSize, tile: s.stride, last: n / width * s.stride}
}

// load copies a group of sixteen rows of image i, or as many as there are: row y
// of the image to element order[y].
func (s strips[T]) load(from *Images[T], i, group int, order []int32) {
	first := group * width
	order = order[first:min(first+width, from.Height)]
	re, im := from.line(i*from.Height + first)
	n, tiles := from.Width, from.Width/width
	for part, at := range [2]int{re, im} {
		dst, src := s.data[part*width:], from.Data[at:]
		if tiles == 0 {
			stripsInGo(dst, src, n, s.stride, order, 1, n)
			continue
		}
		stripsIn(dst, src, n, s.stride, order, tiles)
		if n%width > 0 {
			stripsIn(dst[tiles*s.stride:], src[n-width:], n, s.stride, order, 1)
		}
	}
}

// store copies a group of rows, which are in natural order, to image i.
func (s strips[T]) store(to *Images[T], i, group int) {
	first := group * width
	count := min(width, to.Height-first)
	re, im := to.line(i*to.Height + first)
	n, tiles := to.Width, to.Width/width
	for part, at := range [2]int{re, im} {
		dst, src := to.Data[at:], s.data[first*elementSize+part*width:]
		if tiles == 0 {
			stripsOutGo(dst, src, n, s.stride, count, 1, n)
			continue
		}
		stripsOut(dst, src, n, s.stride, count, tiles)
		if n%width > 0 {
			stripsOut(dst[n-width:], src[tiles*s.stride:], n, s.stride, count, 1)
		}
	}
}

// stripsInGo is the meaning of the kernel behind [strips.load], for sixteen
// lanes: tile t of row y goes to element order[y] of strip t. src starts at real
// or imaginary parts of the rows, dst at those of element 0.
func stripsInGo[T lane.Float](dst, src []T, srcRow, dstTile int, order []int32, tiles, lanes int) {
	for y, e := range order {
		for t := range tiles {
			copy(dst[int(e)*elementSize+t*dstTile:][:lanes], src[y*srcRow+t*width:])
		}
	}
}

// stripsOutGo is the meaning of the kernel behind [strips.store]: element y of
// strip t becomes tile t of row y.
func stripsOutGo[T lane.Float](dst, src []T, dstRow, srcTile, count, tiles, lanes int) {
	for y := range count {
		for t := range tiles {
			copy(dst[y*dstRow+t*width:][:lanes], src[y*elementSize+t*srcTile:])
		}
	}
}
