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
	// It needs all internal states with their phases.
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
func (d DAT) Needs() (bool, device.Capabilities) {
	return true, device.Capabilities{States: d.States, Phase: d.Separable}
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
	r, err := s.measure(ctx, b, d.States, d.Separable)
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
	blocks := b.Fields.Blocks()
	for len(s.parts) < lane.Groups(blocks) {
		var p []sepn.Partial[float32]
		for _, st := range s.Model.Stages {
			p = append(p, st.SEPN.NewPartial())
		}
		s.parts = append(s.parts, p)
	}
	losses := make([]Loss, lane.Groups(blocks))
	similar := d.together
	if d.Separable {
		similar = d.apart
	}
	s.groups(blocks, func(group, worker, lo, hi int) {
		losses[group].Similarity = similar(s, b, r, s.work[worker], s.parts[group], lo, hi)
	})
	if d.Literal {
		s.Model.Accumulate(s.Pool, 0, s.trace)
	}
	optim.ZeroGrad(s.sepns)
	s.Pool.For(len(s.Model.Stages), func(i, _ int) {
		var groups []sepn.Partial[float32]
		for _, p := range s.parts[:lane.Groups(blocks)] {
			groups = append(groups, p[i])
		}
		s.Model.Stages[i].SEPN.Collect(groups)
	})
	s.sepnAdam.Step(s.Settings.SEPNRate.At(len(s.Curve)))
	s.Model.UpdateSEPN()
	return total(losses, len(b.Labels)).Similarity
}

// compare returns the mean squared difference of the first m normalised
// intensities of a field of n ports and of measured intensities, and adds its
// gradient to dField.
func compare(dField, field, intensity []float32, n, m, blocks, samples, batch int) float64 {
	rows := func(n int) []float32 { return make([]float32, n*blocks*lane.Width) }
	own, ours, theirs, gradient := rows(n), rows(m), rows(m), rows(m)
	norm, theirNorm := rows(1), rows(1)
	model.Detect(own, field, n, blocks)
	model.Normalise(ours, norm, own, n, m, blocks)
	model.Normalise(theirs, theirNorm, intensity, n, m, blocks)
	loss := model.MeanSquares(gradient, ours, theirs, m, samples, batch)
	model.NormaliseAdjoint(dField, gradient, norm, field, n, m, blocks)
	return loss
}

// together is the unitary mode: the whole model with prediction against the
// measured output and internal states, all predictors at once.
func (d DAT) together(s *Session, b Batch, r *device.Reading, w *model.Workspace[float32], sums []sepn.Partial[float32], lo, hi int) (loss float64) {
	n, batch := s.Model.Ports(), len(b.Labels)
	samples := len(labelsOf(b.Labels, lo, hi))
	s.Model.Forward(s.trace, w, lo, hi, true)
	states := make([]*lane.Batch[float32], len(s.Model.Stages))
	gradient := func(i int, intensity *lane.Batch[float32], m int) {
		g := s.states[i] // used for the fused states only later in the step
		states[i] = g
		clear(g.Block(lo, hi))
		loss += compare(g.Block(lo, hi), s.trace.State[i].Block(lo, hi), intensity.Block(lo, hi), n, m, hi-lo, samples, batch)
	}
	for _, i := range d.States {
		gradient(i, r.States[i], n)
	}
	gradient(len(states)-1, r.Output, s.Model.Classes)
	s.Model.Backward(0, s.trace, w, lo, hi, true, model.Gradient[float32]{States: states, SEPN: sums})
	return loss
}

// apart is the separable mode: each stage of the model with its prediction, fed
// with the field that entered the same stage of the device, against what was
// measured behind it.
func (d DAT) apart(s *Session, b Batch, r *device.Reading, w *model.Workspace[float32], sums []sepn.Partial[float32], lo, hi int) (loss float64) {
	n, batch := s.Model.Ports(), len(b.Labels)
	samples := len(labelsOf(b.Labels, lo, hi))
	for i := range s.Model.Stages {
		intensity := r.Output
		if i < len(s.Model.Stages)-1 {
			intensity = r.States[i]
		}
		if i > 0 {
			s.Model.Activate(i-1, s.trace.In[i], r.Fields[i-1], lo, hi)
		}
		s.Model.ForwardStage(i, s.trace, w, lo, hi, true)
		g := s.trace.Grad[i].Block(lo, hi)
		clear(g)
		loss += compare(g, s.trace.State[i].Block(lo, hi), intensity.Block(lo, hi), n, n, hi-lo, samples, batch)
		s.Model.BackwardSEPN(i, s.trace, w, lo, hi, sums[i])
	}
	return loss
}

// train takes one step of the phases.
func (d DAT) train(s *Session, b Batch, r *device.Reading) Loss {
	corrected := d.Corrects(len(s.Curve))
	m := newMeasured(s, b)
	local := make([]*lane.Batch[float32], len(s.Model.Stages))
	last := len(local) - 1
	for _, i := range d.States {
		local[i] = s.states[i]
	}
	local[last] = s.states[last]
	n := s.Model.Ports()
	loss := s.descend(b, 0, func(tr *model.Trace[float32], lo, hi int) []float32 {
		for _, i := range d.States {
			model.Fuse(local[i].Block(lo, hi), tr.State[i].Block(lo, hi), r.States[i].Block(lo, hi), n, hi-lo)
		}
		model.Fuse(local[last].Block(lo, hi), tr.State[last].Block(lo, hi), r.Output.Block(lo, hi), n, hi-lo)
		return m.read(s, r, lo, hi)
	}, corrected, model.Gradient[float32]{Local: local, Norm: m.norm})
	s.step(0)
	return loss
}
