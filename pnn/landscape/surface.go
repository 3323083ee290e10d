package landscape

import (
	"context"
	"fmt"
	"math"
)

// Surface returns the loss at the parameters + a[i] v + b[j] w, at i*len(b)+j. v and
// w are eigenvectors, random directions or any other vectors of length Size. A line
// is a surface with b = {0}, whose w may be nil. Losses that are not finite are kept:
// far from the parameters a network may overflow.
func (l *Landscape) Surface(ctx context.Context, v, w, a, b []float64) ([]float64, error) {
	if err := l.fit("direction", v); err != nil {
		return nil, err
	}
	if w != nil || len(b) != 1 || b[0] != 0 {
		if err := l.fit("second direction", w); err != nil {
			return nil, err
		}
	}
	if len(a) == 0 || len(b) == 0 {
		return nil, fmt.Errorf("landscape: a surface of %d by %d points; expected at least one by one", len(a), len(b))
	}
	for _, axis := range [][]float64{a, b} {
		for i, x := range axis {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return nil, fmt.Errorf("landscape: point %d of an axis is %g; expected finite numbers", i, x)
			}
		}
	}
	z := make([]float64, 0, len(a)*len(b))
	err := l.hold(len(a)*len(b), func() error {
		for _, x := range a {
			for _, y := range b {
				l.move(x, v, y, w)
				loss, err := l.loss(ctx)
				if err != nil {
					return err
				}
				z = append(z, loss)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return z, nil
}

// Axis returns n points, evenly from lo to hi: Axis(-10, 10, 51).
func Axis(lo, hi float64, n int) []float64 {
	axis := make([]float64, max(n, 0))
	for i := range axis {
		axis[i] = lo
		if n > 1 {
			axis[i] = (float64(lo*float64(n-1-i)) + float64(hi*float64(i))) / float64(n-1)
		}
	}
	return axis
}
