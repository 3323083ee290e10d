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

// Kernels adamRoots and adamSteps leave divisions and roots, most of the time of adam,
// to reciprocals where values are rounded to single precision and that hides the
// difference: see AdamStep.near. Two short loops suit a processor better than a long
// one, whose steps each wait for the one before; both work on two registers at a time.
// Those called learn do the same for a tile: rows of pairs of registers, row numbers
// apart in value, m and v and 32 in their other arguments, of which gradient and single
// are of single precision.

// number are the registers of eight numbers.
type number struct{ g, a, b, p, y, root reg.VecVirtual }

func newNumber() number { return number{ZMM(), ZMM(), ZMM(), ZMM(), ZMM(), ZMM()} }

// each calls f for two registers and how many bytes they are behind the pointers.
func each(two [2]number, f func(x number, at int)) {
	for i, x := range two {
		f(x, 64*i)
	}
}

// pairs runs body for each pair of registers and moves pointers to doubles, those far
// apart and those of tiles, and to numbers of single precision by one.
func pairs(learn bool, far, doubles, singles []reg.GPVirtual, body func()) {
	n := pointer("pairs")
	next := func() {
		body()
		for _, r := range append(append([]reg.GPVirtual(nil), far...), doubles...) {
			ADDQ(U32(128), r)
		}
		for _, r := range singles {
			ADDQ(Imm(64), r)
		}
	}
	if !learn {
		loop("pair", n, next)
		return
	}
	// From the end of a row to the next.
	skip := func(row reg.GPVirtual, size int) reg.GPVirtual {
		t := GP64()
		MOVQ(n, t)
		SHLQ(Imm(uint64(4)), t)
		SUBQ(t, row)
		if size == 8 {
			SHLQ(Imm(3), row)
		} else {
			SHLQ(Imm(2), row)
		}
		return row
	}
	short := func() reg.GPVirtual {
		r := GP64()
		MOVQ(U64(32), r)
		return r
	}
	farSkip, doubleSkip, singleSkip := skip(pointer("row"), 8), skip(short(), 8), skip(short(), 4)
	loop("row", pointer("rows"), func() {
		k := GP64()
		MOVQ(n, k)
		loop("pair", k, next)
		for _, r := range far {
			ADDQ(farSkip, r)
		}
		for _, r := range doubles {
			ADDQ(doubleSkip, r)
		}
		for _, r := range singles {
			ADDQ(singleSkip, r)
		}
	})
}

// adamRoots updates the moments.
func adamRoots(learn bool) {
	if learn {
		TEXT("learnRootsAVX512", NOSPLIT, "func(d *float64, gradient *float32, m, v *float64, row, rows, pairs int, constants *float64)")
		Doc("learnRootsAVX512 is adamRootsAVX512 for a tile.")
	} else {
		TEXT("adamRootsAVX512", NOSPLIT, "func(d, gradient, m, v *float64, pairs int, constants *float64)")
		Doc("adamRootsAVX512 updates moments as adamGo does, pairs of registers of them, and computes d for",
			"adamStepsAVX512. constants are those of AdamStep.near.")
	}
	Pragma("noescape")
	to, m, v, gradient := pointer("d"), pointer("m"), pointer("v"), pointer("gradient")
	constants := pointer("constants")
	var c [10]reg.VecVirtual
	for i := range c {
		c[i] = ZMM()
		VBROADCASTSD(Mem{Base: constants, Disp: 8 * i}, c[i])
	}
	beta1, rest1, beta2, rest2, eps, bias, one, half, third, most := c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9]
	two := [2]number{newNumber(), newNumber()}
	each := func(f func(x number, at int)) { each(two, f) }
	far, singles := []reg.GPVirtual{m, v, gradient}, []reg.GPVirtual(nil)
	if learn {
		far, singles = far[:2], far[2:]
	}
	pairs(learn, far, []reg.GPVirtual{to}, singles, func() {
		each(func(x number, at int) {
			if learn {
				VCVTPS2PD(Mem{Base: gradient, Disp: at / 2}, x.g)
			} else {
				VMOVUPD(Mem{Base: gradient, Disp: at}, x.g)
			}
		})
		each(func(x number, _ int) { VMULPD(x.g, rest2, x.p) })
		each(func(x number, at int) { VMULPD(Mem{Base: v, Disp: at}, beta2, x.b) })
		each(func(x number, _ int) { VMULPD(x.g, x.p, x.p) })
		each(func(x number, _ int) { VADDPD(x.p, x.b, x.b) })
		each(func(x number, at int) { VMOVUPD(x.b, Mem{Base: v, Disp: at}) })
		// root = v^(1/2) = v y (1-e)^(-1/2), of fourteen bits without the power of the error e
		// and of forty with three terms of it. What is no number stays so.
		each(func(x number, _ int) { VRSQRT14PD(x.b, x.y) })
		each(func(x number, at int) { VMULPD(Mem{Base: m, Disp: at}, beta1, x.a) })
		each(func(x number, _ int) { VMULPD(x.g, rest1, x.g) })
		each(func(x number, _ int) { VMINPD(x.y, most, x.y) })
		each(func(x number, _ int) { VADDPD(x.g, x.a, x.a) })
		each(func(x number, _ int) { VMULPD(x.b, x.y, x.root) })
		each(func(x number, at int) { VMOVUPD(x.a, Mem{Base: m, Disp: at}) })
		e := func(x number) reg.VecVirtual { return x.g }
		each(func(x number, _ int) { VMOVAPD(one, e(x)) })
		each(func(x number, _ int) { VFNMADD231PD(x.root, x.y, e(x)) })
		each(func(x number, _ int) { VMOVAPD(half, x.p) })
		each(func(x number, _ int) { VFMADD231PD(third, e(x), x.p) })
		each(func(x number, _ int) { VMULPD(x.root, e(x), e(x)) })
		each(func(x number, _ int) { VFMADD231PD(e(x), x.p, x.root) })
		each(func(x number, _ int) { VFMADD213PD(eps, bias, x.root) })
		each(func(x number, at int) { VMOVUPD(x.root, Mem{Base: to, Disp: at}) })
	})
	VZEROUPPER()
	RET()
}

// adamSteps updates the values.
func adamSteps(learn bool) {
	if learn {
		TEXT("learnStepsAVX512", NOSPLIT, "func(single *float32, d, value, m, v *float64, row, rows, pairs int, constants *float64)")
		Doc("learnStepsAVX512 is adamStepsAVX512 for a tile and stores the values in single precision too.")
	} else {
		TEXT("adamStepsAVX512", NOSPLIT, "func(d, value, m, v *float64, pairs int, constants *float64)")
		Doc("adamStepsAVX512 updates values as adamGo does after adamRootsAVX512. constants are those of AdamStep.near.")
	}
	Pragma("noescape")
	from, value, m, v := pointer("d"), pointer("value"), pointer("m"), pointer("v")
	var singles []reg.GPVirtual
	if learn {
		singles = append(singles, pointer("single"))
	}
	constants := pointer("constants")
	constant := func(i int) Mem { return Mem{Base: constants, Disp: 8 * i} }
	one, below, above := ZMM(), ZMM(), ZMM()
	VBROADCASTSD(constant(6), one)
	VBROADCASTSD(constant(10), below)
	VBROADCASTSD(constant(11), above)
	two := [2]number{newNumber(), newNumber()}
	each := func(f func(x number, at int)) { each(two, f) }
	high, low := ZMM(), ZMM() // of both
	pairs(learn, []reg.GPVirtual{value, m, v}, []reg.GPVirtual{from}, singles, func() {
		d := func(x number) reg.VecVirtual { return x.root }
		e := func(x number) reg.VecVirtual { return x.a }
		each(func(x number, at int) { VMOVUPD(Mem{Base: from, Disp: at}, d(x)) })
		// 1/d = y/(1-e), as above.
		each(func(x number, _ int) { VRCP14PD(d(x), x.y) })
		each(func(x number, _ int) { VMOVAPD(one, e(x)) })
		each(func(x number, _ int) { VFNMADD231PD(x.y, d(x), e(x)) })
		each(func(x number, at int) { VMULPD(Mem{Base: m, Disp: at}, x.y, x.p) })
		each(func(x number, _ int) { VFMADD213PD(e(x), e(x), e(x)) })
		each(func(x number, _ int) { VFMADD231PD(e(x), x.p, x.p) })
		// The value less a little more than the step, and a little less.
		each(func(x number, at int) { VMOVUPD(Mem{Base: value, Disp: at}, x.y) })
		each(func(x number, at int) { VMOVAPD(x.y, x.g) })
		each(func(x number, at int) { VFNMADD231PD(x.p, above, x.y) })
		each(func(x number, at int) { VFNMADD231PD(x.p, below, x.g) })
		each(func(x number, at int) { VCVTPD2PS(x.y, x.y.AsY()) })
		each(func(x number, at int) { VCVTPD2PS(x.g, x.g.AsY()) })
		VINSERTF64X4(Imm(1), two[1].y.AsY(), two[0].y, high)
		VINSERTF64X4(Imm(1), two[1].g.AsY(), two[0].g, low)
		differ, odd := K(), K()
		VCMPPS(Imm(4), high, low, differ)
		VFPCLASSPSZ(Imm(0x9f), high, odd) // zeros, infinities, no numbers
		KORTESTW(differ, odd)
		JNE(LabelRef("divide"))
		Label("store")
		each(func(x number, at int) { VCVTPS2PD(x.y.AsY(), x.y) })
		for _, single := range singles {
			VMOVUPS(high, Mem{Base: single})
		}
		each(func(x number, at int) { VMOVUPD(x.y, Mem{Base: value, Disp: at}) })
	})
	VZEROUPPER()
	RET()
	Label("divide")
	each(func(x number, at int) {
		VMOVUPD(Mem{Base: m, Disp: at}, x.a)
		VDIVPD_BCST(constant(13), x.a, x.a)
		VMULPD_BCST(constant(12), x.a, x.a)
		VSQRTPD(Mem{Base: v, Disp: at}, x.b)
		VDIVPD_BCST(constant(14), x.b, x.b)
		VADDPD_BCST(constant(15), x.b, x.b)
		VDIVPD(x.b, x.a, x.a)
		VMOVUPD(Mem{Base: value, Disp: at}, x.y)
		VSUBPD(x.a, x.y, x.y)
		VCVTPD2PS(x.y, x.y.AsY())
	})
	VINSERTF64X4(Imm(1), two[1].y.AsY(), two[0].y, high)
	JMP(LabelRef("store"))
}
