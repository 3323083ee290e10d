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

// packColumns16 rounds runs of sixteen doubles, of which a panel takes four.
func packColumns16() {
	TEXT("packColumnsAVX512", NOSPLIT, "func(dst *float32, src *float64, col, cols int)")
	Pragma("noescape")
	Doc("packColumnsAVX512 is packPanelsGo for four panels and row = 1.")
	dst, src, col, n := pointer("dst"), pointer("src"), pointer("col"), pointer("cols")
	SHLQ(Imm(3), col)
	size, last := GP64(), GP64() // of a panel, and the fourth
	MOVQ(n, size)
	SHLQ(Imm(4), size)
	LEAQ(Mem{Base: size, Index: size, Scale: 2}, last)
	ADDQ(dst, last)
	loop("column", n, func() {
		a, b := YMM(), YMM()
		VCVTPD2PS(Mem{Base: src}, a)
		VCVTPD2PS(Mem{Base: src, Disp: 64}, b)
		VMOVUPS(a.AsX(), Mem{Base: dst})
		VEXTRACTF128(Imm(1), a, Mem{Base: dst, Index: size, Scale: 1})
		VMOVUPS(b.AsX(), Mem{Base: dst, Index: size, Scale: 2})
		VEXTRACTF128(Imm(1), b, Mem{Base: last})
		ADDQ(col, src)
		ADDQ(Imm(16), dst)
		ADDQ(Imm(16), last)
	})
	VZEROUPPER()
	RET()
}

// packSingles puts four rows of single precision side by side, sixteen columns at a
// time: two rows make a register of pairs, two of those one of fours.
func packSingles() {
	TEXT("packSinglesAVX512", NOSPLIT, "func(dst, src *float32, row, sixteens int)")
	Pragma("noescape")
	Doc("packSinglesAVX512 puts row i of sixteens*16 columns at src[row*i], i < 4, into dst[4*k+i].")
	dst, n := pointer("dst"), pointer("sixteens")
	src := []reg.GPVirtual{pointer("src"), GP64(), GP64(), GP64()}
	row := pointer("row")
	SHLQ(Imm(2), row)
	for i := 1; i < len(src); i++ {
		LEAQ(Mem{Base: src[i-1], Index: row, Scale: 1}, src[i])
	}
	order := func(name string, lanes [16]int32) reg.VecVirtual {
		table := GLOBL(name, RODATA|NOPTR)
		for i, l := range lanes {
			DATA(4*i, I32(l))
		}
		r := ZMM()
		VMOVDQU32(table, r)
		return r
	}
	// Lanes from 16 on are those of the second source.
	pairs := [2]reg.VecVirtual{
		order("packPairsLow", [16]int32{0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23}),
		order("packPairsHigh", [16]int32{8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31}),
	}
	fours := [2]reg.VecVirtual{
		order("packFoursLow", [16]int32{0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23}),
		order("packFoursHigh", [16]int32{8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31}),
	}
	loop("sixteen", n, func() {
		v := [4]reg.VecVirtual{ZMM(), ZMM(), ZMM(), ZMM()}
		for i := range v {
			VMOVUPS(Mem{Base: src[i]}, v[i])
			ADDQ(Imm(64), src[i])
		}
		for h, p := range pairs {
			top, bottom := ZMM(), ZMM()
			VMOVDQA64(p, top)
			VPERMI2PS(v[1], v[0], top)
			VMOVDQA64(p, bottom)
			VPERMI2PS(v[3], v[2], bottom)
			for k, f := range fours {
				c := ZMM()
				VMOVDQA64(f, c)
				VPERMI2PS(bottom, top, c)
				VMOVUPS(c, Mem{Base: dst, Disp: 128*h + 64*k})
			}
		}
		ADDQ(U32(256), dst)
	})
	VZEROUPPER()
	RET()
}
