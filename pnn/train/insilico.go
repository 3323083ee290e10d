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
func (InSilico) Needs() (bool, device.Capabilities) { return false, device.Capabilities{} }

// Corrects implements [Method]: the model is ideal.
func (InSilico) Corrects(int) bool { return false }

// Step implements [Method].
func (InSilico) Step(_ context.Context, s *Session, b Batch) (Loss, error) {
	optim.ZeroGrad(s.elements)
	loss := s.backpropagate(b, 0)
	s.step(0)
	return loss, nil
}

// backpropagate sends a batch through the ideal model from stage first on, whose
// input field is in the trace (for stage 0 it is the batch), and leaves the
// gradients of the cross-entropy in the trace.
func (s *Session) backpropagate(b Batch, first int) Loss {
	s.enter(b)
	return s.descend(b, first, func(tr *model.Trace[float32], lo, hi int) []float32 {
		return tr.Scores.Block(lo, hi)
	}, false, model.Gradient[float32]{})
}

// descend goes forward and backward through the model, group by group: scores
// says which scores the loss is taken of after the forward pass of a group, g
// carries what else the backward pass needs.
func (s *Session) descend(b Batch, first int, scores func(tr *model.Trace[float32], lo, hi int) []float32, corrected bool, g model.Gradient[float32]) Loss {
	n := s.Model.Classes
	samples := len(b.Labels)
	g.Scores = s.scores
	losses := make([]Loss, (b.Fields.Blocks()+3)/4)
	s.groups(b.Fields.Blocks(), func(group, worker, lo, hi int) {
		w := s.work[worker]
		s.Model.ForwardFrom(first, s.trace, w, lo, hi, corrected)
		l := &losses[group]
		l.Task, l.Correct = model.CrossEntropy(s.scores.Block(lo, hi), scores(s.trace, lo, hi), labelsOf(b.Labels, lo, hi), n, samples)
		s.Model.Backward(first, s.trace, w, lo, hi, corrected, g)
	})
	return total(losses, samples)
}

// total adds the losses of the groups in order; task losses are sums over
// samples until here.
func total(groups []Loss, samples int) (l Loss) {
	for _, g := range groups {
		l.Task += g.Task / float64(samples)
		l.Similarity += g.Similarity
		l.Correct += g.Correct
	}
	return l
}
