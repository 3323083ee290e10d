package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// adam updates whole registers of doubles. Most of its time goes into divisions,
// which AVX-512 leaves to reciprocals where values are rounded to single precision
// and that hides the difference: see AdamStep.near.
func adam(s isa) {
	TEXT("adam"+s.name, NOSPLIT, "func(value, m, v, gradient *float64, vectors int, constants *float64, single, near bool)")
	Pragma("noescape")
	Doc("adam" + s.name + " is adamGo on whole registers; constants are beta1, 1-beta1, beta2, 1-beta2, rate, bias1, bias2, eps and those of AdamStep.near.")
	value, m, v, gradient, n := pointer("value"), pointer("m"), pointer("v"), pointer("gradient"), pointer("vectors")
	constants := pointer("constants")
	constant := func(i int) reg.VecVirtual {
		c := s.vec()
		VBROADCASTSD(Mem{Base: constants, Disp: 8 * i}, c)
		return c
	}
	var c [8]reg.VecVirtual
	for i := range c {
		c[i] = constant(i)
	}
	var t nearby
	if s.parts == 1 {
		t = nearby{constant(8), constant(9), constant(10), constant(11), constant(12), Load(Param("near"), GP8())}
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
		VMOVUPD(Mem{Base: value}, x)
		VSQRTPD(b, b)
		if s.parts == 1 {
			t.move(a, b, x, c[7], "store")
		}
		VDIVPD(c[6], b, b)
		VDIVPD(c[5], a, a)
		VMULPD(a, c[4], a)
		VADDPD(c[7], b, b)
		VDIVPD(b, a, a)
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

// nearby are the constants of AdamStep.near: rate/bias1, 1/bias2, factors a little
// below and above one, and one.
type nearby struct {
	rate, bias2, below, above, one reg.VecVirtual
	allowed                        reg.Register
}

// move updates the values x from the moments a and the roots b, and jumps to done,
// or leaves all three as they are.
func (t nearby) move(a, b, x, eps reg.VecVirtual, done string) {
	TESTB(t.allowed, t.allowed)
	JE(LabelRef("exact"))
	d, y, step := ZMM(), ZMM(), ZMM()
	VMOVAPD(eps, d)
	VFMADD231PD(t.bias2, b, d)
	VRCP14PD(d, y)
	for range 2 { // Newton's method
		e := ZMM()
		VMOVAPD(t.one, e)
		VFNMADD231PD(y, d, e)
		VFMADD231PD(e, y, y)
	}
	VMULPD(a, t.rate, step)
	VMULPD(y, step, step)
	var ends [2]reg.VecVirtual
	for i, factor := range []reg.VecVirtual{t.below, t.above} {
		v := ZMM()
		VMOVAPD(x, v)
		VFNMADD231PD(step, factor, v)
		ends[i] = YMM()
		VCVTPD2PS(v, ends[i])
	}
	differ, odd := K(), K()
	VCMPPS(Imm(4), ends[0], ends[1], differ)
	VFPCLASSPSY(Imm(0x9f), ends[0], odd) // zeros, infinities, no numbers
	KORTESTB(differ, odd)
	JNE(LabelRef("exact"))
	VCVTPS2PD(ends[0], x)
	JMP(LabelRef(done))
	Label("exact")
}
