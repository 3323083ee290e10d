package absorb

import (
	"fmt"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
)

// Layer is the activation of a network whose neurons are absorbers a and whose
// gradients are multiplied by d (nil: the exact derivative) on their way back.
// Set its Noise to a [Probe] for a measurement that is not perfect. It fails if a
// is unfit.
func Layer[T lane.Float](a Absorber, d Derivative) (*nn.Activate[T], error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	if b, ok := d.(Blend); ok && (b.A == nil || b.B == nil) {
		return nil, fmt.Errorf("absorb: a blend of %v and %v, expected two derivatives", b.A, b.B)
	}
	f := function[T]{a: a, k: T(a.strength()), depth: T(a.Depth), other: d}
	switch d {
	case nil, Exact{a}:
		f.kind = exact
	case Optical{a}:
		f.kind = optical
	}
	return &nn.Activate[T]{Function: f}, nil
}

type kind int

const (
	other kind = iota
	exact
	optical
)

// function is an absorber as an activation.
type function[T lane.Float] struct {
	a        Absorber
	k, depth T
	kind     kind
	other    Derivative
}

// Apply implements [nn.Activation]. u, the unsaturated share, rests in slope and
// the transmission t in y until they are used.
func (f function[T]) Apply(y, slope, x []T) {
	y, slope = y[:len(x)], slope[:len(x)]
	if f.a.Encoding == Intensity {
		for i, v := range x {
			u := 1 / (1 + max(v, -v))
			slope[i], y[i] = u, -f.k*u
		}
	} else {
		lane.Unsaturated(slope, y, x, -f.k)
	}
	lane.ExpRows(y, y)
	switch f.kind {
	case exact:
		for i, u := range slope {
			slope[i] = (1 + T(f.depth*T(u*(1-u)))) * y[i]
		}
		lane.Times(y, y, x)
	case optical:
		copy(slope, y)
		lane.Times(y, y, x)
	default:
		var at, slopes [few]float64
		for lo := 0; lo < len(x); lo += few {
			n := min(few, len(x)-lo)
			for i, v := range x[lo:][:n] {
				at[i] = float64(v)
			}
			many(f.other, slopes[:n], at[:n])
			for i, v := range slopes[:n] {
				slope[lo+i] = T(v)
			}
		}
		lane.Times(y, y, x)
	}
}
