package lane

// SinCos32 returns sin x and cos x of an angle in radians in the precision T:
// for float64 [SinCos], for float32 a reduction by pi/2 in three parts and the
// single-precision polynomials of Cephes (error below 2 units in the last
// place up to |x| = 8192; larger angles go through [SinCos]).
func SinCos32[T Float](x T) (sin, cos T) {
	if v, ok := any(x).(float32); ok {
		s, c := sincos32(v)
		return T(s), T(c)
	}
	s, c := SinCos(float64(x))
	return T(s), T(c)
}

func sincos32(x float32) (sin, cos float32) {
	if !(x <= 8192 && x >= -8192) {
		s, c := SinCos(float64(x))
		return float32(s), float32(c)
	}
	const (
		magic = 3 << 22 // adding and subtracting it rounds to an integer
		p1    = 1.5703125
		p2    = 4.837512969970703125e-4
		p3    = 7.54978995489188216e-8
	)
	t := float32(x*0.63661977) + magic
	k := t - magic
	r := x - float32(k*p1)
	r -= float32(k * p2)
	r -= float32(k * p3)
	z := r * r
	s := float32(z*-1.9515295891e-4) + 8.3321608736e-3
	s = float32(z*s) - 1.6666654611e-1
	s = float32(float32(s*z)*r) + r
	c := float32(z*2.443315711809948e-5) - 1.388731625493765e-3
	c = float32(z*c) + 4.166664568298827e-2
	c = float32(float32(z*z)*c) - float32(0.5*z)
	c += 1
	switch int32(k) & 3 {
	case 0:
		return s, c
	case 1:
		return c, -s
	case 2:
		return -s, -c
	}
	return -c, s
}
