package train_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// mirror is a device of linear stages, whose probe sees the exact derivative, and
// the network in it. Its loss is half the squared distance from one-hot.
type mirror struct {
	weights []*optim.Parameter
	set     [][]float64
	deaf    bool // light goes forward only
}

func (m *mirror) Parameters() []*optim.Parameter { return m.weights }

func (m *mirror) Score(g, out *lane.Batch[float32], labels []uint8) (loss float64, correct int) {
	g.Resize(out.Samples)
	for s, label := range labels {
		for r := range out.Rows {
			d := float64(out.At(s, r))
			if r == int(label) {
				d--
			}
			g.Set(s, r, float32(d))
			loss += d * d / 2
		}
		if train.Predict(out, s) == int(label) {
			correct++
		}
	}
	return loss, correct
}

func (m *mirror) Correlate(stage int, errors, amplitudes *lane.Batch[float32]) {
	w := m.weights[stage]
	for s := range errors.Samples {
		for o := range w.Shape[0] {
			for i := range w.Shape[1] {
				w.Grad[o*w.Shape[1]+i] += float64(errors.At(s, o)) * float64(amplitudes.At(s, i))
			}
		}
	}
}

// through multiplies a batch with the weights of a stage, or with their transpose.
func (m *mirror) through(in *lane.Batch[float32], stage int, back bool) *lane.Batch[float32] {
	shape := m.weights[stage].Shape
	rows, row, col := shape[0], shape[1], 1
	if back {
		rows, row, col = shape[1], 1, shape[1]
	}
	out := lane.NewBatch[float32](in.Samples, rows)
	for s := range in.Samples {
		for o := range rows {
			var sum float64
			for i := range in.Rows {
				sum += m.set[stage][o*row+i*col] * float64(in.At(s, i))
			}
			out.Set(s, o, float32(sum))
		}
	}
	return out
}

type mirrorDevice struct{ *mirror }

func (d mirrorDevice) Parameters() []device.Parameter { return nil }

func (d mirrorDevice) Capabilities() device.Capabilities {
	return device.Capabilities{States: []int{0, 1}, Phase: true, Reversed: !d.deaf}
}

func (d mirrorDevice) Set(_ context.Context, values [][]float64) error {
	d.set = nil
	for _, v := range values {
		d.set = append(d.mirror.set, slices.Clone(v))
	}
	return nil
}

func (d mirrorDevice) Measure(context.Context, *lane.Batch[float32], device.Want, *device.Reading) error {
	return nil
}

func (d mirrorDevice) Forward(_ context.Context, in *lane.Batch[float32], _ device.Exposure, into *device.Amplitudes) error {
	into.In, into.Out = nil, nil
	for i := range d.weights {
		into.In = append(into.In, in)
		in = d.through(in, i, false)
		into.Out = append(into.Out, in)
	}
	return nil
}

func (d mirrorDevice) Reverse(_ context.Context, errors *lane.Batch[float32], into *device.Amplitudes) error {
	into.Out = make([]*lane.Batch[float32], len(d.weights))
	for i := len(d.weights) - 1; i >= 0; i-- {
		into.Out[i] = errors
		errors = d.through(errors, i, true)
	}
	return nil
}

// TestLightAgainstDifferences: where the probe sees the exact derivative, products
// of measured amplitudes are the gradient.
func TestLightAgainstDifferences(t *testing.T) {
	s := lane.NewStream(5, "light", 0)
	m := &mirror{}
	for _, shape := range [][2]int{{4, 6}, {5, 4}, {3, 5}} {
		w := optim.NewParameter("w", "", shape[0], shape[1])
		for i := range w.Value {
			w.Value[i] = s.Normal() / 2
		}
		m.weights = append(m.weights, w)
	}
	b := train.Batch{Fields: lane.NewBatch[float32](7, 6), Labels: []uint8{0, 1, 2, 0, 2, 1, 1}}
	for i := range b.Fields.Samples {
		for r := range b.Fields.Rows {
			b.Fields.Set(i, r, float32(s.Normal()))
		}
	}
	l, dev := train.NewLight(len(m.weights)), mirrorDevice{m}
	gradient := func() float64 {
		loss, err := l.Gradient(context.Background(), dev, m, b)
		if err != nil {
			t.Fatal(err)
		}
		return loss.Task
	}
	gradient()
	const step = 0.1 // the loss is quadratic in every single weight
	for k, w := range m.weights {
		got := slices.Clone(w.Grad)
		for i := range w.Value {
			v := w.Value[i]
			w.Value[i] = v + step
			up := gradient()
			w.Value[i] = v - step
			want := (up - gradient()) / (2 * step)
			w.Value[i] = v
			if math.Abs(got[i]-want) > 2e-4*(1+math.Abs(want)) {
				t.Fatalf("stage %d, weight %d: gradient %g, by differences %g", k+1, i, got[i], want)
			}
		}
		gradient()
	}
	out, err := l.Forward(context.Background(), dev, b)
	if err != nil || len(out) != 3 || out[2].Rows != 3 {
		t.Errorf("%d stages measured, %v", len(out), err)
	}
}

// TestLightNeeds: what the method asks for is what a device must have.
func TestLightNeeds(t *testing.T) {
	measures, need := train.NewLight(3).Needs()
	if !measures || !need.Reversed || !need.Phase || !slices.Equal(need.States, []int{0, 1}) {
		t.Errorf("needs %+v", need)
	}
	if err := (mirrorDevice{&mirror{}}).Capabilities().Check("light", need); err != nil {
		t.Error(err)
	}
	if err := (mirrorDevice{&mirror{deaf: true}}).Capabilities().Check("light", need); err == nil || !strings.Contains(err.Error(), "backward") {
		t.Errorf("a device without light in reverse gives %v", err)
	}
}
