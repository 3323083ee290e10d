package hybrid

import (
	"context"
	"fmt"
	"math"

	"lightfast/pnn/optim"
)

// Pruned is optical pruning around another method: it adds to the loss
//
//	Strength sum over the layers of ||v||,   v_i = (dw/dx)/2 at the control of w_i,
//
// which drives weights to where rings hardly react to their controls. (The half is
// the prefactor of the authors' code.) With t = (w-Base)/Amp of the tuning curve,
//
//	v^2 = (Amp/HalfWidth)^2 t^3 (1-t).
type Pruned struct {
	Of       Descending
	Strength float64
}

// Name implements [Method].
func (Pruned) Name() string { return "Pruning" }

// Measures implements [Method].
func (m Pruned) Measures() bool { return m.Of != nil && m.Of.Measures() }

// Check implements [Method].
func (m Pruned) Check(y *System, dev Physical) error {
	if m.Of == nil {
		return fmt.Errorf("optical pruning around no method, expected Ideal or PAT")
	}
	if y.Name != Rings || y.InCurrents() || y.curve.Power > 1 {
		return fmt.Errorf("optical pruning of the %s system, expected %s, trained in weights, with a tuning curve of power 1", y.Name, Rings)
	}
	if !(m.Strength >= 0) || math.IsInf(m.Strength, 0) {
		return fmt.Errorf("optical pruning of strength %g, expected a number from 0", m.Strength)
	}
	return m.Of.Check(y, dev)
}

// Gradient implements [Descending].
func (m Pruned) Gradient(ctx context.Context, s *Session) (Loss, error) {
	loss, err := m.Of.Gradient(ctx, s)
	if err != nil {
		return loss, err
	}
	y := s.System
	s.Pool.For(len(y.Weights), func(i, _ int) { y.penalise(y.Weights[i], m.Strength) })
	return loss, nil
}

// penalise adds the gradient of strength times the norm of the slopes of one layer
// to that of its weights, and returns the norm.
func (y *System) penalise(p *optim.Parameter, strength float64) float64 {
	c := y.curve
	k := float64(c.Amp / c.HalfWidth)
	k = float64(k * k)
	share := func(w float64) float64 { return min(max((w-c.Base)/c.Amp, 0), 1) }
	var sum float64
	for _, w := range p.Value {
		t := share(w)
		sum += float64(float64(k*float64(t*t)) * float64(t*(1-t)))
	}
	norm := math.Sqrt(sum)
	if norm == 0 {
		return 0
	}
	by := float64(strength/norm) * k / c.Amp
	for i, w := range p.Value {
		t := share(w)
		p.Grad[i] += float64(by * float64(float64(t*t)*(1.5-float64(2*t))))
	}
	return norm
}

// Step implements [Method].
func (m Pruned) Step(ctx context.Context, s *Session) (Loss, error) { return step(ctx, s, m) }
