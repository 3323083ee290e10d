package hybrid

import (
	"context"
	"math"
	"slices"
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
	"lightfast/pnn/sepn"
	"lightfast/pnn/train"
)

// training is one way of training one system.
type training struct {
	system func() (*System, error)
	device func(*System, *lane.Pool) (Physical, error) // nil: none
	method Method
	adam   bool
	rate   float64
	clamp  float64
}

func meshChip(_ *System, pool *lane.Pool) (Physical, error) {
	return FabricateAs(mesh.Sigma{Phase: 0.1, Splitter: 0.1}, 3, pool)
}

func offBanks(y *System, pool *lane.Pool) (Physical, error) { return Detuned(y, 0.01, 0, 3, pool) }

func tilted(_ *System, pool *lane.Pool) (Physical, error) {
	return Displaced(imaging.Signed, diffract.Nearest, diffract.Affine{Rotation: 1, ShiftY: 1, Scale: 1}, pool)
}

func inWeights() (*System, error)    { return NewRings(ring.Training(), false) }
func inControls() (*System, error)   { return NewRings(ring.Training(), true) }
func nearestSpace() (*System, error) { return NewSpace(imaging.Signed, diffract.Nearest) }

var trainings = map[string]training{
	"mesh BP":                {system: NewMesh, device: meshChip, method: Ideal{}, rate: 0.1, clamp: 1},
	"mesh PAT":               {system: NewMesh, device: meshChip, method: PAT{}, rate: 0.1, clamp: 1},
	"mesh NAT":               {system: NewMesh, method: Noisy{Of: Ideal{}, Sigma: 0.01, Splitters: 0.01}, rate: 0.1, clamp: 1},
	"mesh NAT literal":       {system: NewMesh, method: Noisy{Of: Ideal{}, Sigma: 0.01, Splitters: 0.01, Literal: true}, rate: 0.1, clamp: 1},
	"mesh SAT":               {system: NewMesh, method: Sharp{Of: Ideal{}, Rho: 0.1}, adam: true, rate: 0.01},
	"mesh SAT in situ":       {system: NewMesh, device: meshChip, method: Sharp{Of: PAT{}, Rho: 0.1}, adam: true, rate: 0.01},
	"mesh DAT":               {system: NewMesh, device: meshChip, method: DAT{Predictors: 2, Features: [3]int{2, 2, 2}, CorrectFrom: 1}, rate: 0.1, clamp: 1},
	"mesh DAT literal":       {system: NewMesh, device: meshChip, method: DAT{Predictors: 2, Features: [3]int{2, 2, 2}, CorrectFrom: 1, Literal: true}, rate: 0.1, clamp: 1},
	"rings BP":               {system: inWeights, method: Ideal{}, rate: 0.05, clamp: WeightLimit},
	"rings NAT":              {system: inWeights, method: Noisy{Of: Ideal{}, Sigma: 0.05}, rate: 0.05, clamp: WeightLimit},
	"rings pruning":          {system: inWeights, method: Pruned{Of: Ideal{}, Strength: 0.01}, rate: 0.01, clamp: WeightLimit},
	"rings PAT":              {system: inWeights, device: offBanks, method: PAT{}, rate: 0.01, clamp: WeightLimit},
	"rings SAT":              {system: inControls, method: Sharp{Of: Ideal{}, Rho: 0.5, Adaptive: true}, adam: true, rate: 0.01},
	"rings SAT in situ":      {system: inControls, device: offBanks, method: Sharp{Of: PAT{}, Rho: 0.05}, adam: true, rate: 0.01},
	"free space BP":          {system: nearestSpace, method: Ideal{}, adam: true, rate: 0.0015, clamp: 1},
	"free space PAT":         {system: nearestSpace, device: tilted, method: PAT{}, adam: true, rate: 0.0015, clamp: 1},
	"free space SAT joint":   {system: nearestSpace, method: joint(Ideal{}), adam: true, rate: 0.001, clamp: 1},
	"free space SAT in situ": {system: nearestSpace, device: tilted, method: joint(PAT{}), adam: true, rate: 0.001, clamp: 1},
}

func joint(of Descending) Astray {
	return Astray{Sharp: Sharp{Of: of, Rho: 0.1}, Probing: train.Probing{Axes: []Axis{{Name: Rotation, Reach: 2, Gain: 1}, {Name: Shift, Reach: 2, Gain: 1}, {Name: Scaling, Reach: 0.1, Gain: 0.001}}}}
}

func (tr training) session(t *testing.T, pair dataset.Pair, epochs, workers int) *Session {
	t.Helper()
	pool := lane.NewPool(workers)
	y, err := tr.system()
	if err != nil {
		t.Fatal(err)
	}
	y.TestBatch = 48
	var dev Physical
	if tr.device != nil {
		if dev, err = tr.device(y, pool); err != nil {
			t.Fatal(err)
		}
	}
	s, err := New(y, dev, tr.method, pair, Settings{
		Epochs: epochs, Batch: 40, Rate: optim.Decay{Rate: tr.rate}, Adam: tr.adam, Momentum: 0.5,
		Clamp: tr.clamp, SEPNRate: optim.Decay{Rate: 1e-3, Every: 60, Factor: 0.5}, Seed: 1,
	}, pool)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func run(t *testing.T, s *Session) {
	t.Helper()
	if err := s.Run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
}

func sameState(t *testing.T, what string, a, b *Session) {
	t.Helper()
	x, y := a.Save(), b.Save()
	if len(x) != len(y) {
		t.Fatalf("%s: %d arrays and %d", what, len(x), len(y))
	}
	for i := range x {
		for k, v := range x[i].Value {
			if w := y[i].Value[k]; math.Float64bits(v) != math.Float64bits(w) {
				t.Fatalf("%s: %s[%d] is %.17g and %.17g", what, x[i].Name, k, v, w)
			}
		}
	}
}

// Of the authors' predictors, once they are used and taught no more, all but the
// first follow the gradient of the task.
func TestLiteralPredictors(t *testing.T) {
	tr := trainings["mesh DAT literal"]
	for _, from := range []int{0, 1} {
		for _, literal := range []bool{false, true} {
			tr.method = DAT{Predictors: 3, Features: [3]int{2, 2, 2}, CorrectFrom: from, Literal: literal}
			s := tr.session(t, glyphs(t), 1, 2)
			before := s.Checkpoint()
			var was [][]float64
			for _, p := range before {
				was = append(was, slices.Clone(p.Value))
			}
			// The rate of the predictors' own optimiser moves no number by more.
			s.Settings.SEPNRate.Rate = 1e-9
			if _, err := s.Step(context.Background(), []int{0, 1, 2, 3, 4, 5, 6, 7}); err != nil {
				t.Fatal(err)
			}
			for net, steps := range map[string]bool{"cn1": false, "cn2": literal, "cn3": literal} {
				var most float64
				for i, p := range s.Checkpoint() {
					if strings.HasPrefix(p.Name, net+".OutConv") {
						for k, v := range p.Value {
							most = max(most, math.Abs(v-was[i][k]))
						}
					}
				}
				if moved := most > 2e-9; moved != steps {
					t.Errorf("literal %v, used from epoch %d: %s moves by %g", literal, from, net, most)
				}
			}
		}
	}
}

// Every method gets better at what it trains, has the same bits on one worker as on
// three, and the same when it is interrupted after an epoch.
func TestTrainings(t *testing.T) {
	pair := glyphs(t)
	short := dataset.Pair{Train: pair.Train, Test: pair.Test}
	for name, tr := range trainings {
		t.Run(name, func(t *testing.T) {
			one := tr.session(t, short, 2, 1)
			run(t, one)
			three := tr.session(t, short, 1, 3)
			run(t, three)
			resumed := tr.session(t, short, 2, 3)
			if err := resumed.Load(three.Save()); err != nil {
				t.Fatal(err)
			}
			run(t, resumed)
			sameState(t, "without and with interruption and workers", one, resumed)
			if e := one.Curve; !(e[1].TaskLoss < e[0].TaskLoss) {
				t.Errorf("the loss goes from %.4f to %.4f", e[0].TaskLoss, e[1].TaskLoss)
			}
			e := one.Curve[1]
			if math.IsNaN(e.ModelTest) || math.IsNaN(e.ModelRunning) || math.IsNaN(e.DeviceTest) != (tr.device == nil) || math.IsNaN(e.DeviceRunning) != (tr.device == nil) {
				t.Errorf("accuracies of model and device are %g and %g, with running statistics %g and %g", e.ModelTest, e.DeviceTest, e.ModelRunning, e.DeviceRunning)
			}
			if tr.clamp > 0 {
				for _, p := range one.System.Weights {
					for i, v := range p.Value {
						if math.Abs(v) > float64(float32(tr.clamp)) {
							t.Fatalf("%s[%d] is %g", p.Name, i, v)
						}
					}
				}
			}
		})
	}
}

// The two parts of a system are the network in one part.
func TestPartsAreTheNetwork(t *testing.T) {
	whole := map[string]func() (*nn.Net[float32], error){
		Mesh: func() (*nn.Net[float32], error) {
			net, _, err := NewMeshLeNet[float32](10, nil)
			return net, err
		},
		Rings: func() (*nn.Net[float32], error) { return NewRingLeNet[float32](InCurrents(ring.Training())) },
		Space: func() (*nn.Net[float32], error) {
			f, err := NewFreeSpace[float32](imaging.Signed, diffract.Nearest)
			return f.Net, err
		},
	}
	pair := glyphs(t)
	for name, make := range map[string]func() (*System, error){Mesh: NewMesh, Rings: inControls, Space: nearestSpace} {
		net, err := make()
		if err != nil {
			t.Fatal(err)
		}
		one, err := whole[name]()
		if err != nil {
			t.Fatal(err)
		}
		s, err := New(net, nil, Ideal{}, pair, Settings{Epochs: 1, Batch: 50, Rate: optim.Decay{Rate: 0.01}, Seed: 4}, lane.NewPool(2))
		if err != nil {
			t.Fatal(err)
		}
		index := []int{5, 1, 3, 200, 9, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28}
		s.batch.load(pair.Train, index)
		loss, err := Ideal{}.Gradient(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		one.Initialise(4)
		params := one.Parameters()
		o, g, p := nn.Objective[float32]{Loss: nn.CrossEntropy[float32]{}}, lane.NewBatch[float32](0, 10), &nn.Pass{Mode: nn.Train}
		want, _ := o.Score(nil, g, one.Forward(p, s.batch.Images), s.batch.Labels)
		optim.ZeroGrad(params)
		one.Backward(p, nil, g)
		if loss.Task != want {
			t.Errorf("%s: loss %.17g of two parts, %.17g of one", name, loss.Task, want)
		}
		for i, q := range s.params {
			if q.Name != params[i].Name {
				t.Fatalf("%s: parameter %d is %s in two parts, %s in one", name, i, q.Name, params[i].Name)
			}
			for k, v := range q.Grad {
				if v != params[i].Grad[k] {
					t.Fatalf("%s: gradient of %s[%d] is %.17g in two parts, %.17g in one", name, q.Name, k, v, params[i].Grad[k])
				}
			}
		}
		for i, b := range net.Buffers() {
			for k, v := range b.Value {
				if v != one.Buffers()[i].Value[k] {
					t.Fatalf("%s: %s[%d] differs", name, b.Name, k)
				}
			}
		}
	}
}

// A device without errors gives the gradients of the ideal model.
func TestPATOnAPerfectDeviceIsBackpropagation(t *testing.T) {
	pair := glyphs(t)
	for name, tr := range map[string]training{
		"mesh":  {system: NewMesh, device: func(_ *System, pool *lane.Pool) (Physical, error) { return Fabricate(nil, pool) }},
		"rings": {system: inControls, device: func(y *System, pool *lane.Pool) (Physical, error) { return Detuned(y, 0, 0, 1, pool) }},
		"free space": {system: nearestSpace, device: func(_ *System, pool *lane.Pool) (Physical, error) {
			return Displaced(imaging.Signed, diffract.Nearest, diffract.Affine{}, pool)
		}},
	} {
		tr.rate, tr.adam = 0.01, true
		tr.method = Ideal{}
		bp := tr.session(t, pair, 1, 1)
		tr.method = PAT{}
		pat := tr.session(t, pair, 1, 1)
		run(t, bp)
		run(t, pat)
		if a, b := bp.Curve[0], pat.Curve[0]; math.Abs(a.TaskLoss-b.TaskLoss) > 1e-5 || math.Abs(a.DeviceTest-b.DeviceTest) > 0.02 {
			t.Errorf("%s: %+v in silico, %+v on a device without errors", name, a, b)
		}
	}
}

// Without a climb sharpness-aware training is the method it is around.
func TestNoClimb(t *testing.T) {
	pair := glyphs(t)
	a := training{system: nearestSpace, method: Ideal{}, adam: true, rate: 0.001}.session(t, pair, 1, 1)
	b := training{system: nearestSpace, method: Sharp{Of: Ideal{}}, adam: true, rate: 0.001}.session(t, pair, 1, 1)
	run(t, a)
	run(t, b)
	sameState(t, "Adam and rho = 0", a, b)
}

func TestPruningGradient(t *testing.T) {
	y, err := inWeights()
	if err != nil {
		t.Fatal(err)
	}
	p := optim.NewParameter("w", "", 4)
	copy(p.Value, []float64{-0.9, -0.2, 0.4, 0.95})
	norm := y.penalise(p, 0.01)
	var sum float64
	for _, w := range p.Value {
		v := y.curve.PruningSlope(y.curve.Control(w))
		sum += v * v
	}
	if math.Abs(norm-math.Sqrt(sum)) > 1e-9 {
		t.Errorf("the norm of the slopes is %g, expected %g", norm, math.Sqrt(sum))
	}
	const h = 1e-6
	for i := range p.Value {
		q := optim.NewParameter("w", "", 4)
		copy(q.Value, p.Value)
		q.Value[i] += h
		up := y.penalise(q, 0)
		q.Value[i] -= 2 * h
		if numeric := 0.01 * (up - y.penalise(q, 0)) / (2 * h); math.Abs(p.Grad[i]-numeric) > 1e-8 {
			t.Errorf("gradient %d is %g, by differences %g", i, p.Grad[i], numeric)
		}
	}
}

// Gradients go back through the predictions of a field's errors, to the phases, the
// inputs and the predictors.
func TestPredictionGradients(t *testing.T) {
	layer := &MeshLayer[float64]{Name: "layer1", Out: 7}
	net, err := nn.New(nn.Vector(16), nn.Layer[float64](layer))
	if err != nil {
		t.Fatal(err)
	}
	net.Initialise(1)
	for i := range 2 {
		u, err := sepn.UNet[float64]([]string{"a", "b"}[i], 4, 4, [3]int{2, 2, 2})
		if err != nil {
			t.Fatal(err)
		}
		u.Initialise(3, i)
		layer.dual.Nets = append(layer.dual.Nets, u)
	}
	layer.dual.Correct, layer.dual.Teach = true, true
	gradients(t, net, 19)

	s := lane.NewStream(5, "inputs", 0)
	x, labels := lane.NewBatch[float64](70, 16), make([]uint8, 70)
	for i := range labels {
		labels[i] = uint8(i % 7)
		for r := range 16 {
			x.Set(i, r, s.Normal())
		}
	}
	o, p, g := nn.Objective[float64]{Loss: nn.CrossEntropy[float64]{}}, &nn.Pass{}, lane.NewBatch[float64](70, 7)
	loss := func() float64 {
		l, _ := o.Score(nil, g, net.Forward(p, x), labels)
		return l
	}
	loss()
	layer.pullPredictors(nil, g, x)
	ps := layer.dual.parameters()
	optim.ZeroGrad(ps)
	layer.dual.collect(nil)
	// Kinks of rectifiers spoil single differences; a direction through few weights
	// meets none.
	for _, q := range ps {
		at := len(q.Value) / 2
		v := q.Value[at]
		const h = 1e-6
		q.Value[at] = v + h
		layer.dual.update(nil)
		up := loss()
		q.Value[at] = v - h
		layer.dual.update(nil)
		down := loss()
		q.Value[at] = v
		layer.dual.update(nil)
		if numeric := (up - down) / (2 * h); math.Abs(numeric-q.Grad[at]) > 1e-7 {
			t.Errorf("%s[%d]: gradient %g, by differences %g", q.Name, at, q.Grad[at], numeric)
		}
	}
}

// The predictors learn to make the model resemble the chip.
func TestPredictorsLearn(t *testing.T) {
	tr := trainings["mesh DAT"]
	m := tr.method.(DAT)
	m.CorrectFrom = 100
	tr.method, tr.rate = m, 1e-9 // the chip stays as it is
	s := tr.session(t, glyphs(t), 4, 2)
	run(t, s)
	if a, b := s.Curve[0].Similarity, s.Curve[3].Similarity; !(b < 0.9*a) {
		t.Errorf("the difference goes from %g to %g", a, b)
	}
}

func TestSweeps(t *testing.T) {
	pair, ctx := glyphs(t), context.Background()
	mesh1 := trainings["mesh BP"].session(t, pair, 1, 2)
	run(t, mesh1)
	ts, err := Transfers(ctx, mesh1.System, pair.Test, []mesh.Sigma{{}, {Phase: 0.3, Splitter: 0.1}}, 2, 1, mesh1.Pool)
	if err != nil {
		t.Fatal(err)
	}
	if e := mesh1.Curve[0]; len(ts) != 4 || ts[0].Shares != (Shares{e.ModelTest, e.ModelRunning}) || ts[0].Shares != ts[1].Shares || ts[2].Shares == ts[3].Shares {
		t.Errorf("transfer to fresh chips: %+v, the model has %g and %g", ts, e.ModelTest, e.ModelRunning)
	}
	rings := trainings["rings SAT"].session(t, pair, 1, 2)
	run(t, rings)
	d, err := Drifts(ctx, rings.System, pair.Test, rings.System.TestBatch, []float64{0, -2}, rings.Pool)
	if err != nil {
		t.Fatal(err)
	}
	// Controls become weights, a rounding away.
	if e := rings.Curve[0]; math.Abs(d[0].Batch-e.ModelTest) > 0.01 || d[1] == d[0] {
		t.Errorf("drift: %+v, the model has %g", d, e.ModelTest)
	}
	space := trainings["free space BP"].session(t, pair, 2, 2)
	run(t, space)
	m, err := Misalignments(ctx, space.System, pair.Test, []diffract.Affine{{Scale: 1}, {Rotation: 6, Scale: 1}}, space.Pool)
	if err != nil {
		t.Fatal(err)
	}
	if e := space.Curve[1]; m[0].Batch != e.ModelTest || !(m[1].Batch < m[0].Batch) {
		t.Errorf("misalignments: %+v, the model has %g", m, e.ModelTest)
	}
}

func TestSessionRefusals(t *testing.T) {
	pair, pool := glyphs(t), lane.NewPool(1)
	settings := Settings{Epochs: 1, Batch: 10, Rate: optim.Decay{Rate: 0.1}}
	meshes, err := NewMesh()
	if err != nil {
		t.Fatal(err)
	}
	space, err := nearestSpace()
	if err != nil {
		t.Fatal(err)
	}
	currents, err := inControls()
	if err != nil {
		t.Fatal(err)
	}
	off, err := offBanks(currents, pool)
	if err != nil {
		t.Fatal(err)
	}
	for want, c := range map[string]struct {
		y   *System
		dev Physical
		m   Method
		set func(*Settings)
	}{
		"PAT measures a device":         {y: meshes, m: PAT{}},
		"in situ measures a device":     {y: meshes, m: Sharp{Of: PAT{}}},
		"Rho = -1":                      {y: meshes, m: Sharp{Of: Ideal{}, Rho: -1}},
		"around no method":              {y: meshes, m: Sharp{}},
		"noise of -1":                   {y: meshes, m: Noisy{Of: Ideal{}, Sigma: -1}},
		"splitters in the free-space":   {y: space, m: Noisy{Of: Ideal{}, Splitters: 1}},
		"pruning of the free-space":     {y: space, m: Pruned{Of: Ideal{}}},
		"pruning of the ring system":    {y: currents, m: Pruned{Of: Ideal{}}},
		"misalignments of the mesh":     {y: meshes, m: joint(Ideal{})},
		`misalignment along "tilt"`:     {y: space, m: Astray{Sharp: Sharp{Of: Ideal{}}, Probing: train.Probing{Axes: []Axis{{Name: "tilt", Reach: 1, Gain: 1}}}}},
		"reach 0":                       {y: space, m: Astray{Sharp: Sharp{Of: Ideal{}}, Probing: train.Probing{Axes: []Axis{{Name: Shift, Reach: 0, Gain: 1}}}}},
		"adaptive training of the ring": {y: currents, dev: off, m: DAT{Predictors: 1, Features: [3]int{2, 2, 2}}},
		"does not give":                 {y: meshes, dev: off, m: DAT{Predictors: 1, Features: [3]int{2, 2, 2}}},
		"batch 0":                       {y: meshes, m: Ideal{}, set: func(s *Settings) { s.Batch = 0 }},
		"momentum 1":                    {y: meshes, m: Ideal{}, set: func(s *Settings) { s.Momentum = 1 }},
		"learning rate 0":               {y: meshes, m: Ideal{}, set: func(s *Settings) { s.Rate.Rate = 0 }},
		"clamped at -1":                 {y: meshes, m: Ideal{}, set: func(s *Settings) { s.Clamp = -1 }},
	} {
		set := settings
		if c.set != nil {
			c.set(&set)
		}
		if _, err := New(c.y, c.dev, c.m, pair, set, pool); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want something with %q", err, want)
		}
	}
	if _, err := Detuned(meshes, 0, 0, 1, pool); err == nil {
		t.Error("banks of rings for a mesh")
	}
	s, err := New(meshes, nil, Ideal{}, pair, settings, pool)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Load(s.Save()[:5]); err == nil || !strings.Contains(err.Error(), "no array") {
		t.Errorf("half a state is loaded: %v", err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Run(ended, nil); err == nil {
		t.Error("a session whose context has ended runs")
	}
}
