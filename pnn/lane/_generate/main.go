// Command generate writes the amd64 kernels of package lane:
//
//	cd pnn/lane/_generate && go run . -out ../kernels_amd64.s -stubs ../kernels_amd64.go -pkg lane
//
// Each kernel computes exactly what its plain-Go twin in package lane states:
// the same fused multiply-adds in the same order for each of the sixteen lanes.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is one instruction set: vectors of which a block of lanes needs parts.
type isa struct {
	name  string
	parts int // registers that hold sixteen lanes
	vec   func() reg.VecVirtual
}

var (
	avx512 = isa{"AVX512", 1, ZMM}
	avx2   = isa{"AVX2", 2, YMM}
)

func (s isa) bytes() int { return 64 / s.parts }

// vecs allocates n x parts registers.
func (s isa) vecs(n int) [][]reg.VecVirtual {
	v := make([][]reg.VecVirtual, n)
	for i := range v {
		for range s.parts {
			v[i] = append(v[i], s.vec())
		}
	}
	return v
}

func zero(v reg.VecVirtual) {
	if v.Size() == 64 {
		VPXORD(v, v, v)
		return
	}
	VXORPS(v, v, v)
}

// loop runs body n times, n >= 0 in a register that it destroys.
func loop(name string, n reg.GPVirtual, body func()) {
	TESTQ(n, n)
	JLE(LabelRef(name + "done"))
	Label(name)
	body()
	DECQ(n)
	JNE(LabelRef(name))
	Label(name + "done")
}

// scaled loads an integer parameter and multiplies it by 4 (numbers to bytes).
func scaled(name string) reg.GPVirtual {
	r := Load(Param(name), GP64()).(reg.GPVirtual)
	SHLQ(Imm(2), r)
	return r
}

func pointer(name string) reg.GPVirtual { return Load(Param(name), GP64()).(reg.GPVirtual) }

func main() {
	ConstraintExpr("amd64")
	productPanel(avx512, 4)
	productPanel(avx512, 1)
	productPanel(avx2, 1)
	outerTile(avx512, 4)
	outerTile(avx2, 2)
	rotate(avx512)
	rotate(avx2)
	rotateAdjoint(avx512)
	rotateAdjoint(avx2)
	mask(avx512)
	mask(avx2)
	sumRows(avx512)
	sumRows(avx2)
	add(avx512)
	add(avx2)
	Generate()
}

// productPanel computes four matrix rows for a fixed number of blocks.
func productPanel(s isa, blocks int) {
	TEXT(fmt.Sprintf("productPanel%d%s", blocks, s.name), NOSPLIT,
		"func(y *float32, yBlock, yRow int, w, x *float32, xBlock int, taps *int32, n int, bias *float32, rows int, relu bool)")
	Pragma("noescape")
	Doc(fmt.Sprintf("productPanel%d%s is productPanelGo for %d block(s).", blocks, s.name, blocks))
	w, tap, n := pointer("w"), pointer("taps"), pointer("n")
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
	bias := pointer("bias")
	for b := range acc {
		acc[b] = s.vecs(4)
		for r := range 4 {
			for _, v := range acc[b][r] {
				VBROADCASTSS(Mem{Base: bias, Disp: 4 * r}, v)
			}
		}
	}
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
		for r := range 4 {
			wv := s.vec()
			VBROADCASTSS(Mem{Base: w, Index: wo, Scale: 4, Disp: 4 * r}, wv)
			for b := range xv {
				for p := range xv[b] {
					VFMADD231PS(xv[b][p], wv, acc[b][r][p])
				}
			}
		}
	})
	relu := Load(Param("relu"), GP8())
	TESTB(relu, relu)
	JE(LabelRef("store"))
	z := s.vec()
	zero(z)
	for b := range acc {
		for r := range 4 {
			for _, v := range acc[b][r] {
				VMAXPS(v, z, v) // the second operand of the pair survives a NaN or a signed zero
			}
		}
	}
	Label("store")
	y, yRow, rows := pointer("y"), scaled("yRow"), pointer("rows")
	var yBlock reg.GPVirtual
	if blocks > 1 {
		yBlock = scaled("yBlock")
	}
	at := GP64()
	for r := range 4 {
		MOVQ(y, at)
		for b := range acc {
			for p, v := range acc[b][r] {
				VMOVUPS(v, Mem{Base: at, Disp: p * s.bytes()})
			}
			if b+1 < blocks {
				ADDQ(yBlock, at)
			}
		}
		if r < 3 {
			CMPQ(rows, Imm(uint64(r+1)))
			JLE(LabelRef("end"))
			ADDQ(yRow, y)
		}
	}
	Label("end")
	VZEROUPPER()
	RET()
}

// tree folds sixteen lanes and leaves the sum in lane 0 of the result.
func tree(parts []reg.VecVirtual) reg.VecVirtual {
	var half reg.VecVirtual
	q, t := XMM(), XMM()
	if len(parts) == 1 { // the VEX form of the second extraction cannot name registers beyond 15
		half = YMM()
		VEXTRACTF64X4(Imm(1), parts[0], half)
		VADDPS(half, parts[0].AsY(), half)
		VEXTRACTF32X4(Imm(1), half, q)
	} else {
		half = parts[0]
		VADDPS(parts[1], half, half)
		VEXTRACTF128(Imm(1), half, q)
	}
	VADDPS(q, half.AsX(), q)
	VMOVHLPS(q, q, t)
	VADDPS(t, q, q)
	VMOVSHDUP(q, t)
	VADDSS(t, q, q)
	return q
}

// outerTile computes a square tile of side rows and columns.
func outerTile(s isa, side int) {
	TEXT(fmt.Sprintf("outerTile%d%s", side, s.name), NOSPLIT,
		"func(dst *float32, y *float32, yBlock int, yo *int, x *float32, xBlock int, xo *int, pairs *int32, n, blocks int)")
	Pragma("noescape")
	Doc(fmt.Sprintf("outerTile%d%s is outerTileGo for a %d x %d tile with 4 numbers between rows of dst.", side, s.name, side, side))
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
		for j := range acc[i] {
			for _, v := range acc[i][j] {
				zero(v)
			}
		}
	}
	step := func(name string, r []reg.GPVirtual) {
		t := GP64()
		Load(Param(name), t)
		for i := range r {
			LEAQ(Mem{Base: r[i], Index: t, Scale: 4}, r[i])
		}
	}
	blocks := pointer("blocks")
	loop("blocks", blocks, func() {
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
		step("yBlock", y)
		step("xBlock", x)
	})
	dst := pointer("dst")
	for i := range acc {
		for j := range acc[i] {
			VMOVSS(tree(acc[i][j]), Mem{Base: dst, Disp: 4 * (4*i + j)})
		}
	}
	VZEROUPPER()
	RET()
}

// lines loads the offsets in bytes of the two lines of the current rotor.
func lines(top, next reg.GPVirtual) (u, d reg.GPVirtual) {
	u, d = GP64(), GP64()
	MOVLQSX(Mem{Base: top}, u)
	MOVLQSX(Mem{Base: next}, d)
	SHLQ(Imm(6), u)
	SHLQ(Imm(6), d)
	ADDQ(Imm(4), top)
	ADDQ(Imm(4), next)
	return u, d
}

// rotate applies rotors to pairs of lines.
func rotate(s isa) {
	TEXT("rotate"+s.name, NOSPLIT, "func(data *float32, im, blocks int, top, next *int32, n int, rotors *float32)")
	Pragma("noescape")
	Doc("rotate" + s.name + " is rotateGo.")
	data, im := pointer("data"), scaled("im")
	top, next, n, rotors := pointer("top"), pointer("next"), pointer("n"), pointer("rotors")
	loop("rotors", n, func() {
		uo, do := lines(top, next)
		ur := GP64()
		dr := GP64()
		LEAQ(Mem{Base: data, Index: uo, Scale: 1}, ur)
		LEAQ(Mem{Base: data, Index: do, Scale: 1}, dr)
		blocks := pointer("blocks")
		loop("blocks", blocks, func() {
			for p := range s.parts {
				at := func(line reg.GPVirtual) Mem { return Mem{Base: line, Disp: p * s.bytes()} }
				imAt := func(line reg.GPVirtual) Mem {
					return Mem{Base: line, Index: im, Scale: 1, Disp: p * s.bytes()}
				}
				v := make([]reg.VecVirtual, 4) // ur ui dr di
				for i, m := range []Mem{at(ur), imAt(ur), at(dr), imAt(dr)} {
					v[i] = s.vec()
					VMOVUPS(m, v[i])
				}
				for row, line := range []reg.GPVirtual{ur, dr} {
					re, im := s.vec(), s.vec()
					c := s.vec()
					coefficient := func(k int) { VBROADCASTSS(Mem{Base: rotors, Disp: 4 * (4*row + k)}, c) }
					coefficient(0)
					VMULPS(c, v[0], re)
					VMULPS(c, v[1], im)
					coefficient(1)
					VFNMADD231PS(c, v[1], re)
					VFMADD231PS(c, v[0], im)
					coefficient(2)
					VFMADD231PS(c, v[2], re)
					VFMADD231PS(c, v[3], im)
					coefficient(3)
					VFNMADD231PS(c, v[3], re)
					VFMADD231PS(c, v[2], im)
					VMOVUPS(re, at(line))
					VMOVUPS(im, imAt(line))
				}
			}
			LEAQ(Mem{Base: ur, Index: im, Scale: 2}, ur)
			LEAQ(Mem{Base: dr, Index: im, Scale: 2}, dr)
		})
		ADDQ(Imm(32), rotors)
	})
	VZEROUPPER()
	RET()
}

// rotateAdjoint pulls gradients back through rotors and sums the rotors' own.
func rotateAdjoint(s isa) {
	TEXT("rotateAdjoint"+s.name, NOSPLIT,
		"func(grad, state *float32, im, blocks int, top, next *int32, rotors *float32, lanes *float32)")
	Pragma("noescape")
	Doc("rotateAdjoint" + s.name + " is rotateAdjointGo for one rotor (n = 1) with the lane sums left in lanes: the caller folds them.")
	grad, state, im := pointer("grad"), pointer("state"), scaled("im")
	top, next, rotors := pointer("top"), pointer("next"), pointer("rotors")
	uo, do := lines(top, next)
	lanes := pointer("lanes")
	for p := range s.parts {
		gu, gd, su, sd := GP64(), GP64(), GP64(), GP64()
		LEAQ(Mem{Base: grad, Index: uo, Scale: 1, Disp: p * s.bytes()}, gu)
		LEAQ(Mem{Base: grad, Index: do, Scale: 1, Disp: p * s.bytes()}, gd)
		LEAQ(Mem{Base: state, Index: uo, Scale: 1, Disp: p * s.bytes()}, su)
		LEAQ(Mem{Base: state, Index: do, Scale: 1, Disp: p * s.bytes()}, sd)
		acc := make([]reg.VecVirtual, 8)
		for i := range acc {
			acc[i] = s.vec()
			zero(acc[i])
		}
		blocks := pointer("blocks")
		loop(fmt.Sprintf("blocks%d", p), blocks, func() {
			re := func(line reg.GPVirtual) Mem { return Mem{Base: line} }
			imag := func(line reg.GPVirtual) Mem { return Mem{Base: line, Index: im, Scale: 1} }
			g := make([]reg.VecVirtual, 4) // gur gui gdr gdi
			for i, m := range []Mem{re(gu), imag(gu), re(gd), imag(gd)} {
				g[i] = s.vec()
				VMOVUPS(m, g[i])
			}
			for row := range 2 {
				gr, gi := g[2*row], g[2*row+1]
				for col, line := range []reg.GPVirtual{su, sd} {
					ar, ai := acc[4*row+2*col], acc[4*row+2*col+1]
					VFMADD231PS(re(line), gr, ar)
					VFMADD231PS(re(line), gi, ai)
					VFMADD231PS(imag(line), gi, ar)
					VFNMADD231PS(imag(line), gr, ai)
				}
			}
			for col, line := range []reg.GPVirtual{gu, gd} {
				r, i, c := s.vec(), s.vec(), s.vec()
				coefficient := func(row, part int) { VBROADCASTSS(Mem{Base: rotors, Disp: 4 * (4*row + 2*col + part)}, c) }
				coefficient(0, 0)
				VMULPS(c, g[0], r)
				VMULPS(c, g[1], i)
				coefficient(0, 1)
				VFMADD231PS(c, g[1], r)
				VFNMADD231PS(c, g[0], i)
				coefficient(1, 0)
				VFMADD231PS(c, g[2], r)
				VFMADD231PS(c, g[3], i)
				coefficient(1, 1)
				VFMADD231PS(c, g[3], r)
				VFNMADD231PS(c, g[2], i)
				VMOVUPS(r, re(line))
				VMOVUPS(i, imag(line))
			}
			for _, r := range []reg.GPVirtual{gu, gd, su, sd} {
				LEAQ(Mem{Base: r, Index: im, Scale: 2}, r)
			}
		})
		for i, v := range acc {
			VMOVUPS(v, Mem{Base: lanes, Disp: 64*i + p*s.bytes()})
		}
	}
	VZEROUPPER()
	RET()
}

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
