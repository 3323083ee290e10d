package diffract

import (
	"math"
	"testing"

	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
)

// must is the value of a call that cannot fail.
func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fill makes normal numbers.
func fill[T lane.Float](x []T, seed uint64) []T {
	s := lane.NewStream(seed, "test", 0)
	for i := range x {
		x[i] = T(s.Normal())
	}
	return x
}

func randomField(g Grid, count int, seed uint64) *fft.Images[float64] {
	x := must(NewField[float64](g, count))
	fill(x.Data, seed)
	return x
}

func randomFrames(count, rows, cols int, seed uint64) *Frames[float64] {
	f := must(NewFrames[float64](count, rows, cols))
	fill(f.Data, seed)
	return f
}

// dot is the real inner product, and the sum of its magnitudes.
func dot(a, b []float64) (s, size float64) {
	for i := range a {
		s += a[i] * b[i]
		size += math.Abs(a[i] * b[i])
	}
	return s, size
}

// transposed tests <A x, y> = <x, A' y>.
func transposed(t *testing.T, what string, ax, y, x, aty []float64) {
	t.Helper()
	l, size := dot(ax, y)
	r, _ := dot(x, aty)
	if size == 0 || math.Abs(l-r) > 1e-13*size {
		t.Errorf("%s: <Ax, y> = %.17g, <x, A'y> = %.17g", what, l, r)
	}
}

// derivative compares a gradient with finite differences of a loss along a random
// direction, by Richardson's formula of fourth order.
func derivative(t *testing.T, what string, x, gradient []float64, loss func() float64) {
	t.Helper()
	d := fill(make([]float64, len(x)), 99)
	want, _ := dot(gradient, d)
	x0 := append([]float64(nil), x...)
	at := func(h float64) float64 {
		for i := range x {
			x[i] = x0[i] + h*d[i]
		}
		v := loss()
		copy(x, x0)
		return v
	}
	const h = 1e-4
	got := (8*(at(h)-at(-h)) - (at(2*h) - at(-2*h))) / (12 * h)
	if math.Abs(got-want) > 1e-7*math.Max(1e-3, math.Abs(want)) {
		t.Errorf("%s: derivative %.12g, from differences %.12g", what, want, got)
	}
}

type linear interface {
	Forward(pool *lane.Pool, out, in *fft.Images[float64]) error
	Backward(pool *lane.Pool, dIn, dOut *fft.Images[float64]) error
}

var small = Grid{Rows: 21, Cols: 30, Pitch: 8e-6, Wavelength: 532e-9}

func TestLinearElementsAreTransposed(t *testing.T) {
	wide := Grid{Rows: 34, Cols: 25, Pitch: 8e-6, Wavelength: 532e-9}
	plate := must(NewModulator[float64]("plate", small, PhaseRadians, Panel{Bits: 4, Fill: 0.9, Gap: 0.5, Crosstalk: 0.2}))
	plate.DrawNormal(1, 2)
	plate.Update(nil)
	elements := []struct {
		name    string
		in, out Grid
		element linear
	}{
		{"band-limited", small, wide, must(NewPropagator[float64](small, wide, 5e-3, Propagation{}))},
		{"shifted Fresnel", small, wide, must(NewPropagator[float64](small, wide, 5e-3, Propagation{Method: Fresnel, Rows: 70, Cols: 80, ShiftRows: 3, ShiftCols: -7}))},
		{"periodic angular spectrum", small, small, must(NewPropagator[float64](small, small, -20e-3, Propagation{Method: AngularSpectrum, Periodic: true}))},
		{"lens", small, small, must(NewLens[float64](small, 10e-3, 60e-6))},
		{"circle", small, small, must(NewCircularAperture[float64](small, 50e-6, 10e-6, -20e-6))},
		{"rectangle", small, small, must(NewRectangularAperture[float64](small, 50e-6, 99e-6, 10e-6, -20e-6))},
		{"modulator", small, small, plate},
		{"bilinear warp", small, small, must(NewWarp[float64](small.Rows, small.Cols, Affine{1.3, -2.6, 7, 1.1}, Bilinear))},
		{"nearest warp", small, small, must(NewWarp[float64](small.Rows, small.Cols, Affine{1.3, -2.6, 7, 1.1}, Nearest))},
	}
	for i, e := range elements {
		x, y := randomField(e.in, 2, uint64(i)), randomField(e.out, 2, uint64(i+100))
		ax, aty := must(NewField[float64](e.out, 2)), must(NewField[float64](e.in, 2))
		ok(t, e.element.Forward(nil, ax, x))
		ok(t, e.element.Backward(nil, aty, y))
		transposed(t, e.name, ax.Data, y.Data, x.Data, aty.Data)
	}
}

func TestLinearMapsOfFramesAreTransposed(t *testing.T) {
	x, y := randomFrames(2, 21, 30, 1), randomFrames(2, 21, 30, 2)
	ax, aty := randomFrames(2, 21, 30, 3), randomFrames(2, 21, 30, 4)
	for _, how := range []Resampling{Bilinear, Nearest} {
		w := must(NewWarp[float64](21, 30, Affine{ShiftY: 0.4, Rotation: -3}, how))
		ok(t, w.ForwardFrames(nil, ax, x))
		ok(t, w.BackwardFrames(nil, aty, y))
		transposed(t, "warp", ax.Data, y.Data, x.Data, aty.Data)
		ok(t, w.Plane(ax.Frame(0), x.Frame(0)))
		ok(t, w.PlaneBackward(aty.Frame(0), y.Frame(0)))
		transposed(t, "warp of a plane", ax.Frame(0), y.Frame(0), x.Frame(0), aty.Frame(0))
	}
	d := must(NewRegions[float64](21, 30, []Region{{0, 0, 3, 4}, {2, 2, 5, 5}, {18, 25, 3, 5}})) // two of them overlap
	means, dMeans := make([]float64, 6), fill(make([]float64, 6), 5)
	ok(t, d.Forward(nil, means, x))
	ok(t, d.Backward(nil, aty, dMeans))
	transposed(t, "regions", means, dMeans, x.Data, aty.Data)
	show, field, g := NewDisplay[float64](), randomField(small, 2, 7), randomField(small, 2, 6)
	ok(t, show.Forward(nil, field, x))
	ok(t, show.Backward(nil, aty, g))
	transposed(t, "display", field.Data, g.Data, x.Data, aty.Data)
}

func TestGradientsOfWeights(t *testing.T) {
	errors := must(PhaseErrors{Random: 0.3}.Draw(small, 5, 0))
	for _, law := range []Law{PhaseSigmoid, PhaseRadians, PhaseTurns, AmplitudeSigmoid, AmplitudeClipped} {
		for _, panel := range []Panel{{}, {Fill: 0.8, Gap: 0.4, Crosstalk: 0.3, Errors: errors}} {
			m := must(NewModulator[float64]("plate", small, law, panel))
			m.DrawUniform(1, 0.1, 0.9)
			x, y, g := randomField(small, 3, 1), must(NewField[float64](small, 3)), randomField(small, 3, 2)
			loss := func() float64 {
				m.Update(nil)
				ok(t, m.Forward(nil, y, x))
				s, _ := dot(y.Data, g.Data)
				return s
			}
			loss()
			ok(t, m.Accumulate(nil, x, g))
			derivative(t, law.String(), m.Weights.Value, m.Weights.Grad, loss)
		}
	}
}

// With levels the gradient is that of the same panel without, at what is shown.
func TestLevelsPassGradientsStraightThrough(t *testing.T) {
	x, g := randomField(small, 2, 1), randomField(small, 2, 2)
	rough := must(NewModulator[float64]("plate", small, PhaseRadians, Panel{Bits: 3, Crosstalk: 0.1}))
	rough.DrawNormal(4, 3)
	rough.Update(nil)
	ok(t, rough.Accumulate(nil, x, g))
	fine := must(NewModulator[float64]("plate", small, PhaseRadians, Panel{Crosstalk: 0.1}))
	copy(fine.Weights.Value, rough.Shown())
	fine.Update(nil)
	ok(t, fine.Accumulate(nil, x, g))
	for i := range fine.Weights.Grad {
		if a, b := rough.Weights.Grad[i], fine.Weights.Grad[i]; math.Abs(a-b) > 1e-12*(1+math.Abs(b)) {
			t.Fatalf("pixel %d: gradient %g with levels, %g at the same phases", i, a, b)
		}
	}
}

func TestGradientsOfNonlinearElements(t *testing.T) {
	x, g := randomField(small, 2, 1), randomField(small, 2, 2)
	y, d := must(NewField[float64](small, 2)), must(NewField[float64](small, 2))
	// Light well above the thresholds, and every seventh pixel well below them:
	// where the threshold is crossed there is no derivative.
	for i := range x.Data {
		x.Data[i] += math.Copysign(0.3, x.Data[i])
		if i%small.Pixels()%7 == 0 {
			x.Data[i] = math.Copysign(1e-3, x.Data[i])
		}
	}
	for _, s := range []Saturation{{}, {OfMean: 0.01}, {Threshold: 0.002}, {Threshold: 0.001, OfMean: 0.001}} {
		a := must(NewAbsorber[float64](small, s))
		ok(t, a.Backward(nil, d, g, x))
		derivative(t, "absorber", x.Data, d.Data, func() float64 {
			ok(t, a.Forward(nil, y, x))
			v, _ := dot(y.Data, g.Data)
			return v
		})
		if dark := y.Data[7] == 0; dark != (s != Saturation{}) {
			t.Errorf("%+v: a dark pixel became %g", s, y.Data[7])
		}
	}
	camera, frames, dFrames := NewSquareLaw[float64](), randomFrames(2, 21, 30, 3), randomFrames(2, 21, 30, 4)
	ok(t, camera.Backward(nil, d, dFrames, x))
	derivative(t, "square law", x.Data, d.Data, func() float64 {
		ok(t, camera.Forward(nil, frames, x))
		v, _ := dot(frames.Data, dFrames.Data)
		return v
	})
}

func TestGradientsOfNormalisation(t *testing.T) {
	in, g, out, d := randomFrames(2, 50, 50, 3), randomFrames(2, 50, 50, 4), randomFrames(2, 50, 50, 5), randomFrames(2, 50, 50, 6)
	for i, v := range in.Data {
		in.Data[i] = v * v
	}
	in.Frame(1)[2345] = 100 // the maximum of the second frame, in its second strip
	for s, name := range []string{"mean", "norm", "maximum"} {
		n := must(NewNormaliser[float64](50, 50, Scale(s)))
		ok(t, n.Backward(nil, d, g, in))
		derivative(t, "normalised by "+name, in.Data, d.Data, func() float64 {
			ok(t, n.Forward(nil, out, in))
			v, _ := dot(out.Data, g.Data)
			return v
		})
	}
	means, scores, totals := fill(make([]float64, 10), 1), make([]float64, 10), make([]float64, 2)
	for i, v := range means {
		means[i] = v * v
	}
	dScores, dMeans := fill(make([]float64, 10), 2), make([]float64, 10)
	Shares(scores, totals, means, 5)
	SharesBackward(dMeans, dScores, scores, totals, 5)
	derivative(t, "shares", means, dMeans, func() float64 {
		Shares(scores, totals, means, 5)
		v, _ := dot(scores, dScores)
		return v
	})
}
