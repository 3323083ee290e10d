package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// multiply multiplies elements of sixteen lanes by elements of sixteen lanes.
func multiply(s isa) {
	TEXT("multiply"+s.name, NOSPLIT, "func(x, y *float32, count int, sign uint32)")
	Pragma("noescape")
	Doc("multiply"+s.name+" is multiplyGo; sign is 1<<31 to conjugate y, 0 otherwise:", "",
		"	for e := range count {", "		x[32*e:][:16] + i*x[32*e+16:][:16] *= y[32*e:][:16] + i*y[32*e+16:][:16]", "	}")
	x, y, count := pointer("x"), pointer("y"), pointer("count")
	sign := s.regs[15]
	VBROADCASTSS(argument("sign"), sign)
	xr, xi, yr, yi := s.regs[0], s.regs[1], s.regs[2], s.regs[3]
	a, b, c, d := s.regs[4], s.regs[5], s.regs[6], s.regs[7]
	Label("next")
	for p := range s.parts {
		at := func(base reg.GPVirtual, im int) Mem { return Mem{Base: base, Disp: 64*im + p*s.bytes()} }
		VMOVUPS(at(x, 0), xr)
		VMOVUPS(at(x, 1), xi)
		VMOVUPS(at(y, 0), yr)
		if s.parts == 1 {
			VPXORD(at(y, 1), sign, yi)
		} else {
			VXORPS(at(y, 1), sign, yi)
		}
		VMULPS(yr, xr, a)
		VMULPS(yi, xi, b)
		VMULPS(yr, xi, c)
		VMULPS(yi, xr, d)
		VSUBPS(b, a, a)
		VADDPS(d, c, c)
		VMOVUPS(a, at(x, 0))
		VMOVUPS(c, at(x, 1))
	}
	ADDQ(U32(128), x)
	ADDQ(U32(128), y)
	DECQ(count)
	JNE(LabelRef("next"))
	VZEROUPPER()
	RET()
}

// turn multiplies element i, in all lanes, by the complex number factors[i].
func turn(s isa) {
	TEXT("turn"+s.name, NOSPLIT, "func(dst, src *float32, dstIm, srcIm, dstRow, srcRow, count int, factors *float32)")
	Pragma("noescape")
	Doc("turn"+s.name+" is turnGo:", "",
		"	for e := range count {", "		dst[e*dstRow] + i*dst[e*dstRow+dstIm] = factors[e] * (src[e*srcRow] + i*src[e*srcRow+srcIm]) // sixteen lanes", "	}")
	dst, src, factors, count := pointer("dst"), pointer("src"), pointer("factors"), pointer("count")
	dstIm, srcIm := pointer("dstIm"), pointer("srcIm")
	dstRow, srcRow := pointer("dstRow"), pointer("srcRow")
	for _, r := range []reg.GPVirtual{dstRow, srcRow} {
		SHLQ(Imm(2), r)
	}
	Label("next")
	for p := range s.parts {
		at := func(base, index reg.GPVirtual) func() Op {
			return func() Op {
				if index == nil {
					return Mem{Base: base, Disp: p * s.bytes()}
				}
				return Mem{Base: base, Index: index, Scale: 4, Disp: p * s.bytes()}
			}
		}
		factor := func(i int) func() Op { return func() Op { return Mem{Base: factors, Disp: 4 * i} } }
		g := &graph{}
		v := g.times(cx{g.broadcast(factor(0)), g.broadcast(factor(1))}, cx{g.load(at(src, nil)), g.load(at(src, srcIm))})
		g.store(v.re, at(dst, nil))
		g.store(v.im, at(dst, dstIm))
		g.write(s, nil)
	}
	ADDQ(dstRow, dst)
	ADDQ(srcRow, src)
	ADDQ(Imm(8), factors)
	DECQ(count)
	JNE(LabelRef("next"))
	VZEROUPPER()
	RET()
}
