package optim

import (
	"math"
	"slices"
	"testing"

	"lightfast/pnn/lane"
)

func TestAdamFollowsItsDefinition(t *testing.T) {
	p := NewParameter("p", "", 1)
	p.Value[0] = 1
	a := NewAdam([]*Parameter{p})
	x, m, v := 1.0, 0.0, 0.0
	for step := 1; step <= 50; step++ {
		g := 2 * (x - 3) // of (x-3)^2
		p.Grad[0] = 2 * (p.Value[0] - 3)
		a.Step(0.1)
		m, v = 0.9*m+0.1*g, 0.999*v+0.001*g*g
		n := float64(step)
		x -= 0.1 * (m / (1 - math.Pow(0.9, n))) / (math.Sqrt(v/(1-math.Pow(0.999, n))) + 1e-8)
		if math.Abs(p.Value[0]-x) > 1e-9 {
			t.Fatalf("step %d: %.12f, by definition %.12f", step, p.Value[0], x)
		}
	}
	if math.Abs(x-3) > 0.5 {
		t.Errorf("50 steps end at %g, the minimum is at 3", x)
	}
}

func TestStepFromLeavesEarlierParametersAlone(t *testing.T) {
	a, b := NewParameter("a", "", 2), NewParameter("b", "", 2)
	for _, p := range []*Parameter{a, b} {
		p.Grad[0], p.Grad[1] = 1, -1
	}
	NewAdam([]*Parameter{a, b}).StepFrom(1, 0.1)
	if a.Value[0] != 0 || math.Abs(b.Value[0]+0.1) > 1e-6 || math.Abs(b.Value[1]-0.1) > 1e-6 {
		t.Errorf("values %v and %v", a.Value, b.Value)
	}
}

func TestSinglePrecisionParametersStaySingle(t *testing.T) {
	p := NewParameter("p", "", 1)
	p.Single, p.Grad[0] = true, 1
	NewAdam([]*Parameter{p}).Step(0.1)
	if v := p.Value[0]; v != float64(float32(v)) || v == 0 {
		t.Errorf("%.20g is not a single-precision number", v)
	}
}

func TestHalving(t *testing.T) {
	h := Halving{Rate: 1e-3, Every: 10}
	for epoch, want := range map[int]float64{0: 1e-3, 9: 1e-3, 10: 5e-4, 49: 1e-3 / 16} {
		if got := h.At(epoch); got != want {
			t.Errorf("epoch %d: rate %g, want %g", epoch, got, want)
		}
	}
	if (Halving{Rate: 2}).At(100) != 2 {
		t.Error("a constant rate changed")
	}
}

func TestStepsTakenEarly(t *testing.T) {
	params := func() []*Parameter {
		a, b := NewParameter("a", "", 40), NewParameter("b", "", 3)
		a.Single = true
		return []*Parameter{a, b}
	}
	gradients := func(ps []*Parameter, step int) {
		for _, p := range ps {
			for i := range p.Grad {
				p.Grad[i] = p.Value[i] - float64(i+step)
			}
		}
	}
	want, got := params(), params()
	plain, early := NewAdam(want), NewAdam(got)
	for step := range 5 {
		gradients(want, step)
		gradients(got, step)
		plain.Step(0.1)
		var l lane.Learning
		if step%2 == 0 && !early.Learn(&l, got[0], 0.1) {
			t.Fatal("a parameter of its own is refused")
		}
		if step%2 == 0 {
			l.Apply(l.Value, l.M, l.V, got[0].Grad)
		}
		early.Step(0.1)
		for i, p := range want {
			if !slices.Equal(p.Value, got[i].Value) {
				t.Fatalf("step %d: %s is %v, want %v", step, p.Name, got[i].Value, p.Value)
			}
		}
	}
	if early.Learn(new(lane.Learning), NewParameter("c", "", 1), 0.1) {
		t.Error("a parameter of nobody's is taken")
	}
}
