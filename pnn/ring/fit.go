package ring

import (
	"fmt"
	"math"
)

// Fit finds the curve of the given power that is nearest to a measured ring in the
// sense of least squares, and the root of the mean square of what is left. The
// curve is limited to the currents at which the ring was measured and looks for
// controls below the resonance.
//
// For a given resonance and width the best Base and Amp follow from two linear
// equations, so only two numbers are searched: first on a grid over the measured
// currents, then by ever finer steps about the best point.
func Fit(m Measured, power int) (Curve, float64, error) {
	if power != 1 && power != 2 {
		return Curve{}, 0, fmt.Errorf("ring: a fit of power %d to ring %q, expected 1 or 2", power, m.Label)
	}
	if len(m.Control) != len(m.Weight) {
		return Curve{}, 0, fmt.Errorf("ring: ring %q has %d currents and %d weights, expected as many", m.Label, len(m.Control), len(m.Weight))
	}
	f := fit{w: m.Weight, q: make([]float64, len(m.Control))}
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, x := range m.Control {
		f.q[i] = Curve{Power: power}.raise(x)
		if w := m.Weight[i]; math.IsNaN(w) || math.IsInf(w, 0) || !(math.Abs(x) <= math.MaxFloat32) {
			return Curve{}, 0, fmt.Errorf("ring: ring %q, point %d: weight %g at %g mA, expected finite numbers", m.Label, i, w, x)
		}
		if power == 2 && x < 0 {
			return Curve{}, 0, fmt.Errorf("ring: ring %q, point %d: a current of %g mA, expected at least 0 where heat goes with its square", m.Label, i, x)
		}
		lo, hi = min(lo, f.q[i]), max(hi, f.q[i])
	}
	if len(m.Control) < 5 || !(lo < hi) {
		return Curve{}, 0, fmt.Errorf("ring: ring %q has %d points from %g to %g mA^%d, expected at least 5 at different currents for a curve of four numbers", m.Label, len(m.Control), lo, hi, power)
	}
	centre, width := f.search(lo, hi)
	base, amp, rest := f.linear(centre, width)
	if amp == 0 || math.IsInf(rest, 1) {
		return Curve{}, 0, fmt.Errorf("ring: ring %q shows no resonance between the currents at which it was measured", m.Label)
	}
	c := Curve{Base: base, Amp: amp, Resonance: centre, HalfWidth: width, Power: power, Below: true}
	if power == 2 {
		c.Resonance = math.Sqrt(max(centre, 0))
	}
	c.Min, c.Max = m.Control[0], m.Control[0]
	for _, x := range m.Control {
		c.Min, c.Max = min(c.Min, x), max(c.Max, x)
	}
	return c, math.Sqrt(rest / float64(len(f.q))), nil
}

// fit is what a search looks at: x^power and weights.
type fit struct{ q, w []float64 }

// linear is the best base and amplitude for a resonance and a width, and the sum
// of squares that they leave; infinite if there is no best.
func (f fit) linear(centre, width float64) (base, amp, rest float64) {
	n := float64(len(f.q))
	var s, t float64
	for i, q := range f.q {
		s += dip(q, centre, width)
		t += f.w[i]
	}
	s, t = s/n, t/n
	var ss, st float64
	for i, q := range f.q {
		d := dip(q, centre, width) - s
		ss += float64(d * d)
		st += float64(d * (f.w[i] - t))
	}
	if !(ss > 0) {
		return 0, 0, math.Inf(1)
	}
	amp = st / ss
	base = t - float64(amp*s)
	for i, q := range f.q {
		d := f.w[i] - base - float64(amp*dip(q, centre, width))
		rest += float64(d * d)
	}
	return base, amp, rest
}

func dip(q, centre, width float64) float64 {
	d := (q - centre) / width
	return 1 / (1 + float64(d*d))
}

// search looks for the resonance between lo and hi and for a width of up to their
// distance.
func (f fit) search(lo, hi float64) (centre, width float64) {
	const steps = 48
	span := hi - lo
	best := math.Inf(1)
	try := func(c, g float64) bool {
		if g <= 0 || c < lo || c > hi || g > span {
			return false
		}
		if _, _, rest := f.linear(c, g); rest < best {
			best, centre, width = rest, c, g
			return true
		}
		return false
	}
	for g := span; g > span/1000; g *= 0.8 {
		for i := range steps + 1 {
			try(lo+float64(span*float64(i))/steps, g)
		}
	}
	// A compass search: the step is halved where no neighbour is better.
	for step := 0.1; step > 1e-10; {
		c, g := centre, width
		better := false
		for _, d := range [...][2]float64{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}, {1, -1}, {-1, 1}} {
			better = try(c+float64(float64(step*width)*d[0]), g+float64(float64(step*width)*d[1])) || better
		}
		if !better {
			step /= 2
		}
	}
	return centre, width
}
