package fft

import "lightfast/pnn/lane"

// cx is a complex number.
type cx[T lane.Float] struct{ re, im T }

func (a cx[T]) plus(b cx[T]) cx[T]  { return cx[T]{a.re + b.re, a.im + b.im} }
func (a cx[T]) minus(b cx[T]) cx[T] { return cx[T]{a.re - b.re, a.im - b.im} }
func (a cx[T]) scaled(c T) cx[T]    { return cx[T]{T(c * a.re), T(c * a.im)} }
func (a cx[T]) minusI() cx[T]       { return cx[T]{a.im, -a.re} }

// times is a b, each product and each sum rounded.
func (a cx[T]) times(b cx[T]) cx[T] {
	return cx[T]{T(a.re*b.re) - T(a.im*b.im), T(a.re*b.im) + T(a.im*b.re)}
}

// maxRadix is the largest length that is transformed in one step.
const maxRadix = 10

// points holds the inputs or outputs of one small transform.
type points[T lane.Float] [maxRadix]cx[T]

// small transforms x[:n] in place: y_k = sum_m x_m exp(-2 pi i k m/n). If half
// is set, inputs from n/2 on count as zero, whatever they hold, and nothing is
// added to them.
func small[T lane.Float](n int, x *points[T], half bool) {
	switch n {
	case 2:
		x[0], x[1] = x[0].plus(x[1]), x[0].minus(x[1])
	case 3:
		x[0], x[1], x[2] = three(x[0], x[1], x[2])
	case 4:
		x[0], x[1], x[2], x[3] = four(x[0], x[1], x[2], x[3], half)
	case 5:
		x[0], x[1], x[2], x[3], x[4] = five(x[0], x[1], x[2], x[3], x[4])
	case 6:
		six(x)
	case 7:
		seven(x)
	case 8:
		eight(x, half)
	case 10:
		ten(x, half)
	}
}

func three[T lane.Float](x0, x1, x2 cx[T]) (y0, y1, y2 cx[T]) {
	const s = 0.86602540378443864676 // sin 2 pi/3
	t, d := x1.plus(x2), x1.minus(x2)
	m, u := x0.minus(t.scaled(0.5)), d.scaled(s).minusI()
	return x0.plus(t), m.plus(u), m.minus(u)
}

func four[T lane.Float](x0, x1, x2, x3 cx[T], half bool) (y0, y1, y2, y3 cx[T]) {
	a, b, c, d := x0, x0, x1, x1
	if !half {
		a, b, c, d = x0.plus(x2), x0.minus(x2), x1.plus(x3), x1.minus(x3)
	}
	d = d.minusI()
	return a.plus(c), b.plus(d), a.minus(c), b.minus(d)
}

// five uses cos 72 + cos 144 = -1/2 and cos 72 - cos 144 = sqrt(5)/2.
func five[T lane.Float](x0, x1, x2, x3, x4 cx[T]) (y0, y1, y2, y3, y4 cx[T]) {
	const (
		q  = 0.55901699437494742410 // sqrt(5)/4
		s1 = 0.95105651629515357212 // sin 2 pi/5
		s2 = 0.58778525229247312917 // sin 4 pi/5
	)
	t1, d1 := x1.plus(x4), x1.minus(x4)
	t2, d2 := x2.plus(x3), x2.minus(x3)
	t := t1.plus(t2)
	a, b := x0.minus(t.scaled(0.25)), t1.minus(t2).scaled(q)
	m1, m2 := a.plus(b), a.minus(b)
	u := d1.scaled(s1).plus(d2.scaled(s2)).minusI()
	v := d1.scaled(s2).minus(d2.scaled(s1)).minusI()
	return x0.plus(t), m1.plus(u), m2.plus(v), m2.minus(v), m1.minus(u)
}

// six and ten are two transforms of odd length without twiddles (Good and
// Thomas): even outputs come from sums, odd ones from differences of inputs half
// the length apart.
func six[T lane.Float](x *points[T]) {
	y0, y4, y2 := three(x[0].plus(x[3]), x[2].plus(x[5]), x[4].plus(x[1]))
	y3, y1, y5 := three(x[0].minus(x[3]), x[2].minus(x[5]), x[4].minus(x[1]))
	*x = points[T]{y0, y1, y2, y3, y4, y5}
}

func ten[T lane.Float](x *points[T], half bool) {
	s := [5]cx[T]{x[0], x[2], x[4], x[1], x[3]}
	d := [5]cx[T]{x[0], x[2], x[4], {-x[1].re, -x[1].im}, {-x[3].re, -x[3].im}}
	if !half {
		for j := range 5 {
			a, b := x[2*j], x[(2*j+5)%10]
			s[j], d[j] = a.plus(b), a.minus(b)
		}
	}
	y0, y6, y2, y8, y4 := five(s[0], s[1], s[2], s[3], s[4])
	y5, y1, y7, y3, y9 := five(d[0], d[1], d[2], d[3], d[4])
	*x = points[T]{y0, y1, y2, y3, y4, y5, y6, y7, y8, y9}
}

func seven[T lane.Float](x *points[T]) {
	const (
		c1 = 0.62348980185873353053 // cos 2 pi/7
		c2 = -0.2225209339563144043 // cos 4 pi/7
		c3 = -0.9009688679024191262 // cos 6 pi/7
		s1 = 0.78183148246802980871 // sin 2 pi/7
		s2 = 0.97492791218182360702 // sin 4 pi/7
		s3 = 0.43388373911755812048 // sin 6 pi/7
	)
	t1, d1 := x[1].plus(x[6]), x[1].minus(x[6])
	t2, d2 := x[2].plus(x[5]), x[2].minus(x[5])
	t3, d3 := x[3].plus(x[4]), x[3].minus(x[4])
	x0 := x[0]
	pair := func(c, s [3]T) (p, m cx[T]) {
		v := x0.plus(t1.scaled(c[0])).plus(t2.scaled(c[1])).plus(t3.scaled(c[2]))
		u := d1.scaled(s[0]).plus(d2.scaled(s[1])).plus(d3.scaled(s[2])).minusI()
		return v.plus(u), v.minus(u)
	}
	x[0] = x0.plus(t1).plus(t2).plus(t3)
	x[1], x[6] = pair([3]T{c1, c2, c3}, [3]T{s1, s2, s3})
	x[2], x[5] = pair([3]T{c2, c3, c1}, [3]T{s2, -s3, -s1})
	x[3], x[4] = pair([3]T{c3, c1, c2}, [3]T{s3, -s1, s2})
}

func eight[T lane.Float](x *points[T], half bool) {
	const h = 0.70710678118654752440 // sqrt(1/2)
	e0, e1, e2, e3 := four(x[0], x[2], x[4], x[6], half)
	o0, o1, o2, o3 := four(x[1], x[3], x[5], x[7], half)
	// Odd terms times the eighth roots of unity (1-i)/sqrt 2, -i and (-1-i)/sqrt 2.
	o1 = cx[T]{o1.re + o1.im, o1.im - o1.re}.scaled(h)
	o2 = o2.minusI()
	o3 = cx[T]{o3.im - o3.re, -(o3.re + o3.im)}.scaled(h)
	x[0], x[4] = e0.plus(o0), e0.minus(o0)
	x[1], x[5] = e1.plus(o1), e1.minus(o1)
	x[2], x[6] = e2.plus(o2), e2.minus(o2)
	x[3], x[7] = e3.plus(o3), e3.minus(o3)
}
