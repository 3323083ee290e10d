package optical

import (
	"context"

	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

// Light is optical backpropagation: a device sends a batch forward, the error at
// its output is sent back through the same weights, past the absorbers a probe
// sees, and weights are changed by products of what was measured before and
// behind them. Nothing of the network is computed.
type Light struct{ Stages int }

// Name implements [Method].
func (Light) Name() string { return "optical backpropagation" }

// Needs implements [Method]: amplitudes behind every stage but the last, and
// light in reverse.
func (l Light) Needs() (bool, device.Capabilities) {
	c := device.Capabilities{Phase: true, Reversed: true}
	for i := range l.Stages - 1 {
		c.States = append(c.States, i)
	}
	return true, c
}

func (Light) gradient(ctx context.Context, s *Session, x *lane.Batch[float32], labels []uint8) (loss float64, correct int, err error) {
	if err := s.Device.Set(ctx, s.values); err != nil {
		return 0, 0, err
	}
	optim.ZeroGrad(s.params)
	if err := s.Device.Forward(ctx, x, device.Exposure{Shot: s.pass.Step, Shutters: true}, &s.amplitudes); err != nil {
		return 0, 0, err
	}
	out := s.amplitudes.Out
	loss, correct = s.objective.Score(s.Pool, s.g, out[len(out)-1], labels)
	if err := s.Device.Reverse(ctx, s.g, &s.errors); err != nil {
		return 0, 0, err
	}
	for i := range out {
		s.Net.Correlate(&s.pass, i, s.errors.Out[i], s.amplitudes.In[i])
	}
	return loss, correct, nil
}

func (Light) forward(ctx context.Context, s *Session, x *lane.Batch[float32]) ([]*lane.Batch[float32], error) {
	err := s.Device.Forward(ctx, x, device.Exposure{Shot: s.pass.Step}, &s.amplitudes)
	return s.amplitudes.Out, err
}
