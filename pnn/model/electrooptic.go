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

// constants are what the lanes need: sqrt(1-alpha), gain/2, bias/2.
func constants[T lane.Float](e ElectroOptic) (scale, gain, bias T) {
	return T(math.Sqrt(1 - e.Alpha)), T(e.Gain / 2), T(e.Bias / 2)
}

// Modulation is the activation e between two stages of a network.
func Modulation[T lane.Float](e ElectroOptic) Activation[T] { return electroOptic[T]{e} }

type electroOptic[T lane.Float] struct{ of ElectroOptic }

// Forward implements [Activation].
func (e electroOptic[T]) Forward(out, in []T, n, blocks int) {
	k, g, b := constants[T](e.of)
	lane.ElectroOptic(out, in, n, blocks, k, g, b)
}

// Adjoint implements [Activation]:
//
//	dIn = sqrt(1-alpha) (conj(F) g + gain z Re(conj(F' z) g))
//
// where F = exp(-ip) cos p and F' = dF/dp belong to the field that went forward
// and z is the field local. They are the same but for state fusion, where z is
// the fused state: F turns the phase by the power, so that taking it at another
// power than the forward pass did would turn the gradient against the fields
// that it meets further down.
func (e electroOptic[T]) Adjoint(dIn, dOut, in, local []T, n, blocks int) {
	k, g, b := constants[T](e.of)
	lane.ElectroOpticAdjoint(dIn, dOut, in, local, n, blocks, k, g, b)
}
