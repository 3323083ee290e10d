package train

import (
	"context"

	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

// Weighted is what [Light] knows of a network: weights, which a device of real
// amplitudes multiplies light with, a stage behind the other.
type Weighted interface {
	// Parameters are the weights of all stages.
	Parameters() []*optim.Parameter
	// Score computes the loss of measured outputs and writes its gradient to g.
	Score(g, out *lane.Batch[float32], labels []uint8) (loss float64, correct int)
	// Correlate adds to the gradient of a stage's weights the products of errors
	// behind them and amplitudes before them, summed over the samples:
	//
	//	dL/dW[o,i] += sum over samples of errors[o] amplitudes[i]
	Correlate(stage int, errors, amplitudes *lane.Batch[float32])
}

// Light is optical backpropagation (Guo et al., Photon. Res. 9, B71 (2021)):
// a device sends a batch forward, the error at its output is sent back through
// the same weights, past the absorbers a probe sees, and weights are changed by
// products of what was measured before and behind them. Nothing of the network is
// computed. A Light serves one session.
type Light struct {
	stages             int
	values             [][]float64 // of the weights, as the device is set to them
	g                  *lane.Batch[float32]
	amplitudes, errors device.Amplitudes
}

// NewLight trains networks of so many stages of weights.
func NewLight(stages int) *Light { return &Light{stages: stages} }

// Name is the name of the method as figures show it.
func (*Light) Name() string { return "optical backpropagation" }

// Needs is what the method needs of a device: amplitudes behind every stage but the
// last, and light in reverse. A device that has it is a [device.Reversible].
func (l *Light) Needs() (measures bool, need device.Capabilities) {
	need = device.Capabilities{Phase: true, Reversed: true}
	for i := range l.stages - 1 {
		need.States = append(need.States, i)
	}
	return true, need
}

// Gradient leaves the gradient of a batch in the weights: errors go back past
// shutters that are as they were on the way forward.
func (l *Light) Gradient(ctx context.Context, dev device.Reversible, n Weighted, b Batch) (Loss, error) {
	weights := n.Parameters()
	l.values = l.values[:0]
	for _, p := range weights {
		l.values = append(l.values, p.Value)
	}
	if err := dev.Set(ctx, l.values); err != nil {
		return Loss{}, err
	}
	optim.ZeroGrad(weights)
	if err := dev.Forward(ctx, b.Fields, device.Exposure{Shot: b.Shot, Shutters: true}, &l.amplitudes); err != nil {
		return Loss{}, err
	}
	out := l.amplitudes.Out
	last := out[len(out)-1]
	if l.g == nil {
		l.g = lane.NewBatch[float32](0, last.Rows)
	}
	var loss Loss
	loss.Task, loss.Correct = n.Score(l.g, last, b.Labels)
	if err := dev.Reverse(ctx, l.g, &l.errors); err != nil {
		return Loss{}, err
	}
	for i := range out {
		n.Correlate(i, l.errors.Out[i], l.amplitudes.In[i])
	}
	return loss, nil
}

// Forward measures, nothing shut, what leaves the weights of all stages of a device
// that is set; it is valid until the next measurement.
func (l *Light) Forward(ctx context.Context, dev device.Reversible, b Batch) ([]*lane.Batch[float32], error) {
	err := dev.Forward(ctx, b.Fields, device.Exposure{Shot: b.Shot}, &l.amplitudes)
	return l.amplitudes.Out, err
}
