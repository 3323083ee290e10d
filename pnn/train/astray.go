package train

import (
	"context"
	"fmt"

	"lightfast/pnn/diffract"
	"lightfast/pnn/model"
)

// Astray is sharpness-aware training with respect to a misalignment too (Xu et al.
// 2026, supplement 6.4, of two plates that may be rotated): for each batch [Probing]
// finds an adverse misalignment, weights climb by Rho with the gradient at perfect
// alignment, and the gradient that is followed from where they were is the one found
// there at the adverse misalignment.
//
// A copy of the plates is moved, all of them together, by nearest pixels. The
// authors' code writes what is moved back into the plates, which therefore creep;
// their text does not mean it to.
//
// Losses are means over the batch, where the authors' D2NN adds up: their gain of
// 0.03 for 200 images is 6 here.
type Astray struct {
	Sharp
	Probing
}

// Movable is an element whose parts can be put out of their place in the light, all
// together; the zero value puts them back. The next Updating makes it take effect.
type Movable interface{ Move(diffract.Affine) error }

// Name implements [Method].
func (m Astray) Name() string { return m.Sharp.Name() }

// Check finds what cannot be trained so.
func (m Astray) Check(n *model.Network[float32]) error {
	if err := m.Sharp.Check(n); err != nil {
		return err
	}
	if err := m.Probing.Check(); err != nil {
		return err
	}
	if measures, _ := m.Needs(n); measures {
		return fmt.Errorf("training with misalignments around %s, which measures a device, expected InSilico: no device can be moved", m.Of.Name())
	}
	for _, s := range n.Stages {
		if _, ok := s.Element.(Movable); ok && len(s.Element.Parameters()) > 0 {
			return nil
		}
	}
	return fmt.Errorf("training with misalignments of %T, expected modulators in free space: nothing else can be moved", n.Stages[0].Element)
}

// Step implements [Method].
func (m Astray) Step(ctx context.Context, s *Session, b Batch) (loss Loss, err error) {
	if loss, err = m.Of.Gradient(ctx, s, b); err != nil {
		return Loss{}, err
	}
	// What fails leaves the model as it was.
	defer func() {
		if err != nil {
			s.move(diffract.Affine{})
			s.Model.Update(s.Pool)
		}
	}()
	axis := m.Turn(s.steps, len(s.Curve))
	d := m.Draw(axis, s.Settings.Seed, s.steps)
	if err = s.move(axis.At(d)); err != nil {
		return Loss{}, err
	}
	s.Model.Update(s.Pool)
	adverse := m.Adverse(axis, d, loss.Task, s.look())
	if err = m.climb(s); err != nil {
		return Loss{}, err
	}
	if err = s.move(axis.At(adverse)); err == nil {
		s.Model.Update(s.Pool)
		_, err = m.Of.Gradient(ctx, s, b)
	}
	if back := s.sam.Restore(); err == nil {
		err = back
	}
	if err != nil {
		return Loss{}, err
	}
	if err = s.move(diffract.Affine{}); err != nil {
		return Loss{}, err
	}
	s.apply(0)
	return loss, nil
}

// move puts what can be moved out of its place; the next Update makes it take effect.
func (s *Session) move(a diffract.Affine) error {
	for _, stage := range s.Model.Stages {
		if e, ok := stage.Element.(Movable); ok {
			if err := e.Move(a); err != nil {
				return err
			}
		}
	}
	return nil
}

// look is the task loss of the current batch, without gradients.
func (s *Session) look() float64 {
	s.groups(s.onGroups(func(group, worker, lo, hi int) {
		s.Model.Forward(s.trace, s.work[worker], lo, hi, false)
		l := &s.losses[group]
		l.Task, _ = s.Model.Loss(s.scores.Block(lo, hi), s.trace.Scores.Block(lo, hi), labelsOf(s.current.Labels, lo, hi), s.Model.Classes, len(s.current.Labels))
	}))
	return s.total().Task
}
