package nn

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Flatten turns images into vectors, channel by channel, row by row.
type Flatten[T lane.Float] struct{ layout[T] }

// Bind implements [Layer].
func (f *Flatten[T]) Bind(in Shape) (Shape, error) {
	if !in.IsImage() {
		return in, fmt.Errorf("Flatten expects an image")
	}
	f.bind(in)
	return Vector(in.Size()), nil
}

// Forward implements [Layer].
func (f *Flatten[T]) Forward(p *Pass, y, x *lane.Batch[T]) { f.copy(p, y, x, f.gather) }

// Backward implements [Layer].
func (f *Flatten[T]) Backward(p *Pass, gx, gy, _, _ *lane.Batch[T]) { f.copy(p, gx, gy, f.spread) }

// Spread turns vectors of Channels x H x W numbers into images, the inverse of
// [Flatten]: data sets hold pixels one behind the other.
type Spread[T lane.Float] struct {
	Channels, H, W int

	layout[T]
}

// Bind implements [Layer].
func (s *Spread[T]) Bind(in Shape) (Shape, error) {
	out := Image(s.Channels, s.H, s.W)
	if in.IsImage() || s.H < 1 || !out.valid() || out.Size() != in.Channels {
		return in, fmt.Errorf("Spread to %d x %d x %d, expected a vector of as many numbers", s.Channels, s.H, s.W)
	}
	s.bind(out)
	return out, nil
}

// Forward implements [Layer].
func (s *Spread[T]) Forward(p *Pass, y, x *lane.Batch[T]) { s.copy(p, y, x, s.spread) }

// Backward implements [Layer].
func (s *Spread[T]) Backward(p *Pass, gx, gy, _, _ *lane.Batch[T]) { s.copy(p, gx, gy, s.gather) }

// layout copies images to vectors (gather) and back (spread).
type layout[T lane.Float] struct {
	dst, src       *lane.Batch[T] // of the copy under way
	gather, spread func(item, worker int)
}

func (l *layout[T]) bind(image Shape) {
	n, plane := image.pixels()*lane.Width, image.plane()*lane.Width
	l.gather = func(blk, _ int) {
		dst, src := l.dst.Block(blk, blk+1), l.src.Block(blk, blk+1)
		for c := range image.Channels {
			copy(dst[c*n:][:n], src[c*plane:])
		}
	}
	l.spread = func(blk, _ int) {
		dst, src := l.dst.Block(blk, blk+1), l.src.Block(blk, blk+1)
		for c := range image.Channels {
			copy(dst[c*plane:][:n], src[c*n:])
		}
	}
}

func (l *layout[T]) outputFree() {}

func (l *layout[T]) copy(p *Pass, dst, src *lane.Batch[T], body func(item, worker int)) {
	if dst == nil {
		return
	}
	l.dst, l.src = dst, src
	p.Pool.For(src.Blocks(), body)
}
