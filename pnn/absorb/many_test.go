package absorb

import (
	"math"
	"testing"

	"lightfast/pnn/lane"
)

// TestManyIsAt: derivatives at many inputs have the bits of those at one, also of
// tables whose knots are far from equal distances.
func TestManyIsAt(t *testing.T) {
	a := Absorber{Depth: 10}
	even, err := RandomTable(1, 2, 7, 3)
	if err != nil {
		t.Fatal(err)
	}
	uneven, err := NewTable([]float64{0, 1e-9, 0.5, 0.500001, 2.9, 3}, []float64{1, 0.5, 0.7, 0, 1, 0.2})
	if err != nil {
		t.Fatal(err)
	}
	tiny, err := NewTable([]float64{0, math.SmallestNonzeroFloat64}, []float64{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	s := lane.NewStream(1, "inputs", 0)
	x := make([]float64, few)
	for i := range x {
		x[i] = 8*s.Float64() - 4
	}
	copy(x, append(append([]float64{0, math.Copysign(0, -1), 4, math.Inf(1), math.NaN(), 1e-300}, even.x...), uneven.x...))
	for _, d := range []Derivative{Exact{a}, Optical{a}, Constant(2), even, uneven, tiny, Blend{Exact{a}, even, 0.3}, Blend{uneven, Optical{a}, 0.9}} {
		y := make([]float64, len(x))
		many(d, y, x)
		for i, v := range x {
			if math.Float64bits(y[i]) != math.Float64bits(d.At(v)) {
				t.Errorf("%T at %g is %g among many, %g alone", d, v, y[i], d.At(v))
			}
		}
	}
	// A table takes at each knot the value it is given.
	for _, d := range []*Table{even, uneven} {
		for i, v := range d.x {
			if d.At(v) != d.f[i] {
				t.Errorf("at knot %g the table is %g, given %g", v, d.At(v), d.f[i])
			}
		}
	}
}
