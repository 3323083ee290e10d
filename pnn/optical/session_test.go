package optical

import (
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/absorb"
	"lightfast/pnn/dataset"
	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

func glyphs(t testing.TB, training, test int) dataset.Pair {
	t.Helper()
	pair, err := dataset.Load(context.Background(), "glyphs", dataset.Options{Train: training, Test: test})
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

func settings(epochs int) train.Settings {
	return train.Settings{Epochs: epochs, Batch: 64, Rate: optim.Halving{Rate: 5e-4}, Seed: 1, Protocol: train.Published}
}

// trained runs a method to its end.
func trained(t testing.TB, spec Spec, dev device.Reversible, m Method, data dataset.Pair, set train.Settings, workers int) *Session {
	t.Helper()
	s, err := New(spec, dev, m, data, set, lane.NewPool(workers))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	return s
}

func bench(t testing.TB, spec Spec) *Bench {
	t.Helper()
	b, err := NewBench(spec, 1, lane.NewPool(2))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sameWeights(t *testing.T, what string, a, b []*optim.Parameter) {
	t.Helper()
	for i := range a {
		for j, v := range a[i].Value {
			if v != b[i].Value[j] {
				t.Fatalf("%s: %s[%d] is %g and %g", what, a[i].Name, j, v, b[i].Value[j])
			}
		}
	}
}

// plain trains the same network as one nn.Net, by hand.
func plain(t *testing.T, spec Spec, data dataset.Pair, epochs int) []*optim.Parameter {
	t.Helper()
	layer := func() nn.Layer[float32] {
		l, err := absorb.Layer[float32](absorb.Absorber{Depth: spec.Depth}, absorb.Optical{Absorber: absorb.Absorber{Depth: spec.Depth}})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	draw := nn.Normal{SD: 0.1}
	net, err := nn.New(nn.Vector(784),
		&nn.Dense[float32]{Name: "fc1", Out: spec.Hidden[0], InitWeight: draw}, layer(),
		&nn.Dense[float32]{Name: "fc2", Out: spec.Hidden[1], InitWeight: draw}, layer(),
		&nn.Dense[float32]{Name: "fc3", Out: 10, InitWeight: draw})
	if err != nil {
		t.Fatal(err)
	}
	net.Initialise(1)
	ps := net.Parameters()
	adam := optim.NewAdam(ps)
	pass := nn.Pass{Mode: nn.Train, Seed: 1}
	objective := nn.Objective[float32]{Loss: nn.Squares[float32]{Averaging: nn.Mean}}
	x, g := lane.NewBatch[float32](0, 784), lane.NewBatch[float32](0, 10)
	for epoch := range epochs {
		order := lane.NewStream(1, "order of the samples", uint64(epoch)).Perm(data.Train.Len())
		for lo := 0; lo < len(order); lo += 64 {
			index := order[lo:min(lo+64, len(order))]
			x.Resize(len(index))
			clear(x.Data)
			var labels []uint8
			for i, k := range index {
				for r, v := range data.Train.Image(k) {
					x.Set(i, r, float32(float64(v)/255))
				}
				labels = append(labels, data.Train.Labels[k])
			}
			optim.ZeroGrad(ps)
			objective.Score(nil, g, net.Forward(&pass, x), labels)
			net.Backward(&pass, nil, g)
			adam.Step(5e-4)
			net.Update(nil)
			pass.Step++
		}
	}
	return ps
}

// TestLightEqualsComputation holds the claim of the paper in a simulation: what is
// learnt from measured quantities alone is, bit for bit, what backpropagation with
// the transmission for the derivative learns, whoever computes it.
func TestLightEqualsComputation(t *testing.T) {
	data := glyphs(t, 300, 80)
	spec := PublishedMLP(10, Optical, 24, 20)
	digital := trained(t, spec, nil, Digital{}, data, settings(2), 1)
	sameWeights(t, "session and net", digital.Net.Parameters(), plain(t, spec, data, 2))
	noisy := spec
	noisy.Probe = &Probe{Relative: 0.1, Floor: 0.05}
	cnn := PublishedCNN(10, Optical, 10)
	cnn.Channels, cnn.Hidden = []int{3, 4}, []int{16}
	deep := PublishedMLP(10, Optical, 16, 16, 16, 16, 16)
	for name, s := range map[string]Spec{"mlp": spec, "noisy probe": noisy, "cnn": cnn, "deep": deep} {
		d := trained(t, s, nil, Digital{}, data, settings(2), 1)
		l := trained(t, s, bench(t, s), NewLight(s.Neurons()+1), data, settings(2), 3)
		sameWeights(t, name, d.Net.Parameters(), l.Net.Parameters())
		for i, e := range d.Curve {
			if f := l.Curve[i]; e.ModelTest != f.DeviceTest || e.ModelValid != f.DeviceTune || e.TaskLoss != f.TaskLoss || !math.IsNaN(f.ModelTest) {
				t.Errorf("%s: epoch %+v computed, %+v with light", name, e, f)
			}
		}
		if !reflect.DeepEqual(d.Watch, l.Watch) || d.Accuracy() != l.Accuracy() || d.BestEpoch != l.BestEpoch {
			t.Errorf("%s: what was watched differs", name)
		}
	}
	if other := trained(t, noisy, nil, Digital{}, data, settings(2), 1); reflect.DeepEqual(other.Net.Parameters()[0].Value, digital.Net.Parameters()[0].Value) {
		t.Error("noise of the probe changes nothing")
	}
}

func TestStepsAllocateNothing(t *testing.T) {
	data, index := glyphs(t, 80, 40), make([]int, 70)
	for i := range index {
		index[i] = i
	}
	for name, spec := range map[string]Spec{"mlp": PublishedMLP(10, Optical, 24, 20), "cnn": PublishedCNN(10, Optical, 10)} {
		s, err := New(spec, nil, Digital{}, data, settings(1), lane.NewPool(1))
		if err != nil {
			t.Fatal(err)
		}
		step := func() {
			if _, _, err := s.Step(context.Background(), index, 1, 1e-4); err != nil {
				t.Fatal(err)
			}
		}
		step()
		if n := testing.AllocsPerRun(3, step); n > 0 {
			t.Errorf("%s: %g allocations a step, expected none", name, n)
		}
	}
}

func TestNetworksLearn(t *testing.T) {
	data := glyphs(t, 1000, 400)
	gain := PublishedMLP(3, Optical, 32)
	gain.Neuron = Gain
	random := PublishedMLP(10, Random, 32)
	random.Table = &Table{Seed: 1, Index: 5, Knots: 8, Reach: 6, Share: 0.3}
	half := PublishedMLP(10, Exact, 32)
	half.Loss = HalfSquares
	intensity := PublishedMLP(5, Exact, 32)
	intensity.Intensity = true
	intensity.Dropout = 0.1
	for name, s := range map[string]Spec{
		"optical": PublishedMLP(10, Optical, 32), "exact": PublishedMLP(10, Exact, 32), "deep a0": PublishedMLP(40, Exact, 32), "gain": gain, "random": random,
		"half": half, "intensity": intensity, "relu": PublishedMLP(0, Exact, 32).Baseline(ReLU), "tanh": PublishedMLP(0, Exact, 32).Baseline(Tanh),
		"sigmoid": PublishedMLP(0, Exact, 32).Baseline(Sigmoid), "linear": PublishedMLP(0, Exact, 32).Baseline(Linear),
	} {
		set := settings(10)
		set.Rate.Rate = 3e-3
		s := trained(t, s, nil, Digital{}, data, set, 1)
		if a := s.Accuracy(); !(a > 0.4) {
			t.Errorf("%s: accuracy %.3f", name, a)
		} else {
			t.Logf("%s: accuracy %.3f", name, a)
		}
		first, last := s.Curve[0], s.Curve[len(s.Curve)-1]
		if !(last.TaskLoss < first.TaskLoss) {
			t.Errorf("%s: loss from %g to %g", name, first.TaskLoss, last.TaskLoss)
		}
		for _, e := range s.Curve {
			if e.ModelValid > s.Curve[s.BestEpoch-1].ModelValid {
				t.Errorf("%s: epoch %d is better than the best, %d", name, e.Number, s.BestEpoch)
			}
		}
	}
}

func TestWorkersAndRestore(t *testing.T) {
	data := glyphs(t, 200, 60)
	spec := PublishedCNN(10, Optical, 10)
	spec.Channels, spec.Hidden = []int{5, 6}, []int{20}
	set := settings(3)
	set.Protocol, set.Validation = train.HeldOut, 50
	one := trained(t, spec, nil, Digital{}, data, set, 1)
	for _, workers := range []int{2, 5} {
		s := trained(t, spec, nil, Digital{}, data, set, workers)
		sameWeights(t, "workers", one.Net.Parameters(), s.Net.Parameters())
	}
	// Restored, the network gives the accuracy of its best epoch.
	one.Restore()
	var again train.Epoch
	if err := one.evaluate(context.Background(), &again); err != nil {
		t.Fatal(err)
	}
	if again.ModelTest != one.Accuracy() {
		t.Errorf("accuracy %g at the best epoch, %g restored", one.Accuracy(), again.ModelTest)
	}
	n := 0
	if err := one.TestScores(context.Background(), func(_ *lane.Batch[float32], l []uint8) { n += len(l) }); err != nil || n != 60 {
		t.Errorf("%d test images, %v", n, err)
	}
}

func TestSaveAndLoad(t *testing.T) {
	data := glyphs(t, 150, 40)
	spec := PublishedMLP(30, Optical, 16)
	whole := trained(t, spec, nil, Digital{}, data, settings(3), 1)
	var state train.State
	stop := errors.New("stop")
	s, err := New(spec, nil, Digital{}, data, settings(3), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(context.Background(), func(train.Epoch) error { state = s.Save(); return stop }); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	s, err = New(spec, nil, Digital{}, data, settings(3), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"counters", "gains", "fc1.weight", "fc2.weight.v", "best.fc1.weight", "counts"} {
		lacking := slices.DeleteFunc(slices.Clone(state), func(p *optim.Parameter) bool { return p.Name == name })
		if err := s.Load(lacking); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("a state without %s: %v", name, err)
		}
	}
	if err := s.Load(state); err != nil {
		t.Fatal(err)
	}
	if err := s.Run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	sameWeights(t, "resumed", whole.Net.Parameters(), s.Net.Parameters())
	if !reflect.DeepEqual(whole.Watch, s.Watch) || whole.BestEpoch != s.BestEpoch {
		t.Error("what was watched differs after a resumption")
	}
}

// forwardOnly is a device that hides what it can do.
type forwardOnly struct{ *Bench }

func (f forwardOnly) Capabilities() device.Capabilities {
	c := f.Bench.Capabilities()
	c.Reversed = false
	return c
}

func TestSessionsThatCannotBe(t *testing.T) {
	data := glyphs(t, 50, 20)
	spec := PublishedMLP(10, Optical, 8)
	light := NewLight(2)
	conserving, five := spec, spec
	conserving.Conserving = true
	five.Classes = 5
	late := settings(1)
	late.Protocol, late.Validation = train.HeldOut, 50
	for name, c := range map[string]struct {
		spec   Spec
		dev    device.Reversible
		method Method
		data   dataset.Pair
		set    train.Settings
		words  string
	}{
		"no device":      {spec, nil, light, data, settings(1), "there is none"},
		"forward only":   {spec, forwardOnly{bench(t, spec)}, light, data, settings(1), "forward only"},
		"too few taps":   {spec, bench(t, spec), NewLight(4), data, settings(1), "stage"},
		"idle device":    {spec, bench(t, spec), Digital{}, data, settings(1), "measures no device"},
		"amplifiers":     {conserving, nil, Digital{}, data, settings(1), "amplifiers"},
		"no epochs":      {spec, nil, Digital{}, data, settings(0), "0 epochs"},
		"no data":        {spec, nil, Digital{}, dataset.Pair{}, settings(1), "two images"},
		"classes":        {five, nil, Digital{}, data, settings(1), "5 outputs"},
		"all held out":   {spec, nil, Digital{}, data, late, "50 validation images"},
		"empty protocol": {spec, nil, Digital{}, data, train.Settings{Epochs: 1, Batch: 1, Rate: optim.Halving{Rate: 1}}, "protocol"},
	} {
		_, err := New(c.spec, c.dev, c.method, c.data, c.set, nil)
		if err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A rate that is too large is told, not stored.
	set := settings(200)
	set.Rate.Rate = 1e30
	s, err := New(spec, nil, Digital{}, data, set, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(context.Background(), nil); err == nil || !strings.Contains(err.Error(), "smaller learning rate") {
		t.Errorf("diverging: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if s, err = New(spec, nil, Digital{}, data, settings(1), nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Run(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestHalves(t *testing.T) {
	valid, test := Halves(1001, 7)
	if len(valid) != 500 || len(test) != 501 || !slices.IsSorted(valid) || !slices.IsSorted(test) {
		t.Fatalf("%d and %d", len(valid), len(test))
	}
	all := slices.Concat(valid, test)
	slices.Sort(all)
	if !slices.Equal(all, span(0, 1001)) {
		t.Error("the halves are not the whole")
	}
	if other, _ := Halves(1001, 8); slices.Equal(other, valid) {
		t.Error("another seed gives the same halves")
	}
}
