package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// rows addresses sixteen rows: four bases, four rows apart.
type rows struct {
	base           [4]reg.GPVirtual
	stride, triple reg.GPVirtual
}

func newRows(base, stride reg.GPVirtual) *rows {
	r := &rows{base: [4]reg.GPVirtual{base}, stride: stride, triple: GP64()}
	LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, r.triple)
	for i := 1; i < 4; i++ {
		r.base[i] = GP64()
		LEAQ(Mem{Base: r.base[i-1], Index: stride, Scale: 4}, r.base[i])
	}
	return r
}

func (r *rows) at(i, disp int) Mem {
	b := r.base[i/4]
	switch i % 4 {
	case 0:
		return Mem{Base: b, Disp: disp}
	case 3:
		return Mem{Base: b, Index: r.triple, Scale: 1, Disp: disp}
	}
	return Mem{Base: b, Index: r.stride, Scale: uint8(i % 4), Disp: disp}
}

func (r *rows) advance(distance Op) {
	for _, b := range r.base {
		ADDQ(distance, b)
	}
}

// quad transposes columns 4q..4q+3 of sixteen rows: column j ends up in one
// register (two registers for short vectors) that it hands to put.
//
// Pieces of 128 bits are put together by loads, which leaves half of the
// shuffles: part l of register i holds row 4l+i, and the four registers are
// transposed within their parts.
func quad(s isa, q int, at func(row, disp int) Mem, scale reg.VecPhysical, put func(j, part int, v reg.VecPhysical)) {
	lanes := 4 / s.parts
	for p := range s.parts {
		a, t := s.regs[0:4], s.regs[4:8]
		for i := range a {
			VMOVUPS(at(4*lanes*p+i, 16*q), a[i].(interface{ AsX() reg.Register }).AsX())
			for l := 1; l < lanes; l++ {
				m := at(4*(lanes*p+l)+i, 16*q)
				if s.parts == 1 {
					VINSERTF32X4(Imm(uint64(l)), m, a[i], a[i])
				} else {
					VINSERTF128(Imm(uint64(l)), m, a[i], a[i])
				}
			}
			if scale != nil {
				VMULPS(scale, a[i], a[i])
			}
		}
		VUNPCKLPS(a[1], a[0], t[0])
		VUNPCKHPS(a[1], a[0], t[1])
		VUNPCKLPS(a[3], a[2], t[2])
		VUNPCKHPS(a[3], a[2], t[3])
		VUNPCKLPD(t[2], t[0], a[0])
		VUNPCKHPD(t[2], t[0], a[1])
		VUNPCKLPD(t[3], t[1], a[2])
		VUNPCKHPD(t[3], t[1], a[3])
		for j := range a {
			put(j, p, a[j])
		}
	}
}

// transposeIn turns sixteen rows into elements of sixteen lanes.
func transposeIn(s isa) {
	TEXT("transposeIn"+s.name, NOSPLIT, "func(dst, src *float32, srcRow, srcTile int, order *int32, tiles int, scale float32)")
	Pragma("noescape")
	Doc("transposeIn"+s.name+" is transposeInGo:", "",
		"	for x := range 16*tiles {", "		for l := range 16 {", "			dst[order[x]*32+l] = src[l*srcRow+x/16*srcTile+x%16] * scale", "		}", "	}")
	stride := pointer("srcRow")
	SHLQ(Imm(2), stride)
	SHLQ(Imm(2), argument("srcTile"))
	src := newRows(pointer("src"), stride)
	dst, order, tiles := pointer("dst"), pointer("order"), pointer("tiles")
	scale := s.regs[15]
	VBROADCASTSS(argument("scale"), scale)
	Label("next")
	for q := range 4 {
		to := make([]reg.GPVirtual, 4)
		for j := range to {
			to[j] = GP64()
			MOVLQSX(Mem{Base: order, Disp: 4 * (4*q + j)}, to[j])
			SHLQ(Imm(7), to[j])
		}
		quad(s, q, src.at, scale, func(j, p int, v reg.VecPhysical) {
			VMOVUPS(v, Mem{Base: dst, Index: to[j], Scale: 1, Disp: p * s.bytes()})
		})
	}
	src.advance(argument("srcTile"))
	ADDQ(Imm(64), order)
	DECQ(tiles)
	JNE(LabelRef("next"))
	VZEROUPPER()
	RET()
}

// transposeOut turns elements of sixteen lanes into sixteen rows.
func transposeOut(s isa) {
	TEXT("transposeOut"+s.name, NOSPLIT, "func(dst, src *float32, dstRow, dstTile, tiles int)")
	Pragma("noescape")
	Doc("transposeOut"+s.name+" is transposeOutGo:", "",
		"	for x := range 16*tiles {", "		for l := range 16 {", "			dst[l*dstRow+x/16*dstTile+x%16] = src[x*32+l]", "		}", "	}")
	stride := pointer("dstRow")
	SHLQ(Imm(2), stride)
	SHLQ(Imm(2), argument("dstTile"))
	dst := newRows(pointer("dst"), stride)
	src, tiles := pointer("src"), pointer("tiles")
	at := func(row, disp int) Mem { return Mem{Base: src, Disp: 128*row + disp} }
	Label("next")
	for q := range 4 {
		quad(s, q, at, nil, func(j, p int, v reg.VecPhysical) { VMOVUPS(v, dst.at(4*q+j, p*s.bytes())) })
	}
	dst.advance(argument("dstTile"))
	ADDQ(I32(16*128), src)
	DECQ(tiles)
	JNE(LabelRef("next"))
	VZEROUPPER()
	RET()
}
