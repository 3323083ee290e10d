package hybrid

import (
	"context"
	"fmt"

	"lightfast/pnn/optim"
)

// Sharp is sharpness-aware training (Xu et al. 2026, Eq. 2 and 3) around another
// method: with the gradient of Of, all parameters climb by Rho to where the loss is
// worst nearby, and the gradient that Of finds there, on the same batch, is followed
// from where they were. Around [Ideal] it is in silico, around [PAT] in situ.
// Running statistics are moved by both passes, as the authors' are.
type Sharp struct {
	Of       Descending
	Rho      float64
	Adaptive bool // in units of each parameter's own size
}

// Name implements [Method].
func (m Sharp) Name() string {
	if m.Of != nil && m.Of.Measures() {
		return "SAT in situ"
	}
	return "SAT"
}

// Measures implements [Method].
func (m Sharp) Measures() bool { return m.Of != nil && m.Of.Measures() }

// Check implements [Method].
func (m Sharp) Check(y *System, dev Physical) error {
	if m.Of == nil {
		return fmt.Errorf("sharpness-aware training around no method, expected Ideal or PAT")
	}
	if _, err := optim.NewSAM(nil, m.Rho, m.Adaptive); err != nil {
		return err
	}
	return m.Of.Check(y, dev)
}

// climb moves the parameters of the session uphill.
func (m Sharp) climb(s *Session) error {
	if s.sam == nil {
		sam, err := optim.NewSAM(s.params, m.Rho, m.Adaptive)
		if err != nil {
			return err
		}
		sam.Pool, s.sam = s.Pool, sam
	}
	_, err := s.sam.Ascend()
	return err
}

// Step implements [Method].
func (m Sharp) Step(ctx context.Context, s *Session) (Loss, error) {
	loss, err := m.Of.Gradient(ctx, s)
	if err != nil {
		return loss, err
	}
	if err := m.climb(s); err != nil {
		return loss, err
	}
	s.System.Update(s.Pool)
	_, err = m.Of.Gradient(ctx, s)
	if back := s.sam.Restore(); err == nil {
		err = back
	}
	if err != nil {
		s.System.Update(s.Pool)
		return loss, err
	}
	s.apply()
	return loss, nil
}
