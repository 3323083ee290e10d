package hybrid

import (
	"context"

	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// Method is a way of training.
type Method interface {
	// Name is the name of the method as figures show it.
	Name() string
	// Measures says whether the method measures a device.
	Measures() bool
	// Check finds what the method lacks; dev is nil if there is no device.
	Check(y *System, dev Physical) error
	// Step trains on the session's batch and returns its losses.
	Step(ctx context.Context, s *Session) (Loss, error)
}

// Descending is a method whose step is one gradient and one step down it; others
// can be built around it: [Sharp], [Noisy], [Pruned], [Astray].
type Descending interface {
	Method
	// Gradient leaves the gradient of the batch at the present values in the
	// parameters.
	Gradient(ctx context.Context, s *Session) (Loss, error)
}

// Loss is that of all trainers.
type Loss = train.Loss

// step is the step of a method that descends.
func step(ctx context.Context, s *Session, m Descending) (Loss, error) {
	loss, err := m.Gradient(ctx, s)
	if err == nil {
		s.apply()
	}
	return loss, err
}

// Ideal is backpropagation through the ideal model: training in silico.
type Ideal struct{}

// Name implements [Method].
func (Ideal) Name() string { return "BP" }

// Measures implements [Method].
func (Ideal) Measures() bool { return false }

// Check implements [Method].
func (Ideal) Check(*System, Physical) error { return nil }

// Gradient implements [Descending].
func (Ideal) Gradient(_ context.Context, s *Session) (Loss, error) {
	optim.ZeroGrad(s.params)
	s.enter()
	loss := s.score(s.System.Back.Forward(&s.pass, s.entered))
	s.backward(&s.pass)
	return loss, nil
}

// Step implements [Method].
func (m Ideal) Step(ctx context.Context, s *Session) (Loss, error) { return step(ctx, s, m) }

// PAT is physics-aware training (Wright et al., Nature 601, 549 (2022)): the scores
// are the device's, and the gradient of their loss goes back through the ideal
// model with the model's own activations.
type PAT struct{}

// Name implements [Method].
func (PAT) Name() string { return "PAT" }

// Measures implements [Method].
func (PAT) Measures() bool { return true }

// Check implements [Method].
func (PAT) Check(*System, Physical) error { return nil }

// Gradient implements [Descending].
func (PAT) Gradient(ctx context.Context, s *Session) (Loss, error) {
	optim.ZeroGrad(s.params)
	s.enter()
	scores, err := s.measure(ctx, nn.Train)
	if err != nil {
		return Loss{}, err
	}
	s.System.Back.Forward(&s.still, s.entered)
	loss := s.score(scores)
	s.backward(&s.still)
	return loss, nil
}

// Step implements [Method].
func (m PAT) Step(ctx context.Context, s *Session) (Loss, error) { return step(ctx, s, m) }
