package nn

import (
	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

// Layer is one step of a [Net]. Another package may bring its own: a bank of
// rings, a mesh.
//
// Lanes beyond the last sample hold anything on the way forward and must be zero
// in gradients, so that sums over samples need not tell lanes apart. Of images,
// the row behind each channel is never read.
type Layer[T lane.Float] interface {
	// Bind fits the layer to the shape of its input and returns that of its
	// output. It is called once, by [New], and fails if the layer's own fields
	// or the input are unfit.
	Bind(in Shape) (Shape, error)
	// Forward computes y from x. Both belong to the net and hold what was
	// computed until Backward.
	Forward(p *Pass, y, x *lane.Batch[T])
	// Backward pulls the gradient gy of y back to gx (nil: not needed) and adds
	// the gradient of the parameters to theirs. It may destroy gy.
	Backward(p *Pass, gx, gy, y, x *lane.Batch[T])
}

// Trainable is a layer with parameters.
type Trainable interface {
	Parameters() []*optim.Parameter
	// Initialise draws the parameters as functions of the seed and their names.
	Initialise(seed uint64)
	// Update makes changed values of the parameters take effect.
	Update(pool *lane.Pool)
}

// Buffered is a layer with numbers that training moves but no gradient does, such
// as running statistics: they belong into a checkpoint.
type Buffered interface {
	Buffers() []*optim.Parameter
}

// Mode says what a pass is for.
type Mode int

const (
	// Evaluate drops nothing out and normalises with running statistics.
	Evaluate Mode = iota
	// Train drops out, normalises with the statistics of the batch and moves the
	// running ones.
	Train
	// EvaluateBatch drops nothing out and normalises with the statistics of the
	// batch, moving nothing: a network left in training mode while it is tested.
	EvaluateBatch
)

// Pass is what layers know of the pass under way.
type Pass struct {
	Pool *lane.Pool
	Mode Mode
	// Seed and Step are the keys of random numbers, with the layer's name and the
	// number of the sample in the batch.
	Seed, Step uint64
	// Fresh says that gradients of parameters count as zero, whatever stands there,
	// when Backward begins: they need not be cleared.
	Fresh bool
	// Adam, if not nil, is the optimiser that will follow this pass with learning
	// rate Rate. A layer may take its step for a parameter in Backward, if Fresh; the
	// gradient of that parameter is then unspecified.
	Adam *optim.Adam
	Rate float64
}

// Begin makes s the stream of random numbers of one sample of the batch: a
// function of the seed, the purpose (at most 110 bytes, the layer's name in it),
// the step and the number of the sample, below 2^24.
func (p *Pass) Begin(s *lane.Stream, purpose []byte, sample int) {
	s.Begin(p.Seed, purpose, p.Step<<24|uint64(sample))
}

// outputFree marks layers whose Backward does not look at their output, which a
// following layer may therefore overwrite.
type outputFree interface{ outputFree() }

// inPlace is a layer that can work on its input's own memory, where the layer
// before is outputFree; y is then x, and gx is gy.
type inPlace interface{ takePlace() }

// overwriter is a layer that saves memory if it may destroy its input, which it
// may where the layer before is outputFree.
type overwriter interface{ overwrite() }

// beginner is a trainable layer that itself heeds Fresh of a pass. The gradients of
// others are cleared for it.
type beginner interface{ begins() }
