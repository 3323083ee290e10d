package mesh

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Errors are the fabrication errors of one mesh, arrays of shape (Columns,
// Pairs) in the order of the phases; a nil array means none. Phase errors are
// added to theta and phi. Left and Right are the splitter errors e of the two
// couplers of an interferometer: power splits (1+e)/2 to (1-e)/2. Entries of
// slots without an interferometer have no effect.
type Errors struct {
	Theta, Phi  []float64 // rad
	Left, Right []float64
}

// Sigma is the standard deviation of the errors of a fabricated mesh.
type Sigma struct {
	Phase    float64 // rad, of theta and of phi
	Splitter float64
}

// Fabricate draws the errors of mesh number index of a chip: independent normal
// numbers. Splitter errors beyond +-1 (sigma above about 0.25) are held at +-1.
func (l *Layout) Fabricate(sigma Sigma, seed uint64, index int) *Errors {
	draw := func(purpose string, s, limit float64) []float64 {
		if s == 0 {
			return nil
		}
		stream := lane.NewStream(seed, "fabrication of "+purpose, uint64(index))
		e := make([]float64, l.Slots())
		for i := range e {
			e[i] = max(-limit, min(limit, float64(s*stream.Normal())))
		}
		return e
	}
	return &Errors{
		Theta: draw("theta", sigma.Phase, math.Inf(1)),
		Phi:   draw("phi", sigma.Phase, math.Inf(1)),
		Left:  draw("left splitter", sigma.Splitter, 1),
		Right: draw("right splitter", sigma.Splitter, 1),
	}
}

// Check tells whether the arrays fit the layout and hold usable numbers.
func (e *Errors) Check(l *Layout) error {
	for _, f := range []struct {
		name  string
		v     []float64
		limit float64
	}{{"theta", e.Theta, math.Inf(1)}, {"phi", e.Phi, math.Inf(1)}, {"left splitter", e.Left, 1}, {"right splitter", e.Right, 1}} {
		if f.v == nil {
			continue
		}
		if len(f.v) != l.Slots() {
			return fmt.Errorf("mesh: %s errors have %d values, expected %d columns x %d pairs = %d", f.name, len(f.v), l.Columns(), l.Pairs, l.Slots())
		}
		for i, x := range f.v {
			if math.IsNaN(x) || math.IsInf(x, 0) || math.Abs(x) > f.limit {
				return fmt.Errorf("mesh: %s error of column %d, pair %d is %g, expected a finite number of magnitude up to %g", f.name, i/l.Pairs, i%l.Pairs, x, f.limit)
			}
		}
	}
	return nil
}

// phases are those of a slot with its errors.
func (e *Errors) phases(slot int, theta, phi float64) (float64, float64) {
	if e != nil && e.Theta != nil {
		theta += e.Theta[slot]
	}
	if e != nil && e.Phi != nil {
		phi += e.Phi[slot]
	}
	return theta, phi
}

// splitters is the imbalance of the two splitters of a slot, see the package
// comment.
func (e *Errors) splitters(slot int) (nn, np, pn, pp float64) {
	if e == nil || e.Left == nil && e.Right == nil {
		return 1, 1, 1, 1
	}
	var l, r float64
	if e.Left != nil {
		l = e.Left[slot]
	}
	if e.Right != nil {
		r = e.Right[slot]
	}
	return math.Sqrt((1 - l) * (1 - r)), math.Sqrt((1 - l) * (1 + r)), math.Sqrt((1 + l) * (1 - r)), math.Sqrt((1 + l) * (1 + r))
}
