package hybrid

import (
	"context"
	"fmt"

	"lightfast/pnn/diffract"
	"lightfast/pnn/nn"
	"lightfast/pnn/train"
)

// Axes of misalignment, see [train.Axis].
const (
	Rotation = train.Rotation
	Shift    = train.Shift
	Scaling  = train.Scaling
)

// Axis is one way in which the display-modulator system can be misaligned.
type Axis = train.Axis

// Astray is sharpness-aware training with respect to a misalignment too (Xu et al.
// 2026, Eq. 4): [train.Probing] finds an adverse misalignment for each batch, weights
// climb by Rho with the gradient at perfect alignment, and the gradient that is followed
// from where they were is the one found there at the adverse misalignment.
//
// Around [PAT] the device is moved as well, on top of how it lies, which the model
// does not know.
type Astray struct {
	Sharp
	train.Probing
}

// Name implements [Method].
func (m Astray) Name() string { return m.Sharp.Name() }

// Check implements [Method].
func (m Astray) Check(y *System, dev Physical) error {
	if y.space == nil {
		return fmt.Errorf("training with misalignments of the %s system, expected %s: no other is aligned", y.Name, Space)
	}
	if err := m.Probing.Check(); err != nil {
		return err
	}
	if m.Measures() {
		if _, ok := dev.(Move); !ok {
			return fmt.Errorf("in situ, training with misalignments moves the device, which %T cannot be; train in silico or use a device that implements Move", dev)
		}
	}
	return m.Sharp.Check(y, dev)
}

// Step implements [Method].
func (m Astray) Step(ctx context.Context, s *Session) (Loss, error) {
	axis := m.Turn(s.steps, len(s.Curve))
	loss, err := m.Of.Gradient(ctx, s)
	if err != nil {
		return loss, err
	}
	d := m.Draw(axis, s.Settings.Seed, s.steps)
	adverse, err := m.adverse(ctx, s, axis, d, loss.Task)
	if err == nil {
		err = m.climb(s)
	}
	if err != nil {
		return loss, s.realign(err)
	}
	if err = s.misalign(axis.At(adverse)); err == nil {
		_, err = m.Of.Gradient(ctx, s)
	}
	if back := s.sam.Restore(); err == nil {
		err = back
	}
	if err = s.realign(err); err != nil {
		return loss, err
	}
	s.apply()
	return loss, nil
}

// adverse probes the loss at d and returns where it is expected to be worse.
func (m Astray) adverse(ctx context.Context, s *Session, axis Axis, d, aligned float64) (float64, error) {
	if err := s.misalign(axis.At(d)); err != nil {
		return 0, err
	}
	s.enter()
	scores := s.System.Back.Forward(&s.still, s.entered)
	if m.Measures() {
		var err error
		if scores, err = s.measure(ctx, nn.EvaluateBatch); err != nil {
			return 0, err
		}
	}
	probed, _ := s.objective.Score(s.Pool, nil, scores, s.batch.Labels)
	return m.Adverse(axis, d, aligned, probed), nil
}

// misalign changes the alignment of the model, and of a device that is measured.
func (s *Session) misalign(a diffract.Affine) error {
	if err := s.move(a); err != nil {
		return err
	}
	s.System.Update(s.Pool)
	return nil
}

func (s *Session) move(a diffract.Affine) error {
	if m, ok := s.Device.(Move); ok && s.Method.Measures() {
		if err := m.Misalign(a); err != nil {
			return err
		}
	}
	return s.System.Misalign(a)
}

// realign undoes it; the parameters take effect with the next Update.
func (s *Session) realign(err error) error {
	if back := s.move(diffract.Affine{Scale: 1}); err == nil {
		err = back
	}
	if err != nil {
		s.System.Update(s.Pool)
	}
	return err
}
