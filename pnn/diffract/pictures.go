package diffract

import (
	"fmt"

	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
)

// Pictures are the fields of a set of grey pictures, encoded when they are asked
// for: a field of 200 x 200 pixels takes 400 times the memory of its picture.
type Pictures[T lane.Float] struct {
	Encoder *Encoder[T]
	Pool    *lane.Pool

	images []uint8
	picked []uint8
	field  *fft.Images[T]
	out    *lane.Batch[T]
	lay    func(item, worker int)
}

// NewPictures returns the fields of pictures of the encoder's size, one byte a
// pixel, one after the other.
func NewPictures[T lane.Float](e *Encoder[T], images []uint8) (*Pictures[T], error) {
	if n := e.Rows * e.Cols; len(images)%n != 0 {
		return nil, fmt.Errorf("diffract: %d bytes of pictures of %d x %d pixels, expected a multiple of %d", len(images), e.Rows, e.Cols, n)
	}
	p := &Pictures[T]{Encoder: e, images: images}
	p.lay = func(block, _ int) {
		lo := block * lane.Width
		toLanes(p.out.Block(block, block+1), some(p.field, lo, min(lo+lane.Width, p.out.Samples)))
	}
	return p, nil
}

// Len is the number of pictures.
func (p *Pictures[T]) Len() int { return len(p.images) / (p.Encoder.Rows * p.Encoder.Cols) }

// Numbers is how many numbers a field has: two a pixel of the plane.
func (p *Pictures[T]) Numbers() int { return 2 * p.Encoder.Grid.Pixels() }

// Gather fills b with the fields of the pictures index[0], index[1], ...
func (p *Pictures[T]) Gather(b *lane.Batch[T], index []int) {
	b.Resize(len(index))
	n := p.Encoder.Rows * p.Encoder.Cols
	p.picked = p.picked[:0]
	for _, i := range index {
		p.picked = append(p.picked, p.images[i*n:(i+1)*n]...)
	}
	if p.field == nil || p.field.Count < len(index) {
		f, err := NewField[T](p.Encoder.Grid, len(index))
		fits(err)
		p.field = f
	}
	fits(p.Encoder.Forward(p.Pool, some(p.field, 0, len(index)), p.picked))
	p.out = b
	p.Pool.For(b.Blocks(), p.lay)
	p.out = nil
}
