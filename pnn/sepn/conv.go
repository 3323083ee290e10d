package sepn

import (
	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

const kernel = 3 // side of every convolution kernel; padding is 1

// same, down and up are the shapes of convolutions between complex channels,
// which are twice as many real ones.
func same(h, w int) lane.Convolution {
	return lane.Convolution{InH: h, InW: w, OutH: h, OutW: w, Kernel: kernel, Stride: 1, Pad: 1}
}

func down(h, w int) lane.Convolution {
	return lane.Convolution{InH: h, InW: w, OutH: h / 2, OutW: w / 2, Kernel: kernel, Stride: 2, Pad: 1}
}

func up(h, w int) lane.Convolution {
	return lane.Convolution{InH: h, InW: w, OutH: 2 * h, OutW: 2 * w, Kernel: kernel, Stride: 2, Pad: 1, Transposed: true}
}

// conv is a complex 3x3 convolution with padding 1 built from two real ones, R
// and I, with a bias each,
//
//	out = (R(re) - I(im)) + i (R(im) + I(re)),
//
// with stride 1 or 2, or transposed with stride 2 and output padding 1. Weights
// have shape (out, in, 3, 3), of a transposed convolution (in, out, 3, 3), as in
// PyTorch. It is computed as one real convolution of twice the channels.
type conv[T lane.Float] struct {
	lane.Convolution
	in, out          int // complex channels
	wr, wi, br, bi   *optim.Parameter
	forward, adjoint *lane.Plan
	taps             *lane.Taps
	w, wt            *lane.Packed[T]
	bias             []T
	sums             int // offset of this layer's sums in a [Partial]
}

func newConv[T lane.Float](name string, g lane.Convolution, in, out int) *conv[T] {
	a, b := out, in
	g.In, g.Out = 2*in, 2*out
	if g.Transposed {
		a, b = in, out
	}
	c := &conv[T]{Convolution: g, in: in, out: out,
		wr:   optim.NewParameter(name+".real.weight", "", a, b, kernel, kernel),
		br:   optim.NewParameter(name+".real.bias", "", out),
		wi:   optim.NewParameter(name+".imag.weight", "", a, b, kernel, kernel),
		bi:   optim.NewParameter(name+".imag.bias", "", out),
		w:    lane.NewPacked[T](2*out, 2*in*kernel*kernel),
		wt:   lane.NewPacked[T](2*in, 2*out*kernel*kernel),
		bias: make([]T, (2*out+3)/4*4),
	}
	for _, p := range c.parameters() {
		p.Single = true
	}
	forward, adjoint, taps := g.Plans()
	c.forward, c.adjoint, c.taps = forward, adjoint, lane.NewTaps(taps, g.OutH*g.OutW)
	return c
}

func (c *conv[T]) parameters() []*optim.Parameter {
	return []*optim.Parameter{c.wr, c.br, c.wi, c.bi}
}

// update packs the weights after they have changed.
func (c *conv[T]) update() {
	const k2 = kernel * kernel
	for o := range c.out {
		c.bias[2*o] = T(c.br.Value[o] - c.bi.Value[o])
		c.bias[2*o+1] = T(c.br.Value[o] + c.bi.Value[o])
		for i := range c.in {
			at := c.weight(o, i)
			for t := range k2 {
				r, im := T(c.wr.Value[at+t]), T(c.wi.Value[at+t])
				c.w.Set(2*o, 2*i*k2+t, r)
				c.w.Set(2*o, (2*i+1)*k2+t, -im)
				c.w.Set(2*o+1, 2*i*k2+t, im)
				c.w.Set(2*o+1, (2*i+1)*k2+t, r)
				c.wt.Set(2*i, 2*o*k2+t, r)
				c.wt.Set(2*i+1, 2*o*k2+t, -im)
				c.wt.Set(2*i, (2*o+1)*k2+t, im)
				c.wt.Set(2*i+1, (2*o+1)*k2+t, r)
			}
		}
	}
}

// weight is the offset of the kernel that connects input i with output o.
func (c *conv[T]) weight(o, i int) int {
	if c.Transposed {
		return (i*c.out + o) * kernel * kernel
	}
	return (o*c.in + i) * kernel * kernel
}

// size is how many sums over samples the gradient of this layer needs.
func (c *conv[T]) size() int { return 4*c.out*c.in*kernel*kernel + 2*c.out }

// accumulate writes the sums of one group of blocks: for each tap the products
// of output gradients and inputs, then the sums of the output gradients.
func (c *conv[T]) accumulate(sums []T, g []T, gRows int, x []T, xRows, blocks int) {
	inPlane, outPlane := c.InPlane(), c.OutPlane()
	const k2 = kernel * kernel
	n := 4 * c.out * c.in
	lane.OuterTaps(sums, 2*c.out, 2*c.in, g, gRows, outPlane, x, xRows, inPlane, blocks, c.taps)
	for r := range 2 * c.out {
		sums[n*k2+r] = lane.SumRows(g[r*outPlane*lane.Width:], gRows, c.OutH*c.OutW, blocks)
	}
}

// collect adds the gradient held in the sums of all groups, in their order, to
// the parameters' gradients.
func (c *conv[T]) collect(groups []Partial[T]) {
	const k2 = kernel * kernel
	n := 4 * c.out * c.in
	total := func(k int) (s float64) {
		for _, g := range groups {
			s += float64(g[c.sums+k])
		}
		return s
	}
	for o := range c.out {
		for i := range c.in {
			at := c.weight(o, i)
			for t := range k2 {
				rr, ri := total(t*n+2*o*2*c.in+2*i), total(t*n+2*o*2*c.in+2*i+1)
				ir, ii := total(t*n+(2*o+1)*2*c.in+2*i), total(t*n+(2*o+1)*2*c.in+2*i+1)
				c.wr.Grad[at+t] += rr + ii
				c.wi.Grad[at+t] += ir - ri
			}
		}
		re, im := total(k2*n+2*o), total(k2*n+2*o+1)
		c.br.Grad[o] += re + im
		c.bi.Grad[o] += im - re
	}
}
