package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// NewLens returns a thin lens of focal length focal metres (negative: a
// diverging one) on the optical axis,
//
//	t = exp(-i pi (x^2 + y^2)/(lambda focal))   within radius, else 0
//
// radius is in metres; 0 leaves the whole plane open. It refuses a lens whose
// phase changes by more than half a turn from pixel to pixel.
func NewLens[T lane.Float](g Grid, focal, radius float64) (*Mask[T], error) {
	if err := g.Check(); err != nil {
		return nil, err
	}
	if focal == 0 || !finite(focal) {
		return nil, fmt.Errorf("diffract: a lens of focal length %g m, expected a finite length other than 0", focal)
	}
	if !(radius >= 0) || !finite(radius) {
		return nil, fmt.Errorf("diffract: a lens of radius %g m, expected a positive length, or 0 for the whole plane", radius)
	}
	reach := max(g.Height(), g.Width()) / 2
	if radius > 0 {
		reach = min(reach, radius)
	}
	if shortest := 2 * g.Pitch * reach / g.Wavelength; math.Abs(focal) < shortest {
		return nil, fmt.Errorf("diffract: a lens of focal length %.6g mm, but %s sample none below %.6g mm out to %.6g mm from the axis; choose a finer pitch, a longer focal length or a smaller radius",
			focal*1e3, g, shortest*1e3, reach*1e3)
	}
	m, err := newMask[T](g)
	if err != nil {
		return nil, err
	}
	for i := range g.Rows {
		for j := range g.Cols {
			open := 1.0
			if radius > 0 {
				open = discShare(g, radius, 0, 0, i, j)
			}
			x, y := g.X(j), g.Y(i)
			t := turn(-(float64(x*x) + float64(y*y)) / (2 * g.Wavelength * focal))
			m.re[i*g.Cols+j], m.im[i*g.Cols+j] = T(open*real(t)), T(open*imag(t))
		}
	}
	return m, nil
}
