package hybrid

import (
	"fmt"

	"lightfast/pnn/diffract"
	"lightfast/pnn/imaging"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
)

// FreeSpace is the network 784, fc1 to 144, sigmoid, fc2 to 10, whose weights stand
// on a modulator as pictures.
type FreeSpace[T lane.Float] struct {
	*nn.Net[T]
	FC1, FC2 *imaging.Dense[T]
}

// NewFreeSpace builds the network, perfectly aligned. The authors have signed
// weights and the nearest pixel.
func NewFreeSpace[T lane.Float](e imaging.Encoding, how diffract.Resampling) (*FreeSpace[T], error) {
	first, second := imaging.FreeSpace()
	f := &FreeSpace[T]{
		FC1: &imaging.Dense[T]{Name: "fc1", Layout: first, Bias: true, Encoding: e, Resampling: how},
		FC2: &imaging.Dense[T]{Name: "fc2", Layout: second, Bias: true, Encoding: e, Resampling: how},
	}
	var err error
	f.Net, err = nn.New(nn.Vector(784), nn.Layer[T](f.FC1), nn.Sigmoid[T](), f.FC2)
	return f, err
}

// Misalign turns and shifts the inputs of the first layer against its weights and
// enlarges those of both layers, as in the authors' simulations; the next Update
// makes it take effect.
func (f *FreeSpace[T]) Misalign(a diffract.Affine) error {
	if err := f.FC1.Misalign(a); err != nil {
		return fmt.Errorf("hybrid: %w", err)
	}
	return f.FC2.Misalign(diffract.Affine{Scale: a.Scale})
}
