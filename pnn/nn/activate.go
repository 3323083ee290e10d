package nn

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Activation is a function applied number by number, together with its slope.
type Activation[T lane.Float] interface {
	// Apply computes y = f(x) and what gradients are multiplied by on their way
	// back: f'(x), or what stands in for it. The three are equally long and do not
	// overlap.
	Apply(y, slope, x []T)
}

// Noise disturbs gradients behind an activation.
type Noise[T lane.Float] interface {
	// Disturb changes the gradients of one block in place. Its samples are numbers
	// first, first+1, ... of a batch of samples; lanes beyond the last are zero and
	// must stay so. Images are laid out as [Image] tells.
	Disturb(p *Pass, g []T, shape Shape, first, samples int)
}

// Activate is the layer of an [Activation]: y = f(x), dL/dx = slope dL/dy + noise.
type Activate[T lane.Float] struct {
	Function Activation[T]
	Noise    Noise[T] // nil: none

	shape        Shape
	slope        *lane.Batch[T]
	pass         *Pass
	gx, gy, y, x *lane.Batch[T] // of the pass under way
	forth, back  func(item, worker int)
	disturbing   func(blk, worker int)
}

// chunk is how many numbers an activation works on at a time: those of its three
// slices stay in the nearest cache.
const chunk = 64 * lane.Width

// Bind implements [Layer].
func (a *Activate[T]) Bind(in Shape) (Shape, error) {
	if a.Function == nil {
		return in, fmt.Errorf("Activate without a Function")
	}
	a.shape, a.slope = in, lane.NewBatch[T](0, in.Rows())
	a.forth, a.back, a.disturbing = a.apply, a.pull, a.disturbed
	return in, nil
}

// Forward implements [Layer].
func (a *Activate[T]) Forward(p *Pass, y, x *lane.Batch[T]) {
	a.slope.Resize(x.Samples)
	a.y, a.x = y, x
	p.Pool.For(a.parts()*x.Blocks(), a.forth)
}

// parts is the number of parts of a block, each a chunk. Parts of all blocks that hold
// the same rows come one after the other: a worker begins with rows that it has
// multiplied a matrix with.
func (a *Activate[T]) parts() int { return (a.shape.Rows()*lane.Width + chunk - 1) / chunk }

func (a *Activate[T]) span(item, blocks int) (blk, lo, hi int) {
	lo = item / blocks * chunk
	return item % blocks, lo, min(lo+chunk, a.shape.Rows()*lane.Width)
}

func (a *Activate[T]) apply(item, _ int) {
	blk, lo, hi := a.span(item, a.x.Blocks())
	a.Function.Apply(a.y.Block(blk, blk+1)[lo:hi], a.slope.Block(blk, blk+1)[lo:hi], a.x.Block(blk, blk+1)[lo:hi])
}

// Backward implements [Layer].
func (a *Activate[T]) Backward(p *Pass, gx, gy, _, _ *lane.Batch[T]) {
	if gx == nil {
		return
	}
	a.gx, a.gy, a.pass = gx, gy, p
	p.Pool.For(a.parts()*gy.Blocks(), a.back)
	if a.Noise != nil {
		p.Pool.For(gy.Blocks(), a.disturbing)
	}
}

func (a *Activate[T]) pull(item, _ int) {
	blk, lo, hi := a.span(item, a.gy.Blocks())
	lane.Times(a.gx.Block(blk, blk+1)[lo:hi], a.gy.Block(blk, blk+1)[lo:hi], a.slope.Block(blk, blk+1)[lo:hi])
}

func (a *Activate[T]) disturbed(blk, _ int) {
	a.Noise.Disturb(a.pass, a.gx.Block(blk, blk+1), a.shape, blk*lane.Width, a.gy.Samples)
}
