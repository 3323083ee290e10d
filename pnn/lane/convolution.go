package lane

import (
	"fmt"
	"slices"
)

// Convolution is the shape of a two-dimensional convolution with square kernels
// on images of several real channels, or of its transpose. Channel c of an image
// of H x W pixels holds the rows c*Plane(H, W) to c*Plane(H, W) + H*W - 1 of a
// batch, pixel by pixel; the row behind them stays zero.
type Convolution struct {
	In, Out              int // channels
	InH, InW, OutH, OutW int // pixels
	Kernel, Stride, Pad  int
	Transposed           bool
}

// Convolve is the shape of a convolution from in channels of h x w pixels to out
// channels of (h + 2 pad - kernel)/stride + 1 pixels a side.
func Convolve(in, h, w, out, kernel, stride, pad int) (Convolution, error) {
	c := Convolution{In: in, Out: out, InH: h, InW: w, Kernel: kernel, Stride: stride, Pad: pad}
	if in < 1 || out < 1 || h < 1 || w < 1 || kernel < 1 || stride < 1 || pad < 0 || pad >= kernel {
		return c, fmt.Errorf("lane: convolution from %d channels of %d x %d pixels to %d with kernel %d, stride %d, padding %d: expected positive numbers and a padding below the kernel", in, h, w, out, kernel, stride, pad)
	}
	if h+2*pad < kernel || w+2*pad < kernel {
		return c, fmt.Errorf("lane: a kernel of %d does not fit into %d x %d pixels with padding %d", kernel, h, w, pad)
	}
	c.OutH, c.OutW = (h+2*pad-kernel)/stride+1, (w+2*pad-kernel)/stride+1
	return c, nil
}

// Plane is the number of rows from one channel of an image to the next: one more
// than its pixels, since numbers that are a power of two apart crowd into a few
// places of a cache.
func Plane(h, w int) int { return h*w + 1 }

// InPlane and OutPlane are [Plane] of the input and of the output.
func (c Convolution) InPlane() int  { return Plane(c.InH, c.InW) }
func (c Convolution) OutPlane() int { return Plane(c.OutH, c.OutW) }

// meets lists, along one axis, the pairs of output and input pixel that a tap of
// the kernel connects: in = out*stride - pad + tap, or for a transposed
// convolution out = in*stride - pad + tap.
func (c Convolution) meets(tap, outLen, inLen int) (pairs [][2]int) {
	few, many := outLen, inLen
	if c.Transposed {
		few, many = inLen, outLen
	}
	for i := range few {
		j := i*c.Stride - c.Pad + tap
		if j < 0 || j >= many {
			continue
		}
		if c.Transposed {
			pairs = append(pairs, [2]int{j, i})
		} else {
			pairs = append(pairs, [2]int{i, j})
		}
	}
	return pairs
}

// Pairs is the number of pairs of an output pixel and a tap that meets an input
// pixel: a product of one channel with another has so many terms.
func (c Convolution) Pairs() (n int) {
	for ty := range c.Kernel {
		rows := len(c.meets(ty, c.OutH, c.InH))
		for tx := range c.Kernel {
			n += rows * len(c.meets(tx, c.OutW, c.InW))
		}
	}
	return n
}

// Plans works out which inputs meet which taps at each output pixel, for
// [Product] with a matrix of Out rows whose column ch*k*k + ty*k + tx belongs to
// tap (ty, tx) of input channel ch; the same seen from the inputs, for the
// adjoint, with a matrix of In rows and a column for each tap of each output
// channel; and, tap by tap, the pairs of pixels that the gradient of the weights
// sums ([Outer] with steps OutPlane and InPlane). Terms are taken tap by tap,
// channel by channel; taps that fall outside the image are left out.
func (c Convolution) Plans() (forward, adjoint *Plan, weights []*OuterPlan) {
	out, in := c.neighbourhoods(c.OutH*c.OutW), c.neighbourhoods(c.InH*c.InW)
	for ty := range c.Kernel {
		rows := c.meets(ty, c.OutH, c.InH)
		for tx := range c.Kernel {
			columns := c.meets(tx, c.OutW, c.InW)
			pairs := make([]Pair, 0, len(rows)*len(columns))
			for _, y := range rows {
				for _, x := range columns {
					o, i := y[0]*c.OutW+x[0], y[1]*c.InW+x[1]
					pairs = append(pairs, Pair{Y: o, X: i})
					out.meet(o, ty*c.Kernel+tx, i)
					in.meet(i, ty*c.Kernel+tx, o)
				}
			}
			weights = append(weights, NewOuterPlan(pairs))
		}
	}
	forward = out.plan(c.OutPlane(), c.In, c.InPlane(), func(p int) int { return c.base(p, c.OutW, c.InW, c.InH, !c.Transposed) })
	adjoint = in.plan(c.InPlane(), c.Out, c.OutPlane(), func(p int) int { return c.base(p, c.InW, c.OutW, c.OutH, c.Transposed) })
	return forward, adjoint, weights
}

// neighbourhoods are, for each pixel of an image, the taps that meet a pixel of the
// other image there, and these pixels.
type neighbourhoods struct {
	taps int // of the kernel
	list []neighbour
	size []int // neighbours by pixel
}

type neighbour struct{ tap, pixel int }

func (c Convolution) neighbourhoods(pixels int) *neighbourhoods {
	k2 := c.Kernel * c.Kernel
	return &neighbourhoods{taps: k2, list: make([]neighbour, pixels*k2), size: make([]int, pixels)}
}

func (n *neighbourhoods) meet(pixel, tap, other int) {
	n.list[pixel*n.taps+n.size[pixel]] = neighbour{tap, other}
	n.size[pixel]++
}

// plan is the plan of [Convolution.Plans] for images whose planes are rowStep rows
// apart, from channels whose planes are step rows apart. Pixels with the same
// neighbours, counted from their base, share a table.
func (n *neighbourhoods) plan(rowStep, channels, step int, base func(pixel int) int) *Plan {
	plan := &Plan{rowStep: rowStep * Width, run: convRun}
	var seen [][]neighbour // by pattern
	for p, size := range n.size {
		at, list := base(p), n.list[p*n.taps:][:size]
		for i := range list {
			list[i].pixel -= at
		}
		k := slices.IndexFunc(seen, func(s []neighbour) bool { return slices.Equal(s, list) })
		if k < 0 {
			taps := make([]tap, 0, size*channels)
			for _, m := range list {
				for ch := range channels {
					taps = append(taps, tap{int32((ch*n.taps + m.tap) * panel), int32((ch*step + m.pixel) * Width)})
				}
			}
			k, seen = plan.add(taps), append(seen, list)
		}
		plan.patterns[k].at(p, at)
	}
	plan.gather()
	return plan
}

// Columns are, if every tap meets every output pixel, the input rows at which the
// columns of the matrix begin, for [OuterColumns] with the plan of the first tap;
// else nil.
func (c Convolution) Columns() []int {
	if c.Transposed || c.Pad > 0 {
		return nil
	}
	var columns []int
	for ch := range c.In {
		for ty := range c.Kernel {
			for tx := range c.Kernel {
				columns = append(columns, ch*c.InPlane()+ty*c.InW+tx)
			}
		}
	}
	return columns
}

// base is the pixel of the other image that pixel p is counted from, so that
// pixels with the same neighbourhood share a table.
func (c Convolution) base(p, w, otherW, otherH int, strided bool) int {
	y, x := p/w, p%w
	if strided {
		y, x = y*c.Stride, x*c.Stride
	} else {
		y, x = y/c.Stride, x/c.Stride
	}
	return min(y, otherH-1)*otherW + min(x, otherW-1)
}
