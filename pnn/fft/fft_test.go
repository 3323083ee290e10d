package fft

import (
	"math"
	"testing"

	"lightfast/pnn/lane"
)

// slow is the transform by its definition, in double precision: the sum of x_j
// exp(-2 pi i jk/n).
func slow(x []complex128) []complex128 {
	n := len(x)
	w := make([]complex128, n)
	for j := range w {
		s, c := math.Sincos(-2 * math.Pi * float64(j) / float64(n))
		w[j] = complex(c, s)
	}
	y := make([]complex128, n)
	for k := range y {
		for j, v := range x {
			y[k] += v * w[j*k%n]
		}
	}
	return y
}

// slowPlane is [slow] on the columns and rows of a plane.
func slowPlane(x []complex128, h, w int) []complex128 {
	y := append([]complex128(nil), x...)
	for r := range h {
		copy(y[r*w:], slow(y[r*w:][:w]))
	}
	col := make([]complex128, h)
	for c := range w {
		for r := range h {
			col[r] = y[r*w+c]
		}
		for r, v := range slow(col) {
			y[r*w+c] = v
		}
	}
	return y
}

func random[T lane.Float](seed uint64, n int) []T {
	s := lane.NewStream(seed, "fft test", 0)
	v := make([]T, n)
	for i := range v {
		v[i] = T(s.Normal())
	}
	return v
}

func complexImage[T lane.Float](x *Images[T], i int) []complex128 {
	re, im := x.Image(i)
	out := make([]complex128, len(re))
	for j := range re {
		out[j] = complex(float64(re[j]), float64(im[j]))
	}
	return out
}

// rms is the relative root-mean-square distance of two signals.
func rms(got, want []complex128) float64 {
	var d, s float64
	for i, w := range want {
		g := got[i] - w
		d += real(g)*real(g) + imag(g)*imag(g)
		s += real(w)*real(w) + imag(w)*imag(w)
	}
	return math.Sqrt(d / s)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func testPlane[T lane.Float](t *testing.T, h, w, count int, limit float64) {
	x := must(NewImages[T](count, h, w))
	copy(x.Data, random[T](uint64(h*1000+w), len(x.Data)))
	before := append([]T(nil), x.Data...)
	var want [][]complex128
	for i := range count {
		want = append(want, slowPlane(complexImage(x, i), h, w))
	}
	p := must(NewPlane[T](h, w))
	if err := p.Forward(nil, x); err != nil {
		t.Fatal(err)
	}
	for i := range count {
		if e := rms(complexImage(x, i), want[i]); !(e < limit) {
			t.Errorf("%d x %d, image %d: relative error %.3g, want below %.3g", h, w, i, e, limit)
		}
	}
	if err := p.Inverse(nil, x); err != nil {
		t.Fatal(err)
	}
	back := &Images[T]{count, h, w, before}
	for i := range count {
		if e := rms(complexImage(x, i), complexImage(back, i)); !(e < limit) {
			t.Errorf("%d x %d, image %d: relative error %.3g there and back, want below %.3g", h, w, i, e, limit)
		}
	}
}

func TestPlane(t *testing.T) {
	for _, s := range [][2]int{{1, 1}, {1, 7}, {5, 1}, {2, 3}, {16, 16}, {8, 17}, {17, 40}, {28, 28}, {33, 50}, {100, 64}, {11, 13}} {
		testPlane[float32](t, s[0], s[1], 3, 3e-7)
		testPlane[float64](t, s[0], s[1], 2, 1e-14)
	}
}

func benchmarkPlane(b *testing.B, n int) {
	x := must(NewImages[float32](64, n, n))
	copy(x.Data, random[float32](1, len(x.Data)))
	p := must(NewPlane[float32](n, n))
	b.ResetTimer()
	for i := range b.N {
		if i%2 == 0 {
			p.Forward(nil, x)
		} else {
			p.Inverse(nil, x)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(64*b.N), "ms/image")
}

func BenchmarkPlane400(b *testing.B) { benchmarkPlane(b, 400) }
func BenchmarkPlane512(b *testing.B) { benchmarkPlane(b, 512) }
