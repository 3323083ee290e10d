// Package optim holds trainable parameters and the rules that update them.
//
//	parameter.go  a named array of numbers with its gradient
//	adam.go       Adam (Kingma and Ba 2015)
//	sgd.go        stochastic gradient descent with momentum
//	optimiser.go  what both are to a trainer
//	schedule.go   learning rates that are halved every so many epochs
//	decay.go      and that are multiplied by any factor
//	sam.go        the climb of sharpness-aware minimisation
//	trajectory.go sharpness-aware training almost for free
package optim

// Parameter is a named array of trainable numbers. Values and gradients are
// float64 whatever the precision of the arithmetic that uses them.
type Parameter struct {
	Name  string
	Shape []int
	Unit  string // "rad" for phases, empty for pure numbers
	Value []float64
	Grad  []float64
	// Single says that values are single-precision numbers: optimisers round
	// them to float32, so that they can be stored in half the space.
	Single bool
}

// NewParameter returns a parameter of zeros.
func NewParameter(name, unit string, shape ...int) *Parameter {
	n := 1
	for _, s := range shape {
		n *= s
	}
	return &Parameter{Name: name, Unit: unit, Shape: shape, Value: make([]float64, n), Grad: make([]float64, n)}
}

// ZeroGrad clears the gradients of all parameters.
func ZeroGrad(params []*Parameter) {
	for _, p := range params {
		clear(p.Grad)
	}
}

// Round rounds the values to single precision if the parameter asks for it.
func (p *Parameter) Round() {
	if !p.Single {
		return
	}
	for i, v := range p.Value {
		p.Value[i] = float64(float32(v))
	}
}
