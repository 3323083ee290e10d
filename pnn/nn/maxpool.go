package nn

import (
	"fmt"

	"lightfast/pnn/lane"
)

// MaxPool takes the largest number of windows of Size x Size pixels side by side.
// The gradient goes to where it was found, the first such pixel row by row if
// there are several. NaN is larger than any number.
type MaxPool[T lane.Float] struct {
	Size int

	in, out      Shape
	window       []int          // offsets of the pixels of a window
	chosen       []uint8        // by number of the output, the pixel of the window
	gx, gy, y, x *lane.Batch[T] // of the pass under way
	forth, back  func(item, worker int)
}

// Bind implements [Layer].
func (m *MaxPool[T]) Bind(in Shape) (Shape, error) {
	out, err := poolShape("MaxPool", in, m.Size)
	if err != nil {
		return in, err
	}
	if m.Size > 16 {
		return in, fmt.Errorf("MaxPool with windows of size %d, expected at most 16", m.Size)
	}
	m.in, m.out, m.window = in, out, nil
	for k := range m.Size * m.Size {
		m.window = append(m.window, (k/m.Size*in.W+k%m.Size)*lane.Width)
	}
	m.forth, m.back = m.choose, m.scatter
	return out, nil
}

func (m *MaxPool[T]) outputFree() {}

// Forward implements [Layer].
func (m *MaxPool[T]) Forward(p *Pass, y, x *lane.Batch[T]) {
	m.y, m.x = y, x
	if n := len(y.Data); cap(m.chosen) < n {
		m.chosen = make([]uint8, n)
	}
	m.chosen = m.chosen[:len(y.Data)]
	p.Pool.For(x.Blocks()*m.out.Channels, m.forth)
}

// Backward implements [Layer].
func (m *MaxPool[T]) Backward(p *Pass, gx, gy, _, _ *lane.Batch[T]) {
	if gx == nil {
		return
	}
	m.gx, m.gy = gx, gy
	p.Pool.For(gy.Blocks()*m.out.Channels, m.back)
}

// channel returns where a work item's channel begins in the input and the output.
func (m *MaxPool[T]) channel(item int) (in, out int) {
	blk, c := item/m.out.Channels, item%m.out.Channels
	return (blk*m.in.Rows() + c*m.in.plane()) * lane.Width, (blk*m.out.Rows() + c*m.out.plane()) * lane.Width
}

// corner is where the window of pixel i of the output begins in its channel.
func (m *MaxPool[T]) corner(i int) int {
	return (i/m.out.W*m.in.W + i%m.out.W) * m.Size * lane.Width
}

// choose avoids branches on data, which a processor cannot foresee here: it takes
// the largest first and then looks where it is, from the last pixel back.
func (m *MaxPool[T]) choose(item, _ int) {
	in, out := m.channel(item)
	x, y, chosen := m.x.Data[in:], m.y.Data[out:], m.chosen[out:]
	for i := range m.out.pixels() {
		from, at := x[m.corner(i):], i*lane.Width
		if m.Size == 2 {
			below := from[m.window[2]:]
			chooseOfFour((*[lane.Width]T)(y[at:]), (*[lane.Width]uint8)(chosen[at:]),
				(*[lane.Width]T)(from), (*[lane.Width]T)(from[lane.Width:]), (*[lane.Width]T)(below), (*[lane.Width]T)(below[lane.Width:]))
			continue
		}
		m.chooseOfMany((*[lane.Width]T)(y[at:]), (*[lane.Width]uint8)(chosen[at:]), from)
	}
}

func chooseOfFour[T lane.Float](y *[lane.Width]T, chosen *[lane.Width]uint8, a, b, c, d *[lane.Width]T) {
	for l := range y {
		top := max(max(a[l], b[l]), max(c[l], d[l]))
		k := 3
		if c[l] == top {
			k = 2
		}
		if b[l] == top {
			k = 1
		}
		if a[l] == top {
			k = 0
		}
		y[l], chosen[l] = top, uint8(k)
	}
}

// chooseOfMany is [chooseOfFour] for windows of any size.
func (m *MaxPool[T]) chooseOfMany(y *[lane.Width]T, chosen *[lane.Width]uint8, from []T) {
	top := [lane.Width]T(from)
	for _, w := range m.window[1:] {
		for l, v := range from[w:][:lane.Width] {
			top[l] = max(top[l], v)
		}
	}
	last := len(m.window) - 1
	for l := range chosen {
		chosen[l] = uint8(last)
	}
	for k := last - 1; k >= 0; k-- {
		for l, v := range from[m.window[k]:][:lane.Width] {
			if v == top[l] {
				chosen[l] = uint8(k)
			}
		}
	}
	*y = top
}

// scatter sends gradients to the pixels chosen.
func (m *MaxPool[T]) scatter(item, _ int) {
	in, out := m.channel(item)
	gx := m.gx.Data[in:][:m.in.pixels()*lane.Width]
	clear(gx)
	for i := range m.out.pixels() {
		at := out + i*lane.Width
		to := gx[m.corner(i):]
		g := m.gy.Data[at:][:lane.Width]
		for l, k := range m.chosen[at:][:lane.Width] {
			to[m.window[k]+l] = g[l]
		}
	}
}
