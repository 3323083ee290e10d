package diffract

import (
	"math"
	"slices"
	"testing"

	"lightfast/pnn/lane"
)

// moments are mean and standard deviation.
func moments(v []float64) (mean, deviation float64) {
	for _, x := range v {
		mean += x
	}
	mean /= float64(len(v))
	for _, x := range v {
		deviation += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(deviation / float64(len(v)))
}

func TestCameraNoise(t *testing.T) {
	const n = 200
	flat, out := must(NewFrames[float64](1, n, n)), must(NewFrames[float64](1, n, n))
	for _, c := range []struct {
		level           float64
		e               Exposure
		mean, deviation float64
	}{
		{2, Exposure{FullScale: 4, ReadNoise: 0.005}, 2, 0.02},
		{2, Exposure{FullScale: 4, FullWell: 1e4}, 2, 4 * math.Sqrt(0.5e4) / 1e4},
		{1, Exposure{FullScale: 4, FullWell: 20}, 1, 4 * math.Sqrt(5) / 20}, // 5 electrons
		{2, Exposure{FullScale: 4, FullWell: 1e4, ReadNoise: 0.005}, 2, 4 * math.Hypot(0.005, math.Sqrt(0.5e4)/1e4)},
		{9, Exposure{FullScale: 4}, 4, 0},                                            // clipped
		{2, Exposure{FullScale: 4, Bits: 8}, 4 * 128. / 255, 0},                      // half way: the even level
		{2, Exposure{FullScale: 4, Bits: 8, ReadNoise: 0.02}, 2, 4 * 0.020033},       // and rounding, 1/255/sqrt(12)
		{0, Exposure{FullWell: 1e4, ReadNoise: 0.1}, 0, 0},                           // automatic exposure in the dark
		{0, Exposure{FullScale: 4, ReadNoise: 0.01}, 0.04 * 0.39894, 0.04 * 0.58381}, // half a normal distribution
	} {
		for i := range flat.Data {
			flat.Data[i] = c.level
		}
		ok(t, must(NewCamera[float64](n, n, c.e)).Measure(nil, out, flat, 1, 0))
		mean, deviation := moments(out.Data)
		if math.Abs(mean-c.mean) > 4*c.deviation/n+1e-12 || math.Abs(deviation-c.deviation) > 4*c.deviation/n+1e-11 {
			t.Errorf("%+v at %g: mean %g and standard deviation %g, expected %g and %g", c.e, c.level, mean, deviation, c.mean, c.deviation)
		}
	}
}

func TestAPerfectCameraChangesNothing(t *testing.T) {
	f, out := randomFrames(2, 21, 30, 1), randomFrames(2, 21, 30, 2)
	ok(t, must(NewCamera[float64](21, 30, Exposure{})).Measure(nil, out, f, 1, 0))
	if !slices.Equal(f.Data, out.Data) {
		t.Error("frames have changed")
	}
}

// A frame's noise depends on its number only, not on the batch it is taken in.
func TestFramesAreNumbered(t *testing.T) {
	f := randomFrames(4, 21, 30, 1)
	for i, v := range f.Data {
		f.Data[i] = v * v
	}
	c := must(NewCamera[float64](21, 30, Exposure{ReadNoise: 0.01, FullWell: 100, Bits: 10}))
	all, one := randomFrames(4, 21, 30, 2), must(NewFrames[float64](1, 21, 30))
	ok(t, c.Measure(lane.NewPool(2), all, f, 7, 10))
	for i := range 4 {
		copy(one.Data, f.Frame(i))
		ok(t, c.Measure(nil, one, one, 7, 10+uint64(i)))
		if !slices.Equal(one.Data, all.Frame(i)) {
			t.Errorf("frame %d differs when it is taken alone", 10+i)
		}
		ok(t, c.Measure(nil, one, one, 7, 20+uint64(i)))
		if slices.Equal(one.Data, all.Frame(i)) {
			t.Errorf("frames %d and %d have the same noise", 10+i, 20+i)
		}
	}
}

func TestPoisson(t *testing.T) {
	s := lane.NewStream(1, "poisson", 0)
	for _, mean := range []float64{0, 0.1, 3, 31, 33, 1000} {
		v := make([]float64, 20000)
		for i := range v {
			v[i] = electrons(s, mean)
			if v[i] < 0 || v[i] != math.Trunc(v[i]) {
				t.Fatalf("%g electrons", v[i])
			}
		}
		m, d := moments(v)
		if tolerance := 5 * math.Sqrt(mean/20000); math.Abs(m-mean) > tolerance || math.Abs(d*d-mean) > 5*math.Sqrt((mean+3*mean*mean)/20000) {
			t.Errorf("of %g electrons: mean %g, variance %g", mean, m, d*d)
		}
	}
}

func TestPhaseErrors(t *testing.T) {
	g := Grid{Rows: 120, Cols: 150, Pitch: 8e-6, Wavelength: 532e-9}
	const length = 8
	var random, smooth, lag, square float64
	for i := range 3 {
		_, d := moments(must(PhaseErrors{Random: 0.2}.Draw(g, 1, i)))
		random += d / 3
		e := must(PhaseErrors{Smooth: 0.5, Correlation: length}.Draw(g, 1, i))
		_, d = moments(e)
		smooth += d / 3
		for p := 0; p < g.Pixels()-length*g.Cols; p++ {
			lag += e[p] * e[p+length*g.Cols]
			square += e[p] * e[p]
		}
	}
	within(t, "standard deviation of random errors", random, 0.2, 0.02)
	within(t, "standard deviation of smooth errors", smooth, 0.5, 0.06) // some 100 independent patches a map
	if c := lag / square; math.Abs(c-1/math.E) > 0.1 {
		t.Errorf("correlation at the correlation length is %.3f, expected 1/e", c)
	}
	a, b := must(PhaseErrors{Random: 1}.Draw(g, 1, 0)), must(PhaseErrors{Random: 1}.Draw(g, 1, 1))
	if slices.Equal(a, b) {
		t.Error("two plates have the same errors")
	}
	both, s := must(PhaseErrors{Random: 1, Smooth: 1, Correlation: 4}.Draw(g, 1, 0)), must(PhaseErrors{Smooth: 1, Correlation: 4}.Draw(g, 1, 0))
	for i := range both {
		if both[i] != s[i]+a[i] {
			t.Fatalf("pixel %d: random and smooth errors do not add", i)
		}
	}
}
