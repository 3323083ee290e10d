package optical

import (
	"context"

	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
)

// Method is a way of training.
type Method interface {
	// Name is the name of the method as figures show it.
	Name() string
	// Needs says whether the method measures a device at all and what it needs
	// of it.
	Needs() (measures bool, need device.Capabilities)

	// gradient adds the gradient of a batch to the weights of the session.
	gradient(ctx context.Context, s *Session, x *lane.Batch[float32], labels []uint8) (loss float64, correct int, err error)
	// forward computes or measures, nothing shut, what leaves the weights of all
	// stages. A device is set already.
	forward(ctx context.Context, s *Session, x *lane.Batch[float32]) ([]*lane.Batch[float32], error)
}

// Digital is backpropagation on a computer, with the derivative that the network
// names.
type Digital struct{}

// Name implements [Method].
func (Digital) Name() string { return "backpropagation" }

// Needs implements [Method]: nothing.
func (Digital) Needs() (bool, device.Capabilities) { return false, device.Capabilities{} }

func (Digital) gradient(_ context.Context, s *Session, x *lane.Batch[float32], labels []uint8) (float64, int, error) {
	y := s.Net.Forward(&s.pass, x)
	loss, correct := s.objective.Score(s.Pool, s.g, y, labels)
	s.pass.Fresh, s.pass.Adam = true, s.adam
	s.Net.Backward(&s.pass, s.g)
	return loss, correct, nil
}

func (Digital) forward(_ context.Context, s *Session, x *lane.Batch[float32]) ([]*lane.Batch[float32], error) {
	s.Net.Forward(&nn.Pass{Pool: s.Pool, Mode: nn.Evaluate}, x)
	return s.Net.out, nil
}
