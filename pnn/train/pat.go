package train

import (
	"context"

	"lightfast/pnn/device"
	"lightfast/pnn/lane"
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
func (PAT) Needs() (bool, device.Capabilities) { return true, device.Capabilities{} }

// Corrects implements [Method]: the model is ideal.
func (PAT) Corrects(int) bool { return false }

// Step implements [Method].
func (PAT) Step(ctx context.Context, s *Session, b Batch) (Loss, error) {
	r, err := s.measure(ctx, b, nil, false)
	if err != nil {
		return Loss{}, err
	}
	s.enter(b)
	m := newMeasured(s, b)
	loss := s.descend(b, 0, func(_ *model.Trace[float32], lo, hi int) []float32 {
		return m.read(s, r, lo, hi)
	}, false, model.Gradient[float32]{})
	optim.ZeroGrad(s.elements)
	s.step(0)
	return loss, nil
}

// measured holds the scores and norms of a measured output.
type measured struct{ scores, norm *lane.Batch[float32] }

func newMeasured(s *Session, b Batch) *measured {
	return &measured{lane.NewBatch[float32](b.Fields.Samples, s.Model.Classes), lane.NewBatch[float32](b.Fields.Samples, 1)}
}

// read reads out the measured scores of blocks lo..hi-1.
func (m *measured) read(s *Session, r *device.Reading, lo, hi int) []float32 {
	s.Model.Scores(m.scores, m.norm, r.Output.Block(lo, hi), lo, hi)
	return m.scores.Block(lo, hi)
}
