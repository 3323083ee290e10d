package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// turned computes the tile of two rows of y and the thirty-two of the turned x. A
// register holds sixteen columns of one sample, so that what Tree does with lanes are
// plain additions; the tree is walked leaf by leaf, which keeps no more than five of its
// nodes at a time. extra is called at each
// leaf.
func turned(x, y reg.GPVirtual, extra func(leaf int)) [4]reg.VecVirtual {
	var sums [5][4]reg.VecVirtual // on the way from the root to a leaf
	for i := range sums {
		for j := range sums[i] {
			sums[i][j] = ZMM()
		}
	}
	// Two leaves at a time, since each multiplication waits for the one before.
	leaves := func(depth, l int) {
		two := sums[depth:][:2]
		for i, s := range two {
			extra(l + 8*i)
			for _, v := range s {
				zero(v)
			}
		}
		for b := range 4 {
			for leaf, s := range two {
				l := l + 8*leaf
				xv, yv := []reg.VecVirtual{ZMM(), ZMM()}, []reg.VecVirtual{ZMM(), ZMM()}
				for c, v := range xv {
					VMOVUPS(Mem{Base: x, Disp: (b*16+l)*128 + 64*c}, v)
				}
				for r, v := range yv {
					VBROADCASTSS(Mem{Base: y, Disp: b*256 + r*64 + l*4}, v)
				}
				for i, v := range s {
					VFMADD231PS(xv[i%2], yv[i/2], v)
				}
			}
		}
	}
	var node func(depth, l, apart int) // lanes l, l+apart, l+2*apart, ...
	node = func(depth, l, apart int) {
		if apart == 8 {
			leaves(depth, l)
		} else {
			node(depth, l, 2*apart)
			node(depth+1, l+apart, 2*apart)
		}
		for i, v := range sums[depth+1] {
			VADDPS(v, sums[depth][i], sums[depth][i])
		}
	}
	node(0, 0, 1)
	return sums[0]
}

// addTurned adds the tiles of pairs of rows of y and up to thirty-two of the turned x
// to doubles.
func addTurned() {
	TEXT("addTurnedAVX512", NOSPLIT, "func(sum *float64, sumRow int, fresh bool, y *float32, ySize, pairs int, x *float32, columns int)")
	Pragma("noescape")
	Doc("addTurnedAVX512 is addTurnedGo for 2*pairs rows and a mask of columns.")
	at, row, x, y, n := pointer("sum"), pointer("sumRow"), pointer("x"), pointer("y"), pointer("pairs")
	SHLQ(Imm(3), row)
	var columns [4]reg.OpmaskVirtual // which there are
	all := pointer("columns")
	for i := range columns {
		columns[i] = K()
		KMOVD(all.As32(), columns[i])
		SHRQ(Imm(8), all)
	}
	step, other := pointer("ySize"), GP64()
	SHLQ(Imm(2), step)
	SUBQ(Imm(128), step)
	MOVQ(U64(128), other)
	loop("pair", n, func() {
		f := turned(x, y, func(int) {})
		for r := range 2 {
			before := []reg.VecVirtual{ZMM(), ZMM(), ZMM(), ZMM()}
			for _, v := range before {
				zero(v)
			}
			count := fmt.Sprintf("row%d", r)
			CMPB(param("fresh"), Imm(0))
			JNE(LabelRef(count))
			for i, v := range before {
				VMOVUPD_Z(Mem{Base: at, Disp: 64 * i}, columns[i], v)
			}
			Label(count)
			for i, v := range before {
				part, d := f[2*r+i/2].AsY(), ZMM()
				if i%2 == 1 {
					high := YMM()
					VEXTRACTF64X4(Imm(1), f[2*r+i/2], high)
					part = high.AsY()
				}
				VCVTPS2PD(part, d)
				VADDPD(v, d, d)
				VMOVUPD(d, columns[i], Mem{Base: at, Disp: 64 * i})
			}
			ADDQ(row, at)
		}
		ADDQ(other, y)
		XCHGQ(other, step)
	})
	VZEROUPPER()
	RET()
}

// outerTurned computes tiles in single precision. Meanwhile it fetches what the next
// tile of weights to learn holds into the second cache, which else has little to do.
func outerTurned() {
	TEXT("outerTurnedAVX512", NOSPLIT, "func(dst, y *float32, ySize, pairs int, x *float32, value, m, v *float64, row int)")
	Pragma("noescape")
	Doc("outerTurnedAVX512 stores what addTurnedAVX512 adds to zero at dst[r*32+c], in single precision, and fetches",
		"32 numbers from each of as many rows of value, m and v.")
	at, x, y, n := pointer("dst"), pointer("x"), pointer("y"), pointer("pairs")
	places := []reg.GPVirtual{pointer("value"), pointer("m"), pointer("v")}
	row := pointer("row")
	SHLQ(Imm(3), row)
	step, other := pointer("ySize"), GP64()
	SHLQ(Imm(2), step)
	SUBQ(Imm(128), step)
	MOVQ(U64(128), other)
	loop("pair", n, func() {
		var lines [3]int
		f := turned(x, y, func(leaf int) {
			for i, p := range places {
				if leaf%2 == i%2 {
					continue
				}
				PREFETCHT1(Mem{Base: p, Disp: 64 * (lines[i] % 4)})
				if lines[i]++; lines[i]%4 == 0 {
					ADDQ(row, p)
				}
			}
		})
		nothing := ZMM()
		zero(nothing) // which makes zeros positive
		for i, v := range f {
			VADDPS(v, nothing, v)
			VMOVUPS(v, Mem{Base: at, Disp: 64 * i})
		}
		ADDQ(U32(256), at)
		ADDQ(other, y)
		XCHGQ(other, step)
	})
	VZEROUPPER()
	RET()
}

// turnRows transposes sixteen rows of sixteen lanes.
func turnRows() {
	TEXT("turnRowsAVX512", NOSPLIT, "func(dst, src *float32)")
	Pragma("noescape")
	Doc("turnRowsAVX512 is turnRowsGo.")
	dst, src := pointer("dst"), pointer("src")
	v := make([]reg.VecVirtual, 16)
	for i := range v {
		v[i] = ZMM()
		VMOVUPS(Mem{Base: src, Disp: 64 * i}, v[i])
	}
	for i, r := range transpose(v) {
		VMOVUPS(r, Mem{Base: dst, Disp: 128 * i})
	}
	VZEROUPPER()
	RET()
}

// transpose exchanges rows and columns of sixteen registers.
func transpose(v []reg.VecVirtual) []reg.VecVirtual {
	// Each stage exchanges halves of ever greater parts between two registers.
	stage := func(apart int, low, high func(b, a, dst reg.VecVirtual)) {
		for i := range v {
			if i&apart != 0 {
				continue
			}
			a, b := v[i], v[i+apart]
			t, u := ZMM(), ZMM()
			low(b, a, t)
			high(b, a, u)
			v[i], v[i+apart] = t, u
		}
	}
	stage(1, func(b, a, d reg.VecVirtual) { VUNPCKLPS(b, a, d) }, func(b, a, d reg.VecVirtual) { VUNPCKHPS(b, a, d) })
	stage(2, func(b, a, d reg.VecVirtual) { VUNPCKLPD(b, a, d) }, func(b, a, d reg.VecVirtual) { VUNPCKHPD(b, a, d) })
	stage(4, func(b, a, d reg.VecVirtual) { VSHUFF32X4(Imm(0x88), b, a, d) }, func(b, a, d reg.VecVirtual) { VSHUFF32X4(Imm(0xdd), b, a, d) })
	stage(8, func(b, a, d reg.VecVirtual) { VSHUFF32X4(Imm(0x88), b, a, d) }, func(b, a, d reg.VecVirtual) { VSHUFF32X4(Imm(0xdd), b, a, d) })
	w := make([]reg.VecVirtual, len(v))
	for i, r := range v { // whose lane is i with its last two bits exchanged
		w[i&^3|i&1<<1|i>>1&1] = r
	}
	return w
}

// gatherLanes looks sixteen bytes of each of sixteen rows up in a table and
// transposes them.
func gatherLanes() {
	TEXT("gatherLanesAVX512", NOSPLIT, "func(dst, table *float32, rows **uint8, sixteens int)")
	Pragma("noescape")
	Doc("gatherLanesAVX512 is gatherLanesGo for sixteens*16 bytes of each row.")
	dst, table, rows, n := pointer("dst"), pointer("table"), pointer("rows"), pointer("sixteens")
	at := GP64()
	XORQ(at, at)
	nothing, all := ZMM(), K()
	zero(nothing)
	loop("sixteen", n, func() {
		v := make([]reg.VecVirtual, 16)
		for i := range v {
			row, index := GP64(), ZMM()
			MOVQ(Mem{Base: rows, Disp: 8 * i}, row)
			VPMOVZXBD(Mem{Base: row, Index: at, Scale: 1}, index)
			KXNORW(all, all, all)
			v[i] = ZMM()
			VMOVAPS(nothing, v[i]) // lest it wait for what the register held
			VGATHERDPS(Mem{Base: table, Index: index, Scale: 4}, all, v[i])
		}
		for i, r := range transpose(v) {
			VMOVUPS(r, Mem{Base: dst, Disp: 64 * i})
		}
		ADDQ(U32(1024), dst)
		ADDQ(Imm(16), at)
	})
	VZEROUPPER()
	RET()
}
