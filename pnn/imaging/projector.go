package imaging

import (
	"fmt"

	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
)

// Encoding is how signed weights are shown.
type Encoding int

const (
	// Signed shows weights as they are, as the authors' model does; margins, and
	// what lies outside of a picture, are zero.
	Signed Encoding = iota
	// Offset shows the brightness u = (w+1)/2 of weights in [-1, 1], all that an
	// intensity modulator can; products are recovered as 2 sum u x - sum x. What
	// is dark then counts as -1.
	Offset
)

// Projector is the weights of a layer as its inputs meet them through a
// misalignment. It serves one goroutine.
type Projector struct {
	layout   Layout
	encoding Encoding
	warp     *diffract.Warp[float64]
	aligned  bool
	shown    *diffract.Frames[float64] // the pictures on the modulator
	met      *diffract.Frames[float64] // as the inputs see them
}

// NewProjector returns a projector that is perfectly aligned.
func NewProjector(l Layout, e Encoding, how diffract.Resampling) (*Projector, error) {
	if err := l.Check(); err != nil {
		return nil, err
	}
	if e != Signed && e != Offset {
		return nil, fmt.Errorf("imaging: unknown encoding %d, expected Signed or Offset", int(e))
	}
	p := &Projector{layout: l, encoding: e, aligned: true}
	var err error
	if p.warp, err = diffract.NewWarp[float64](l.Rows(), l.Cols(), diffract.Affine{}, how); err != nil {
		return nil, err
	}
	if p.shown, err = diffract.NewFrames[float64](l.Pictures(), l.Rows(), l.Cols()); err != nil {
		return nil, err
	}
	p.met, err = diffract.NewFrames[float64](l.Pictures(), l.Rows(), l.Cols())
	return p, err
}

// Set changes the misalignment; rotation and scale are about the middle of each
// picture, shifts are in its pixels.
func (p *Projector) Set(a diffract.Affine) error {
	if a == p.warp.Affine() {
		return nil
	}
	if err := p.warp.Set(a); err != nil {
		return err
	}
	p.aligned = a == diffract.Affine{} || a == diffract.Affine{Scale: 1}
	return nil
}

// Affine returns the misalignment.
func (p *Projector) Affine() diffract.Affine { return p.warp.Affine() }

// Forward computes the weights met for the weights w that are shown, both by
// output and input.
func (p *Projector) Forward(pool *lane.Pool, met, w []float64) error {
	if err := p.check(met, w); err != nil {
		return err
	}
	if p.aligned {
		copy(met, w)
		return nil
	}
	l, repeat := p.layout, p.layout.repeat()
	// Everything else of the pictures is zero since they were made.
	l.each(func(weight, pixel int) {
		for c, v := range w[weight:][:l.ImageCols] {
			if p.encoding == Offset {
				v = (v + 1) / 2
			}
			for k := range repeat {
				p.shown.Data[pixel+c*repeat+k] = v
			}
		}
	})
	if err := p.warp.ForwardFrames(pool, p.met, p.shown); err != nil {
		return err
	}
	l.each(func(weight, pixel int) {
		to := met[weight:][:l.ImageCols]
		for c := range to {
			v := p.met.Data[pixel+c*repeat]
			if p.encoding == Offset {
				v = float64(2*v) - 1
			}
			to[c] = v
		}
	})
	return nil
}

// Backward adds to g the gradient of the weights shown for the gradient gMet of
// those met.
func (p *Projector) Backward(pool *lane.Pool, g, gMet []float64) error {
	if err := p.check(g, gMet); err != nil {
		return err
	}
	if p.aligned {
		for i, v := range gMet {
			g[i] += v
		}
		return nil
	}
	// The halves of an offset and the doubling of what is read cancel.
	l, repeat := p.layout, p.layout.repeat()
	clear(p.met.Data)
	l.each(func(weight, pixel int) {
		for c, v := range gMet[weight:][:l.ImageCols] {
			p.met.Data[pixel+c*repeat] = v
		}
	})
	// The pictures shown give their memory and get their dark margins back.
	if err := p.warp.BackwardFrames(pool, p.shown, p.met); err != nil {
		return err
	}
	l.each(func(weight, pixel int) {
		to := g[weight:][:l.ImageCols]
		for c := range to {
			var sum float64
			for k := range repeat {
				sum += p.shown.Data[pixel+c*repeat+k]
			}
			to[c] += sum
		}
	})
	clear(p.shown.Data)
	return nil
}

func (p *Projector) check(a, b []float64) error {
	if n := p.layout.Weights(); len(a) != n || len(b) != n {
		return fmt.Errorf("imaging: slices of %d and %d weights, expected %d for %d outputs of %d inputs", len(a), len(b), n, p.layout.Outputs, p.layout.Inputs())
	}
	return nil
}
