package fft

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Line transforms the rows of images:
//
//	X[k] = sum_j x[j] exp(-2 pi i j k/n)
//
// A plan holds scratch memory and serves one call at a time.
type Line[T lane.Float] struct {
	t      *transform[T]
	spaces []*workspace[T]

	// The call that runs.
	x       *Images[T]
	inverse bool
	item    func(item, worker int) // kept so that a call allocates nothing
}

// lineItem is the number of groups of sixteen lines that one work item covers.
const lineItem = 4

// NewLine returns a plan for lines of n numbers.
func NewLine[T lane.Float](n int) (*Line[T], error) {
	if n <= 0 {
		return nil, fmt.Errorf("fft: lines of %d numbers: the length must be at least 1", n)
	}
	p := &Line[T]{t: newTransform[T](n, false)}
	p.item = func(item, worker int) {
		scale, lines := T(1), p.x.Count*p.x.Height
		if p.inverse {
			scale = T(1 / float64(n))
		}
		for first := item * lineItem * width; first < min(lines, (item+1)*lineItem*width); first += width {
			alongLines(p.t, p.x, first, min(width, lines-first), p.inverse, scale, p.spaces[worker])
		}
	}
	return p, nil
}

// Forward replaces every row of every image by its transform, unscaled. Images
// may have any height.
func (p *Line[T]) Forward(pool *lane.Pool, x *Images[T]) error {
	return p.run(pool, x, false, "forward transform of lines")
}

// Inverse is the inverse of [Line.Forward]: the sum has exp(+2 pi i ...) and is
// divided by n.
func (p *Line[T]) Inverse(pool *lane.Pool, x *Images[T]) error {
	return p.run(pool, x, true, "inverse transform of lines")
}

func (p *Line[T]) run(pool *lane.Pool, x *Images[T], inverse bool, what string) error {
	height := 1
	if x != nil {
		height = max(height, x.Height)
	}
	if err := x.check(what, height, p.t.n); err != nil {
		return err
	}
	for len(p.spaces) < pool.Workers() {
		p.spaces = append(p.spaces, newWorkspace(p.t.n, p.t))
	}
	p.x, p.inverse = x, inverse
	defer func() { p.x = nil }()
	pool.For((groups(x.Count*x.Height)+lineItem-1)/lineItem, p.item)
	return nil
}
