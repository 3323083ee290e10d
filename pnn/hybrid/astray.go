package hybrid

import (
	"context"
	"fmt"
	"math"

	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
)

// Axes of misalignment.
const (
	Rotation = "rotation" // degrees, clockwise
	Shift    = "shift"    // pixels, down
	Scaling  = "scale"    // above 1 enlarges
)

// Axis is one way in which the display-modulator system can be misaligned, of
// which training has no derivative.
type Axis struct {
	Name  string  `json:"name"`
	Reach float64 `json:"reach"` // of a probe
	Gain  float64 `json:"gain"`  // of the step that the difference of losses suggests
}

// Astray is sharpness-aware training with respect to a misalignment too (Xu et al.
// 2026, Eq. 4): how the loss L depends on it is found by a finite difference. For
// each batch, from perfect alignment,
//
//	d = Reach U(0,1),   g = (L(d) - L(0))/d,   adverse = d + Gain g,
//
// weights climb by Rho with the gradient at perfect alignment, and the gradient that
// is followed from where they were is the one found there at the adverse
// misalignment. Of several axes each batch takes the next in turn.
//
// The equation in the paper has no d in the adverse misalignment; their code does,
// and without it a shift of less than half a pixel, which nearest pixels do not see,
// is all that training ever meets. Forget leaves it out.
//
// Around [PAT] the device is moved as well, on top of how it lies, which the model
// does not know.
type Astray struct {
	Sharp
	Axes      []Axis
	PerEpoch  bool // take turns by epochs, as the text describes it, not by batches
	BothSides bool // d in -Reach..Reach
	Forget    bool
}

// Name implements [Method].
func (m Astray) Name() string { return m.Sharp.Name() }

// Check implements [Method].
func (m Astray) Check(y *System, dev Physical) error {
	if y.space == nil {
		return fmt.Errorf("training with misalignments of the %s system, expected %s: no other is aligned", y.Name, Space)
	}
	if len(m.Axes) == 0 {
		return fmt.Errorf("training with misalignments without an axis, expected %s, %s or %s", Rotation, Shift, Scaling)
	}
	for _, a := range m.Axes {
		if a.Name != Rotation && a.Name != Shift && a.Name != Scaling {
			return fmt.Errorf("misalignment along %q, expected %s, %s or %s", a.Name, Rotation, Shift, Scaling)
		}
		if !(a.Reach > 0) || math.IsInf(a.Reach, 0) || !(a.Gain >= 0) || math.IsInf(a.Gain, 0) || a.Name == Scaling && a.Reach >= 1 {
			return fmt.Errorf("a probe of reach %g with gain %g along %s, expected a positive reach (of a scale below 1) and a gain from 0", a.Reach, a.Gain, a.Name)
		}
	}
	if m.Measures() {
		if _, ok := dev.(Move); !ok {
			return fmt.Errorf("in situ, training with misalignments moves the device, which %T cannot be; train in silico or use a device that implements Move", dev)
		}
	}
	return m.Sharp.Check(y, dev)
}

// at is the misalignment by v along the axis.
func (a Axis) at(v float64) diffract.Affine {
	switch a.Name {
	case Rotation:
		return diffract.Affine{Rotation: v, Scale: 1}
	case Shift:
		return diffract.Affine{ShiftY: v, Scale: 1}
	}
	return diffract.Affine{Scale: 1 + v}
}

// least is the smallest probe by which a difference is divided.
const least = 1e-6

// widest is the largest enlargement that training meets, as in the authors' code.
const widest = 0.1

// hold keeps an adverse misalignment where the authors keep it.
func (m Astray) hold(a Axis, v float64) float64 {
	if a.Name != Scaling {
		return v
	}
	low := 0.0
	if m.BothSides {
		low = -widest
	}
	return min(max(v, low), widest)
}

// Step implements [Method].
func (m Astray) Step(ctx context.Context, s *Session) (Loss, error) {
	turn := s.steps
	if m.PerEpoch {
		turn = uint64(len(s.Curve))
	}
	axis := m.Axes[turn%uint64(len(m.Axes))]
	loss, err := m.Of.Gradient(ctx, s)
	if err != nil {
		return loss, err
	}
	d := lane.NewStream(s.Settings.Seed, "probe of the alignment", s.steps).Float64()
	if m.BothSides {
		d = float64(2*d) - 1
	}
	d *= axis.Reach
	if math.Abs(d) < least {
		d = least
	}
	adverse, err := m.adverse(ctx, s, axis, d, loss.Task)
	if err == nil {
		err = m.climb(s)
	}
	if err != nil {
		return loss, s.realign(err)
	}
	if err = s.misalign(axis.at(adverse)); err == nil {
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
	if err := s.misalign(axis.at(d)); err != nil {
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
	v := float64(axis.Gain * ((probed - aligned) / d))
	if !m.Forget {
		v += d
	}
	return m.hold(axis, v), nil
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
