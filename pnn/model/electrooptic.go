package model

import (
	"math"

	"lightfast/pnn/lane"
)

// ElectroOptic is the activation of Williamson et al. (IEEE JSTQE 26, 7700412
// (2020)): a fraction Alpha of the power is detected and drives a modulator for
// the rest,
//
//	f(z) = sqrt(1-alpha) exp(-i p) cos(p) z,   p = gain/2 |z|^2 + bias/2
//
// with Gain in rad per unit power and Bias in rad.
type ElectroOptic struct{ Alpha, Gain, Bias float64 }

// DATActivation is the activation of Zheng et al. 2023: alpha = 0.1,
// g = 0.05 pi, phi_b = pi.
var DATActivation = ElectroOptic{Alpha: 0.1, Gain: 0.05 * math.Pi, Bias: math.Pi}

// factor returns the complex factor exp(-i p) cos(p) of sqrt(1-alpha) and its
// derivative with respect to p.
func factor[T lane.Float](p T) (re, im, dRe, dIm T) {
	// exp(-ip) cos p = (1 + exp(-2ip))/2; its derivative is -i exp(-2ip).
	s, c := lane.SinCos32(2 * p)
	return (1 + c) / 2, -s / 2, -s, -c
}

// activate computes out = f(in) on rows of n complex numbers a block.
func activate[T lane.Float](e ElectroOptic, out, in []T, n, blocks int) {
	k, g, b := T(math.Sqrt(1-e.Alpha)), T(e.Gain/2), T(e.Bias/2)
	im := n * lane.Width
	for at := 0; at < blocks*2*im; at += 2 * im {
		for i := at; i < at+im; i++ {
			x, y := in[i], in[i+im]
			p := T(g*(T(x*x)+T(y*y))) + b
			fr, fi, _, _ := factor(p)
			out[i] = T(k * (T(fr*x) - T(fi*y)))
			out[i+im] = T(k * (T(fr*y) + T(fi*x)))
		}
	}
}

// activateAdjoint pulls the gradient dOut back to dIn at the field in:
//
//	dIn = k (conj(F) g + gain z Re(conj(F' z) g))
//
// where F = exp(-ip) cos p and F' = dF/dp belong to the field that went forward
// and z is the field local. They are the same but for state fusion, where z is
// the fused state: F turns the phase by the power, so that taking it at another
// power than the forward pass did would turn the gradient against the fields
// that it meets further down. dIn may be dOut.
func activateAdjoint[T lane.Float](e ElectroOptic, dIn, dOut, in, local []T, n, blocks int) {
	k, g, b := T(math.Sqrt(1-e.Alpha)), T(e.Gain/2), T(e.Bias/2)
	im := n * lane.Width
	for at := 0; at < blocks*2*im; at += 2 * im {
		for i := at; i < at+im; i++ {
			x, y, gx, gy := in[i], in[i+im], dOut[i], dOut[i+im]
			p := T(g*(T(x*x)+T(y*y))) + b
			fr, fi, dr, di := factor(p)
			x, y = local[i], local[i+im]
			// Re(conj(F' z) g) is the change of the loss per radian of p.
			ux, uy := T(dr*x)-T(di*y), T(dr*y)+T(di*x)
			dp := T(2 * g * (T(ux*gx) + T(uy*gy)))
			dIn[i] = T(k * (T(fr*gx) + T(fi*gy) + T(dp*x)))
			dIn[i+im] = T(k * (T(fr*gy) - T(fi*gx) + T(dp*y)))
		}
	}
}
