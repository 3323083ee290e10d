package mesh

import (
	"math"

	"lightfast/pnn/lane"
)

// Haar draws phases for which the rectangular mesh is close to Haar-random
// (Russell et al., New J. Phys. 19, 033007 (2017)): phi and gamma uniform in
// [0, 2 pi), theta = pi - 2 asin(u^(1/(2 alpha))) with u uniform in (0, 1) and a
// power alpha that depends on the position, as in Neurophox. A triangular mesh
// gets the phases of a Haar-random matrix. Slots without an interferometer
// get zero.
func (m *Mesh[T]) Haar(seed uint64, index int) {
	l := m.Layout
	if l.Kind == "triangular" {
		// A Haar-random matrix is unitary, so its decomposition cannot fail.
		p, err := l.Decompose(RandomUnitary(l.Ports, seed, index))
		if err != nil {
			panic(err)
		}
		p.CopyTo(m.Theta.Value, m.Phi.Value, m.Gamma.Value)
		return
	}
	theta := lane.NewStream(seed, "initial theta", uint64(index))
	phi := lane.NewStream(seed, "initial phi", uint64(index))
	gamma := lane.NewStream(seed, "initial gamma", uint64(index))
	for j, c := range l.columns {
		for i, slot := range c.slot {
			u, p := 1-theta.Float64(), phi.Float64() // drawn for every slot, so that layouts agree
			if slot < 0 {
				continue
			}
			a := float64(alpha(l.Ports, int(c.top[i]), j))
			m.Theta.Value[slot] = math.Pi - float64(2*lane.Asin(lane.Pow(u, 1/(2*a))))
			m.Phi.Value[slot] = 2 * math.Pi * p
		}
	}
	for k := range m.Gamma.Value {
		m.Gamma.Value[k] = 2 * math.Pi * gamma.Float64()
	}
}

// alpha is the power for the interferometer of column j whose upper line is i.
func alpha(n, i, j int) int {
	d := n - 1
	switch {
	case j > i:
		d = n - (j - i)
	case j < i:
		d = n - 1 - (i - j)
	}
	if d == 1 {
		return 1
	}
	// The sequence d+1-k: first the odd k downwards, then the even k upwards.
	at := min(i, j)
	odd := (d + 1) / 2
	if at < odd {
		return d + 1 - (2*(odd-at) - 1)
	}
	return d + 1 - 2*(at-odd+1)
}

// RandomUnitary returns a Haar-random n x n unitary matrix, row by row: complex
// normal numbers whose rows are orthonormalised.
func RandomUnitary(n int, seed uint64, index int) []complex128 {
	s := lane.NewStream(seed, "Haar-random matrix", uint64(index))
	u := make([]complex128, n*n)
	for i := range u {
		u[i] = complex(s.Normal(), s.Normal())
	}
	for r := range n {
		row := u[r*n : (r+1)*n]
		// Twice is enough (Giraud et al. 2005) for orthogonality to rounding.
		for range 2 {
			for q := range r {
				prev := u[q*n : (q+1)*n]
				var c complex128
				for k := range row {
					c += mul(conj(prev[k]), row[k])
				}
				for k := range row {
					row[k] -= mul(c, prev[k])
				}
			}
		}
		var norm float64
		for _, z := range row {
			norm += float64(real(z)*real(z)) + float64(imag(z)*imag(z))
		}
		for k := range row {
			row[k] = scale(1/math.Sqrt(norm), row[k])
		}
	}
	return u
}
