package model

import (
	"math"
	"strings"
	"testing"

	"lightfast/pnn/lane"
)

// TestGradientOfTheD2NN compares the gradients of plates behind absorbers and
// lenses with difference quotients.
func TestGradientOfTheD2NN(t *testing.T) {
	const samples = 19
	d := D2NN{Side: 32, Pitch: 2e-6, Wavelength: 532e-9, Focal: 1e-3, Distances: []float64{5e-4, 3e-4, 4e-4, 1e-3}, Threshold: 0.5, Detector: 3, Window: 20, Offset: 6}
	n, err := NewD2NN[float64](d)
	if err != nil {
		t.Fatal(err)
	}
	n.Initialise(2)
	tr, w := n.NewTrace(samples), n.NewWorkspace()
	s := lane.NewStream(3, "input", 0)
	labels := make([]uint8, samples)
	for i := range samples {
		labels[i] = uint8(s.Intn(10))
		for r := range d.Side * d.Side {
			tr.In[0].Set(i, r, s.Float64())
		}
	}
	g := lane.NewBatch[float64](samples, n.Classes)
	forward := func() float64 {
		n.Update(nil)
		n.Forward(tr, w, 0, 1, false)
		n.Forward(tr, w, 1, 2, false)
		l, _ := n.Loss(g.Data, tr.Scores.Data, labels, n.Classes, samples)
		return l / samples
	}
	forward()
	for b := range 2 {
		n.Backward(0, tr, w, b, b+1, false, Gradient[float64]{Scores: g})
	}
	n.Accumulate(nil, 0, tr)
	dir := lane.NewStream(5, "direction", 0)
	for _, p := range n.Parameters() {
		var predicted float64
		v := make([]float64, len(p.Value))
		for i := range v {
			v[i] = dir.Normal()
			predicted += v[i] * p.Grad[i]
		}
		move := func(by float64) {
			for i := range v {
				p.Value[i] += by * v[i]
			}
		}
		const h = 1e-8 // small, so that few pixels cross the threshold
		move(h)
		up := forward()
		move(-2 * h)
		down := forward()
		move(h)
		if q := (up - down) / (2 * h); math.Abs(q-predicted) > 1e-8+1e-4*math.Abs(q) {
			t.Errorf("%s: difference quotient %.9g, gradient %.9g", p.Name, q, predicted)
		}
	}
}

func TestD2NNsThatCannotBe(t *testing.T) {
	for want, change := range map[string]func(*D2NN){
		"distances":   func(d *D2NN) { d.Distances = d.Distances[:2] },
		"Threshold":   func(d *D2NN) { d.Threshold = -1 },
		"covers rows": func(d *D2NN) { d.Offset = 100 },
		"part 3":      func(d *D2NN) { d.Distances = []float64{0, 1e-3, 1e-3, 1e-3} },
	} {
		d := XuD2NN
		change(&d)
		if _, err := NewD2NN[float32](d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, expected one about %q", err, want)
		}
	}
}
