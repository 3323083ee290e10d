package ring

import "fmt"

// Law sets each weight of a layer by the control of a ring of its own. It is an
// nn.Tuning, so that a layer of pnn/nn which has it trains the controls. Fields
// may change between updates of a network.
type Law struct {
	// Curves are those of all weights, or a single one for all of them.
	Curves []Curve
	// Detuning is added to every x^Power: a uniform thermal drift, see [Drift].
	Detuning float64
	// Errors are added to the x^Power of each weight; nil: none.
	Errors []float64
}

// DriftPerKelvin is by how much a ring's resonance moves in the authors'
// simulations, in nm/K; their text speaks of 60 pm/K.
const DriftPerKelvin = 0.080

// Drift is the detuning, in nm, by a change of temperature.
func Drift(kelvin, nmPerKelvin float64) float64 { return float64(kelvin * nmPerKelvin) }

// Check finds laws that do not fit a layer of n weights.
func (l *Law) Check(n int) error {
	if len(l.Curves) != 1 && len(l.Curves) != n {
		return fmt.Errorf("ring: %d tuning curves for %d weights, expected one for each or a single one for all", len(l.Curves), n)
	}
	for i, c := range l.Curves {
		if err := c.Check(); err != nil {
			return fmt.Errorf("%w (curve %d)", err, i)
		}
	}
	if l.Errors != nil && len(l.Errors) != n {
		return fmt.Errorf("ring: %d errors of controls for %d weights, expected one for each or none", len(l.Errors), n)
	}
	return nil
}

// CheckControls reports the first control that is not a number or that its heater
// cannot take.
func (l *Law) CheckControls(x []float64) error {
	for i, v := range x {
		if c := l.curve(i); !c.inRange(v) {
			if !c.limited() {
				return fmt.Errorf("ring: control %d is %g, expected a number", i, v)
			}
			return fmt.Errorf("ring: control %d is %g, its heater takes %g to %g; hold controls in that range while training (Law.Clamp) or give the curve another", i, v, c.Min, c.Max)
		}
	}
	return nil
}

// Clamp moves controls into the range of their heaters.
func (l *Law) Clamp(x []float64) {
	for i, v := range x {
		if c := l.curve(i); c.limited() {
			x[i] = min(max(v, c.Min), c.Max)
		}
	}
}

func (l *Law) curve(i int) *Curve {
	if len(l.Curves) == 1 {
		return &l.Curves[0]
	}
	return &l.Curves[i]
}

// shift is what disturbs weight i.
func (l *Law) shift(i int) float64 {
	if l.Errors != nil {
		return l.Detuning + l.Errors[i]
	}
	return l.Detuning
}

// Weights implements nn.Tuning.
func (l *Law) Weights(w, slope, x []float64, first int) {
	for k, v := range x {
		c := l.curve(first + k)
		q := c.raise(v) + l.shift(first+k)
		w[k] = c.weight(q)
		slope[k] = float64(c.slope(q) * c.lift(v))
	}
}

// Controls implements nn.Tuning: the controls at which undisturbed rings have the
// weights w.
func (l *Law) Controls(x, w []float64, first int) {
	for k, v := range w {
		x[k] = l.curve(first + k).Control(v)
	}
}
