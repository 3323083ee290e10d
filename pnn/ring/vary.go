package ring

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Spread is how much the rings of a bank differ: standard deviations, in the units
// of the curve's fields. Draws stay within three of them.
type Spread struct {
	Resonance, HalfWidth float64
}

// Vary draws n curves about c, a function of seed and index.
func Vary(c Curve, s Spread, n int, seed uint64, index int) ([]Curve, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if !(s.Resonance >= 0) || !(s.HalfWidth >= 0) || 3*s.HalfWidth >= c.HalfWidth {
		return nil, fmt.Errorf("ring: a spread of %g of the resonance and %g of the half width of %g, expected numbers of at least 0, and that of the half width below a third of it", s.Resonance, s.HalfWidth, c.HalfWidth)
	}
	if n < 1 {
		return nil, fmt.Errorf("ring: %d rings, expected at least one", n)
	}
	stream := lane.NewStream(seed, "ring-to-ring variation", uint64(index))
	draw := func(sd float64) float64 { return float64(sd * min(max(stream.Normal(), -3), 3)) }
	curves := make([]Curve, n)
	for i := range curves {
		curves[i] = c
		curves[i].Resonance += draw(s.Resonance)
		curves[i].HalfWidth += draw(s.HalfWidth)
	}
	return curves, nil
}

// Disturb draws errors of n controls from N(0, sd^2), for [Law.Errors].
func Disturb(sd float64, n int, seed uint64, index int) ([]float64, error) {
	if !(sd >= 0) || n < 1 {
		return nil, fmt.Errorf("ring: errors of standard deviation %g of %d controls, expected at least 0 and at least one control", sd, n)
	}
	stream := lane.NewStream(seed, "errors of ring controls", uint64(index))
	e := make([]float64, n)
	for i := range e {
		e[i] = float64(sd * stream.Normal())
	}
	return e, nil
}
