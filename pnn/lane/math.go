package lane

import "math"

// The functions of this file replace those of the standard library wherever a
// number ends up in a result: package math uses assembly on some machines, and
// compilers fuse a*b+c on others, so its last bits differ from machine to
// machine. Here every product is rounded before it is added (the explicit
// conversions forbid fusing), which leaves one result for every platform.
// Errors stay below 2 units in the last place on the ranges that optics needs.

// SinCos returns sin x and cos x of an angle in radians.
//
// Cody-Waite reduction by pi/2 in three parts, then the polynomials of fdlibm
// on |r| <= pi/4. Beyond |x| = 2^20 the angle is first reduced modulo the
// double 2 pi, which loses what the double itself does not hold.
func SinCos(x float64) (sin, cos float64) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return math.NaN(), math.NaN()
	}
	if math.Abs(x) > 1<<20 {
		x = math.Mod(x, 2*math.Pi)
	}
	const (
		p1 = 1.57079632673412561417e+00 // first 33 bits of pi/2
		p2 = 6.07710050630396597660e-11 // next 33 bits
		p3 = 2.02226624879595063154e-21 // the rest
	)
	k := math.RoundToEven(x * (2 / math.Pi))
	r := x - float64(k*p1)
	r -= float64(k * p2)
	r -= float64(k * p3)
	z := r * r
	s := float64(z*1.58969099521155010221e-10) - 2.50507602534068634195e-08
	s = float64(z*s) + 2.75573137070700676789e-06
	s = float64(z*s) - 1.98412698298579493134e-04
	s = float64(z*s) + 8.33333333332248946124e-03
	s = float64(z*s) - 1.66666666666666324348e-01
	s = r + float64(r*float64(z*s))
	c := float64(z*-1.13596475577881948265e-11) + 2.08757232129817482790e-09
	c = float64(z*c) - 2.75573143513906633035e-07
	c = float64(z*c) + 2.48015872894767294178e-05
	c = float64(z*c) - 1.38888888888741095749e-03
	c = float64(z*c) + 4.16666666666666019037e-02
	h := float64(0.5 * z)
	w := 1 - h
	c = w + (((1 - w) - h) + float64(z*float64(z*c)))
	switch int64(k) & 3 {
	case 0:
		return s, c
	case 1:
		return c, -s
	case 2:
		return -s, -c
	}
	return -c, s
}

// Exp returns e^x.
func Exp(x float64) float64 {
	switch {
	case math.IsNaN(x):
		return x
	case x > 709.782712893384:
		return math.Inf(1)
	case x < -745.1332191019412:
		return 0
	}
	const (
		ln2hi = 6.93147180369123816490e-01
		ln2lo = 1.90821492927058770002e-10
	)
	k := math.RoundToEven(x * math.Log2E)
	hi := x - float64(k*ln2hi)
	lo := float64(k * ln2lo)
	r := hi - lo
	t := r * r
	c := float64(t*4.13813679705723846039e-08) - 1.65339022054652515390e-06
	c = float64(t*c) + 6.61375632143793436117e-05
	c = float64(t*c) - 2.77777777770155933842e-03
	c = float64(t*c) + 1.66666666666666019037e-01
	c = r - float64(t*c)
	y := 1 - ((lo - float64(r*c)/(2-c)) - hi)
	if math.Abs(k) < 1000 {
		return y * math.Float64frombits(uint64(int64(k)+1023)<<52) // y is near one: nothing is rounded
	}
	return math.Ldexp(y, int(k))
}

// Log returns the natural logarithm of x.
func Log(x float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	const (
		ln2hi = 6.93147180369123816490e-01
		ln2lo = 1.90821492927058770002e-10
	)
	f1, ki := math.Frexp(x)
	if f1 < math.Sqrt2/2 {
		f1 *= 2
		ki--
	}
	f := f1 - 1
	k := float64(ki)
	s := f / (2 + f)
	s2 := s * s
	s4 := s2 * s2
	t1 := float64(s4*1.479819860511658591e-01) + 1.818357216161805012e-01
	t1 = float64(s4*t1) + 2.857142874366239149e-01
	t1 = float64(s4*t1) + 6.666666666666735130e-01
	t1 = float64(s2 * t1)
	t2 := float64(s4*1.531383769920937332e-01) + 2.222219843214978396e-01
	t2 = float64(s4*t2) + 3.999999999940941908e-01
	t2 = float64(s4 * t2)
	r := t1 + t2
	h := float64(0.5 * float64(f*f))
	return float64(k*ln2hi) - ((h - (float64(s*float64(h+r)) + float64(k*ln2lo))) - f)
}

// Pow returns x^y for x >= 0.
func Pow(x, y float64) float64 {
	if y == 0 {
		return 1
	}
	return Exp(float64(y * Log(x)))
}

// Atan2 returns the angle of the point (x, y) in (-pi, pi].
func Atan2(y, x float64) float64 {
	if x == 0 && y == 0 {
		return 0
	}
	ax, ay := math.Abs(x), math.Abs(y)
	var a float64
	if ay <= ax {
		a = atan(ay / ax)
	} else {
		a = math.Pi/2 - atan(ax/ay)
	}
	if x < 0 {
		a = math.Pi - a
	}
	if y < 0 {
		a = -a
	}
	return a
}

// Asin returns the arc sine of x in [-1, 1].
func Asin(x float64) float64 {
	return Atan2(x, math.Sqrt(float64((1-x)*(1+x))))
}

// atan is the arc tangent on [0, 1]: one reduction about tan(pi/8), then the
// polynomial of fdlibm.
func atan(x float64) float64 {
	var base, low float64
	switch {
	case x > 11.0/16:
		base, low = 7.85398163397448278999e-01, 3.06161699786838301793e-17
		x = (x - 1) / (x + 1)
	case x > 7.0/16:
		base, low = 4.63647609000806093515e-01, 2.26987774529616870924e-17
		x = (float64(2*x) - 1) / (2 + x)
	}
	z := x * x
	w := z * z
	s1 := float64(w*1.62858201153657823623e-02) + 4.97687799461593236017e-02
	s1 = float64(w*s1) + 6.66107313738753120669e-02
	s1 = float64(w*s1) + 9.09088713343650656196e-02
	s1 = float64(w*s1) + 1.42857142725034663711e-01
	s1 = float64(w*s1) + 3.33333333333329318027e-01
	s1 = float64(z * s1)
	s2 := float64(w*-3.65315727442169155270e-02) - 5.83357013379057348645e-02
	s2 = float64(w*s2) - 7.69187620504482999495e-02
	s2 = float64(w*s2) - 1.11111104054623557880e-01
	s2 = float64(w*s2) - 1.99999999998764832476e-01
	s2 = float64(w * s2)
	return base - ((float64(x*(s1+s2)) - low) - x)
}
