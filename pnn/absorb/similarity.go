package absorb

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Similarity compares two derivatives f and g over inputs from p = N(0, sigma^2),
//
//	S = <f, g>^2 / (<f, f> <g, g>),   <f, g> = Int f g p dx,
//
// between 0 and 1, which it is if one is a multiple of the other. scale is
// <f, g>/<f, f>: times that, f is closest to g. The integrals are Simpson's over
// +-8 sigma. It fails if sigma is not positive or one of the functions is zero.
//
// The paper takes 2 sigma as the width of the unsaturated region. With the region
// up to [Absorber.Edge], so sigma half of that, the scales of the approximate
// derivative are 1.17 at a0 = 1 and 2.29 at a0 = 30, where the paper draws it with
// 1.2 and 2.5; with sigma twice as large they would be 1.15 and 1.66.
func Similarity(f, g func(x float64) float64, sigma float64) (s, scale float64, err error) {
	if !(sigma > 0) || math.IsInf(sigma, 1) {
		return 0, 0, fmt.Errorf("absorb: similarity over inputs of standard deviation %g, expected a positive number", sigma)
	}
	const n, reach = 4096, 8.0
	var ff, fg, gg float64
	for i := range n + 1 {
		z := float64(2*reach*float64(i)/n) - reach
		w := lane.Exp(-float64(z*z) / 2)
		switch {
		case i == 0 || i == n:
		case i%2 == 1:
			w *= 4
		default:
			w *= 2
		}
		a, b := f(float64(sigma*z)), g(float64(sigma*z))
		ff += float64(w * float64(a*a))
		fg += float64(w * float64(a*b))
		gg += float64(w * float64(b*b))
	}
	if !(ff > 0 && gg > 0) || math.IsInf(ff, 1) || math.IsInf(gg, 1) {
		return 0, 0, fmt.Errorf("absorb: similarity of functions with mean squares %g and %g (unnormalised), expected finite functions other than zero", ff, gg)
	}
	return float64(fg*fg) / float64(ff*gg), fg / ff, nil
}
