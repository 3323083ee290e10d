package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// constants hands out broadcast constants from read-only memory.
type constants struct {
	name string
	at   map[uint32]Mem
	next int
	data Mem
}

// newConstants begins a table of constants for the kernel name.
func newConstants(name string) *constants { return &constants{name: name, at: map[uint32]Mem{}} }

// table writes the constants into the file; it is called first, since avo keeps
// data and text in the order in which they are made.
func (c *constants) table(values ...uint32) {
	c.data = GLOBL(c.name, RODATA|NOPTR)
	for i, v := range values {
		DATA(4*i, U32(v))
		c.at[v] = c.data.Offset(4 * i)
	}
}

// bits loads a constant given by its bits into all lanes.
func (c *constants) bits(s isa, v uint32) reg.VecVirtual {
	m, ok := c.at[v]
	if !ok {
		panic(c.name + ": a constant is missing from its table")
	}
	r := s.vec()
	VBROADCASTSS(m, r)
	return r
}

func (c *constants) f(s isa, v float32) reg.VecVirtual { return c.bits(s, math.Float32bits(v)) }

func fbits(v ...float32) (u []uint32) {
	for _, x := range v {
		u = append(u, math.Float32bits(x))
	}
	return u
}

// and, or, xor, blend: bitwise work has other names for other widths.
func and(a, b, dst reg.VecVirtual) {
	if dst.Size() == 64 {
		VPANDD(a, b, dst)
	} else {
		VPAND(a, b, dst)
	}
}

func xor(a, b, dst reg.VecVirtual) {
	if dst.Size() == 64 {
		VPXORD(a, b, dst)
	} else {
		VPXOR(a, b, dst)
	}
}

// choose writes b where the top bit of each number of mask is set, else a, to dst.
func choose(mask, a, b, dst reg.VecVirtual) {
	if dst.Size() == 64 {
		k := K()
		VPMOVD2M(mask, k)
		VBLENDMPS(b, a, k, dst)
		return
	}
	VBLENDVPS(mask, b, a, dst)
}

// sincosConstants are the numbers of sincos32.
var sincosConstants = append(fbits(0.63661977, 3<<22, 1.5703125, 4.837512969970703125e-4, 7.54978995489188216e-8,
	-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1,
	2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2, 0.5, 1, 8192),
	0x7fffffff, 0x80000000, 1)

// outOfRange jumps to label if a lane of x is not within +-8192.
func outOfRange(s isa, c *constants, x reg.VecVirtual, label string) {
	a := s.vec()
	and(x, c.bits(s, 0x7fffffff), a)
	if s.parts == 1 {
		k := K()
		VCMPPS(Imm(6), c.f(s, 8192), a, k) // not |x| <= 8192
		KORTESTW(k, k)
		JNE(LabelRef(label))
		return
	}
	m := s.vec()
	VCMPPS(Imm(6), c.f(s, 8192), a, m)
	t := GP32()
	VMOVMSKPS(m, t)
	TESTL(t, t)
	JNE(LabelRef(label))
}

// sincos computes sincos32 of x, each operation rounded as in its twin.
func sincos(s isa, c *constants, x reg.VecVirtual) (sin, cos reg.VecVirtual) {
	t, k := s.vec(), s.vec()
	VMULPS(c.f(s, 0.63661977), x, t)
	VADDPS(c.f(s, 3<<22), t, t) // its lowest bits are those of k
	VSUBPS(c.f(s, 3<<22), t, k)
	r, u := s.vec(), s.vec()
	VMULPS(c.f(s, 1.5703125), k, u)
	VSUBPS(u, x, r)
	for _, p := range []float32{4.837512969970703125e-4, 7.54978995489188216e-8} {
		VMULPS(c.f(s, p), k, u)
		VSUBPS(u, r, r)
	}
	z, sn, cs := s.vec(), s.vec(), s.vec()
	VMULPS(r, r, z)
	VMULPS(c.f(s, -1.9515295891e-4), z, sn)
	VADDPS(c.f(s, 8.3321608736e-3), sn, sn)
	VMULPS(sn, z, sn)
	VADDPS(c.f(s, -1.6666654611e-1), sn, sn) // adding a negative number is subtracting
	VMULPS(z, sn, sn)
	VMULPS(r, sn, sn)
	VADDPS(r, sn, sn)
	VMULPS(c.f(s, 2.443315711809948e-5), z, cs)
	VADDPS(c.f(s, -1.388731625493765e-3), cs, cs)
	VMULPS(cs, z, cs)
	VADDPS(c.f(s, 4.166664568298827e-2), cs, cs)
	VMULPS(z, z, u)
	VMULPS(cs, u, cs)
	VMULPS(c.f(s, 0.5), z, u)
	VSUBPS(u, cs, cs)
	VADDPS(c.f(s, 1), cs, cs)
	// Odd k exchanges the two; bit 1 of k turns the sign of the sine, bit 1 of
	// k+1 that of the cosine.
	swap, sin, cos := s.vec(), s.vec(), s.vec()
	VPSLLD(Imm(31), t, swap)
	choose(swap, sn, cs, sin)
	choose(swap, cs, sn, cos)
	sign := s.vec()
	VPSLLD(Imm(30), t, sign)
	and(sign, c.bits(s, 0x80000000), sign)
	xor(sign, sin, sin)
	VPADDD(c.bits(s, 1), t, t)
	VPSLLD(Imm(30), t, sign)
	and(sign, c.bits(s, 0x80000000), sign)
	xor(sign, cos, cos)
	return sin, cos
}

// sinCosRows fills rows of sines and cosines.
func sinCosRows(s isa) {
	c := newConstants("sinCosRows" + s.name)
	c.table(sincosConstants...)
	TEXT("sinCosRows"+s.name, NOSPLIT, "func(sin, cos, x *float32, vectors int) (done int)")
	Pragma("noescape")
	Doc("sinCosRows" + s.name + " is sinCosRowsGo on whole registers; it stops in front of the first that holds an angle beyond 8192 and returns how many it did.")
	sp, cp, x, n := pointer("sin"), pointer("cos"), pointer("x"), pointer("vectors")
	done := GP64()
	XORQ(done, done)
	Label("vector")
	CMPQ(done, n)
	JGE(LabelRef("end"))
	v := s.vec()
	VMOVUPS(Mem{Base: x}, v)
	outOfRange(s, c, v, "end")
	sin, cos := sincos(s, c, v)
	VMOVUPS(sin, Mem{Base: sp})
	VMOVUPS(cos, Mem{Base: cp})
	for _, r := range []reg.GPVirtual{sp, cp, x} {
		ADDQ(Imm(uint64(s.bytes())), r)
	}
	INCQ(done)
	JMP(LabelRef("vector"))
	Label("end")
	Store(done, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// electroOptic sends registers of fields through the activation.
func electroOptic(s isa) {
	c := newConstants("electroOptic" + s.name)
	c.table(sincosConstants...)
	TEXT("electroOptic"+s.name, NOSPLIT, "func(out, in *float32, im, vectors int, scale, gain, bias float32) (done int)")
	Pragma("noescape")
	Doc("electroOptic" + s.name + " is electroOpticGo on whole registers of a block; it stops in front of the first whose phase is beyond 4096 and returns how many it did.")
	out, in, im, n := pointer("out"), pointer("in"), scaled("im"), pointer("vectors")
	done := GP64()
	XORQ(done, done)
	Label("vector")
	CMPQ(done, n)
	JGE(LabelRef("end"))
	x, y := s.vec(), s.vec()
	VMOVUPS(Mem{Base: in}, x)
	VMOVUPS(Mem{Base: in, Index: im, Scale: 1}, y)
	p2 := doublePhase(s, x, y)
	outOfRange(s, c, p2, "end")
	sin, cos := sincos(s, c, p2)
	fr, fi := factor(s, c, sin, cos)
	a, b := s.vec(), s.vec()
	k := s.vec()
	VBROADCASTSS(param("scale"), k)
	VMULPS(x, fr, a)
	VMULPS(y, fi, b)
	VSUBPS(b, a, a)
	VMULPS(k, a, a)
	VMOVUPS(a, Mem{Base: out})
	VMULPS(y, fr, a)
	VMULPS(x, fi, b)
	VADDPS(b, a, a)
	VMULPS(k, a, a)
	VMOVUPS(a, Mem{Base: out, Index: im, Scale: 1})
	for _, r := range []reg.GPVirtual{out, in} {
		ADDQ(Imm(uint64(s.bytes())), r)
	}
	INCQ(done)
	JMP(LabelRef("vector"))
	Label("end")
	Store(done, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// param is the place of a parameter in the frame.
func param(name string) Mem {
	a, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return a.Addr
}

// doublePhase is 2 p with p = g (x x + y y) + b.
func doublePhase(s isa, x, y reg.VecVirtual) reg.VecVirtual {
	p, u := s.vec(), s.vec()
	VMULPS(x, x, p)
	VMULPS(y, y, u)
	VADDPS(u, p, p)
	VBROADCASTSS(param("gain"), u)
	VMULPS(u, p, p)
	VBROADCASTSS(param("bias"), u)
	VADDPS(u, p, p)
	VADDPS(p, p, p)
	return p
}

// factor is (1 + cos)/2 and -sin/2.
func factor(s isa, c *constants, sin, cos reg.VecVirtual) (re, im reg.VecVirtual) {
	re, im = s.vec(), s.vec()
	VADDPS(c.f(s, 1), cos, re)
	VMULPS(c.f(s, 0.5), re, re)
	xor(c.bits(s, 0x80000000), sin, im)
	VMULPS(c.f(s, 0.5), im, im)
	return re, im
}

// electroOpticAdjoint pulls gradients back through the activation.
func electroOpticAdjoint(s isa) {
	c := newConstants("electroOpticAdjoint" + s.name)
	c.table(sincosConstants...)
	TEXT("electroOpticAdjoint"+s.name, NOSPLIT, "func(dIn, dOut, in, local *float32, im, vectors int, scale, gain, bias, gain2 float32) (done int)")
	Pragma("noescape")
	Doc("electroOpticAdjoint" + s.name + " is electroOpticAdjointGo on whole registers of a block; it stops in front of the first whose phase is beyond 4096 and returns how many it did.")
	dIn, dOut, in, local := pointer("dIn"), pointer("dOut"), pointer("in"), pointer("local")
	im, n := scaled("im"), pointer("vectors")
	done := GP64()
	XORQ(done, done)
	Label("vector")
	CMPQ(done, n)
	JGE(LabelRef("end"))
	re := func(r reg.GPVirtual) Mem { return Mem{Base: r} }
	imag := func(r reg.GPVirtual) Mem { return Mem{Base: r, Index: im, Scale: 1} }
	x, y := s.vec(), s.vec()
	VMOVUPS(re(in), x)
	VMOVUPS(imag(in), y)
	p2 := doublePhase(s, x, y)
	outOfRange(s, c, p2, "end")
	sin, cos := sincos(s, c, p2)
	x, y = s.vec(), s.vec()
	VMOVUPS(re(local), x)
	VMOVUPS(imag(local), y)
	// With dr = -sin and di = -cos: ux = dr x - di y, uy = dr y + di x.
	u, v, w := s.vec(), s.vec(), s.vec()
	sign := c.bits(s, 0x80000000)
	dr, di := s.vec(), s.vec()
	xor(sign, sin, dr)
	xor(sign, cos, di)
	VMULPS(x, dr, u)
	VMULPS(y, di, w)
	VSUBPS(w, u, u)
	VMULPS(re(dOut), u, u)
	VMULPS(y, dr, v)
	VMULPS(x, di, w)
	VADDPS(w, v, v)
	VMULPS(imag(dOut), v, v)
	VADDPS(v, u, u)
	VBROADCASTSS(param("gain2"), w)
	VMULPS(u, w, u) // the change of the loss per unit of power
	fr, fi := factor(s, c, sin, cos)
	gx, gy, k := s.vec(), s.vec(), s.vec()
	VMOVUPS(re(dOut), gx)
	VMOVUPS(imag(dOut), gy)
	VBROADCASTSS(param("scale"), k)
	a := s.vec()
	VMULPS(gx, fr, a)
	VMULPS(gy, fi, w)
	VADDPS(w, a, a)
	VMULPS(x, u, w)
	VADDPS(w, a, a)
	VMULPS(k, a, a)
	VMOVUPS(a, re(dIn))
	VMULPS(gy, fr, a)
	VMULPS(gx, fi, w)
	VSUBPS(w, a, a)
	VMULPS(y, u, w)
	VADDPS(w, a, a)
	VMULPS(k, a, a)
	VMOVUPS(a, imag(dIn))
	for _, r := range []reg.GPVirtual{dIn, dOut, in, local} {
		ADDQ(Imm(uint64(s.bytes())), r)
	}
	INCQ(done)
	JMP(LabelRef("vector"))
	Label("end")
	Store(done, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// detect squares fields.
func detect(s isa) {
	TEXT("detect"+s.name, NOSPLIT, "func(intensity, field *float32, im, rows int)")
	Pragma("noescape")
	Doc("detect" + s.name + " is detectGo on the rows of a block.")
	out, in, im, n := pointer("intensity"), pointer("field"), scaled("im"), pointer("rows")
	loop("rows", n, func() {
		for p := range s.parts {
			x, y := s.vec(), s.vec()
			VMOVUPS(Mem{Base: in, Disp: p * s.bytes()}, x)
			VMOVUPS(Mem{Base: in, Index: im, Scale: 1, Disp: p * s.bytes()}, y)
			VMULPS(x, x, x)
			VMULPS(y, y, y)
			VADDPS(y, x, x)
			VMOVUPS(x, Mem{Base: out, Disp: p * s.bytes()})
		}
		ADDQ(Imm(64), out)
		ADDQ(Imm(64), in)
	})
	VZEROUPPER()
	RET()
}

var expConstants = append(fbits(1.44269504, 3<<22, 0.693359375, -2.12194440e-4,
	1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1, 130, -160), 127)

// exp computes exp32.
func exp(s isa, c *constants, x reg.VecVirtual) reg.VecVirtual {
	// The second operand in Intel's order, the first here, survives a NaN.
	v, t, n, r := s.vec(), s.vec(), s.vec(), s.vec()
	hi, lo := c.f(s, 130), c.f(s, -160)
	VMINPS(x, hi, v)
	VMAXPS(v, lo, v)
	VMULPS(c.f(s, 1.44269504), v, t)
	VADDPS(c.f(s, 3<<22), t, t)
	VSUBPS(c.f(s, 3<<22), t, n)
	VMOVAPS(v, r)
	VFNMADD231PS(c.f(s, 0.693359375), n, r)
	VFNMADD231PS(c.f(s, -2.12194440e-4), n, r)
	p := c.f(s, 1.9875691500e-4)
	for _, k := range []float32{1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1} {
		VFMADD213PS(c.f(s, k), r, p)
	}
	z := s.vec()
	VMULPS(r, r, z)
	VFMADD213PS(r, z, p)
	VADDPS(c.f(s, 1), p, p)
	// 2^n in two factors, each of which is a normal number.
	a, b := s.vec(), s.vec()
	VPSLLD(Imm(9), t, t) // n sits in the low 23 bits, with its sign
	VPSRAD(Imm(9), t, t)
	VPSRAD(Imm(1), t, a)
	VPSUBD(a, t, b)
	for _, h := range []reg.VecVirtual{a, b} {
		VPADDD(c.bits(s, 127), h, h)
		VPSLLD(Imm(23), h, h)
		VMULPS(h, p, p)
	}
	return p
}

// expRows fills rows of exponentials.
func expRows(s isa) {
	c := newConstants("expRows" + s.name)
	c.table(expConstants...)
	TEXT("expRows"+s.name, NOSPLIT, "func(y, x *float32, rows int)")
	Pragma("noescape")
	Doc("expRows" + s.name + " is expRowsGo on rows rows of sixteen lanes.")
	y, x, n := pointer("y"), pointer("x"), pointer("rows")
	loop("rows", n, func() {
		for p := range s.parts {
			v := s.vec()
			VMOVUPS(Mem{Base: x, Disp: p * s.bytes()}, v)
			VMOVUPS(exp(s, c, v), Mem{Base: y, Disp: p * s.bytes()})
		}
		ADDQ(Imm(64), y)
		ADDQ(Imm(64), x)
	})
	VZEROUPPER()
	RET()
}

var logConstants = append(fbits(1.1754944e-38, 8388608, 1, 0.5,
	7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
	2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1, -2.12194440e-4, 0.693359375),
	0x7f800000, 0xff800000, 0x7fc00000, 0x007fffff, 0x3f3504f3, 23, 0)

// log computes log32.
func log(s isa, c *constants, x reg.VecVirtual) reg.VecVirtual {
	// Subnormal numbers are scaled up first.
	small, scaled, v := s.vec(), s.vec(), s.vec()
	less := func(a, b, mask reg.VecVirtual) { // all bits where a < b
		if s.parts == 1 {
			k := K()
			VCMPPS(Imm(17), b, a, k)
			VPMOVM2D(k, mask)
			return
		}
		VCMPPS(Imm(17), b, a, mask)
	}
	less(x, c.f(s, 1.1754944e-38), small)
	VMULPS(c.f(s, 8388608), x, scaled)
	choose(small, x, scaled, v)
	// m in [sqrt(1/2), sqrt(2)): bits - bits of sqrt(1/2) splits off the exponent.
	off, e, m, f := s.vec(), s.vec(), s.vec(), s.vec()
	VPSUBD(c.bits(s, 0x3f3504f3), v, off)
	VPSRAD(Imm(23), off, e)
	and(c.bits(s, 0x007fffff), off, m)
	VPADDD(c.bits(s, 0x3f3504f3), m, m)
	and(c.bits(s, 23), small, small)
	VPSUBD(small, e, e)
	VCVTDQ2PS(e, e)
	VSUBPS(c.f(s, 1), m, f)
	p := c.f(s, 7.0376836292e-2)
	for _, k := range []float32{-1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
		2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1} {
		VFMADD213PS(c.f(s, k), f, p)
	}
	z, y := s.vec(), s.vec()
	VMULPS(f, f, z)
	VMULPS(z, f, y)
	VMULPS(p, y, y)
	VFMADD231PS(c.f(s, -2.12194440e-4), e, y)
	VFNMADD231PS(c.f(s, 0.5), z, y)
	VADDPS(f, y, y)
	VFMADD231PS(c.f(s, 0.693359375), e, y)
	// Zero, negative numbers, infinity, NaN.
	mask := s.vec()
	equal := func(a, b reg.VecVirtual) {
		if s.parts == 1 {
			k := K()
			VCMPPS(Imm(0), b, a, k)
			VPMOVM2D(k, mask)
			return
		}
		VCMPPS(Imm(0), b, a, mask)
	}
	o := c.bits(s, 0)
	less(x, o, mask)
	choose(mask, y, c.bits(s, 0x7fc00000), y)
	equal(x, o)
	choose(mask, y, c.bits(s, 0xff800000), y)
	equal(x, c.bits(s, 0x7f800000))
	choose(mask, y, x, y)
	if s.parts == 1 {
		k := K()
		VCMPPS(Imm(3), x, x, k)
		VPMOVM2D(k, mask)
	} else {
		VCMPPS(Imm(3), x, x, mask)
	}
	choose(mask, y, x, y)
	return y
}

// logRows fills rows of logarithms.
func logRows(s isa) {
	c := newConstants("logRows" + s.name)
	c.table(logConstants...)
	TEXT("logRows"+s.name, NOSPLIT, "func(y, x *float32, rows int)")
	Pragma("noescape")
	Doc("logRows" + s.name + " is logRowsGo on rows rows of sixteen lanes.")
	y, x, n := pointer("y"), pointer("x"), pointer("rows")
	loop("rows", n, func() {
		for p := range s.parts {
			v := s.vec()
			VMOVUPS(Mem{Base: x, Disp: p * s.bytes()}, v)
			VMOVUPS(log(s, c, v), Mem{Base: y, Disp: p * s.bytes()})
		}
		ADDQ(Imm(64), y)
		ADDQ(Imm(64), x)
	})
	VZEROUPPER()
	RET()
}

// relu rectifies rows.
func relu(s isa) {
	TEXT("relu"+s.name, NOSPLIT, "func(y, x *float32, rows int)")
	Pragma("noescape")
	Doc("relu" + s.name + " is reluGo on rows rows of sixteen lanes.")
	y, x, n := pointer("y"), pointer("x"), pointer("rows")
	z := s.vec()
	zero(z)
	loop("rows", n, func() {
		for p := range s.parts {
			v := s.vec()
			VMOVUPS(Mem{Base: x, Disp: p * s.bytes()}, v)
			VMAXPS(v, z, v) // the second operand of the pair survives a NaN or a signed zero
			VMOVUPS(v, Mem{Base: y, Disp: p * s.bytes()})
		}
		ADDQ(Imm(64), y)
		ADDQ(Imm(64), x)
	})
	VZEROUPPER()
	RET()
}

// turn multiplies lines by complex numbers.
func turn(s isa) {
	TEXT("turn"+s.name, NOSPLIT, "func(data *float32, im, lines int, cos, sin *float32)")
	Pragma("noescape")
	Doc("turn" + s.name + " is turnGo for one block.")
	data, im, n, cos, sin := pointer("data"), scaled("im"), pointer("lines"), pointer("cos"), pointer("sin")
	loop("lines", n, func() {
		c, d := s.vec(), s.vec()
		VBROADCASTSS(Mem{Base: cos}, c)
		VBROADCASTSS(Mem{Base: sin}, d)
		for p := range s.parts {
			x, y, r, i := s.vec(), s.vec(), s.vec(), s.vec()
			VMOVUPS(Mem{Base: data, Disp: p * s.bytes()}, x)
			VMOVUPS(Mem{Base: data, Index: im, Scale: 1, Disp: p * s.bytes()}, y)
			VMULPS(x, c, r)
			VFNMADD231PS(y, d, r)
			VMULPS(y, c, i)
			VFMADD231PS(x, d, i)
			VMOVUPS(r, Mem{Base: data, Disp: p * s.bytes()})
			VMOVUPS(i, Mem{Base: data, Index: im, Scale: 1, Disp: p * s.bytes()})
		}
		ADDQ(Imm(64), data)
		ADDQ(Imm(4), cos)
		ADDQ(Imm(4), sin)
	})
	VZEROUPPER()
	RET()
}

// peak runs fused multiply-adds on registers alone.
func peak(s isa) {
	const chains = 10
	TEXT("peak"+s.name, NOSPLIT, "func(rounds int)")
	Doc("peak" + s.name + " does 10 fused multiply-adds of one register a round.")
	acc := make([]reg.VecVirtual, chains)
	for i := range acc {
		acc[i] = s.vec()
		zero(acc[i])
	}
	a, b := s.vec(), s.vec()
	zero(a)
	zero(b)
	loop("rounds", pointer("rounds"), func() {
		for _, v := range acc {
			VFMADD231PS(a, b, v)
		}
	})
	VZEROUPPER()
	RET()
}
