package figures

import (
	"math"
	"math/cmplx"
	"testing"

	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
	"lightfast/pnn/sepn"
)

// dft is the transform of package fft in ordinary complex numbers on an abacus:
// decimation in time, in passes of some radices. With half, the second half of x
// is zero and nothing is added to it in the first pass.
func (a *abacus) dft(x []complex128, passes []int64, half bool) []complex128 {
	n := len(x)
	last := len(passes) - 1
	radix := int(passes[last])
	m := n / radix
	if m == 1 {
		return a.butterfly(x, half)
	}
	parts := make([][]complex128, radix)
	for r := range parts {
		part := make([]complex128, m)
		for j := range part {
			part[j] = x[radix*j+r]
		}
		parts[r] = a.dft(part, passes[:last], half)
	}
	out := make([]complex128, n)
	for k := range m {
		v := make([]complex128, radix)
		v[0] = parts[0][k]
		for r := 1; r < radix; r++ {
			v[r] = a.mul(parts[r][k], cmplx.Rect(1, -2*math.Pi*float64(r*k)/float64(n)))
		}
		for q, y := range a.butterfly(v, false) {
			out[k+q*m] = y
		}
	}
	return out
}

// butterfly transforms 2, 4 or 8 points.
func (a *abacus) butterfly(x []complex128, half bool) []complex128 {
	four := func(x0, x1, x2, x3 complex128) [4]complex128 {
		p, q, r, s := x0, x0, x1, x1
		if !half {
			p, q, r, s = a.add(x0, x2), a.add(x0, -x2), a.add(x1, x3), a.add(x1, -x3)
		}
		s *= -1i
		return [4]complex128{a.add(p, r), a.add(q, s), a.add(p, -r), a.add(q, -s)}
	}
	switch len(x) {
	case 2:
		return []complex128{a.add(x[0], x[1]), a.add(x[0], -x[1])}
	case 4:
		y := four(x[0], x[1], x[2], x[3])
		return y[:]
	}
	e, o := four(x[0], x[2], x[4], x[6]), four(x[1], x[3], x[5], x[7])
	out := make([]complex128, 8)
	for k := range 4 {
		w := cmplx.Rect(1, -math.Pi*float64(k)/4)
		if k%2 == 1 {
			a.ops += 4 // a sum, a difference and two products by sqrt(1/2)
		}
		out[k], out[k+4] = a.add(e[k], w*o[k]), a.add(e[k], -w*o[k])
	}
	return out
}

// TestCountsOfATransform does what package fft does in ordinary complex numbers,
// counts every operation, and compares both the counts with [transform] and the
// numbers with those of the package.
func TestCountsOfATransform(t *testing.T) {
	for _, n := range []int{32, 64, 128, 256, 512} {
		for _, half := range []bool{false, true} {
			x, want := make([]complex128, n), make([]complex64, n)
			s := lane.NewStream(5, "line", uint64(n))
			for i := range x {
				if half && i >= n/2 {
					break
				}
				x[i] = complex(s.Normal(), s.Normal())
				want[i] = complex64(x[i])
			}
			a := &abacus{}
			got := a.dft(x, radices(int64(n)), half)
			if err := fft.Forward(want); err != nil {
				t.Fatal(err)
			}
			for i, v := range got {
				if cmplx.Abs(v-complex128(want[i])) > 1e-4 {
					t.Fatalf("%d points: element %d is %v, package fft has %v", n, i, v, want[i])
				}
			}
			if got := transform(int64(n), half); got != a.ops {
				t.Errorf("%d points, half zero %t: %d operations counted, the formula gives %d", n, half, a.ops, got)
			}
		}
	}
	if got := (lightStep{n: 4}).hop(); got != 8*16*16 {
		t.Errorf("a matrix of 16 x 16 complex numbers takes %d operations, by hand %d", got, 8*16*16)
	}
}

// TestPredictorOfAnySide holds the polynomial to the count of the network itself.
func TestPredictorOfAnySide(t *testing.T) {
	for _, side := range []int{8, 20, 64} {
		net, err := sepn.UNet[float32]("sepn", side, side, small)
		if err != nil {
			t.Fatal(err)
		}
		f, i, w := net.Operations()
		want := predictor{int64(f), int64(i), int64(w), int64(net.Count())}
		if got, err := predictorOf(int64(side), small); err != nil || got != want {
			t.Errorf("side %d: %+v (%v), counted %+v", side, got, err, want)
		}
	}
}

func lightCost(t *testing.T, c LightCost) float64 {
	t.Helper()
	v, err := c.Operations()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestLightCostGrowsByTheSameForEachBlock: every block after the first adds the
// same, and the angular spectrum saves ever more as planes grow.
func TestLightCostGrowsByTheSameForEachBlock(t *testing.T) {
	for _, method := range []string{"PAT", "DAT w/ IS"} {
		of := func(blocks int) float64 {
			return lightCost(t, LightCost{Method: method, Side: 32, Blocks: blocks, Layers: 3, Batch: 8, Features: small, Spectrum: true})
		}
		if of(3)-of(2) != of(2)-of(1) || of(2) <= of(1) {
			t.Errorf("%s: %g, %g, %g operations for 1, 2, 3 blocks", method, of(1), of(2), of(3))
		}
	}
	saved := 0.0
	for _, side := range costSides {
		c := LightCost{Method: "PAT", Side: side, Blocks: 3, Layers: 3, Batch: 32}
		dense := lightCost(t, c)
		c.Spectrum = true
		if v := dense / lightCost(t, c); v <= saved {
			t.Errorf("%d pixels: the angular spectrum saves a factor %g, before %g", side, v, saved)
		} else {
			saved = v
		}
	}
}

// TestOneBlockLeavesNothingToAdapt: with one block adaptive training is training in
// silico, and physics-aware training reads out the measured scores besides.
func TestOneBlockLeavesNothingToAdapt(t *testing.T) {
	c := LightCost{Method: "PAT", Side: 64, Blocks: 1, Layers: 3, Batch: 10, Spectrum: true}
	pat := lightCost(t, c)
	c.Method = "AT"
	if got, want := pat-lightCost(t, c), float64(10*(10*6*6+30)); got != want {
		t.Errorf("PAT takes %g operations more than AT, expected the readout of the scores, %g", got, want)
	}
}

func TestLightCostsThatCannotBe(t *testing.T) {
	for name, c := range map[string]LightCost{
		"no such method": {Method: "SGD", Side: 64, Blocks: 3, Layers: 3, Batch: 1},
		"odd side":       {Method: "PAT", Side: 48, Blocks: 3, Layers: 3, Batch: 1},
		"no block":       {Method: "PAT", Side: 64, Layers: 3, Batch: 1},
		"no batch":       {Method: "PAT", Side: 64, Blocks: 3, Layers: 3},
		"no features":    {Method: "DAT w/ IS", Side: 64, Blocks: 3, Layers: 3, Batch: 1},
	} {
		if v, err := c.Operations(); err == nil {
			t.Errorf("%s: %g operations, expected an error", name, v)
		}
	}
	d, err := drawED10Light(mustProfile(t, "quick"), none)
	if err != nil {
		t.Fatal(err)
	}
	check(t, d)
	if want := 6 * (len(costSides) + len(costBlocks)); d.Sweep.Rows() != want {
		t.Errorf("%d rows, expected %d", d.Sweep.Rows(), want)
	}
}
