package landscape

import (
	"errors"
	"math"
)

// tridiagonal finds the eigenvalues of a symmetric tridiagonal matrix with diagonal
// d and off-diagonal e (one shorter), by implicit QL steps (Bowdler et al., Numer.
// Math. 11, 293 (1968)). d becomes the eigenvalues, in no order; e is destroyed.
// Each row of z is multiplied by the matrix of eigenvectors: rows of the unit matrix
// become rows of that matrix, whose column i belongs to d[i].
func tridiagonal(d, e []float64, z [][]float64) error {
	n := len(d)
	e = append(e[:n-1:n-1], 0)
	for l := range n {
		for tries := 0; ; tries++ {
			m := l
			for m < n-1 {
				if dd := math.Abs(d[m]) + math.Abs(d[m+1]); dd+math.Abs(e[m]) == dd {
					break
				}
				m++
			}
			if m == l {
				break
			}
			if tries == 60 {
				return errors.New("landscape: the eigenvalues of a tridiagonal matrix did not converge in 60 steps; its entries are not finite")
			}
			g := (d[l+1] - d[l]) / (2 * e[l])
			r := hypotenuse(g, 1)
			g = d[m] - d[l] + e[l]/(g+math.Copysign(r, g))
			s, c, p := 1.0, 1.0, 0.0
			i := m - 1
			for ; i >= l; i-- {
				f, b := float64(s*e[i]), float64(c*e[i])
				r = hypotenuse(f, g)
				e[i+1] = r
				if r == 0 {
					d[i+1] -= p
					e[m] = 0
					break
				}
				s, c = f/r, g/r
				g = d[i+1] - p
				r = float64((d[i]-g)*s) + float64(2*c*b)
				p = float64(s * r)
				d[i+1] = g + p
				g = float64(c*r) - b
				for _, row := range z {
					f := row[i+1]
					row[i+1] = float64(s*row[i]) + float64(c*f)
					row[i] = float64(c*row[i]) - float64(s*f)
				}
			}
			if r == 0 && i >= l {
				continue
			}
			d[l] -= p
			e[l] = g
			e[m] = 0
		}
	}
	return nil
}

// hypotenuse is sqrt(a^2 + b^2) without overflow, the same on every machine.
func hypotenuse(a, b float64) float64 {
	a, b = math.Abs(a), math.Abs(b)
	if a < b {
		a, b = b, a
	}
	if b == 0 {
		return a
	}
	b /= a
	return float64(a * math.Sqrt(1+float64(b*b)))
}
