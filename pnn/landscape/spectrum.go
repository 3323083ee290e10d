package landscape

import (
	"context"
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Quadrature estimates how all eigenvalues of the Hessian are distributed, by
// stochastic Lanczos quadrature (Golub and Welsch 1969; Ghorbani et al., ICML 2019):
// Steps of Lanczos from a random vector give the eigenvalues of a small matrix, which
// stand for those of the Hessian with the squares of the first components of their
// eigenvectors as weights. It is exact for polynomials of degree 2 Steps - 1, on
// average over random vectors.
type Quadrature struct {
	Vectors int // random vectors of +1 and -1. 0: 1
	Steps   int // for each. 0: 100
	Seed    uint64
}

// Spectrum is a distribution of eigenvalues.
type Spectrum struct {
	Values  []float64 // vector by vector
	Weights []float64 // share of all eigenvalues; the sum is 1
	Count   int       // of all eigenvalues: parameters
}

// Spectrum estimates the distribution of the eigenvalues.
func (l *Landscape) Spectrum(ctx context.Context, q Quadrature) (s Spectrum, err error) {
	if q.Vectors < 0 || q.Steps < 0 {
		return s, fmt.Errorf("landscape: Quadrature with Vectors = %d, Steps = %d; expected positive numbers, or 0 for 1 and 100", q.Vectors, q.Steps)
	}
	if q.Vectors == 0 {
		q.Vectors = 1
	}
	if q.Steps == 0 {
		q.Steps = 100
	}
	q.Steps = min(q.Steps, l.size)
	s.Count = l.size
	err = l.hold(l.gradients(q.Vectors*q.Steps), func() error {
		for n := range q.Vectors {
			k := l.begin(l.signs(q.Seed, "landscape spectrum", uint64(n)), q.Seed)
			for len(k.alpha) < q.Steps {
				if err := k.extend(ctx); err != nil {
					return err
				}
				if k.beta[len(k.beta)-1] == 0 { // the rest of the space has no weight
					break
				}
			}
			values, first, err := k.solve(0)
			if err != nil {
				return err
			}
			for i, v := range values {
				s.Values = append(s.Values, v)
				s.Weights = append(s.Weights, float64(first[0][i]*first[0][i])/float64(q.Vectors))
			}
		}
		return nil
	})
	if err != nil {
		return Spectrum{}, err
	}
	return s, nil
}

// Trace is the sum of all eigenvalues.
func (s Spectrum) Trace() (t float64) {
	for i, v := range s.Values {
		t += float64(s.Weights[i] * v)
	}
	return t * float64(s.Count)
}

// Density returns the density of the eigenvalues at the given ones, each spread to a
// normal distribution of standard deviation width; its integral is 1. width must be
// positive, else the density is that of nothing: NaN.
func (s Spectrum) Density(at []float64, width float64) []float64 {
	density := make([]float64, len(at))
	for i, x := range at {
		if !(width > 0) {
			density[i] = math.NaN()
			continue
		}
		for j, v := range s.Values {
			d := (x - v) / width
			density[i] += float64(s.Weights[j] * lane.Exp(-float64(d*d)/2))
		}
		density[i] /= width * math.Sqrt(2*math.Pi)
	}
	return density
}
