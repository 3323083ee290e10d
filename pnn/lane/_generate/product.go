package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// productPanels computes matrix rows, tall (4, or 2 for matrices of two rows) at
// a time, for a fixed number of blocks.
func productPanels(s isa, tall, blocks int) {
	name := fmt.Sprintf("productPanels%d%s", blocks, s.name)
	if tall == 2 {
		name = fmt.Sprintf("productPair%d%s", blocks, s.name)
	}
	TEXT(name, NOSPLIT,
		"func(y *float32, yBlock, yRow int, w *float32, cols, rows int, x *float32, xBlock int, taps *int32, n int, bias *float32, resume bool, finish int)")
	Pragma("noescape")
	Doc(fmt.Sprintf("%s is productPanelsGo for %d block(s) and, of a Pair, at most two rows.", name, blocks))
	w, rows, y, bias := pointer("w"), pointer("rows"), pointer("y"), pointer("bias")
	x := make([]reg.GPVirtual, blocks)
	x[0] = pointer("x")
	if blocks > 1 {
		xBlock := scaled("xBlock")
		for b := 1; b < blocks; b++ {
			x[b] = GP64()
			LEAQ(Mem{Base: x[b-1], Index: xBlock, Scale: 1}, x[b])
		}
	}
	acc := make([][][]reg.VecVirtual, blocks)
	for b := range acc {
		acc[b] = s.vecs(tall)
	}
	each := func(f func(r int, v reg.VecVirtual)) {
		for b := range acc {
			for r := range tall {
				for _, v := range acc[b][r] {
					f(r, v)
				}
			}
		}
	}
	Label("panel")
	resume := Load(Param("resume"), GP8())
	TESTB(resume, resume)
	JNE(LabelRef("resume"))
	TESTQ(bias, bias)
	JE(LabelRef("zero"))
	each(func(r int, v reg.VecVirtual) { VBROADCASTSS(Mem{Base: bias, Disp: 4 * r}, v) })
	ADDQ(Imm(16), bias)
	JMP(LabelRef("start"))
	Label("zero")
	each(func(_ int, v reg.VecVirtual) { zero(v) })
	JMP(LabelRef("start"))
	Label("resume")
	eachOutput(s, acc, y, rows, "start", func(v reg.VecVirtual, m Mem) { VMOVUPS(m, v) })
	Label("start")
	tap, n := pointer("taps"), pointer("n")
	wo, xo := GP64(), GP64()
	loop("taps", n, func() {
		MOVLQSX(Mem{Base: tap}, wo)
		MOVLQSX(Mem{Base: tap, Disp: 4}, xo)
		ADDQ(Imm(8), tap)
		xv := make([][]reg.VecVirtual, blocks)
		for b := range xv {
			xv[b] = s.vecs(1)[0]
			for p, v := range xv[b] {
				VMOVUPS(Mem{Base: x[b], Index: xo, Scale: 4, Disp: p * s.bytes()}, v)
			}
		}
		for r := range tall {
			wv := s.vec()
			VBROADCASTSS(Mem{Base: w, Index: wo, Scale: 4, Disp: 4 * r}, wv)
			for b := range xv {
				for p := range xv[b] {
					VFMADD231PS(xv[b][p], wv, acc[b][r][p])
				}
			}
		}
	})
	finish := pointer("finish")
	CMPQ(finish, Imm(1))
	JL(LabelRef("store"))
	JG(LabelRef("add"))
	z := s.vec()
	zero(z)
	each(func(_ int, v reg.VecVirtual) { VMAXPS(v, z, v) }) // the second operand of the pair survives a NaN or a signed zero
	JMP(LabelRef("store"))
	Label("add")
	eachOutput(s, acc, y, rows, "store", func(v reg.VecVirtual, m Mem) { VADDPS(m, v, v) })
	Label("store")
	eachOutput(s, acc, y, rows, "stored", func(v reg.VecVirtual, m Mem) { VMOVUPS(v, m) })
	Label("stored")
	cols := GP64()
	Load(Param("cols"), cols)
	SHLQ(Imm(4), cols)
	ADDQ(cols, w)
	yRow := pointer("yRow")
	SHLQ(Imm(4), yRow)
	ADDQ(yRow, y)
	SUBQ(Imm(4), rows)
	JG(LabelRef("panel"))
	VZEROUPPER()
	RET()
}

// eachOutput applies f to the sums of the rows that there are and to their
// places in y, and jumps to the label behind the last of them.
func eachOutput(s isa, acc [][][]reg.VecVirtual, y, rows reg.GPVirtual, end string, f func(v reg.VecVirtual, m Mem)) {
	row, yRow := GP64(), scaled("yRow")
	var yBlock reg.GPVirtual
	if len(acc) > 1 {
		yBlock = scaled("yBlock")
	}
	MOVQ(y, row)
	at := GP64()
	for r := range acc[0] {
		MOVQ(row, at)
		for b := range acc {
			for p, v := range acc[b][r] {
				f(v, Mem{Base: at, Disp: p * s.bytes()})
			}
			if b+1 < len(acc) {
				ADDQ(yBlock, at)
			}
		}
		if r+1 < len(acc[0]) {
			CMPQ(rows, Imm(uint64(r+1)))
			JLE(LabelRef(end))
			ADDQ(yRow, row)
		}
	}
}
