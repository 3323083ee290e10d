package nn

import (
	"fmt"

	"lightfast/pnn/lane"
)

// poolShape is the output of pooling windows of size x size pixels side by side;
// pixels at the right and the lower edge that fill no window are left out.
func poolShape(kind string, in Shape, size int) (Shape, error) {
	if !in.IsImage() {
		return in, fmt.Errorf("%s expects an image", kind)
	}
	if size < 1 || size > min(in.H, in.W) {
		return in, fmt.Errorf("%s with windows of size %d on %d x %d pixels, expected at least 1 and windows that fit", kind, size, in.H, in.W)
	}
	return Image(in.Channels, in.H/size, in.W/size), nil
}

// MeanPool takes the mean of windows of Size x Size pixels side by side.
type MeanPool[T lane.Float] struct {
	Size int

	weight, spread   *lane.Packed[T] // one row of 1/Size^2, and Size rows of one
	forward, adjoint *lane.Plan
	whole            bool           // every pixel is in a window
	gx, gy, y, x     *lane.Batch[T] // of the pass under way
	forth, back      func(item, worker int)
}

// Bind implements [Layer].
func (m *MeanPool[T]) Bind(in Shape) (Shape, error) {
	out, err := poolShape("MeanPool", in, m.Size)
	if err != nil {
		return in, err
	}
	n := m.Size * m.Size
	m.weight, m.spread = lane.NewPacked[T](1, n), lane.NewPacked[T](m.Size, 1)
	for k := range n {
		m.weight.Set(0, k, T(1/float64(n)))
	}
	for r := range m.Size {
		m.spread.Set(r, 0, T(1/float64(n)))
	}
	m.whole = out.H*m.Size == in.H && out.W*m.Size == in.W
	var forth, back []lane.PlanSite // back: the rows of windows
	for c := range in.Channels {
		for i := range out.pixels() {
			s := lane.PlanSite{Out: c*out.plane() + i, Base: c*in.plane() + i/out.W*m.Size*in.W + i%out.W*m.Size}
			for k := range n {
				s.Col, s.Row = append(s.Col, k), append(s.Row, s.Base+k/m.Size*in.W+k%m.Size)
			}
			forth = append(forth, s)
		}
		for y := range out.H * m.Size {
			for x := range out.W {
				back = append(back, lane.PlanSite{Out: c*in.plane() + y*in.W + x*m.Size, Base: c*out.plane() + y/m.Size*out.W + x, Col: []int{0}, Row: []int{c*out.plane() + y/m.Size*out.W + x}})
			}
		}
	}
	m.forward, m.adjoint = lane.NewPlan(forth, 1), lane.NewPlan(back, 1)
	m.forth = func(blk, _ int) {
		lane.Product(m.y.Block(blk, blk+1), m.y.Rows, m.weight, m.x.Block(blk, blk+1), m.x.Rows, 1, m.forward, nil, lane.Store)
	}
	m.back = func(blk, _ int) {
		if !m.whole {
			clear(m.gx.Block(blk, blk+1))
		}
		lane.Product(m.gx.Block(blk, blk+1), m.gx.Rows, m.spread, m.gy.Block(blk, blk+1), m.gy.Rows, 1, m.adjoint, nil, lane.Store)
	}
	return out, nil
}

func (m *MeanPool[T]) outputFree() {}

// Forward implements [Layer].
func (m *MeanPool[T]) Forward(p *Pass, y, x *lane.Batch[T]) {
	m.y, m.x = y, x
	p.Pool.For(x.Blocks(), m.forth)
}

// Backward implements [Layer].
func (m *MeanPool[T]) Backward(p *Pass, gx, gy, _, _ *lane.Batch[T]) {
	if gx == nil {
		return
	}
	m.gx, m.gy = gx, gy
	p.Pool.For(gy.Blocks(), m.back)
}
