package diffract

import (
	"math"
	"math/cmplx"
	"testing"

	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
)

// paint sets field i point by point; x and y in metres from the axis.
func paint[T lane.Float](g Grid, f *fft.Images[T], i int, u func(y, x float64) complex128) {
	re, im := f.Image(i)
	for r := range g.Rows {
		for c := range g.Cols {
			v := u(g.Y(r), g.X(c))
			re[r*g.Cols+c], im[r*g.Cols+c] = T(real(v)), T(imag(v))
		}
	}
}

func painted(g Grid, u func(y, x float64) complex128) *fft.Images[float64] {
	f := must(NewField[float64](g, 1))
	paint(g, f, 0, u)
	return f
}

// carried propagates a field to a plane of its own size.
func carried(t *testing.T, g Grid, f *fft.Images[float64], z float64, how Propagation) *fft.Images[float64] {
	t.Helper()
	out := must(NewField[float64](g, f.Count))
	ok(t, must(NewPropagator[float64](g, g, z, how)).Forward(nil, out, f))
	return out
}

func amplitude(g Grid, f *fft.Images[float64], row, col int) complex128 {
	re, im := f.Image(0)
	return complex(re[row*g.Cols+col], im[row*g.Cols+col])
}

func intensity(g Grid, f *fft.Images[float64], row, col int) float64 {
	a := cmplx.Abs(amplitude(g, f, row, col))
	return a * a
}

func power[T lane.Float](f *fft.Images[T]) (p float64) {
	for _, v := range f.Data {
		p += float64(v) * float64(v)
	}
	return p
}

// apart is the norm of a-b over that of b.
func apart(a, b []float64) float64 {
	var d, n float64
	for i := range a {
		d += (a[i] - b[i]) * (a[i] - b[i])
		n += b[i] * b[i]
	}
	return math.Sqrt(d / n)
}

func within(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if !(math.Abs(got-want) <= relative*math.Abs(want)) {
		t.Errorf("%s is %.6g, expected %.6g within %.2g %%", what, got, want, 100*relative)
	}
}

// valley refines the place of a minimum of y at index i by a parabola.
func valley(y func(i int) float64, i int) float64 {
	a, b, c := y(i-1), y(i), y(i+1)
	return float64(i) + (a-c)/(2*(a-2*b+c))
}

var bench = Grid{Rows: 128, Cols: 128, Pitch: 8e-6, Wavelength: 532e-9}

func TestGaussianBeam(t *testing.T) {
	const w0, z = 100e-6, 60e-3
	k := 2 * math.Pi / bench.Wavelength
	zr := math.Pi * w0 * w0 / bench.Wavelength
	w, radius := w0*math.Hypot(1, z/zr), z*(1+zr*zr/(z*z))
	beam := func(y, x float64) complex128 { return complex(math.Exp(-(x*x+y*y)/(w0*w0)), 0) }
	for _, m := range []Method{BandLimited, Fresnel} {
		how := Propagation{Method: m, Rows: 512, Cols: 512}
		u := carried(t, bench, painted(bench, beam), z, how)
		// <x^2> of the intensity is w^2/4.
		var sum, moment float64
		for r := range bench.Rows {
			for c := range bench.Cols {
				i := intensity(bench, u, r, c)
				sum += i
				moment += i * bench.X(c) * bench.X(c)
			}
		}
		within(t, "waist", 2*math.Sqrt(moment/sum), w, 1e-4)
		// The phase grows as k r^2/2R off the axis.
		step := 12
		phase := cmplx.Phase(amplitude(bench, u, 64, 64+step) / amplitude(bench, u, 64, 64))
		x := float64(step) * bench.Pitch
		within(t, "radius of curvature", k*x*x/(2*phase), radius, 1e-3)
		// On the axis: amplitude w0/w, phase k z less the Gouy phase.
		got := amplitude(bench, u, 64, 64) * cmplx.Exp(complex(0, -math.Mod(k*z, 2*math.Pi)))
		want := cmplx.Rect(w0/w, -math.Atan(z/zr))
		if cmplx.Abs(got-want) > 1e-4 {
			t.Errorf("%s: field on the axis %.6f, expected %.6f", m, got, want)
		}
	}
}

func TestDoubleSlitFringes(t *testing.T) {
	g := Grid{Rows: 64, Cols: 256, Pitch: 8e-6, Wavelength: 532e-9}
	const z, apartM = 40e-3, 160e-6
	slits := painted(g, func(_, x float64) complex128 {
		if d := math.Abs(math.Abs(x) - apartM/2); d < 10e-6 {
			return 1
		}
		return 0
	})
	u := carried(t, g, slits, z, Propagation{})
	row := func(c int) float64 { return intensity(g, u, 32, c) }
	// The first dark fringes on both sides are one period apart.
	period := g.Wavelength * z / apartM / g.Pitch
	dark := func(from, to int) int {
		best := from
		for c := from; c < to; c++ {
			if row(c) < row(best) {
				best = c
			}
		}
		return best
	}
	right := valley(row, dark(128+int(period/4), 128+int(3*period/4)+1))
	left := valley(row, dark(128-int(3*period/4), 128-int(period/4)+1))
	within(t, "fringe period in pixels", right-left, period, 0.01)
}

func TestTalbotSelfImages(t *testing.T) {
	g := Grid{Rows: 16, Cols: 64, Pitch: 8e-6, Wavelength: 532e-9}
	const lines = 16 // pixels a period
	a := lines * g.Pitch
	zt := 2 * a * a / g.Wavelength
	grating := func(shift int) *fft.Images[float64] {
		return painted(g, func(_, x float64) complex128 {
			if c := int(math.Round(x/g.Pitch)) + 64 + shift; c%lines < lines/2 {
				return 1
			}
			return 0
		})
	}
	frame := func(f *fft.Images[float64]) []float64 {
		i := must(NewFrames[float64](1, g.Rows, g.Cols))
		ok(t, NewSquareLaw[float64]().Forward(nil, i, f))
		return i.Data
	}
	for _, m := range []struct {
		method Method
		limit  float64
	}{{Fresnel, 1e-9}, {AngularSpectrum, 0.05}} { // orders far off the axis arrive late
		how := Propagation{Method: m.method, Periodic: true}
		for _, d := range []struct {
			distance float64
			shift    int
		}{{zt, 0}, {zt / 2, lines / 2}, {2 * zt, 0}} {
			if e := apart(frame(carried(t, g, grating(0), d.distance, how)), frame(grating(d.shift))); e > m.limit {
				t.Errorf("%s, %.3f Talbot distances: the image differs by %.3g", m.method, d.distance/zt, e)
			}
		}
		if e := apart(frame(carried(t, g, grating(0), zt/3, how)), frame(grating(0))); e < 0.3 {
			t.Errorf("%s: an image at a third of the Talbot distance, which differs by %.3g only", m.method, e)
		}
	}
}

func TestLensFocusIsAnAiryDisc(t *testing.T) {
	g := Grid{Rows: 240, Cols: 240, Pitch: 4e-6, Wavelength: 532e-9}
	const focal, radius = 50e-3, 0.4e-3
	u := painted(g, func(_, _ float64) complex128 { return 1 })
	ok(t, must(NewLens[float64](g, focal, radius)).Forward(nil, u, u))
	u = carried(t, g, u, focal, Propagation{})
	row := func(c int) float64 { return intensity(g, u, 120, c) }
	airy := 1.2196698912665045 * g.Wavelength * focal / (2 * radius) / g.Pitch
	// Amplitudes cross zero there in a straight line.
	c := 120 + int(airy)
	before, after := math.Sqrt(row(c)), math.Sqrt(row(c+1))
	within(t, "radius of the first dark ring in pixels", float64(c-120)+before/(before+after), airy, 0.005)
	within(t, "intensity at the focus", row(120), math.Pow(math.Pi*radius*radius/(g.Wavelength*focal), 2), 0.01)
	for c := 1; c < 25; c++ {
		v := 2 * math.Pi / g.Wavelength * radius * g.X(120+c) / focal
		want := math.Pow(2*math.J1(v)/v, 2)
		if got := row(120+c) / row(120); math.Abs(got-want) > 3e-3 {
			t.Errorf("%d pixels from the focus: intensity %.5f, expected %.5f", c, got, want)
		}
	}
}

// speckle is a field of some tilted beams, well within plane and band.
func speckle(y, x float64) complex128 {
	s := lane.NewStream(8, "speckle", 0)
	var u complex128
	for range 6 {
		dy, dx := y-60e-6*s.Normal(), x-60e-6*s.Normal()
		ky, kx := 3e4*s.Normal(), 3e4*s.Normal()
		u += cmplx.Rect(math.Exp(-(dy*dy+dx*dx)/(70e-6*70e-6)), ky*dy+kx*dx)
	}
	return u
}

func conserved[T lane.Float](t *testing.T, m Method) {
	t.Helper()
	in, out := must(NewField[T](bench, 2)), must(NewField[T](bench, 2))
	paint(bench, in, 0, speckle)
	paint(bench, in, 1, func(y, x float64) complex128 { return speckle(-x, y) })
	p := must(NewPropagator[T](bench, bench, 15e-3, Propagation{Method: m}))
	ok(t, p.Forward(nil, out, in))
	within(t, "power after "+m.String(), power(out), power(in), 1e-5)
}

func TestEnergyIsConserved(t *testing.T) {
	for _, m := range []Method{BandLimited, AngularSpectrum, Fresnel} {
		conserved[float64](t, m)
		conserved[float32](t, m)
	}
}

func TestTwoHalvesAreOneWhole(t *testing.T) {
	in := painted(bench, speckle)
	for _, m := range []Method{BandLimited, AngularSpectrum, Fresnel} {
		how := Propagation{Method: m}
		whole := carried(t, bench, in, 16e-3, how)
		halves := carried(t, bench, carried(t, bench, in, 8e-3, how), 8e-3, how)
		if e := apart(halves.Data, whole.Data); e > 1e-5 {
			t.Errorf("%s: two halves differ from the whole by %.3g", m, e)
		}
		back := carried(t, bench, whole, -16e-3, how)
		if e := apart(back.Data, in.Data); e > 1e-5 {
			t.Errorf("%s: there and back differs by %.3g", m, e)
		}
	}
}

// What a source at A does at B through the optics, a source at B does at A.
func TestReciprocity(t *testing.T) {
	a, b := small, Grid{Rows: 34, Cols: 25, Pitch: small.Pitch, Wavelength: small.Wavelength}
	plate := must(NewModulator[float64]("plate", a, PhaseRadians, Panel{}))
	plate.DrawNormal(3, 2)
	plate.Update(nil)
	for _, m := range []Method{BandLimited, AngularSpectrum, Fresnel} {
		how := Propagation{Method: m, Rows: 100, Cols: 100}
		there := func(row, col, row2, col2 int, steps ...linear) complex128 {
			from, to := a, b
			if p, first := steps[0].(*Propagator[float64]); first && p.In == b {
				from, to = b, a
			}
			u := must(NewField[float64](from, 1))
			re, _ := u.Image(0)
			re[row*from.Cols+col] = 1
			for _, s := range steps {
				size := u
				if p, moves := s.(*Propagator[float64]); moves {
					size = must(NewField[float64](p.Out, 1))
				}
				ok(t, s.Forward(nil, size, u))
				u = size
			}
			return amplitude(to, u, row2, col2)
		}
		first := must(NewPropagator[float64](a, a, 3e-3, how))
		second := must(NewPropagator[float64](a, b, 4e-3, how))
		reverse := must(NewPropagator[float64](b, a, 4e-3, how))
		ab := there(5, 7, 30, 3, first, plate, second)
		ba := there(30, 3, 5, 7, reverse, plate, first)
		if cmplx.Abs(ab-ba) > 1e-13 || cmplx.Abs(ab) < 1e-5 {
			t.Errorf("%s: A to B %.15g, B to A %.15g", m, ab, ba)
		}
	}
}

func TestBandLimitedAgainstDirectIntegration(t *testing.T) {
	in := Grid{Rows: 40, Cols: 40, Pitch: 8e-6, Wavelength: 532e-9}
	out := Grid{Rows: 32, Cols: 48, Pitch: 8e-6, Wavelength: 532e-9}
	beam := func(y, x float64) complex128 {
		return cmplx.Rect(math.Exp(-(x*x+y*y)/(40e-6*40e-6)), 2e4*x-1e4*y)
	}
	square := func(y, x float64) complex128 {
		if math.Abs(y) < 60e-6 && math.Abs(x) < 100e-6 {
			return 1
		}
		return 0
	}
	for _, f := range []struct {
		name     string
		u        func(y, x float64) complex128
		distance float64
		padding  int
		limit    float64
	}{
		{"beam", beam, 12e-3, 0, 1e-7},
		{"beam", beam, 20e-3, 0, 1e-5},
		{"beam", beam, 35e-3, 0, 0.02}, // nearly the farthest
		{"beam", beam, 35e-3, 160, 1e-3},
		{"square", square, 12e-3, 0, 0.05},
		{"square", square, 12e-3, 320, 0.05},
		{"square", square, 20e-3, 0, 0.05},
		{"square", square, 35e-3, 0, 0.05},
	} {
		u := painted(in, f.u)
		field := make([]complex128, in.Pixels())
		for i := range field {
			field[i] = amplitude(in, u, i/in.Cols, i%in.Cols)
		}
		want := must(RayleighSommerfeld(in, out, f.distance, field))
		got := must(NewField[float64](out, 1))
		p := must(NewPropagator[float64](in, out, f.distance, Propagation{Rows: f.padding, Cols: f.padding}))
		ok(t, p.Forward(nil, got, u))
		var d, n float64
		for i, w := range want {
			v := amplitude(out, got, i/out.Cols, i%out.Cols)
			d += real((v - w) * cmplx.Conj(v-w))
			n += real(w * cmplx.Conj(w))
		}
		e := math.Sqrt(d / n)
		t.Log(f, e)
		if e > f.limit {
			t.Errorf("%s over %g mm, padded to %d: differs from direct integration by %.3g, expected below %g", f.name, f.distance*1e3, f.padding, e, f.limit)
		}
	}
}
