package train

import (
	"context"
	"fmt"

	"lightfast/pnn/device"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
)

// Sharp is sharpness-aware training (Xu et al., Nat. Commun. (2026), Eq. 2 and 3)
// around another method: with the gradient of Of, parameters climb by Rho to where
// the loss is worst nearby; the gradient that Of finds there is the one that is
// followed from where they were. Around [InSilico] it needs no device; around
// [PAT] both gradients are those of the device, which is set to the raised
// parameters too (sharpness-aware training in situ).
//
// Parameters are what a device sets: phases, currents. A loss that is flat in them
// is one that errors of them hardly change.
type Sharp struct {
	Of       Descending
	Rho      float64 // length of the climb
	Adaptive bool    // in units of each parameter's own size
}

// Name implements [Method].
func (m Sharp) Name() string {
	if _, ok := m.Of.(InSilico); ok {
		return "SAT"
	}
	return "SAT in situ (" + m.Of.Name() + ")"
}

// Needs implements [Method]: what the method around which it is built needs.
func (m Sharp) Needs(n *model.Network[float32]) (bool, device.Capabilities) { return m.Of.Needs(n) }

// Corrects implements [Method].
func (m Sharp) Corrects(epoch int) bool { return m.Of.Corrects(epoch) }

// Check finds a radius that cannot be climbed.
func (m Sharp) Check(*model.Network[float32]) error {
	if m.Of == nil {
		return fmt.Errorf("sharpness-aware training around no method, expected InSilico or PAT")
	}
	_, err := optim.NewSAM(nil, m.Rho, m.Adaptive)
	return err
}

// climb moves the parameters of the session uphill.
func (m Sharp) climb(s *Session) error {
	if s.sam == nil {
		sam, err := optim.NewSAM(s.elements, m.Rho, m.Adaptive)
		if err != nil {
			return err
		}
		sam.Pool, s.sam = s.Pool, sam
	}
	_, err := s.sam.Ascend()
	return err
}

// Step implements [Method].
func (m Sharp) Step(ctx context.Context, s *Session, b Batch) (Loss, error) {
	loss, err := m.Of.Gradient(ctx, s, b)
	if err != nil {
		return Loss{}, err
	}
	if err := m.climb(s); err != nil {
		return Loss{}, err
	}
	s.Model.Update(s.Pool)
	_, err = m.Of.Gradient(ctx, s, b)
	if back := s.sam.Restore(); err == nil {
		err = back
	}
	if err != nil {
		s.Model.Update(s.Pool)
		return Loss{}, err
	}
	s.apply(0)
	return loss, nil
}
