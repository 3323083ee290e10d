package hybrid

import (
	"context"
	"fmt"
	"slices"

	"lightfast/pnn/lane"
	"lightfast/pnn/model"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
)

// DAT is dual adaptive training (Zheng et al., Nat. Mach. Intell. 5, 1119 (2023)) of
// the mesh system: in each step networks behind the mesh learn to predict the chip's
// errors, and the parameters are trained as by PAT with a field of the chip's
// amplitudes, to which the predictions are added from epoch CorrectFrom on.
//
// Xu et al. (2026) have six networks, features 4-8-16 and batch norms in them; these
// have none.
type DAT struct {
	Predictors  int
	Features    [3]int
	CorrectFrom int
	// Literal repeats what the code of Xu et al. does: it adds the gradient of the
	// similarity with respect to the parameters to that of the task, by not
	// clearing it; teaches the predictors no more once they are used, while the
	// parameters whose errors they predict move on; and has all predictors but the
	// first among what the optimiser of the parameters steps too, at first by the
	// gradient that they were taught with, later by that of the task.
	Literal bool
}

// Name implements [Method].
func (DAT) Name() string { return "DAT" }

// Measures implements [Method].
func (DAT) Measures() bool { return true }

// Check implements [Method].
func (d DAT) Check(y *System, dev Physical) error {
	if y.mesh == nil {
		return fmt.Errorf("dual adaptive training of the %s system, expected %s: error predictors stand behind a field", y.Name, Mesh)
	}
	if _, ok := dev.(*Chip); !ok {
		return fmt.Errorf("dual adaptive training needs the intensities of all ports, which %T does not give; use a Chip", dev)
	}
	if d.Predictors < 1 || d.CorrectFrom < 0 {
		return fmt.Errorf("dual adaptive training with %d predictors from epoch %d on, expected at least one, and an epoch from 0", d.Predictors, d.CorrectFrom)
	}
	_, err := predictors(1, MeshPorts, d.Features, 0)
	return err
}

// prepare gives the session its predictors.
func (d DAT) prepare(s *Session) error {
	if r := s.Settings.SEPNRate; !(r.Rate > 0) {
		return fmt.Errorf("hybrid: learning rate %g of the error predictors, expected a positive number", r.Rate)
	}
	nets, err := predictors(d.Predictors, MeshPorts, d.Features, s.Settings.Seed)
	if err != nil {
		return err
	}
	s.System.mesh.dual.Nets = nets
	s.sepns = s.System.mesh.dual.parameters()
	s.sepnAdam = optim.NewAdam(s.sepns)
	s.sepnAdam.Pool = s.Pool
	if d.Literal {
		var others []*optim.Parameter
		for _, n := range nets[1:] {
			others = append(others, n.Parameters()...)
		}
		s.optimise(slices.Concat(s.params, others))
	}
	return nil
}

// Corrects tells whether the model adds predictions in an epoch.
func (d DAT) Corrects(epoch int) bool { return epoch >= d.CorrectFrom }

// Step implements [Method].
func (d DAT) Step(ctx context.Context, s *Session) (Loss, error) {
	dual := &s.System.mesh.dual
	optim.ZeroGrad(s.params)
	s.enter()
	scores, err := s.measure(ctx, nn.Train)
	if err != nil {
		return Loss{}, err
	}
	var similarity float64
	corrects := d.Corrects(len(s.Curve))
	if !d.Literal || !corrects {
		similarity = d.teach(s, scores)
	}
	dual.Correct, dual.Observed, dual.Teach = corrects, s.Device.(*Chip).Intensities(), d.Literal && corrects
	s.System.Back.Forward(&s.still, s.entered)
	loss := s.score(scores)
	s.backward(&s.still)
	if dual.Teach {
		optim.ZeroGrad(s.sepns)
		dual.collect(s.Pool)
	}
	dual.Correct, dual.Observed, dual.Teach = false, nil, false
	s.apply()
	if d.Literal {
		dual.update(s.Pool)
	}
	loss.Similarity = similarity
	return loss, nil
}

// teach takes one step of the predictors towards measured scores.
func (d DAT) teach(s *Session, measured *lane.Batch[float32]) (loss float64) {
	dual := &s.System.mesh.dual
	dual.Correct, dual.Teach = true, true
	ours := s.System.Back.Forward(&s.still, s.entered)
	s.g.Resize(ours.Samples)
	clear(s.g.Data)
	parts := make([]float64, lane.Groups(ours.Blocks()))
	s.Pool.For(len(parts), func(g, _ int) {
		lo, hi := g*lane.Group, min((g+1)*lane.Group, ours.Blocks())
		samples := min(hi*lane.Width, ours.Samples) - lo*lane.Width
		parts[g] = model.MeanSquares(s.g.Block(lo, hi), ours.Block(lo, hi), measured.Block(lo, hi), 1, ours.Rows, samples, ours.Samples)
	})
	for _, v := range parts {
		loss += v
	}
	if d.Literal {
		s.backward(&s.still)
	} else {
		s.System.mesh.pullPredictors(s.Pool, s.g, s.entered)
	}
	dual.Correct, dual.Teach = false, false
	optim.ZeroGrad(s.sepns)
	dual.collect(s.Pool)
	s.sepnAdam.Step(s.Settings.SEPNRate.At(int(s.steps)))
	dual.update(s.Pool)
	return loss
}
