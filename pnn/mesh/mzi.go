package mesh

import "lightfast/pnn/lane"

// mzi is one interferometer: its settings and the imbalance of its splitters.
type mzi struct {
	theta, phi     float64
	nn, np, pn, pp float64
}

// phasors are a = exp(i theta/2) (b is its conjugate) and f = exp(i phi).
type phasors struct{ a, f complex128 }

func (z mzi) phasors() phasors {
	s, c := lane.SinCos(z.theta / 2)
	sp, cp := lane.SinCos(z.phi)
	return phasors{complex(c, s), complex(cp, sp)}
}

// mul and the helpers below spell complex arithmetic out, each product rounded:
// the complex operators of the language may be fused on some machines.
func mul(x, y complex128) complex128 {
	return complex(
		float64(real(x)*real(y))-float64(imag(x)*imag(y)),
		float64(real(x)*imag(y))+float64(imag(x)*real(y)))
}

// blend returns p a + q conj(a).
func blend(p, q float64, a complex128) complex128 {
	return complex(float64(p*real(a))+float64(q*real(a)), float64(p*imag(a))-float64(q*imag(a)))
}

func scale(s float64, x complex128) complex128 { return complex(s*real(x), s*imag(x)) }

func timesI(x complex128) complex128 { return complex(-imag(x), real(x)) }

func conj(x complex128) complex128 { return complex(real(x), -imag(x)) }

// transfer returns the four elements of M by rows (see the package comment).
func (z mzi) transfer(p phasors) (m [4]complex128) {
	a, f := p.a, p.f
	m[0] = mul(f, scale(0.5, blend(z.pp, -z.nn, a)))
	m[1] = mul(f, timesI(scale(0.5, blend(z.np, z.pn, a))))
	m[2] = timesI(scale(0.5, blend(z.pn, z.np, a)))
	m[3] = scale(0.5, blend(-z.nn, z.pp, a))
	return m
}

// gradient returns dL/dtheta and dL/dphi from g = dL/dRe M + i dL/dIm M:
//
//	dM/dtheta = 1/4 | i e^(i phi) (pp a + nn b)    -e^(i phi) (np a - pn b) |
//	                | -(pn a - np b)               -i (pp b + nn a)         |
//	dM/dphi   = i times the upper row of M, 0
func (z mzi) gradient(p phasors, g [4]complex128) (dTheta, dPhi float64) {
	a, f := p.a, p.f
	d := [4]complex128{
		mul(f, timesI(scale(0.25, blend(z.pp, z.nn, a)))),
		mul(f, scale(-0.25, blend(z.np, -z.pn, a))),
		scale(-0.25, blend(z.pn, -z.np, a)),
		timesI(scale(-0.25, blend(z.nn, z.pp, a))),
	}
	for i := range d {
		dTheta += dot(g[i], d[i])
	}
	m := z.transfer(p)
	return dTheta, dot(g[0], timesI(m[0])) + dot(g[1], timesI(m[1]))
}

// dot is the change of a loss with gradient g under the change d.
func dot(g, d complex128) float64 {
	return float64(real(g)*real(d)) + float64(imag(g)*imag(d))
}
