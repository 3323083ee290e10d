package main

// sincosConstants are the numbers of sincos32.
var sincosConstants = append(fbits(0.63661977, 3<<22, 1.5703125, 4.837512969970703125e-4, 7.54978995489188216e-8,
	-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1,
	2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2, 0.5, 1, 8192),
	signBit, 1)

const signBit = 0x80000000

// outOfRange jumps to label if a lane of x is not within +-8192.
func outOfRange(k *kernel, c constants, x vec, t gp, label string) {
	m := k.vec()
	k.facge(m, c.f(8192), x) // not so for a NaN
	k.least(m, m)
	k.op("VMOV", "V%d.S[0], %v", int(m), t)
	k.op("CBZW", "%v, %s", t, label)
	k.drop(m)
}

// sincos computes sincos32 of x, each operation rounded as in its twin, and
// destroys x.
func sincos(k *kernel, c constants, x vec) (sin, cos vec) {
	t, n, u, z := k.vec(), k.vec(), k.vec(), k.vec()
	k.fmul(t, x, c.f(0.63661977))
	k.fadd(t, t, c.f(3<<22)) // its lowest bits are those of the integer n
	k.fsub(n, t, c.f(3<<22))
	for _, p := range []float32{1.5703125, 4.837512969970703125e-4, 7.54978995489188216e-8} {
		k.fmul(u, n, c.f(p))
		k.fsub(x, x, u)
	}
	k.fmul(z, x, x)
	s, q := k.vec(), k.vec()
	k.fmul(s, z, c.f(-1.9515295891e-4))
	k.fadd(s, s, c.f(8.3321608736e-3))
	k.fmul(s, s, z)
	k.fadd(s, s, c.f(-1.6666654611e-1)) // adding a negative number is subtracting
	k.fmul(s, s, z)
	k.fmul(s, s, x)
	k.fadd(s, s, x)
	k.fmul(q, z, c.f(2.443315711809948e-5))
	k.fadd(q, q, c.f(-1.388731625493765e-3))
	k.fmul(q, q, z)
	k.fadd(q, q, c.f(4.166664568298827e-2))
	k.fmul(u, z, z)
	k.fmul(q, q, u)
	k.fmul(u, z, c.f(0.5))
	k.fsub(q, q, u)
	k.fadd(q, q, c.f(1))
	// Odd n exchanges the two; bit 1 of n turns the sign of the sine, bit 1 of
	// n+1 that of the cosine.
	sin, cos = z, n
	k.op("VCMTST", "%s, %s, %s", c.bits(1).s4(), t.s4(), sin.s4())
	k.move(cos, sin)
	k.op("VBSL", "%s, %s, %s", s.b16(), q.b16(), sin.b16())
	k.op("VBSL", "%s, %s, %s", q.b16(), s.b16(), cos.b16())
	for i, v := range []vec{sin, cos} {
		if i == 1 {
			k.op("VADD", "%s, %s, %s", c.bits(1).s4(), t.s4(), t.s4())
		}
		k.op("VSHL", "$30, %s, %s", t.s4(), u.s4())
		k.op("VAND", "%s, %s, %s", c.bits(signBit).b16(), u.b16(), u.b16())
		k.op("VEOR", "%s, %s, %s", u.b16(), v.b16(), v.b16())
	}
	k.drop(t, u, s, q)
	return sin, cos
}

// counted runs body on registers until vectors of them are done or body jumps to
// "end", moves the pointers on, and returns how many were done.
func counted(k *kernel, pointers []gp, body func()) {
	n, done := k.arg("vectors"), k.reg()
	k.op("MOVD", "ZR, %v", done)
	k.label("vector")
	k.op("CMP", "%v, %v", n, done)
	k.op("BGE", "end")
	body()
	k.advance(16, pointers...)
	k.advance(1, done)
	k.op("JMP", "vector")
	k.label("end")
	k.op("MOVD", "%v, %s", done, k.at("done"))
	k.ret()
}

// sinCosRows fills rows of sines and cosines.
func sinCosRows(k *kernel) {
	sp, cp, xp, t := k.arg("sin"), k.arg("cos"), k.arg("x"), k.reg()
	c := k.constants(sincosConstants...)
	counted(k, []gp{sp, cp, xp}, func() {
		x := k.vec()
		k.load(xp, 0, x)
		outOfRange(k, c, x, t, "end")
		sin, cos := sincos(k, c, x)
		k.store(sp, 0, sin)
		k.store(cp, 0, cos)
	})
}

// drive holds the parameters of the activation in registers.
type drive struct{ scale, gain, bias vec }

func newDrive(k *kernel) drive {
	return drive{k.broadcast("scale"), k.broadcast("gain"), k.broadcast("bias")}
}

// doublePhase is 2 p with p = g (x x + y y) + b; it needs a register u.
func (d drive) doublePhase(k *kernel, x, y, u vec) (p vec) {
	p = k.vec()
	k.fmul(p, x, x)
	k.fmul(u, y, y)
	k.fadd(p, p, u)
	k.fmul(p, p, d.gain)
	k.fadd(p, p, d.bias)
	k.fadd(p, p, p)
	return p
}

// factor makes (1 + cos)/2 and -sin/2 of the cosine and the sine.
func factor(k *kernel, c constants, sin, cos vec) (re, im vec) {
	k.fadd(cos, cos, c.f(1))
	k.fmul(cos, cos, c.f(0.5))
	k.op("VEOR", "%s, %s, %s", c.bits(signBit).b16(), sin.b16(), sin.b16())
	k.fmul(sin, sin, c.f(0.5))
	return cos, sin
}

// planes loads the pointer to a real plane and adds the way to the imaginary one.
func planes(k *kernel, name string, im gp) (re, imag gp) {
	re, imag = k.arg(name), k.reg()
	k.op("ADD", "%v, %v, %v", im, re, imag)
	return re, imag
}

// electroOptic sends registers of fields through the activation.
func electroOptic(k *kernel) {
	im, t := k.bytes("im"), k.reg()
	outR, outI := planes(k, "out", im)
	inR, inI := planes(k, "in", im)
	d, c := newDrive(k), k.constants(sincosConstants...)
	counted(k, []gp{outR, outI, inR, inI}, func() {
		x, y, a, b := k.vec(), k.vec(), k.vec(), k.vec()
		k.load(inR, 0, x)
		k.load(inI, 0, y)
		p2 := d.doublePhase(k, x, y, a)
		outOfRange(k, c, p2, t, "end")
		sin, cos := sincos(k, c, p2)
		fr, fi := factor(k, c, sin, cos)
		k.fmul(a, fr, x)
		k.fmul(b, fi, y)
		k.fsub(a, a, b)
		k.fmul(a, a, d.scale)
		k.store(outR, 0, a)
		k.fmul(a, fr, y)
		k.fmul(b, fi, x)
		k.fadd(a, a, b)
		k.fmul(a, a, d.scale)
		k.store(outI, 0, a)
	})
}

// electroOpticAdjoint pulls gradients back through the activation.
func electroOpticAdjoint(k *kernel) {
	im, t := k.bytes("im"), k.reg()
	dInR, dInI := planes(k, "dIn", im)
	dOutR, dOutI := planes(k, "dOut", im)
	inR, inI := planes(k, "in", im)
	localR, localI := planes(k, "local", im)
	d, gain2, c := newDrive(k), k.broadcast("gain2"), k.constants(sincosConstants...)
	counted(k, []gp{dInR, dInI, dOutR, dOutI, inR, inI, localR, localI}, func() {
		x, y, w := k.vec(), k.vec(), k.vec()
		k.load(inR, 0, x)
		k.load(inI, 0, y)
		p2 := d.doublePhase(k, x, y, w)
		outOfRange(k, c, p2, t, "end")
		sin, cos := sincos(k, c, p2)
		k.drop(p2)
		k.load(localR, 0, x)
		k.load(localI, 0, y)
		gx, gy := k.vec(), k.vec()
		k.load(dOutR, 0, gx)
		k.load(dOutI, 0, gy)
		// With dr = -sin and di = -cos: ux = dr x - di y, uy = dr y + di x.
		dr, di, u, v := k.vec(), k.vec(), k.vec(), k.vec()
		sign := c.bits(signBit)
		k.op("VEOR", "%s, %s, %s", sign.b16(), sin.b16(), dr.b16())
		k.op("VEOR", "%s, %s, %s", sign.b16(), cos.b16(), di.b16())
		k.fmul(u, dr, x)
		k.fmul(w, di, y)
		k.fsub(u, u, w)
		k.fmul(u, u, gx)
		k.fmul(v, dr, y)
		k.fmul(w, di, x)
		k.fadd(v, v, w)
		k.fmul(v, v, gy)
		k.fadd(u, u, v)
		k.fmul(u, u, gain2) // the change of the loss per unit of power
		fr, fi := factor(k, c, sin, cos)
		k.fmul(v, fr, gx)
		k.fmul(w, fi, gy)
		k.fadd(v, v, w)
		k.fmul(w, u, x)
		k.fadd(v, v, w)
		k.fmul(v, v, d.scale)
		k.store(dInR, 0, v)
		k.fmul(v, fr, gy)
		k.fmul(w, fi, gx)
		k.fsub(v, v, w)
		k.fmul(w, u, y)
		k.fadd(v, v, w)
		k.fmul(v, v, d.scale)
		k.store(dInI, 0, v)
	})
}

// horner evaluates the polynomial with the coefficients a, highest power first,
// at x by fused multiply-adds.
func horner(k *kernel, c constants, x vec, a []float32) (p vec) {
	p, t := k.vec(), k.vec()
	for i, f := range a {
		k.move(t, c.f(f))
		if i > 0 {
			k.fmla(t, p, x)
		}
		p, t = t, p
	}
	k.drop(t)
	return p
}

var (
	expPolynomial = []float32{1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1}
	expConstants  = append(fbits(append([]float32{1.44269504, 3 << 22, 0.693359375, -2.12194440e-4, 1, 130, -160}, expPolynomial...)...), 127)
)

// exp computes exp32 of v and destroys v.
func exp(k *kernel, c constants, v vec) vec {
	t, n := k.vec(), k.vec()
	k.fmin(v, v, c.f(130))
	k.fmax(v, v, c.f(-160))
	k.fmul(t, v, c.f(1.44269504))
	k.fadd(t, t, c.f(3<<22))
	k.fsub(n, t, c.f(3<<22))
	k.fmls(v, n, c.f(0.693359375))
	k.fmls(v, n, c.f(-2.12194440e-4))
	p := horner(k, c, v, expPolynomial)
	k.fmul(n, v, v)
	k.fmla(v, p, n)
	k.fadd(v, v, c.f(1))
	// 2^n in two factors, each of which is a normal number.
	k.op("VSHL", "$9, %s, %s", t.s4(), t.s4()) // n sits in the low 23 bits, with its sign
	k.shiftRight(t, t, 9)
	k.shiftRight(n, t, 1)
	k.op("VSUB", "%s, %s, %s", n.s4(), t.s4(), t.s4())
	for _, h := range []vec{n, t} {
		k.op("VADD", "%s, %s, %s", c.bits(127).s4(), h.s4(), h.s4())
		k.op("VSHL", "$23, %s, %s", h.s4(), h.s4())
		k.fmul(v, v, h)
	}
	k.drop(t, n, p)
	return v
}

// expRows fills rows of exponentials.
func expRows(k *kernel) {
	y, x, n := k.arg("y"), k.arg("x"), k.arg("vectors")
	c, v := k.constants(expConstants...), k.vec()
	k.loop("vectors", n, func() {
		k.load(x, 0, v)
		k.store(y, 0, exp(k, c, v))
		k.advance(16, y, x)
	})
	k.ret()
}

const (
	leastNormal      = 0x1p-126
	infinity         = 0x7f800000
	negativeInfinity = 0xff800000
	notANumber       = 0x7fc00000
	fraction         = 0x007fffff
	root             = 0x3f3504f3 // bits of sqrt(1/2)
)

var (
	logPolynomial = []float32{7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
		2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1}
	logConstants = append(fbits(append([]float32{leastNormal, 0x1p23, 1, 0.5, -2.12194440e-4, 0.693359375}, logPolynomial...)...),
		infinity, negativeInfinity, notANumber, fraction, root, 23)
)

// logarithm computes log32 of x.
func logarithm(k *kernel, c constants, x vec) (y vec) {
	// Subnormal numbers are scaled up first.
	small, v, e := k.vec(), k.vec(), k.vec()
	k.fcmgt(small, c.f(leastNormal), x)
	k.fmul(v, x, c.f(0x1p23))
	k.op("VBIF", "%s, %s, %s", small.b16(), x.b16(), v.b16())
	// f+1 in [sqrt(1/2), sqrt(2)): bits - bits of sqrt(1/2) splits off the exponent.
	k.op("VSUB", "%s, %s, %s", c.bits(root).s4(), v.s4(), v.s4())
	k.shiftRight(e, v, 23)
	k.op("VAND", "%s, %s, %s", c.bits(fraction).b16(), v.b16(), v.b16())
	k.op("VADD", "%s, %s, %s", c.bits(root).s4(), v.s4(), v.s4())
	k.op("VAND", "%s, %s, %s", c.bits(23).b16(), small.b16(), small.b16())
	k.op("VSUB", "%s, %s, %s", small.s4(), e.s4(), e.s4())
	k.toFloat(e, e)
	f := v
	k.fsub(f, v, c.f(1))
	p := horner(k, c, f, logPolynomial)
	z, y := small, k.vec()
	k.fmul(z, f, f)
	k.fmul(y, f, z)
	k.fmul(y, y, p)
	k.fmla(y, e, c.f(-2.12194440e-4))
	k.fmls(y, z, c.f(0.5))
	k.fadd(y, y, f)
	k.fmla(y, e, c.f(0.693359375))
	// Negative numbers, zero, and what is not below infinity.
	k.negative(z, x)
	k.op("VBIT", "%s, %s, %s", z.b16(), c.bits(notANumber).b16(), y.b16())
	k.isZero(z, x)
	k.op("VBIT", "%s, %s, %s", z.b16(), c.bits(negativeInfinity).b16(), y.b16())
	k.fcmgt(z, c.bits(infinity), x)
	k.op("VBIF", "%s, %s, %s", z.b16(), x.b16(), y.b16())
	k.drop(small, v, e, p)
	return y
}

// logRows fills rows of logarithms.
func logRows(k *kernel) {
	y, x, n := k.arg("y"), k.arg("x"), k.arg("vectors")
	c, v := k.constants(logConstants...), k.vec()
	k.loop("vectors", n, func() {
		k.load(x, 0, v)
		k.store(y, 0, logarithm(k, c, v))
		k.advance(16, y, x)
	})
	k.ret()
}
