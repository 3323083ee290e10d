package optim

import (
	"math"
	"slices"

	"lightfast/pnn/lane"
)

// Adam is the optimiser of Kingma and Ba (ICLR 2015) with bias correction and
// without weight decay:
//
//	m <- b1 m + (1-b1) g,   v <- b2 v + (1-b2) g^2
//	p <- p - lr (m / (1-b1^t)) / (sqrt(v / (1-b2^t)) + eps)
//
// The zero values of Beta1, Beta2 and Eps stand for 0.9, 0.999 and 1e-8.
type Adam struct {
	Beta1, Beta2, Eps float64

	// Pool, if not nil, shares the numbers out among its workers.
	Pool *lane.Pool

	params []*Parameter
	m, v   [][]float64
	steps  int

	spans      []span
	body       func(item, worker int)
	first      int     // of the step under way: parameters before it stay
	lr, c1, c2 float64 // and its rate and corrections of the bias
	learnt     []bool  // by parameter: updated before Step
}

// span is a part of a parameter that one work item updates.
type span struct{ param, lo, hi int }

const spanLength = 2048

// NewAdam returns an Adam for params with the usual constants.
func NewAdam(params []*Parameter) *Adam {
	a := &Adam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, params: params}
	a.body = a.update
	for i, p := range params {
		for lo := 0; lo < len(p.Value); lo += spanLength {
			a.spans = append(a.spans, span{i, lo, min(lo+spanLength, len(p.Value))})
		}
		a.m = append(a.m, make([]float64, len(p.Value)))
		a.v = append(a.v, make([]float64, len(p.Value)))
	}
	a.learnt = make([]bool, len(params))
	return a
}

// Step updates the parameters from their gradients with learning rate lr.
func (a *Adam) Step(lr float64) { a.StepFrom(0, lr) }

// StepFrom updates the parameters from number first on and leaves those before
// it, and their moments, as they are.
func (a *Adam) StepFrom(first int, lr float64) {
	a.prepare(lr)
	a.steps++
	a.first = first
	if slices.Contains(a.learnt[min(first, len(a.learnt)):], false) {
		a.Pool.For(len(a.spans), a.body)
	}
	clear(a.learnt)
}

// prepare computes what the next step needs.
func (a *Adam) prepare(lr float64) {
	a.lr = lr
	a.c1 = 1 - power(a.Beta1, a.steps+1)
	a.c2 = math.Sqrt(1 - power(a.Beta2, a.steps+1))
}

// Learn hands out the next step, with learning rate lr, for one parameter: whoever
// asks takes it as soon as the gradient is known, and the next call of Step or
// StepFrom, with the same rate, leaves that parameter as it is. ok is false if p is
// none of the optimiser's.
func (a *Adam) Learn(l *lane.Learning, p *Parameter, lr float64) (ok bool) {
	i := slices.Index(a.params, p)
	if i < 0 {
		return false
	}
	a.prepare(lr)
	*l = lane.Learning{AdamStep: a.step(p), Value: p.Value, M: a.m[i], V: a.v[i]}
	a.learnt[i] = true
	return true
}

func (a *Adam) step(p *Parameter) lane.AdamStep {
	return lane.AdamStep{Beta1: a.Beta1, Beta2: a.Beta2, Eps: a.Eps, Rate: a.lr, Bias1: a.c1, Bias2: a.c2, Single: p.Single}
}

// update takes the step for one span.
func (a *Adam) update(item, _ int) {
	s := a.spans[item]
	if s.param < a.first || a.learnt[s.param] {
		return
	}
	p := a.params[s.param]
	a.step(p).Apply(p.Value[s.lo:s.hi], a.m[s.param][s.lo:s.hi], a.v[s.param][s.lo:s.hi], p.Grad[s.lo:s.hi])
}

// power is x^n by repeated multiplication of squares: the same on every machine.
func power(x float64, n int) float64 {
	r := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			r *= x
		}
		x *= x
	}
	return r
}

// State is what must be kept to go on later with the same bits: the moments of
// each parameter, named name.m and name.v, and the number of steps.
func (a *Adam) State() (steps int, moments []*Parameter) {
	for i, p := range a.params {
		moments = append(moments,
			&Parameter{Name: p.Name + ".m", Shape: p.Shape, Value: a.m[i]},
			&Parameter{Name: p.Name + ".v", Shape: p.Shape, Value: a.v[i]})
	}
	return a.steps, moments
}

// SetSteps continues the count of steps of a restored optimiser; the moments
// are restored by writing into the values that [Adam.State] returns.
func (a *Adam) SetSteps(n int) { a.steps = n }
