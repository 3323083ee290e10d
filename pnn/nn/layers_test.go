package nn_test

import (
	"math"
	"strings"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
)

// run sends samples of a shape through layers.
func run(t *testing.T, mode nn.Mode, in nn.Shape, x *lane.Batch[float64], layers ...nn.Layer[float64]) (*nn.Net[float64], *lane.Batch[float64]) {
	t.Helper()
	n, err := nn.New(in, layers...)
	if err != nil {
		t.Fatal(err)
	}
	n.Initialise(2)
	return n, n.Forward(&nn.Pass{Mode: mode, Seed: 1}, x)
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-12*(1+math.Abs(want))) {
		t.Fatalf("%s is %.15g, want %.15g", what, got, want)
	}
}

func TestDenseByDefinition(t *testing.T) {
	const samples, in, out = 18, 21, 37
	x := random(lane.NewStream(1, "x", 0), nn.Vector(in), samples, 0)
	d := &nn.Dense[float64]{Name: "d", Out: out, Bias: true}
	n, y := run(t, nn.Evaluate, nn.Vector(in), x, d)
	w, b := n.Parameters()[0], n.Parameters()[1]
	for s := range samples {
		for o := range out {
			sum := b.Value[o]
			for i := range in {
				sum += w.Value[o*in+i] * x.At(s, i)
			}
			near(t, "output", y.At(s, o), sum)
		}
	}
}

func TestConvByDefinition(t *testing.T) {
	for _, c := range []struct{ in, h, w, out, kernel, stride, pad int }{
		{1, 5, 5, 2, 5, 1, 2}, {3, 6, 4, 20, 3, 1, 0}, {2, 7, 8, 3, 3, 2, 1}, {2, 5, 6, 4, 2, 3, 0}, {2, 4, 4, 3, 1, 1, 0},
	} {
		shape := nn.Image(c.in, c.h, c.w)
		const samples = 18
		x := random(lane.NewStream(1, "x", 0), shape, samples, 0)
		n, y := run(t, nn.Evaluate, shape, x, &nn.Conv[float64]{Name: "c", Out: c.out, Kernel: c.kernel, Stride: c.stride, Pad: c.pad, Bias: true})
		w, b := n.Parameters()[0].Value, n.Parameters()[1].Value
		if want := nn.Image(c.out, (c.h+2*c.pad-c.kernel)/c.stride+1, (c.w+2*c.pad-c.kernel)/c.stride+1); n.Out != want {
			t.Fatalf("%+v: output of shape %v, want %v", c, n.Out, want)
		}
		at := func(s, ch, py, px int) float64 {
			if py < 0 || px < 0 || py >= c.h || px >= c.w {
				return 0
			}
			return x.At(s, ch*lane.Plane(c.h, c.w)+py*c.w+px)
		}
		for s := range samples {
			for o := range c.out {
				for i := range n.Out.H * n.Out.W {
					sum := b[o]
					for ch := range c.in {
						for k := range c.kernel * c.kernel {
							ky, kx := k/c.kernel, k%c.kernel
							sum += w[((o*c.in+ch)*c.kernel+ky)*c.kernel+kx] * at(s, ch, i/n.Out.W*c.stride-c.pad+ky, i%n.Out.W*c.stride-c.pad+kx)
						}
					}
					near(t, "output", y.At(s, o*lane.Plane(n.Out.H, n.Out.W)+i), sum)
				}
			}
		}
	}
}

func TestPoolsByDefinition(t *testing.T) {
	in := nn.Image(2, 7, 5)
	const samples = 18
	x := random(lane.NewStream(1, "x", 0), in, samples, 0)
	for _, size := range []int{1, 2, 3} {
		n, top := run(t, nn.Evaluate, in, x, &nn.MaxPool[float64]{Size: size})
		_, mean := run(t, nn.Evaluate, in, x, &nn.MeanPool[float64]{Size: size})
		if n.Out != nn.Image(2, 7/size, 5/size) {
			t.Fatalf("output of shape %v", n.Out)
		}
		for s := range samples {
			for c := range 2 {
				for i := range n.Out.H * n.Out.W {
					biggest, sum := math.Inf(-1), 0.0
					for k := range size * size {
						v := x.At(s, c*lane.Plane(7, 5)+(i/n.Out.W*size+k/size)*5+i%n.Out.W*size+k%size)
						biggest, sum = max(biggest, v), sum+v
					}
					at := c*lane.Plane(n.Out.H, n.Out.W) + i
					near(t, "maximum", top.At(s, at), biggest)
					near(t, "mean", mean.At(s, at), sum/float64(size*size))
				}
			}
		}
	}
}

// The gradient of a maximum found several times goes to the first pixel, and NaN
// is not lost.
func TestMaxPoolTiesAndNaN(t *testing.T) {
	for _, size := range []int{2, 3} {
		in := nn.Image(1, size, size)
		x := lane.NewBatch[float64](2, in.Rows())
		for i := range size * size {
			x.Set(0, i, 1)
		}
		x.Set(0, 0, -1)
		x.Set(1, 1, math.NaN())
		n, y := run(t, nn.Train, in, x, &nn.MaxPool[float64]{Size: size})
		if y.At(0, 0) != 1 || !math.IsNaN(y.At(1, 0)) {
			t.Errorf("size %d: maxima %g and %g, want 1 and NaN", size, y.At(0, 0), y.At(1, 0))
		}
		g, dx := lane.NewBatch[float64](2, n.Out.Rows()), lane.NewBatch[float64](0, in.Rows())
		g.Set(0, 0, 5)
		n.Backward(&nn.Pass{Mode: nn.Train}, dx, g)
		for i := range size * size {
			if want := map[bool]float64{true: 5}[i == 1]; dx.At(0, i) != want {
				t.Errorf("size %d: gradient of pixel %d is %g, want %g", size, i, dx.At(0, i), want)
			}
		}
	}
}

// Four samples 1, 2, 3, 4: mean 5/2, variance 5/4, unbiased 5/3. The running
// values 0 and 1 become 1/4 and 9/10 + 1/6.
func TestBatchNormByHand(t *testing.T) {
	x := lane.NewBatch[float64](4, 1)
	for s := range 4 {
		x.Set(s, 0, float64(s+1))
	}
	l := &nn.BatchNorm[float64]{Name: "b"}
	n, err := nn.New(nn.Vector(1), l)
	if err != nil {
		t.Fatal(err)
	}
	n.Parameters()[0].Value[0], n.Parameters()[1].Value[0] = 2, 10
	y := n.Forward(&nn.Pass{Mode: nn.Train}, clone(x))
	near(t, "sample 0", y.At(0, 0), 10-3/math.Sqrt(1.25+1e-5))
	near(t, "sample 2", y.At(2, 0), 10+1/math.Sqrt(1.25+1e-5))
	near(t, "running mean", l.Buffers()[0].Value[0], 0.25)
	near(t, "running variance", l.Buffers()[1].Value[0], 0.9+1.0/6)
	y = n.Forward(&nn.Pass{Mode: nn.EvaluateBatch}, clone(x))
	near(t, "sample 0 on the batch", y.At(0, 0), 10-3/math.Sqrt(1.25+1e-5))
	y = n.Forward(&nn.Pass{}, clone(x))
	near(t, "sample 3 while evaluating", y.At(3, 0), 10+2*(4-0.25)/math.Sqrt(0.9+1.0/6+1e-5))
	near(t, "running mean", l.Buffers()[0].Value[0], 0.25)
	// dL/dx for the gradient 1 of sample 0 alone: with z = -3/2, r^2 = 1/1.25,
	// 2 r (1 - 1/4 - z^2 r^2/4).
	n.Forward(&nn.Pass{Mode: nn.Train}, clone(x))
	g, dx := lane.NewBatch[float64](4, 1), lane.NewBatch[float64](0, 1)
	g.Set(0, 0, 1)
	n.Backward(&nn.Pass{Mode: nn.Train}, dx, g)
	r2 := 1 / (1.25 + 1e-5)
	near(t, "gradient of sample 0", dx.At(0, 0), 2*math.Sqrt(r2)*(0.75-2.25*r2/4))
	near(t, "gradient of the weight", n.Parameters()[0].Grad[0], -1.5*math.Sqrt(r2))
	near(t, "gradient of the bias", n.Parameters()[1].Grad[0], 1)
}

// The statistics of images are over samples and pixels; two groups, the second
// partly filled, are one batch.
func TestBatchNormByDefinition(t *testing.T) {
	in := nn.Image(3, 4, 5)
	const samples = 70
	x := random(lane.NewStream(1, "x", 0), in, samples, 9)
	l := &nn.BatchNorm[float64]{Name: "b", Momentum: 1, Epsilon: 1e-3}
	_, y := run(t, nn.Train, in, clone(x), l)
	for c := range 3 {
		var sum, squares float64
		each := func(f func(v, y float64)) {
			for s := range samples {
				for p := range 20 {
					f(x.At(s, c*lane.Plane(4, 5)+p), y.At(s, c*lane.Plane(4, 5)+p))
				}
			}
		}
		each(func(v, _ float64) { sum += v })
		mean := sum / (samples * 20)
		each(func(v, _ float64) { squares += (v - mean) * (v - mean) })
		near(t, "running mean", l.Buffers()[0].Value[c], mean)
		near(t, "running variance", l.Buffers()[1].Value[c], squares/(samples*20-1))
		each(func(v, y float64) { near(t, "output", y, (v-mean)/math.Sqrt(squares/(samples*20)+1e-3)) })
	}
}

func TestActivationsByDefinition(t *testing.T) {
	var xs []float64
	for v := -40.0; v <= 40; v += 0.0625 {
		xs = append(xs, v, v*1e-4, v*1e-12)
	}
	xs = append(xs, 1e4, -1e4, 0.625, -0.625)
	x := lane.NewBatch[float64](1, len(xs))
	x32 := lane.NewBatch[float32](1, len(xs))
	for i, v := range xs {
		x.Set(0, i, v)
		x32.Set(0, i, float32(v))
	}
	for name, c := range map[string]struct {
		layer  *nn.Activate[float64]
		single *nn.Activate[float32]
		f      func(float64) float64
	}{
		"tanh":    {nn.Tanh[float64](), nn.Tanh[float32](), math.Tanh},
		"sigmoid": {nn.Sigmoid[float64](), nn.Sigmoid[float32](), func(v float64) float64 { return 1 / (1 + math.Exp(-v)) }},
	} {
		_, y := run(t, nn.Evaluate, nn.Vector(len(xs)), x, c.layer)
		n, err := nn.New(nn.Vector(len(xs)), c.single)
		if err != nil {
			t.Fatal(err)
		}
		y32 := n.Forward(&nn.Pass{}, x32)
		for i, v := range xs {
			if want := c.f(v); math.Abs(y.At(0, i)-want) > 4e-16*math.Abs(want)*2 {
				t.Fatalf("%s(%g) = %.17g, want %.17g", name, v, y.At(0, i), want)
			}
			if want := c.f(float64(float32(v))); math.Abs(float64(y32.At(0, i))-want) > 5e-7*math.Abs(want) {
				t.Fatalf("%s(%g) = %.9g in single precision, want %.9g", name, v, y32.At(0, i), want)
			}
		}
	}
}

func TestDropoutKeepsTheMean(t *testing.T) {
	const samples, rows = 64, 1000
	x := lane.NewBatch[float64](samples, rows)
	for i := range x.Data {
		x.Data[i] = 1
	}
	n, err := nn.New(nn.Vector(rows), &nn.Dropout[float64]{P: 0.4})
	if err != nil {
		t.Fatal(err)
	}
	first := clone(n.Forward(&nn.Pass{Mode: nn.Train, Seed: 1, Step: 4}, x))
	var kept float64
	for _, v := range first.Data {
		if v != 0 && v != 1/0.6 {
			t.Fatalf("a number became %g, want 0 or 1/0.6", v)
		}
		kept += v * 0.6
	}
	// The standard deviation of the share kept is 0.002.
	if share := kept / (samples * rows); math.Abs(share-0.6) > 0.008 {
		t.Errorf("%g of the numbers were kept, want 0.6", share)
	}
	differ := func(p nn.Pass) (share float64) {
		for i, v := range n.Forward(&p, x).Data {
			if v != first.Data[i] {
				share += 1.0 / (samples * rows)
			}
		}
		return share
	}
	if d := differ(nn.Pass{Mode: nn.Train, Seed: 1, Step: 4, Pool: lane.NewPool(2)}); d != 0 {
		t.Errorf("the same step dropped others: %g of them", d)
	}
	for what, p := range map[string]nn.Pass{"step": {Mode: nn.Train, Seed: 1, Step: 5}, "seed": {Mode: nn.Train, Seed: 2, Step: 4}} {
		// 2 * 0.4 * 0.6 of the numbers change.
		if d := differ(p); math.Abs(d-0.48) > 0.02 {
			t.Errorf("another %s changed %g of the numbers, want 0.48", what, d)
		}
	}
}

func TestUnfitLayersAreRefused(t *testing.T) {
	v, im := nn.Vector(8), nn.Image(2, 4, 4)
	type l = nn.Layer[float64]
	for _, c := range []struct {
		in     nn.Shape
		layers []l
		hint   string
	}{
		{v, nil, "at least one layer"},
		{nn.Vector(0), []l{&nn.ReLU[float64]{}}, "positive numbers"},
		{nn.Image(1, 3, -1), []l{&nn.ReLU[float64]{}}, "positive numbers"},
		{v, []l{nil}, "layer 0"},
		{v, []l{&nn.Dense[float64]{Out: 3}}, "name"},
		{v, []l{&nn.Dense[float64]{Name: "d"}}, "at least one output"},
		{im, []l{&nn.Dense[float64]{Name: "d", Out: 3}}, "put Flatten before it"},
		{v, []l{&nn.Conv[float64]{Name: "c", Out: 3, Kernel: 2}}, "put Spread before it"},
		{im, []l{&nn.Conv[float64]{Out: 3, Kernel: 2}}, "name"},
		{im, []l{&nn.Conv[float64]{Name: "c", Out: 3, Kernel: 5}}, "does not fit"},
		{im, []l{&nn.Conv[float64]{Name: "c", Out: 3, Kernel: 2, Stride: -1}}, "stride"},
		{im, []l{&nn.MaxPool[float64]{}}, "at least 1"},
		{im, []l{&nn.MeanPool[float64]{Size: 5}}, "windows that fit"},
		{v, []l{&nn.MaxPool[float64]{Size: 2}}, "expects an image"},
		{v, []l{&nn.Flatten[float64]{}}, "expects an image"},
		{v, []l{&nn.Spread[float64]{Channels: 2, H: 2, W: 3}}, "as many numbers"},
		{v, []l{&nn.Dropout[float64]{P: 1}}, "probability 1"},
		{v, []l{&nn.Dropout[float64]{P: math.NaN()}}, "probability NaN"},
		{v, []l{&nn.BatchNorm[float64]{}}, "name"},
		{v, []l{&nn.BatchNorm[float64]{Name: "b", Momentum: 2}}, "momentum"},
		{v, []l{&nn.Activate[float64]{}}, "Function"},
		{v, []l{&nn.Dense[float64]{Name: "d", Out: 3}, &nn.Dense[float64]{Name: "d", Out: 3}}, "name of its own"},
	} {
		if _, err := nn.New(c.in, c.layers...); err == nil || !strings.Contains(err.Error(), c.hint) {
			t.Errorf("%v on %v: error %v, expected one that says %q", c.layers, c.in, err, c.hint)
		}
	}
}
