package nn_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"lightfast/pnn/dataset"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/torchfile"
)

// publishedData returns the folder of the weights published with Xu et al.,
// "Physical neural networks using sharpness-aware training", Nat. Commun. (2026),
// and the MNIST test set.
func publishedData(t *testing.T) (dir string, test *dataset.Set) {
	t.Helper()
	dir = os.Getenv("LIGHTFAST_REFERENCE")
	if dir == "" || os.Getenv("LIGHTFAST_DATA") == "" {
		t.Skip("LIGHTFAST_REFERENCE and LIGHTFAST_DATA are not set; point them at a folder with sat/ and at one with mnist/")
	}
	pair, err := dataset.Load(context.Background(), "mnist", dataset.Options{Train: 1})
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "sat"), pair.Test
}

// load reads parameters and buffers, whose names and shapes are PyTorch's.
func load[T lane.Float](t *testing.T, net *nn.Net[T], path string) {
	t.Helper()
	state, err := torchfile.ReadState(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(net.Parameters(), net.Buffers()...) {
		tensor, err := state.Want(p.Name, p.Shape...)
		if err != nil {
			t.Fatal(err)
		}
		copy(p.Value, tensor.Values)
	}
	net.Update(nil)
}

// accuracy sends the images, (pixel/255 - mean)/sd, through the net in batches and
// returns the share of right answers in per cent.
func accuracy(net *nn.Net[float32], set *dataset.Set, mode nn.Mode, batch int, mean, sd float64) float64 {
	p := &nn.Pass{Mode: mode, Pool: lane.NewPool(2)}
	o := nn.Objective[float32]{Loss: nn.CrossEntropy[float32]{}}
	right := 0
	for lo := 0; lo < set.Len(); lo += batch {
		x := lane.NewBatch[float32](min(batch, set.Len()-lo), 784)
		for i := range x.Samples {
			for r, v := range set.Image(lo + i) {
				x.Set(i, r, float32((float64(v)/255-mean)/sd))
			}
		}
		_, correct := o.Score(p.Pool, nil, net.Forward(p, x), set.Labels[lo:][:x.Samples])
		right += correct
	}
	return 100 * float64(right) / float64(set.Len())
}

func TestPublishedAccuracies(t *testing.T) {
	dir, test := publishedData(t)
	rings := filepath.Join(dir, "System1-MRR Weight Bank", "Training results")
	space := filepath.Join(dir, "System3-Free space PNN", "Training Results")
	freeSpace := func() (*nn.Net[float32], error) {
		return nn.New(nn.Vector(784), &nn.Dense[float32]{Name: "fc1", Out: 144, Bias: true}, nn.Sigmoid[float32](), &nn.Dense[float32]{Name: "fc2", Out: 10, Bias: true})
	}
	// Accuracies of the microring system are those of nets left in training mode,
	// on batches of 64 test images.
	for _, c := range []struct {
		path     string
		make     func() (*nn.Net[float32], error)
		mode     nn.Mode
		mean, sd float64
		want     float64
	}{
		{filepath.Join(rings, "01-Standard BP.pth"), lenet[float32], nn.EvaluateBatch, 0, 1, 98.99},
		{filepath.Join(rings, "04-SAT.pth"), lenet[float32], nn.EvaluateBatch, 0, 1, 98.50},
		{filepath.Join(rings, "05-PAT.pth"), lenet[float32], nn.EvaluateBatch, 0, 1, 91.41},
		{filepath.Join(space, "standard_bp.pth"), freeSpace, nn.Evaluate, 0.1307, 0.3081, 97.24},
	} {
		net, err := c.make()
		if err != nil {
			t.Fatal(err)
		}
		load(t, net, c.path)
		got := accuracy(net, test, c.mode, 64, c.mean, c.sd)
		t.Logf("%s: %.2f %%, published %.2f %%", filepath.Base(c.path), got, c.want)
		if math.Abs(got-c.want) > 0.005 {
			t.Errorf("%s: %.2f %%, published %.2f %%", filepath.Base(c.path), got, c.want)
		}
	}
}
