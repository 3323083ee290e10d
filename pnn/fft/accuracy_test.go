package fft

import (
	"math"
	"testing"
)

// inRows returns the transforms of sixteen random lines of n numbers in single
// and in double precision.
func inRows(n int) (single, double []complex128) {
	x, y := must(NewImages[float32](1, 16, n)), must(NewImages[float64](1, 16, n))
	copy(x.Data, random[float32](uint64(n), len(x.Data)))
	for i, v := range x.Data {
		y.Data[i] = float64(v)
	}
	if err := must(NewLine[float32](n)).Forward(nil, x); err != nil {
		panic(err)
	}
	if err := must(NewLine[float64](n)).Forward(nil, y); err != nil {
		panic(err)
	}
	return complexImage(x, 0), complexImage(y, 0)
}

// The transform in double precision is that of the definition, for every length.
func TestLineIsTheDefinition(t *testing.T) {
	for n := 1; n <= 260; n++ {
		x := must(NewImages[float64](2, 1, n))
		copy(x.Data, random[float64](uint64(n), len(x.Data)))
		want := [][]complex128{slow(complexImage(x, 0)), slow(complexImage(x, 1))}
		if err := must(NewLine[float64](n)).Forward(nil, x); err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if e := rms(complexImage(x, i), want[i]); !(e < 2e-14) {
				t.Errorf("length %d: relative error %.3g", n, e)
			}
		}
	}
}

// Single precision stays within a few units in the last place (6e-8) up to 4096.
// FFTW 3.3.10 in single precision, measured in the same way: 1.04e-7 at 400,
// 1.26e-7 at 4096, 1.46e-7 at 3125, 2.5e-7 at 4001 (a prime).
func TestAccuracy(t *testing.T) {
	lengths := []int{97, 101, 211, 360, 389, 400, 420, 480, 500, 509, 512, 600, 625, 640, 700, 720, 729, 768, 800, 997, 1000, 1024, 1250, 1536,
		1800, 2000, 2003, 2048, 2187, 2401, 3000, 3072, 3125, 4000, 4001, 4093, 4095, 4096}
	for n := 2; n < 90; n++ {
		lengths = append(lengths, n)
	}
	worst, worstChirp := 0.0, 0.0
	for _, n := range lengths {
		single, double := inRows(n)
		e := rms(single, double)
		if factors(n) != nil {
			worst = max(worst, e)
			if !(e < 2.5e-7) {
				t.Errorf("length %d: relative error %.3g, want below 2.5e-7", n, e)
			}
		} else {
			worstChirp = max(worstChirp, e)
			if !(e < 6e-7) {
				t.Errorf("length %d (chirp): relative error %.3g, want below 6e-7", n, e)
			}
		}
	}
	t.Logf("largest relative errors: %.3g, by chirp %.3g", worst, worstChirp)
}

func TestRoot(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 5, 8, 12, 100, 512, 4093} {
		for k := -2 * n; k <= 2*n; k++ {
			re, im := root(k, n)
			s, c := math.Sincos(2 * math.Pi * float64(k%n) / float64(n))
			if math.Abs(re-c) > 2e-15 || math.Abs(im-s) > 2e-15 {
				t.Fatalf("root(%d, %d) = %g, %g, want %g, %g", k, n, re, im, c, s)
			}
			if 4*k%n == 0 && math.Abs(re)+math.Abs(im) != 1 {
				t.Errorf("root(%d, %d) = %g, %g is not exact", k, n, re, im)
			}
		}
	}
}

func TestFactors(t *testing.T) {
	for n := 1; n <= 5000; n++ {
		f := factors(n)
		product, rest := 1, n
		for _, r := range f {
			product *= r
		}
		for _, p := range []int{2, 3, 5, 7} {
			for rest%p == 0 {
				rest /= p
			}
		}
		if smooth := rest == 1; smooth != (f != nil) || smooth && product != n {
			t.Fatalf("factors(%d) = %v", n, f)
		}
		if n%41 != 0 {
			continue
		}
		if m := smoothLength(n); m < n || m >= 2*n || factors(m) == nil {
			t.Fatalf("smoothLength(%d) = %d", n, m)
		}
	}
}
