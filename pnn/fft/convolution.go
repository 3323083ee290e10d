package fft

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Window is a rectangle in a larger plane: rows Y..Y+Height-1 of columns
// X..X+Width-1.
type Window struct{ Y, X, Height, Width int }

func (w Window) check(what string, height, width int) error {
	if w.Height <= 0 || w.Width <= 0 || w.Y < 0 || w.X < 0 || w.Y > height-w.Height || w.X > width-w.Width {
		return fmt.Errorf("fft: the %s window has %d x %d points from row %d, column %d on; it must have at least one and lie in the plane of %d x %d",
			what, w.Height, w.Width, w.Y, w.X, height, width)
	}
	return nil
}

// Convolution is a linear filter with room around the field:
//
//	out = crop F^-1 t F pad in
//
// pad sets the field into a plane of zeros, F is the transform of [Plane], t
// multiplies by a transfer function, crop cuts a window. Lines that are known to
// be zero are not transformed, results outside the window are not computed, and
// the plane itself is never in memory: only its columns in the two windows are.
//
// A plan holds scratch memory and serves one call at a time.
type Convolution[T lane.Float] struct {
	h, w       int
	in, out    Window
	rows, cols *transform[T]
	transfer   []T // t / (h w), moved windows: for each group of sixteen rows, w elements of sixteen lanes
	spaces     []*workspace[T]
	columns    []strips[T] // for each worker, the plane's columns in the windows

	// The call that runs.
	dst, src *Images[T]
	to, from Window
	adjoint  bool
	image    int
	// Work items, kept so that a call allocates nothing.
	whole, load, before, between, after, store func(item, worker int)
}

// NewConvolution returns a plan for fields of the size of in, set into a plane
// of height x width at in, and results cut at out. transfer has height*width
// numbers, row by row, with frequencies in the order of the transform: 0 first,
// negative ones in the second half.
func NewConvolution[T lane.Float](height, width int, in, out Window, transfer []complex128) (*Convolution[T], error) {
	if height <= 0 || width <= 0 {
		return nil, fmt.Errorf("fft: a convolution on a plane of %d x %d: both sides must be at least 1", height, width)
	}
	if err := in.check("input", height, width); err != nil {
		return nil, err
	}
	if err := out.check("output", height, width); err != nil {
		return nil, err
	}
	c := &Convolution[T]{
		h: height, w: width, in: in, out: out, rows: newTransform[T](width, true), cols: newTransform[T](height, true),
		transfer: aligned[T](groups(height) * width * elementSize),
	}
	if err := c.SetTransfer(transfer); err != nil {
		return nil, err
	}
	c.load = func(item, _ int) { c.columns[0].load(c.src, c.image, item, c.cols.order()) }
	c.before = func(item, worker int) { c.transformInput(item, c.columns[0], c.spaces[worker]) }
	c.between = func(item, worker int) { c.filterRows(item, c.columns[0], c.spaces[worker]) }
	c.after = func(item, worker int) { c.transformOutput(item, c.columns[0], c.spaces[worker]) }
	c.store = func(item, _ int) { c.columns[0].store(c.dst, c.image, item) }
	c.whole = func(item, worker int) {
		columns, w := c.columns[worker], c.spaces[worker]
		for g := range groups(c.from.Height) {
			columns.load(c.src, item, g, c.cols.order())
		}
		for g := range groups(c.from.Width) {
			c.transformInput(g, columns, w)
		}
		for g := range groups(c.h) {
			c.filterRows(g, columns, w)
		}
		for g := range groups(c.to.Width) {
			c.transformOutput(g, columns, w)
		}
		for g := range groups(c.to.Height) {
			columns.store(c.dst, item, g)
		}
	}
	return c, nil
}

// SetTransfer changes the transfer function.
//
// The plan sets fields into the corner of the plane and cuts results from the
// corner; the factor exp(2 pi i k d/n) for a window that moves by d on the way
// belongs to the transfer function.
func (c *Convolution[T]) SetTransfer(transfer []complex128) error {
	if len(transfer) != c.h*c.w {
		return fmt.Errorf("fft: a transfer function of %d numbers, expected %d for a plane of %d x %d", len(transfer), c.h*c.w, c.h, c.w)
	}
	dy, dx := c.out.Y-c.in.Y, c.out.X-c.in.X
	scale := 1 / (float64(c.h) * float64(c.w))
	for k := range c.h {
		yr, yi := root(k*dy, c.h)
		for l := range c.w {
			xr, xi := root(l*dx, c.w)
			move := cx[float64]{yr, yi}.times(cx[float64]{xr, xi})
			t := transfer[k*c.w+l]
			v := move.times(cx[float64]{real(t), imag(t)}).scaled(scale)
			at := (k/width*c.w+l)*elementSize + k%width
			c.transfer[at], c.transfer[at+width] = T(v.re), T(v.im)
		}
	}
	return nil
}

// Apply filters every image of in, of the size of the input window, into the
// same image of out, of the size of the output window. They may be the same
// images if the windows have the same size.
func (c *Convolution[T]) Apply(pool *lane.Pool, out, in *Images[T]) error {
	return c.run(pool, out, in, false, "input of a convolution", "output of a convolution")
}

// Adjoint pulls gradients of the results back to the fields: the same filter
// with the conjugate transfer function, from the output window to the input
// window. For all x and y, <Apply x, y> = <x, Adjoint y>.
func (c *Convolution[T]) Adjoint(pool *lane.Pool, dIn, dOut *Images[T]) error {
	return c.run(pool, dIn, dOut, true, "output gradient of an adjoint convolution", "input gradient of an adjoint convolution")
}

func (c *Convolution[T]) run(pool *lane.Pool, dst, src *Images[T], adjoint bool, source, result string) error {
	c.from, c.to = c.in, c.out
	if adjoint {
		c.from, c.to = c.out, c.in
	}
	if err := src.check(source, c.from.Height, c.from.Width); err != nil {
		return err
	}
	if err := dst.check(result, c.to.Height, c.to.Width); err != nil {
		return err
	}
	if src.Count != dst.Count {
		return fmt.Errorf("fft: %d images as %s, %d as %s: the counts must be equal", src.Count, source, dst.Count, result)
	}
	c.dst, c.src, c.adjoint = dst, src, adjoint
	defer func() { c.dst, c.src = nil, nil }()
	for len(c.spaces) < pool.Workers() {
		c.spaces = append(c.spaces, newWorkspace(0, c.rows, c.cols))
	}
	shared := src.Count < pool.Workers()
	for len(c.columns) == 0 || !shared && len(c.columns) < pool.Workers() {
		c.columns = append(c.columns, newStrips[T](c.h, max(c.in.Width, c.out.Width)))
	}
	if !shared {
		pool.For(src.Count, c.whole)
		return nil
	}
	// Fewer images than workers: they share each image.
	for c.image = range src.Count {
		pool.For(groups(c.from.Height), c.load)
		pool.For(groups(c.from.Width), c.before)
		pool.For(groups(c.h), c.between)
		pool.For(groups(c.to.Width), c.after)
		pool.For(groups(c.to.Height), c.store)
	}
	return nil
}

// transformInput transforms a strip of a field, with zeros below it.
func (c *Convolution[T]) transformInput(group int, columns strips[T], w *workspace[T]) {
	strip, live := columns.strip(group), c.from.Height
	if c.h <= maxRadix { // zeros are added to short columns rather than left out: this makes -0 +0
		for _, e := range c.cols.order()[live:] {
			strip.zero(int(e))
		}
		live = c.h
	}
	c.cols.inside(strip, live, c.h, w)
}

// filterRows transforms sixteen rows, multiplies them by the transfer function
// and transforms them back.
func (c *Convolution[T]) filterRows(group int, columns strips[T], w *workspace[T]) {
	n := c.from.Width
	line, back := scratch(w.line, c.w), scratch(w.work, c.w)
	linesIn(line, columns.sixteen(group, n), c.rows.order()[:n], 1)
	c.rows.inside(line, n, c.w, w)
	multiply(w.line, c.transfer[group*c.w*elementSize:], c.w, c.adjoint)
	c.rows.across(back.swapped(), line.swapped(), c.w, c.to.Width, w)
	linesOut(columns.sixteen(group, c.to.Width), back, c.to.Width)
}

// transformOutput transforms a strip back and keeps the rows of the window.
func (c *Convolution[T]) transformOutput(group int, columns strips[T], w *workspace[T]) {
	strip := columns.strip(group).swapped()
	c.cols.across(strip, strip, c.h, c.to.Height, w)
}
