package diffract

import (
	"fmt"

	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
)

// Propagation says how light goes from plane to plane. The zero value is the
// band-limited angular spectrum on a plane twice as large as the larger of the
// two.
type Propagation struct {
	Method Method
	// Rows and Cols are the points of the plane that the field is padded to; 0:
	// as many as both planes have together.
	Rows, Cols int
	// ShiftRows and ShiftCols are the pixels by which the second plane lies off
	// the axis of the first, downwards and to the right.
	ShiftRows, ShiftCols int
	// Periodic says that the plane repeats without end, as authors who do not pad
	// have it: light that leaves on one side comes back on the other. The padded
	// plane is then the plane itself, and any distance is exact.
	Periodic bool
}

// Propagator carries fields over a distance:
//
//	out = crop F^-1 H F pad in
//
// with the transfer function H of a [Method].
type Propagator[T lane.Float] struct {
	In, Out  Grid
	how      Propagation
	padded   Grid
	sampling Sampling
	transfer []complex128
	filter   *fft.Convolution[T]
}

// NewPropagator returns a propagator from plane in to plane out over a distance
// in metres; negative distances lead back. It refuses a distance that the
// padded plane cannot carry; see [Propagator.Sampling] for what is less grave.
func NewPropagator[T lane.Float](in, out Grid, distance float64, how Propagation) (*Propagator[T], error) {
	if err := in.Joins(out); err != nil {
		return nil, err
	}
	p := &Propagator[T]{In: in, Out: out, how: how, padded: in}
	if how.Periodic {
		if in.Rows != out.Rows || in.Cols != out.Cols || how.ShiftRows != 0 || how.ShiftCols != 0 || how.Rows != 0 || how.Cols != 0 {
			return nil, fmt.Errorf("diffract: a periodic plane of %d x %d pixels to one of %d x %d, shifted by %d and %d, padded to %d x %d: planes must be equal, shifts and padding 0",
				in.Rows, in.Cols, out.Rows, out.Cols, how.ShiftRows, how.ShiftCols, how.Rows, how.Cols)
		}
	} else {
		p.padded.Rows, p.padded.Cols = how.Rows, how.Cols
		if how.Rows == 0 {
			p.padded.Rows = in.Rows + out.Rows
		}
		if how.Cols == 0 {
			p.padded.Cols = in.Cols + out.Cols
		}
	}
	if err := p.padded.Check(); err != nil {
		return nil, fmt.Errorf("%w (the padded plane)", err)
	}
	y, err := place("rows", in.Rows, out.Rows, p.padded.Rows, how.ShiftRows)
	if err != nil {
		return nil, err
	}
	x, err := place("columns", in.Cols, out.Cols, p.padded.Cols, how.ShiftCols)
	if err != nil {
		return nil, err
	}
	first := fft.Window{Y: y[0], X: x[0], Height: in.Rows, Width: in.Cols}
	second := fft.Window{Y: y[1], X: x[1], Height: out.Rows, Width: out.Cols}
	if p.transfer, err = how.Method.TransferFunction(p.padded, distance); err != nil {
		return nil, err
	}
	p.sampling = p.look(distance)
	if err := p.sampling.Err(); err != nil {
		return nil, err
	}
	p.filter, err = fft.NewConvolution[T](p.padded.Rows, p.padded.Cols, first, second, p.transfer)
	return p, err
}

// place tells where the two planes begin in the padded one, in one direction: the
// axis goes through the middle of all three.
func place(side string, in, out, padded, shift int) (begin [2]int, err error) {
	begin = [2]int{padded/2 - in/2, padded/2 - out/2 + shift}
	if begin[0] < 0 || begin[0]+in > padded || begin[1] < 0 || begin[1]+out > padded {
		return begin, fmt.Errorf("diffract: planes of %d and %d %s, the second shifted by %d, do not fit the padded plane of %d; increase the padding to at least %d, or adjust the planes or the shift",
			in, out, side, shift, padded, max(in, out+2*max(shift, -shift)))
	}
	return begin, nil
}

// look is the sampling of a distance.
func (p *Propagator[T]) look(distance float64) Sampling {
	s := newSampling(p.how.Method, p.In, p.Out, p.padded, p.how.ShiftRows, p.how.ShiftCols, distance)
	if p.how.Periodic {
		s.Farthest, s.NeededRows, s.NeededCols = maxDistance, p.In.Rows, p.In.Cols
	}
	return s
}

// maxDistance is farther than any optics, in metres.
const maxDistance = 1e12

// Distance is the distance in metres.
func (p *Propagator[T]) Distance() float64 { return p.sampling.Distance }

// SetDistance changes the distance: the second plane moves along the axis.
func (p *Propagator[T]) SetDistance(distance float64) error {
	if !(distance >= -maxDistance && distance <= maxDistance) {
		return fmt.Errorf("diffract: the distance is %g m, expected a finite length", distance)
	}
	s := p.look(distance)
	if err := s.Err(); err != nil {
		return err
	}
	p.sampling = s
	p.how.Method.fill(p.transfer, p.padded, distance)
	return p.filter.SetTransfer(p.transfer)
}

// Sampling tells how well the distance is carried.
func (p *Propagator[T]) Sampling() Sampling { return p.sampling }

// Forward propagates every field of in, on plane In, to the same field of out,
// on plane Out. They may be the same fields if the planes have the same size.
func (p *Propagator[T]) Forward(pool *lane.Pool, out, in *fft.Images[T]) error {
	return p.filter.Apply(pool, out, in)
}

// Backward pulls gradients at plane Out back to plane In.
func (p *Propagator[T]) Backward(pool *lane.Pool, dIn, dOut *fft.Images[T]) error {
	return p.filter.Adjoint(pool, dIn, dOut)
}
