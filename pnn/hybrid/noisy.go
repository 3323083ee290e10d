package hybrid

import (
	"context"
	"fmt"
	"math"

	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
)

// Noisy is noise-aware training around another method: each gradient is taken with
// fresh normal noise on the parameters that set hardware, and on the splitters of a
// mesh, and followed from where the parameters were. Noise is a function of the
// session's seed, the parameter and the step.
//
// Literal leaves the noise of phases in, with the sign reversed, as the authors'
// code for the mesh does by taking off after the forward pass what it never added:
// phases take a random walk, and gradients are those without their noise.
type Noisy struct {
	Of        Descending
	Sigma     float64 // of weights or controls; of phases, in rad
	Splitters float64 // of a mesh
	Literal   bool
}

// Name implements [Method].
func (m Noisy) Name() string { return "NAT" }

// Measures implements [Method].
func (m Noisy) Measures() bool { return m.Of != nil && m.Of.Measures() }

// Check implements [Method].
func (m Noisy) Check(y *System, dev Physical) error {
	if m.Of == nil {
		return fmt.Errorf("noise-aware training around no method, expected Ideal or PAT")
	}
	for _, v := range []float64{m.Sigma, m.Splitters} {
		if !(v >= 0) || math.IsInf(v, 0) {
			return fmt.Errorf("noise-aware training with noise of %g, expected a standard deviation from 0", v)
		}
	}
	if m.Splitters > 0 && y.mesh == nil {
		return fmt.Errorf("noise of splitters in the %s system, expected %s: no other has any", y.Name, Mesh)
	}
	if m.Literal && y.mesh == nil {
		return fmt.Errorf("the authors' noise that is taken off and never added is in their code for the %s system only, not for %s", Mesh, y.Name)
	}
	return m.Of.Check(y, dev)
}

// apart keeps the noise of training from the errors of chips of the same seed.
const apart = 1 << 40

// Gradient implements [Descending].
func (m Noisy) Gradient(ctx context.Context, s *Session) (Loss, error) {
	if s.clean == nil {
		for _, p := range s.System.Optics {
			s.clean = append(s.clean, make([]float64, len(p.Value)))
		}
	}
	for i, p := range s.System.Optics {
		copy(s.clean[i], p.Value)
	}
	if !m.Literal {
		m.disturb(s, 1)
	}
	if m.Splitters > 0 {
		l := s.System.mesh.whole.Layout
		if err := s.System.mesh.Disturb(l.Fabricate(mesh.Sigma{Splitter: m.Splitters}, s.Settings.Seed, apart+int(s.steps))); err != nil {
			return Loss{}, err
		}
	}
	s.System.Update(s.Pool)
	loss, err := m.Of.Gradient(ctx, s)
	for i, p := range s.System.Optics {
		copy(p.Value, s.clean[i])
	}
	if m.Splitters > 0 {
		if back := s.System.mesh.Disturb(nil); err == nil {
			err = back
		}
	}
	if err != nil {
		s.System.Update(s.Pool)
		return loss, err
	}
	if m.Literal {
		m.disturb(s, -1)
	}
	return loss, nil
}

// Step implements [Method].
func (m Noisy) Step(ctx context.Context, s *Session) (Loss, error) { return step(ctx, s, m) }

// disturb adds noise to the parameters that set hardware.
func (m Noisy) disturb(s *Session, sign float64) {
	var n lane.Stream
	for _, p := range s.System.Optics {
		var room [128]byte
		n.Begin(s.Settings.Seed, append(append(room[:0], "noise of "...), p.Name...), s.steps)
		for i := range p.Value {
			p.Value[i] += float64(float64(sign*m.Sigma) * n.Normal())
		}
		p.Round()
	}
}
