package ring

import (
	"fmt"
	"math"
)

// Crosstalk says how the heat of one ring reaches the others. It works on
// q = x^Power, to which heat is proportional, of all the rings of a layer.
type Crosstalk interface {
	// Check finds what does not fit a bank of n rings.
	Check(n int) error
	// Apply computes to = (1 + K) q.
	Apply(to, q []float64)
	// Adjoint computes to = (1 + K)^T g.
	Adjoint(to, g []float64)
}

// Neighbours is the crosstalk of rings that stand in rows of PerRow: a ring gets
// the share Kernel[0] of the heat of each of its neighbours, Kernel[1] of that of
// the next ones, and so on.
type Neighbours struct {
	PerRow int
	Kernel []float64
}

// Check implements [Crosstalk].
func (k Neighbours) Check(n int) error {
	if k.PerRow < 1 || n%k.PerRow != 0 {
		return fmt.Errorf("ring: crosstalk in rows of %d rings in a bank of %d, expected a divisor of it", k.PerRow, n)
	}
	return checkShares("Kernel", k.Kernel)
}

func checkShares(name string, v []float64) error {
	for i, s := range v {
		if !(math.Abs(s) <= 1) {
			return fmt.Errorf("ring: crosstalk: %s[%d] is %g, expected a share between -1 and 1", name, i, s)
		}
	}
	return nil
}

// Apply implements [Crosstalk].
func (k Neighbours) Apply(to, q []float64) {
	for lo := 0; lo < len(q); lo += k.PerRow {
		row := q[lo:][:k.PerRow]
		for i, v := range row {
			for j, share := range k.Kernel {
				if at := i - j - 1; at >= 0 {
					v += float64(share * row[at])
				}
				if at := i + j + 1; at < len(row) {
					v += float64(share * row[at])
				}
			}
			to[lo+i] = v
		}
	}
}

// Adjoint implements [Crosstalk]; what a ring gives it also gets.
func (k Neighbours) Adjoint(to, g []float64) { k.Apply(to, g) }

// Matrix is the crosstalk within groups of N consecutive rings, such as the rings
// of a bank that a layer uses again and again: ring i gets the share Share[i*N+j]
// of the heat of ring j, in addition to its own.
type Matrix struct {
	N     int
	Share []float64
}

// Check implements [Crosstalk].
func (m Matrix) Check(n int) error {
	if m.N < 1 || n%m.N != 0 || len(m.Share) != m.N*m.N {
		return fmt.Errorf("ring: a crosstalk matrix of %d numbers for groups of %d rings in a bank of %d, expected the square of a divisor of it", len(m.Share), m.N, n)
	}
	return checkShares("Share", m.Share)
}

// Apply implements [Crosstalk].
func (m Matrix) Apply(to, q []float64) { m.multiply(to, q, m.N, 1) }

// Adjoint implements [Crosstalk].
func (m Matrix) Adjoint(to, g []float64) { m.multiply(to, g, 1, m.N) }

func (m Matrix) multiply(to, v []float64, row, col int) {
	for lo := 0; lo < len(v); lo += m.N {
		for i := range m.N {
			sum := v[lo+i]
			for j := range m.N {
				sum += float64(m.Share[i*row+j*col] * v[lo+j])
			}
			to[lo+i] = sum
		}
	}
}
