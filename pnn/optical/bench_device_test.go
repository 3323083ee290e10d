package optical

import (
	"context"
	"math"
	"strings"
	"testing"

	"lightfast/pnn/device"
	"lightfast/pnn/lane"
)

var _ device.Reversible = (*Bench)(nil)

// ramp is a batch of n samples of different inputs.
func ramp(n, rows int) *lane.Batch[float32] {
	b := lane.NewBatch[float32](n, rows)
	for s := range n {
		for r := range rows {
			b.Set(s, r, float32(math.Mod(float64(s*31+r*17), 23)/23))
		}
	}
	return b
}

// values are the initial weights of a network.
func values(t *testing.T, s Spec) (v [][]float64) {
	t.Helper()
	c, err := s.Build()
	if err != nil {
		t.Fatal(err)
	}
	c.Initialise(3)
	for _, p := range c.Parameters() {
		v = append(v, p.Value)
	}
	return v
}

func TestConservingWeights(t *testing.T) {
	for _, s := range []Spec{PublishedMLP(10, Optical, 30, 20), PublishedCNN(10, Optical, 10)} {
		s.Conserving = true
		free := s
		free.Conserving = false
		b, f := bench(t, s), bench(t, free)
		v := values(t, s)
		for _, d := range []*Bench{b, f} {
			if err := d.Set(context.Background(), v); err != nil {
				t.Fatal(err)
			}
		}
		amplified := false
		for i, p := range b.params {
			if len(p.Shape) == 2 {
				if sq := largestSquare(p.Value, p.Shape[0], p.Shape[1]); sq > 1+1e-12 {
					t.Errorf("%s: square of the largest singular value %.9f", p.Name, sq)
				}
			}
			for j, x := range p.Value {
				if w := float64(b.Gains()[i]) * x; math.Abs(w-v[i][j]) > 1e-6*math.Abs(v[i][j])+1e-12 {
					t.Fatalf("%s[%d]: %g times amplifier, expected %g", p.Name, j, w, v[i][j])
				}
			}
			amplified = amplified || b.Gains()[i] > 1
		}
		if !amplified || f.Gains() != nil {
			t.Errorf("gains %v and %v", b.Gains(), f.Gains())
		}
		// Amplifiers make up for it, both ways.
		var fields, same, back, sameBack device.Amplitudes
		x, errs := ramp(20, 784), ramp(20, 10)
		for d, a := range map[*Bench][2]*device.Amplitudes{b: {&fields, &back}, f: {&same, &sameBack}} {
			if err := d.Forward(context.Background(), x, device.Exposure{}, a[0]); err != nil {
				t.Fatal(err)
			}
			if err := d.Reverse(context.Background(), errs, a[1]); err != nil {
				t.Fatal(err)
			}
		}
		for i := range fields.Out {
			for at, want := range same.Out[i].Data {
				if got := fields.Out[i].Data[at]; math.Abs(float64(got-want)) > 1e-4*(1+math.Abs(float64(want))) {
					t.Fatalf("stage %d: %g, expected %g", i+1, got, want)
				}
			}
			for at, want := range sameBack.Out[i].Data {
				if got := back.Out[i].Data[at]; math.Abs(float64(got-want)) > 1e-4*(1+math.Abs(float64(want))) {
					t.Fatalf("backward at stage %d: %g, expected %g", i+1, got, want)
				}
			}
		}
	}
	// A network with amplifiers learns.
	s := PublishedMLP(10, Optical, 16)
	s.Conserving = true
	set := settings(6)
	set.Rate.Rate = 3e-3
	if a := trained(t, s, bench(t, s), NewLight(2), glyphs(t, 600, 200), set, 1).Accuracy(); !(a > 0.4) {
		t.Errorf("accuracy %.3f with amplifiers", a)
	}
}

func TestBenchMeasures(t *testing.T) {
	s := PublishedMLP(10, Optical, 12, 11)
	b := bench(t, s)
	ctx := context.Background()
	if err := b.Set(ctx, values(t, s)); err != nil {
		t.Fatal(err)
	}
	var a, back device.Amplitudes
	if err := b.Reverse(ctx, ramp(5, 10), &back); err == nil || !strings.Contains(err.Error(), "forward first") {
		t.Errorf("light backward before forward: %v", err)
	}
	x := ramp(5, 784)
	if err := b.Forward(ctx, x, device.Exposure{}, &a); err != nil {
		t.Fatal(err)
	}
	var r device.Reading
	if err := b.Measure(ctx, x, device.Want{States: []int{0, 1}, Phase: true}, &r); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		for k := range 10 {
			z := a.Out[2].At(i, k)
			if got := r.Output.At(i, k); got != z*z {
				t.Errorf("sample %d, output %d: intensity %g of amplitude %g", i, k, got, z)
			}
		}
		if r.Fields[1].At(i, 3) != a.Out[1].At(i, 3) || r.States[0].At(i, 3) != a.Out[0].At(i, 3)*a.Out[0].At(i, 3) {
			t.Error("internal states differ")
		}
	}
	// The amplitude behind an absorber is what the medium lets through.
	if z, in := float64(a.Out[0].At(2, 4)), float64(a.In[1].At(2, 4)); math.Abs(s.medium().Response(z)-in) > 1e-6 {
		t.Errorf("input %g gives %g, expected %g", z, in, s.medium().Response(z))
	}
	if len(b.Parameters()) != 3 || b.Parameters()[1].Name != "fc2.weight" {
		t.Errorf("parameters %+v", b.Parameters())
	}
	v := values(t, s)
	if err := b.Set(ctx, v[:2]); err == nil {
		t.Error("too few parameters were accepted")
	}
	v[1][5] = math.NaN()
	if err := b.Set(ctx, v); err == nil || !strings.Contains(err.Error(), "fc2.weight[5]") {
		t.Errorf("NaN: %v", err)
	}
	if err := b.Forward(ctx, ramp(5, 10), device.Exposure{}, &a); err == nil || !strings.Contains(err.Error(), "784 pixels") {
		t.Errorf("input of 10 rows: %v", err)
	}
	if err := b.Measure(ctx, x, device.Want{States: []int{2}}, &r); err == nil {
		t.Error("a tap behind the output was accepted")
	}
}
