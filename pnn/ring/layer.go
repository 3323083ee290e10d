package ring

import (
	"fmt"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
)

// Domain says what the parameters of a bank are.
type Domain int

const (
	// Weights are wanted weights; controls are what ought to give them.
	Weights Domain = iota
	// Controls are the controls themselves.
	Controls
)

// Dense is a fully connected layer whose weights are a bank of rings: as nn.Dense,
// with the parameter Name.weight holding wanted weights or controls. In the weight
// domain gradients are those of undisturbed rings for the weights as they came out
// (the straight-through estimate that physics-aware training uses), which is exact
// without drift, errors and crosstalk; in the domain of controls they are exact.
type Dense[T lane.Float] struct {
	Name   string
	Out    int
	Bias   bool
	Bank   *Bank
	Domain Domain
	// Noise is the standard deviation of a detector's reading sum u x, in the
	// unit of the inputs; twice as much reaches the output (see [Signed]).
	Noise float64

	InitWeight, InitBias nn.Initialiser // nil: nn.Default

	inner    nn.Dense[T]
	setting  *optim.Parameter // wanted weights or controls
	weights  *optim.Parameter // the inner layer's
	controls []float64
	purpose  []byte
	pass     *nn.Pass
	y        *lane.Batch[T]
	disturb  func(item, worker int)
}

// Bind implements nn.Layer.
func (d *Dense[T]) Bind(in nn.Shape) (nn.Shape, error) {
	if d.Bank == nil {
		return in, fmt.Errorf("ring.Dense %s without a Bank", d.Name)
	}
	if !(d.Noise >= 0) || d.Domain < Weights || d.Domain > Controls {
		return in, fmt.Errorf("ring.Dense %s with noise %g and domain %d, expected at least 0, and Weights or Controls", d.Name, d.Noise, int(d.Domain))
	}
	if len(d.Name) > 80 {
		return in, fmt.Errorf("ring.Dense %s: a name of %d bytes, expected at most 80", d.Name, len(d.Name))
	}
	d.inner = nn.Dense[T]{Name: d.Name, Out: d.Out, Bias: d.Bias, InitWeight: d.InitWeight, InitBias: d.InitBias}
	out, err := d.inner.Bind(in)
	if err != nil {
		return in, err
	}
	d.weights = d.inner.Parameters()[0]
	n := len(d.weights.Value)
	if err := d.Bank.Check(n); err != nil {
		return in, fmt.Errorf("ring.Dense %s: %w", d.Name, err)
	}
	d.setting = optim.NewParameter(d.weights.Name, "", d.weights.Shape...)
	d.controls = make([]float64, n)
	d.purpose = []byte("readout noise of " + d.Name)
	d.disturb = d.disturbBlock
	return out, nil
}

// Parameters implements nn.Trainable.
func (d *Dense[T]) Parameters() []*optim.Parameter {
	return append([]*optim.Parameter{d.setting}, d.inner.Parameters()[1:]...)
}

// Initialise implements nn.Trainable.
func (d *Dense[T]) Initialise(seed uint64) {
	d.inner.Initialise(seed)
	copy(d.setting.Value, d.weights.Value)
	if d.Domain == Controls {
		d.Bank.Controls(d.setting.Value, d.weights.Value, 0)
	}
}

// Update implements nn.Trainable.
func (d *Dense[T]) Update(pool *lane.Pool) {
	copy(d.controls, d.setting.Value)
	if d.Domain == Weights {
		d.Bank.Controls(d.controls, d.setting.Value, 0)
	}
	d.Bank.Forward(d.weights.Value, d.controls)
	d.inner.Update(pool)
}

// CheckControls reports the first control that its heater cannot take, as of the
// last Update.
func (d *Dense[T]) CheckControls() error {
	if err := d.Bank.CheckControls(d.controls); err != nil {
		return fmt.Errorf("%s: %w", d.setting.Name, err)
	}
	return nil
}

// Effective is the weights that the bank has had since the last Update.
func (d *Dense[T]) Effective() []float64 { return d.weights.Value }

// Forward implements nn.Layer.
func (d *Dense[T]) Forward(p *nn.Pass, y, x *lane.Batch[T]) {
	d.inner.Forward(p, y, x)
	if d.Noise > 0 {
		d.pass, d.y = p, y
		p.Pool.For(y.Blocks(), d.disturb)
	}
}

// disturbBlock adds noise to one block: a function of the pass and of the sample.
func (d *Dense[T]) disturbBlock(blk, _ int) {
	y := d.y.Block(blk, blk+1)
	var s lane.Stream
	for l := range min(lane.Width, d.y.Samples-blk*lane.Width) {
		d.pass.Begin(&s, d.purpose, blk*lane.Width+l)
		for r := range d.Out {
			y[r*lane.Width+l] += T(Signed(float64(d.Noise*s.Normal()), 0))
		}
	}
}

// Backward implements nn.Layer.
func (d *Dense[T]) Backward(p *nn.Pass, gx, gy, y, x *lane.Batch[T]) {
	clear(d.weights.Grad)
	d.inner.Backward(p, gx, gy, y, x)
	if d.Domain == Weights {
		for i, g := range d.weights.Grad {
			d.setting.Grad[i] += g
		}
		return
	}
	d.Bank.Backward(d.setting.Grad, d.weights.Grad, d.controls)
}
