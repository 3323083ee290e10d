package nn

import "lightfast/pnn/lane"

// ReLU rectifies, y = max(0, x). Behind a layer that multiplies or normalises it
// works in that layer's memory.
type ReLU[T lane.Float] struct {
	shares  bool
	gx, gy  *lane.Batch[T] // of the pass under way
	y, x    *lane.Batch[T]
	rectify func(item, worker int)
	mask    func(item, worker int)
}

// Bind implements [Layer].
func (r *ReLU[T]) Bind(in Shape) (Shape, error) {
	r.shares = false
	r.rectify = func(blk, _ int) { lane.ReLU(r.y.Block(blk, blk+1), r.x.Block(blk, blk+1)) }
	r.mask = func(blk, _ int) {
		g := r.gx.Block(blk, blk+1)
		if !r.shares {
			copy(g, r.gy.Block(blk, blk+1))
		}
		lane.Mask(g, r.y.Block(blk, blk+1))
	}
	return in, nil
}

func (r *ReLU[T]) takePlace() { r.shares = true }

// Forward implements [Layer].
func (r *ReLU[T]) Forward(p *Pass, y, x *lane.Batch[T]) {
	r.y, r.x = y, x
	p.Pool.For(x.Blocks(), r.rectify)
}

// Backward implements [Layer].
func (r *ReLU[T]) Backward(p *Pass, gx, gy, y, _ *lane.Batch[T]) {
	if gx == nil {
		return
	}
	r.gx, r.gy, r.y = gx, gy, y
	p.Pool.For(y.Blocks(), r.mask)
}
