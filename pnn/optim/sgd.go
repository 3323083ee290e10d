package optim

import "lightfast/pnn/lane"

// SGD is stochastic gradient descent with momentum, without dampening or weight
// decay, as PyTorch has it:
//
//	v <- momentum v + g,   p <- p - lr v
//
// each operation rounded, v being zero before the first step. Momentum may be
// changed between steps; 0 is plain gradient descent.
type SGD struct {
	Momentum float64

	// Pool, if not nil, shares the numbers out among its workers.
	Pool *lane.Pool

	params []*Parameter
	v      [][]float64
	steps  int

	spans []span
	body  func(item, worker int)
	first int     // of the step under way: parameters before it stay
	lr    float64 // and its rate
}

// NewSGD returns an SGD for params.
func NewSGD(params []*Parameter, momentum float64) *SGD {
	s := &SGD{Momentum: momentum, params: params, spans: spansOf(params)}
	s.body = s.update
	for _, p := range params {
		s.v = append(s.v, make([]float64, len(p.Value)))
	}
	return s
}

// Step implements [Optimiser].
func (s *SGD) Step(lr float64) { s.StepFrom(0, lr) }

// StepFrom implements [Optimiser].
func (s *SGD) StepFrom(first int, lr float64) {
	s.steps++
	s.first, s.lr = first, lr
	s.Pool.For(len(s.spans), s.body)
}

// update takes the step for one span.
func (s *SGD) update(item, _ int) {
	part := s.spans[item]
	if part.param < s.first {
		return
	}
	p := s.params[part.param]
	value, g, v := p.Value[part.lo:part.hi], p.Grad[part.lo:part.hi], s.v[part.param][part.lo:part.hi]
	for i, x := range value {
		v[i] = float64(s.Momentum*v[i]) + g[i]
		x -= float64(s.lr * v[i])
		if p.Single {
			x = float64(float32(x))
		}
		value[i] = x
	}
}

// State implements [Optimiser]: velocities are named name.v.
func (s *SGD) State() (steps int, velocities []*Parameter) {
	for i, p := range s.params {
		velocities = append(velocities, &Parameter{Name: p.Name + ".v", Shape: p.Shape, Value: s.v[i]})
	}
	return s.steps, velocities
}

// SetSteps implements [Optimiser].
func (s *SGD) SetSteps(n int) { s.steps = n }
