package fft

import "lightfast/pnn/lane"

// line returns where real and imaginary parts of line i begin: the rows of all
// images are counted through.
func (x *Images[T]) line(i int) (re, im int) {
	image, row := i/x.Height, i%x.Height
	re = (image*2*x.Height + row) * x.Width
	return re, re + x.Height*x.Width
}

// alongLines transforms count <= 16 lines of x from line first on, in place,
// times scale.
func alongLines[T lane.Float](t *transform[T], x *Images[T], first, count int, inverse bool, scale T, w *workspace[T]) {
	n := x.Width
	if count == width && first%x.Height <= x.Height-width {
		re, im := x.line(first)
		alongSixteen(t, x.Data, re, im, inverse, scale, w)
		return
	}
	// Fewer lines, or lines of several images: they meet in scratch memory.
	const tileIm = width
	for i := range count {
		re, im := x.line(first + i)
		copy(w.tile[i*n:][:n], x.Data[re:])
		copy(w.tile[(tileIm+i)*n:][:n], x.Data[im:])
	}
	alongSixteen(t, w.tile, 0, tileIm*n, inverse, scale, w)
	for i := range count {
		re, im := x.line(first + i)
		copy(x.Data[re:][:n], w.tile[i*n:])
		copy(x.Data[im:][:n], w.tile[(tileIm+i)*n:])
	}
}

// alongSixteen transforms sixteen neighbouring rows with real parts from
// data[re] and imaginary parts from data[im] on.
func alongSixteen[T lane.Float](t *transform[T], data []T, re, im int, inverse bool, scale T, w *workspace[T]) {
	line := scratch(w.line, t.n)
	lanes := line
	if inverse {
		lanes = line.swapped()
	}
	at := rows[T]{data: data, re: re, im: im, row: t.n, tile: width, last: t.n - width}
	linesIn(lanes, at, t.order(), scale)
	t.inside(line, t.n, t.n, w)
	linesOut(at, lanes, t.n)
}
