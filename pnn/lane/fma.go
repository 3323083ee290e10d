package lane

import "math"

// fma returns a*b+c rounded once.
func fma[T Float](a, b, c T) T {
	if x, ok := any(a).(float32); ok {
		return T(fma32(x, float32(b), float32(c)))
	}
	return T(math.FMA(float64(a), float64(b), float64(c)))
}

// fma32 returns a*b+c in single precision, rounded once. The product of two
// float32 is exact in float64, so only the sum s is rounded before the final
// rounding, and that matters in two cases only: s lies exactly between two
// float32, or the result is subnormal but not zero. Then s is replaced by its neighbour with
// an odd last bit towards the exact sum (rounding to odd), which makes the
// second rounding correct.
func fma32(a, b, c float32) float32 {
	p := float64(a) * float64(b)
	s := p + float64(c)
	u := math.Float64bits(s)
	if u&0x1fffffff == 0x10000000 || u<<1-1 < 0x381<<53-1 {
		return float32(roundOdd(p, float64(c), s))
	}
	return float32(s)
}

// roundOdd returns p+c rounded to odd, given s = p+c rounded to nearest.
func roundOdd(p, c, s float64) float64 {
	if math.IsNaN(s) || math.IsInf(s, 0) {
		return s
	}
	// Knuth's two-sum: e is exactly p+c-s.
	t := s - p
	e := (p - (s - t)) + (c - t)
	u := math.Float64bits(s)
	if e == 0 || u&1 == 1 {
		return s
	}
	if (e > 0) == (s > 0) {
		return math.Float64frombits(u + 1)
	}
	return math.Float64frombits(u - 1)
}

// fmaRow replaces each of sixteen sums a by w*x + a, rounded once: the inner
// loop of the plain-Go products, spelled out so that single precision does not
// pay for a call a number.
func fmaRow[T Float](a *[Width]T, w T, x []T) {
	a32, ok := any(a).(*[Width]float32)
	if !ok {
		for l, v := range x[:Width] {
			a[l] = T(math.FMA(float64(w), float64(v), float64(a[l])))
		}
		return
	}
	w64 := float64(w)
	for l, v := range x[:Width] {
		c := float64(a32[l])
		p := w64 * float64(v)
		s := p + c
		if u := math.Float64bits(s); u&0x1fffffff == 0x10000000 || u<<1-1 < 0x381<<53-1 {
			s = roundOdd(p, c, s)
		}
		a32[l] = float32(s)
	}
}

// fmaRows replaces each of sixteen sums a by y*x + a, rounded once.
func fmaRows[T Float](a *[Width]T, y, x []T) {
	a32, ok := any(a).(*[Width]float32)
	if !ok {
		for l, v := range x[:Width] {
			a[l] = T(math.FMA(float64(y[l]), float64(v), float64(a[l])))
		}
		return
	}
	y = y[:Width]
	for l, v := range x[:Width] {
		c := float64(a32[l])
		p := float64(y[l]) * float64(v)
		s := p + c
		if u := math.Float64bits(s); u&0x1fffffff == 0x10000000 || u<<1-1 < 0x381<<53-1 {
			s = roundOdd(p, c, s)
		}
		a32[l] = float32(s)
	}
}
