package landscape

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Pair is an eigenvalue of the Hessian, in units of the loss over those of the
// parameters squared, with its eigenvector of length 1.
type Pair struct {
	Value  float64
	Vector []float64
	// Residual is |H v - value v|, measured with one more product. Some eigenvalue
	// lies within it of the value.
	Residual float64
}

// Eigen is what a search for eigenvalues found.
type Eigen struct {
	Pairs     []Pair // as many as asked for, in the order of the method
	Converged bool   // by the method's own rule
	Products  int    // Hessian-vector products it took, those for the residuals included
}

// Lanczos finds the Count eigenvalues of largest magnitude, largest first.
//
// It stops when the residual of each falls below Tolerance times the eigenvalue, or
// times a thousandth of the largest if that is more. The error of an eigenvalue is
// then about its square over the distance to the next one. As with any method that
// begins with a single vector, of an eigenvalue that occurs several times one copy
// is found unless the basis grows to span everything that can be reached.
type Lanczos struct {
	Count     int
	Tolerance float64 // 0: 1e-4
	Steps     int     // at most; memory is one vector a step. 0: 200
	Seed      uint64  // of the vector to begin with
	// Algebraic takes the most positive eigenvalues instead: the sharpest
	// directions upwards.
	Algebraic bool
}

// Lanczos runs the search. If it does not converge the pairs are the best that
// there are, with Converged false.
func (l *Landscape) Lanczos(ctx context.Context, s Lanczos) (e Eigen, err error) {
	s.Tolerance, s.Steps, err = l.defaults("Lanczos", s.Count, s.Tolerance, 1e-4, s.Steps, 200)
	if err != nil {
		return e, err
	}
	if s.Steps < s.Count {
		return e, fmt.Errorf("landscape: Lanczos for %d eigenvalues in %d steps; expected at least as many steps, some times as many to converge", s.Count, s.Steps)
	}
	s.Steps = min(s.Steps, l.size)
	err = l.hold(l.gradients(s.Steps+s.Count), func() error {
		k := l.begin(l.normal(s.Seed, "landscape lanczos", 0), s.Seed)
		for len(k.alpha) < s.Steps && !e.Converged {
			if err := k.extend(ctx); err != nil {
				return err
			}
			if len(k.alpha) < s.Count {
				continue
			}
			values, last, err := k.solve(len(k.alpha) - 1)
			if err != nil {
				return err
			}
			e.Converged = s.settled(values, last[0], k.beta[len(k.beta)-1])
		}
		values, vectors, err := k.solve()
		if err != nil {
			return err
		}
		e.Products = len(k.alpha)
		for _, i := range s.order(values)[:s.Count] {
			c := make([]float64, len(vectors))
			for j, row := range vectors {
				c[j] = row[i]
			}
			v := l.combine(c, k.basis[:len(c)])
			scale(v, 1/l.norm(v))
			e.Pairs = append(e.Pairs, Pair{Value: values[i], Vector: v})
		}
		return l.measure(ctx, &e)
	})
	if err != nil {
		return Eigen{}, err
	}
	return e, nil
}

// settled tells whether the wanted eigenvalues have small residuals, which are
// beta times the last components of the eigenvectors.
func (s Lanczos) settled(values, last []float64, beta float64) bool {
	order := s.order(values)
	var top float64
	for _, v := range values {
		top = max(top, math.Abs(v))
	}
	for _, i := range order[:s.Count] {
		if math.Abs(beta*last[i]) > s.Tolerance*max(math.Abs(values[i]), 1e-3*top) {
			return false
		}
	}
	return true
}

// order returns the numbers of the eigenvalues, the wanted ones first.
func (s Lanczos) order(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := values[i], values[j]
		if !s.Algebraic {
			a, b = math.Abs(a), math.Abs(b)
		}
		switch {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	})
	return order
}

// measure fills in the residuals.
func (l *Landscape) measure(ctx context.Context, e *Eigen) error {
	hv := make([]float64, l.size)
	for i := range e.Pairs {
		p := &e.Pairs[i]
		if err := l.product(ctx, hv, p.Vector); err != nil {
			return err
		}
		e.Products++
		for j, v := range p.Vector {
			hv[j] -= float64(p.Value * v)
		}
		p.Residual = l.norm(hv)
	}
	return nil
}

// defaults checks what searches have in common.
func (l *Landscape) defaults(what string, count int, tolerance, usual float64, steps, most int) (float64, int, error) {
	switch {
	case count < 1 || count > l.size:
		return 0, 0, fmt.Errorf("landscape: %s with Count = %d; expected 1 to %d, the number of parameters", what, count, l.size)
	case tolerance < 0 || math.IsNaN(tolerance):
		return 0, 0, fmt.Errorf("landscape: %s with Tolerance = %g; expected a positive number, or 0 for %g", what, tolerance, usual)
	case steps < 0:
		return 0, 0, fmt.Errorf("landscape: %s with Steps = %d; expected a positive number, or 0 for %d", what, steps, most)
	}
	if tolerance == 0 {
		tolerance = usual
	}
	if steps == 0 {
		steps = max(most, count)
	}
	return tolerance, steps, nil
}
