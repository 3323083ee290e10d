package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// outerTile computes a square tile of side rows and columns; more goes on with one
// of a 4 x 4 tile's sums, which are lanes in memory, over the pairs of one block.
func outerTile(s isa, side int, more bool) {
	name, signature := "outerTile", "func(dst *float32, dstRow int, y *float32, yBlock int, yo *int, x *float32, xBlock int, xo *int, pairs *int32, n, blocks int)"
	if more {
		name, signature = "outerMore", "func(acc *float32, y *float32, yo *int, x *float32, xo *int, pairs *int32, n int)"
	}
	TEXT(fmt.Sprintf("%s%d%s", name, side, s.name), NOSPLIT, signature)
	Pragma("noescape")
	Doc(fmt.Sprintf("%s%d%s is %sGo for a %d x %d tile.", name, side, s.name, name, side, side))
	rows := func(base, offsets string) []reg.GPVirtual {
		r := make([]reg.GPVirtual, side)
		b, o := pointer(base), pointer(offsets)
		t := GP64()
		for i := range r {
			r[i] = GP64()
			MOVQ(Mem{Base: o, Disp: 8 * i}, t)
			LEAQ(Mem{Base: b, Index: t, Scale: 4}, r[i])
		}
		return r
	}
	y, x := rows("y", "yo"), rows("x", "xo")
	acc := make([][][]reg.VecVirtual, side)
	for i := range acc {
		acc[i] = s.vecs(side)
	}
	each := func(visit func(v reg.VecVirtual, at int)) {
		for i := range acc {
			for j := range acc[i] {
				for p, v := range acc[i][j] {
					visit(v, (4*i+j)*64+p*s.bytes())
				}
			}
		}
	}
	pairs := func() {
		cur, n := pointer("pairs"), pointer("n")
		po, qo := GP64(), GP64()
		loop("pairs", n, func() {
			MOVLQSX(Mem{Base: cur}, po)
			MOVLQSX(Mem{Base: cur, Disp: 4}, qo)
			ADDQ(Imm(8), cur)
			xv := s.vecs(side)
			for j := range xv {
				for p, v := range xv[j] {
					VMOVUPS(Mem{Base: x[j], Index: qo, Scale: 4, Disp: p * s.bytes()}, v)
				}
			}
			for i := range y {
				yv := s.vecs(1)[0]
				for p, v := range yv {
					VMOVUPS(Mem{Base: y[i], Index: po, Scale: 4, Disp: p * s.bytes()}, v)
				}
				for j := range xv {
					for p := range yv {
						VFMADD231PS(xv[j][p], yv[p], acc[i][j][p])
					}
				}
			}
		})
	}
	if more {
		at := pointer("acc")
		each(func(v reg.VecVirtual, disp int) { VMOVUPS(Mem{Base: at, Disp: disp}, v) })
		pairs()
		at = pointer("acc")
		each(func(v reg.VecVirtual, disp int) { VMOVUPS(v, Mem{Base: at, Disp: disp}) })
		VZEROUPPER()
		RET()
		return
	}
	each(func(v reg.VecVirtual, _ int) { zero(v) })
	step := func(name string, r []reg.GPVirtual) {
		t := GP64()
		Load(Param(name), t)
		for i := range r {
			LEAQ(Mem{Base: r[i], Index: t, Scale: 4}, r[i])
		}
	}
	blocks := pointer("blocks")
	loop("blocks", blocks, func() {
		pairs()
		step("yBlock", y)
		step("xBlock", x)
	})
	dst, dstRow := pointer("dst"), scaled("dstRow")
	if s.parts == 1 {
		var v []reg.VecVirtual // element (i, j) is to become number j of part i
		for j := range acc {
			for i := range acc {
				v = append(v, acc[i][j][0])
			}
		}
		f := fold512(v)
		for i := range acc {
			VEXTRACTF32X4(Imm(uint64(i)), f, Mem{Base: dst})
			ADDQ(dstRow, dst)
		}
	} else {
		for i := range acc {
			for j := range acc[i] {
				VMOVSS(tree(acc[i][j]), Mem{Base: dst, Disp: 4 * j})
			}
			ADDQ(dstRow, dst)
		}
	}
	VZEROUPPER()
	RET()
}

// outerPanels computes all tiles of packed panels, or adds them to doubles: the
// second loop runs over the panels of y, so that they and one panel of x share the
// nearest cache.
func outerPanels(s isa, add bool) {
	name, dst, size := "outerPanels", "dst", 4
	signature := "func(dst *float32, dstRow int, y *float32, ySize, ny int, x *float32, xSize, nx int, blocks int)"
	if add {
		name, dst, size = "addOuterPanels", "sum", 8
		signature = "func(sum *float64, sumRow int, fresh bool, y *float32, ySize, ny int, x *float32, xSize, nx int, blocks int)"
	}
	TEXT(name+s.name, NOSPLIT, signature)
	Pragma("noescape")
	Doc(name + s.name + " is " + name + "Go for blocks > 0.")
	tile, row, x, nx := pointer(dst), pointer(dst+"Row"), pointer("x"), pointer("nx")
	IMUL3Q(Imm(uint64(size)), row, row)
	blocks := pointer("blocks")
	keep := K() // all lanes of sums, none if they are fresh
	if add {
		fresh := GP32()
		MOVBLZX(param("fresh"), fresh)
		DECL(fresh)
		KMOVB(fresh, keep)
	}
	loop("column", nx, func() {
		at, y, ny := GP64(), pointer("y"), pointer("ny")
		MOVQ(tile, at)
		loop("row", ny, func() {
			yp, xp, n := GP64(), GP64(), GP64()
			MOVQ(y, yp)
			MOVQ(x, xp)
			MOVQ(blocks, n)
			var acc [4][4]reg.VecVirtual
			for i := range acc {
				for j := range acc[i] {
					acc[i][j] = s.vec()
					zero(acc[i][j])
				}
			}
			loop("block", n, func() {
				var xv [4]reg.VecVirtual
				for j := range xv {
					xv[j] = s.vec()
					VMOVUPS(Mem{Base: xp, Disp: 64 * j}, xv[j])
				}
				for i := range acc {
					yv := s.vec()
					VMOVUPS(Mem{Base: yp, Disp: 64 * i}, yv)
					for j := range xv {
						VFMADD231PS(xv[j], yv, acc[i][j])
					}
				}
				ADDQ(U32(256), xp)
				ADDQ(U32(256), yp)
			})
			var v []reg.VecVirtual // element (i, j) is to become number j of part i
			for j := range acc {
				for i := range acc {
					v = append(v, acc[i][j])
				}
			}
			f := fold512(v)
			for i := range acc {
				if add {
					q, d := XMM(), YMM()
					VEXTRACTF32X4(Imm(uint64(i)), f, q)
					VCVTPS2PD(q, d)
					before := YMM()
					VMOVUPD_Z(Mem{Base: at}, keep, before)
					VADDPD(before, d, d)
					VMOVUPD(d, Mem{Base: at})
				} else {
					VEXTRACTF32X4(Imm(uint64(i)), f, Mem{Base: at})
				}
				ADDQ(row, at)
			}
			step := scaled("ySize")
			ADDQ(step, y)
		})
		step := scaled("xSize")
		ADDQ(step, x)
		ADDQ(Imm(uint64(4*size)), tile)
	})
	VZEROUPPER()
	RET()
}
