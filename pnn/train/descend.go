package train

import (
	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/model"
)

// pass says how a batch goes forward and backward through the model.
type pass struct {
	first     int  // stage that the given field enters; the batch enters stage 0
	corrected bool // predicted errors are added
	// reading, if not nil, is the device's: the loss is taken of its scores.
	reading *device.Reading
	// local holds, by stage, memory for fused states, with which activations and
	// detection multiply the gradient; nil: the model's own states.
	local []*lane.Batch[float32]
}

// descend goes forward and backward through the model, group by group, and
// leaves the gradients of the cross-entropy at the outputs of the elements in
// the trace.
func (s *Session) descend(p pass) Loss {
	s.pass = p
	s.groups(s.body.descend)
	s.pass = pass{}
	return s.total()
}

// descendGroup is the part of descend for blocks lo..hi-1.
func (s *Session) descendGroup(group, worker, lo, hi int) {
	p := &s.pass
	w := s.work[worker]
	s.Model.ForwardFrom(p.first, s.trace, w, lo, hi, p.corrected)
	scores := s.trace.Scores
	g := model.Gradient[float32]{Scores: s.scores, Local: p.local}
	if p.reading != nil {
		for i, f := range p.local {
			if f != nil {
				model.Fuse(f.Block(lo, hi), s.trace.State[i].Block(lo, hi), s.behind(i).Block(lo, hi), s.Model.Ports(), hi-lo)
			}
		}
		s.Model.Scores(s.measured, s.norm, p.reading.Output.Block(lo, hi), lo, hi)
		scores = s.measured
		if p.local != nil {
			g.Norm = s.norm
		}
	}
	l := &s.losses[group]
	l.Task, l.Correct = s.Model.Loss(s.scores.Block(lo, hi), scores.Block(lo, hi), labelsOf(s.current.Labels, lo, hi), s.Model.Classes, len(s.current.Labels))
	s.Model.Backward(p.first, s.trace, w, lo, hi, p.corrected, g)
}

// behind is what was measured behind stage i in the pass under way.
func (s *Session) behind(i int) *lane.Batch[float32] {
	if i == len(s.Model.Stages)-1 {
		return s.pass.reading.Output
	}
	return s.pass.reading.States[i]
}

// total adds the losses of the groups in order; task losses are sums over
// samples until here.
func (s *Session) total() (l Loss) {
	for _, g := range s.losses {
		l.Task += g.Task / float64(len(s.current.Labels))
		l.Similarity += g.Similarity
		l.Correct += g.Correct
	}
	return l
}
