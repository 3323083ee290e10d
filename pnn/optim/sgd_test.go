package optim

import (
	"slices"
	"testing"

	"lightfast/pnn/lane"
)

func TestSGDFollowsItsDefinition(t *testing.T) {
	p := NewParameter("p", "", 1)
	p.Value[0] = 1
	s := NewSGD([]*Parameter{p}, 0.5)
	// By hand, in numbers that are exact: g = 2, 1, -4 and lr 1/4.
	for i, c := range []struct{ g, v, x float64 }{{2, 2, 0.5}, {1, 2, 0}, {-4, -3, 0.75}} {
		p.Grad[0] = c.g
		s.Step(0.25)
		_, memory := s.State()
		if p.Value[0] != c.x || memory[0].Value[0] != c.v {
			t.Fatalf("step %d: value %g and velocity %g, by definition %g and %g", i+1, p.Value[0], memory[0].Value[0], c.x, c.v)
		}
	}
}

// Gradients are functions of the values, so that an error in any step shows in the
// end.
func run(o Optimiser, params []*Parameter, steps int) {
	for range steps {
		for _, p := range params {
			for i, v := range p.Value {
				p.Grad[i] = v - float64(i%7)
			}
		}
		o.Step(0.01)
	}
}

func two() []*Parameter {
	a, b := NewParameter("a", "", 3000), NewParameter("b", "", 50, 100)
	s := lane.NewStream(1, "test", 0)
	for _, p := range []*Parameter{a, b} {
		for i := range p.Value {
			p.Value[i] = s.Normal()
		}
	}
	b.Single = true
	b.Round()
	return []*Parameter{a, b}
}

func same(a, b []*Parameter) bool {
	return slices.EqualFunc(a, b, func(a, b *Parameter) bool { return slices.Equal(a.Value, b.Value) })
}

func TestOptimisersResumeWithTheSameBits(t *testing.T) {
	for name, begin := range map[string]func([]*Parameter) Optimiser{
		"sgd":  func(p []*Parameter) Optimiser { return NewSGD(p, 0.5) },
		"adam": func(p []*Parameter) Optimiser { return NewAdam(p) },
	} {
		whole := two()
		run(begin(whole), whole, 7)

		halves := two()
		first := begin(halves)
		run(first, halves, 3)
		second := begin(halves)
		steps, memory := first.State()
		_, empty := second.State()
		second.SetSteps(steps)
		for i, m := range memory {
			copy(empty[i].Value, m.Value)
		}
		run(second, halves, 4)
		if !same(whole, halves) {
			t.Errorf("%s: seven steps and three and four differ", name)
		}
	}
}

func TestSGDIsTheSameOnAnyNumberOfWorkers(t *testing.T) {
	one, four := two(), two()
	run(NewSGD(one, 0.9), one, 5)
	s := NewSGD(four, 0.9)
	s.Pool = lane.NewPool(4)
	run(s, four, 5)
	if !same(one, four) {
		t.Error("one worker and four differ")
	}
	if v := four[1].Value[4]; v != float64(float32(v)) {
		t.Errorf("%.20g is not a single-precision number", v)
	}
}

func TestSGDStepFromLeavesEarlierParametersAlone(t *testing.T) {
	a, b := NewParameter("a", "", 2), NewParameter("b", "", 2)
	for _, p := range []*Parameter{a, b} {
		p.Grad[0], p.Grad[1] = 1, -1
	}
	s := NewSGD([]*Parameter{a, b}, 0.5)
	s.StepFrom(1, 0.5)
	_, memory := s.State()
	if a.Value[0] != 0 || memory[0].Value[0] != 0 || b.Value[0] != -0.5 || b.Value[1] != 0.5 {
		t.Errorf("values %v and %v, velocity of the first %v", a.Value, b.Value, memory[0].Value)
	}
}

func TestDecay(t *testing.T) {
	d := Schedule(Decay{Rate: 8, Factor: 0.25, Every: 10})
	for _, c := range []struct {
		epoch int
		want  float64
	}{{0, 8}, {9, 8}, {10, 2}, {39, 0.125}} {
		if got := d.At(c.epoch); got != c.want {
			t.Errorf("epoch %d: rate %g, want %g", c.epoch, got, c.want)
		}
	}
	if (Decay{Rate: 2, Factor: 0.1}).At(100) != 2 {
		t.Error("a constant rate changed")
	}
}
