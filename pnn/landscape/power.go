package landscape

import (
	"context"
	"math"
)

// Power finds the Count eigenvalues of largest magnitude one after another by power
// iteration, as PyHessian does (Yao et al., IEEE Big Data 2020), with which the
// numbers published by Xu et al. (Nat. Commun. 2026) were found. Each begins with a
// random vector; a step makes it orthogonal to the eigenvectors found before and
// applies H; the eigenvalue is v.Hv. It ends when
//
//	|new - old| / (|old| + 1e-6) < Tolerance
//
// and the value is then the old one. The rule is loose: two eigenvalues that are
// close change slowly long before they are found, so that values of a few per cent
// too little are usual. [Lanczos] needs fewer products and says how wrong it is.
type Power struct {
	Count     int
	Tolerance float64 // 0: 1e-3
	Steps     int     // at most, for each. 0: 100
	Seed      uint64
}

// Power runs the search. Pairs are in the order in which they were found: mind that
// published numbers may be the last, not the first.
func (l *Landscape) Power(ctx context.Context, s Power) (e Eigen, err error) {
	s.Tolerance, s.Steps, err = l.defaults("Power", s.Count, s.Tolerance, 1e-3, s.Steps, 100)
	if err != nil {
		return e, err
	}
	err = l.hold(l.gradients(s.Count*(s.Steps+1)), func() error {
		e.Converged = true
		var found [][]float64
		for n := range s.Count {
			v := l.normal(s.Seed, "landscape power iteration", uint64(n))
			value, ended := 0.0, false
			for step := range s.Steps {
				l.orthogonalise(v, found)
				length := l.norm(v)
				if length == 0 { // H is zero on what is left
					value, ended = 0, true
					break
				}
				scale(v, 1/length)
				hv := make([]float64, l.size)
				if err := l.product(ctx, hv, v); err != nil {
					return err
				}
				e.Products++
				next := l.dot(v, hv)
				v = hv
				if ended = step > 0 && math.Abs(next-value)/(math.Abs(value)+1e-6) < s.Tolerance; ended {
					break
				}
				value = next
			}
			e.Converged = e.Converged && ended
			l.orthogonalise(v, found)
			if length := l.norm(v); length > 0 {
				scale(v, 1/length)
			}
			found = append(found, v)
			e.Pairs = append(e.Pairs, Pair{Value: value, Vector: v})
		}
		return l.measure(ctx, &e)
	})
	if err != nil {
		return Eigen{}, err
	}
	return e, nil
}
