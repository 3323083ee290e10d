package train

import (
	"fmt"
	"math"

	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
)

// Axes of misalignment.
const (
	Rotation = "rotation" // degrees, clockwise
	Shift    = "shift"    // pixels, down
	Scaling  = "scale"    // above 1 enlarges
)

// Axis is one way in which a system can be misaligned, of which training has no
// derivative.
type Axis struct {
	Name  string  `json:"name"`
	Reach float64 `json:"reach"` // of a probe
	Gain  float64 `json:"gain"`  // of the step that the difference of mean losses suggests
}

// At is the misalignment by v along the axis.
func (a Axis) At(v float64) diffract.Affine {
	switch a.Name {
	case Rotation:
		return diffract.Affine{Rotation: v, Scale: 1}
	case Shift:
		return diffract.Affine{ShiftY: v, Scale: 1}
	}
	return diffract.Affine{Scale: 1 + v}
}

// Probing finds out by finite differences in which direction a misalignment makes
// the loss L worse (Xu et al., Nat. Commun. (2026), Eq. 4). For each batch, from
// perfect alignment,
//
//	d = Reach U(0,1),   g = (L(d) - L(0))/d,   adverse = d + Gain g
//
// Of several axes each batch takes the next in turn.
//
// The equation in the paper has no d in the adverse misalignment; their code does,
// and without it a rotation or shift so small that no pixel has another neighbour,
// which nearest pixels do not see, is all that training ever meets. Forget leaves it
// out.
type Probing struct {
	Axes      []Axis `json:"axes"`
	PerEpoch  bool   `json:"per_epoch,omitempty"`  // take turns by epochs, as the text describes it, not by batches
	BothSides bool   `json:"both_sides,omitempty"` // d in -Reach..Reach
	Forget    bool   `json:"forget,omitempty"`
}

// Check finds axes that cannot be probed.
func (p Probing) Check() error {
	if len(p.Axes) == 0 {
		return fmt.Errorf("training with misalignments without an axis, expected %s, %s or %s", Rotation, Shift, Scaling)
	}
	for _, a := range p.Axes {
		if a.Name != Rotation && a.Name != Shift && a.Name != Scaling {
			return fmt.Errorf("misalignment along %q, expected %s, %s or %s", a.Name, Rotation, Shift, Scaling)
		}
		if !(a.Reach > 0) || math.IsInf(a.Reach, 0) || !(a.Gain >= 0) || math.IsInf(a.Gain, 0) || a.Name == Scaling && a.Reach >= 1 {
			return fmt.Errorf("a probe of reach %g with gain %g along %s, expected a positive reach (of a scale below 1) and a gain from 0", a.Reach, a.Gain, a.Name)
		}
	}
	return nil
}

// Turn is the axis of a step in an epoch, both from 0.
func (p Probing) Turn(step uint64, epoch int) Axis {
	if p.PerEpoch {
		step = uint64(epoch)
	}
	return p.Axes[step%uint64(len(p.Axes))]
}

// least is the smallest probe by which a difference is divided.
const least = 1e-6

// Draw is the probe along an axis in a step, a function of the seed.
func (p Probing) Draw(a Axis, seed, step uint64) float64 {
	d := lane.NewStream(seed, "probe of the alignment", step).Float64()
	if p.BothSides {
		d = float64(2*d) - 1
	}
	d *= a.Reach
	if math.Abs(d) < least {
		d = least
	}
	return d
}

// widest is the largest enlargement that training meets, as in the authors' code.
const widest = 0.1

// Adverse is where along an axis the loss is expected to be worse, if it is aligned
// at 0 and probed at d.
func (p Probing) Adverse(a Axis, d, aligned, probed float64) float64 {
	v := float64(a.Gain * ((probed - aligned) / d))
	if !p.Forget {
		v += d
	}
	if a.Name != Scaling {
		return v
	}
	low := 0.0
	if p.BothSides {
		low = -widest
	}
	return min(max(v, low), widest)
}
