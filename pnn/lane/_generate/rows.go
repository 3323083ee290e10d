package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// mask zeroes what did not pass a rectifier.
func mask(s isa) {
	TEXT("mask"+s.name, NOSPLIT, "func(grad, y *float32, rows int)")
	Pragma("noescape")
	Doc("mask" + s.name + " is maskGo on rows rows of sixteen lanes.")
	g, y, n := pointer("grad"), pointer("y"), pointer("rows")
	z := s.vec()
	zero(z)
	loop("rows", n, func() {
		for p := range s.parts {
			v := s.vec()
			VMOVUPS(Mem{Base: y, Disp: p * s.bytes()}, v)
			if s.parts == 1 {
				k := K()
				VCMPPS(Imm(30), z, v, k) // v > 0, quiet
				VMOVUPS_Z(Mem{Base: g}, k, v)
			} else {
				VCMPPS(Imm(30), z, v, v)
				VANDPS(Mem{Base: g, Disp: p * s.bytes()}, v, v)
			}
			VMOVUPS(v, Mem{Base: g, Disp: p * s.bytes()})
		}
		ADDQ(Imm(64), g)
		ADDQ(Imm(64), y)
	})
	VZEROUPPER()
	RET()
}

// add adds rows of sixteen lanes.
func add(s isa) {
	TEXT("add"+s.name, NOSPLIT, "func(y, x *float32, rows int)")
	Pragma("noescape")
	Doc("add" + s.name + " is addGo on rows rows of sixteen lanes.")
	y, x, n := pointer("y"), pointer("x"), pointer("rows")
	loop("rows", n, func() {
		for p := range s.parts {
			v := s.vec()
			VMOVUPS(Mem{Base: y, Disp: p * s.bytes()}, v)
			VADDPS(Mem{Base: x, Disp: p * s.bytes()}, v, v)
			VMOVUPS(v, Mem{Base: y, Disp: p * s.bytes()})
		}
		ADDQ(Imm(64), y)
		ADDQ(Imm(64), x)
	})
	VZEROUPPER()
	RET()
}

// times multiplies rows of sixteen lanes.
func times(s isa) {
	TEXT("times"+s.name, NOSPLIT, "func(y, a, b *float32, rows int)")
	Pragma("noescape")
	Doc("times" + s.name + " is timesGo on rows rows of sixteen lanes.")
	y, a, b, n := pointer("y"), pointer("a"), pointer("b"), pointer("rows")
	loop("rows", n, func() {
		for p := range s.parts {
			v := s.vec()
			VMOVUPS(Mem{Base: a, Disp: p * s.bytes()}, v)
			VMULPS(Mem{Base: b, Disp: p * s.bytes()}, v, v)
			VMOVUPS(v, Mem{Base: y, Disp: p * s.bytes()})
		}
		ADDQ(Imm(64), y)
		ADDQ(Imm(64), a)
		ADDQ(Imm(64), b)
	})
	VZEROUPPER()
	RET()
}

// unsaturated is what a saturable absorber takes the exponential of.
func unsaturated(s isa) {
	TEXT("unsaturated"+s.name, NOSPLIT, "func(u, ku, x *float32, rows int, k float32)")
	Pragma("noescape")
	Doc("unsaturated" + s.name + " is unsaturatedGo on rows rows of sixteen lanes.")
	u, ku, x, n := pointer("u"), pointer("ku"), pointer("x"), pointer("rows")
	k, one, bits := s.vec(), s.vec(), GP32()
	VBROADCASTSS(param("k"), k)
	MOVL(U32(math.Float32bits(1)), bits)
	low := XMM()
	VMOVD(bits, low)
	VBROADCASTSS(low, one)
	loop("rows", n, func() {
		for p := range s.parts {
			v := s.vec()
			VMOVUPS(Mem{Base: x, Disp: p * s.bytes()}, v)
			VMULPS(v, v, v)
			VADDPS(v, one, v)
			VDIVPS(v, one, v)
			VMOVUPS(v, Mem{Base: u, Disp: p * s.bytes()})
			VMULPS(v, k, v)
			VMOVUPS(v, Mem{Base: ku, Disp: p * s.bytes()})
		}
		ADDQ(Imm(64), u)
		ADDQ(Imm(64), ku)
		ADDQ(Imm(64), x)
	})
	VZEROUPPER()
	RET()
}

// sumRows adds consecutive rows over blocks and folds the lanes.
func sumRows(s isa) {
	TEXT("sumRows"+s.name, NOSPLIT, "func(y *float32, yBlock, rows, blocks int) float32")
	Pragma("noescape")
	Doc("sumRows" + s.name + " is sumRowsGo.")
	y, yBlock, blocks := pointer("y"), scaled("yBlock"), pointer("blocks")
	acc := s.vecs(1)[0]
	for _, v := range acc {
		zero(v)
	}
	loop("blocks", blocks, func() {
		at, n := GP64(), pointer("rows")
		MOVQ(y, at)
		loop("rows", n, func() {
			for p, v := range acc {
				VADDPS(Mem{Base: at, Disp: p * s.bytes()}, v, v)
			}
			ADDQ(Imm(64), at)
		})
		ADDQ(yBlock, y)
	})
	r := tree(acc)
	Store(r.AsX(), ReturnIndex(0))
	VZEROUPPER()
	RET()
}
