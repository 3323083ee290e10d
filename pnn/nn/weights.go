package nn

import (
	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

// Tuning is the law by which the controls of a device (currents, voltages) set
// its weights. A layer that has one trains the controls. Slices may be any run of
// a layer's weights, of which first is the number of the first, so that each may
// follow a curve of its own.
type Tuning interface {
	// Weights computes the weights w at controls x and the slopes dw/dx.
	Weights(w, slope, x []float64, first int)
	// Controls computes controls x that give the weights w as well as the device
	// can.
	Controls(x, w []float64, first int)
}

// weights is what layers with a weight and a bias have in common: the parameters,
// the matrix that multiplies inputs and the one that pulls gradients back.
type weights[T lane.Float] struct {
	weight, bias *optim.Parameter // bias may be nil
	tuning       Tuning
	outputs      int
	perOutput    int // weights of one output

	forward, adjoint matrix[T]
	biases           []T       // in single precision, a whole number of panels
	value, slope     []float64 // weights and slopes of a tuning; value is the weight's own without
	packAdjoint      func(item, worker int)
	stale            bool // the adjoint matrix is not that of the weights
	packed           bool // the forward matrix is, before Update

	updating func(item, worker int)
}

// setup makes the parameters; matrices must be there.
func (w *weights[T]) setup(name string, biased bool, tuning Tuning, shape ...int) {
	w.weight = newParameter[T](name+".weight", shape...)
	w.outputs, w.tuning = shape[0], tuning
	w.perOutput = len(w.weight.Value) / w.outputs
	w.value, w.slope, w.bias, w.biases = w.weight.Value, nil, nil, nil
	if tuning != nil {
		w.weight.Single = false
		w.value, w.slope = make([]float64, len(w.value)), make([]float64, len(w.value))
	}
	if biased {
		w.bias = newParameter[T](name+".bias", w.outputs)
		w.biases = make([]T, (w.outputs+panel-1)/panel*panel)
	}
	w.updating, w.packed = w.updatePart, false
}

// Parameters returns the weight, or the controls that set it, and the bias if
// there is one.
func (w *weights[T]) Parameters() []*optim.Parameter {
	if w.bias == nil {
		return []*optim.Parameter{w.weight}
	}
	return []*optim.Parameter{w.weight, w.bias}
}

func (w *weights[T]) initialise(seed uint64, weight, bias Initialiser, fanIn, fanOut int) {
	fill(w.weight, seed, weight, fanIn, fanOut)
	if w.tuning != nil {
		copy(w.value, w.weight.Value)
		w.tuning.Controls(w.weight.Value, w.value, 0)
	}
	if w.bias != nil {
		fill(w.bias, seed, bias, fanIn, fanOut)
	}
}

// Update makes changed values of the parameters take effect.
func (w *weights[T]) Update(pool *lane.Pool) {
	if !w.packed {
		pool.For(len(w.forward.parts), w.updating)
	}
	w.packed, w.stale = false, true
	if w.bias != nil {
		for i, v := range w.bias.Value {
			w.biases[i] = T(v)
		}
	}
}

// updatePart packs one part of the matrix.
func (w *weights[T]) updatePart(part, _ int) {
	if w.tuning != nil {
		lo := part * partRows * w.perOutput
		hi := min(lo+partRows*w.perOutput, len(w.value))
		w.tuning.Weights(w.value[lo:hi], w.slope[lo:hi], w.weight.Value[lo:hi], lo)
	}
	w.forward.pack(part, w.value, w.perOutput, 1)
}

// fresh packs the adjoint matrix if it is stale: nets whose input gradient nobody
// wants never need that of the first layer.
func (w *weights[T]) fresh(pool *lane.Pool) {
	if w.stale {
		pool.For(len(w.adjoint.parts), w.packAdjoint)
		w.stale = false
	}
}

// add adds the gradient g of weight i to that of what sets it.
func (w *weights[T]) add(i int, g float64) {
	if w.slope != nil {
		g = float64(g * w.slope[i])
	}
	w.weight.Grad[i] += g
}
