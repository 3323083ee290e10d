package nn

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Dropout sets numbers to zero with probability P while training and divides the
// others by 1-P; it does nothing while evaluating. What is dropped is a function
// of the seed and the step of the [Pass], the layer's name and the number of the
// sample in the batch.
type Dropout[T lane.Float] struct {
	Name string // tells several layers of a net apart
	P    float64

	purpose      []byte
	factor       *lane.Batch[T]
	train        bool
	pass         *Pass
	gx, gy, y, x *lane.Batch[T] // of the pass under way
	forth, back  func(item, worker int)
}

// Bind implements [Layer].
func (d *Dropout[T]) Bind(in Shape) (Shape, error) {
	if !(d.P >= 0 && d.P < 1) || len(d.Name) > 100 {
		return in, fmt.Errorf("Dropout %q with probability %g, expected one in 0..1, below 1, and a name of at most 100 bytes", d.Name, d.P)
	}
	d.purpose = []byte("dropout " + d.Name)
	d.factor = lane.NewBatch[T](0, in.Rows())
	d.forth, d.back = d.drop, d.pull
	return in, nil
}

func (d *Dropout[T]) outputFree() {}

// Forward implements [Layer].
func (d *Dropout[T]) Forward(p *Pass, y, x *lane.Batch[T]) {
	d.factor.Resize(x.Samples)
	d.y, d.x, d.pass, d.train = y, x, p, p.Mode == Train && d.P > 0
	p.Pool.For(x.Blocks(), d.forth)
}

func (d *Dropout[T]) drop(blk, _ int) {
	y, x := d.y.Block(blk, blk+1), d.x.Block(blk, blk+1)
	if !d.train {
		copy(y, x)
		return
	}
	var streams [lane.Width]lane.Stream
	for l := range streams {
		d.pass.Begin(&streams[l], d.purpose, blk*lane.Width+l)
	}
	// A number is kept if its 32 random bits are at least P 2^32. The scale comes
	// from a table, since whether it is kept cannot be foreseen.
	limit := uint64(d.P * (1 << 32))
	scale := [2]T{T(1 / (1 - d.P)), 0}
	factor := d.factor.Block(blk, blk+1)
	for i := range factor {
		u := uint64(streams[i%lane.Width].Uint32())
		factor[i] = scale[(u-limit)>>63]
	}
	lane.Times(y, x, factor)
}

// Backward implements [Layer].
func (d *Dropout[T]) Backward(p *Pass, gx, gy, _, _ *lane.Batch[T]) {
	if gx == nil {
		return
	}
	d.gx, d.gy = gx, gy
	p.Pool.For(gy.Blocks(), d.back)
}

func (d *Dropout[T]) pull(blk, _ int) {
	gx, gy := d.gx.Block(blk, blk+1), d.gy.Block(blk, blk+1)
	if !d.train {
		copy(gx, gy)
		return
	}
	lane.Times(gx, gy, d.factor.Block(blk, blk+1))
}
