package train

import (
	"context"
	"slices"

	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/model"
)

// Method is a way of training.
type Method interface {
	// Name is the name of the method as figures show it.
	Name() string
	// Needs says whether the method measures a device at all and what it needs
	// of it beyond the output intensities to train a network.
	Needs(m *model.Network[float32]) (measures bool, need device.Capabilities)
	// Step trains on one batch and returns its losses.
	Step(ctx context.Context, s *Session, b Batch) (Loss, error)
	// Corrects tells whether the model adds predicted errors in this epoch.
	Corrects(epoch int) bool
}

// Descending is a method whose step is one gradient and one step down it; others
// can be built around it, such as [Sharp] and [Noisy].
type Descending interface {
	Method
	// Gradient leaves the gradient of a batch at the present values in the
	// parameters of the elements.
	Gradient(ctx context.Context, s *Session, b Batch) (Loss, error)
}

// Batch is what one step trains on.
type Batch struct {
	Fields *lane.Batch[float32] // encoded inputs
	Labels []uint8
	Shot   uint64 // number of the step since the start of the session
}

// Loss is the mean loss of a batch: of the task, and of the similarity of model
// and device where a method has one. Correct counts the right predictions, by
// the device where it is measured.
type Loss struct {
	Task, Similarity float64
	Correct          int
}

// coherent tells whether measured states of a network need their phases, if the
// light that enters the next stages is to be computed from them.
func coherent(m *model.Network[float32], states []int) bool {
	return slices.ContainsFunc(states, func(i int) bool { return i >= 0 && i < len(m.Stages)-1 && m.Coherent(i) })
}
