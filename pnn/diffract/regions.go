package diffract

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Region is a rectangle of pixels: rows Row..Row+Rows-1 of columns
// Col..Col+Cols-1.
type Region struct{ Row, Col, Rows, Cols int }

// LayOut spreads square regions of side pixels evenly over a window: counts[r]
// of them in row r, the outermost ones flush with the window. Ten in rows of 3,
// 4 and 3 are the usual detectors of ten classes.
func LayOut(counts []int, side int, window Region) ([]Region, error) {
	if side < 1 || window.Rows < side || window.Cols < side || len(counts) == 0 {
		return nil, fmt.Errorf("diffract: %d rows of regions of %d x %d pixels in a window of %d x %d, expected at least one row, and regions that fit the window", len(counts), side, side, window.Rows, window.Cols)
	}
	at := func(from, span, i, n int) int {
		if n == 1 {
			return from + (span-side)/2
		}
		return from + (span-side)*i/(n-1)
	}
	var regions []Region
	for r, n := range counts {
		if n < 1 || n*side > window.Cols || len(counts)*side > window.Rows {
			return nil, fmt.Errorf("diffract: row %d of %d has %d regions of %d x %d pixels, which do not fit a window of %d x %d without overlap; use smaller regions or a larger window", r, len(counts), n, side, side, window.Rows, window.Cols)
		}
		for c := range n {
			regions = append(regions, Region{at(window.Row, window.Rows, r, len(counts)), at(window.Col, window.Cols, c, n), side, side})
		}
	}
	return regions, nil
}

// Regions are the detectors of a network: the mean intensity in each region.
// Regions may overlap.
type Regions[T lane.Float] struct {
	Rows, Cols int
	List       []Region

	frames *Frames[T]
	means  []T
	gather func(item, worker int)
	spread func(item, worker int)
}

// NewRegions returns detectors on a plane of rows x cols pixels. Every region
// must lie in the plane.
func NewRegions[T lane.Float](rows, cols int, list []Region) (*Regions[T], error) {
	if len(list) == 0 {
		return nil, fmt.Errorf("diffract: no detector regions, expected at least one")
	}
	for i, r := range list {
		if r.Rows < 1 || r.Cols < 1 {
			return nil, fmt.Errorf("diffract: detector region %d is of %d x %d pixels, expected at least one", i, r.Rows, r.Cols)
		}
		if r.Row < 0 || r.Col < 0 || r.Rows > rows-r.Row || r.Cols > cols-r.Col {
			return nil, fmt.Errorf("diffract: detector region %d covers rows %d to %d and columns %d to %d, the plane has %d x %d pixels; move the region into the plane, or make it, or the window that regions are spread over, smaller",
				i, r.Row, r.Row+r.Rows-1, r.Col, r.Col+r.Cols-1, rows, cols)
		}
	}
	d := &Regions[T]{Rows: rows, Cols: cols, List: list}
	d.gather = func(item, _ int) { d.means[item] = d.mean(d.frames.Frame(item/len(d.List)), d.List[item%len(d.List)]) }
	d.spread = func(image, _ int) { d.pull(d.frames.Frame(image), d.means[image*len(d.List):][:len(d.List)]) }
	return d, nil
}

// Forward writes the means of every frame to means, len(List) numbers a frame.
func (d *Regions[T]) Forward(pool *lane.Pool, means []T, frames *Frames[T]) error {
	if err := d.check("detector regions", means, frames); err != nil {
		return err
	}
	d.means, d.frames = means, frames
	pool.For(frames.Count*len(d.List), d.gather)
	d.means, d.frames = nil, nil
	return nil
}

// Backward pulls gradients of the means back to the frames; pixels in no region
// get zero.
func (d *Regions[T]) Backward(pool *lane.Pool, dFrames *Frames[T], dMeans []T) error {
	if err := d.check("detector regions gradient", dMeans, dFrames); err != nil {
		return err
	}
	d.means, d.frames = dMeans, dFrames
	pool.For(dFrames.Count, d.spread)
	d.means, d.frames = nil, nil
	return nil
}

func (d *Regions[T]) check(what string, means []T, frames *Frames[T]) error {
	if err := frames.check(what, "input", d.Rows, d.Cols); err != nil {
		return err
	}
	if len(means) != frames.Count*len(d.List) {
		return fmt.Errorf("diffract: %s: %d numbers for %d frames and %d regions, expected %d", what, len(means), frames.Count, len(d.List), frames.Count*len(d.List))
	}
	return nil
}

func (d *Regions[T]) mean(frame []T, r Region) T {
	var s float64
	for i := range r.Rows {
		for _, v := range frame[(r.Row+i)*d.Cols+r.Col:][:r.Cols] {
			s += float64(v)
		}
	}
	return T(s / float64(r.Rows*r.Cols))
}

func (d *Regions[T]) pull(frame, means []T) {
	clear(frame)
	for k, r := range d.List {
		g := means[k] / T(r.Rows*r.Cols)
		for i := range r.Rows {
			line := frame[(r.Row+i)*d.Cols+r.Col:][:r.Cols]
			for p := range line {
				line[p] += g
			}
		}
	}
}

// Shares divides the n means of each image by their sum: class scores that add
// to 1. totals receives the sums, one an image. An image without light has
// scores of zero. scores may be means.
func Shares[T lane.Float](scores, totals, means []T, n int) {
	for i := range totals {
		in, out := means[i*n:][:n], scores[i*n:][:n]
		var s T
		for _, v := range in {
			s += v
		}
		totals[i] = s
		for k, v := range in {
			if s <= 0 {
				out[k] = 0
			} else {
				out[k] = v / s
			}
		}
	}
}

// SharesBackward pulls gradients g of the scores s back to the means, (g - sum g
// s)/total. dMeans may be dScores.
func SharesBackward[T lane.Float](dMeans, dScores, scores, totals []T, n int) {
	for i, total := range totals {
		g, s, d := dScores[i*n:][:n], scores[i*n:][:n], dMeans[i*n:][:n]
		var dot T
		for k := range n {
			dot += T(g[k] * s[k])
		}
		for k := range n {
			if total <= 0 {
				d[k] = 0
			} else {
				d[k] = (g[k] - dot) / total
			}
		}
	}
}
