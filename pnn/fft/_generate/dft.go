package main

import "math"

// cx is a complex value: real and imaginary part.
type cx struct{ re, im term }

func (g *graph) cadd(x, y cx) cx { return cx{g.add(x.re, y.re), g.add(x.im, y.im)} }
func (g *graph) csub(x, y cx) cx { return cx{g.sub(x.re, y.re), g.sub(x.im, y.im)} }

// scale is x times the real number c.
func (g *graph) scale(c term, x cx) cx { return cx{g.mul(c, x.re), g.mul(c, x.im)} }

// minusI is -i x.
func minusI(x cx) cx { return cx{x.im, term{x.re.n, !x.re.neg}} }

// times is w x.
func (g *graph) times(w, x cx) cx {
	return cx{g.sub(g.mul(w.re, x.re), g.mul(w.im, x.im)), g.add(g.mul(w.re, x.im), g.mul(w.im, x.re))}
}

// The transforms of small lengths below are written exactly as their plain-Go
// twins in small.go of package fft; x fetches an input, y takes an output.
type input func(m int) cx
type output func(k int, v cx)

// dft writes the transform of length n.
func (g *graph) dft(n int, x input, y output) {
	switch n {
	case 2:
		a, b := x(0), x(1)
		y(0, g.cadd(a, b))
		y(1, g.csub(a, b))
	case 3:
		g.dft3(x, y)
	case 4:
		g.dft4(x, y)
	case 5:
		g.dft5(x, y)
	case 6:
		g.evenOdd(3, x, y)
	case 7:
		g.dft7(x, y)
	case 8:
		g.dft8(x, y)
	case 10:
		g.evenOdd(5, x, y)
	default:
		panic("no transform of this length")
	}
}

// part is cos and sin of 2 pi k/n.
func part(k, n int) (cos, sin float64) {
	s, c := math.Sincos(2 * math.Pi * float64(k) / float64(n))
	return c, s
}

func (g *graph) dft3(x input, y output) {
	_, s := part(1, 3)
	x1, x2 := x(1), x(2)
	t, d := g.cadd(x1, x2), g.csub(x1, x2)
	x0 := x(0)
	y(0, g.cadd(x0, t))
	m := g.csub(x0, g.scale(g.number(0.5), t))
	u := minusI(g.scale(g.number(s), d))
	y(1, g.cadd(m, u))
	y(2, g.csub(m, u))
}

func (g *graph) dft4(x input, y output) {
	x0, x2 := x(0), x(2)
	a, b := g.cadd(x0, x2), g.csub(x0, x2)
	x1, x3 := x(1), x(3)
	c, d := g.cadd(x1, x3), minusI(g.csub(x1, x3))
	y(0, g.cadd(a, c))
	y(2, g.csub(a, c))
	y(1, g.cadd(b, d))
	y(3, g.csub(b, d))
}

func (g *graph) dft5(x input, y output) {
	_, s1 := part(1, 5)
	_, s2 := part(2, 5)
	x1, x4 := x(1), x(4)
	t1, d1 := g.cadd(x1, x4), g.csub(x1, x4)
	x2, x3 := x(2), x(3)
	t2, d2 := g.cadd(x2, x3), g.csub(x2, x3)
	x0 := x(0)
	t := g.cadd(t1, t2)
	y(0, g.cadd(x0, t))
	a := g.csub(x0, g.scale(g.number(0.25), t))
	b := g.scale(g.number(math.Sqrt(5)/4), g.csub(t1, t2))
	m1, m2 := g.cadd(a, b), g.csub(a, b)
	u := minusI(g.cadd(g.scale(g.number(s1), d1), g.scale(g.number(s2), d2)))
	y(1, g.cadd(m1, u))
	y(4, g.csub(m1, u))
	v := minusI(g.csub(g.scale(g.number(s2), d1), g.scale(g.number(s1), d2)))
	y(2, g.cadd(m2, v))
	y(3, g.csub(m2, v))
}

func (g *graph) dft7(x input, y output) {
	var t, d [4]cx
	for j := 1; j <= 3; j++ {
		a, b := x(j), x(7-j)
		t[j], d[j] = g.cadd(a, b), g.csub(a, b)
	}
	x0 := x(0)
	y(0, g.cadd(g.cadd(g.cadd(x0, t[1]), t[2]), t[3]))
	for k := 1; k <= 3; k++ {
		m := x0
		var u cx
		for j := 1; j <= 3; j++ {
			c, s := part(j*k%7, 7)
			m = g.cadd(m, g.scale(g.number(c), t[j]))
			u = g.cadd(u, g.scale(g.number(s), d[j]))
		}
		u = minusI(u)
		y(k, g.cadd(m, u))
		y(7-k, g.csub(m, u))
	}
}

func (g *graph) dft8(x input, y output) {
	var e, o [4]cx
	g.dft4(func(m int) cx { return x(2 * m) }, func(k int, v cx) { e[k] = v })
	g.dft4(func(m int) cx { return x(2*m + 1) }, func(k int, v cx) { o[k] = v })
	h := g.number(math.Sqrt(0.5))
	// Odd terms times the eighth roots of unity (1-i)/sqrt 2, -i and (-1-i)/sqrt 2.
	o[1] = g.scale(h, cx{g.add(o[1].re, o[1].im), g.sub(o[1].im, o[1].re)})
	o[2] = minusI(o[2])
	p := g.scale(h, cx{g.sub(o[3].im, o[3].re), g.add(o[3].re, o[3].im)})
	o[3] = cx{p.re, term{p.im.n, !p.im.neg}}
	for k := range 4 {
		y(k, g.cadd(e[k], o[k]))
		y(k+4, g.csub(e[k], o[k]))
	}
}

// evenOdd is the transform of length 2p, p odd, as two of length p without
// twiddles (Good and Thomas): even outputs come from sums, odd ones from
// differences of inputs half the length apart.
func (g *graph) evenOdd(p int, x input, y output) {
	n := 2 * p
	sums, differences := make([]cx, p), make([]cx, p)
	for j := range p {
		a, b := x(2*j), x((2*j+p)%n)
		sums[j], differences[j] = g.cadd(a, b), g.csub(a, b)
	}
	place := func(k, parity int) int {
		for k%2 != parity {
			k += p
		}
		return k
	}
	g.dft(p, func(j int) cx { return sums[j] }, func(k int, v cx) { y(place(k, 0), v) })
	g.dft(p, func(j int) cx { return differences[j] }, func(k int, v cx) { y(place(k, 1), v) })
}
