package device

import (
	"context"
	"math"
	"strings"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/model"
)

var small = model.MPNN{Ports: 8, Meshes: 3, Classes: 4}

// settings returns some phases for a chip.
func settings(c *Chip) [][]float64 {
	var v [][]float64
	s := lane.NewStream(1, "phases", 0)
	for _, p := range c.Parameters() {
		n := 1
		for _, d := range p.Shape {
			n *= d
		}
		x := make([]float64, n)
		for i := range x {
			x[i] = 6 * s.Float64()
		}
		v = append(v, x)
	}
	return v
}

func fields(samples int) *lane.Batch[float32] {
	b := lane.NewBatch[float32](samples, 16)
	s := lane.NewStream(2, "light", 0)
	for i := range samples {
		for r := range 16 {
			b.Set(i, r, float32(s.Normal()))
		}
	}
	return b
}

func newChip(t *testing.T, opt ChipOptions) *Chip {
	t.Helper()
	e, err := Fabricate(small, mesh.Sigma{Phase: 0.1, Splitter: 0.1}, 7)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewChip(small, e, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Set(context.Background(), settings(c)); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestInternalStatesAreConsistent(t *testing.T) {
	c := newChip(t, ChipOptions{States: []int{0, 1}, Phase: true})
	in := fields(20)
	var r Reading
	if err := c.Measure(context.Background(), in, Want{States: []int{0, 1}, Phase: true}, &r); err != nil {
		t.Fatal(err)
	}
	// The first mesh is lossless: the power behind it is the power that entered.
	for i := range 20 {
		var before, after, field float64
		for k := range 16 {
			x := float64(in.At(i, k))
			before += x * x
			f := float64(r.Fields[0].At(i, k))
			field += f * f
		}
		for k := range 8 {
			after += float64(r.States[0].At(i, k))
		}
		if math.Abs(after/before-1) > 1e-5 || math.Abs(field/before-1) > 1e-5 {
			t.Errorf("sample %d: power %g in, %g measured, %g in the field", i, before, after, field)
		}
	}
	if r.States[2] != nil {
		t.Error("a state that was not wanted was measured")
	}
}

func TestRefusals(t *testing.T) {
	c := newChip(t, ChipOptions{States: []int{1}})
	ctx := context.Background()
	var r Reading
	for name, f := range map[string]func() error{
		"tap that is not there": func() error { return c.Measure(ctx, fields(3), Want{States: []int{0}}, &r) },
		"phase":                 func() error { return c.Measure(ctx, fields(3), Want{States: []int{1}, Phase: true}, &r) },
		"wrong input":           func() error { return c.Measure(ctx, lane.NewBatch[float32](3, 12), Want{}, &r) },
		"few parameters":        func() error { return c.Set(ctx, settings(c)[1:]) },
		"NaN": func() error {
			v := settings(c)
			v[1][3] = math.NaN()
			return c.Set(ctx, v)
		},
		"tap behind the output": func() error {
			_, err := NewChip(small, nil, ChipOptions{States: []int{2}})
			return err
		},
		"errors of too few meshes": func() error {
			_, err := NewChip(small, []*mesh.Errors{nil}, ChipOptions{})
			return err
		},
	} {
		if err := f(); err == nil {
			t.Errorf("%s: accepted", name)
		} else if !strings.Contains(err.Error(), "expected") && !strings.Contains(err.Error(), "use a") {
			t.Errorf("%s: the message %q says neither what was expected nor what to do", name, err)
		}
	}
}

func TestNoiseIsAFunctionOfTheShot(t *testing.T) {
	ctx := context.Background()
	in := fields(40)
	measure := func(workers int, shot uint64, noise Noise) []float32 {
		c := newChip(t, ChipOptions{Noise: noise, Seed: 3, Pool: lane.NewPool(workers)})
		var r Reading
		if err := c.Measure(ctx, in, Want{Shot: shot}, &r); err != nil {
			t.Fatal(err)
		}
		return r.Output.Data
	}
	clean := measure(1, 0, Noise{})
	a, b, other := measure(1, 5, Noise{Relative: 0.1}), measure(3, 5, Noise{Relative: 0.1}), measure(1, 6, Noise{Relative: 0.1})
	var spread float64
	same := 0
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("noise of number %d depends on the workers", i)
		}
		if a[i] == other[i] {
			same++
		}
		if clean[i] > 0 {
			d := float64(a[i]/clean[i]) - 1
			spread += d * d / (40 * 8)
		}
	}
	if same > len(a)-40*8+5 {
		t.Error("two shots have the same noise")
	}
	if math.Abs(math.Sqrt(spread)-0.1) > 0.02 {
		t.Errorf("relative noise %.3f, want 0.1", math.Sqrt(spread))
	}
}
