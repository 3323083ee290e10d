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
	a.forth, a.back = a.apply, a.pull
	return in, nil
}

// Forward implements [Layer].
func (a *Activate[T]) Forward(p *Pass, y, x *lane.Batch[T]) {
	a.slope.Resize(x.Samples)
	a.y, a.x = y, x
	p.Pool.For(x.Blocks(), a.forth)
}

func (a *Activate[T]) apply(blk, _ int) {
	y, slope, x := a.y.Block(blk, blk+1), a.slope.Block(blk, blk+1), a.x.Block(blk, blk+1)
	for lo := 0; lo < len(x); lo += chunk {
		hi := min(lo+chunk, len(x))
		a.Function.Apply(y[lo:hi], slope[lo:hi], x[lo:hi])
	}
}

// Backward implements [Layer].
func (a *Activate[T]) Backward(p *Pass, gx, gy, _, _ *lane.Batch[T]) {
	if gx == nil {
		return
	}
	a.gx, a.gy, a.pass = gx, gy, p
	p.Pool.For(gy.Blocks(), a.back)
}

func (a *Activate[T]) pull(blk, _ int) {
	g := a.gx.Block(blk, blk+1)
	lane.Times(g, a.gy.Block(blk, blk+1), a.slope.Block(blk, blk+1))
	if a.Noise != nil {
		a.Noise.Disturb(a.pass, g, a.shape, blk*lane.Width, a.gy.Samples)
	}
}
