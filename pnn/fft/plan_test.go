package fft

import (
	"math/cmplx"
	"strings"
	"testing"

	"lightfast/pnn/lane"
)

func TestErrorsSayWhatWasExpected(t *testing.T) {
	plane, line := must(NewPlane[float32](4, 6)), must(NewLine[float32](6))
	win := Window{1, 1, 2, 2}
	filter := must(NewConvolution[float32](4, 6, win, Window{0, 0, 3, 3}, make([]complex128, 24)))
	images := func(count, h, w int) *Images[float32] { return must(NewImages[float32](count, h, w)) }
	newFilter := func(h, w int, in, out Window, n int) error {
		_, err := NewConvolution[float32](h, w, in, out, make([]complex128, n))
		return err
	}
	second := func(_ any, err error) error { return err }
	for _, c := range []struct {
		err  error
		says []string
	}{
		{second(NewLine[float32](0)), []string{"0", "at least 1"}},
		{second(NewPlane[float32](3, -1)), []string{"3 x -1", "at least 1"}},
		{second(NewImages[float32](1, 0, 2)), []string{"0 x 2", "at least 1"}},
		{plane.Forward(nil, images(1, 6, 4)), []string{"forward", "6 x 4", "4 x 6"}},
		{plane.Inverse(nil, &Images[float32]{2, 4, 6, make([]float32, 95)}), []string{"inverse", "95", "96"}},
		{plane.Forward(nil, nil), []string{"no images"}},
		{line.Forward(nil, images(1, 3, 5)), []string{"5", "6"}},
		{line.Inverse(nil, nil), []string{"no images"}},
		{line.Inverse(nil, &Images[float32]{1, -1, 6, nil}), []string{"-1"}},
		{newFilter(0, 6, win, win, 24), []string{"0 x 6", "at least 1"}},
		{newFilter(4, 6, Window{3, 0, 2, 2}, win, 24), []string{"input", "2 x 2", "row 3", "4 x 6"}},
		{newFilter(4, 6, win, Window{0, -1, 2, 2}, 24), []string{"output", "column -1"}},
		{newFilter(4, 6, win, Window{0, 0, 0, 2}, 24), []string{"output", "0 x 2"}},
		{newFilter(4, 6, win, win, 23), []string{"23", "24", "4 x 6"}},
		{filter.SetTransfer(nil), []string{"0 numbers", "24"}},
		{filter.Apply(nil, images(1, 3, 3), images(1, 3, 3)), []string{"input", "3 x 3", "2 x 2"}},
		{filter.Adjoint(nil, images(1, 3, 3), images(1, 3, 3)), []string{"input gradient", "3 x 3", "2 x 2"}},
		{filter.Apply(nil, images(2, 3, 3), images(1, 2, 2)), []string{"1 images as input", "2 as output"}},
		{Forward(nil), []string{"0"}},
		{images(1, 2, 2).SetComplex(1, make([]complex64, 4)), []string{"image 1 of 1"}},
		{images(1, 2, 2).Complex(0, make([]complex64, 3)), []string{"3", "4"}},
		{(*Images[float32])(nil).Complex(0, nil), []string{"no images"}},
	} {
		if c.err == nil {
			t.Errorf("no error where one with %q was expected", c.says)
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(c.err.Error(), s) {
				t.Errorf("error %q does not say %q", c.err, s)
			}
		}
	}
}

func TestEmptyBatch(t *testing.T) {
	x := must(NewImages[float32](0, 4, 6))
	for _, workers := range []int{1, 3} {
		pool := lane.NewPool(workers)
		if err := must(NewPlane[float32](4, 6)).Forward(pool, x); err != nil {
			t.Error(err)
		}
		if err := must(NewLine[float32](6)).Inverse(pool, x); err != nil {
			t.Error(err)
		}
	}
}

func TestWarmPlansAllocateNothing(t *testing.T) {
	pool := lane.NewPool(1)
	x, y := must(NewImages[float32](2, 22, 40)), must(NewImages[float32](2, 11, 20))
	plane, line := must(NewPlane[float32](22, 40)), must(NewLine[float32](40))
	filter := must(NewConvolution[float32](44, 80, Window{0, 0, 22, 40}, Window{11, 20, 11, 20}, make([]complex128, 44*80)))
	for name, run := range map[string]func() error{
		"plane forward": func() error { return plane.Forward(pool, x) },
		"plane inverse": func() error { return plane.Inverse(pool, x) },
		"line forward":  func() error { return line.Forward(pool, x) },
		"line inverse":  func() error { return line.Inverse(pool, x) },
		"convolution":   func() error { return filter.Apply(pool, y, x) },
		"adjoint":       func() error { return filter.Adjoint(pool, x, y) },
	} {
		if n := testing.AllocsPerRun(5, func() {
			if err := run(); err != nil {
				t.Error(err)
			}
		}); n != 0 {
			t.Errorf("%s: %g allocations a call", name, n)
		}
	}
}

func TestSlices(t *testing.T) {
	for _, n := range []int{1, 6, 23, 128} {
		re, im := random[float32](1, n), random[float32](2, n)
		x, want := make([]complex64, n), make([]complex128, n)
		for i := range x {
			x[i] = complex(re[i], im[i])
			want[i] = complex128(x[i])
		}
		before := append([]complex64(nil), x...)
		if err := Forward(x); err != nil {
			t.Fatal(err)
		}
		want = slow(want)
		for i := range x {
			if cmplx.Abs(complex128(x[i])-want[i]) > 2e-5 {
				t.Errorf("length %d: element %d is %g, want %g", n, i, x[i], want[i])
			}
		}
		if err := Inverse(x); err != nil {
			t.Fatal(err)
		}
		for i := range x {
			if cmplx.Abs(complex128(x[i]-before[i])) > 2e-6 {
				t.Errorf("length %d: element %d is %g there and back, want %g", n, i, x[i], before[i])
			}
		}
	}
	for n := range 3 * maxPlans { // more lengths than plans are kept
		if err := Forward(make([]complex64, n+1)); err != nil {
			t.Fatal(err)
		}
	}
}
