package ring

import (
	"fmt"
	"math"
)

// Curve is the tuning curve of a ring, see the package comment.
type Curve struct {
	Base, Amp float64 // weight far from resonance, and what the resonance adds
	Resonance float64 // control in resonance: mA, or nm
	HalfWidth float64 // half width at half maximum, in the unit of x^Power
	Power     int     // 1 or 2; 0: 1

	// Below looks for controls below the resonance instead of above it.
	Below bool
	// Min and Max are the range of the control, the heater's; both 0: unlimited.
	Min, Max float64
}

// Half widths of the curve by Xu et al. (2026): in the training law, where the
// control is a detuning in nm, and of the device, where it is a current in mA.
const (
	TrainingHalfWidth = 0.15
	DeviceHalfWidth   = 0.6
	DeviceResonance   = 4 // mA
	DeviceMaximum     = 6 // mA, the largest current shown
)

// Training is the law by which the authors train: -1 at x = 0, 0 at |x| = 0.15.
func Training() Curve { return Curve{Base: 1, Amp: -2, HalfWidth: TrainingHalfWidth} }

// Device is the law of the rings that they have measured: -1 at 4 mA, driven from
// below with currents of 0 to 6 mA.
func Device() Curve {
	return Curve{Base: 1, Amp: -2, Resonance: DeviceResonance, HalfWidth: DeviceHalfWidth, Below: true, Max: DeviceMaximum}
}

// Check finds curves that no ring can have.
func (c Curve) Check() error {
	for _, f := range []struct {
		name string
		v    float64
	}{{"Base", c.Base}, {"Amp", c.Amp}, {"Resonance", c.Resonance}, {"HalfWidth", c.HalfWidth}, {"Min", c.Min}, {"Max", c.Max}} {
		if math.IsNaN(f.v) || math.IsInf(f.v, 0) {
			return fmt.Errorf("ring: %s of a tuning curve is %g, expected a finite number", f.name, f.v)
		}
	}
	switch {
	case c.Amp == 0:
		return fmt.Errorf("ring: Amp of a tuning curve is 0, expected the weight in resonance less that far from it, such as -2")
	case c.HalfWidth <= 0:
		return fmt.Errorf("ring: HalfWidth of a tuning curve is %g, expected a positive number", c.HalfWidth)
	case c.Power < 0 || c.Power > 2:
		return fmt.Errorf("ring: Power of a tuning curve is %d, expected 1 (shift proportional to the control) or 2 (to its square)", c.Power)
	case c.limited() && c.Min >= c.Max:
		return fmt.Errorf("ring: a tuning curve for controls from %g to %g, expected a smaller and a larger number, or 0 and 0 for no limits", c.Min, c.Max)
	}
	return nil
}

func (c Curve) limited() bool { return c.Min != 0 || c.Max != 0 }

// raise is x^Power.
func (c Curve) raise(x float64) float64 {
	if c.Power == 2 {
		return float64(x * x)
	}
	return x
}

// Weight is the weight at control x, which may be infinite.
func (c Curve) Weight(x float64) float64 { return c.weight(c.raise(x)) }

// Slope is dw/dx.
func (c Curve) Slope(x float64) float64 { return float64(c.slope(c.raise(x)) * c.lift(x)) }

// PruningSlope is half of [Curve.Slope]: the authors' regulariser has a prefactor
// of 2A where the derivative has 4A.
func (c Curve) PruningSlope(x float64) float64 { return c.Slope(x) / 2 }

// lift is the slope of x^Power.
func (c Curve) lift(x float64) float64 {
	if c.Power == 2 {
		return 2 * x
	}
	return 1
}

// weight is the weight where x^Power, after all disturbances, is q.
func (c Curve) weight(q float64) float64 {
	d := (q - c.raise(c.Resonance)) / c.HalfWidth
	return c.Base + c.Amp/(1+float64(d*d))
}

// slope is dw/dq; it vanishes far away.
func (c Curve) slope(q float64) float64 {
	d := (q - c.raise(c.Resonance)) / c.HalfWidth
	n := 1 + float64(d*d)
	if n > math.MaxFloat64 {
		return 0
	}
	return float64(-2*c.Amp*d) / float64(c.HalfWidth*float64(n*n))
}

// Control is the control of weight w on the side of the resonance that Below
// tells: the nearest one that the ring, and its heater, can reach. Without limits
// it is infinite for the weight far from resonance, such as +1.
func (c Curve) Control(w float64) float64 {
	x := c.reach(w)
	if c.limited() {
		x = min(max(x, c.Min), c.Max)
	}
	return x
}

func (c Curve) reach(w float64) float64 {
	over, under := c.Base+c.Amp-w, w-c.Base
	var d float64
	switch {
	case under == 0 || under > 0 != (c.Amp > 0):
		d = math.Inf(1)
	case over > 0 != (under > 0):
		d = 0 // beyond the weight in resonance
	default:
		d = math.Sqrt(over / under)
	}
	if c.Below {
		d = -d
	}
	q := float64(c.HalfWidth*d) + c.raise(c.Resonance)
	if c.Power == 2 {
		return math.Sqrt(max(q, 0))
	}
	return q
}

// inRange tells whether the heater can take control x.
func (c Curve) inRange(x float64) bool {
	return !math.IsNaN(x) && (!c.limited() || x >= c.Min && x <= c.Max)
}
