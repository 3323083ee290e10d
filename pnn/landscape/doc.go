// Package landscape looks at the surface that training walks on: how steeply the
// loss of a network rises around its parameters. A network whose loss is flat
// around them keeps its answers when rings drift, pictures shift and phases are
// fabricated wrongly; the largest eigenvalue of the Hessian is the usual measure.
//
//	system.go       what is looked at: parameters, a loss, its gradient
//	net.go          that of a net of digital layers and devices
//	network.go      that of a chain of optical stages
//	hessian.go      Hessian-vector products
//	lanczos.go      the k largest eigenvalues, each with its residual
//	power.go        the same by power iteration, as published numbers were found
//	trace.go        the trace
//	spectrum.go     the density of all eigenvalues
//	surface.go      the loss on a grid along two directions
//	direction.go    random directions, normalised filter by filter
//	krylov.go       the Krylov basis below Lanczos and spectrum
//	tridiagonal.go  eigenvalues of a symmetric tridiagonal matrix
//	vector.go       vectors as long as all parameters
//
// Networks need no second derivative: a product with the Hessian H is the central
// difference of two gradients,
//
//	H v = (g(p + h v) - g(p - h v)) / 2h + O(h^2),
//
// in double precision. Parameters are in their own units, so a Hessian over
// currents is another than one over weights.
//
// All numbers are the same, bit for bit, on every machine and for any number of
// workers; random vectors come from streams keyed by a seed. Parameters, their
// gradients and what was made of them are put back exactly as they were, also
// after an error, an ended context or a panic of the system.
package landscape
