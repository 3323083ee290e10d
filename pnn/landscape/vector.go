package landscape

import "math"

// Sums over parameters are formed for spans of fixed length and added in their
// order, so that they do not depend on the number of workers.
const spanLength = 4096

// spans calls f for each span of the parameters.
func (l *Landscape) spans(f func(span, lo, hi int)) {
	l.Pool.For((l.size+spanLength-1)/spanLength, func(i, _ int) {
		f(i, i*spanLength, min((i+1)*spanLength, l.size))
	})
}

// dot returns a.b.
func (l *Landscape) dot(a, b []float64) (sum float64) {
	n := (l.size + spanLength - 1) / spanLength
	if l.parts == nil {
		l.parts = make([]float64, n)
	}
	l.spans(func(i, lo, hi int) { l.parts[i] = dot(a[lo:hi], b[lo:hi]) })
	for _, v := range l.parts {
		sum += v
	}
	return sum
}

// dot adds every fourth product to one of four sums.
func dot(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+3 < len(a); i += 4 {
		s0 += float64(a[i] * b[i])
		s1 += float64(a[i+1] * b[i+1])
		s2 += float64(a[i+2] * b[i+2])
		s3 += float64(a[i+3] * b[i+3])
	}
	for ; i < len(a); i++ {
		s0 += float64(a[i] * b[i])
	}
	return (s0 + s2) + (s1 + s3)
}

// norm returns |a|.
func (l *Landscape) norm(a []float64) float64 { return math.Sqrt(l.dot(a, a)) }

// scale multiplies a by k.
func scale(a []float64, k float64) {
	for i := range a {
		a[i] *= k
	}
}

// orthogonalise takes from w its parts along the orthonormal vectors of basis, twice
// over, which leaves it orthogonal to them to rounding (Giraud et al., Numer. Math.
// 101, 87 (2005)).
func (l *Landscape) orthogonalise(w []float64, basis [][]float64) {
	c := make([]float64, len(basis))
	for range 2 {
		l.Pool.For(len(basis), func(j, _ int) {
			var sum float64
			for lo := 0; lo < l.size; lo += spanLength {
				hi := min(lo+spanLength, l.size)
				sum += dot(basis[j][lo:hi], w[lo:hi])
			}
			c[j] = sum
		})
		l.spans(func(_, lo, hi int) {
			for j, q := range basis {
				k := c[j]
				for i, v := range q[lo:hi] {
					w[lo+i] -= float64(k * v)
				}
			}
		})
	}
}

// combine returns the sum of c[j] basis[j].
func (l *Landscape) combine(c []float64, basis [][]float64) []float64 {
	y := make([]float64, l.size)
	l.spans(func(_, lo, hi int) {
		for j, q := range basis {
			for i, v := range q[lo:hi] {
				y[lo+i] += float64(c[j] * v)
			}
		}
	})
	return y
}
