package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// stripsIn copies rows of an image to strips of sixteen columns, stripsOut copies
// them back. Both run along the rows, which lie in memory one after the other.
func stripsIn(s isa) {
	TEXT("stripsIn"+s.name, NOSPLIT, "func(dst, src *float32, srcRow, dstTile int, order *int32, count, tiles int)")
	Pragma("noescape")
	Doc("stripsIn"+s.name+" is stripsInGo:", "",
		"	for y := range count {", "		for t := range tiles {", "			copy(dst[order[y]*32+t*dstTile:][:16], src[y*srcRow+t*16:])", "		}", "	}")
	row, tile := pointer("srcRow"), pointer("dstTile")
	SHLQ(Imm(2), row)
	SHLQ(Imm(2), tile)
	dst, src, order, count := pointer("dst"), pointer("src"), pointer("order"), pointer("count")
	Label("row")
	to, from, tiles := GP64(), GP64(), pointer("tiles")
	MOVLQSX(Mem{Base: order}, to)
	SHLQ(Imm(7), to)
	ADDQ(dst, to)
	MOVQ(src, from)
	Label("next")
	sixteen(s, to, from)
	ADDQ(Imm(64), from)
	ADDQ(tile, to)
	DECQ(tiles)
	JNE(LabelRef("next"))
	ADDQ(Imm(4), order)
	ADDQ(row, src)
	DECQ(count)
	JNE(LabelRef("row"))
	VZEROUPPER()
	RET()
}

func stripsOut(s isa) {
	TEXT("stripsOut"+s.name, NOSPLIT, "func(dst, src *float32, dstRow, srcTile, count, tiles int)")
	Pragma("noescape")
	Doc("stripsOut"+s.name+" is stripsOutGo:", "",
		"	for y := range count {", "		for t := range tiles {", "			copy(dst[y*dstRow+t*16:][:16], src[y*32+t*srcTile:])", "		}", "	}")
	row, tile := pointer("dstRow"), pointer("srcTile")
	SHLQ(Imm(2), row)
	SHLQ(Imm(2), tile)
	dst, src, count := pointer("dst"), pointer("src"), pointer("count")
	Label("row")
	to, from, tiles := GP64(), GP64(), pointer("tiles")
	MOVQ(dst, to)
	MOVQ(src, from)
	Label("next")
	sixteen(s, to, from)
	ADDQ(Imm(64), to)
	ADDQ(tile, from)
	DECQ(tiles)
	JNE(LabelRef("next"))
	ADDQ(row, dst)
	ADDQ(U32(128), src)
	DECQ(count)
	JNE(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// sixteen copies sixteen numbers.
func sixteen(s isa, to, from reg.GPVirtual) {
	for p := range s.parts {
		VMOVUPS(Mem{Base: from, Disp: p * s.bytes()}, s.regs[p])
		VMOVUPS(s.regs[p], Mem{Base: to, Disp: p * s.bytes()})
	}
}
