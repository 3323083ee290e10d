package hybrid

import (
	"context"
	"math"
	"strings"
	"testing"

	"lightfast/pnn/dataset"
	"lightfast/pnn/diffract"
	"lightfast/pnn/imaging"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
	"lightfast/pnn/ring"
)

var (
	_ nn.Layer[float32] = (*MeshLayer[float32])(nil)
	_ nn.Trainable      = (*MeshLayer[float32])(nil)
)

// glyphs is a small data set of 28 x 28 pixels that every machine has.
func glyphs(t *testing.T) dataset.Pair {
	t.Helper()
	pair, err := dataset.Load(context.Background(), "glyphs", dataset.Options{Train: 256, Test: 128})
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// gradients compares the gradients of all parameters, and of the inputs, with
// central differences.
func gradients(t *testing.T, net *nn.Net[float64], samples int) {
	t.Helper()
	s := lane.NewStream(5, "inputs", 0)
	x, labels := lane.NewBatch[float64](samples, net.In.Size()), make([]uint8, samples)
	for i := range labels {
		labels[i] = uint8(i % net.Out.Size())
		for r := range x.Rows {
			x.Set(i, r, s.Normal())
		}
	}
	o, p := nn.Objective[float64]{Loss: nn.CrossEntropy[float64]{}}, &nn.Pass{Mode: nn.Train, Pool: lane.NewPool(2)}
	g, gx := lane.NewBatch[float64](samples, net.Out.Size()), lane.NewBatch[float64](samples, net.In.Size())
	params := net.Parameters()
	optim.ZeroGrad(params)
	loss := func() float64 {
		l, _ := o.Score(nil, nil, net.Forward(p, x), labels)
		return l
	}
	o.Score(nil, g, net.Forward(p, x), labels)
	net.Backward(p, gx, g)
	const h = 1e-6
	check := func(what string, i int, analytic float64, set func(delta float64)) {
		set(h)
		up := loss()
		set(-h)
		down := loss()
		set(0)
		if numeric := (up - down) / (2 * h); math.Abs(analytic-numeric) > 2e-8 {
			t.Errorf("%s[%d]: gradient %.10g, by differences %.10g", what, i, analytic, numeric)
		}
	}
	for _, param := range params {
		for i, v := range param.Value {
			check(param.Name, i, param.Grad[i], func(delta float64) { param.Value[i] = v + delta; net.Update(nil) })
		}
	}
	for i := range samples {
		for r := range x.Rows {
			v := x.At(i, r)
			check("input", i*x.Rows+r, gx.At(i, r), func(delta float64) { x.Set(i, r, v+delta) })
		}
	}
}

func TestMeshLayerGradients(t *testing.T) {
	layout, err := mesh.Rectangular(6)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []*mesh.Errors{nil, layout.Fabricate(mesh.Sigma{Phase: 0.15, Splitter: 0.15}, 3, 0)} {
		net, err := nn.New(nn.Vector(6), nn.Layer[float64](&MeshLayer[float64]{Name: "layer1", Out: 4, Errors: e}))
		if err != nil {
			t.Fatal(err)
		}
		net.Initialise(1)
		gradients(t, net, 21)
	}
}

// The scores are the intensities behind the transfer matrix over their norm.
func TestMeshLayerFollowsItsMatrix(t *testing.T) {
	layer := &MeshLayer[float64]{Name: "layer1", Out: 3}
	net, err := nn.New(nn.Vector(8), nn.Layer[float64](layer))
	if err != nil {
		t.Fatal(err)
	}
	net.Initialise(4)
	x, s := lane.NewBatch[float64](1, 8), lane.NewStream(1, "x", 0)
	for r := range 8 {
		x.Set(0, r, s.Normal())
	}
	// Lanes without a sample may hold anything.
	for r := range 8 {
		x.Data[r*lane.Width+9] = math.NaN()
	}
	y, v := net.Forward(&nn.Pass{}, x), layer.Mesh().TransferMatrix()
	intensity, norm := make([]float64, 8), 0.0
	for j := range intensity {
		var z complex128
		for k := range 8 {
			z += v[j*8+k] * complex(x.At(0, k), 0)
		}
		intensity[j] = real(z)*real(z) + imag(z)*imag(z)
		norm += intensity[j] * intensity[j]
	}
	for j := range 3 {
		if want := intensity[j] / math.Sqrt(norm); math.Abs(y.At(0, j)-want) > 1e-12 {
			t.Errorf("score %d is %g, expected %g", j, y.At(0, j), want)
		}
	}
	g := lane.NewBatch[float64](1, 3)
	g.Set(0, 1, 1)
	net.Backward(&nn.Pass{}, nil, g)
	for _, p := range net.Parameters() {
		for i, d := range p.Grad {
			if math.IsNaN(d) {
				t.Fatalf("%s[%d]: a lane without a sample has reached the gradient", p.Name, i)
			}
		}
	}
}

// network is one of the systems, ready to train.
type network struct {
	net   *nn.Net[float32]
	after func() // each step
}

func systems(t *testing.T) map[string]func() network {
	t.Helper()
	plain := func(net *nn.Net[float32], err error) network {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return network{net: net, after: func() {}}
	}
	return map[string]func() network{
		"rings in weights": func() network {
			n := plain(NewRingLeNet[float32](RingLeNet{}))
			n.after = func() { ClampWeights(n.net, WeightLimit) }
			return n
		},
		"rings in currents": func() network { return plain(NewRingLeNet[float32](InCurrents(ring.Training()))) },
		"banks with crosstalk": func() network {
			bank := func(perRow int) *ring.Bank {
				return &ring.Bank{Law: ring.Law{Curves: []ring.Curve{ring.Training()}}, Crosstalk: ring.Neighbours{PerRow: perRow, Kernel: []float64{0.02}}}
			}
			return plain(NewRingLeNet[float32](RingLeNet{Bank2: bank(120), Bank3: bank(84), Domain: ring.Controls, Noise: 0.01}))
		},
		"mesh": func() network {
			net, _, err := NewMeshLeNet[float32](10, nil)
			return plain(net, err)
		},
		"free space": func() network {
			f, err := NewFreeSpace[float32](imaging.Signed, diffract.Nearest)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Misalign(diffract.Affine{Rotation: 1, Scale: 1}); err != nil {
				t.Fatal(err)
			}
			return plain(f.Net, nil)
		},
	}
}

// descend takes some steps of Adam and returns the losses.
func descend(n network, set *dataset.Set, steps, workers int) (losses []float64) {
	n.net.Initialise(1)
	params, pool := n.net.Parameters(), lane.NewPool(workers)
	adam, o := optim.NewAdam(params), nn.Objective[float32]{Loss: nn.CrossEntropy[float32]{}}
	p, g := &nn.Pass{Pool: pool, Mode: nn.Train}, lane.NewBatch[float32](64, 10)
	for i := range steps {
		first := i * 64 % 256
		optim.ZeroGrad(params)
		loss, _ := o.Score(pool, g, n.net.Forward(p, Encode[float32](Encoding{}, set, first, 64)), set.Labels[first:][:64])
		losses = append(losses, loss)
		n.net.Backward(p, nil, g)
		adam.Step(0.01)
		n.after()
		n.net.Update(pool)
		p.Step++
	}
	return losses
}

func TestSystemsLearn(t *testing.T) {
	pair := glyphs(t)
	for name, make := range systems(t) {
		losses := descend(make(), pair.Train, 24, 2)
		first, last := losses[0], losses[len(losses)-1]
		if !(last < first-0.2) {
			t.Errorf("%s: the loss goes from %.3f to %.3f in %d steps", name, first, last, len(losses))
		}
	}
}

func TestSystemsHaveTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	pair := glyphs(t)
	for name, make := range systems(t) {
		one, three := make(), make()
		a, b := descend(one, pair.Train, 3, 1), descend(three, pair.Train, 3, 3)
		for i := range a {
			if a[i] != b[i] {
				t.Errorf("%s: step %d has loss %.17g with one worker, %.17g with three", name, i, a[i], b[i])
			}
		}
		for i, p := range one.net.Parameters() {
			q := three.net.Parameters()[i]
			for k, v := range p.Value {
				if v != q.Value[k] {
					t.Fatalf("%s: %s[%d] is %.17g with one worker, %.17g with three", name, p.Name, k, v, q.Value[k])
				}
			}
		}
	}
}

func TestNumbersOfParameters(t *testing.T) {
	count := func(ps []*optim.Parameter) (n int) {
		for _, p := range ps {
			n += len(p.Value)
		}
		return n
	}
	rings, err := NewRingLeNet[float32](RingLeNet{})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(rings.Parameters()); n != 62158 {
		t.Errorf("the ring system has %d parameters, published 62158", n)
	}
	_, layer, err := NewMeshLeNet[float32](10, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := count(layer.Parameters()); n != 2*64*32+64 {
		t.Errorf("the mesh has %d parameters", n)
	}
}

// Copies of a network that share the batches out find the same as one network.
func TestScoreOfCopies(t *testing.T) {
	pair := glyphs(t)
	var nets []*nn.Net[float32]
	for range 2 {
		net, err := NewRingLeNet[float32](RingLeNet{})
		if err != nil {
			t.Fatal(err)
		}
		net.Initialise(3)
		nets = append(nets, net)
	}
	test := Test{Set: pair.Test, First: 5, Count: 100, Batch: 32, Mode: nn.EvaluateBatch}
	a, err := Score(context.Background(), lane.NewPool(2), nets, test)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Score(context.Background(), nil, nets[:1], test)
	if err != nil || a != b || a.Count != 100 {
		t.Errorf("copies find %+v, one network %+v: %v", a, b, err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Score(ended, nil, nets, test); err == nil {
		t.Error("a test whose context has ended succeeds")
	}
}

func TestClampWeights(t *testing.T) {
	net, err := NewRingLeNet[float32](RingLeNet{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range net.Parameters() {
		for i := range p.Value {
			p.Value[i] = 3
		}
	}
	ClampWeights(net, WeightLimit)
	for _, p := range net.Parameters() {
		want := 3.0
		if strings.HasPrefix(p.Name, "conv") && strings.HasSuffix(p.Name, ".weight") || strings.HasPrefix(p.Name, "fc") && strings.HasSuffix(p.Name, ".weight") {
			want = float64(float32(0.999))
		}
		if p.Value[0] != want {
			t.Errorf("%s is %g, expected %g", p.Name, p.Value[0], want)
		}
	}
}

func TestRefusals(t *testing.T) {
	refused := func(err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want something with %q", err, want)
		}
	}
	_, err := NewRingLeNet[float32](RingLeNet{FC2: &ring.Law{Curves: make([]ring.Curve, 2)}})
	refused(err, "layer 4: ring: 2 tuning curves for 10080 weights")
	_, err = NewRingLeNet[float32](RingLeNet{FC3: (*ring.Law)(nil)})
	refused(err, "nil pointer")
	law := &ring.Law{Curves: []ring.Curve{ring.Training()}}
	_, err = NewRingLeNet[float32](RingLeNet{FC2: law, Bank2: &ring.Bank{Law: *law}})
	refused(err, "both a law and a bank")
	_, _, err = NewMeshLeNet[float32](65, nil)
	refused(err, "65 outputs")
	_, _, err = NewMeshLeNet[float32](10, &mesh.Errors{Theta: make([]float64, 3)})
	refused(err, "theta errors have 3 values")
	f, err := NewFreeSpace[float32](imaging.Signed, diffract.Nearest)
	if err != nil {
		t.Fatal(err)
	}
	refused(f.Misalign(diffract.Affine{Scale: -2}), "Scale is -2")
	pair, ctx := glyphs(t), context.Background()
	nets := []*nn.Net[float32]{f.Net}
	for want, test := range map[string]Test{
		"images 100 to 149":  {Set: pair.Test, First: 100, Count: 50},
		"batches of -1":      {Set: pair.Test, Batch: -1},
		"mode Train":         {Set: pair.Test, Mode: nn.Train},
		"images -1 to 127":   {Set: pair.Test, First: -1, Count: 129},
		"images 128 to 127 ": {Set: pair.Test, First: 128},
	} {
		_, err := Score(ctx, nil, nets, test)
		refused(err, want)
	}
	_, err = Score[float32](ctx, nil, nil, Test{Set: pair.Test})
	refused(err, "no network")
}
