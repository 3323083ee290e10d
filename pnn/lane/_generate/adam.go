package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// adam updates whole registers of doubles.
func adam(s isa) {
	TEXT("adam"+s.name, NOSPLIT, "func(value, m, v, gradient *float64, vectors int, constants *float64, single bool)")
	Pragma("noescape")
	Doc("adam" + s.name + " is adamGo on whole registers; constants are beta1, 1-beta1, beta2, 1-beta2, rate, bias1, bias2, eps.")
	value, m, v, gradient, n := pointer("value"), pointer("m"), pointer("v"), pointer("gradient"), pointer("vectors")
	constants := pointer("constants")
	var c [8]reg.VecVirtual
	for i := range c {
		c[i] = s.vec()
		VBROADCASTSD(Mem{Base: constants, Disp: 8 * i}, c[i])
	}
	single := Load(Param("single"), GP8())
	loop("vector", n, func() {
		g, a, b, x := s.vec(), s.vec(), s.vec(), s.vec()
		VMOVUPD(Mem{Base: gradient}, g)
		VMULPD(Mem{Base: m}, c[0], a)
		VMULPD(g, c[1], x)
		VADDPD(x, a, a)
		VMOVUPD(a, Mem{Base: m})
		VMULPD(Mem{Base: v}, c[2], b)
		VMULPD(g, c[3], x)
		VMULPD(g, x, x)
		VADDPD(x, b, b)
		VMOVUPD(b, Mem{Base: v})
		VDIVPD(c[5], a, a)
		VMULPD(a, c[4], a)
		VSQRTPD(b, b)
		VDIVPD(c[6], b, b)
		VADDPD(c[7], b, b)
		VDIVPD(b, a, a)
		VMOVUPD(Mem{Base: value}, x)
		VSUBPD(a, x, x)
		TESTB(single, single)
		JE(LabelRef("store"))
		if s.parts == 1 {
			y := YMM()
			VCVTPD2PS(x, y)
			VCVTPS2PD(y, x)
		} else {
			y := XMM()
			VCVTPD2PSY(x, y)
			VCVTPS2PD(y, x)
		}
		Label("store")
		VMOVUPD(x, Mem{Base: value})
		for _, r := range []reg.GPVirtual{value, m, v, gradient} {
			ADDQ(Imm(uint64(s.bytes())), r)
		}
	})
	VZEROUPPER()
	RET()
}

// adamNear leaves divisions and roots, most of the time of adam, to reciprocals
// where values are rounded to single precision and that hides the difference: see
// AdamStep.near. It works on two registers at a time, step by step, for each step
// waits for the one before.
func adamNear() {
	TEXT("adamNearAVX512", NOSPLIT, "func(value, m, v, gradient *float64, pairs int, constants *float64) int")
	Pragma("noescape")
	Doc("adamNearAVX512 is adamGo on pairs of registers, as far as it is sure of the result: it returns",
		"how many pairs it updated. constants are those of AdamStep.near.")
	value, m, v, gradient, n := pointer("value"), pointer("m"), pointer("v"), pointer("gradient"), pointer("pairs")
	constants := pointer("constants")
	var c [12]reg.VecVirtual
	for i := range c {
		c[i] = ZMM()
		VBROADCASTSD(Mem{Base: constants, Disp: 8 * i}, c[i])
	}
	beta1, rest1, beta2, rest2, eps, bias := c[0], c[1], c[2], c[3], c[4], c[5]
	below, above, one, half, third, most := c[6], c[7], c[8], c[9], c[10], c[11]
	type number struct{ g, a, b, p, y, root reg.VecVirtual }
	numbers := []number{{ZMM(), ZMM(), ZMM(), ZMM(), ZMM(), ZMM()}, {ZMM(), ZMM(), ZMM(), ZMM(), ZMM(), ZMM()}}
	done := GP64()
	XORQ(done, done)
	Label("pair")
	CMPQ(done, n)
	JGE(LabelRef("end"))
	each := func(f func(x number, at int)) {
		for i, x := range numbers {
			f(x, 64*i)
		}
	}
	each(func(x number, at int) { VMOVUPD(Mem{Base: gradient, Disp: at}, x.g) })
	each(func(x number, _ int) { VMULPD(x.g, rest2, x.p) })
	each(func(x number, at int) { VMULPD(Mem{Base: v, Disp: at}, beta2, x.b) })
	each(func(x number, _ int) { VMULPD(x.g, x.p, x.p) })
	each(func(x number, _ int) { VADDPD(x.p, x.b, x.b) })
	// root = v^(1/2) = v y (1-e)^(-1/2), of fourteen bits without the power of the error e
	// and of forty with three terms of it. What is no number stays so.
	each(func(x number, _ int) { VRSQRT14PD(x.b, x.y) })
	each(func(x number, at int) { VMULPD(Mem{Base: m, Disp: at}, beta1, x.a) })
	each(func(x number, _ int) { VMULPD(x.g, rest1, x.g) })
	each(func(x number, _ int) { VMINPD(x.y, most, x.y) })
	each(func(x number, _ int) { VADDPD(x.g, x.a, x.a) })
	each(func(x number, _ int) { VMULPD(x.b, x.y, x.root) })
	e := func(x number) reg.VecVirtual { return x.g }
	each(func(x number, _ int) { VMOVAPD(one, e(x)) })
	each(func(x number, _ int) { VFNMADD231PD(x.root, x.y, e(x)) })
	each(func(x number, _ int) { VMOVAPD(half, x.p) })
	each(func(x number, _ int) { VFMADD231PD(third, e(x), x.p) })
	each(func(x number, _ int) { VMULPD(x.root, e(x), e(x)) })
	each(func(x number, _ int) { VFMADD231PD(e(x), x.p, x.root) })
	// 1/d = y/(1-e), likewise.
	d := func(x number) reg.VecVirtual { return x.root }
	each(func(x number, _ int) { VFMADD213PD(eps, bias, d(x)) })
	each(func(x number, _ int) { VRCP14PD(d(x), x.y) })
	each(func(x number, _ int) { VMOVAPD(one, e(x)) })
	each(func(x number, _ int) { VFNMADD231PD(x.y, d(x), e(x)) })
	each(func(x number, _ int) { VMULPD(x.y, x.a, x.p) })
	each(func(x number, _ int) { VFMADD213PD(e(x), e(x), e(x)) })
	each(func(x number, _ int) { VFMADD231PD(e(x), x.p, x.p) })
	// The value less a little more than the step, and a little less.
	each(func(x number, at int) { VMOVUPD(Mem{Base: value, Disp: at}, x.y) })
	each(func(x number, at int) { VMOVAPD(x.y, x.g) })
	each(func(x number, at int) { VFNMADD231PD(x.p, above, x.y) })
	each(func(x number, at int) { VFNMADD231PD(x.p, below, x.g) })
	each(func(x number, at int) { VCVTPD2PS(x.y, x.y.AsY()) })
	each(func(x number, at int) { VCVTPD2PS(x.g, x.g.AsY()) })
	high, low := ZMM(), ZMM() // of both
	VINSERTF64X4(Imm(1), numbers[1].y.AsY(), numbers[0].y, high)
	VINSERTF64X4(Imm(1), numbers[1].g.AsY(), numbers[0].g, low)
	differ, odd := K(), K()
	VCMPPS(Imm(4), high, low, differ)
	VFPCLASSPSZ(Imm(0x9f), high, odd) // zeros, infinities, no numbers
	KORTESTW(differ, odd)
	JNE(LabelRef("end"))
	each(func(x number, at int) { VCVTPS2PD(x.y.AsY(), x.y) })
	each(func(x number, at int) { VMOVUPD(x.a, Mem{Base: m, Disp: at}) })
	each(func(x number, at int) { VMOVUPD(x.b, Mem{Base: v, Disp: at}) })
	each(func(x number, at int) { VMOVUPD(x.y, Mem{Base: value, Disp: at}) })
	for _, r := range []reg.GPVirtual{value, m, v, gradient} {
		ADDQ(U32(128), r)
	}
	INCQ(done)
	JMP(LabelRef("pair"))
	Label("end")
	Store(done, ReturnIndex(0))
	VZEROUPPER()
	RET()
}
