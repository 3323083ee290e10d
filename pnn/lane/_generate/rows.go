package main

import (
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
