package absorb_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"

	"lightfast/pnn/absorb"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
)

// apply sends numbers through a layer and returns its outputs and what it
// multiplies gradients by.
func apply[T lane.Float](t *testing.T, a absorb.Absorber, d absorb.Derivative, xs []float64) (y, slope []float64) {
	t.Helper()
	l, err := absorb.Layer[T](a, d)
	if err != nil {
		t.Fatal(err)
	}
	n, err := nn.New(nn.Vector(len(xs)), l)
	if err != nil {
		t.Fatal(err)
	}
	x, g, back := lane.NewBatch[T](1, len(xs)), lane.NewBatch[T](1, len(xs)), lane.NewBatch[T](0, len(xs))
	for i, v := range xs {
		x.Set(0, i, T(v))
		g.Set(0, i, 1)
	}
	out := n.Forward(&nn.Pass{}, x)
	n.Backward(&nn.Pass{}, back, g)
	for i := range xs {
		y, slope = append(y, float64(out.At(0, i))), append(slope, float64(back.At(0, i)))
	}
	return y, slope
}

func TestLayerFollowsTheAbsorber(t *testing.T) {
	var xs []float64
	for x := -20.0; x <= 20; x += 0.17 {
		xs = append(xs, float64(float32(x)))
	}
	table, err := absorb.RandomTable(1, 1, 6, 5)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []absorb.Absorber{{}, {Depth: 10}, {Depth: 50}, absorb.Gain(3, absorb.Amplitude), {Depth: 5, Encoding: absorb.Intensity}} {
		for _, d := range []absorb.Derivative{nil, absorb.Exact{Absorber: a}, absorb.Optical{Absorber: a}, absorb.Constant(-1), table,
			absorb.Optical{Absorber: absorb.Absorber{Depth: 2}}, absorb.Blend{A: absorb.Exact{Absorber: a}, B: table, Share: 0.25}} {
			want := d
			if d == nil {
				want = absorb.Exact{Absorber: a}
			}
			y, slope := apply[float64](t, a, d, xs)
			y32, slope32 := apply[float32](t, a, d, xs)
			for i, x := range xs {
				f, df := a.Response(x), want.At(x)
				if math.Abs(y[i]-f) > 1e-14*math.Abs(f) || math.Abs(slope[i]-df) > 1e-14*math.Abs(df) {
					t.Fatalf("%+v, %T: layer gives %g and %g at %g, want %g and %g", a, d, y[i], slope[i], x, f, df)
				}
				if math.Abs(y32[i]-f) > 5e-6*math.Abs(f) || math.Abs(slope32[i]-df) > 5e-6*math.Abs(df) {
					t.Fatalf("%+v, %T: layer gives %g and %g at %g in single precision, want %g and %g", a, d, y32[i], slope32[i], x, f, df)
				}
			}
		}
	}
}

// network is a small net with absorbers.
func network(t *testing.T, d absorb.Derivative, noise *absorb.Probe[float64]) *nn.Net[float64] {
	t.Helper()
	a := absorb.Absorber{Depth: 4}
	var layers []nn.Layer[float64]
	layers = append(layers, &nn.Spread[float64]{Channels: 1, H: 6, W: 6}, &nn.Conv[float64]{Name: "c", Out: 3, Kernel: 3})
	first, err := absorb.Layer[float64](a, d)
	if err != nil {
		t.Fatal(err)
	}
	second, err := absorb.Layer[float64](a, d)
	if err != nil {
		t.Fatal(err)
	}
	if noise != nil {
		first.Noise = noise
	}
	layers = append(layers, first, &nn.MeanPool[float64]{Size: 2}, &nn.Flatten[float64]{}, &nn.Dense[float64]{Name: "d", Out: 9}, second, &nn.Dense[float64]{Name: "e", Out: 4})
	n, err := nn.New(nn.Vector(36), layers...)
	if err != nil {
		t.Fatal(err)
	}
	n.Initialise(3)
	return n
}

func TestExactGradientAgainstDifferences(t *testing.T) {
	n := network(t, nil, nil)
	s := lane.NewStream(1, "numbers", 0)
	x, w := lane.NewBatch[float64](20, 36), lane.NewBatch[float64](20, 4)
	for i := range 20 {
		for r := range 36 {
			x.Set(i, r, 3*s.Float64())
		}
		for r := range 4 {
			w.Set(i, r, s.Normal())
		}
	}
	loss := func() (sum float64) {
		n.Update(nil)
		y := n.Forward(&nn.Pass{}, x)
		for i := range 20 {
			for r := range 4 {
				sum += y.At(i, r) * w.At(i, r)
			}
		}
		return sum
	}
	loss()
	n.Backward(&nn.Pass{}, nil, &lane.Batch[float64]{Samples: 20, Rows: 4, Data: append([]float64(nil), w.Data...)})
	for _, p := range n.Parameters() {
		v, want := make([]float64, len(p.Value)), 0.0
		for i := range v {
			v[i] = s.Normal()
			want += v[i] * p.Grad[i]
		}
		const h = 1e-5
		move := func(by float64) float64 {
			for i := range v {
				p.Value[i] += by * v[i]
			}
			return loss()
		}
		got := (move(h) - move(-2*h)) / (2 * h)
		move(h)
		if math.Abs(got-want) > 1e-7*(1+math.Abs(want)) {
			t.Errorf("%s: difference quotient %.10g, gradient %.10g", p.Name, got, want)
		}
	}
}

// Noise has the standard deviation it was asked for and depends on the seed, the
// step and the sample alone.
func TestProbeNoise(t *testing.T) {
	shape := nn.Image(3, 20, 20)
	const samples = 20
	disturbed := func(probe absorb.Probe[float64], p nn.Pass) []float64 {
		var all []float64
		for blk := range 2 {
			g := make([]float64, shape.Rows()*lane.Width)
			for i := range g {
				if l := i % lane.Width; blk*lane.Width+l < samples {
					g[i] = 2 // R is 2 too
				}
				if i/lane.Width%lane.Plane(20, 20) == 400 {
					g[i] = 1e9 // belongs to nobody
				}
			}
			probe.Disturb(&p, g, shape, blk*lane.Width, samples)
			for i, v := range g {
				switch {
				case i/lane.Width%lane.Plane(20, 20) == 400:
				case blk*lane.Width+i%lane.Width < samples:
					all = append(all, v)
				case v != 0:
					t.Fatalf("the lane of sample %d, of %d, is %g", blk*lane.Width+i%lane.Width, samples, v)
				}
			}
		}
		return all
	}
	base := nn.Pass{Seed: 1, Step: 2}
	for _, c := range []struct{ relative, floor, sd float64 }{{0, 0, 0}, {0.1, 0, 0.2}, {0, 0.2, 0.4}, {0.3, 0.4, 1}} {
		noise := disturbed(absorb.Probe[float64]{Relative: c.relative, Floor: c.floor}, base)
		var sum, squares float64
		for _, v := range noise {
			sum += v - 2
			squares += (v - 2) * (v - 2)
		}
		n := float64(len(noise))
		if n != samples*1200 || math.Abs(sum/n) > 4*c.sd/math.Sqrt(n) || math.Abs(math.Sqrt(squares/n)-c.sd) > 0.02*c.sd {
			t.Errorf("relative %g, floor %g: %g readings with noise of mean %g and standard deviation %g, want 0 and %g", c.relative, c.floor, n, sum/n, math.Sqrt(squares/n), c.sd)
		}
	}
	probe := absorb.Probe[float64]{Name: "a", Relative: 0.1}
	first := disturbed(probe, base)
	if again := disturbed(probe, base); again[77] != first[77] {
		t.Error("the same pass has other noise")
	}
	if first[0] == first[16] || first[0] == first[1] {
		t.Error("two readings have the same noise")
	}
	other := probe
	other.Name = "b"
	for what, v := range map[string]float64{"seed": disturbed(probe, nn.Pass{Seed: 2, Step: 2})[77], "step": disturbed(probe, nn.Pass{Seed: 1, Step: 3})[77], "name": disturbed(other, base)[77]} {
		if v == first[77] {
			t.Errorf("another %s has the same noise", what)
		}
	}
}

// Noise reaches the gradient of what lies before the neurons and nothing else.
func TestNoiseReachesTheGradient(t *testing.T) {
	x, g := lane.NewBatch[float64](16, 36), lane.NewBatch[float64](16, 4)
	for i := range x.Data {
		x.Data[i] = 1 + float64(i%7)
	}
	grads := func(noise *absorb.Probe[float64]) (c, d float64) {
		n := network(t, absorb.Optical{Absorber: absorb.Absorber{Depth: 4}}, noise)
		n.Forward(&nn.Pass{}, x)
		for i := range g.Data {
			g.Data[i] = 1
		}
		n.Backward(&nn.Pass{}, nil, g)
		ps := n.Parameters()
		return ps[0].Grad[0], ps[1].Grad[0]
	}
	c0, d0 := grads(nil)
	c1, d1 := grads(&absorb.Probe[float64]{Relative: 0.1})
	if c0 == c1 || d0 != d1 || math.Abs(c0-c1) > 0.2*math.Abs(c0) {
		t.Errorf("gradients %g and %g, with noise behind the first %g and %g", c0, d0, c1, d1)
	}
}

// digits are samples with a bump where the label is.
func digits(n int) (*lane.Samples[float32], []uint8) {
	s := lane.NewStream(5, "bumps", 0)
	x, labels := &lane.Samples[float32]{Rows: 40, Data: make([]float32, n*40)}, make([]uint8, n)
	for i := range labels {
		labels[i] = uint8(s.Intn(10))
		for r := range 40 {
			v := s.Float64()
			if r/4 == int(labels[i]) {
				v += 0.8
			}
			x.Data[i*40+r] = float32(v)
		}
	}
	return x, labels
}

// fit trains 40-32-10 with absorbers by Adam for some epochs of 640 samples and
// returns how many it gets right in the last, and the SHA-256 of the weights.
func fit(t *testing.T, epochs, workers int, d absorb.Derivative, noise *absorb.Probe[float32]) (correct int, sum string) {
	t.Helper()
	l, err := absorb.Layer[float32](absorb.Absorber{Depth: 10}, d)
	if err != nil {
		t.Fatal(err)
	}
	if noise != nil {
		l.Noise = noise
	}
	init := nn.Normal{SD: 0.3}
	net, err := nn.New(nn.Vector(40), &nn.Dense[float32]{Name: "fc1", Out: 32, InitWeight: init}, l, &nn.Dense[float32]{Name: "fc2", Out: 10, InitWeight: init})
	if err != nil {
		t.Fatal(err)
	}
	net.Initialise(1)
	adam := optim.NewAdam(net.Parameters())
	data, labels := digits(640)
	pass := nn.Pass{Pool: lane.NewPool(workers), Mode: nn.Train}
	o := nn.Objective[float32]{Loss: nn.Squares[float32]{}}
	x, g, index := lane.NewBatch[float32](64, 40), lane.NewBatch[float32](0, 10), make([]int, 64)
	step := func() int {
		for i := range index {
			index[i] = int(pass.Step%10)*64 + i
		}
		x.Gather(data, index)
		optim.ZeroGrad(net.Parameters())
		_, correct := o.Score(pass.Pool, g, net.Forward(&pass, x), labels[index[0]:][:64])
		net.Backward(&pass, nil, g)
		adam.Step(3e-3)
		net.Update(pass.Pool)
		pass.Step++
		return correct
	}
	for range epochs {
		correct = 0
		for range 10 {
			correct += step()
		}
	}
	h := sha256.New()
	for _, p := range net.Parameters() {
		if err := binary.Write(h, binary.LittleEndian, p.Value); err != nil {
			t.Fatal(err)
		}
	}
	return correct, hex.EncodeToString(h.Sum(nil))
}

// Training with what light measures comes close to training with the exact
// derivative; without any derivative the first layer stays as it is drawn.
func TestTrainingWithTheOpticalDerivative(t *testing.T) {
	a := absorb.Absorber{Depth: 10}
	got, _ := fit(t, 40, 2, absorb.Exact{Absorber: a}, nil)
	optical, _ := fit(t, 40, 2, absorb.Optical{Absorber: a}, nil)
	noisy, _ := fit(t, 40, 2, absorb.Optical{Absorber: a}, &absorb.Probe[float32]{Relative: 0.1, Floor: 0.1})
	none, _ := fit(t, 40, 2, absorb.Constant(0), nil)
	t.Logf("of 640: exact %d, optical %d, with noise %d, without a derivative %d", got, optical, noisy, none)
	if got < 600 || optical < got-20 || noisy < got-30 || none > got-60 {
		t.Errorf("of 640: exact %d, optical %d, with noise %d, without a derivative %d", got, optical, noisy, none)
	}
}

// The sum stands for every instruction set, operating system and number of
// workers; it was computed by the plain-Go kernels (LIGHTFAST_ISA=generic) with
// one worker.
func TestTrainingHasOneResult(t *testing.T) {
	table, err := absorb.RandomTable(1, 1, 6, 5)
	if err != nil {
		t.Fatal(err)
	}
	d := absorb.Blend{A: absorb.Exact{Absorber: absorb.Absorber{Depth: 10}}, B: table, Share: 0.3}
	const want = "970fc23dd04d8b63d67ecd18a8663cdb5f68e6abf707e7d516946a70e29c59c1"
	for _, workers := range []int{1, 2, 3} {
		if _, got := fit(t, 1, workers, d, &absorb.Probe[float32]{Relative: 0.1, Floor: 0.1}); got != want {
			t.Errorf("%d workers: sum %s, want %s", workers, got, want)
		}
	}
}

func BenchmarkLayer(b *testing.B) {
	l, err := absorb.Layer[float32](absorb.Absorber{Depth: 10}, nil)
	if err != nil {
		b.Fatal(err)
	}
	n, err := nn.New(nn.Vector(4096), l)
	if err != nil {
		b.Fatal(err)
	}
	x := lane.NewBatch[float32](64, 4096)
	for i := range x.Data {
		x.Data[i] = float32(i%13) / 3
	}
	pass := &nn.Pass{}
	b.ReportAllocs()
	for b.Loop() {
		n.Forward(pass, x)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(x.Data)), "ns/number")
}
