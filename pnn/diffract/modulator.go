package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

// Modulator is a trainable plate or a spatial light modulator: it multiplies a
// field by a transmission that Weights set, pixel by pixel, by way of a [Law]
// and a [Panel].
//
// [Modulator.Update] makes changed weights take effect. The gradient of a pixel
// is a sum over the images of a batch, in their order and in double precision.
type Modulator[T lane.Float] struct {
	Grid    Grid
	Law     Law
	Weights *optim.Parameter // shape (Rows, Cols), in the unit of the law

	panel Panel
	mask  *Mask[T]
	shown []float64 // what the panel is set to: turns or amplitude
	slope []float64 // its derivative
	pixel []float64 // gradients of what a pixel shows, crosstalk and all

	moved bool
	away  *Warp[float64] // nil: never moved
	own   []float64      // memory for gradients on their way back through it

	in, dOut *fft.Images[T] // of the Accumulate that runs

	set, transmit, sum, collect *sweep
}

// NewModulator returns a modulator whose weights are zero. Its parameter is
// called name.
func NewModulator[T lane.Float](name string, g Grid, law Law, panel Panel) (*Modulator[T], error) {
	mask, err := newMask[T](g)
	if err != nil {
		return nil, err
	}
	if err := law.check(); err != nil {
		return nil, err
	}
	m := &Modulator[T]{
		Grid: g, Law: law, mask: mask,
		Weights: optim.NewParameter(name, laws[law].unit, g.Rows, g.Cols),
		shown:   make([]float64, g.Pixels()), slope: make([]float64, g.Pixels()), pixel: make([]float64, g.Pixels()),
	}
	m.set = newSweep(m.setPixels)
	m.transmit = newSweep(m.transmitPixels)
	m.sum = newSweep(m.sumPixels)
	m.collect = newSweep(m.collectPixels)
	if err := m.SetPanel(panel); err != nil {
		return nil, err
	}
	m.Update(nil)
	return m, nil
}

// SetPanel changes the hardware; [Modulator.Update] makes it take effect.
func (m *Modulator[T]) SetPanel(p Panel) error {
	if err := p.check(m.Grid); err != nil {
		return fmt.Errorf("%w (modulator %s)", err, m.Weights.Name)
	}
	m.panel = p
	return nil
}

// Parameters returns the weights.
func (m *Modulator[T]) Parameters() []*optim.Parameter { return []*optim.Parameter{m.Weights} }

// DrawNormal sets the weights to N(0, sigma^2), a function of seed and the
// parameter's name; [Modulator.Update] makes them take effect.
func (m *Modulator[T]) DrawNormal(seed uint64, sigma float64) {
	s := lane.NewStream(seed, "modulator "+m.Weights.Name, 0)
	for i := range m.Weights.Value {
		m.Weights.Value[i] = float64(sigma * s.Normal())
	}
	m.Weights.Round()
}

// DrawUniform sets the weights to numbers uniform in [lo, hi), likewise.
func (m *Modulator[T]) DrawUniform(seed uint64, lo, hi float64) {
	s := lane.NewStream(seed, "modulator "+m.Weights.Name, 0)
	for i := range m.Weights.Value {
		m.Weights.Value[i] = lo + float64((hi-lo)*s.Float64())
	}
	m.Weights.Round()
}

// Update makes changed weights take effect.
func (m *Modulator[T]) Update(pool *lane.Pool) {
	m.set.run(pool, 1, m.Grid.Pixels())
	m.transmit.run(pool, 1, m.Grid.Pixels())
}

func (m *Modulator[T]) setPixels(_, lo, hi int) {
	for i := lo; i < hi; i++ {
		v, slope := m.Law.value(m.Weights.Value[i])
		if m.panel.Bits > 0 {
			v = m.Law.level(v, m.panel.Bits)
		}
		m.shown[i], m.slope[i] = v, slope
	}
}

func (m *Modulator[T]) transmitPixels(_, lo, hi int) {
	fill := m.panel.fill()
	gap := float64((1 - fill) * m.panel.Gap)
	for i := lo; i < hi; i++ {
		t := m.Law.transmit(m.met(i))
		m.mask.re[i], m.mask.im[i] = T(float64(fill*real(t))+gap), T(fill*imag(t))
	}
}

// value is the phase in turns or the amplitude of a pixel, crosstalk, errors and all.
func (m *Modulator[T]) value(i int) float64 {
	v := m.panel.mix(m.shown, i, m.Grid.Rows, m.Grid.Cols)
	if m.panel.Errors != nil {
		e := m.panel.Errors[i]
		if m.Law.phase() {
			e /= 2 * math.Pi
		}
		v += e
	}
	return v
}

// Shown returns what the pixels are set to as of the last [Modulator.Update],
// row by row: phases in radians, or amplitudes. It is what is sent to the
// hardware: quantised, but without crosstalk and errors.
func (m *Modulator[T]) Shown() []float64 {
	v := make([]float64, len(m.shown))
	unit := 1.0
	if m.Law.phase() {
		unit = 2 * math.Pi
	}
	for i, s := range m.shown {
		v[i] = unit * s
	}
	return v
}

// Transmission returns the transmission of every pixel as of the last
// [Modulator.Update], row by row.
func (m *Modulator[T]) Transmission() []complex128 { return m.mask.Transmission() }

// Forward modulates every field of in. out may be in.
func (m *Modulator[T]) Forward(pool *lane.Pool, out, in *fft.Images[T]) error {
	return m.mask.run(pool, out, in, false)
}

// Backward pulls gradients of the outputs back to the inputs. dIn may be dOut.
func (m *Modulator[T]) Backward(pool *lane.Pool, dIn, dOut *fft.Images[T]) error {
	return m.mask.run(pool, dIn, dOut, true)
}

// Accumulate adds the gradient of the weights for a batch of inputs and
// gradients of the outputs:
//
//	dL/dphase = sum over images of Im(g conj(out))
//
// in Weights.Grad. The weights must be those of the last [Modulator.Update].
func (m *Modulator[T]) Accumulate(pool *lane.Pool, in, dOut *fft.Images[T]) error {
	if err := checkPair("modulator gradient", dOut, in, m.Grid.Rows, m.Grid.Cols); err != nil {
		return err
	}
	m.in, m.dOut = in, dOut
	m.sum.run(pool, 1, m.Grid.Pixels())
	m.pull()
	m.collect.run(pool, 1, m.Grid.Pixels())
	m.in, m.dOut = nil, nil
	return nil
}

// sumPixels sums the gradient of some pixels of the light over the images: that of
// the transmission, g conj(in), and then that of the value that it belongs to.
func (m *Modulator[T]) sumPixels(_, lo, hi int) {
	var gr, gi [strip]float64
	for image := range m.in.Count {
		xr, xi := m.in.Image(image)
		dr, di := m.dOut.Image(image)
		xr, xi, dr, di = xr[lo:hi], xi[lo:hi], dr[lo:hi], di[lo:hi]
		n := len(xr)
		xi, dr, di = xi[:n], dr[:n], di[:n]
		sr, si := gr[:n], gi[:n]
		for p := range xr {
			a, b, c, d := float64(xr[p]), float64(xi[p]), float64(dr[p]), float64(di[p])
			sr[p] += float64(c*a) + float64(d*b)
			si[p] += float64(d*a) - float64(c*b)
		}
	}
	fill := m.panel.fill()
	gap := float64((1 - fill) * m.panel.Gap)
	for i := lo; i < hi; i++ {
		if !m.Law.phase() {
			m.pixel[i] = fill * gr[i-lo]
			continue
		}
		tr, ti := float64(m.mask.re[i])-gap, float64(m.mask.im[i])
		m.pixel[i] = 2 * math.Pi * (float64(gi[i-lo]*tr) - float64(gr[i-lo]*ti))
	}
}

// collectPixels passes these gradients on through crosstalk to the weights.
func (m *Modulator[T]) collectPixels(_, lo, hi int) {
	for i := lo; i < hi; i++ {
		m.Weights.Grad[i] += float64(m.panel.mix(m.pixel, i, m.Grid.Rows, m.Grid.Cols) * m.slope[i])
	}
}
