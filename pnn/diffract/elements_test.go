package diffract

import (
	"math"
	"math/cmplx"
	"slices"
	"testing"
)

func TestApertures(t *testing.T) {
	area := func(m *Mask[float64]) (s float64) {
		for _, v := range m.Transmission() {
			s += real(v)
		}
		return s * small.Pitch * small.Pitch
	}
	const r = 50e-6
	within(t, "area of a disc", area(must(NewCircularAperture[float64](small, r, 3e-6, -20e-6))), math.Pi*r*r, 5e-3)
	within(t, "area of a rectangle", area(must(NewRectangularAperture[float64](small, 70e-6, 99e-6, -2e-6, 5e-6))), 70e-6*99e-6, 1e-12)
	m := must(NewCircularAperture[float64](small, r, 40e-6, -40e-6)).Transmission()
	if m[15*30+10] != 1 || m[5*30+20] != 0 {
		t.Errorf("an opening below and left of the axis transmits %v there and %v on the other side", m[15*30+10], m[5*30+20])
	}
}

func TestLaws(t *testing.T) {
	weights := []float64{-0.3, 0, 0.25, 0.8, 1.5}
	for law, want := range map[Law][]float64{
		PhaseSigmoid:     {2.673857, 3.141593, 3.532259, 4.335238, 5.136972}, // 2 pi/(1+exp(-w))
		PhaseRadians:     {-0.3, 0, 0.25, 0.8, 1.5},
		PhaseTurns:       {-1.884956, 0, 1.570796, 5.026548, 9.424778},
		AmplitudeSigmoid: {0.425557, 0.5, 0.562177, 0.689974, 0.817574},
		AmplitudeClipped: {0, 0, 0.25, 0.8, 1},
	} {
		m := must(NewModulator[float64]("m", Grid{1, 5, 1e-6, 1e-6}, law, Panel{}))
		copy(m.Weights.Value, weights)
		m.Update(nil)
		for i, v := range m.Shown() {
			if math.Abs(v-want[i]) > 1e-6 {
				t.Errorf("%s of %g is %.7g, expected %.7g", law, weights[i], v, want[i])
			}
			transmission := complex(v, 0)
			if law.phase() {
				transmission = cmplx.Rect(1, v)
			}
			if got := m.Transmission()[i]; cmplx.Abs(got-transmission) > 1e-15 {
				t.Errorf("%s of %g transmits %v, expected %v", law, weights[i], got, transmission)
			}
		}
	}
}

func TestPanel(t *testing.T) {
	g := Grid{3, 3, 1e-6, 1e-6}
	show := func(law Law, p Panel, w ...float64) *Modulator[float64] {
		m := must(NewModulator[float64]("m", g, law, p))
		copy(m.Weights.Value, w)
		m.Update(nil)
		return m
	}
	// Two bits: quarters of a turn, or thirds of full transmission.
	if got, want := show(PhaseTurns, Panel{Bits: 2}, 0.1, 0.3, 0.9, -0.3, 1.26, 0.4, -1e-18).Shown(), []float64{0, 1, 0, 3, 1, 2, 0, 0, 0}; !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b*math.Pi/2) < 1e-15 }) {
		t.Errorf("phases %v, expected %v quarters of a turn", got, want)
	}
	if got, want := show(AmplitudeClipped, Panel{Bits: 2}, 0.1, 0.3, 0.9, -0.3, 2).Shown(), []float64{0, 1. / 3, 1, 0, 1, 0, 0, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("amplitudes %v, expected %v", got, want)
	}
	// A pixel of half a turn in the middle leaves 0.6 of it and gives 0.1 to each side.
	m := show(PhaseTurns, Panel{Crosstalk: 0.4}, 0, 0, 0, 0, 0.5)
	for i, turns := range []float64{0, 0.05, 0, 0.05, 0.3, 0.05, 0, 0.05, 0} {
		if got, want := m.Transmission()[i], cmplx.Rect(1, 2*math.Pi*turns); cmplx.Abs(got-want) > 1e-15 {
			t.Errorf("crosstalk: pixel %d transmits %v, expected %v", i, got, want)
		}
	}
	m = show(PhaseTurns, Panel{Fill: 0.9, Gap: 0.5, Errors: []float64{0.2, 0, 0, 0, 0, 0, 0, 0, 0}}, 0.25)
	if got, want := m.Transmission()[0], 0.9*cmplx.Rect(1, math.Pi/2+0.2)+0.05; cmplx.Abs(got-want) > 1e-15 {
		t.Errorf("fill factor: %v, expected %v", got, want)
	}
}

func TestAbsorberTakesTheThresholdOff(t *testing.T) {
	g := Grid{1, 4, 1e-6, 1e-6}
	x, y := must(NewField[float64](g, 1)), must(NewField[float64](g, 1))
	copy(x.Data, []float64{3, 0, 1, 0 /* imaginary: */, 4, 0, 0, 2}) // intensities 25, 0, 1, 4: mean 7.5
	ok(t, must(NewAbsorber[float64](g, Saturation{OfMean: 0.5})).Forward(nil, y, x))
	for i, want := range []float64{21.25, 0, 0, 0.25} {
		if got := intensity(g, y, 0, i); math.Abs(got-want) > 1e-14 {
			t.Errorf("intensity %d is %g, expected %g", i, got, want)
		}
	}
	if d := cmplx.Phase(amplitude(g, y, 0, 0)) - math.Atan2(4, 3); math.Abs(d) > 1e-15 {
		t.Errorf("the phase has moved by %g", d)
	}
}

func TestLayOut(t *testing.T) {
	// The detectors of the diffractive network of sharpness-aware training.
	got := must(LayOut([]int{3, 4, 3}, 9, Region{32, 32, 63, 63}))
	var want []Region
	for _, row := range []struct {
		row  int
		cols []int
	}{{32, []int{32, 59, 86}}, {59, []int{32, 50, 68, 86}}, {86, []int{32, 59, 86}}} {
		for _, c := range row.cols {
			want = append(want, Region{row.row, c, 9, 9})
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("regions %v, expected %v", got, want)
	}
	if one := must(LayOut([]int{1}, 4, Region{10, 20, 8, 10})); one[0] != (Region{12, 23, 4, 4}) {
		t.Errorf("one region lies at %v", one[0])
	}
}

func TestScores(t *testing.T) {
	f := must(NewFrames[float64](2, 4, 4))
	for i := range f.Data[:16] {
		f.Data[i] = float64(i)
	}
	means, scores, totals := make([]float64, 4), make([]float64, 4), make([]float64, 2)
	ok(t, must(NewRegions[float64](4, 4, []Region{{0, 0, 2, 2}, {2, 1, 1, 3}})).Forward(nil, means, f))
	if !slices.Equal(means, []float64{2.5, 10, 0, 0}) {
		t.Errorf("means %v", means)
	}
	Shares(scores, totals, means, 2)
	if !slices.Equal(scores, []float64{0.2, 0.8, 0, 0}) {
		t.Errorf("scores %v, expected 0.2 and 0.8, and none in the dark", scores)
	}
}

func TestEncoder(t *testing.T) {
	g := Grid{8, 8, 1e-6, 1e-6}
	x := must(NewField[float64](g, 2))
	fill(x.Data, 1) // what was there before must go
	e := must(NewEncoder[float64](g, 2, 2, 4, 4))
	ok(t, e.Forward(nil, x, []uint8{0, 0, 0, 0, 0, 100, 200, 255}))
	// Doubled with edges repeated: 1, 3/4, 1/4, 0 of the neighbours.
	row := []float64{0, 25, 75, 100}
	below := []float64{200, 213.75, 241.25, 255}
	re, im := x.Image(1)
	for i := range 8 {
		for j := range 8 {
			want := 0.0
			if i >= 2 && i < 6 && j >= 2 && j < 6 {
				w := []float64{0, 0.25, 0.75, 1}[i-2]
				want = math.Sqrt(((1-w)*row[j-2] + w*below[j-2]) / 255)
			}
			if math.Abs(re[i*8+j]-want) > 1e-15 || im[i*8+j] != 0 {
				t.Errorf("pixel (%d, %d) is %g + %g i, expected %g", i, j, re[i*8+j], im[i*8+j], want)
			}
		}
	}
	e.Amplitude = true
	ok(t, e.Forward(nil, x, make([]uint8, 8)))
	if p := power(x); p != 0 {
		t.Errorf("a black picture has power %g", p)
	}
}

func TestWarpConventions(t *testing.T) {
	plane := func(how Resampling, a Affine) func(i, j int) float64 {
		w := must(NewWarp[float64](9, 9, a, how))
		in, out := make([]float64, 81), make([]float64, 81)
		in[2*9+4] = 1 // above the middle
		ok(t, w.Plane(out, in))
		return func(i, j int) float64 { return out[i*9+j] }
	}
	for _, how := range []Resampling{Bilinear, Nearest} {
		for _, c := range []struct {
			a    Affine
			i, j int
		}{
			{Affine{}, 2, 4}, {Affine{Scale: 1}, 2, 4}, {Affine{ShiftX: 3, ShiftY: 2}, 4, 7}, {Affine{Rotation: 90}, 4, 6}, {Affine{Rotation: -90}, 4, 2},
			{Affine{Scale: 2}, 0, 4}, {Affine{Rotation: 90, ShiftX: 1}, 4, 7}, {Affine{Rotation: 180}, 6, 4},
		} {
			if v := plane(how, c.a)(c.i, c.j); math.Abs(v-1) > 1e-6 {
				t.Errorf("resampling %d, %+v: pixel (%d, %d) is %g, expected the bright one", how, c.a, c.i, c.j, v)
			}
		}
	}
	half := plane(Bilinear, Affine{ShiftX: 0.25})
	if half(2, 4) != 0.75 || half(2, 5) != 0.25 {
		t.Errorf("a quarter of a pixel to the right: %g and %g", half(2, 4), half(2, 5))
	}
	// Trap of the published sweeps: nearest pixels do not move at first.
	for shift, row := range map[float64]int{0.4: 2, 0.6: 3, 1.4: 3} {
		if v := plane(Nearest, Affine{ShiftY: shift})(row, 4); v != 1 {
			t.Errorf("a shift of %g moves the bright pixel away from row %d", shift, row)
		}
	}
}

// Light that leaves the plane is lost, the rest keeps its sum.
func TestBilinearWarpKeepsAConstantPlane(t *testing.T) {
	w := must(NewWarp[float64](20, 30, Affine{ShiftX: 0.3, ShiftY: -1.2, Rotation: 20, Scale: 0.9}, Bilinear))
	in, out := make([]float64, 600), make([]float64, 600)
	for i := range in {
		in[i] = 2
	}
	ok(t, w.Plane(out, in))
	for i := 6; i < 14; i++ {
		for j := 6; j < 24; j++ {
			if math.Abs(out[i*30+j]-2) > 1e-14 {
				t.Errorf("pixel (%d, %d) of a constant plane became %g", i, j, out[i*30+j])
			}
		}
	}
	line := must(NewWarp[float64](1, 5, Affine{ShiftX: 0.5}, Bilinear)) // a plane of one row
	ok(t, line.Plane(out[:5], []float64{1, 2, 3, 4, 5}))
	if !slices.Equal(out[:5], []float64{0.5, 1.5, 2.5, 3.5, 4.5}) {
		t.Errorf("a row moved by half a pixel: %v", out[:5])
	}
	ok(t, line.Set(Affine{ShiftX: -0.5}))
	ok(t, line.Plane(out[:5], []float64{1, 2, 3, 4, 5}))
	if !slices.Equal(out[:5], []float64{1.5, 2.5, 3.5, 4.5, 2.5}) {
		t.Errorf("a row moved back by half a pixel: %v", out[:5])
	}
}

// Both resamplings read where the specification of sharpness-aware training says.
func TestWarpReadsWhereItShould(t *testing.T) {
	const rows, cols = 23, 31
	for _, a := range []Affine{{}, {ShiftX: 1.3, ShiftY: -2.2, Rotation: 17, Scale: 1.2}, {ShiftX: -3.1, ShiftY: 0.7, Rotation: -100, Scale: 0.8}} {
		near, smooth := must(NewWarp[float64](rows, cols, a, Nearest)), must(NewWarp[float64](rows, cols, a, Bilinear))
		in := fill(make([]float64, rows*cols), 1)
		n, b := make([]float64, rows*cols), make([]float64, rows*cols)
		ok(t, near.Plane(n, in))
		ok(t, smooth.Plane(b, in))
		at := func(y, x float64) float64 {
			if y < 0 || x < 0 || y >= rows || x >= cols {
				return 0
			}
			return in[int(y)*cols+int(x)]
		}
		scale := a.Scale
		if scale == 0 {
			scale = 1
		}
		sin, cos := math.Sincos(a.Rotation * math.Pi / 180)
		for i := range rows {
			for j := range cols {
				x, y := float64(j)+0.5-cols/2.-a.ShiftX, float64(i)+0.5-rows/2.-a.ShiftY
				xs, ys := (cos*x+sin*y)/scale+cols/2.-0.5, (-sin*x+cos*y)/scale+rows/2.-0.5
				halfway := math.Min(math.Abs(xs-math.Floor(xs)-0.5), math.Abs(ys-math.Floor(ys)-0.5))
				if want := at(math.Round(ys), math.Round(xs)); n[i*cols+j] != want && halfway > 1e-5 {
					t.Errorf("%+v: pixel (%d, %d) is %g, nearest to (%g, %g) is %g", a, i, j, n[i*cols+j], ys, xs, want)
				}
				y0, x0 := math.Floor(ys+1e-12), math.Floor(xs+1e-12)
				v, u := ys-y0, xs-x0
				want := (1-v)*((1-u)*at(y0, x0)+u*at(y0, x0+1)) + v*((1-u)*at(y0+1, x0)+u*at(y0+1, x0+1))
				if math.Abs(b[i*cols+j]-want) > 1e-11 {
					t.Errorf("%+v: pixel (%d, %d) is %g, interpolated %g", a, i, j, b[i*cols+j], want)
				}
			}
		}
	}
}

func TestDistanceCanBeMoved(t *testing.T) {
	x, a, b := randomField(small, 1, 1), must(NewField[float64](small, 1)), must(NewField[float64](small, 1))
	p := must(NewPropagator[float64](small, small, 1e-3, Propagation{}))
	ok(t, p.SetDistance(2e-3))
	ok(t, p.Forward(nil, a, x))
	ok(t, must(NewPropagator[float64](small, small, 2e-3, Propagation{})).Forward(nil, b, x))
	if !slices.Equal(a.Data, b.Data) || p.Sampling().Distance != 2e-3 {
		t.Errorf("moved to 2 mm, the field differs by %g from one made for 2 mm", apart(a.Data, b.Data))
	}
}

// A shifted second plane sees what a centred one sees there.
func TestPlaneOffTheAxis(t *testing.T) {
	x := painted(bench, speckle)
	far := must(NewField[float64](bench, 1))
	how := Propagation{Rows: 300, Cols: 300}
	ok(t, must(NewPropagator[float64](bench, bench, 8e-3, how)).Forward(nil, far, x))
	how.ShiftRows, how.ShiftCols = 10, -20
	off := must(NewField[float64](small, 1))
	ok(t, must(NewPropagator[float64](bench, small, 8e-3, how)).Forward(nil, off, x))
	for i := range small.Rows {
		for j := range small.Cols {
			want := amplitude(bench, far, 64-10+i+10, 64-15+j-20)
			if got := amplitude(small, off, i, j); cmplx.Abs(got-want) > 1e-12 {
				t.Fatalf("pixel (%d, %d) is %v, expected %v", i, j, got, want)
			}
		}
	}
}

func TestEvanescentWavesDecay(t *testing.T) {
	g := Grid{Rows: 1, Cols: 64, Pitch: 100e-9, Wavelength: 532e-9}
	h := must(AngularSpectrum.TransferFunction(g, 1e-6))
	f := 32 / g.Width() // the finest: beyond 1/wavelength
	want := math.Exp(-2 * math.Pi * 1e-6 * math.Sqrt(f*f-1/(g.Wavelength*g.Wavelength)))
	within(t, "an evanescent wave", real(h[32]), want, 1e-12)
	if back := must(AngularSpectrum.TransferFunction(g, -1e-6)); back[32] != 0 || cmplx.Abs(back[3]*h[3]-1) > 1e-12 {
		t.Errorf("led back, an evanescent wave is %v, a propagating one %v off", back[32], back[3]*h[3]-1)
	}
}
