package train

import (
	"context"

	"lightfast/pnn/device"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
)

// InSilico trains the ideal digital model by backpropagation and never looks at
// a device. Measured on a chip afterwards, its result is "direct deployment".
type InSilico struct{}

// Name implements [Method].
func (InSilico) Name() string { return "in silico" }

// Needs implements [Method]: nothing.
func (InSilico) Needs(*model.Network[float32]) (bool, device.Capabilities) {
	return false, device.Capabilities{}
}

// Corrects implements [Method]: the model is ideal.
func (InSilico) Corrects(int) bool { return false }

// Gradient implements [Descending].
func (InSilico) Gradient(_ context.Context, s *Session, b Batch) (Loss, error) {
	optim.ZeroGrad(s.elements)
	s.enter(b)
	loss := s.descend(pass{})
	s.Model.Accumulate(s.Pool, 0, s.trace)
	return loss, nil
}

// Step implements [Method].
func (m InSilico) Step(ctx context.Context, s *Session, b Batch) (Loss, error) {
	loss, err := m.Gradient(ctx, s, b)
	s.apply(0)
	return loss, err
}
