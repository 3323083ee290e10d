package nn_test

import (
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
)

// mlp is the network of optical backpropagation, 784-128-128-10 without biases,
// rectified.
func mlp[T lane.Float]() (*nn.Net[T], error) {
	return nn.New(nn.Vector(784),
		&nn.Dense[T]{Name: "fc1", Out: 128}, &nn.ReLU[T]{},
		&nn.Dense[T]{Name: "fc2", Out: 128}, &nn.ReLU[T]{},
		&nn.Dense[T]{Name: "fc3", Out: 10})
}

// lenet is the network of the microring system of sharpness-aware training.
func lenet[T lane.Float]() (*nn.Net[T], error) {
	return nn.New(nn.Vector(784), &nn.Spread[T]{Channels: 1, H: 28, W: 28},
		&nn.Conv[T]{Name: "conv1", Out: 6, Kernel: 5, Pad: 2, Bias: true}, &nn.BatchNorm[T]{Name: "norm1"}, &nn.ReLU[T]{}, &nn.MaxPool[T]{Size: 2},
		&nn.Conv[T]{Name: "conv2", Out: 16, Kernel: 5, Bias: true}, &nn.BatchNorm[T]{Name: "norm2"}, &nn.ReLU[T]{}, &nn.MaxPool[T]{Size: 2},
		&nn.Flatten[T]{},
		&nn.Dense[T]{Name: "fc1", Out: 120, Bias: true}, &nn.BatchNorm[T]{Name: "norm3"}, &nn.ReLU[T]{},
		&nn.Dense[T]{Name: "fc2", Out: 84, Bias: true}, &nn.BatchNorm[T]{Name: "norm4"}, &nn.ReLU[T]{},
		&nn.Dense[T]{Name: "fc3", Out: 10, Bias: true})
}

// cnn is the convolutional baseline of optical backpropagation.
func cnn[T lane.Float]() (*nn.Net[T], error) {
	return nn.New(nn.Vector(784), &nn.Spread[T]{Channels: 1, H: 28, W: 28},
		&nn.Conv[T]{Name: "conv1", Out: 32, Kernel: 5}, &nn.ReLU[T]{}, &nn.MaxPool[T]{Size: 2},
		&nn.Conv[T]{Name: "conv2", Out: 64, Kernel: 5}, &nn.ReLU[T]{}, &nn.MaxPool[T]{Size: 2},
		&nn.Flatten[T]{}, &nn.Dropout[T]{P: 0.4},
		&nn.Dense[T]{Name: "fc1", Out: 128}, &nn.ReLU[T]{},
		&nn.Dense[T]{Name: "fc2", Out: 10})
}

// trainer takes steps of Adam.
type trainer[T lane.Float] struct {
	net       *nn.Net[T]
	pass      nn.Pass
	early     bool // layers take the steps of the optimiser
	params    []*optim.Parameter
	adam      *optim.Adam
	objective nn.Objective[T]
	g         *lane.Batch[T]
}

func newTrainer[T lane.Float](net *nn.Net[T], workers int) *trainer[T] {
	t := &trainer[T]{net: net, params: net.Parameters(), g: lane.NewBatch[T](0, net.Out.Rows())}
	t.objective.Loss = nn.CrossEntropy[T]{}
	t.pass = nn.Pass{Pool: lane.NewPool(workers), Mode: nn.Train, Seed: 1}
	t.adam = optim.NewAdam(t.params)
	t.adam.Pool = t.pass.Pool
	net.Initialise(1)
	return t
}

func (t *trainer[T]) step(x *lane.Batch[T], labels []uint8, rate float64) (loss float64) {
	if t.early {
		t.pass.Fresh, t.pass.Adam, t.pass.Rate = true, t.adam, rate
	} else {
		optim.ZeroGrad(t.params)
	}
	loss, _ = t.objective.Score(t.pass.Pool, t.g, t.net.Forward(&t.pass, x), labels)
	t.net.Backward(&t.pass, nil, t.g)
	t.adam.Step(rate)
	t.net.Update(t.pass.Pool)
	t.pass.Step++
	return loss
}

// someData returns n samples of noise on which labels leave a trace.
func someData[T lane.Float](n, rows int) (*lane.Samples[T], []uint8) {
	s := lane.NewStream(3, "data", 0)
	x, labels := &lane.Samples[T]{Rows: rows, Data: make([]T, n*rows)}, make([]uint8, n)
	for i := range labels {
		labels[i] = uint8(s.Intn(10))
		for r := range rows {
			v := float64(0.3 * s.Float64())
			if r%10 == int(labels[i]) {
				v += 0.2
			}
			x.Data[i*rows+r] = T(v)
		}
	}
	return x, labels
}

func benchmarkStep(b *testing.B, make func() (*nn.Net[float32], error)) {
	const batch = 64
	data, all := someData[float32](1000, 784)
	for _, workers := range []int{1, 2} {
		b.Run(map[int]string{1: "one worker", 2: "two workers"}[workers], func(b *testing.B) {
			net, err := make()
			if err != nil {
				b.Fatal(err)
			}
			t := newTrainer(net, workers)
			x := lane.NewBatch[float32](batch, 784)
			index, labels := [batch]int{}, [batch]uint8{}
			n := 0
			for b.Loop() {
				for i := range index {
					n = (n + 617) % 1000
					index[i], labels[i] = n, all[n]
				}
				x.Gather(data, index[:])
				t.step(x, labels[:], 5e-4)
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*938, "s/epoch")
		})
	}
}

func BenchmarkMLP(b *testing.B)   { benchmarkStep(b, mlp[float32]) }
func BenchmarkLeNet(b *testing.B) { benchmarkStep(b, lenet[float32]) }
func BenchmarkCNN(b *testing.B)   { benchmarkStep(b, cnn[float32]) }
