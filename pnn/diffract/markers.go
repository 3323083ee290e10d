package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Markers are bright spots at known places, by which two planes are aligned.
type Markers struct {
	Rows, Cols int     // of the plane
	Places     []Point // pixels from the middle
	Radius     float64 // of a spot, where its amplitude has fallen to 1/e, in pixels
}

// NewMarkers spreads a square of n x n markers over the inner three fifths of a
// plane.
func NewMarkers(rows, cols, n int) (*Markers, error) {
	m := &Markers{Rows: rows, Cols: cols, Radius: float64(min(rows, cols)) / float64(24*max(n, 1))}
	if n < 2 || m.Radius < 0.25 {
		return nil, fmt.Errorf("diffract: %d x %d markers on a plane of %d x %d pixels, expected at least 2 x 2, and six pixels or more for each", n, n, rows, cols)
	}
	m.Radius = max(m.Radius, 1)
	for i := range n {
		for j := range n {
			at := func(k, side int) float64 { return 0.6 * float64(side) * (float64(k)/float64(n-1) - 0.5) }
			m.Places = append(m.Places, Point{at(j, cols), at(i, rows)})
		}
	}
	return m, nil
}

// Amplitude writes the spots to a plane, row by row.
func (m *Markers) Amplitude(plane []float64) {
	for i := range m.Rows {
		for j := range m.Cols {
			x, y := float64(j)+0.5-float64(float64(m.Cols)/2), float64(i)+0.5-float64(float64(m.Rows)/2)
			var v float64
			for _, p := range m.Places {
				dx, dy := (x-p.X)/m.Radius, (y-p.Y)/m.Radius
				if d := float64(dx*dx) + float64(dy*dy); d < 40 {
					v += lane.Exp(-d)
				}
			}
			plane[i*m.Cols+j] = v
		}
	}
}

// Find returns where the markers are seen on a frame: the centroid of the light
// above half of the brightest pixel, in a window around each place that reaches
// half way to the next. It fails where a window is dark.
func (m *Markers) Find(frame []float64) ([]Point, error) {
	n := int(math.Sqrt(float64(len(m.Places))))
	reach := 0.6 * float64(min(m.Rows, m.Cols)) / float64(n-1) / 2
	var seen []Point
	for k, p := range m.Places {
		window := func(f func(x, y, v float64)) {
			for i := range m.Rows {
				y := float64(i) + 0.5 - float64(float64(m.Rows)/2)
				if math.Abs(y-p.Y) > reach {
					continue
				}
				for j := range m.Cols {
					if x := float64(j) + 0.5 - float64(float64(m.Cols)/2); math.Abs(x-p.X) <= reach {
						f(x, y, frame[i*m.Cols+j])
					}
				}
			}
		}
		var top float64
		window(func(_, _, v float64) { top = max(top, v) })
		var sum, sx, sy float64
		window(func(x, y, v float64) {
			if v -= float64(top / 2); v > 0 {
				sum += v
				sx += float64(v * x)
				sy += float64(v * y)
			}
		})
		if !(sum > 0) {
			return nil, fmt.Errorf("diffract: no light where marker %d of %d should be, %.1f pixels to the right of the middle and %.1f below; the planes are too far off", k+1, len(m.Places), p.X, p.Y)
		}
		seen = append(seen, Point{sx / sum, sy / sum})
	}
	return seen, nil
}
