package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Exposure is how a camera differs from a perfect one, which the zero value is.
type Exposure struct {
	// FullScale is the intensity at which a pixel is full; more is clipped. 0: the
	// brightest pixel of each frame (automatic exposure).
	FullScale float64
	ReadNoise float64 // standard deviation, as a share of full scale
	// FullWell is the number of electrons of a full pixel, from which shot noise
	// follows; 0: no shot noise.
	FullWell float64
	Bits     int // of the converter, up to 16; 0: continuous
}

func (e Exposure) check() error {
	switch {
	case !(e.FullScale >= 0) || !finite(e.FullScale):
		return fmt.Errorf("diffract: Exposure.FullScale is %g, expected a positive intensity, or 0 for automatic exposure", e.FullScale)
	case !(e.ReadNoise >= 0) || !finite(e.ReadNoise):
		return fmt.Errorf("diffract: Exposure.ReadNoise is %g, expected a share of full scale such as 0.005, not negative", e.ReadNoise)
	case !(e.FullWell >= 0) || !(e.FullWell <= 1e12):
		return fmt.Errorf("diffract: Exposure.FullWell is %g electrons, expected up to 1e12, or 0 for no shot noise", e.FullWell)
	case e.Bits < 0 || e.Bits > 16:
		return fmt.Errorf("diffract: Exposure.Bits is %d, expected 1 to 16, or 0 for continuous values", e.Bits)
	}
	return nil
}

// Camera adds to frames what a camera adds: shot noise, read noise, clipping and
// levels, in this order. Noise is a function of a seed and the number of the
// frame. It only measures: there is no gradient through it.
type Camera[T lane.Float] struct {
	Rows, Cols int
	Exposure   Exposure

	out, in *Frames[T] // of the call that runs
	seed    uint64
	number  uint64
	full    []float64 // by frame
	expose  func(item, worker int)
	read    func(item, worker int)
	streams []lane.Stream // by worker
}

// NewCamera returns a camera of rows x cols pixels.
func NewCamera[T lane.Float](rows, cols int, e Exposure) (*Camera[T], error) {
	if rows < 1 || cols < 1 {
		return nil, fmt.Errorf("diffract: a camera of %d x %d pixels, expected at least 1 x 1", rows, cols)
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	c := &Camera[T]{Rows: rows, Cols: cols, Exposure: e}
	c.expose = func(image, _ int) { c.full[image] = c.fullScale(image) }
	c.read = c.readRow
	return c, nil
}

// Measure takes frames of the intensities in; the first of them is frame number
// first of the experiment that the seed stands for. out may be in.
func (c *Camera[T]) Measure(pool *lane.Pool, out, in *Frames[T], seed, first uint64) error {
	if err := checkFrames("camera", out, in, c.Rows, c.Cols); err != nil {
		return err
	}
	if len(c.full) < in.Count {
		c.full = make([]float64, in.Count)
	}
	if len(c.streams) < pool.Workers() {
		c.streams = make([]lane.Stream, pool.Workers())
	}
	c.out, c.in, c.seed, c.number = out, in, seed, first
	pool.For(in.Count, c.expose)
	pool.For(in.Count*c.Rows, c.read)
	c.out, c.in = nil, nil
	return nil
}

func (c *Camera[T]) fullScale(image int) float64 {
	if c.Exposure.FullScale > 0 {
		return c.Exposure.FullScale
	}
	var top T
	for _, v := range c.in.Frame(image) {
		top = max(top, v)
	}
	return float64(top)
}

var cameraPurpose = []byte("camera")

// readRow reads one row of one frame.
func (c *Camera[T]) readRow(item, worker int) {
	e := &c.Exposure
	image, row := item/c.Rows, item%c.Rows
	in, out := c.in.Frame(image)[row*c.Cols:][:c.Cols], c.out.Frame(image)[row*c.Cols:][:c.Cols]
	full := c.full[image]
	if full == 0 || e.ReadNoise == 0 && e.FullWell == 0 && e.Bits == 0 {
		for j, v := range in {
			if e.FullScale > 0 {
				v = min(v, T(full))
			}
			out[j] = v
		}
		return
	}
	s := &c.streams[worker]
	s.Begin(c.seed, cameraPurpose, (c.number+uint64(image))*uint64(c.Rows)+uint64(row))
	levels := float64(int64(1)<<e.Bits - 1)
	for j, v := range in {
		x := float64(v) / full
		if e.FullWell > 0 {
			x = electrons(s, float64(x*e.FullWell)) / e.FullWell
		}
		if e.ReadNoise > 0 {
			x += float64(e.ReadNoise * s.Normal())
		}
		x = max(0, min(1, x))
		if e.Bits > 0 {
			x = math.RoundToEven(float64(x*levels)) / levels
		}
		out[j] = T(x * full)
	}
}

// electrons draws a Poisson number: by inversion where few are expected, else a
// rounded normal number of the same mean and variance.
func electrons(s *lane.Stream, mean float64) float64 {
	if !(mean < 32) {
		return max(0, math.RoundToEven(mean+float64(math.Sqrt(mean)*s.Normal())))
	}
	u := s.Float64()
	p := lane.Exp(-mean)
	n := 0.0
	for c := p; u >= c && n < 200; c += p {
		n++
		p = float64(p * mean / n)
	}
	return n
}
