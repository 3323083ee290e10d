package optim

import (
	"math"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/lane"
)

// gradients draws a gradient for all parameters.
func gradients(params []*Parameter, index uint64) {
	s := lane.NewStream(2, "gradient", index)
	for _, p := range params {
		for i := range p.Grad {
			p.Grad[i] = s.Normal()
		}
	}
}

func TestAscentHasTheLengthRho(t *testing.T) {
	for _, adaptive := range []bool{false, true} {
		params := two()
		params[1].Single = false
		before := [][]float64{slices.Clone(params[0].Value), slices.Clone(params[1].Value)}
		gradients(params, 0)
		s, err := NewSAM(params, 0.3, adaptive)
		if err != nil {
			t.Fatal(err)
		}
		norm, err := s.Ascend()
		if err != nil {
			t.Fatal(err)
		}
		var length, along, wantNorm float64
		for i, p := range params {
			for j, v := range p.Value {
				scale := 1.0
				if adaptive {
					scale = math.Abs(before[i][j])
				}
				d := (v - before[i][j]) / scale
				length += d * d
				along += d * p.Grad[j] * scale
				wantNorm += p.Grad[j] * p.Grad[j] * scale * scale
			}
		}
		if math.Abs(math.Sqrt(length)-0.3) > 1e-12 || math.Abs(norm/math.Sqrt(wantNorm)-1) > 1e-13 {
			t.Errorf("adaptive %v: a step of %.15g, expected 0.3; norm %.15g, expected %.15g", adaptive, math.Sqrt(length), norm, math.Sqrt(wantNorm))
		}
		if math.Abs(along/(0.3*norm)-1) > 1e-12 {
			t.Errorf("adaptive %v: the step is not along the gradient: cosine %.15g", adaptive, along/(0.3*norm))
		}
		if err := s.Restore(); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(params[0].Value, before[0]) || !slices.Equal(params[1].Value, before[1]) {
			t.Errorf("adaptive %v: values are not what they were", adaptive)
		}
	}
}

// With rho 0 the optimiser sees the same gradient twice and nothing else.
func TestWithoutRhoItIsTheOptimiser(t *testing.T) {
	plain, aware := two(), two()
	a, b := NewAdam(plain), NewAdam(aware)
	s, err := NewSAM(aware, 0, true)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		run(a, plain, 1)
		// The gradient of run, at the ascended values.
		if _, err := s.Ascend(); err != nil {
			t.Fatal(err)
		}
		for _, p := range aware {
			for i, v := range p.Value {
				p.Grad[i] = v - float64(i%7)
			}
		}
		if err := s.Restore(); err != nil {
			t.Fatal(err)
		}
		b.Step(0.01)
	}
	if !same(plain, aware) {
		t.Error("rho = 0 and the optimiser alone differ")
	}
}

func TestAscentIsTheSameOnAnyNumberOfWorkers(t *testing.T) {
	one, four := two(), two()
	var norms [2]float64
	for i, params := range [][]*Parameter{one, four} {
		gradients(params, 1)
		s, err := NewSAM(params, 0.5, true)
		if err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			s.Pool = lane.NewPool(4)
		}
		if norms[i], err = s.Ascend(); err != nil {
			t.Fatal(err)
		}
	}
	if norms[0] != norms[1] || !same(one, four) {
		t.Error("one worker and four differ")
	}
	if v := one[1].Value[7]; v != float64(float32(v)) {
		t.Errorf("%.20g is not a single-precision number", v)
	}
}

func TestAscentRefuses(t *testing.T) {
	for _, rho := range []float64{-0.1, math.NaN(), math.Inf(1)} {
		if _, err := NewSAM(two(), rho, false); err == nil || !strings.Contains(err.Error(), "Rho") {
			t.Errorf("rho %g: %v", rho, err)
		}
	}
	params := two()
	before := slices.Clone(params[0].Value)
	s, err := NewSAM(params, 0.3, false)
	if err != nil {
		t.Fatal(err)
	}
	if s.Restore() == nil {
		t.Error("Restore before Ascend passed")
	}
	params[1].Grad[17] = math.NaN()
	if _, err := s.Ascend(); err == nil || !strings.Contains(err.Error(), "number 17 of parameter b") {
		t.Errorf("a gradient that is not a number: %v", err)
	}
	params[1].Grad[17] = 1e200
	if _, err := s.Ascend(); err == nil || !strings.Contains(err.Error(), "overflow") {
		t.Errorf("gradients that overflow: %v", err)
	}
	if !slices.Equal(params[0].Value, before) {
		t.Error("a failed ascent moved the values")
	}
	s.Rho, params[1].Grad[17] = -1, 0
	if _, err := s.Ascend(); err == nil {
		t.Error("rho set to -1 later passed")
	}
	s.Rho = 1
	if _, err := s.Ascend(); err != nil {
		t.Error(err)
	}
	if _, err := s.Ascend(); err == nil || !strings.Contains(err.Error(), "Restore") {
		t.Errorf("a second ascent: %v", err)
	}
}

func TestNoGradientNoAscent(t *testing.T) {
	params := two()
	s, err := NewSAM(params, 0.3, false)
	if err != nil {
		t.Fatal(err)
	}
	before := slices.Clone(params[0].Value)
	if norm, err := s.Ascend(); err != nil || norm != 0 || !slices.Equal(params[0].Value, before) {
		t.Errorf("norm %g, %v; expected 0 and unmoved values", norm, err)
	}
}
