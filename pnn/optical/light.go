package optical

import (
	"context"

	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// Light is optical backpropagation, [train.Light], of the network of a session.
type Light struct{ *train.Light }

// NewLight is the method for networks of so many stages of weights.
func NewLight(stages int) Light { return Light{train.NewLight(stages)} }

func (l Light) gradient(ctx context.Context, s *Session, x *lane.Batch[float32], labels []uint8) (float64, int, error) {
	loss, err := l.Gradient(ctx, s.Device, weighted{s}, train.Batch{Fields: x, Labels: labels, Shot: s.pass.Step})
	return loss.Task, loss.Correct, err
}

func (l Light) forward(ctx context.Context, s *Session, x *lane.Batch[float32]) ([]*lane.Batch[float32], error) {
	return l.Forward(ctx, s.Device, train.Batch{Fields: x, Shot: s.pass.Step})
}

// weighted is a session as [train.Light] sees it.
type weighted struct{ s *Session }

func (w weighted) Parameters() []*optim.Parameter { return w.s.params }

func (w weighted) Score(g, out *lane.Batch[float32], labels []uint8) (float64, int) {
	return w.s.objective.Score(w.s.Pool, g, out, labels)
}

func (w weighted) Correlate(stage int, errors, amplitudes *lane.Batch[float32]) {
	w.s.Net.Correlate(&w.s.pass, stage, errors, amplitudes)
}
