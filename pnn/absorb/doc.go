// Package absorb holds saturable absorbers and saturable gain as activations of
// optical neural networks, and the derivatives that light itself can measure at
// them (Guo, Barrett, Wang, Lvovsky, Photon. Res. 9, B71 (2021), arXiv
// 1912.12256).
//
//	absorber.go    transmission, response, exact and optically obtained derivative
//	derivative.go  what stands in for the derivative on the way back
//	table.go       tabulated derivatives, interpolated without overshoot
//	layer.go       the activation of a network
//	probe.go       noise on the measured probe
//	similarity.go  how alike two derivatives are
//
// A cell of resonant optical depth a0 passes the field E, in units of the
// saturation amplitude, as
//
//	g(E) = E t(E),   t(E) = exp(-(a0/2)/(1 + E^2)).
//
// A weak probe that runs against the strong beam sees the transmission t alone.
// Where the cell is not saturated, t is close to the derivative g' but for a
// factor, which the learning rate takes up: gradients that travel back as light,
// through the same weights, are multiplied by it for free.
package absorb
