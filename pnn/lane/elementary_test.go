package lane

import (
	"fmt"
	"math"
	"testing"
)

// twins compares what f does to fresh copies of its arrays with the kernels and
// with plain Go.
func twins(t *testing.T, what string, f func(v [][]float32), arrays ...[]float32) {
	t.Helper()
	clone := func() (c [][]float32) {
		for _, a := range arrays {
			c = append(c, append([]float32(nil), a...))
		}
		return c
	}
	got, want := clone(), clone()
	f(got)
	back := useISA("generic")
	f(want)
	back()
	for i := range want {
		sameBits(t, fmt.Sprintf("%s, array %d", what, i), got[i], want[i])
	}
}

func TestElementaryKernels(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		s := NewStream(8, "elementary", 0)
		array := func(n int, scale float64, bad bool) []float32 {
			v := make([]float32, n)
			hostile(s, v, bad)
			for i := range v {
				v[i] = float32(float64(v[i]) * scale)
			}
			return v
		}
		for trial := range 400 {
			n, bad := s.Intn(120), trial%2 == 0
			scale := math.Pow(10, 8*s.Float64()-4)
			x, y, z := array(n, scale, bad), array(n, 1, bad), array(n, 1, false)
			if trial%5 == 0 { // arbitrary bits
				for i := range x {
					x[i] = math.Float32frombits(s.Uint32())
				}
			}
			twins(t, "sine and cosine", func(v [][]float32) { SinCosRows(v[1], v[2], v[0]) }, x, y, z)
			twins(t, "exponential", func(v [][]float32) { ExpRows(v[0], v[0]) }, x)
			twins(t, "logarithm", func(v [][]float32) { LogRows(v[1], v[0]) }, x, y)
			twins(t, "rectifier", func(v [][]float32) { ReLU(v[1], v[0]) }, x, y)

			lines, blocks := 1+s.Intn(5), s.Intn(4)
			size := 2 * lines * Width * blocks
			in, out, local := array(size, 3*scale, bad), array(size, 1, bad), array(size, 1, trial%3 == 0)
			k, g, b := float32(s.Normal()), float32(s.Normal()), float32(s.Normal())
			twins(t, "electro-optic activation", func(v [][]float32) { ElectroOptic(v[1], v[0], lines, blocks, k, g, b) }, in, out)
			twins(t, "its adjoint", func(v [][]float32) { ElectroOpticAdjoint(v[1], v[1], v[0], v[2], lines, blocks, k, g, b) }, in, out, local)
			twins(t, "intensity", func(v [][]float32) { Detect(v[1][:size/2], v[0], lines, blocks) }, in, out)
			twins(t, "phase shifters", func(v [][]float32) { Turn(v[0], v[1], v[2], blocks) }, in, array(lines, 1, bad), array(lines, 1, bad))
			twins(t, "softmax", func(v [][]float32) { Softmax(v[0], v[0], 2*lines, blocks) }, in)
		}
	})
}

func TestAdamKernels(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		s := NewStream(13, "adam", 0)
		for trial := range 300 {
			n := s.Intn(400)
			step := AdamStep{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Rate: 1e-3, Bias1: s.Float64(), Bias2: s.Float64(), Single: trial%2 == 0}
			if trial%7 == 0 { // steps that are great beside the values
				step.Rate, step.Eps = 10, 1e-3
			}
			var a [4][]float64
			for i := range a {
				for range n {
					x := s.Normal() * math.Pow(10, 8*s.Float64()-6)
					if trial%3 == 0 && s.Intn(5) == 0 { // moments that have died away, and such as no step leaves behind
						x = math.Ldexp(x, s.Intn(1500)-1100)
					}
					if i == 0 {
						x = float64(float32(x))
					}
					if trial%5 == 0 && s.Intn(9) == 0 {
						x = []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), 5e-324, 1e308}[s.Intn(7)]
					}
					if i == 2 && (trial%5 != 0 || s.Intn(50) > 0) {
						x = math.Abs(x)
					}
					a[i] = append(a[i], x)
				}
			}
			got, want := a, a
			for i := range a {
				got[i], want[i] = append([]float64(nil), a[i]...), append([]float64(nil), a[i]...)
			}
			step.Apply(got[0], got[1], got[2], got[3])
			back := useISA("generic")
			step.Apply(want[0], want[1], want[2], want[3])
			back()
			for i := range want {
				for k, w := range want[i] {
					if g := got[i][k]; math.Float64bits(g) != math.Float64bits(w) && (g == g || w == w) {
						t.Fatalf("trial %d, array %d, number %d of %d: %g, want %g", trial, i, k, n, g, w)
					}
				}
			}
		}
	})
}

// singleULPs is the distance of a from the exact value in units of its last place.
func singleULPs(a float32, exact float64) float64 {
	e := float32(exact)
	u := math.Abs(float64(math.Nextafter32(e, float32(math.Inf(1))) - e))
	return math.Abs(float64(a)-exact) / u
}

func TestExpLogAreAccurate(t *testing.T) {
	s := NewStream(9, "exp", 0)
	worst := [2]float64{}
	for range 300_000 {
		x := float32(190*s.Float64() - 103)
		if e := math.Exp(float64(x)); e < math.MaxFloat32 {
			worst[0] = max(worst[0], singleULPs(exp32(x), e))
		}
		x = math.Float32frombits(s.Uint32() & 0x7fffffff)
		if x == x && x > 0 && x <= math.MaxFloat32 {
			worst[1] = max(worst[1], singleULPs(log32(x), math.Log(float64(x))))
		}
		x = float32(1 + 0.1*(s.Float64()-0.5))
		worst[1] = max(worst[1], singleULPs(log32(x), math.Log(float64(x))))
	}
	if worst[0] > 2 || worst[1] > 2 {
		t.Errorf("worst errors %.2f (exp) and %.2f (log) units in the last place, want below 2", worst[0], worst[1])
	}
	inf := float32(math.Inf(1))
	for _, c := range []struct{ got, want float32 }{
		{exp32(0), 1}, {exp32(inf), inf}, {exp32(-inf), 0}, {exp32(89), inf}, {exp32(-110), 0},
		{log32(1), 0}, {log32(inf), inf}, {log32(0), -inf},
	} {
		if c.got != c.want {
			t.Errorf("got %g, want %g", c.got, c.want)
		}
	}
	for _, v := range []float32{exp32(float32(math.NaN())), log32(float32(math.NaN())), log32(-1), log32(-inf)} {
		if v == v {
			t.Errorf("got %g, want NaN", v)
		}
	}
}

func TestSoftmaxAddsToOne(t *testing.T) {
	s := NewStream(10, "softmax", 0)
	x := make([]float32, 2*7*Width)
	for i := range x {
		x[i] = float32(30 * s.Normal())
	}
	y := make([]float32, len(x))
	Softmax(y, x, 7, 2)
	for l := range 2 * Width {
		sum, exact := 0.0, 0.0
		at := func(r int) int { return (l/Width*7+r)*Width + l%Width }
		for r := range 7 {
			exact += math.Exp(float64(x[at(r)]))
		}
		for r := range 7 {
			sum += float64(y[at(r)])
			if e := math.Exp(float64(x[at(r)])) / exact; math.Abs(float64(y[at(r)])-e) > 1e-6 {
				t.Fatalf("sample %d, row %d: %g, want %g", l, r, y[at(r)], e)
			}
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("sample %d: the sum is %g", l, sum)
		}
	}
}

func BenchmarkSinCos1M(b *testing.B) {
	x, sin, cos := make([]float32, 1<<20), make([]float32, 1<<20), make([]float32, 1<<20)
	s := NewStream(1, "bench", 0)
	for i := range x {
		x[i] = float32(20 * s.Normal())
	}
	b.ResetTimer()
	for range b.N {
		SinCosRows(sin, cos, x)
	}
	b.ReportMetric(float64(len(x))*float64(b.N)/b.Elapsed().Seconds()/1e6, "M/s")
}

func BenchmarkPeak(b *testing.B) {
	n := 0
	for range b.N {
		n += Peak(10_000)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds()/1e9, "GFMA/s")
}
