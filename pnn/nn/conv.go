package nn

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Conv is a convolution of images with square kernels,
//
//	y_o(p) = sum_i,t W_oi(t) x_i(Stride p - Pad + t) + b_o,
//
// pixels outside the image being zero. Nothing is copied into columns: plans say
// which pixels meet which taps. Parameters are Name.weight of shape (Out, input
// channels, Kernel, Kernel), as in PyTorch, and, with Bias, Name.bias. It trains
// the controls instead of the weights if it has a Tuning.
type Conv[T lane.Float] struct {
	Name                 string
	Out                  int // channels
	Kernel               int
	Stride               int // 0: 1
	Pad                  int
	Bias                 bool
	InitWeight, InitBias Initialiser // nil: [Default]
	Tuning               Tuning      // nil: weights are set directly

	weights[T]
	shape lane.Convolution
	taps  []*lane.OuterPlan
	// Input rows of the columns of the weights, if every tap meets every pixel:
	// then several taps share what they read.
	columns []int
	sums    [][]T // by group: products of gradients and inputs, then the sums of the gradients

	gx, gy, y, x                   *lane.Batch[T] // of the pass under way
	counts                         [2]int         // of its items: sums, and parts of the gradient of the input
	forth, back, mixing, gathering func(item, worker int)
}

// Bind implements [Layer].
func (c *Conv[T]) Bind(in Shape) (Shape, error) {
	if c.Name == "" {
		return in, fmt.Errorf("Conv without a name, which its parameters need")
	}
	if !in.IsImage() {
		return in, fmt.Errorf("Conv %s expects an image; put Spread before it", c.Name)
	}
	stride := c.Stride
	if stride == 0 {
		stride = 1
	}
	var err error
	if c.shape, err = lane.Convolve(in.Channels, in.H, in.W, c.Out, c.Kernel, stride, c.Pad); err != nil {
		return in, fmt.Errorf("Conv %s: %w", c.Name, err)
	}
	s, k2 := c.shape, c.Kernel*c.Kernel
	forward, adjoint, taps := s.Plans()
	c.taps, c.columns, c.sums = taps, s.Columns(), nil
	c.forward = newMatrix[T](s.Out, s.In*k2, forward, s.OutPlane(), 1)
	c.adjoint = newMatrix[T](s.In, s.Out*k2, adjoint, s.InPlane(), 1)
	c.packAdjoint = func(part, _ int) { c.packReversed(part) }
	c.setup(c.Name, c.Bias, c.Tuning, s.Out, s.In, c.Kernel, c.Kernel)
	c.forth = func(item, _ int) { c.forward.multiply(item, c.y, c.x, c.biases) }
	c.back = func(item, _ int) { c.adjoint.multiply(item, c.gx, c.gy, nil) }
	c.mixing, c.gathering = c.mix, c.gather
	return Image(s.Out, s.OutH, s.OutW), nil
}

func (c *Conv[T]) outputFree() {}

// Initialise implements [Trainable].
func (c *Conv[T]) Initialise(seed uint64) {
	k2 := c.Kernel * c.Kernel
	c.initialise(seed, c.InitWeight, c.InitBias, c.shape.In*k2, c.Out*k2)
}

// packReversed packs the rows of input channels: row i, column o*k2+t holds
// W_oi(t).
func (c *Conv[T]) packReversed(part int) {
	k2 := c.Kernel * c.Kernel
	for i := part * partRows; i < min((part+1)*partRows, c.shape.In); i++ {
		for o := range c.Out {
			for t, v := range c.value[(o*c.shape.In+i)*k2:][:k2] {
				c.adjoint.packed.Set(i, o*k2+t, T(v))
			}
		}
	}
}

// Forward implements [Layer].
func (c *Conv[T]) Forward(p *Pass, y, x *lane.Batch[T]) {
	c.y, c.x = y, x
	p.Pool.For(c.forward.items(x.Blocks()), c.forth)
}

// Backward implements [Layer].
func (c *Conv[T]) Backward(p *Pass, gx, gy, _, x *lane.Batch[T]) {
	c.gx, c.gy, c.x = gx, gy, x
	groups := lane.Groups(x.Blocks())
	for len(c.sums) < groups {
		c.sums = append(c.sums, make([]T, len(c.value)+c.Out))
	}
	c.counts = [2]int{groups * (c.parts() + 1), 0}
	if gx != nil {
		c.fresh(p.Pool)
		c.counts[1] = c.adjoint.items(gy.Blocks())
	}
	p.Pool.For(c.counts[0]+c.counts[1], c.mixing)
	p.Pool.For(c.Out, c.gathering)
}

// mix runs an item of either kind. They alternate, so that workers begin with equal
// shares of both: those of the gradient of the input take longer.
func (c *Conv[T]) mix(item, worker int) {
	n, back := c.counts[0]+c.counts[1], c.counts[1]
	if at := item * back / n; (item+1)*back/n > at {
		c.back(at, worker)
	} else {
		c.sum(item-at, worker)
	}
}

// parts is the number of work items that sum the products of one group: panels of
// output channels, times taps unless these share what they read. A worker begins with
// some of the channels, whose gradients it has probably written itself.
func (c *Conv[T]) parts() int {
	if c.columns != nil {
		return c.panels()
	}
	return c.panels() * len(c.taps)
}

func (c *Conv[T]) panels() int { return (c.Out + panel - 1) / panel }

// sum computes the sums of one part, or of the bias, over the samples of a group.
func (c *Conv[T]) sum(item, _ int) {
	g, part := item/(c.parts()+1), item%(c.parts()+1)
	lo, hi := blocksOf(c.x.Blocks(), g)
	s, gy, x, sums := c.shape, c.gy.Block(lo, hi), c.x.Block(lo, hi), c.sums[g]
	switch {
	case part == c.parts():
	case c.columns != nil:
		lane.OuterColumns(sums, part*panel, s.Out, c.columns, gy, c.gy.Rows, s.OutPlane(), x, c.x.Rows, hi-lo, c.taps[0])
		return
	default:
		tap := part % len(c.taps)
		part /= len(c.taps)
		from, to := part*s.Out/c.panels(), (part+1)*s.Out/c.panels()
		lane.Outer(sums[(tap*s.Out+from)*s.In:], to-from, s.In, gy[from*s.OutPlane()*lane.Width:], c.gy.Rows, s.OutPlane(), x, c.x.Rows, s.InPlane(), hi-lo, c.taps[tap])
		return
	}
	if c.bias == nil {
		return
	}
	for o := range s.Out {
		sums[len(c.value)+o] = lane.SumRows(gy[o*s.OutPlane()*lane.Width:], c.gy.Rows, s.OutH*s.OutW, hi-lo)
	}
}

// gather adds the sums of all groups for one output channel.
func (c *Conv[T]) gather(o, _ int) {
	k2, in := c.Kernel*c.Kernel, c.shape.In
	groups := lane.Groups(c.x.Blocks())
	for i := range in {
		for t := range k2 {
			at := (o*in+i)*k2 + t
			from := at
			if c.columns == nil {
				from = (t*c.Out+o)*in + i
			}
			var v float64
			for g := range groups {
				v += float64(c.sums[g][from])
			}
			c.add(at, v)
		}
	}
	if c.bias != nil {
		var v float64
		for g := range groups {
			v += float64(c.sums[g][len(c.value)+o])
		}
		c.bias.Grad[o] += v
	}
}
