package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Scale is what the numbers of a frame are divided by.
type Scale int

const (
	// ByMean makes the mean of every frame 1.
	ByMean Scale = iota
	// ByNorm makes the root of the sum of squares 1.
	ByNorm
	// ByMax makes the largest number 1.
	ByMax
)

// smallest is the floor of what a frame is divided by.
const smallest = 1e-12

// Normaliser divides every frame by its [Scale], or by 1e-12 if that is larger:
// measured intensities become the amplitudes of the next block of a network.
type Normaliser[T lane.Float] struct {
	Rows, Cols int
	Scale      Scale

	out, in, dIn, dOut            *Frames[T] // of the call that runs
	first, pulled                 sums
	at                            []int // the brightest pixel of each frame
	measure, divide, pull, spread *sweep
}

// NewNormaliser returns a normaliser for frames of one size.
func NewNormaliser[T lane.Float](rows, cols int, s Scale) (*Normaliser[T], error) {
	if rows < 1 || cols < 1 {
		return nil, fmt.Errorf("diffract: a normaliser for frames of %d x %d pixels, expected at least 1 x 1", rows, cols)
	}
	if s < ByMean || s > ByMax {
		return nil, fmt.Errorf("diffract: unknown scale %d of a normaliser, expected ByMean, ByNorm or ByMax", int(s))
	}
	n := &Normaliser[T]{Rows: rows, Cols: cols, Scale: s}
	n.measure, n.divide = newSweep(n.measureStrip), newSweep(n.divideStrip)
	n.pull, n.spread = newSweep(n.pullStrip), newSweep(n.spreadStrip)
	return n, nil
}

// Forward normalises every frame of in. out may be in.
func (n *Normaliser[T]) Forward(pool *lane.Pool, out, in *Frames[T]) error {
	if err := checkFrames("normaliser", out, in, n.Rows, n.Cols); err != nil {
		return err
	}
	n.out, n.in = out, in
	n.prepare(pool)
	n.divide.run(pool, in.Count, n.Rows*n.Cols)
	n.out, n.in = nil, nil
	return nil
}

// Backward pulls gradients of the outputs back to the inputs in. With o the
// output and r the scale,
//
//	dL/dI = (g - w sum g o)/r,   w = 1/pixels (mean), o (norm), 1 at the maximum
//
// dIn may be dOut.
func (n *Normaliser[T]) Backward(pool *lane.Pool, dIn, dOut, in *Frames[T]) error {
	if err := checkFrames("normaliser gradient", dIn, dOut, n.Rows, n.Cols); err != nil {
		return err
	}
	if err := in.check("normaliser gradient", "input", n.Rows, n.Cols); err != nil {
		return err
	}
	if err := sameCount("normaliser gradient", dOut.Count, in.Count); err != nil {
		return err
	}
	n.dIn, n.dOut, n.in = dIn, dOut, in
	n.prepare(pool)
	n.pulled.fit(in.Count, n.Rows*n.Cols)
	n.pull.run(pool, in.Count, n.Rows*n.Cols)
	n.spread.run(pool, in.Count, n.Rows*n.Cols)
	n.dIn, n.dOut, n.in = nil, nil, nil
	return nil
}

// prepare measures the scales of the frames.
func (n *Normaliser[T]) prepare(pool *lane.Pool) {
	n.first.fit(n.in.Count, n.Rows*n.Cols)
	n.measure.run(pool, n.in.Count, n.Rows*n.Cols)
	if n.Scale != ByMax {
		return
	}
	if len(n.at) < n.in.Count {
		n.at = make([]int, n.in.Count)
	}
	for image := range n.in.Count {
		// The first of equal maxima, strip by strip.
		frame, best := n.in.Frame(image), 0
		for _, at := range n.first.part[image*n.first.strips:][:n.first.strips] {
			if frame[int(at)] > frame[best] {
				best = int(at)
			}
		}
		n.at[image] = best
	}
}

// measureStrip sums what the scale needs or finds the place of the maximum.
func (n *Normaliser[T]) measureStrip(image, lo, hi int) {
	frame := n.in.Frame(image)
	var s float64
	switch n.Scale {
	case ByMean:
		for _, v := range frame[lo:hi] {
			s += float64(v)
		}
	case ByNorm:
		for _, v := range frame[lo:hi] {
			s += float64(float64(v) * float64(v))
		}
	case ByMax:
		best := lo
		for p := lo; p < hi; p++ {
			if frame[p] > frame[best] {
				best = p
			}
		}
		s = float64(best)
	}
	n.first.put(image, lo, s)
}

// scale is what a frame is divided by, and whether it depends on the frame.
func (n *Normaliser[T]) scale(image int) (r T, moves bool) {
	switch n.Scale {
	case ByMean:
		r = T(n.first.total(image) / float64(n.Rows*n.Cols))
	case ByNorm:
		r = T(math.Sqrt(n.first.total(image)))
	case ByMax:
		r = n.in.Frame(image)[n.at[image]]
	}
	if r < smallest {
		return smallest, false
	}
	return r, true
}

func (n *Normaliser[T]) divideStrip(image, lo, hi int) {
	r, _ := n.scale(image)
	in, out := n.in.Frame(image)[lo:hi], n.out.Frame(image)[lo:hi]
	for p, v := range in {
		out[p] = v / r
	}
}

func (n *Normaliser[T]) pullStrip(image, lo, hi int) {
	r, _ := n.scale(image)
	in, g := n.in.Frame(image), n.dOut.Frame(image)
	var s float64
	for p := lo; p < hi; p++ {
		s += float64(g[p] * (in[p] / r))
	}
	n.pulled.put(image, lo, s)
}

func (n *Normaliser[T]) spreadStrip(image, lo, hi int) {
	r, moves := n.scale(image)
	var dot T
	if moves {
		dot = T(n.pulled.total(image))
	}
	if n.Scale == ByMean {
		dot /= T(n.Rows * n.Cols)
	}
	in, g, d := n.in.Frame(image), n.dOut.Frame(image), n.dIn.Frame(image)
	for p := lo; p < hi; p++ {
		k := dot
		switch n.Scale {
		case ByNorm:
			k = T(dot * (in[p] / r))
		case ByMax:
			if p != n.at[image] {
				k = 0
			}
		}
		d[p] = (g[p] - k) / r
	}
}
