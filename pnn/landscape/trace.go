package landscape

import (
	"context"
	"math"
)

// Hutchinson estimates the trace of the Hessian by the mean of v.Hv over random
// vectors of +1 and -1, each as good as the next, until the mean changes by less
// than Tolerance of itself:
//
//	|new - old| / (|old| + 1e-6) < Tolerance
//
// which is the rule of PyHessian. It says little: the error falls as one over the
// root of the number of vectors, and is given beside the mean.
type Hutchinson struct {
	Tolerance float64 // 0: 1e-3
	Vectors   int     // at most. 0: 100
	Seed      uint64
}

// Trace is an estimate of the trace.
type Trace struct {
	Mean      float64
	Error     float64   // standard error of the mean; 0 if there is one vector
	Values    []float64 // v.Hv, vector by vector
	Converged bool
}

// Trace estimates the trace of the Hessian.
func (l *Landscape) Trace(ctx context.Context, s Hutchinson) (t Trace, err error) {
	s.Tolerance, s.Vectors, err = l.defaults("Hutchinson", 1, s.Tolerance, 1e-3, s.Vectors, 100)
	if err != nil {
		return t, err
	}
	err = l.hold(l.gradients(s.Vectors), func() error {
		hv := make([]float64, l.size)
		var sum float64
		for n := range s.Vectors {
			v := l.signs(s.Seed, "landscape trace", uint64(n))
			if err := l.product(ctx, hv, v); err != nil {
				return err
			}
			t.Values = append(t.Values, l.dot(v, hv))
			sum += t.Values[n]
			old := t.Mean
			t.Mean = sum / float64(n+1)
			if math.Abs(t.Mean-old)/(math.Abs(old)+1e-6) < s.Tolerance {
				t.Converged = true
				break
			}
		}
		return nil
	})
	if err != nil {
		return Trace{}, err
	}
	if n := float64(len(t.Values)); n > 1 {
		var squares float64
		for _, v := range t.Values {
			squares += float64((v - t.Mean) * (v - t.Mean))
		}
		t.Error = math.Sqrt(squares / (n - 1) / n)
	}
	return t, nil
}
