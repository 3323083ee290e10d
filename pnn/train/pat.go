package train

import (
	"context"

	"lightfast/pnn/device"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
)

// PAT is physics-aware training (Wright et al., Nature 601, 549 (2022)): the
// forward pass is the device's, the backward pass the ideal model's. The loss is
// taken of the measured scores; its gradient goes back through the model with
// the model's own activations.
type PAT struct{}

// Name implements [Method].
func (PAT) Name() string { return "PAT" }

// Needs implements [Method]: the output of a device.
func (PAT) Needs(*model.Network[float32]) (bool, device.Capabilities) {
	return true, device.Capabilities{}
}

// Corrects implements [Method]: the model is ideal.
func (PAT) Corrects(int) bool { return false }

// Gradient implements [Descending].
func (PAT) Gradient(ctx context.Context, s *Session, b Batch) (Loss, error) {
	r, err := s.measure(ctx, b, nil)
	if err != nil {
		return Loss{}, err
	}
	s.enter(b)
	loss := s.descend(pass{reading: r})
	optim.ZeroGrad(s.elements)
	s.Model.Accumulate(s.Pool, 0, s.trace)
	return loss, nil
}

// Step implements [Method].
func (m PAT) Step(ctx context.Context, s *Session, b Batch) (Loss, error) {
	loss, err := m.Gradient(ctx, s, b)
	if err != nil {
		return Loss{}, err
	}
	s.apply(0)
	return loss, nil
}
