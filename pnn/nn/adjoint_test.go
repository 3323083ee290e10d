package nn_test

import (
	"math"
	"slices"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
)

// example is a small net with inputs on which it is differentiable.
type example struct {
	name   string
	linear bool
	in     nn.Shape
	mode   nn.Mode
	layers func() []nn.Layer[float64]
}

// square is a tuning with a curve of its own for each weight: w = (1+i/10) x^2.
type square struct{}

func (square) Weights(w, slope, x []float64, first int) {
	for i, v := range x {
		k := 1 + float64(first+i)/10
		w[i], slope[i] = k*v*v, 2*k*v
	}
}

func (square) Controls(x, w []float64, first int) {
	for i, v := range w {
		x[i] = math.Sqrt(math.Abs(v) / (1 + float64(first+i)/10))
	}
}

func list(l ...nn.Layer[float64]) func() []nn.Layer[float64] {
	return func() []nn.Layer[float64] { return l }
}

var examples = []example{
	{"dense", true, nn.Vector(7), nn.Train, list(&nn.Dense[float64]{Name: "d", Out: 5})},
	{"wide dense", true, nn.Vector(19), nn.Train, list(&nn.Dense[float64]{Name: "d", Out: 37})},
	{"dense with bias", false, nn.Vector(6), nn.Train, list(&nn.Dense[float64]{Name: "d", Out: 18, Bias: true})},
	{"tuned dense", true, nn.Vector(6), nn.Train, list(&nn.Dense[float64]{Name: "d", Out: 18, Tuning: square{}})},
	{"conv", true, nn.Image(2, 6, 5), nn.Train, list(&nn.Conv[float64]{Name: "c", Out: 3, Kernel: 3})},
	{"padded conv", true, nn.Image(1, 6, 7), nn.Train, list(&nn.Conv[float64]{Name: "c", Out: 18, Kernel: 5, Pad: 2})},
	{"striding conv", true, nn.Image(3, 7, 8), nn.Train, list(&nn.Conv[float64]{Name: "c", Out: 2, Kernel: 3, Stride: 2, Pad: 1})},
	{"conv of many channels", true, nn.Image(17, 3, 3), nn.Train, list(&nn.Conv[float64]{Name: "c", Out: 4, Kernel: 2})},
	{"conv with bias", false, nn.Image(2, 4, 4), nn.Train, list(&nn.Conv[float64]{Name: "c", Out: 5, Kernel: 3, Bias: true})},
	{"tuned conv", true, nn.Image(2, 4, 4), nn.Train, list(&nn.Conv[float64]{Name: "c", Out: 5, Kernel: 3, Tuning: square{}})},
	{"mean pool", true, nn.Image(2, 6, 4), nn.Train, list(&nn.MeanPool[float64]{Size: 2})},
	{"mean pool that leaves pixels out", true, nn.Image(2, 7, 5), nn.Train, list(&nn.MeanPool[float64]{Size: 3})},
	{"max pool", false, nn.Image(2, 6, 4), nn.Train, list(&nn.MaxPool[float64]{Size: 2})},
	{"max pool that leaves pixels out", false, nn.Image(2, 7, 5), nn.Train, list(&nn.MaxPool[float64]{Size: 3})},
	{"flatten", true, nn.Image(3, 2, 4), nn.Train, list(&nn.Flatten[float64]{})},
	{"spread", true, nn.Vector(24), nn.Train, list(&nn.Spread[float64]{Channels: 3, H: 2, W: 4})},
	{"dropout", true, nn.Vector(30), nn.Train, list(&nn.Dropout[float64]{P: 0.4})},
	{"dropout of images", true, nn.Image(2, 3, 3), nn.Train, list(&nn.Dropout[float64]{P: 0.4})},
	{"dropout while evaluating", true, nn.Vector(30), nn.Evaluate, list(&nn.Dropout[float64]{P: 0.4})},
	{"batch norm", false, nn.Vector(5), nn.Train, list(&nn.BatchNorm[float64]{Name: "b"})},
	{"batch norm of images", false, nn.Image(3, 4, 3), nn.Train, list(&nn.BatchNorm[float64]{Name: "b"})},
	{"batch norm behind a conv", false, nn.Image(1, 4, 3), nn.Train, list(&nn.Conv[float64]{Name: "c", Out: 3, Kernel: 2, Bias: true}, &nn.BatchNorm[float64]{Name: "b"})},
	{"batch norm on the batch, moving nothing", false, nn.Image(3, 4, 3), nn.EvaluateBatch, list(&nn.BatchNorm[float64]{Name: "b"})},
	{"batch norm while evaluating", false, nn.Image(3, 4, 3), nn.Evaluate, list(&nn.BatchNorm[float64]{Name: "b"})},
	{"relu", false, nn.Vector(20), nn.Train, list(&nn.ReLU[float64]{})},
	{"relu behind a dense layer", false, nn.Vector(6), nn.Train, list(&nn.Dense[float64]{Name: "d", Out: 9, Bias: true}, &nn.ReLU[float64]{})},
	{"relu between norms", false, nn.Vector(6), nn.Train, list(&nn.Dense[float64]{Name: "d", Out: 9, Bias: true}, &nn.ReLU[float64]{}, &nn.BatchNorm[float64]{Name: "b"}, &nn.ReLU[float64]{}, &nn.Dense[float64]{Name: "e", Out: 3})},
	{"tanh", false, nn.Image(2, 3, 3), nn.Train, list(nn.Tanh[float64]())},
	{"sigmoid", false, nn.Vector(20), nn.Train, list(nn.Sigmoid[float64]())},
	{"all of them", false, nn.Vector(81), nn.Train, list(&nn.Spread[float64]{Channels: 1, H: 9, W: 9},
		&nn.Conv[float64]{Name: "c1", Out: 3, Kernel: 4, Pad: 1, Bias: true}, &nn.BatchNorm[float64]{Name: "b1"}, &nn.ReLU[float64]{}, &nn.MaxPool[float64]{Size: 2},
		&nn.Conv[float64]{Name: "c2", Out: 5, Kernel: 2}, nn.Tanh[float64](), &nn.MeanPool[float64]{Size: 3}, &nn.Flatten[float64]{},
		&nn.Dropout[float64]{P: 0.25}, &nn.Dense[float64]{Name: "d1", Out: 11, Bias: true}, &nn.BatchNorm[float64]{Name: "b2"}, nn.Sigmoid[float64](),
		&nn.Dense[float64]{Name: "d2", Out: 4, Tuning: square{}})},
}

// build makes the net of an example, with parameters and buffers drawn at random.
func (e example) build(t *testing.T) *nn.Net[float64] {
	t.Helper()
	n, err := nn.New(e.in, e.layers()...)
	if err != nil {
		t.Fatalf("%s: %v", e.name, err)
	}
	n.Initialise(5)
	for _, p := range append(n.Parameters(), n.Buffers()...) {
		s := lane.NewStream(6, p.Name, 0)
		for i := range p.Value {
			p.Value[i] += 0.2 + 0.3*s.Float64()
		}
	}
	n.Update(nil)
	return n
}

// random returns a batch of samples with the numbers of a stream; lanes beyond
// the last sample and rows that belong to nobody hold rubbish if asked for, zero
// otherwise.
func random(s *lane.Stream, shape nn.Shape, samples int, rubbish float64) *lane.Batch[float64] {
	b := lane.NewBatch[float64](samples, shape.Rows())
	for i := range b.Data {
		b.Data[i] = rubbish
	}
	for _, r := range rows(shape) {
		for i := range samples {
			b.Set(i, r, s.Normal())
		}
	}
	return b
}

// rows lists the rows of a shape that hold its numbers.
func rows(s nn.Shape) (list []int) {
	plane, pixels := 1, 1
	if s.IsImage() {
		plane, pixels = lane.Plane(s.H, s.W), s.H*s.W
	}
	for c := range s.Channels {
		for p := range pixels {
			list = append(list, c*plane+p)
		}
	}
	return list
}

// dot is the scalar product over all samples.
func dot(s nn.Shape, a, b *lane.Batch[float64]) (sum float64) {
	for _, r := range rows(s) {
		for i := range a.Samples {
			sum += a.At(i, r) * b.At(i, r)
		}
	}
	return sum
}

func clone(b *lane.Batch[float64]) *lane.Batch[float64] {
	return &lane.Batch[float64]{Samples: b.Samples, Rows: b.Rows, Data: append([]float64(nil), b.Data...)}
}

// clean is a gradient as layers expect it: lanes beyond the last sample are zero.
func clean(b *lane.Batch[float64]) *lane.Batch[float64] {
	c := clone(b)
	for i := b.Samples; i < b.Blocks()*lane.Width; i++ {
		for r := range b.Rows {
			c.Set(i, r, 0)
		}
	}
	return c
}

// sizes of batches: part of a block, whole blocks, more than a group.
var sizes = []int{3, 64, 70}

// TestAdjoint holds linear layers to <Jv, w> = <v, J^T w>, where inputs and
// gradients have rubbish wherever that is allowed.
func TestAdjoint(t *testing.T) {
	for _, e := range examples {
		if !e.linear {
			continue
		}
		for _, samples := range sizes {
			n := e.build(t)
			s := lane.NewStream(1, e.name, uint64(samples))
			v, w := random(s, n.In, samples, 77), random(s, n.Out, samples, 0)
			for i := range w.Data {
				if r := i / lane.Width % w.Rows; n.Out.IsImage() && r%lane.Plane(n.Out.H, n.Out.W) == n.Out.H*n.Out.W {
					w.Data[i] = 55
				}
			}
			p := &nn.Pass{Mode: e.mode, Seed: 3, Step: 9}
			want := dot(n.Out, n.Forward(p, clone(v)), w)
			back := lane.NewBatch[float64](0, n.In.Rows())
			n.Backward(p, back, clean(w))
			if got := dot(n.In, v, back); math.Abs(got-want) > 1e-12*float64(samples)*(1+math.Abs(want)) {
				t.Errorf("%s, %d samples: <Jv, w> = %.15g, <v, J'w> = %.15g", e.name, samples, want, got)
			}
		}
	}
}

// TestGradientsAgainstDifferences moves the input and each parameter along a
// random direction.
func TestGradientsAgainstDifferences(t *testing.T) {
	for _, e := range examples {
		for _, samples := range sizes {
			n := e.build(t)
			s := lane.NewStream(2, e.name, uint64(samples))
			x, w := random(s, n.In, samples, 0), random(s, n.Out, samples, 0)
			p := &nn.Pass{Mode: e.mode, Seed: 3, Step: 9, Pool: lane.NewPool(2)}
			var keep [][]float64
			for _, b := range n.Buffers() {
				keep = append(keep, append([]float64(nil), b.Value...))
			}
			loss := func() float64 {
				for i, b := range n.Buffers() {
					copy(b.Value, keep[i])
				}
				n.Update(p.Pool)
				return dot(n.Out, n.Forward(p, clone(x)), w)
			}
			loss()
			optim.ZeroGrad(n.Parameters())
			dx := lane.NewBatch[float64](0, n.In.Rows())
			n.Backward(p, dx, clean(w))
			for i := samples; i < dx.Blocks()*lane.Width; i++ {
				for _, r := range rows(n.In) {
					if dx.At(i, r) != 0 {
						t.Fatalf("%s: lane %d behind %d samples has gradient %g", e.name, i, samples, dx.At(i, r))
					}
				}
			}
			// Without the gradient of the input, that of the parameters is the same.
			grads := make([][]float64, 0, 8)
			for _, q := range n.Parameters() {
				grads = append(grads, append([]float64(nil), q.Grad...))
			}
			loss()
			optim.ZeroGrad(n.Parameters())
			n.Backward(p, nil, clean(w))
			for i, q := range n.Parameters() {
				if !slices.Equal(grads[i], q.Grad) {
					t.Errorf("%s: the gradient of %s is another without the input's", e.name, q.Name)
				}
			}
			compare := func(what string, predicted float64, move func(by float64)) {
				const h = 1e-5
				move(h)
				up := loss()
				move(-2 * h)
				down := loss()
				move(h)
				if d := (up - down) / (2 * h); math.Abs(d-predicted) > 3e-7*(math.Sqrt(float64(samples))+math.Abs(d)) {
					t.Errorf("%s, %d samples, %s: difference quotient %.10g, gradient %.10g", e.name, samples, what, d, predicted)
				}
			}
			v := random(s, n.In, samples, 0)
			compare("input", dot(n.In, v, dx), func(by float64) {
				for i := range x.Data {
					x.Data[i] += by * v.Data[i]
				}
			})
			for _, q := range n.Parameters() {
				v, sum := make([]float64, len(q.Value)), 0.0
				for i := range v {
					v[i] = s.Normal()
					sum += v[i] * q.Grad[i]
				}
				compare(q.Name, sum, func(by float64) {
					for i := range v {
						q.Value[i] += by * v[i]
					}
				})
			}
		}
	}
}
