// Package ring simulates banks of microring resonators that multiply by weights:
// a heater's current moves a ring's resonance past the wavelength of a laser, and
// how much of the light stays on the bus is the weight.
//
//	curve.go      the tuning curve of one ring, control to weight and back
//	law.go        curves of all the weights of a layer, drift, errors of the controls
//	domain.go     a network that is trained in weights, loaded into disturbed rings
//	vary.go       rings that differ from each other
//	crosstalk.go  heaters that warm their neighbours
//	bank.go       a bank of rings with all of these, forward and adjoint
//	layer.go      a bank as a layer of a network, with the noise of its detectors
//	through.go    signed weights on a single through port
//	measured.go   measured rings from CSV files
//	fit.go        curves fitted to them
//
// # The tuning curve
//
// With the control x (a current in mA, or a detuning in nm) and p = 1 or 2, a
// ring's signed weight is a Lorentzian dip,
//
//	w(x) = Base + Amp/(1 + d^2),   d = (x^p - Resonance^p)/HalfWidth.
//
// The heat of a heater, and with it the resonance's shift, is proportional to the
// square of its current, so p = 2 fits measured rings better; the training law of
// Xu et al., "Physical neural networks using sharpness-aware training", Nat.
// Commun. (2026), has p = 1 and runs from -1 in resonance to +1 far from it,
//
//	w(x) = 1 - 2/(1 + (x/g)^2),   g = 0.15.
//
// [Law] is the nn.Tuning by which layers of pnn/nn train controls; [Dense] is a
// layer with everything that elementwise laws cannot do.
package ring
