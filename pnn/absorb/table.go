package absorb

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"lightfast/pnn/lane"
)

// Table is an even function given at knots of |x| and interpolated by monotone
// cubics (Fritsch and Carlson, SIAM J. Numer. Anal. 17, 238 (1980), with the
// slopes of Fritsch and Butland), which do not leave the range of their two
// knots. Beyond the last knot it is constant. Make one with [NewTable].
type Table struct {
	x, f, slope []float64
	perUnit     float64 // knots, if they were at equal distances
}

// NewTable returns the function with values f at x. It fails unless there are
// two knots at least, the first at zero, ascending, with as many values, all
// finite.
func NewTable(x, f []float64) (*Table, error) {
	if len(x) < 2 || len(x) != len(f) {
		return nil, fmt.Errorf("absorb: table of %d knots with %d values, expected at least two knots and as many values", len(x), len(f))
	}
	for i := range x {
		if math.IsNaN(f[i]) || math.IsInf(f[i], 0) || math.IsInf(x[i], 0) || math.IsNaN(x[i]) {
			return nil, fmt.Errorf("absorb: table with value %g at knot %d, %g, expected finite numbers", f[i], i, x[i])
		}
		if i == 0 && x[0] != 0 || i > 0 && !(x[i] > x[i-1]) {
			return nil, fmt.Errorf("absorb: table with knot %d at %g, expected knots that begin at 0 and ascend; the function is even and needs none below", i, x[i])
		}
	}
	t := &Table{x: slices.Clone(x), f: slices.Clone(f), slope: make([]float64, len(x)), perUnit: float64(len(x)-1) / x[len(x)-1]}
	n := len(x)
	step := func(i int) float64 { return x[i+1] - x[i] }
	secant := func(i int) float64 { return (f[i+1] - f[i]) / step(i) }
	// The function is even, so its slope at zero is zero.
	for i := 1; i < n-1; i++ {
		a, b := secant(i-1), secant(i)
		if !(float64(a*b) > 0) {
			continue // a knot that is higher or lower than both neighbours stays so
		}
		wa, wb := float64(2*step(i))+step(i-1), step(i)+float64(2*step(i-1))
		t.slope[i] = (wa + wb) / (wa/a + wb/b)
	}
	t.slope[n-1] = lastSlope(step, secant, n)
	return t, nil
}

// lastSlope is that of the parabola through the last three knots, held to the
// sign of the last secant and to three times its size.
func lastSlope(step, secant func(int) float64, n int) float64 {
	last := secant(n - 2)
	if n == 2 {
		return last
	}
	h, before := step(n-2), step(n-3)
	s := (float64((float64(2*h)+before)*last) - float64(h*secant(n-3))) / (h + before)
	switch {
	case float64(s*last) <= 0:
		return 0
	case float64(last*secant(n-3)) <= 0 && math.Abs(s) > 3*math.Abs(last):
		return 3 * last
	}
	return s
}

// RandomTable returns an even function with values uniform in [0, 1) at the given
// number of knots, at least 2, at equal distances from 0 to reach: a derivative
// that has nothing to do with the response. index tells the members of a family
// apart.
func RandomTable(seed, index uint64, knots int, reach float64) (*Table, error) {
	if knots < 2 || !(reach > 0) || math.IsInf(reach, 1) {
		return nil, fmt.Errorf("absorb: random function of %d knots up to %g, expected at least 2 knots and a positive reach", knots, reach)
	}
	s := lane.NewStream(seed, "random derivative", index)
	x, f := make([]float64, knots), make([]float64, knots)
	for i := range x {
		x[i], f[i] = float64(reach*float64(i))/float64(knots-1), s.Float64()
	}
	return NewTable(x, f)
}

// At implements [Derivative].
func (t *Table) At(x float64) float64 {
	x = math.Abs(x)
	last := len(t.x) - 1
	if !(x < t.x[last]) {
		return t.f[last]
	}
	// The knot below: where it would be at equal distances, or one beside that, or
	// anywhere.
	i := max(0, min(int(x*t.perUnit), last-1))
	if x < t.x[i] {
		i--
	} else if x >= t.x[i+1] {
		i++
	}
	if x < t.x[i] || x >= t.x[i+1] {
		i = sort.Search(last, func(i int) bool { return t.x[i+1] > x })
	}
	h := t.x[i+1] - t.x[i]
	s := (x - t.x[i]) / h
	r := 1 - s
	// Hermite's cubic.
	v := float64(float64(float64(r*r)*(1+float64(2*s)))*t.f[i]) + float64(float64(float64(s*s)*(1+float64(2*r)))*t.f[i+1])
	return v + float64(float64(float64(h*s)*r)*(float64(r*t.slope[i])-float64(s*t.slope[i+1])))
}
