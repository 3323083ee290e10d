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

// Part is one thing that light passes: free space, a lens, or a modulator. Just
// one of the three is given.
type Part struct {
	Distance  float64 // metres
	Lens      float64 // focal length in metres
	Modulator string  // name of its parameter
}

// parts lists what light passes.
func (l Layers) parts(name string) (ps []Part) {
	if l.Lead > 0 {
		ps = append(ps, Part{Distance: l.Lead})
	}
	for i := range l.Count {
		ps = append(ps, Part{Modulator: fmt.Sprintf("%s.layer%d", name, i+1)}, Part{Distance: l.Distance})
	}
	return ps
}

// Block is a path of modulators, lenses and free space as a trainable linear
// element of a network: N = Rows*Cols complex numbers in, as many out, in lanes. It
// is the linear part of a block of a diffractive network (Lin et al., Science 361,
// 1004 (2018); Zheng et al. 2023, Extended Data Fig. 1).
//
// Blocks of samples are independent of each other and may go forward and
// backward at the same time on several goroutines.
type Block[T lane.Float] struct {
	Layers     Layers // Count, Lead and Distance do not matter to the path of NewPath
	Modulators []*Modulator[T]

	path []Part
	off  Misalignment
	in   []*fft.Images[T] // by layer: fields that enter the modulators
	grad []*fft.Images[T] // by layer: gradients behind them

	mu   sync.Mutex
	free []*setup[T]

	updating     [2]lane.Task
	accumulating [3]lane.Task
}

// setup is what one goroutine needs to propagate sixteen fields.
type setup[T lane.Float] struct {
	free []*Propagator[T] // by part; nil: not free space. Equal distances share one.
	lens []*Mask[T]       // by part; nil: no lens
	warp *Warp[T]         // nil: aligned
	a, b *fft.Images[T]
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
	if !(l.Distance > 0) || !finite(l.Distance) {
		return nil, fmt.Errorf("diffract: Layers.Distance is %g m, expected a positive distance such as 50e-3, from each modulator to the next and to the detector", l.Distance)
	}
	return NewPath[T](l, l.parts(name))
}

// NewPath returns a block of the given parts on the plane of l, with its law and
// its way of propagating. A path without modulators has nothing to train.
func NewPath[T lane.Float](l Layers, parts []Part) (*Block[T], error) {
	b := &Block[T]{Layers: l, path: parts}
	for i, p := range parts {
		given := 0
		for _, is := range []bool{p.Distance != 0, p.Lens != 0, p.Modulator != ""} {
			if is {
				given++
			}
		}
		if given != 1 {
			return nil, fmt.Errorf("diffract: part %d of the path is %+v, expected a distance, a lens or a modulator", i+1, p)
		}
		if p.Modulator == "" {
			continue
		}
		m, err := NewModulator[T](p.Modulator, l.Grid, l.Law, l.Panel)
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
		return lane.Task{Items: len(b.Modulators) * strips, Body: func(item, _ int) {
			lo := item % strips * strip
			f(b.Modulators[item/strips], lo, min(lo+strip, pixels))
		}}
	}
	b.updating = [2]lane.Task{
		each(func(m *Modulator[T], lo, hi int) { m.setPixels(0, lo, hi) }),
		each(func(m *Modulator[T], lo, hi int) { m.transmitPixels(0, lo, hi) }),
	}
	b.accumulating = [3]lane.Task{
		each(func(m *Modulator[T], lo, hi int) { m.sumPixels(0, lo, hi) }),
		{Items: len(b.Modulators), Body: func(item, _ int) { b.Modulators[item].pull() }},
		each(func(m *Modulator[T], lo, hi int) { m.collectPixels(0, lo, hi) }),
	}
	w, err := b.take() // finds what is wrong with distances
	if err != nil {
		return nil, err
	}
	b.put(w)
	return b, nil
}

// Sampling tells how well the distances are carried, in their order.
func (b *Block[T]) Sampling() (s []Sampling) {
	w := b.setup()
	defer b.put(w)
	for _, p := range w.free {
		if p != nil {
			s = append(s, p.Sampling())
		}
	}
	return s
}

// Misalign builds the block anew with errors. It must not run at the same time
// as Forward or Backward.
func (b *Block[T]) Misalign(m Misalignment) error {
	if m.Phase != nil && len(m.Phase) != len(b.Modulators) {
		return fmt.Errorf("diffract: phase errors of %d modulators, expected %d", len(m.Phase), len(b.Modulators))
	}
	if last := b.lastHop(); last >= 0 && b.path[last].Distance > 0 && b.path[last].Distance+m.Z < 0 {
		d := b.path[last].Distance
		return fmt.Errorf("diffract: Misalignment.Z is %.6g mm, which puts the detector, %.6g mm behind what is in front of it, on the other side of that; expected at least %.6g mm", m.Z*1e3, d*1e3, -d*1e3)
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

// lastHop is the part of the path that a shift of the detector changes: the last
// free space, -1 if there is none.
func (b *Block[T]) lastHop() int {
	last := len(b.path) - 1
	for last >= 0 && b.path[last].Distance == 0 {
		last--
	}
	return last
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
	g := b.Layers.Grid
	w = &setup[T]{free: make([]*Propagator[T], len(b.path)), lens: make([]*Mask[T], len(b.path))}
	last := b.lastHop()
	same := map[float64]*Propagator[T]{}
	for i, p := range b.path {
		switch {
		case p.Distance != 0:
			z := p.Distance
			if i == last {
				z += b.off.Z
			}
			if same[z] == nil {
				if same[z], err = NewPropagator[T](g, g, z, b.Layers.How); err != nil {
					return nil, err
				}
			}
			w.free[i] = same[z]
		case p.Lens != 0:
			if w.lens[i], err = NewLens[T](g, p.Lens, 0); err != nil {
				return nil, err
			}
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

// initialWeight is the standard deviation of weights at the start.
const initialWeight = 0.02

// Draw sets the weights to what training begins with, functions of the seed and the
// names of the parameters: N(0, 0.02^2), and phases in turns uniformly in [0, 1).
func (b *Block[T]) Draw(seed uint64) {
	for _, m := range b.Modulators {
		if m.Law == PhaseTurns {
			m.DrawUniform(seed, 0, 1)
		} else {
			m.DrawNormal(seed, initialWeight)
		}
	}
}

// Reserve makes room for batches of so many samples.
func (b *Block[T]) Reserve(samples int) {
	n := lane.Blocks(samples) * lane.Width
	if len(b.in) == 0 || b.in[0] != nil && b.in[0].Count >= n {
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
		scratch := [2]*fft.Images[T]{some(w.a, 0, n), some(w.b, 0, n)}
		m := 0 // modulators passed
		// next is where the field in front of part i goes: what enters a modulator is
		// kept, the rest goes to and fro.
		next := func(i int) *fft.Images[T] {
			if i < len(b.path) && b.path[i].Modulator != "" {
				return some(b.in[m], first, first+n)
			}
			return scratch[i%2]
		}
		x := next(0)
		toImages(x, in.Block(at, at+1))
		for i, p := range b.path {
			if p.Modulator != "" {
				m++
			}
			y := next(i + 1)
			switch {
			case p.Modulator != "":
				b.Modulators[m-1].mask.multiplyAll(y, x, false)
			case p.Lens != 0:
				w.lens[i].multiplyAll(y, x, false)
			default:
				fits(w.free[i].Forward(nil, y, x))
			}
			x = y
		}
		if w.warp != nil {
			y := scratch[(len(b.path)+1)%2]
			fits(w.warp.Forward(nil, y, x))
			x = y
		}
		toLanes(out.Block(at, at+1), x)
	}
}

// Backward pulls the gradient of the outputs back to the modulators, and to the
// inputs unless dIn is nil.
func (b *Block[T]) Backward(dIn, dOut *lane.Batch[T], lo, hi int) {
	w := b.setup()
	defer b.put(w)
	for at := lo; at < hi; at++ {
		first, n := at*lane.Width, min(lane.Width, dOut.Samples-at*lane.Width)
		scratch := [2]*fft.Images[T]{some(w.a, 0, n), some(w.b, 0, n)}
		m := len(b.Modulators) // those not yet passed
		// next is where the gradient behind part i goes; see Forward.
		next := func(i int) *fft.Images[T] {
			if i >= 0 && b.path[i].Modulator != "" {
				return some(b.grad[m-1], first, first+n)
			}
			return scratch[(i+1)%2]
		}
		last := len(b.path) - 1
		g := next(last)
		if w.warp == nil {
			toImages(g, dOut.Block(at, at+1))
		} else {
			seen := scratch[len(b.path)%2] // not where g goes
			if g == scratch[len(b.path)%2] {
				seen = scratch[(len(b.path)+1)%2]
			}
			toImages(seen, dOut.Block(at, at+1))
			fits(w.warp.Backward(nil, g, seen))
		}
		for i := last; i >= 0 && (m > 0 || dIn != nil); i-- {
			p := b.path[i]
			if p.Modulator != "" {
				m--
			}
			y := next(i - 1)
			switch {
			case p.Modulator != "":
				b.Modulators[m].mask.multiplyAll(y, g, true)
			case p.Lens != 0:
				w.lens[i].multiplyAll(y, g, true)
			default:
				fits(w.free[i].Backward(nil, y, g))
			}
			g = y
		}
		if dIn != nil {
			toLanes(dIn.Block(at, at+1), g)
		}
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
