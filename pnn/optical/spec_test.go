package optical

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"lightfast/pnn/absorb"
)

func TestPublishedNetworks(t *testing.T) {
	for _, c := range []struct {
		spec    Spec
		weights int
	}{
		{PublishedMLP(10, Optical), 784*128 + 128*128 + 128*10},
		{PublishedMLP(10, Exact, 128), 784*128 + 128*10},
		{PublishedCNN(10, Optical, 10), 25*32 + 25*32*64 + 1024*128 + 128*10},
		{PublishedCNN(10, Optical, 47).Baseline(ReLU), 25*32 + 25*32*64 + 1024*128 + 128*47},
	} {
		net, err := c.spec.Build()
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, p := range net.Parameters() {
			n += len(p.Value)
		}
		products, weights, neurons := c.spec.Cost()
		wantProducts, wantNeurons := 0, 0
		for i, p := range net.Parameters() {
			wantProducts += len(p.Value) / p.Shape[0] * net.Shape(i).Size()
			if i < c.spec.Neurons() {
				wantNeurons += net.Shape(i).Size()
			}
		}
		if weights != n || products != wantProducts || neurons != wantNeurons {
			t.Errorf("%+v: costs %d products, %d weights, %d neurons, expected %d, %d, %d", c.spec, products, weights, neurons, wantProducts, n, wantNeurons)
		}
		if n != c.weights {
			t.Errorf("%+v: %d weights, expected %d", c.spec, n, c.weights)
		}
		b, err := json.Marshal(c.spec)
		if err != nil {
			t.Fatal(err)
		}
		var back Spec
		if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, c.spec) {
			t.Errorf("%s reads back as %+v, %v", b, back, err)
		}
	}
	if s := PublishedMLP(40, Exact); s.Initial.Mean == 0 {
		t.Errorf("initial weights %+v above a0 = 30", s.Initial)
	}
	if a, b := PublishedCNN(10, Exact, 10).Scale, PublishedCNN(15, Exact, 10).Scale; a != 5 || b != 15 {
		t.Errorf("inputs to %g and %g", a, b)
	}
}

func TestSlopes(t *testing.T) {
	a := absorb.Absorber{Depth: 10}
	s := PublishedMLP(10, Random)
	s.Table = &Table{Seed: 4, Index: 9, Knots: 12, Reach: 5, Share: 0.25}
	f, err := absorb.RandomTable(4, 9, 12, 5)
	if err != nil {
		t.Fatal(err)
	}
	constant, gain := PublishedMLP(10, Constant), PublishedMLP(3, Optical)
	constant.Constant, gain.Neuron = -1, Gain
	for x := -6.0; x < 6; x += 0.5 {
		for _, c := range []struct {
			spec Spec
			want float64
		}{
			{PublishedMLP(10, Exact), a.Slope(x)}, {PublishedMLP(10, Optical), a.Transmission(x)},
			{constant, -1}, {s, 0.75*a.Slope(x) + 0.25*f.At(x)}, {gain, absorb.Gain(3, absorb.Amplitude).Transmission(x)},
		} {
			d, err := c.spec.Slope()
			if err != nil {
				t.Fatal(err)
			}
			if got := d.At(x); math.Abs(got-c.want) > 1e-15 {
				t.Errorf("%s at %g: %g, expected %g", c.spec.Derivative, x, got, c.want)
			}
		}
	}
}

func TestSpecsThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Spec)
		words  string
	}{
		"network":         {func(s *Spec) { s.Network = "rnn" }, "mlp or cnn"},
		"no width":        {func(s *Spec) { s.Hidden = []int{0} }, "hidden"},
		"wide":            {func(s *Spec) { s.Hidden = []int{1 << 20} }, "4096"},
		"many layers":     {func(s *Spec) { s.Hidden = make([]int, 65) }, "at most 64"},
		"mlp with pool":   {func(s *Spec) { s.Pool = MeanPool }, "no convolutions"},
		"one class":       {func(s *Spec) { s.Classes = 1 }, "classes"},
		"neuron":          {func(s *Spec) { s.Neuron = "x" }, "neuron"},
		"depth of a relu": {func(s *Spec) { s.Neuron = ReLU }, "absorber or gain"},
		"negative depth":  {func(s *Spec) { s.Depth = -1 }, "depth"},
		"gain of 100":     {func(s *Spec) { s.Neuron, s.Depth = Gain, 100 }, "80"},
		"derivative":      {func(s *Spec) { s.Derivative = "guess" }, "exact, optical"},
		"no table":        {func(s *Spec) { s.Derivative = Random }, "table"},
		"idle table":      {func(s *Spec) { s.Table = &Table{} }, "table"},
		"one knot":        {func(s *Spec) { s.Derivative, s.Table = Random, &Table{Knots: 1, Reach: 1} }, "2 knots"},
		"share":           {func(s *Spec) { s.Derivative, s.Table = Random, &Table{Knots: 4, Reach: 1, Share: 2} }, "share"},
		"constant":        {func(s *Spec) { s.Constant = 1 }, "constant"},
		"probe":           {func(s *Spec) { s.Probe = &Probe{Relative: -1} }, "probe"},
		"scale":           {func(s *Spec) { s.Scale = 0 }, "scale"},
		"dropout":         {func(s *Spec) { s.Dropout = 1 }, "dropout"},
		"loss":            {func(s *Spec) { s.Loss = "" }, "loss"},
		"initial":         {func(s *Spec) { s.Initial.SD = math.Inf(1) }, "initial"},
		"all alike":       {func(s *Spec) { s.Initial = Initial{} }, "initial"},
		"cnn without":     {func(s *Spec) { s.Network = CNN }, "channels"},
		"large kernel": {func(s *Spec) {
			*s = PublishedCNN(10, Exact, 10)
			s.Kernel = 12
		}, "kernel"},
		"pool": {func(s *Spec) {
			*s = PublishedCNN(10, Exact, 10)
			s.Pool = ""
		}, "pool"},
	} {
		s := PublishedMLP(10, Optical)
		c.change(&s)
		if _, err := s.Build(); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
