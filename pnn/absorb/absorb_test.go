package absorb

import (
	"math"
	"strings"
	"testing"
)

var media = []Absorber{
	{}, {Depth: 1}, {Depth: 30}, Gain(3, Amplitude),
	{Encoding: Intensity}, {Depth: 1, Encoding: Intensity}, {Depth: 30, Encoding: Intensity}, Gain(3, Intensity),
}

func TestResponseByDefinition(t *testing.T) {
	for _, a := range media {
		for x := -8.0; x <= 8; x += 0.37 {
			want := math.Exp(-a.Depth / 2 / (1 + x*x))
			if a.Encoding == Intensity {
				want = math.Exp(-a.Depth / (1 + math.Abs(x)))
			}
			if got := a.Transmission(x); math.Abs(got-want) > 1e-14*want {
				t.Errorf("%+v: transmission of %g is %.16g, want %.16g", a, x, got, want)
			}
			if got := a.Response(x); math.Abs(got-x*want) > 1e-14*want*math.Abs(x) {
				t.Errorf("%+v: response to %g is %.16g, want %.16g", a, x, got, x*want)
			}
			const h = 1e-5
			slope := (a.Response(x+h) - a.Response(x-h)) / (2 * h)
			if got := a.Slope(x); math.Abs(got-slope) > 1e-8*(1+slope) {
				t.Errorf("%+v: slope at %g is %.12g, difference quotient %.12g", a, x, got, slope)
			}
		}
	}
}

// At the edge the derivative is an extremum: largest for absorbers, smallest for
// gain.
func TestEdge(t *testing.T) {
	for _, depth := range []float64{1e-6, 0.1, 1, 10, 30, 1000, -0.5, -3} {
		a := Absorber{Depth: depth}
		edge, err := a.Edge()
		if err != nil {
			t.Fatal(err)
		}
		best := a.Slope(edge)
		for x := 0.01; x < 100; x *= 1.02 {
			if v := a.Slope(x); depth > 0 && v > best*(1+1e-15) || depth < 0 && v < best*(1-1e-15) {
				t.Errorf("depth %g: slope %.12g at %g, %.12g at the edge %g", depth, v, x, best, edge)
			}
		}
	}
	if _, err := (Absorber{Depth: 1, Encoding: Intensity}).Edge(); err == nil {
		t.Error("an absorber of intensities was given an edge")
	}
}

func TestUnfitMediaAreRefused(t *testing.T) {
	for _, a := range []Absorber{{Depth: math.NaN()}, {Depth: math.Inf(1)}, Gain(81, Amplitude), {Depth: 1, Encoding: 2}} {
		if _, err := Layer[float32](a, nil); err == nil {
			t.Errorf("%+v was accepted", a)
		}
		if _, err := a.Edge(); err == nil {
			t.Errorf("%+v was given an edge", a)
		}
	}
	if _, err := Layer[float32](Absorber{}, Blend{A: Constant(1)}); err == nil {
		t.Error("a blend with nothing was accepted")
	}
}

// Three knots 0, 1, 2 with values 0, 1, 4: slopes 0, 6/(3/1 + 3/3) = 3/2 and
// (3*3 - 1)/2 = 4, so Hermite's cubics pass 5/16 and 35/16 half way.
func TestTableByHand(t *testing.T) {
	table, err := NewTable([]float64{0, 1, 2}, []float64{0, 1, 4})
	if err != nil {
		t.Fatal(err)
	}
	for x, want := range map[float64]float64{0: 0, 0.5: 0.3125, -0.5: 0.3125, 1: 1, 1.5: 2.1875, -2: 4, 2: 4, 7: 4} {
		if got := table.At(x); math.Abs(got-want) > 1e-15 {
			t.Errorf("f(%g) = %.16g, want %.16g", x, got, want)
		}
	}
}

func TestTablesDoNotOvershoot(t *testing.T) {
	for index := range uint64(20) {
		const knots, reach = 9, 4.0
		table, err := RandomTable(7, index, knots, reach)
		if err != nil {
			t.Fatal(err)
		}
		for i := range knots - 1 {
			lo, hi := min(table.f[i], table.f[i+1]), max(table.f[i], table.f[i+1])
			if table.f[i] < 0 || table.f[i] >= 1 || table.At(table.x[i]) != table.f[i] {
				t.Fatalf("function %d is %g at knot %d, where it was drawn as %g", index, table.At(table.x[i]), i, table.f[i])
			}
			for s := range 50 {
				x := table.x[i] + float64(s)/50*reach/(knots-1)
				if v := table.At(x); v < lo-1e-15 || v > hi+1e-15 || v != table.At(-x) {
					t.Fatalf("function %d is %g at %g and %g at %g, its knots are %g and %g", index, v, x, table.At(-x), -x, lo, hi)
				}
			}
			// The derivative is continuous at knots.
			if i > 0 {
				const h = 1e-7
				x := table.x[i]
				left, right := (table.At(x)-table.At(x-h))/h, (table.At(x+h)-table.At(x))/h
				if math.Abs(left-right) > 1e-4 {
					t.Fatalf("function %d has slopes %g and %g on both sides of knot %d", index, left, right, i)
				}
			}
		}
	}
	a, _ := RandomTable(7, 0, 5, 1)
	b, _ := RandomTable(7, 1, 5, 1)
	if a.f[0] == b.f[0] {
		t.Error("two members of a family are the same")
	}
}

func TestUnfitTablesAreRefused(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		x, f []float64
		hint string
	}{
		{nil, nil, "two knots"}, {[]float64{0}, []float64{1}, "two knots"}, {[]float64{0, 1}, []float64{1}, "1 values"},
		{[]float64{1, 2}, []float64{1, 1}, "begin at 0"}, {[]float64{0, 0}, []float64{1, 1}, "ascend"},
		{[]float64{0, nan}, []float64{1, 1}, "finite"}, {[]float64{0, 1}, []float64{1, math.Inf(1)}, "finite"},
	} {
		if _, err := NewTable(c.x, c.f); err == nil || !strings.Contains(err.Error(), c.hint) {
			t.Errorf("knots %v, values %v: error %v, expected one that says %q", c.x, c.f, err, c.hint)
		}
	}
	for _, reach := range []float64{0, -1, nan, math.Inf(1)} {
		if _, err := RandomTable(1, 1, 5, reach); err == nil {
			t.Errorf("a reach of %g was accepted", reach)
		}
	}
	if _, err := RandomTable(1, 1, 1, 1); err == nil {
		t.Error("a single knot was accepted")
	}
}

func TestSimilarity(t *testing.T) {
	one := func(float64) float64 { return 1 }
	odd := func(x float64) float64 { return x }
	square := func(x float64) float64 { return 3 * x * x }
	for _, c := range []struct {
		name            string
		f, g            func(float64) float64
		sigma, s, scale float64
	}{
		{"a function and itself", square, square, 2, 1, 1},
		{"a constant and five times as much", one, func(float64) float64 { return 5 }, 1, 1, 5},
		{"even and odd", one, odd, 1, 0, 0},
		// <1, 3x^2>^2/<3x^2, 3x^2> = 9 sigma^4/(27 sigma^4).
		{"a constant and a square", one, square, 2, 1.0 / 3, 12},
	} {
		s, scale, err := Similarity(c.f, c.g, c.sigma)
		if err != nil || math.Abs(s-c.s) > 1e-12 || math.Abs(scale-c.scale) > 1e-11 {
			t.Errorf("%s: similarity %.15g and scale %.15g (%v), want %g and %g", c.name, s, scale, err, c.s, c.scale)
		}
	}
	for _, sigma := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, _, err := Similarity(one, one, sigma); err == nil {
			t.Errorf("sigma %g was accepted", sigma)
		}
	}
	if _, _, err := Similarity(one, Constant(0).At, 1); err == nil {
		t.Error("a similarity with nothing was computed")
	}
}

// Guo et al. 2021, Fig. 3e and text: 1 - S grows with the optical depth and
// saturates near 10 %; the scales are those that Similarity's comment tells.
func TestSimilarityOfTheOpticalDerivative(t *testing.T) {
	before := -1.0
	for _, c := range []struct{ depth, scale float64 }{{0.1, 1.02}, {1, 1.17}, {10, 2.08}, {30, 2.29}, {1000, 2.41}} {
		a := Absorber{Depth: c.depth}
		edge, err := a.Edge()
		if err != nil {
			t.Fatal(err)
		}
		s, scale, err := Similarity(a.Transmission, a.Slope, edge/2)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(scale-c.scale) > 0.006 || 1-s <= before || 1-s > 0.11 {
			t.Errorf("depth %g: 1 - S = %.4f after %.4f, scale %.4f, want %g", c.depth, 1-s, before, scale, c.scale)
		}
		before = 1 - s
	}
	if before < 0.1 {
		t.Errorf("1 - S saturates at %.4f, the paper's near 0.1", before)
	}
}
