package optical

import (
	"math"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
)

func TestGainBounds(t *testing.T) {
	for _, c := range []struct {
		w          []float64
		rows, cols int
		low, high  float64
	}{
		{[]float64{3, 0, 0, 2}, 2, 2, 9, 9},
		{[]float64{1, 1, 1, 1, 1, 1}, 2, 3, 3, 6}, // rank one: the sum of all squares
		{[]float64{1, 1, 1, 1, 1, 1}, 3, 2, 3, 6},
		{[]float64{1, 2, 3, 4}, 2, 2, 25, 15 + math.Sqrt(221)},
		{make([]float64, 6), 2, 3, 0, 0},
	} {
		low, high := GainBounds(c.w, c.rows, c.cols)
		if math.Abs(low-c.low) > 1e-12*c.low || math.Abs(high-c.high) > 1e-9*c.high {
			t.Errorf("%v: %g and %g, expected %g and %g", c.w, low, high, c.low, c.high)
		}
	}
	// Of random weights the largest singular value is near sd (sqrt rows + sqrt cols).
	s := lane.NewStream(1, "test", 0)
	w := make([]float64, 128*784)
	for i := range w {
		w[i] = 0.1 * s.Normal()
	}
	want := 0.01 * (math.Sqrt(128) + math.Sqrt(784)) * (math.Sqrt(128) + math.Sqrt(784))
	if low, high := GainBounds(w, 128, 784); math.Abs(high-want) > 0.03*want || !(low < high && low > 7) {
		t.Errorf("bounds %g and %g, expected the second near %g", low, high, want)
	}
}

func TestCount(t *testing.T) {
	if bin(-1e9) != 0 || bin(1e9) != Bins-1 || bin(0) != Bins/2 || bin(-0.01) != Bins/2-1 || bin(0.26) != Bins/2+1 {
		t.Errorf("bins %d %d %d %d %d", bin(-1e9), bin(1e9), bin(0), bin(-0.01), bin(0.26))
	}
	// Of images, the row behind each channel counts for nothing, nor lanes beyond
	// the last sample.
	shape := nn.Image(2, 2, 3)
	z := lane.NewBatch[float32](20, shape.Rows())
	for i := range z.Data {
		z.Data[i] = 7
	}
	for s := range 20 {
		for c := range 2 {
			for k := range 6 {
				z.Set(s, c*lane.Plane(2, 3)+k, -1)
			}
		}
	}
	bins := make([]float64, Bins)
	count(bins, z, shape)
	if got := bins[bin(-1)]; got != 240 || bins[bin(7)] != 0 {
		t.Errorf("%g of 240 counted, and %g of none", got, bins[bin(7)])
	}
}
