package train

import (
	"context"

	"lightfast/pnn/device"
	"lightfast/pnn/optim"
)

// InSilico trains the ideal digital model by backpropagation and never looks at
// a device. Measured on a chip afterwards, its result is "direct deployment".
type InSilico struct{}

// Name implements [Method].
func (InSilico) Name() string { return "in silico" }

// Needs implements [Method]: nothing.
func (InSilico) Needs() (bool, device.Capabilities) { return false, device.Capabilities{} }

// Corrects implements [Method]: the model is ideal.
func (InSilico) Corrects(int) bool { return false }

// Step implements [Method].
func (InSilico) Step(_ context.Context, s *Session, b Batch) (Loss, error) {
	optim.ZeroGrad(s.elements)
	s.enter(b)
	loss := s.descend(pass{})
	s.step(0)
	return loss, nil
}
