package diffract

import (
	"fmt"

	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
)

// Mask multiplies a field by a transmission, pixel by pixel: a lens, an
// aperture, a plate that is given, and what a modulator shows.
type Mask[T lane.Float] struct {
	Grid   Grid
	re, im []T

	// The call that runs.
	out, in   *fft.Images[T]
	conjugate bool
	apply     *sweep
}

// NewMask returns a mask of Rows*Cols amplitude transmissions, row by row. A
// passive one has none of magnitude above 1; that is not enforced.
func NewMask[T lane.Float](g Grid, transmission []complex128) (*Mask[T], error) {
	m, err := newMask[T](g)
	if err != nil {
		return nil, err
	}
	if len(transmission) != g.Pixels() {
		return nil, fmt.Errorf("diffract: a mask of %d numbers, expected %d for %d x %d pixels", len(transmission), g.Pixels(), g.Rows, g.Cols)
	}
	for i, t := range transmission {
		if !finite(real(t)) || !finite(imag(t)) {
			return nil, fmt.Errorf("diffract: the transmission of pixel (%d, %d) is %v, expected a finite number", i/g.Cols, i%g.Cols, t)
		}
		m.re[i], m.im[i] = T(real(t)), T(imag(t))
	}
	return m, nil
}

// finite tells whether x is neither NaN nor infinite.
func finite(x float64) bool { return x-x == 0 }

// newMask returns an opaque mask.
func newMask[T lane.Float](g Grid) (*Mask[T], error) {
	if err := g.Check(); err != nil {
		return nil, err
	}
	m := &Mask[T]{Grid: g, re: make([]T, g.Pixels()), im: make([]T, g.Pixels())}
	m.apply = newSweep(m.multiply)
	return m, nil
}

// Transmission returns the transmission of every pixel, row by row.
func (m *Mask[T]) Transmission() []complex128 {
	t := make([]complex128, len(m.re))
	for i := range t {
		t[i] = complex(float64(m.re[i]), float64(m.im[i]))
	}
	return t
}

// Forward multiplies every field of in by the transmission. out may be in.
func (m *Mask[T]) Forward(pool *lane.Pool, out, in *fft.Images[T]) error {
	return m.run(pool, out, in, false)
}

// Backward multiplies gradients by the conjugate transmission. dIn may be dOut.
func (m *Mask[T]) Backward(pool *lane.Pool, dIn, dOut *fft.Images[T]) error {
	return m.run(pool, dIn, dOut, true)
}

func (m *Mask[T]) run(pool *lane.Pool, out, in *fft.Images[T], conjugate bool) error {
	if err := checkPair("mask", out, in, m.Grid.Rows, m.Grid.Cols); err != nil {
		return err
	}
	m.out, m.in, m.conjugate = out, in, conjugate
	m.apply.run(pool, in.Count, len(m.re))
	m.out, m.in = nil, nil
	return nil
}

func (m *Mask[T]) multiply(image, lo, hi int) {
	m.strip(m.out, m.in, image, lo, hi, m.conjugate)
}

// multiplyAll does what run does, for images that fit, on the caller's goroutine
// alone; several may do so at the same time.
func (m *Mask[T]) multiplyAll(out, in *fft.Images[T], conjugate bool) {
	for lo := 0; lo < len(m.re); lo += strip {
		for image := range in.Count {
			m.strip(out, in, image, lo, min(lo+strip, len(m.re)), conjugate)
		}
	}
}

// strip multiplies pixels lo..hi-1 of an image.
func (m *Mask[T]) strip(out, in *fft.Images[T], image, lo, hi int, conjugate bool) {
	xr, xi := in.Image(image)
	yr, yi := out.Image(image)
	xr, xi, yr, yi = xr[lo:hi], xi[lo:hi], yr[lo:hi], yi[lo:hi]
	tr, ti := m.re[lo:hi], m.im[lo:hi]
	n := len(xr)
	xi, yr, yi, tr, ti = xi[:n], yr[:n], yi[:n], tr[:n], ti[:n] // no bounds to check below
	if conjugate {
		for p, a := range xr {
			b, c, s := xi[p], tr[p], ti[p]
			yr[p] = T(c*a) + T(s*b)
			yi[p] = T(c*b) - T(s*a)
		}
		return
	}
	for p, a := range xr {
		b, c, s := xi[p], tr[p], ti[p]
		yr[p] = T(c*a) - T(s*b)
		yi[p] = T(c*b) + T(s*a)
	}
}
