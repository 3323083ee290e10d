package fft

import "lightfast/pnn/lane"

// chirp transforms sixteen lines of any length n as a convolution with a chirp
// (Bluestein), by smooth transforms of length m >= 2n-1:
//
//	X_k = c_k sum_j (x_j c_j) conj(c_(k-j))   c_j = exp(-i pi j^2/n)
type chirp[T lane.Float] struct {
	n        int
	order    []int32 // 0..n-1
	factors  []T     // c_j
	spectrum []T     // transform of conj(c), over m
	inner    *smooth[T]
}

func newChirp[T lane.Float](n int) *chirp[T] {
	m := smoothLength(2*n - 1)
	radix := windowed(factors(m))
	t := &chirp[T]{n: n, inner: newSmooth[T](m, radix)}
	work := make([]float64, 3*m*elementSize)
	b := scratch(work, m)
	for j := range n {
		// exp(i pi j^2/n) has period 2n in j^2; the remainder is exact.
		re, im := root(j*j%(2*n), 2*n)
		t.order = append(t.order, int32(j))
		t.factors = append(t.factors, T(re), T(-im))
		for _, e := range [2]int{j, (m - j) % m} {
			b.data[b.re+e*b.row], b.data[b.im+e*b.row] = re, im
		}
	}
	newSmooth[float64](m, radix).across(b, b, m, m, work[m*elementSize:], work[2*m*elementSize:])
	for k := range m {
		t.spectrum = append(t.spectrum, T(b.data[b.re+k*b.row]/float64(m)), T(b.data[b.im+k*b.row]/float64(m)))
	}
	return t
}

// across is [smooth.across]; line is scratch memory for m elements, as are work
// and pad.
func (t *chirp[T]) across(dst, src view[T], live, want int, line, work, pad []T) {
	dst.check(want)
	src.check(live)
	m := t.inner.n
	a := scratch(line, m)
	turn(a, src, live, t.factors)
	t.inner.across(a, a, live, m, work, pad)
	turn(a, a, m, t.spectrum)
	t.inner.across(a.swapped(), a.swapped(), m, want, work, pad)
	turn(dst, a, want, t.factors)
}
