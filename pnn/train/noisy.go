package train

import (
	"context"
	"fmt"
	"math"

	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/model"
)

// Noisy is noise-aware training around another method: each gradient is taken at
// parameters to which fresh normal noise of standard deviation Sigma (in their own
// unit) has been added, and followed from where they were. The noise is a function
// of the session's seed, the parameter and the step.
//
// Literal leaves the noise in, with the sign reversed, as the authors' code for
// meshes does by taking off after the forward pass what it never added (Xu et al.
// 2026): the parameters then take a random walk, and gradients are those without
// noise.
type Noisy struct {
	Of      Descending
	Sigma   float64
	Literal bool
}

// Name implements [Method].
func (m Noisy) Name() string { return "NAT" }

// Needs implements [Method].
func (m Noisy) Needs(n *model.Network[float32]) (bool, device.Capabilities) { return m.Of.Needs(n) }

// Corrects implements [Method].
func (m Noisy) Corrects(epoch int) bool { return m.Of.Corrects(epoch) }

// Check finds noise that cannot be.
func (m Noisy) Check(*model.Network[float32]) error {
	if m.Of == nil {
		return fmt.Errorf("noise-aware training around no method, expected InSilico or PAT")
	}
	if !(m.Sigma >= 0) || math.IsInf(m.Sigma, 0) {
		return fmt.Errorf("noise-aware training with noise of %g, expected a standard deviation from 0", m.Sigma)
	}
	return nil
}

// Step implements [Method].
func (m Noisy) Step(ctx context.Context, s *Session, b Batch) (Loss, error) {
	if m.Literal {
		loss, err := m.Of.Gradient(ctx, s, b)
		if err != nil {
			return Loss{}, err
		}
		m.disturb(s, -1)
		s.apply(0)
		return loss, nil
	}
	if s.clean == nil {
		for _, p := range s.elements {
			s.clean = append(s.clean, make([]float64, len(p.Value)))
		}
	}
	for i, p := range s.elements {
		copy(s.clean[i], p.Value)
	}
	m.disturb(s, 1)
	s.Model.Update(s.Pool)
	loss, err := m.Of.Gradient(ctx, s, b)
	for i, p := range s.elements {
		copy(p.Value, s.clean[i])
	}
	if err != nil {
		s.Model.Update(s.Pool)
		return Loss{}, err
	}
	s.apply(0)
	return loss, nil
}

// disturb adds noise to the parameters.
func (m Noisy) disturb(s *Session, sign float64) {
	var n lane.Stream
	for _, p := range s.elements {
		var room [128]byte
		n.Begin(s.Settings.Seed, append(append(room[:0], "noise of "...), p.Name...), s.steps)
		for i := range p.Value {
			p.Value[i] += float64(float64(sign*m.Sigma) * n.Normal())
		}
		p.Round()
	}
}
