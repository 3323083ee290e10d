package model

import (
	"math"
	"strings"
	"testing"

	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
	"lightfast/pnn/sepn"
)

// little is a network of two blocks of two modulators on 16 x 16 pixels.
var little = DPNN{Side: 16, Pitch: 8e-6, Wavelength: 532e-9, Distance: 2e-3, Blocks: 2, Layers: 2, Classes: 4, Detector: 4, Window: 14, Features: [3]int{2, 2, 3}}

// crooked are misalignments of every kind.
func crooked(t *testing.T, d DPNN) (list []diffract.Misalignment) {
	t.Helper()
	for i := range d.Blocks {
		m := diffract.Misalignment{Affine: diffract.Affine{ShiftX: 0.7, ShiftY: -1.2, Rotation: 2, Scale: 1.05}, Z: 1e-4}
		for l := range d.Layers {
			e, err := diffract.PhaseErrors{Random: 0.2, Smooth: 0.3, Correlation: 4}.Draw(d.Grid(), 5, i*d.Layers+l)
			if err != nil {
				t.Fatal(err)
			}
			m.Phase = append(m.Phase, e)
		}
		list = append(list, m)
	}
	return list
}

// TestGradientOfDiffractiveNetworks compares the gradients of modulators and error
// predictors with difference quotients, for both losses, and with a gradient of an
// internal state.
func TestGradientOfDiffractiveNetworks(t *testing.T) {
	const samples = 21
	for _, sharpness := range []float64{0, 10} {
		d := little
		d.Sharpness = sharpness
		n, err := NewDPNN[float64](d, crooked(t, d))
		if err != nil {
			t.Fatal(err)
		}
		n.Initialise(2)
		n.Update(nil)
		tr, w := n.NewTrace(samples), n.NewWorkspace()
		s := lane.NewStream(3, "input", 0)
		labels := make([]uint8, samples)
		pixels := d.Side * d.Side
		states := []*lane.Batch[float64]{lane.NewBatch[float64](samples, 2*pixels), nil}
		for i := range samples {
			labels[i] = uint8(s.Intn(d.Classes))
			for r := range 2 * pixels {
				if r < pixels {
					tr.In[0].Set(i, r, s.Float64())
				}
				states[0].Set(i, r, 0.01*s.Normal())
			}
		}
		g := lane.NewBatch[float64](samples, n.Classes)
		forward := func() float64 {
			n.Update(nil)
			n.UpdateSEPN()
			loss := 0.0
			for b := range lane.Blocks(samples) {
				n.Forward(tr, w, b, b+1, true)
				l, _ := n.Loss(g.Block(b, b+1), tr.Scores.Block(b, b+1), labels[b*lane.Width:min(samples, (b+1)*lane.Width)], n.Classes, samples)
				loss += l / samples
			}
			for i, v := range states[0].Data {
				loss += v * tr.State[0].Data[i]
			}
			return loss
		}
		n.Update(nil)
		n.UpdateSEPN()
		parts := make([][]sepn.Partial[float64], 2)
		for b := range 2 {
			var sums []sepn.Partial[float64]
			for i, st := range n.Stages {
				p := st.SEPN.NewPartial()
				sums = append(sums, p)
				parts[i] = append(parts[i], p)
			}
			hi := min(samples, (b+1)*lane.Width)
			n.Forward(tr, w, b, b+1, true)
			n.Loss(g.Block(b, b+1), tr.Scores.Block(b, b+1), labels[b*lane.Width:hi], n.Classes, samples)
			n.Backward(0, tr, w, b, b+1, true, Gradient[float64]{Scores: g, States: states, SEPN: sums})
		}
		n.Accumulate(lane.NewPool(2), 0, tr)
		for i, st := range n.Stages {
			st.SEPN.Collect(parts[i])
		}
		dir := lane.NewStream(5, "direction", 0)
		// The predictors have many parameters: one direction for each of the two.
		half := len(n.SEPNParameters()) / 2
		groups := [][]*optim.Parameter{n.SEPNParameters()[:half], n.SEPNParameters()[half:]}
		for _, p := range n.Parameters() {
			groups = append(groups, []*optim.Parameter{p})
		}
		for _, group := range groups {
			var predicted float64
			var v [][]float64
			for _, p := range group {
				d := make([]float64, len(p.Value))
				for i := range d {
					d[i] = dir.Normal()
					predicted += d[i] * p.Grad[i]
				}
				v = append(v, d)
			}
			move := func(by float64) {
				for k, p := range group {
					for i, d := range v[k] {
						p.Value[i] += by * d
					}
				}
			}
			const h = 1e-7 // small, so that no rectifier switches on the way
			move(h)
			up := forward()
			move(-2 * h)
			down := forward()
			move(h)
			if q := (up - down) / (2 * h); math.Abs(q-predicted) > 1e-6+1e-5*math.Abs(q) {
				t.Errorf("sharpness %g, %s: difference quotient %.9g, gradient %.9g", sharpness, group[0].Name, q, predicted)
			}
		}
	}
}

// TestRedisplay holds the activation to its definition and what is measured to
// what is computed.
func TestRedisplay(t *testing.T) {
	const n = 3
	in, out := make([]float64, 2*n*lane.Width), make([]float64, 2*n*lane.Width)
	in[0], in[lane.Width], in[(n+2)*lane.Width] = 1, 2, 3 // intensities 1, 4, 9 of lane 0
	Redisplay[float64]{}.Forward(out, in, n, 1)
	for k, want := range []float64{1, 4, 9} {
		if got := out[k*lane.Width]; math.Abs(got-want*3/14) > 1e-15 || out[(n+k)*lane.Width] != 0 {
			t.Errorf("pixel %d: amplitude %g, want %g", k, got, want*3/14)
		}
	}
	if out[1] != 0 {
		t.Errorf("a dark plane is shown as %g", out[1])
	}
	measured, again := make([]float64, n*lane.Width), make([]float64, 2*n*lane.Width)
	lane.Detect(measured, in, n, 1)
	Redisplay[float64]{}.Intensities(again, measured, n, 1)
	for i := range out {
		if out[i] != again[i] {
			t.Fatalf("number %d is %g from the field and %g from its intensities", i, out[i], again[i])
		}
	}
}

func TestDiffractiveNetworksThatCannotBe(t *testing.T) {
	for want, change := range map[string]func(*DPNN){
		"blocks":      func(d *DPNN) { d.Blocks = 0 },
		"modulators":  func(d *DPNN) { d.Layers = 0 },
		"classes":     func(d *DPNN) { d.Classes = 1 },
		"Pitch":       func(d *DPNN) { d.Pitch = 0 },
		"region":      func(d *DPNN) { d.Detector = 9 },
		"covers rows": func(d *DPNN) { d.Window = 18 },
		"distance":    func(d *DPNN) { d.Distance = 100 },
		"positive":    func(d *DPNN) { d.Distance = -2e-3 },
		"is 0 m":      func(d *DPNN) { d.Distance = 0 },
		"Sharpness":   func(d *DPNN) { d.Sharpness = -1 },
	} {
		d := little
		change(&d)
		if _, err := NewDPNN[float32](d, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, expected one about %q", d, err, want)
		}
	}
	if _, err := NewDPNN[float32](little, make([]diffract.Misalignment, 1)); err == nil {
		t.Error("misalignments of one block of two were accepted")
	}
}
