package model

import (
	"math"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/optim"
	"lightfast/pnn/sepn"
)

const samples = 39

// setup builds a small network with errors and error prediction, and random
// input fields, labels and gradients of the internal states.
func setup(t *testing.T) (*Network[float64], *Trace[float64], []uint8, []*lane.Batch[float64]) {
	t.Helper()
	m := MPNN{Ports: 16, Meshes: 3, Classes: 5, Features: [3]int{2, 3, 4}}
	l, err := m.Layout()
	if err != nil {
		t.Fatal(err)
	}
	var errs []*mesh.Errors
	for i := range m.Meshes {
		errs = append(errs, l.Fabricate(mesh.Sigma{Phase: 0.05, Splitter: 0.05}, 1, i))
	}
	n, err := NewMPNN[float64](m, errs)
	if err != nil {
		t.Fatal(err)
	}
	n.Initialise(2)
	n.Update(nil)
	tr := n.NewTrace(samples)
	s := lane.NewStream(3, "input", 0)
	labels := make([]uint8, samples)
	states := []*lane.Batch[float64]{nil, lane.NewBatch[float64](samples, 32), nil}
	for i := range samples {
		labels[i] = uint8(s.Intn(5))
		for r := range 32 {
			tr.In[0].Set(i, r, s.Normal())
			states[1].Set(i, r, 0.1*s.Normal())
		}
	}
	return n, tr, labels, states
}

// TestGradientOfTheWholeChain compares the gradients of phases and of error
// predictors with difference quotients.
func TestGradientOfTheWholeChain(t *testing.T) {
	n, tr, labels, states := setup(t)
	w := n.NewWorkspace()
	dScores := lane.NewBatch[float64](samples, n.Classes)
	loss := func() float64 {
		n.Update(nil)
		n.UpdateSEPN()
		n.Forward(tr, w, 0, 3, true)
		l, _ := CrossEntropy(dScores.Data, tr.Scores.Data, labels, n.Classes, samples)
		l /= samples
		for i, g := range states[1].Data {
			l += g * tr.State[1].Data[i]
		}
		return l
	}
	loss()
	sums := make([]sepn.Partial[float64], 3)
	for i := range sums {
		sums[i] = n.Stages[i].SEPN.NewPartial()
	}
	n.Backward(0, tr, w, 0, 3, true, Gradient[float64]{Scores: dScores, States: states, SEPN: sums})
	n.Accumulate(lane.NewPool(2), 0, tr)
	for i, s := range n.Stages {
		s.SEPN.Collect(sums[i : i+1])
	}
	dir := lane.NewStream(5, "direction", 0)
	for _, group := range [][]*optim.Parameter{n.Parameters(), n.SEPNParameters()} {
		for _, p := range group {
			v := make([]float64, len(p.Value))
			var predicted float64
			for i := range v {
				v[i] = dir.Normal()
				predicted += v[i] * p.Grad[i]
			}
			move := func(by float64) {
				for i := range v {
					p.Value[i] += by * v[i]
				}
			}
			const h = 1e-7 // small, so that no rectifier switches on the way
			move(h)
			up := loss()
			move(-2 * h)
			down := loss()
			move(h)
			if d := (up - down) / (2 * h); math.Abs(d-predicted) > 2e-6+1e-5*math.Abs(d) {
				t.Errorf("%s: difference quotient %.9g, gradient %.9g", p.Name, d, predicted)
			}
		}
	}
}

func TestActivationKnownValues(t *testing.T) {
	// At |z|^2 = 20 the paper's activation has p = pi/2 + pi/2: full transmission
	// of the 90 % that are not tapped, with exp(-i pi) cos(pi) = 1.
	in, out := make([]float64, 32), make([]float64, 32)
	in[0] = math.Sqrt(20)
	in[1], in[17] = 1, 1
	Modulation[float64](DATActivation).Forward(out, in, 1, 1)
	if want := math.Sqrt(0.9 * 20); math.Abs(out[0]-want) > 1e-12 || math.Abs(out[16]) > 1e-12 {
		t.Errorf("f(sqrt 20) = (%g, %g), want %g", out[0], out[16], want)
	}
	p := 0.025*math.Pi*2 + math.Pi/2
	if got, want := math.Hypot(out[1], out[17]), math.Sqrt(0.9*2)*math.Abs(math.Cos(p)); math.Abs(got-want) > 1e-12 {
		t.Errorf("|f(1+i)| = %g, want %g", got, want)
	}
}

func TestFuseKeepsPhaseAndTakesAmplitude(t *testing.T) {
	field, intensity, out := make([]float64, 32), make([]float64, 16), make([]float64, 32)
	field[0], field[16], intensity[0] = 3, 4, 100
	intensity[1] = 9
	Fuse(out, field, intensity, 1, 1)
	if math.Abs(out[0]-6) > 1e-12 || math.Abs(out[16]-8) > 1e-12 || out[1] != 3 || out[17] != 0 {
		t.Errorf("fused fields (%g, %g), (%g, %g)", out[0], out[16], out[1], out[17])
	}
}

func TestCrossEntropyKnownValue(t *testing.T) {
	scores, g := make([]float64, 16*3), make([]float64, 16*3)
	scores[0], scores[16], scores[32] = 1, 2, 3
	loss, correct := CrossEntropy(g, scores, []uint8{2}, 3, 1)
	if want := math.Log(1 + math.Exp(-1) + math.Exp(-2)); math.Abs(loss-want) > 1e-12 || correct != 1 {
		t.Errorf("loss %g, want %g; correct %d", loss, want, correct)
	}
	if sum := g[0] + g[16] + g[32]; math.Abs(sum) > 1e-15 || g[1] != 0 {
		t.Errorf("gradients sum to %g, an empty lane has %g", sum, g[1])
	}
}

func TestNetworksThatCannotBe(t *testing.T) {
	for name, m := range map[string]MPNN{
		"no ports":       {Ports: 0, Meshes: 1, Classes: 2},
		"one port":       {Ports: 1, Meshes: 1, Classes: 2},
		"no meshes":      {Ports: 4, Classes: 2},
		"many classes":   {Ports: 4, Meshes: 1, Classes: 5},
		"no square":      {Ports: 8, Meshes: 1, Classes: 2, Features: [3]int{1, 1, 1}},
		"odd image side": {Ports: 36, Meshes: 1, Classes: 2, Features: [3]int{1, 1, 1}},
	} {
		if _, err := NewMPNN[float32](m, nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
