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
