package train

import (
	"context"
	"fmt"
	"slices"

	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
	"lightfast/pnn/sepn"
)

// DAT is dual adaptive training (Zheng et al., Nat. Mach. Intell. 5, 1119
// (2023)). Each step first teaches the error predictors to make the model
// resemble the device (similarity loss), then trains the phases: the loss is
// that of the device, its gradient goes back through the corrected model with
// states that have the phase of the model and the measured amplitude.
type DAT struct {
	// States lists the stages behind which internal states are measured,
	// counted from 0; none: DAT without internal states.
	States []int
	// Separable teaches each predictor by its own stage, fed with the field that
	// enters it on the device; otherwise (unitary mode) all are taught together.
	// It needs all internal states, with their phases where the network between
	// them does not discard these.
	Separable bool
	// CorrectFrom is the epoch, counted from 0, from which the predictions are
	// added in the second half of a step; the authors use 20.
	CorrectFrom int
	// Literal adds the gradient of the similarity loss with respect to the
	// phases to that of the task, as the authors' code does by not clearing it.
	Literal bool
}

// Name implements [Method].
func (d DAT) Name() string {
	if len(d.States) == 0 {
		return "DAT w/o IS"
	}
	return "DAT w/ IS"
}

// Needs implements [Method].
func (d DAT) Needs(m *model.Network[float32]) (bool, device.Capabilities) {
	return true, device.Capabilities{States: d.States, Phase: d.Separable && coherent(m, d.States)}
}

// Corrects implements [Method].
func (d DAT) Corrects(epoch int) bool { return epoch >= d.CorrectFrom }

// Check finds what the network lacks.
func (d DAT) Check(m *model.Network[float32]) error {
	last := len(m.Stages) - 1
	for i, s := range m.Stages {
		if s.SEPN == nil {
			return fmt.Errorf("dual adaptive training needs an error predictor behind every stage; stage %d has none", i+1)
		}
		if d.Separable && i < last && !slices.Contains(d.States, i) {
			return fmt.Errorf("separable dual adaptive training needs internal states behind all stages but the last; stage %d is missing", i+1)
		}
	}
	for _, i := range d.States {
		if i < 0 || i >= last {
			return fmt.Errorf("internal state behind stage %d, expected 1 to %d", i+1, last)
		}
	}
	return nil
}

// Step implements [Method].
func (d DAT) Step(ctx context.Context, s *Session, b Batch) (Loss, error) {
	r, err := s.measure(ctx, b, d.States)
	if err != nil {
		return Loss{}, err
	}
	optim.ZeroGrad(s.elements)
	similarity := d.teach(s, b, r)
	loss := d.train(s, b, r)
	loss.Similarity = similarity
	return loss, nil
}

// teach takes one step of the error predictors down the similarity loss.
func (d DAT) teach(s *Session, b Batch, r *device.Reading) float64 {
	s.enter(b)
	for len(s.parts) < len(s.losses) {
		var p []sepn.Partial[float32]
		for i, st := range s.Model.Stages {
			p = append(p, st.SEPN.NewPartial())
			s.ofStage[i] = append(s.ofStage[i], p[i])
		}
		s.parts = append(s.parts, p)
	}
	s.pass = pass{reading: r}
	if d.Separable {
		s.groups(s.body.apart)
	} else {
		s.listStates(d)
		s.groups(s.body.together)
	}
	if d.Literal {
		s.Model.Accumulate(s.Pool, 0, s.trace)
	}
	optim.ZeroGrad(s.sepns)
	s.Pool.For(len(s.layers), s.body.collect)
	s.sepnAdam.Step(s.Settings.SEPNRate.At(len(s.Curve)))
	s.Pool.For(len(s.layers), s.body.update)
	return s.total().Similarity
}

// listStates makes s.compared, by stage, the memory of those stages behind which
// d measures: it holds gradients of internal states while the predictors are
// taught and fused states while the phases are trained.
func (s *Session) listStates(d DAT) {
	clear(s.compared)
	for _, i := range d.States {
		s.compared[i] = s.states[i]
	}
	last := len(s.compared) - 1
	s.compared[last] = s.states[last]
}

// layer is one convolution of the error predictor of a stage.
type layer struct{ stage, number int }

// collectLayer sums the gradient of one layer over the groups.
func (s *Session) collectLayer(i, _ int) {
	l := s.layers[i]
	s.Model.Stages[l.stage].SEPN.CollectLayer(l.number, s.ofStage[l.stage][:len(s.losses)])
}

func (s *Session) updateLayer(i, _ int) {
	l := s.layers[i]
	s.Model.Stages[l.stage].SEPN.UpdateLayer(l.number)
}

// comparison is memory of one worker for comparing intensities of one group.
type comparison struct{ own, ours, theirs, gradient, norm, theirNorm []float32 }

func newComparison(ports, group int) *comparison {
	rows := func(n int) []float32 { return make([]float32, n*group*lane.Width) }
	return &comparison{rows(ports), rows(ports), rows(ports), rows(ports), rows(1), rows(1)}
}

// compare returns weight times the mean squared difference of the m numbers that
// readout makes of a field of n ports and of measured intensities, and adds its
// gradient to dField.
func (c *comparison) compare(readout model.Readout[float32], dField, field, intensity []float32, weight float64, n, m, blocks, samples, batch int) float64 {
	gradient := c.gradient[:m*blocks*lane.Width]
	clear(gradient)
	lane.Detect(c.own, field, n, blocks)
	readout.Scores(c.ours, c.norm, c.own, n, blocks)
	readout.Scores(c.theirs, c.theirNorm, intensity, n, blocks)
	loss := model.MeanSquares(gradient, c.ours, c.theirs, weight, m, samples, batch)
	readout.Adjoint(dField, gradient, c.norm, field, n, blocks)
	return loss
}

// togetherGroup is the unitary mode: the whole model with prediction against
// the measured output and internal states, all predictors at once.
func (s *Session) togetherGroup(group, worker, lo, hi int) {
	n, batch := s.Model.Ports(), len(s.current.Labels)
	samples := len(labelsOf(s.current.Labels, lo, hi))
	w := s.work[worker]
	s.Model.Forward(s.trace, w, lo, hi, true)
	loss := 0.0
	for i, g := range s.compared {
		if g == nil {
			continue
		}
		readout, weight, m := s.whole, s.Model.StateWeight, n
		if i == len(s.compared)-1 {
			readout, weight, m = s.Model.Readout, 1, s.Model.Classes
		}
		clear(g.Block(lo, hi))
		loss += s.comparisons[worker].compare(readout, g.Block(lo, hi), s.trace.State[i].Block(lo, hi), s.behind(i).Block(lo, hi), weight, n, m, hi-lo, samples, batch)
	}
	s.losses[group].Similarity = loss
	s.Model.Backward(0, s.trace, w, lo, hi, true, model.Gradient[float32]{States: s.compared, SEPN: s.parts[group]})
}

// apartGroup is the separable mode: each stage of the model with its
// prediction, fed with the field that entered the same stage of the device,
// against what was measured behind it.
func (s *Session) apartGroup(group, worker, lo, hi int) {
	n, batch := s.Model.Ports(), len(s.current.Labels)
	samples := len(labelsOf(s.current.Labels, lo, hi))
	w, r := s.work[worker], s.pass.reading
	loss := 0.0
	for i := range s.Model.Stages {
		if i > 0 {
			s.Model.Enter(i-1, s.trace.In[i], r.States[i-1], r.Fields[i-1], lo, hi)
		}
		s.Model.ForwardStage(i, s.trace, w, lo, hi, true)
		g := s.trace.Grad[i].Block(lo, hi)
		clear(g)
		loss += s.comparisons[worker].compare(s.whole, g, s.trace.State[i].Block(lo, hi), s.behind(i).Block(lo, hi), s.Model.StateWeight, n, n, hi-lo, samples, batch)
		s.Model.BackwardSEPN(i, s.trace, w, lo, hi, s.parts[group][i])
	}
	s.losses[group].Similarity = loss
}

// train takes one step of the phases.
func (d DAT) train(s *Session, b Batch, r *device.Reading) Loss {
	s.enter(b)
	s.listStates(d)
	loss := s.descend(pass{corrected: d.Corrects(len(s.Curve)), reading: r, local: s.compared})
	s.step(0)
	return loss
}
