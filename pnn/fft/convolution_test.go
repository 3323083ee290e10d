package fft

import (
	"fmt"
	"math"
	"testing"

	"lightfast/pnn/lane"
)

// slowConvolution is the convolution by its definition.
func slowConvolution(x []complex128, h, w int, in, out Window, transfer []complex128, adjoint bool) []complex128 {
	if adjoint {
		in, out = out, in
	}
	p := make([]complex128, h*w)
	for r := range in.Height {
		copy(p[(in.Y+r)*w+in.X:], x[r*in.Width:][:in.Width])
	}
	p = slowPlane(p, h, w)
	for i, t := range transfer {
		if adjoint {
			t = complex(real(t), -imag(t))
		}
		v := p[i] * t
		p[i] = complex(real(v), -imag(v)) // the inverse by conjugation
	}
	p = slowPlane(p, h, w)
	var y []complex128
	for r := range out.Height {
		for c := range out.Width {
			v := p[(out.Y+r)*w+out.X+c]
			y = append(y, complex(real(v)/float64(h*w), -imag(v)/float64(h*w)))
		}
	}
	return y
}

func randomTransfer(seed uint64, n int) []complex128 {
	v := random[float64](seed, 2*n)
	t := make([]complex128, n)
	for i := range t {
		t[i] = complex(v[2*i], v[2*i+1])
	}
	return t
}

var convolutions = []struct {
	h, w    int
	in, out Window
}{
	{1, 1, Window{0, 0, 1, 1}, Window{0, 0, 1, 1}},
	{40, 40, Window{10, 10, 20, 20}, Window{10, 10, 20, 20}},    // the usual one
	{80, 80, Window{20, 20, 40, 40}, Window{20, 20, 40, 40}},    // half a plane, one pass more
	{64, 128, Window{0, 0, 32, 64}, Window{32, 64, 32, 64}},     // half a plane, moved
	{48, 100, Window{3, 50, 21, 37}, Window{20, 0, 11, 51}},     // ragged
	{64, 64, Window{0, 0, 64, 64}, Window{0, 0, 64, 64}},        // no room at all
	{33, 50, Window{30, 1, 1, 1}, Window{0, 0, 33, 50}},         // a point into everything
	{22, 39, Window{5, 7, 11, 20}, Window{2, 3, 17, 16}},        // prime factors 11 and 13
	{10, 8, Window{1, 1, 5, 4}, Window{2, 2, 5, 4}},             // one pass
	{100, 72, Window{40, 10, 30, 17}, Window{60, 50, 40, 22}},   // less than half
	{7, 300, Window{0, 75, 7, 150}, Window{3, 100, 2, 140}},     // odd by long
	{256, 30, Window{100, 10, 100, 15}, Window{64, 5, 128, 15}}, // less than half in, half out
}

func testConvolution[T lane.Float](t *testing.T, limit float64) {
	for i, s := range convolutions {
		transfer := randomTransfer(uint64(i), s.h*s.w)
		c := must(NewConvolution[T](s.h, s.w, s.in, s.out, transfer))
		in, out := must(NewImages[T](2, s.in.Height, s.in.Width)), must(NewImages[T](2, s.out.Height, s.out.Width))
		for _, adjoint := range []bool{false, true, false} { // back and forth: nothing may stay behind in a plan
			src, dst, run := in, out, c.Apply
			if adjoint {
				src, dst, run = out, in, c.Adjoint
			}
			copy(src.Data, random[T](uint64(i), len(src.Data)))
			before := append([]T(nil), src.Data...)
			if err := run(nil, dst, src); err != nil {
				t.Fatal(err)
			}
			for k := range 2 {
				want := slowConvolution(complexImage(src, k), s.h, s.w, s.in, s.out, transfer, adjoint)
				if e := rms(complexImage(dst, k), want); !(e < limit) {
					t.Errorf("%+v, image %d, adjoint %t: relative error %.3g, want below %.3g", s, k, adjoint, e, limit)
				}
			}
			for k := range before {
				if src.Data[k] != before[k] {
					t.Fatalf("%+v, adjoint %t: the source has changed", s, adjoint)
				}
			}
		}
	}
}

func TestConvolution(t *testing.T) {
	testConvolution[float32](t, 1e-6)
	testConvolution[float64](t, 3e-15)
}

// <Ax, y> = <x, A'y> with <a, b> = sum conj(a) b.
func TestConvolutionAdjoint(t *testing.T) {
	for i, s := range convolutions {
		c := must(NewConvolution[float64](s.h, s.w, s.in, s.out, randomTransfer(7, s.h*s.w)))
		x, ax := must(NewImages[float64](1, s.in.Height, s.in.Width)), must(NewImages[float64](1, s.out.Height, s.out.Width))
		y, ay := must(NewImages[float64](1, s.out.Height, s.out.Width)), must(NewImages[float64](1, s.in.Height, s.in.Width))
		copy(x.Data, random[float64](uint64(i), len(x.Data)))
		copy(y.Data, random[float64](uint64(i+100), len(y.Data)))
		if err := c.Apply(nil, ax, x); err != nil {
			t.Fatal(err)
		}
		if err := c.Adjoint(nil, ay, y); err != nil {
			t.Fatal(err)
		}
		dot := func(a, b *Images[float64]) (sum complex128, size float64) {
			u, v := complexImage(a, 0), complexImage(b, 0)
			for k := range u {
				d := complex(real(u[k]), -imag(u[k])) * v[k]
				sum += d
				size += math.Hypot(real(d), imag(d))
			}
			return sum, size
		}
		left, size := dot(ax, y)
		right, _ := dot(x, ay)
		if d := left - right; math.Hypot(real(d), imag(d)) > 1e-14*size {
			t.Errorf("%+v: <Ax, y> = %g, <x, A'y> = %g", s, left, right)
		}
	}
}

// Source and result may be the same images.
func TestConvolutionInPlace(t *testing.T) {
	c := must(NewConvolution[float32](40, 60, Window{10, 20, 20, 30}, Window{5, 15, 20, 30}, randomTransfer(3, 2400)))
	x, y := must(NewImages[float32](3, 20, 30)), must(NewImages[float32](3, 20, 30))
	copy(x.Data, random[float32](1, len(x.Data)))
	for _, workers := range []int{1, 5} {
		for _, run := range []func(pool *lane.Pool, dst, src *Images[float32]) error{c.Apply, c.Adjoint} {
			pool := lane.NewPool(workers)
			if err := run(pool, y, x); err != nil {
				t.Fatal(err)
			}
			if err := run(pool, x, x); err != nil {
				t.Fatal(err)
			}
			sameBits(t, "a convolution in place", x.Data, y.Data)
		}
	}
}

// Columns that begin in the order of the first pass, in strips, end with the bits
// of those that begin in natural order with what is missing below them: the signs
// of zeros, too.
func TestColumnsInStrips(t *testing.T) {
	s := lane.NewStream(5, "columns", 0)
	for h := 1; h < 60; h++ {
		live := 1 + s.Intn(h)
		if h%2 == 0 {
			live = h / 2
		}
		win := Window{0, 0, live, 20}
		c := must(NewConvolution[float32](h, 20, win, win, make([]complex128, 20*h)))
		x := must(NewImages[float32](1, live, 20))
		hostile(s, x.Data, false)
		for i := range x.Data {
			if s.Intn(4) > 0 {
				x.Data[i] = float32(math.Copysign(0, -1))
			}
		}
		if err := c.Apply(nil, must(NewImages[float32](1, live, 20)), x); err != nil { // brings scratch memory
			t.Fatal(err)
		}
		columns, w := c.columns[0], c.spaces[0]
		for g := range groups(live) {
			columns.load(x, 0, g, c.cols.order())
		}
		for g, first := range []int{0, 4} {
			c.transformInput(g, columns, w)
			want := make([]float32, h*elementSize)
			src := view[float32]{data: x.Data, re: first, im: 20*live + first, row: 20, n: live}
			c.cols.across(scratch(want, h), src, live, h, w)
			sameBits(t, fmt.Sprintf("%d of %d rows, columns from %d on", live, h, first), columns.strip(g).data[:len(want)], want)
		}
	}
}

func BenchmarkConvolution200(b *testing.B) {
	win := Window{100, 100, 200, 200}
	c := must(NewConvolution[float32](400, 400, win, win, randomTransfer(1, 400*400)))
	x, y := must(NewImages[float32](64, 200, 200)), must(NewImages[float32](64, 200, 200))
	copy(x.Data, random[float32](1, len(x.Data)))
	b.ResetTimer()
	for range b.N {
		if err := c.Apply(nil, y, x); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(64*b.N), "ms/image")
}
