package diffract

import (
	"fmt"

	"lightfast/pnn/lane"
)

// NewCircularAperture returns an opening of the given radius whose centre lies y
// below and x right of the optical axis, all in metres. A pixel on its edge
// transmits the share of its area that is open.
func NewCircularAperture[T lane.Float](g Grid, radius, y, x float64) (*Mask[T], error) {
	if !(radius > 0) || !finite(radius) || !finite(y) || !finite(x) {
		return nil, fmt.Errorf("diffract: a circular aperture of radius %g m at (%g, %g) m, expected a positive radius and finite coordinates", radius, y, x)
	}
	return newAperture[T](g, func(i, j int) float64 { return discShare(g, radius, y, x, i, j) })
}

// NewRectangularAperture returns an opening of height by width whose centre lies
// y below and x right of the optical axis, all in metres. A pixel on its edge
// transmits the share of its area that is open.
func NewRectangularAperture[T lane.Float](g Grid, height, width, y, x float64) (*Mask[T], error) {
	if !(height > 0) || !(width > 0) || !finite(height) || !finite(width) || !finite(y) || !finite(x) {
		return nil, fmt.Errorf("diffract: a rectangular aperture of %g x %g m at (%g, %g) m, expected positive sides and finite coordinates", height, width, y, x)
	}
	return newAperture[T](g, func(i, j int) float64 {
		return overlap(g.Y(i)-y, height, g.Pitch) * overlap(g.X(j)-x, width, g.Pitch)
	})
}

func newAperture[T lane.Float](g Grid, share func(i, j int) float64) (*Mask[T], error) {
	m, err := newMask[T](g)
	if err != nil {
		return nil, err
	}
	for i := range g.Rows {
		for j := range g.Cols {
			m.re[i*g.Cols+j] = T(share(i, j))
		}
	}
	return m, nil
}

// overlap is the share of a pixel at distance d from the middle of a slit.
func overlap(d, slit, pitch float64) float64 {
	half := float64(pitch / 2)
	lo, hi := max(d-half, -slit/2), min(d+half, slit/2)
	return max(0, min(1, (hi-lo)/pitch))
}

// discShare is the share of pixel (i, j) within a disc, from 8 x 8 points.
func discShare(g Grid, radius, y, x float64, i, j int) float64 {
	const points = 8
	dy, dx := g.Y(i)-y, g.X(j)-x
	r := float64(dy*dy) + float64(dx*dx)
	if in := radius - g.Pitch; in > 0 && r < float64(in*in) {
		return 1
	}
	if out := radius + g.Pitch; r > float64(out*out) {
		return 0
	}
	inside := 0
	for a := range points {
		for b := range points {
			v := dy + float64((float64((float64(a)+0.5)/points)-0.5)*g.Pitch)
			u := dx + float64((float64((float64(b)+0.5)/points)-0.5)*g.Pitch)
			if float64(v*v)+float64(u*u) <= float64(radius*radius) {
				inside++
			}
		}
	}
	return float64(inside) / (points * points)
}
