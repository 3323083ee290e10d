package imaging

import (
	"fmt"

	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
)

// Dense is a fully connected layer whose weights stand on a modulator: as nn.Dense
// with as many outputs as the layout has, but its inputs meet the weights through
// a misalignment. Name.weight holds those that are shown, to which gradients go.
type Dense[T lane.Float] struct {
	Name       string
	Layout     Layout
	Bias       bool
	Encoding   Encoding
	Resampling diffract.Resampling // zero: Bilinear; the authors' is Nearest

	InitWeight, InitBias nn.Initialiser // nil: nn.Default

	inner     nn.Dense[T]
	projector *Projector
	shown     *optim.Parameter
	met       *optim.Parameter // the inner layer's
}

// Bind implements nn.Layer.
func (d *Dense[T]) Bind(in nn.Shape) (nn.Shape, error) {
	var err error
	if d.projector, err = NewProjector(d.Layout, d.Encoding, d.Resampling); err != nil {
		return in, fmt.Errorf("imaging.Dense %s: %w", d.Name, err)
	}
	d.inner = nn.Dense[T]{Name: d.Name, Out: d.Layout.Outputs, Bias: d.Bias, InitWeight: d.InitWeight, InitBias: d.InitBias}
	out, err := d.inner.Bind(in)
	if err != nil {
		return in, err
	}
	if in.Channels != d.Layout.Inputs() {
		return in, fmt.Errorf("imaging.Dense %s: images of %d x %d weights for %d inputs, expected as many weights as inputs", d.Name, d.Layout.ImageRows, d.Layout.ImageCols, in.Channels)
	}
	d.met = d.inner.Parameters()[0]
	d.shown = optim.NewParameter(d.met.Name, "", d.met.Shape...)
	d.shown.Single = d.met.Single
	return out, nil
}

// Misalign changes how the inputs lie on the weights; the next Update makes it take
// effect.
func (d *Dense[T]) Misalign(a diffract.Affine) error {
	if d.projector == nil {
		return fmt.Errorf("imaging.Dense %s is not part of a network yet; make one with nn.New before it is misaligned", d.Name)
	}
	return d.projector.Set(a)
}

// Parameters implements nn.Trainable.
func (d *Dense[T]) Parameters() []*optim.Parameter {
	return append([]*optim.Parameter{d.shown}, d.inner.Parameters()[1:]...)
}

// Initialise implements nn.Trainable.
func (d *Dense[T]) Initialise(seed uint64) {
	d.inner.Initialise(seed)
	copy(d.shown.Value, d.met.Value)
}

// Met is the weights that the inputs have met since the last Update.
func (d *Dense[T]) Met() []float64 { return d.met.Value }

// Update implements nn.Trainable.
func (d *Dense[T]) Update(pool *lane.Pool) {
	must(d.projector.Forward(pool, d.met.Value, d.shown.Value))
	d.inner.Update(pool)
}

// Forward implements nn.Layer.
func (d *Dense[T]) Forward(p *nn.Pass, y, x *lane.Batch[T]) { d.inner.Forward(p, y, x) }

// Backward implements nn.Layer.
func (d *Dense[T]) Backward(p *nn.Pass, gx, gy, y, x *lane.Batch[T]) {
	clear(d.met.Grad)
	d.inner.Backward(p, gx, gy, y, x)
	must(d.projector.Backward(p.Pool, d.shown.Grad, d.met.Grad))
}

// must passes on errors that Bind has ruled out.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
