package optim

import "math"

// Adam is the optimiser of Kingma and Ba (ICLR 2015) with bias correction and
// without weight decay:
//
//	m <- b1 m + (1-b1) g,   v <- b2 v + (1-b2) g^2
//	p <- p - lr (m / (1-b1^t)) / (sqrt(v / (1-b2^t)) + eps)
//
// The zero values of Beta1, Beta2 and Eps stand for 0.9, 0.999 and 1e-8.
type Adam struct {
	Beta1, Beta2, Eps float64

	params []*Parameter
	m, v   [][]float64
	steps  int
}

// NewAdam returns an Adam for params with the usual constants.
func NewAdam(params []*Parameter) *Adam {
	a := &Adam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, params: params}
	for _, p := range params {
		a.m = append(a.m, make([]float64, len(p.Value)))
		a.v = append(a.v, make([]float64, len(p.Value)))
	}
	return a
}

// Step updates the parameters from their gradients with learning rate lr.
func (a *Adam) Step(lr float64) { a.StepFrom(0, lr) }

// StepFrom updates the parameters from number first on and leaves those before
// it, and their moments, as they are.
func (a *Adam) StepFrom(first int, lr float64) {
	a.steps++
	c1 := 1 - power(a.Beta1, a.steps)
	c2 := math.Sqrt(1 - power(a.Beta2, a.steps))
	for i := first; i < len(a.params); i++ {
		p, m, v := a.params[i], a.m[i], a.v[i]
		for j, g := range p.Grad {
			m[j] = float64(a.Beta1*m[j]) + float64((1-a.Beta1)*g)
			v[j] = float64(a.Beta2*v[j]) + float64(float64((1-a.Beta2)*g)*g)
			p.Value[j] -= float64(lr*(m[j]/c1)) / (math.Sqrt(v[j])/c2 + a.Eps)
		}
		p.Round()
	}
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
