package nn_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
)

// everything is a net with every layer of the package.
func everything[T lane.Float]() (*nn.Net[T], error) {
	return nn.New(nn.Vector(196), &nn.Spread[T]{Channels: 1, H: 14, W: 14},
		&nn.Conv[T]{Name: "conv1", Out: 5, Kernel: 3, Pad: 1, Bias: true}, &nn.BatchNorm[T]{Name: "norm1"}, &nn.ReLU[T]{}, &nn.MaxPool[T]{Size: 2},
		&nn.Conv[T]{Name: "conv2", Out: 18, Kernel: 3}, nn.Tanh[T](), &nn.MeanPool[T]{Size: 2}, &nn.Flatten[T]{},
		&nn.Dropout[T]{P: 0.3}, &nn.Dense[T]{Name: "fc1", Out: 37, Bias: true}, &nn.BatchNorm[T]{Name: "norm2"}, nn.Sigmoid[T](),
		&nn.Dense[T]{Name: "fc2", Out: 10})
}

// trainedSum trains for some steps and returns the SHA-256 of all parameters and
// buffers.
func trainedSum[T lane.Float](t *testing.T, workers, batch int, early bool) string {
	t.Helper()
	net, err := everything[T]()
	if err != nil {
		t.Fatal(err)
	}
	tr := newTrainer(net, workers)
	tr.early = early
	data, labels := someData[T](3*batch, 196)
	x, index := lane.NewBatch[T](batch, 196), make([]int, batch)
	for step := range 3 {
		for i := range index {
			index[i] = step*batch + i
		}
		x.Gather(data, index)
		if loss := tr.step(x, labels[step*batch:][:batch], 1e-2); math.IsNaN(loss) {
			t.Fatalf("step %d: the loss is %g", step, loss)
		}
	}
	h := sha256.New()
	for _, p := range append(net.Parameters(), net.Buffers()...) {
		if err := binary.Write(h, binary.LittleEndian, p.Value); err != nil {
			t.Fatal(err)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// The sums stand for every instruction set, operating system and number of
// workers; they were computed by the plain-Go kernels (LIGHTFAST_ISA=generic) with
// one worker.
func TestTrainingHasOneResult(t *testing.T) {
	for _, c := range []struct {
		batch int
		want  string
	}{
		{64, "a6309c09fc09ba14ab2deafd3bb5297566b219fd720129aa819ac03e2d060359"},
		{150, "f0fde26d39bb1cf7b475b201fd20970d53f0200a247dcf0a2b35756f5a834e39"},
	} {
		for _, workers := range []int{1, 2, 5} {
			for _, early := range []bool{false, true} {
				if got := trainedSum[float32](t, workers, c.batch, early); got != c.want {
					t.Errorf("batches of %d, %d workers, steps taken early %t: sum %s, want %s", c.batch, workers, early, got, c.want)
				}
			}
		}
	}
	const double = "31f1b614d7ca4721ee3e9b5032a11c101bce8722de2f1d3690ea18da79a8cdc3"
	if got := trainedSum[float64](t, 2, 70, false); got != double {
		t.Errorf("double precision: sum %s, want %s", got, double)
	}
}

func TestStepsAllocateNothing(t *testing.T) {
	for name, make := range map[string]func() (*nn.Net[float32], error){"mlp": mlp[float32], "lenet": lenet[float32]} {
		net, err := make()
		if err != nil {
			t.Fatal(err)
		}
		tr := newTrainer(net, 2)
		data, labels := someData[float32](70, 784)
		x := lane.NewBatch[float32](70, 784)
		index := [70]int{}
		for i := range index {
			index[i] = i
		}
		x.Gather(data, index[:])
		tr.step(x, labels, 1e-3)
		if n := testing.AllocsPerRun(5, func() { tr.step(x, labels, 1e-3) }); n > 0 {
			t.Errorf("%s: %g allocations a step, expected none", name, n)
		}
	}
}

// A fresh pass leaves the same gradients as one after they were cleared, whatever
// stood there.
func TestFreshGradients(t *testing.T) {
	net, err := nn.New(nn.Vector(72), &nn.Spread[float32]{Channels: 2, H: 6, W: 6},
		&nn.Conv[float32]{Name: "conv", Out: 5, Kernel: 3, Bias: true}, &nn.BatchNorm[float32]{Name: "norm"}, nn.Tanh[float32](), &nn.Flatten[float32]{},
		&nn.Dense[float32]{Name: "fc1", Out: 18, Bias: true}, nn.Tanh[float32](),
		&nn.Dense[float32]{Name: "fc2", Out: 7, Tuning: square{}}, nn.Tanh[float32](),
		&nn.Dense[float32]{Name: "fc3", Out: 3})
	if err != nil {
		t.Fatal(err)
	}
	net.Initialise(2)
	ps := net.Parameters()
	for _, samples := range []int{20, 0, 64, 150, 33, 0} {
		data, labels := someData[float32](max(samples, 1), net.In.Rows())
		x, g, index := lane.NewBatch[float32](0, net.In.Rows()), lane.NewBatch[float32](0, 3), make([]int, samples)
		for i := range index {
			index[i], labels[i] = i, labels[i]%3
		}
		x.Gather(data, index)
		objective := nn.Objective[float32]{Loss: nn.CrossEntropy[float32]{}}
		gradient := func(fresh bool) (all []float64) {
			p := nn.Pass{Mode: nn.Train, Fresh: fresh}
			objective.Score(nil, g, net.Forward(&p, x), labels[:samples])
			net.Backward(&p, nil, g)
			for _, p := range ps {
				all = append(all, p.Grad...)
			}
			return all
		}
		optim.ZeroGrad(ps)
		want := gradient(false)
		for _, p := range ps {
			for i := range p.Grad {
				p.Grad[i] = math.NaN()
			}
		}
		for i, v := range gradient(true) {
			if v != want[i] {
				t.Fatalf("%d samples: gradient %d of a fresh pass is %g, want %g", samples, i, v, want[i])
			}
		}
	}
}

// A batch smaller than the one before leaves no trace of it.
func TestBatchesOfDifferentSize(t *testing.T) {
	net, err := lenet[float32]()
	if err != nil {
		t.Fatal(err)
	}
	net.Initialise(4)
	data, _ := someData[float32](90, 784)
	send := func(n int) []float32 {
		x, index := lane.NewBatch[float32](n, 784), make([]int, n)
		for i := range index {
			index[i] = i
		}
		x.Gather(data, index)
		y := net.Forward(&nn.Pass{Mode: nn.EvaluateBatch}, x)
		var out []float32
		for i := range n {
			for r := range y.Rows {
				out = append(out, y.At(i, r))
			}
		}
		return out
	}
	before := send(21)
	send(90)
	for i, v := range send(21) {
		if v != before[i] {
			t.Fatalf("output %d was %g, is %g after a larger batch", i, before[i], v)
		}
	}
}

// A batch without samples moves nothing.
func TestEmptyBatch(t *testing.T) {
	net, err := lenet[float32]()
	if err != nil {
		t.Fatal(err)
	}
	tr := newTrainer(net, 2)
	tr.g.Resize(0)
	y := net.Forward(&tr.pass, lane.NewBatch[float32](0, 784))
	net.Backward(&tr.pass, nil, tr.g)
	if loss, correct := tr.objective.Score(nil, tr.g, y, nil); y.Samples != 0 || loss != 0 || correct != 0 {
		t.Errorf("%d samples with loss %g, %d right", y.Samples, loss, correct)
	}
	for _, p := range net.Parameters() {
		for i, g := range p.Grad {
			if g != 0 {
				t.Fatalf("gradient %d of %s is %g", i, p.Name, g)
			}
		}
	}
	for _, p := range net.Buffers() {
		if v := p.Value[0]; v != 0 && v != 1 {
			t.Errorf("%s is %g", p.Name, v)
		}
	}
}

// A net that is trained on data that can be told apart tells them apart.
func TestNetsLearn(t *testing.T) {
	for name, make := range map[string]func() (*nn.Net[float32], error){"mlp": mlp[float32], "lenet": lenet[float32]} {
		net, err := make()
		if err != nil {
			t.Fatal(err)
		}
		tr := newTrainer(net, 2)
		data, labels := someData[float32](640, 784)
		x, index := lane.NewBatch[float32](64, 784), [64]int{}
		for step := range 60 {
			for i := range index {
				index[i] = step%10*64 + i
			}
			x.Gather(data, index[:])
			tr.step(x, labels[step%10*64:][:64], 2e-3)
		}
		_, correct := tr.objective.Score(nil, nil, net.Forward(&nn.Pass{Mode: nn.EvaluateBatch}, x), labels[9*64:])
		if correct < 60 {
			t.Errorf("%s: %d of 64 right after six epochs, expected at least 60", name, correct)
		}
	}
}
