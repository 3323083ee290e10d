package diffract

import (
	"fmt"
	"math"
	"sync"

	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

// Layers describes the optics of a [Block]: light passes a distance Lead, then
// modulators one after the other with a distance behind each.
type Layers struct {
	Grid     Grid
	Count    int     // modulators
	Lead     float64 // metres; 0: the first modulator is in the plane of the input
	Distance float64 // metres, from each modulator to the next and to the detector
	How      Propagation
	Law      Law
	Panel    Panel // of every modulator
}

// Misalignment is how a block that was built differs from its design. The zero
// value is a perfect one.
type Misalignment struct {
	// Affine maps the field in front of the detector to the field that it sees;
	// Resampling says how values between pixels are read.
	Affine     Affine
	Resampling Resampling
	// Z is added to the distance in front of the detector, in metres.
	Z float64
	// Phase holds errors of the pixels of each modulator in radians, row by row; nil:
	// none.
	Phase [][]float64
}

// aligned tells whether the detector sees the field as it is.
func (m *Misalignment) aligned() bool {
	return m.Affine == Affine{} || m.Affine == Affine{Scale: 1}
}

// Block is a stack of modulators and free space as a trainable linear element of
// a network: N = Rows*Cols complex numbers in, as many out, in lanes. It is the
// linear part of a block of a diffractive network (Lin et al., Science 361, 1004
// (2018); Zheng et al. 2023, Extended Data Fig. 1).
//
// Blocks of samples are independent of each other and may go forward and
// backward at the same time on several goroutines.
type Block[T lane.Float] struct {
	Layers     Layers
	Modulators []*Modulator[T]

	off  Misalignment
	in   []*fft.Images[T] // by layer: fields that enter the modulators
	grad []*fft.Images[T] // by layer: gradients behind them

	mu   sync.Mutex
	free []*setup[T]

	samples      int // of the Accumulating under way
	updating     [2]lane.Task
	accumulating [2]lane.Task
}

// setup is what one goroutine needs to propagate sixteen fields.
type setup[T lane.Float] struct {
	lead, hop, last *Propagator[T]
	warp            *Warp[T] // nil: aligned
	a, b            *fft.Images[T]
}

// NewBlock returns a block whose modulators have weights of zero. Parameters are
// called name.layer1, name.layer2, ...
func NewBlock[T lane.Float](name string, l Layers) (*Block[T], error) {
	if l.Count < 1 || l.Count > 1000 {
		return nil, fmt.Errorf("diffract: a block of %d modulators, expected 1 to 1000", l.Count)
	}
	if !(l.Lead >= 0) || !finite(l.Lead) {
		return nil, fmt.Errorf("diffract: Layers.Lead is %g m, expected a distance, or 0 for none", l.Lead)
	}
	b := &Block[T]{Layers: l}
	for i := range l.Count {
		m, err := NewModulator[T](fmt.Sprintf("%s.layer%d", name, i+1), l.Grid, l.Law, l.Panel)
		if err != nil {
			return nil, err
		}
		m.Weights.Single = true
		b.Modulators = append(b.Modulators, m)
		b.in, b.grad = append(b.in, nil), append(b.grad, nil)
	}
	pixels := l.Grid.Pixels()
	strips := (pixels + strip - 1) / strip
	each := func(f func(m *Modulator[T], lo, hi int)) lane.Task {
		return lane.Task{Items: l.Count * strips, Body: func(item, _ int) {
			lo := item % strips * strip
			f(b.Modulators[item/strips], lo, min(lo+strip, pixels))
		}}
	}
	b.updating = [2]lane.Task{
		each(func(m *Modulator[T], lo, hi int) { m.setPixels(0, lo, hi) }),
		each(func(m *Modulator[T], lo, hi int) { m.transmitPixels(0, lo, hi) }),
	}
	b.accumulating = [2]lane.Task{
		each(func(m *Modulator[T], lo, hi int) { m.sumPixels(0, lo, hi) }),
		each(func(m *Modulator[T], lo, hi int) { m.collectPixels(0, lo, hi) }),
	}
	w, err := b.take() // finds what is wrong with distances
	if err != nil {
		return nil, err
	}
	b.put(w)
	return b, nil
}

// Sampling tells how well the distances are carried: that behind a modulator and
// that in front of the first, if there is one.
func (b *Block[T]) Sampling() []Sampling {
	w := b.setup()
	defer b.put(w)
	s := []Sampling{w.last.Sampling()}
	if w.lead != nil {
		s = append(s, w.lead.Sampling())
	}
	return s
}

// Misalign builds the block anew with errors. It must not run at the same time
// as Forward or Backward.
func (b *Block[T]) Misalign(m Misalignment) error {
	if m.Phase != nil && len(m.Phase) != len(b.Modulators) {
		return fmt.Errorf("diffract: phase errors of %d modulators, expected %d", len(m.Phase), len(b.Modulators))
	}
	was, free := b.off, b.free
	b.off, b.free = m, nil
	w, err := b.take()
	if err != nil {
		b.off, b.free = was, free
		return err
	}
	for i, mod := range b.Modulators {
		p := b.Layers.Panel
		if m.Phase != nil {
			p.Errors = m.Phase[i]
		}
		if err := mod.SetPanel(p); err != nil {
			return err
		}
		mod.Update(nil)
	}
	b.put(w)
	return nil
}

// take returns a setup that nobody uses.
func (b *Block[T]) take() (*setup[T], error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.free); n > 0 {
		w := b.free[n-1]
		b.free = b.free[:n-1]
		return w, nil
	}
	return b.newSetup()
}

func (b *Block[T]) put(w *setup[T]) {
	b.mu.Lock()
	b.free = append(b.free, w)
	b.mu.Unlock()
}

// setup is take where distances are known to be good.
func (b *Block[T]) setup() *setup[T] {
	w, err := b.take()
	fits(err)
	return w
}

// fits stops where sizes do not fit, which they do once a block is made.
func fits(err error) {
	if err != nil {
		panic(err)
	}
}

func (b *Block[T]) newSetup() (w *setup[T], err error) {
	w = &setup[T]{}
	g := b.Layers.Grid
	if b.Layers.Lead > 0 {
		if w.lead, err = NewPropagator[T](g, g, b.Layers.Lead, b.Layers.How); err != nil {
			return nil, err
		}
	}
	if w.last, err = NewPropagator[T](g, g, b.Layers.Distance+b.off.Z, b.Layers.How); err != nil {
		return nil, err
	}
	w.hop = w.last
	if b.off.Z != 0 && b.Layers.Count > 1 {
		if w.hop, err = NewPropagator[T](g, g, b.Layers.Distance, b.Layers.How); err != nil {
			return nil, err
		}
	}
	if !b.off.aligned() {
		if w.warp, err = NewWarp[T](g.Rows, g.Cols, b.off.Affine, b.off.Resampling); err != nil {
			return nil, err
		}
	}
	if w.a, err = NewField[T](g, lane.Width); err != nil {
		return nil, err
	}
	w.b, err = NewField[T](g, lane.Width)
	return w, err
}

// Ports is the number of pixels.
func (b *Block[T]) Ports() int { return b.Layers.Grid.Pixels() }

// Parameters returns the weights of the modulators.
func (b *Block[T]) Parameters() (ps []*optim.Parameter) {
	for _, m := range b.Modulators {
		ps = append(ps, m.Weights)
	}
	return ps
}

// DrawNormal sets all weights to N(0, sigma^2), functions of the seed and the
// names of the parameters.
func (b *Block[T]) DrawNormal(seed uint64, sigma float64) {
	for _, m := range b.Modulators {
		m.DrawNormal(seed, sigma)
	}
}

// Reserve makes room for batches of so many samples.
func (b *Block[T]) Reserve(samples int) {
	n := lane.Blocks(samples) * lane.Width
	if b.in[0] != nil && b.in[0].Count >= n {
		return
	}
	for i := range b.in {
		for _, x := range []**fft.Images[T]{&b.in[i], &b.grad[i]} {
			f, err := NewField[T](b.Layers.Grid, n)
			fits(err)
			*x = f
		}
	}
}

// Updating returns the tasks by which changed weights take effect.
func (b *Block[T]) Updating() []lane.Task { return b.updating[:] }

// Forward propagates blocks lo..hi-1 of in to out and keeps what the gradient of
// the weights needs; see [Block.Reserve].
func (b *Block[T]) Forward(out, in *lane.Batch[T], lo, hi int) {
	w := b.setup()
	defer b.put(w)
	for at := lo; at < hi; at++ {
		first, n := at*lane.Width, min(lane.Width, in.Samples-at*lane.Width)
		x := some(b.in[0], first, first+n)
		a, c := some(w.a, 0, n), some(w.b, 0, n)
		if w.lead == nil {
			toImages(x, in.Block(at, at+1))
		} else {
			toImages(a, in.Block(at, at+1))
			fits(w.lead.Forward(nil, x, a))
		}
		for l, m := range b.Modulators {
			m.mask.multiplyAll(a, x, false)
			if l == len(b.Modulators)-1 {
				fits(w.last.Forward(nil, c, a))
				break
			}
			x = some(b.in[l+1], first, first+n)
			fits(w.hop.Forward(nil, x, a))
		}
		if w.warp != nil {
			fits(w.warp.Forward(nil, a, c))
			c = a
		}
		toLanes(out.Block(at, at+1), c)
	}
}

// Backward pulls the gradient of the outputs back to the modulators, and to the
// inputs unless dIn is nil.
func (b *Block[T]) Backward(dIn, dOut *lane.Batch[T], lo, hi int) {
	w := b.setup()
	defer b.put(w)
	for at := lo; at < hi; at++ {
		first, n := at*lane.Width, min(lane.Width, dOut.Samples-at*lane.Width)
		a, c := some(w.a, 0, n), some(w.b, 0, n)
		toImages(a, dOut.Block(at, at+1))
		if w.warp != nil {
			fits(w.warp.Backward(nil, c, a))
			a, c = c, a
		}
		hop := w.last
		for l := len(b.Modulators) - 1; l >= 0; l-- {
			g := some(b.grad[l], first, first+n)
			fits(hop.Backward(nil, g, a))
			if l == 0 && dIn == nil {
				break
			}
			b.Modulators[l].mask.multiplyAll(a, g, true)
			hop = w.hop
		}
		if dIn == nil {
			continue
		}
		if w.lead != nil {
			fits(w.lead.Backward(nil, c, a))
			a = c
		}
		toLanes(dIn.Block(at, at+1), a)
	}
}

// Accumulating returns the tasks that add the gradient of the weights for the
// batch of the last Forward and Backward.
func (b *Block[T]) Accumulating(_ int, in, _ *lane.Batch[T]) []lane.Task {
	for l, m := range b.Modulators {
		m.in, m.dOut = some(b.in[l], 0, in.Samples), some(b.grad[l], 0, in.Samples)
	}
	return b.accumulating[:]
}

// Phases returns what the modulators are set to, layer by layer, in radians from 0
// to 2 pi (amplitudes as they are).
func (b *Block[T]) Phases() (layers [][]float64) {
	for _, m := range b.Modulators {
		v := m.Shown()
		if m.Law.phase() {
			for i, p := range v {
				turns := p / (2 * math.Pi)
				v[i] = 2 * math.Pi * (turns - math.Floor(turns))
			}
		}
		layers = append(layers, v)
	}
	return layers
}
