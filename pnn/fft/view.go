package fft

import "lightfast/pnn/lane"

// width is the number of lines that are transformed together.
const width = lane.Width

// view is a run of complex elements of sixteen lanes somewhere in memory:
// lane l of element e is data[re+e*row+l] + i data[im+e*row+l].
//
// An image seen as a view has its rows as elements and sixteen neighbouring
// columns as lanes.
type view[T lane.Float] struct {
	data   []T
	re, im int
	row    int
	n      int // elements that the view may touch
}

// swapped exchanges real and imaginary parts. A forward transform between
// swapped views is an inverse one (times its length).
func (v view[T]) swapped() view[T] {
	v.re, v.im = v.im, v.re
	return v
}

// check panics where the first n elements do not lie in data: kernels do not
// look.
func (v view[T]) check(n int) {
	if n > v.n {
		panic("fft: a transform is longer than its view")
	}
	if n > 0 {
		_, _ = v.data[v.re:][:(n-1)*v.row+width], v.data[v.im:][:(n-1)*v.row+width]
	}
}

// elementSize is the distance of elements in scratch memory: sixteen real parts,
// then sixteen imaginary parts.
const elementSize = 2 * width

// scratch is a view of n contiguous elements.
func scratch[T lane.Float](data []T, n int) view[T] {
	return view[T]{data: data, im: width, row: elementSize, n: n}
}

// move copies the first n elements of src to dst, the first lanes lanes of each.
func move[T lane.Float](dst, src view[T], n, lanes int) {
	for e := range n {
		d, s := e*dst.row, e*src.row
		copy(dst.data[dst.re+d:][:lanes], src.data[src.re+s:][:lanes])
		copy(dst.data[dst.im+d:][:lanes], src.data[src.im+s:][:lanes])
	}
}

// zero makes element e zero.
func (v view[T]) zero(e int) {
	clear(v.data[v.re+e*v.row:][:width])
	clear(v.data[v.im+e*v.row:][:width])
}
