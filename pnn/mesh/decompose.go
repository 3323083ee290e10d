package mesh

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Phases are the settings of a mesh: Theta and Phi of shape (Columns, Pairs),
// Gamma of length Ports; radians.
type Phases struct{ Theta, Phi, Gamma []float64 }

// CopyTo copies the phases into the arrays of a mesh.
func (p *Phases) CopyTo(theta, phi, gamma []float64) {
	copy(theta, p.Theta)
	copy(phi, p.Phi)
	copy(gamma, p.Gamma)
}

// step is a 2x2 unitary on lines (line, line+1) found by the elimination.
type step struct {
	line  int
	m     [4]complex128
	after bool // stands behind the diagonal, on the side of the outputs
}

// Decompose finds the phases for which an ideal mesh of this layout has the
// transfer matrix u (n x n, row by row): the elimination of Clements et al.
// (2016) for the rectangular, of Reck et al. (1994) for the triangular mesh. The
// leftover diagonal is pushed to the inputs, where it becomes gamma.
func (l *Layout) Decompose(u []complex128) (*Phases, error) {
	n := l.Ports
	if err := checkUnitary(u, n); err != nil {
		return nil, err
	}
	var steps []step
	w := append([]complex128(nil), u...)
	if l.Kind == "triangular" {
		for r := n - 1; r > 0; r-- {
			for c := range r {
				steps = append(steps, eliminateRight(w, n, r, c))
			}
		}
	} else {
		for i := range n - 1 {
			for j := range i + 1 {
				if i%2 == 0 {
					steps = append(steps, eliminateRight(w, n, n-1-j, i-j))
				} else {
					steps = append(steps, eliminateLeft(w, n, n+j-i-1, j))
				}
			}
		}
	}
	return l.assign(steps, w)
}

func checkUnitary(u []complex128, n int) error {
	if len(u) != n*n {
		return fmt.Errorf("mesh: matrix has %d elements, expected %d x %d = %d", len(u), n, n, n*n)
	}
	for r := range n {
		for q := range r + 1 {
			var s complex128
			for k := range n {
				s += mul(u[r*n+k], conj(u[q*n+k]))
			}
			if r == q {
				s -= 1
			}
			if d := math.Hypot(real(s), imag(s)); !(d < 1e-6) {
				return fmt.Errorf("mesh: matrix is not unitary: rows %d and %d differ from orthonormal by %.3g, expected below 1e-6", q, r, d)
			}
		}
	}
	return nil
}

// eliminateRight makes w[r][c] zero by a 2x2 unitary on columns (c, c+1).
func eliminateRight(w []complex128, n, r, c int) step {
	a, b := w[r*n+c], w[r*n+c+1]
	h := norm2(a, b)
	m := [4]complex128{1, 0, 0, 1}
	if h > 0 {
		m = [4]complex128{scale(1/h, conj(b)), scale(-1/h, conj(a)), scale(1/h, a), scale(1/h, b)}
	}
	for i := range n {
		x, y := w[i*n+c], w[i*n+c+1]
		w[i*n+c] = mul(x, conj(m[0])) + mul(y, conj(m[1]))
		w[i*n+c+1] = mul(x, conj(m[2])) + mul(y, conj(m[3]))
	}
	return step{line: c, m: m}
}

// eliminateLeft makes w[r][c] zero by a 2x2 unitary on rows (r-1, r); the step
// is its inverse.
func eliminateLeft(w []complex128, n, r, c int) step {
	a, b := w[(r-1)*n+c], w[r*n+c]
	h := norm2(a, b)
	m := [4]complex128{1, 0, 0, 1}
	if h > 0 {
		m = [4]complex128{scale(1/h, conj(a)), scale(1/h, conj(b)), scale(-1/h, b), scale(1/h, a)}
	}
	for k := range n {
		x, y := w[(r-1)*n+k], w[r*n+k]
		w[(r-1)*n+k] = mul(m[0], x) + mul(m[1], y)
		w[r*n+k] = mul(m[2], x) + mul(m[3], y)
	}
	return step{line: r - 1, m: [4]complex128{conj(m[0]), conj(m[2]), conj(m[1]), conj(m[3])}, after: true}
}

func norm2(a, b complex128) float64 {
	return math.Sqrt(float64(real(a)*real(a)) + float64(imag(a)*imag(a)) + float64(real(b)*real(b)) + float64(imag(b)*imag(b)))
}

// assign gives each step its place in the layout and turns it into phases.
func (l *Layout) assign(steps []step, diagonal []complex128) (*Phases, error) {
	n := l.Ports
	// From the inputs on: first the steps before the diagonal in the order in
	// which they were found, then those behind it in the opposite order.
	var order []step
	for _, s := range steps {
		if !s.after {
			order = append(order, s)
		}
	}
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].after {
			order = append(order, steps[i])
		}
	}
	// Each goes into the first column behind its predecessors on its lines that
	// has an interferometer there.
	type place struct {
		step step
		used bool
	}
	placed := make([][]place, l.Columns())
	for j, c := range l.columns {
		placed[j] = make([]place, len(c.slot))
	}
	ready := make([]int, n)
	for _, s := range order {
		j, at := max(ready[s.line], ready[s.line+1]), -1
		for ; j < l.Columns() && at < 0; j++ {
			for i, top := range l.columns[j].top {
				if int(top) == s.line && l.columns[j].slot[i] >= 0 {
					at = i
				}
			}
		}
		if at < 0 {
			return nil, fmt.Errorf("mesh: the %s layout of %d ports has no place left on line %d", l.Kind, n, s.line)
		}
		placed[j-1][at] = place{s, true}
		ready[s.line], ready[s.line+1] = j, j
	}
	// From the outputs back: a diagonal e stands in front of what is done. With
	// e V = M e' each unitary becomes an interferometer M and passes e' on.
	p := &Phases{make([]float64, l.Slots()), make([]float64, l.Slots()), make([]float64, n)}
	e := make([]complex128, n)
	crossed := make([]bool, n)
	for k := range e {
		e[k] = 1
	}
	cross := func(k int) {
		if !crossed[k] {
			crossed[k] = true
			e[k] = mul(e[k], diagonal[k*n+k])
		}
	}
	for j := l.Columns() - 1; j >= 0; j-- {
		c := l.columns[j]
		for i, slot := range c.slot {
			u, d := int(c.top[i]), int(c.next[i])
			if slot < 0 {
				e[u], e[d] = timesI(e[u]), timesI(e[d]) // the wrap pair multiplies by -i
				continue
			}
			v := [4]complex128{1, 0, 0, 1}
			if pl := placed[j][i]; pl.used {
				if !pl.step.after {
					cross(u)
					cross(d)
				}
				v = pl.step.m
			}
			v = [4]complex128{mul(e[u], v[0]), mul(e[u], v[1]), mul(e[d], v[2]), mul(e[d], v[3])}
			p.Theta[slot], p.Phi[slot], e[u], e[d] = interferometer(v)
		}
	}
	for k := range e {
		cross(k)
		p.Gamma[k] = angle(e[k])
	}
	return p, nil
}

// interferometer writes a 2x2 unitary v as M(theta, phi) diag(x, y).
func interferometer(v [4]complex128) (theta, phi float64, x, y complex128) {
	sin, cos := norm2(v[0], 0), norm2(v[1], 0)
	theta = 2 * lane.Atan2(sin, cos)
	// M = i [[f s, f c], [c, -s]] with f = exp(i phi).
	switch {
	case cos < 1e-12:
		return math.Pi, 0, unit(scale(-1, timesI(v[0]))), unit(timesI(v[3]))
	case sin < 1e-12:
		return 0, 0, unit(scale(-1, timesI(v[2]))), unit(scale(-1, timesI(v[1])))
	}
	x, y = unit(scale(-1, timesI(v[2]))), unit(timesI(v[3]))
	f := unit(mul(scale(-1, timesI(v[0])), conj(x)))
	return theta, angle(f), x, y
}

func unit(z complex128) complex128 { return scale(1/norm2(z, 0), z) }

// angle is the argument of z in [0, 2 pi).
func angle(z complex128) float64 {
	a := lane.Atan2(imag(z), real(z))
	if a < 0 {
		a += 2 * math.Pi
	}
	return a
}

// Complex arithmetic is spelled out, each product rounded: the complex operators
// of the language may be fused on some machines.

func mul(x, y complex128) complex128 {
	return complex(
		float64(real(x)*real(y))-float64(imag(x)*imag(y)),
		float64(real(x)*imag(y))+float64(imag(x)*real(y)))
}

func scale(s float64, x complex128) complex128 { return complex(s*real(x), s*imag(x)) }

func conj(x complex128) complex128 { return complex(real(x), -imag(x)) }

func timesI(x complex128) complex128 { return complex(-imag(x), real(x)) }
