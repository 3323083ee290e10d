package diffract

import (
	"math"
	"strings"
	"testing"

	"lightfast/pnn/fft"
)

// refused tests that an error holds the numbers and the remedy.
func refused(t *testing.T, what string, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s was accepted", what)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%s: %q does not say %q", what, err, w)
		}
	}
}

func TestSamplingOfADistance(t *testing.T) {
	dpnn := Grid{Rows: 200, Cols: 200, Pitch: 8e-6, Wavelength: 532e-9}
	p := must(NewPropagator[float32](dpnn, dpnn, 50e-3, Propagation{}))
	s := p.Sampling()
	if s.Plane.Rows != 400 || len(s.Warnings()) != 0 {
		t.Errorf("a diffractive network of 200 x 200 pixels over 50 mm is padded to %d and warned of: %q", s.Plane.Rows, s.Warnings())
	}
	within(t, "share of the band", s.Band, 0.962, 1e-3)
	// The phase of the full spectrum turns by pi from frequency to frequency at
	// the edge of the band: N p^2/lambda, paraxially.
	within(t, "farthest", newSampling(AngularSpectrum, dpnn, dpnn, p.padded, 0, 0, 1e-3).Farthest, 400*8e-6*8e-6/532e-9, 2e-3)
	_, err := NewPropagator[float32](dpnn, dpnn, 50e-3, Propagation{Method: AngularSpectrum})
	refused(t, "50 mm", err, "50 mm", "48.0", "417", "BandLimited")
	if _, err := NewPropagator[float32](dpnn, dpnn, 50e-3, Propagation{Method: AngularSpectrum, Rows: 417, Cols: 417}); err != nil {
		t.Errorf("padded as told: %v", err)
	}
	if _, err := NewPropagator[float32](dpnn, dpnn, 50e-3, Propagation{Method: AngularSpectrum, Periodic: true}); err != nil {
		t.Errorf("a periodic plane carries any distance: %v", err)
	}
	refused(t, "20 m", p.SetDistance(20), "20000 mm", "pad to at least")
	refused(t, "no distance", p.SetDistance(math.NaN()), "NaN")
	if p.Distance() != 50e-3 {
		t.Errorf("a refused distance has changed it to %g", p.Distance())
	}
	for _, c := range []struct {
		how      Propagation
		distance float64
		word     string
	}{
		{Propagation{Rows: 240, Cols: 400}, 20e-3, "400 x 400 points would do"},
		{Propagation{}, 0.3, "% of the bandwidth"},
		{Propagation{Method: Fresnel, Rows: 10000, Cols: 200}, 0, "points would do"},
	} {
		w := must(NewPropagator[float32](dpnn, dpnn, c.distance, c.how)).Sampling().Warnings()
		if len(w) == 0 || !strings.Contains(strings.Join(w, "; "), c.word) {
			t.Errorf("%+v over %g m: warnings %q, expected one of %q", c.how, c.distance, w, c.word)
		}
	}
	steep := Grid{Rows: 64, Cols: 64, Pitch: 0.6e-6, Wavelength: 532e-9}
	if w := must(NewPropagator[float32](steep, steep, 60e-6, Propagation{Method: Fresnel})).Sampling().Warnings(); len(w) != 1 || !strings.Contains(w[0], "rad") {
		t.Errorf("light at 26 degrees, paraxially: warnings %q", w)
	}
}

func TestBadInputIsRefused(t *testing.T) {
	g := small
	coarse, red := g, g
	coarse.Pitch, red.Wavelength = 10e-6, 633e-9
	_, err := NewPropagator[float64](g, coarse, 1e-3, Propagation{})
	refused(t, "another pitch", err, "8 um", "10 um", "Warp")
	_, err = NewPropagator[float64](g, red, 1e-3, Propagation{})
	refused(t, "another wavelength", err, "532 nm", "633 nm")
	_, err = NewPropagator[float64](g, g, 1e-3, Propagation{Rows: 10, Cols: 60})
	refused(t, "little padding", err, "padded plane of 10", "at least 21")
	_, err = NewPropagator[float64](g, g, 1e-3, Propagation{ShiftCols: 40})
	refused(t, "a plane off the axis", err, "shifted by 40", "increase the padding to at least 110")
	_, err = NewPropagator[float64](g, g, math.Inf(1), Propagation{})
	refused(t, "an infinite distance", err, "finite")
	_, err = NewPropagator[float64](g, g, 1, Propagation{Method: 7})
	refused(t, "method 7", err, "BandLimited")
	_, err = NewPropagator[float64](g, g, 1, Propagation{Periodic: true, Rows: 70})
	refused(t, "a padded periodic plane", err, "padding 0")
	for _, bad := range []Grid{{0, 1, 1, 1}, {1, 1, 0, 1}, {1, 1, 1, math.NaN()}, {1, 1 << 20, 1, 1}} {
		refused(t, "a grid", bad.Check(), "expected")
	}
	_, err = RayleighSommerfeld(g, g, 1e-3, make([]complex128, g.Pixels()))
	refused(t, "direct integration nearby", err, "only sampled from")
	_, err = RayleighSommerfeld(g, g, 1, make([]complex128, 3))
	refused(t, "a short field", err, "expected 630")
	big := Grid{Rows: 1000, Cols: 1000, Pitch: 1, Wavelength: 1}
	_, err = RayleighSommerfeld(big, big, 1, make([]complex128, 1e6))
	refused(t, "a large direct integration", err, "use a Propagator")

	_, err = NewLens[float64](g, 1e-4, 0)
	refused(t, "a strong lens", err, "0.1 mm", "longer focal length")
	_, err = NewLens[float64](g, 0, 0)
	refused(t, "no lens", err, "focal length 0")
	_, err = NewCircularAperture[float64](g, -1, 0, 0)
	refused(t, "an aperture", err, "positive radius")
	_, err = NewMask[float64](g, []complex128{1})
	refused(t, "a short mask", err, "expected 630")
	hole := make([]complex128, g.Pixels())
	hole[31] = complex(math.NaN(), 0)
	_, err = NewMask[float64](g, hole)
	refused(t, "a mask with NaN", err, "(1, 1)")

	_, err = NewModulator[float64]("m", g, Law(9), Panel{})
	refused(t, "law 9", err, "PhaseSigmoid")
	for _, p := range []Panel{{Bits: 17}, {Fill: 1.2}, {Gap: -1}, {Crosstalk: math.NaN()}, {Errors: make([]float64, 3)}, {Errors: append(make([]float64, 629), math.Inf(1))}} {
		_, err = NewModulator[float64]("m", g, PhaseRadians, p)
		refused(t, "a panel", err, "expected", "modulator m")
	}
	_, err = NewRegions[float64](200, 200, []Region{{0, 0, 20, 20}, {190, 40, 20, 20}})
	refused(t, "a region outside of the plane", err, "region 1", "rows 190 to 209", "200 x 200", "window")
	_, err = NewRegions[float64](200, 200, []Region{{Row: 3, Col: 3, Rows: 0, Cols: 4}})
	refused(t, "a region of nothing", err, "region 0", "0 x 4 pixels", "at least one")
	_, err = LayOut([]int{3, 4}, 20, Region{0, 0, 60, 60})
	refused(t, "regions that overlap", err, "row 1", "without overlap")
	_, err = NewEncoder[float64](g, 28, 28, 28, 28)
	refused(t, "a picture larger than the modulator", err, "28 x 28", "larger than the modulator of 21 x 30")
	_, err = NewAbsorber[float64](g, Saturation{OfMean: -1})
	refused(t, "a negative threshold", err, "not negative")
	_, err = NewNormaliser[float64](3, 3, Scale(4))
	refused(t, "scale 4", err, "ByMean")
	_, err = NewWarp[float64](3, 3, Affine{Scale: 1e9}, Bilinear)
	refused(t, "a scale", err, "Affine.Scale")
	_, err = NewWarp[float64](3, 3, Affine{}, Resampling(5))
	refused(t, "a resampling", err, "Nearest")
	_, err = PhaseErrors{Smooth: 1}.Draw(g, 1, 0)
	refused(t, "smooth errors without a correlation", err, "PhaseErrors.Correlation")
	for _, e := range []Exposure{{FullScale: -1}, {ReadNoise: math.NaN()}, {FullWell: -1}, {Bits: 30}} {
		_, err = NewCamera[float64](3, 3, e)
		refused(t, "an exposure", err, "Exposure.")
	}
}

func TestFieldsThatDoNotFitAreRefused(t *testing.T) {
	x, more := randomField(small, 2, 1), randomField(small, 3, 2)
	other := must(fft.NewImages[float64](2, 20, 30))
	f, odd := randomFrames(2, 21, 30, 1), randomFrames(2, 21, 31, 2)
	m := must(NewModulator[float64]("m", small, PhaseRadians, Panel{}))
	a := must(NewAbsorber[float64](small, Saturation{}))
	d := must(NewRegions[float64](21, 30, []Region{{0, 0, 1, 1}}))
	n := must(NewNormaliser[float64](21, 30, ByMax))
	w := must(NewWarp[float64](21, 30, Affine{}, Bilinear))
	e := must(NewEncoder[float64](small, 2, 2, 20, 20))
	c := must(NewCamera[float64](21, 30, Exposure{}))
	p := must(NewPropagator[float64](small, small, 1e-3, Propagation{}))
	for what, err := range map[string]error{
		"mask size": m.Forward(nil, other, x), "mask count": m.Backward(nil, x, more), "mask of nothing": m.Forward(nil, x, nil),
		"modulator gradient": m.Accumulate(nil, other, x), "absorber": a.Forward(nil, x, other), "absorber gradient": a.Backward(nil, x, x, more),
		"square law": NewSquareLaw[float64]().Forward(nil, odd, x), "square law gradient": NewSquareLaw[float64]().Backward(nil, more, f, x),
		"display": NewDisplay[float64]().Forward(nil, more, f), "regions": d.Forward(nil, make([]float64, 2), odd), "means": d.Backward(nil, f, make([]float64, 3)),
		"normaliser": n.Forward(nil, odd, f), "normaliser gradient": n.Backward(nil, f, f, odd), "warp": w.Forward(nil, other, x),
		"warp in place": w.Forward(nil, x, x), "warp of a plane": w.Plane(make([]float64, 3), make([]float64, 630)), "warp of frames": w.BackwardFrames(nil, odd, f),
		"encoder": e.Forward(nil, x, make([]uint8, 7)), "camera": c.Measure(nil, odd, f, 1, 0), "propagator": p.Forward(nil, x, more),
	} {
		refused(t, what, err)
	}
}
