package diffract

import (
	"math"
	"slices"
	"testing"

	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
)

// chain is a block with everything in it, forward and backward.
type chain[T lane.Float] struct {
	encoder  *Encoder[T]
	plate    *Modulator[T]
	hop      *Propagator[T]
	absorber *Absorber[T]
	warp     *Warp[T]
	law      *SquareLaw[T]
	camera   *Camera[T]
	scale    *Normaliser[T]
	display  *Display[T]
	regions  *Regions[T]

	pictures                                []uint8
	light, modulated, far, absorbed, warped *fft.Images[T]
	frames, measured, amplitudes, dFrames   *Frames[T]
	shown, g                                *fft.Images[T]
	means, scores, totals, dScores          []T
}

func newChain[T lane.Float](g Grid, n int) *chain[T] {
	frames := func() *Frames[T] { return must(NewFrames[T](n, g.Rows, g.Cols)) }
	field := func() *fft.Images[T] { return must(NewField[T](g, n)) }
	c := &chain[T]{
		encoder:  must(NewEncoder[T](g, 7, 7, g.Rows/2, g.Cols/2)),
		plate:    must(NewModulator[T]("plate", g, PhaseSigmoid, Panel{Bits: 8, Fill: 0.9, Crosstalk: 0.1})),
		hop:      must(NewPropagator[T](g, g, 2e-3, Propagation{})),
		absorber: must(NewAbsorber[T](g, Saturation{OfMean: 0.2})),
		warp:     must(NewWarp[T](g.Rows, g.Cols, Affine{ShiftX: 0.3, Rotation: 1}, Bilinear)),
		law:      NewSquareLaw[T](),
		camera:   must(NewCamera[T](g.Rows, g.Cols, Exposure{ReadNoise: 0.005, FullWell: 1e4, Bits: 8})),
		scale:    must(NewNormaliser[T](g.Rows, g.Cols, ByMean)),
		display:  NewDisplay[T](),
		regions:  must(NewRegions[T](g.Rows, g.Cols, must(LayOut([]int{3, 4, 3}, 4, Region{4, 4, 40, 40})))),
		pictures: make([]uint8, n*49),
		light:    field(), modulated: field(), far: field(), absorbed: field(), warped: field(), shown: field(), g: field(),
		frames: frames(), measured: frames(), amplitudes: frames(), dFrames: frames(),
		means: make([]T, 10*n), scores: make([]T, 10*n), totals: make([]T, n), dScores: fill(make([]T, 10*n), 3),
	}
	s := lane.NewStream(1, "pictures", 0)
	for i := range c.pictures {
		c.pictures[i] = uint8(s.Uint32())
	}
	c.plate.DrawNormal(1, 1)
	return c
}

func (c *chain[T]) step(pool *lane.Pool) error {
	c.plate.Update(pool)
	clear(c.plate.Weights.Grad)
	for _, err := range [...]error{
		c.encoder.Forward(pool, c.light, c.pictures), c.plate.Forward(pool, c.modulated, c.light), c.hop.Forward(pool, c.far, c.modulated),
		c.absorber.Forward(pool, c.absorbed, c.far), c.warp.Forward(pool, c.warped, c.absorbed), c.law.Forward(pool, c.frames, c.warped),
		c.camera.Measure(pool, c.measured, c.frames, 1, 0), c.scale.Forward(pool, c.amplitudes, c.measured), c.display.Forward(pool, c.shown, c.amplitudes),
		c.regions.Forward(pool, c.means, c.amplitudes),
	} {
		if err != nil {
			return err
		}
	}
	Shares(c.scores, c.totals, c.means, 10)
	SharesBackward(c.means, c.dScores, c.scores, c.totals, 10)
	for _, err := range [...]error{
		c.regions.Backward(pool, c.dFrames, c.means), c.scale.Backward(pool, c.dFrames, c.dFrames, c.measured), c.law.Backward(pool, c.g, c.dFrames, c.warped),
		c.warp.Backward(pool, c.shown, c.g), c.absorber.Backward(pool, c.g, c.shown, c.far), c.hop.Backward(pool, c.g, c.g), c.plate.Accumulate(pool, c.light, c.g),
		c.plate.Backward(pool, c.g, c.g),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

var square48 = Grid{Rows: 48, Cols: 48, Pitch: 8e-6, Wavelength: 532e-9}

func TestSameBitsForAnyNumberOfWorkers(t *testing.T) {
	for _, n := range []int{1, 5} { // fewer images than workers, and more
		var want *chain[float32]
		for workers := range 4 {
			var pool *lane.Pool
			if workers > 0 {
				pool = lane.NewPool(workers)
			}
			c := newChain[float32](square48, n)
			ok(t, c.step(pool))
			if want == nil {
				want = c
			}
			if !slices.Equal(c.scores, want.scores) || !slices.Equal(c.g.Data, want.g.Data) || !slices.Equal(c.plate.Weights.Grad, want.plate.Weights.Grad) || !slices.Equal(c.amplitudes.Data, want.amplitudes.Data) {
				t.Errorf("%d images on %d workers: other bits than without a pool", n, workers)
			}
		}
		if s, _ := dot(want.plate.Weights.Grad, want.plate.Weights.Grad); !(s > 0) {
			t.Errorf("the gradient is %g", s)
		}
	}
}

func TestSinglePrecision(t *testing.T) {
	a, b := newChain[float32](square48, 3), newChain[float64](square48, 3)
	for _, c := range []func(){func() { a.camera.Exposure = Exposure{} }, func() { b.camera.Exposure = Exposure{} }} {
		c() // levels would turn a last bit into a step
	}
	ok(t, a.step(nil))
	ok(t, b.step(nil))
	for i, s := range b.scores {
		if math.Abs(float64(a.scores[i])-s) > 1e-5 {
			t.Errorf("score %d is %g in single precision, %g in double", i, a.scores[i], s)
		}
	}
	if e := apart(a.plate.Weights.Grad, b.plate.Weights.Grad); e > 1e-4 {
		t.Errorf("gradients differ by %.3g", e)
	}
}

func TestStepsAllocateNothing(t *testing.T) {
	for _, workers := range []int{1, 2} {
		pool := lane.NewPool(workers)
		c := newChain[float32](square48, 3)
		ok(t, c.step(pool))
		if n := testing.AllocsPerRun(5, func() { ok(t, c.step(pool)) }); n > 1 { // a worker may be started anew
			t.Errorf("%d workers: a step allocates %g times", workers, n)
		}
	}
}

// A training step of a diffractive network: 32 images of 200 x 200 pixels,
// padded to 400 x 400, and three plates.
func BenchmarkStep(b *testing.B) {
	g := Grid{Rows: 200, Cols: 200, Pitch: 8e-6, Wavelength: 532e-9}
	const n, layers = 32, 3
	pool := lane.NewPool(0)
	hop := must(NewPropagator[float32](g, g, 50e-3, Propagation{}))
	var plates [layers]*Modulator[float32]
	var in, out [layers]*fft.Images[float32]
	for i := range plates {
		plates[i] = must(NewModulator[float32]("plate", g, PhaseSigmoid, Panel{}))
		in[i], out[i] = must(NewField[float32](g, n)), must(NewField[float32](g, n))
	}
	light := must(NewField[float32](g, n))
	fill(light.Data, 1)
	frames := must(NewFrames[float32](n, 200, 200))
	law := NewSquareLaw[float32]()
	b.ResetTimer()
	for range b.N {
		x := light
		for i, p := range plates {
			p.Update(pool)
			ok(b, p.Forward(pool, in[i], x))
			ok(b, hop.Forward(pool, out[i], in[i]))
			x = out[i]
		}
		ok(b, law.Forward(pool, frames, x))
		g := in[layers-1]
		ok(b, law.Backward(pool, g, frames, x))
		for i := layers - 1; i >= 0; i-- {
			ok(b, hop.Backward(pool, g, g))
			x := light
			if i > 0 {
				x = out[i-1]
			}
			ok(b, plates[i].Accumulate(pool, x, g))
			ok(b, plates[i].Backward(pool, g, g))
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N), "ms/step")
}
