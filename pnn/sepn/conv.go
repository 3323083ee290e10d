package sepn

import (
	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

const kernel = 3 // side of every convolution kernel; padding is 1

// geometry relates the pixels of the input and the output of a convolution.
type geometry struct {
	inH, inW, outH, outW int
	stride               int
	transposed           bool
}

// plane is the number of rows from one channel of an image to the next: one more
// than its pixels, since numbers that are a power of two apart crowd into a few
// places of a cache. The odd row stays zero.
func plane(h, w int) int { return h*w + 1 }

func (g geometry) inPlane() int  { return plane(g.inH, g.inW) }
func (g geometry) outPlane() int { return plane(g.outH, g.outW) }

func same(h, w int) geometry { return geometry{h, w, h, w, 1, false} }
func down(h, w int) geometry { return geometry{h, w, h / 2, w / 2, 2, false} }
func up(h, w int) geometry   { return geometry{h, w, 2 * h, 2 * w, 2, true} }

// meets lists, along one axis, the pairs of output and input pixel that a tap of
// the kernel connects: in = out*stride - 1 + tap, or for a transposed
// convolution out = in*stride - 1 + tap.
func (g geometry) meets(tap, outLen, inLen int) (pairs [][2]int) {
	few, many := outLen, inLen
	if g.transposed {
		few, many = inLen, outLen
	}
	for i := range few {
		j := i*g.stride - 1 + tap
		if j < 0 || j >= many {
			continue
		}
		if g.transposed {
			pairs = append(pairs, [2]int{j, i})
		} else {
			pairs = append(pairs, [2]int{i, j})
		}
	}
	return pairs
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
	geometry
	in, out          int // channels
	wr, wi, br, bi   *optim.Parameter
	forward, adjoint *lane.Plan
	taps             []*lane.OuterPlan
	w, wt            *lane.Packed[T]
	bias             []T
	sums             int // offset of this layer's sums in a [Partial]
}

func newConv[T lane.Float](name string, g geometry, in, out int) *conv[T] {
	a, b := out, in
	if g.transposed {
		a, b = in, out
	}
	c := &conv[T]{geometry: g, in: in, out: out,
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
	c.plan()
	return c
}

func (c *conv[T]) parameters() []*optim.Parameter {
	return []*optim.Parameter{c.wr, c.br, c.wi, c.bi}
}

// plan works out which inputs meet which taps at each output pixel, and the
// same seen from the inputs.
func (c *conv[T]) plan() {
	inPlane, outPlane := c.inPlane(), c.outPlane()
	fwd := make([]lane.PlanSite, c.outH*c.outW)
	bwd := make([]lane.PlanSite, c.inH*c.inW)
	for p := range fwd {
		fwd[p].Out = p
		fwd[p].Base = c.base(p, c.outW, c.inW, c.inH, !c.transposed)
	}
	for p := range bwd {
		bwd[p].Out = p
		bwd[p].Base = c.base(p, c.inW, c.outW, c.outH, c.transposed)
	}
	for ty := range kernel {
		rows := c.meets(ty, c.outH, c.inH)
		for tx := range kernel {
			tap := ty*kernel + tx
			var pairs []lane.Pair
			for _, y := range rows {
				for _, x := range c.meets(tx, c.outW, c.inW) {
					o, i := y[0]*c.outW+x[0], y[1]*c.inW+x[1]
					pairs = append(pairs, lane.Pair{Y: o, X: i})
					for ch := range 2 * c.in {
						fwd[o].Col = append(fwd[o].Col, ch*kernel*kernel+tap)
						fwd[o].Row = append(fwd[o].Row, ch*inPlane+i)
					}
					for ch := range 2 * c.out {
						bwd[i].Col = append(bwd[i].Col, ch*kernel*kernel+tap)
						bwd[i].Row = append(bwd[i].Row, ch*outPlane+o)
					}
				}
			}
			c.taps = append(c.taps, lane.NewOuterPlan(pairs))
		}
	}
	c.forward = lane.NewPlan(fwd, outPlane)
	c.adjoint = lane.NewPlan(bwd, inPlane)
}

// base is the pixel of the other image that pixel p is counted from, so that
// pixels with the same neighbourhood share a table.
func (c *conv[T]) base(p, w, otherW, otherH int, strided bool) int {
	y, x := p/w, p%w
	if strided {
		y, x = y*c.stride, x*c.stride
	} else {
		y, x = y/c.stride, x/c.stride
	}
	return min(y, otherH-1)*otherW + min(x, otherW-1)
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
	if c.transposed {
		return (i*c.out + o) * kernel * kernel
	}
	return (o*c.in + i) * kernel * kernel
}

// size is how many sums over samples the gradient of this layer needs.
func (c *conv[T]) size() int { return 4*c.out*c.in*kernel*kernel + 2*c.out }

// accumulate writes the sums of one group of blocks: for each tap the products
// of output gradients and inputs, then the sums of the output gradients.
func (c *conv[T]) accumulate(sums []T, g []T, gRows int, x []T, xRows, blocks int) {
	inPlane, outPlane := c.inPlane(), c.outPlane()
	n := 4 * c.out * c.in
	for t, plan := range c.taps {
		lane.Outer(sums[t*n:], 2*c.out, 2*c.in, g, gRows, outPlane, x, xRows, inPlane, blocks, plan)
	}
	for r := range 2 * c.out {
		sums[n*len(c.taps)+r] = lane.SumRows(g[r*outPlane*lane.Width:], gRows, c.outH*c.outW, blocks)
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
