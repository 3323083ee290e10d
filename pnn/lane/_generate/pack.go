package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// packRows rounds four rows of doubles to single precision and puts them side by
// side.
func packRows() {
	TEXT("packRowsAVX2", NOSPLIT, "func(dst *float32, src *float64, row, fours int)")
	Pragma("noescape")
	Doc("packRowsAVX2 is packPanelsGo for one panel of fours*4 columns and col = 1.")
	dst, n := pointer("dst"), pointer("fours")
	src := []reg.GPVirtual{pointer("src"), GP64(), GP64(), GP64()}
	row := pointer("row")
	SHLQ(Imm(3), row)
	for i := 1; i < len(src); i++ {
		LEAQ(Mem{Base: src[i-1], Index: row, Scale: 1}, src[i])
	}
	loop("four", n, func() {
		var v [4]reg.VecVirtual
		for i := range v {
			v[i] = XMM()
			VCVTPD2PSY(Mem{Base: src[i]}, v[i])
			ADDQ(Imm(32), src[i])
		}
		var pairs [4]reg.VecVirtual // columns 0 and 1, 2 and 3 of rows 0 and 1, then of rows 2 and 3
		for i := range pairs {
			pairs[i] = XMM()
			if a, b := v[i/2*2], v[i/2*2+1]; i%2 == 0 {
				VUNPCKLPS(b, a, pairs[i])
			} else {
				VUNPCKHPS(b, a, pairs[i])
			}
		}
		for k := range 4 {
			low, high := pairs[k/2], pairs[k/2+2]
			c := XMM()
			if k%2 == 0 {
				VMOVLHPS(high, low, c)
			} else {
				VMOVHLPS(low, high, c)
			}
			VMOVUPS(c, Mem{Base: dst, Disp: 16 * k})
		}
		ADDQ(Imm(64), dst)
	})
	VZEROUPPER()
	RET()
}

// packColumns rounds runs of four doubles to single precision.
func packColumns() {
	TEXT("packColumnsAVX2", NOSPLIT, "func(dst *float32, src *float64, col, cols int)")
	Pragma("noescape")
	Doc("packColumnsAVX2 is packPanelsGo for one panel and row = 1.")
	dst, src, col, n := pointer("dst"), pointer("src"), pointer("col"), pointer("cols")
	SHLQ(Imm(3), col)
	loop("column", n, func() {
		v := XMM()
		VCVTPD2PSY(Mem{Base: src}, v)
		VMOVUPS(v, Mem{Base: dst})
		ADDQ(col, src)
		ADDQ(Imm(16), dst)
	})
	VZEROUPPER()
	RET()
}
