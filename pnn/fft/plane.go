package fft

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Plane transforms images in two dimensions:
//
//	X[k,l] = sum_yx x[y,x] exp(-2 pi i (k y/H + l x/W))
//
// Rows first: they lie in memory one after the other, so an image is read as a
// stream, and its columns then find it in the cache. A plan holds scratch memory
// and serves one call at a time.
type Plane[T lane.Float] struct {
	h, w       int
	rows, cols *transform[T]
	spaces     []*workspace[T]

	// The call that runs.
	x       *Images[T]
	inverse bool
	image   int
	// Work items, kept so that a call allocates nothing.
	whole, rowGroup, columnGroup func(item, worker int)
}

// NewPlane returns a plan for images of height x width.
func NewPlane[T lane.Float](height, width int) (*Plane[T], error) {
	if height <= 0 || width <= 0 {
		return nil, fmt.Errorf("fft: a plane of %d x %d: both sides must be at least 1", height, width)
	}
	p := &Plane[T]{h: height, w: width, rows: newTransform[T](width, false), cols: newTransform[T](height, false)}
	p.whole = func(item, worker int) {
		for g := range groups(p.h) {
			p.transformRows(item, g, p.spaces[worker])
		}
		for g := range groups(p.w) {
			p.transformColumns(item, g, p.spaces[worker])
		}
	}
	p.rowGroup = func(item, worker int) { p.transformRows(p.image, item, p.spaces[worker]) }
	p.columnGroup = func(item, worker int) { p.transformColumns(p.image, item, p.spaces[worker]) }
	return p, nil
}

// Forward replaces every image by its transform, unscaled.
func (p *Plane[T]) Forward(pool *lane.Pool, x *Images[T]) error {
	return p.run(pool, x, false, "forward transform of planes")
}

// Inverse is the inverse of [Plane.Forward]: the sum has exp(+2 pi i ...) and is
// divided by H W.
func (p *Plane[T]) Inverse(pool *lane.Pool, x *Images[T]) error {
	return p.run(pool, x, true, "inverse transform of planes")
}

func (p *Plane[T]) run(pool *lane.Pool, x *Images[T], inverse bool, what string) error {
	if err := x.check(what, p.h, p.w); err != nil {
		return err
	}
	for len(p.spaces) < pool.Workers() {
		p.spaces = append(p.spaces, newWorkspace(p.w, p.rows, p.cols))
	}
	p.x, p.inverse = x, inverse
	defer func() { p.x = nil }()
	if x.Count >= pool.Workers() {
		pool.For(x.Count, p.whole)
		return nil
	}
	// Fewer images than workers: they share each image.
	for p.image = range x.Count {
		pool.For(groups(p.h), p.rowGroup)
		pool.For(groups(p.w), p.columnGroup)
	}
	return nil
}

// groups is the number of groups of sixteen lines.
func groups(lines int) int { return (lines + width - 1) / width }

func (p *Plane[T]) transformRows(image, group int, w *workspace[T]) {
	scale := T(1)
	if p.inverse {
		scale = T(1 / (float64(p.h) * float64(p.w)))
	}
	y := group * width
	alongLines(p.rows, p.x, image*p.h+y, min(width, p.h-y), p.inverse, scale, w)
}

func (p *Plane[T]) transformColumns(image, group int, w *workspace[T]) {
	x := group * width
	v := p.x.columns(image, x, p.h)
	if p.inverse {
		v = v.swapped()
	}
	if lanes := p.w - x; lanes < width {
		edge := scratch(w.edge, p.h)
		move(edge, v, p.h, lanes)
		p.cols.across(edge, edge, p.h, p.h, w)
		move(v, edge, p.h, lanes)
		return
	}
	p.cols.across(v, v, p.h, p.h, w)
}
