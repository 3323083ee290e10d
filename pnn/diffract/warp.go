package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
)

// Resampling is how a value between pixels is read.
type Resampling int

const (
	// Bilinear weighs the four pixels around it.
	Bilinear Resampling = iota
	// Nearest takes the nearest pixel, half way the even one, as the authors of
	// sharpness-aware training do: small misalignments then change nothing.
	Nearest
)

// Warp resamples planes by an [Affine] map; outside of a plane it is dark. It is
// linear in the plane, and Backward is its exact transpose.
type Warp[T lane.Float] struct {
	Rows, Cols int
	affine     Affine
	how        Resampling
	from       []int32 // the pixel or the upper left of four, for each pixel; see set
	weights    [][4]T  // of the pixel itself, right, below, below right; Bilinear only

	dst, src []T // of the call that runs
	gather   *sweep
	scatter  func(plane, worker int)
}

// NewWarp returns a warp of planes of rows x cols pixels.
func NewWarp[T lane.Float](rows, cols int, a Affine, how Resampling) (*Warp[T], error) {
	if rows < 1 || cols < 1 || rows > maxSide || cols > maxSide {
		return nil, fmt.Errorf("diffract: a warp of planes of %d x %d pixels, expected 1 to %d a side", rows, cols, maxSide)
	}
	if how != Bilinear && how != Nearest {
		return nil, fmt.Errorf("diffract: unknown resampling %d, expected Bilinear or Nearest", int(how))
	}
	w := &Warp[T]{Rows: rows, Cols: cols, how: how, from: make([]int32, rows*cols)}
	if how == Bilinear {
		w.weights = make([][4]T, rows*cols)
	}
	w.gather = newSweep(w.gatherStrip)
	w.scatter = func(plane, _ int) { w.scatterPlane(plane) }
	return w, w.Set(a)
}

// Affine returns the map.
func (w *Warp[T]) Affine() Affine { return w.affine }

// Set changes the map.
func (w *Warp[T]) Set(a Affine) error {
	if err := a.check(); err != nil {
		return err
	}
	w.affine = a
	source := a.bilinearSource(w.Rows, w.Cols)
	if w.how == Nearest {
		source = a.nearestSource(w.Rows, w.Cols)
	}
	for i := range w.Rows {
		for j := range w.Cols {
			y, x := source(i, j)
			if w.how == Nearest {
				w.from[i*w.Cols+j] = w.nearest(y, x)
			} else {
				w.from[i*w.Cols+j], w.weights[i*w.Cols+j] = w.bilinear(y, x)
			}
		}
	}
	return nil
}

// nearest is the pixel nearest to a point, -1 if it lies outside.
func (w *Warp[T]) nearest(y, x float64) int32 {
	y, x = math.RoundToEven(y), math.RoundToEven(x)
	if !(y >= 0 && x >= 0 && y < float64(w.Rows) && x < float64(w.Cols)) {
		return -1
	}
	return int32(int(y)*w.Cols + int(x))
}

// bilinear is the upper left of the four pixels around a point, moved into the
// plane where it is outside, and the weights of the four, 0 outside; -1 if all
// are.
func (w *Warp[T]) bilinear(y, x float64) (int32, [4]T) {
	i, a0, a1 := around(y, w.Rows)
	j, b0, b1 := around(x, w.Cols)
	if i < 0 || j < 0 {
		return -1, [4]T{}
	}
	return int32(i*w.Cols + j), [4]T{T(a0 * b0), T(a0 * b1), T(a1 * b0), T(a1 * b1)}
}

// around are the first of two neighbours of a point in 0..n-1 and the weights of
// both. At the ends the first moves inside and the weights move along; -1 tells
// that both lie outside.
func around(at float64, n int) (first int, w0, w1 float64) {
	if !(at > -1 && at < float64(n)) {
		return -1, 0, 0
	}
	f := math.Floor(at)
	first, w1 = int(f), at-f
	switch {
	case first < 0:
		return 0, w1, 0
	case first == n-1 && n > 1:
		return n - 2, 0, 1 - w1
	case first == n-1:
		return 0, 1 - w1, 0
	}
	return first, 1 - w1, w1
}

// Forward resamples every field of in, real and imaginary parts alike. out must
// not be in.
func (w *Warp[T]) Forward(pool *lane.Pool, out, in *fft.Images[T]) error {
	if err := checkPair("warp", out, in, w.Rows, w.Cols); err != nil {
		return err
	}
	return w.run(pool, out.Data, in.Data, false)
}

// Backward pulls gradients of the outputs back to the inputs. dIn must not be
// dOut.
func (w *Warp[T]) Backward(pool *lane.Pool, dIn, dOut *fft.Images[T]) error {
	if err := checkPair("warp gradient", dIn, dOut, w.Rows, w.Cols); err != nil {
		return err
	}
	return w.run(pool, dIn.Data, dOut.Data, true)
}

// ForwardFrames resamples every frame of in. out must not be in.
func (w *Warp[T]) ForwardFrames(pool *lane.Pool, out, in *Frames[T]) error {
	if err := checkFrames("warp", out, in, w.Rows, w.Cols); err != nil {
		return err
	}
	return w.run(pool, out.Data, in.Data, false)
}

// BackwardFrames pulls gradients of frames back likewise.
func (w *Warp[T]) BackwardFrames(pool *lane.Pool, dIn, dOut *Frames[T]) error {
	if err := checkFrames("warp gradient", dIn, dOut, w.Rows, w.Cols); err != nil {
		return err
	}
	return w.run(pool, dIn.Data, dOut.Data, true)
}

// Plane resamples one plane of Rows*Cols numbers, such as the weights of a
// modulator.
func (w *Warp[T]) Plane(out, in []T) error { return w.plane(out, in, false) }

// PlaneBackward pulls the gradient of one plane back.
func (w *Warp[T]) PlaneBackward(dIn, dOut []T) error { return w.plane(dIn, dOut, true) }

func (w *Warp[T]) plane(dst, src []T, adjoint bool) error {
	if n := w.Rows * w.Cols; len(dst) != n || len(src) != n {
		return fmt.Errorf("diffract: warp: planes of %d and %d numbers, expected %d for %d x %d pixels", len(src), len(dst), n, w.Rows, w.Cols)
	}
	return w.run(nil, dst, src, adjoint)
}

func (w *Warp[T]) run(pool *lane.Pool, dst, src []T, adjoint bool) error {
	if len(src) == 0 {
		return nil
	}
	if &dst[0] == &src[0] {
		return fmt.Errorf("diffract: a warp cannot work in place; give it other memory for the result")
	}
	w.dst, w.src = dst, src
	planes := len(src) / (w.Rows * w.Cols)
	if adjoint {
		pool.For(planes, w.scatter)
	} else {
		w.gather.run(pool, planes, w.Rows*w.Cols)
	}
	w.dst, w.src = nil, nil
	return nil
}

// steps are the distances of the right and the lower neighbour; a line of one
// pixel is its own neighbour, with weight 0.
func (w *Warp[T]) steps() (right, below int) {
	if w.Cols > 1 {
		right = 1
	}
	if w.Rows > 1 {
		below = w.Cols
	}
	return right, below
}

func (w *Warp[T]) gatherStrip(plane, lo, hi int) {
	n := w.Rows * w.Cols
	src, dst := w.src[plane*n:][:n], w.dst[plane*n:][:n]
	if w.how == Nearest {
		for p := lo; p < hi; p++ {
			dst[p] = 0
			if at := w.from[p]; at >= 0 {
				dst[p] = src[at]
			}
		}
		return
	}
	right, below := w.steps()
	for p := lo; p < hi; p++ {
		dst[p] = 0
		if w.from[p] >= 0 {
			at, k := int(w.from[p]), &w.weights[p]
			dst[p] = T(k[0]*src[at]) + T(k[1]*src[at+right]) + T(k[2]*src[at+below]) + T(k[3]*src[at+below+right])
		}
	}
}

// scatterPlane adds what each pixel has read to where it has read it.
func (w *Warp[T]) scatterPlane(plane int) {
	n := w.Rows * w.Cols
	src, dst := w.src[plane*n:][:n], w.dst[plane*n:][:n]
	clear(dst)
	right, below := w.steps()
	for p, g := range src {
		at := int(w.from[p])
		switch {
		case at < 0:
		case w.how == Nearest:
			dst[at] += g
		default:
			k := &w.weights[p]
			dst[at] += T(k[0] * g)
			dst[at+right] += T(k[1] * g)
			dst[at+below] += T(k[2] * g)
			dst[at+below+right] += T(k[3] * g)
		}
	}
}
