package nn

import (
	"fmt"

	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

// Net runs layers one after another. Work is shared out inside each layer, in
// items that do not depend on the number of workers, so that small batches keep
// all of them busy. A Net holds the activations of its last pass and serves one
// goroutine.
type Net[T lane.Float] struct {
	In, Out Shape

	layers []Layer[T]
	shared []bool               // by layer: it works on its input's memory
	first  int                  // first layer with parameters, len(layers) if there is none
	clears [][]*optim.Parameter // by layer: what a fresh pass clears
	act    []*lane.Batch[T]
	grad   []*lane.Batch[T] // of act; nil for the input and the output
}

// New binds layers to each other, beginning with samples of shape in. It fails if
// a layer cannot take what the one before gives. Parameters are zero until
// [Net.Initialise].
func New[T lane.Float](in Shape, layers ...Layer[T]) (*Net[T], error) {
	if !in.valid() || len(layers) == 0 {
		return nil, fmt.Errorf("nn: %d layers on an input of shape %v, expected at least one layer and Vector(n) or Image(channels, h, w) of positive numbers", len(layers), in)
	}
	n := &Net[T]{In: in, layers: layers, first: len(layers), act: []*lane.Batch[T]{nil}, grad: []*lane.Batch[T]{nil}}
	names := map[string]bool{}
	shape := in
	free := false
	for i, l := range layers {
		if l == nil {
			return nil, fmt.Errorf("nn: layer %d is nil", i)
		}
		out, err := l.Bind(shape)
		if err != nil {
			return nil, fmt.Errorf("nn: layer %d on an input of shape %v: %w", i, shape, err)
		}
		shape = out
		n.clears = append(n.clears, nil)
		if t, ok := l.(Trainable); ok {
			n.first = min(n.first, i)
			if _, ok := l.(beginner); !ok {
				n.clears[i] = t.Parameters()
			}
			for _, p := range t.Parameters() {
				if names[p.Name] {
					return nil, fmt.Errorf("nn: layer %d: there is already a parameter %s; give each layer a name of its own", i, p.Name)
				}
				names[p.Name] = true
			}
		}
		p, shares := l.(inPlace)
		shares = shares && free
		n.shared = append(n.shared, shares)
		if shares {
			p.takePlace()
			n.act, n.grad = append(n.act, n.act[i]), append(n.grad, n.grad[i])
		} else {
			n.act = append(n.act, lane.NewBatch[T](0, shape.Rows()))
			n.grad = append(n.grad, lane.NewBatch[T](0, shape.Rows()))
		}
		if b, ok := l.(overwriter); ok && free {
			b.overwrite()
		}
		_, free = l.(outputFree)
	}
	n.Out = shape
	return n, nil
}

// Parameters returns the parameters of all layers in their order.
func (n *Net[T]) Parameters() (ps []*optim.Parameter) {
	for _, l := range n.layers {
		if t, ok := l.(Trainable); ok {
			ps = append(ps, t.Parameters()...)
		}
	}
	return ps
}

// Buffers returns the buffers of all layers: what a checkpoint needs beside the
// parameters.
func (n *Net[T]) Buffers() (ps []*optim.Parameter) {
	for _, l := range n.layers {
		if b, ok := l.(Buffered); ok {
			ps = append(ps, b.Buffers()...)
		}
	}
	return ps
}

// Initialise draws the parameters of all layers and makes them take effect.
func (n *Net[T]) Initialise(seed uint64) {
	for _, l := range n.layers {
		if t, ok := l.(Trainable); ok {
			t.Initialise(seed)
		}
	}
	n.Update(nil)
}

// Update makes changed values of the parameters take effect.
func (n *Net[T]) Update(pool *lane.Pool) {
	for _, l := range n.layers {
		if t, ok := l.(Trainable); ok {
			t.Update(pool)
		}
	}
}

// Forward computes the output for a batch of In.Rows() rows. It belongs to the
// net and is valid until the next call, as is the batch's part in Backward.
func (n *Net[T]) Forward(p *Pass, x *lane.Batch[T]) *lane.Batch[T] {
	n.act[0] = x
	for i, l := range n.layers {
		if !n.shared[i] {
			n.act[i+1].Resize(x.Samples)
		}
		l.Forward(p, n.act[i+1], n.act[i])
	}
	return n.act[len(n.layers)]
}

// Backward adds the gradient of the parameters for the last Forward, of the same
// p, to theirs. g is the gradient of the output and is destroyed; gIn receives
// that of the input (nil: not needed).
func (n *Net[T]) Backward(p *Pass, gIn, g *lane.Batch[T]) {
	last := 0
	if gIn == nil {
		last = n.first
	} else {
		gIn.Resize(g.Samples)
	}
	for i := len(n.layers) - 1; i >= last; i-- {
		gx := gIn
		if n.shared[i] {
			gx = g
		} else if i > last {
			gx = n.grad[i]
			gx.Resize(g.Samples)
		}
		if p.Fresh {
			optim.ZeroGrad(n.clears[i])
		}
		n.layers[i].Backward(p, gx, g, n.act[i+1], n.act[i])
		g = gx
	}
}

// clearPad zeroes the lanes beyond the last sample.
func clearPad[T lane.Float](b *lane.Batch[T]) {
	if n := b.Samples % lane.Width; n > 0 {
		last := b.Block(b.Blocks()-1, b.Blocks())
		for r := range b.Rows {
			clear(last[r*lane.Width+n : (r+1)*lane.Width])
		}
	}
}

// blocksOf returns the blocks lo..hi-1 of group g of a batch.
func blocksOf(blocks, g int) (lo, hi int) {
	return g * lane.Group, min((g+1)*lane.Group, blocks)
}

// single tells whether T is single precision.
func single[T lane.Float]() bool {
	var v T
	_, ok := any(v).(float32)
	return ok
}

// newParameter returns a parameter whose precision is that of T.
func newParameter[T lane.Float](name string, shape ...int) *optim.Parameter {
	p := optim.NewParameter(name, "", shape...)
	p.Single = single[T]()
	return p
}
