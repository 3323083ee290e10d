package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

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
	TEXT("rotate"+s.name, NOSPLIT, "func(dst, src *float32, im, blocks int, top, next *int32, n int, rotors *float32)")
	Pragma("noescape")
	Doc("rotate" + s.name + " is rotateGo.")
	dst, src, im := pointer("dst"), pointer("src"), scaled("im")
	top, next, n, rotors := pointer("top"), pointer("next"), pointer("n"), pointer("rotors")
	loop("rotors", n, func() {
		uo, do := lines(top, next)
		ur, dr, us, ds := GP64(), GP64(), GP64(), GP64()
		LEAQ(Mem{Base: dst, Index: uo, Scale: 1}, ur)
		LEAQ(Mem{Base: dst, Index: do, Scale: 1}, dr)
		LEAQ(Mem{Base: src, Index: uo, Scale: 1}, us)
		LEAQ(Mem{Base: src, Index: do, Scale: 1}, ds)
		blocks := pointer("blocks")
		loop("blocks", blocks, func() {
			for p := range s.parts {
				at := func(line reg.GPVirtual) Mem { return Mem{Base: line, Disp: p * s.bytes()} }
				imAt := func(line reg.GPVirtual) Mem {
					return Mem{Base: line, Index: im, Scale: 1, Disp: p * s.bytes()}
				}
				v := make([]reg.VecVirtual, 4) // ur ui dr di
				for i, m := range []Mem{at(us), imAt(us), at(ds), imAt(ds)} {
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
			for _, r := range []reg.GPVirtual{ur, dr, us, ds} {
				LEAQ(Mem{Base: r, Index: im, Scale: 2}, r)
			}
		})
		ADDQ(Imm(32), rotors)
	})
	VZEROUPPER()
	RET()
}

// rotateAdjoint pulls gradients back through rotors and sums the rotors' own.
func rotateAdjoint(s isa) {
	TEXT("rotateAdjoint"+s.name, NOSPLIT,
		"func(sum, grad, state *float32, im, blocks int, top, next *int32, n int, rotors *float32)")
	Pragma("noescape")
	Doc("rotateAdjoint" + s.name + " is rotateAdjointGo.")
	half := AllocLocal(8 * 32) // AVX2: sums of lanes 0 to 7 while lanes 8 to 15 are formed
	top, next, rotors := pointer("top"), pointer("next"), pointer("rotors")
	im, n, sum := scaled("im"), pointer("n"), pointer("sum")
	loop("rotors", n, func() {
		uo, do := lines(top, next)
		for p := range s.parts {
			gu, gd, su, sd := GP64(), GP64(), GP64(), GP64()
			Load(Param("grad"), gu)
			Load(Param("state"), su)
			LEAQ(Mem{Base: gu, Index: do, Scale: 1, Disp: p * s.bytes()}, gd)
			LEAQ(Mem{Base: su, Index: do, Scale: 1, Disp: p * s.bytes()}, sd)
			LEAQ(Mem{Base: gu, Index: uo, Scale: 1, Disp: p * s.bytes()}, gu)
			LEAQ(Mem{Base: su, Index: uo, Scale: 1, Disp: p * s.bytes()}, su)
			acc := make([]reg.VecVirtual, 8)
			for i := range acc {
				acc[i] = s.vec()
				zero(acc[i])
			}
			blocks := pointer("blocks")
			loop(fmt.Sprintf("blocks%d", p), blocks, func() { adjointBlock(s, acc, gu, gd, su, sd, im, rotors) })
			if p+1 < s.parts {
				for i, v := range acc {
					VMOVUPS(v, half.Offset(32*i))
				}
				continue
			}
			storeRotor(s, acc, half, sum)
		}
		ADDQ(Imm(32), rotors)
		ADDQ(Imm(32), sum)
	})
	VZEROUPPER()
	RET()
}

// storeRotor folds the eight sums of a rotor's gradient and stores them.
func storeRotor(s isa, acc []reg.VecVirtual, half Mem, sum reg.GPVirtual) {
	v := make([]reg.VecVirtual, 8)
	if s.parts == 1 {
		for i, a := range acc { // fold512 pairs number j with number j+4
			v[i/2+4*(i%2)] = a
		}
		f := fold512(v)
		k, t := K(), GP32()
		MOVL(U32(0x55), t) // the low half of each part
		KMOVB(t, k)
		packed := ZMM()
		VCOMPRESSPD_Z(f, k, packed)
		VMOVUPS(packed.AsY(), Mem{Base: sum})
		return
	}
	for i, a := range acc { // fold256 puts v[j], v[j+2], v[j+4], v[j+6] into part j
		VADDPS(half.Offset(32*i), a, a)
		v[i/4+2*(i%4)] = a
	}
	VMOVUPS(fold256(v), Mem{Base: sum})
}

// adjointBlock treats one block and moves on to the next.
func adjointBlock(s isa, acc []reg.VecVirtual, gu, gd, su, sd, im, rotors reg.GPVirtual) {
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
}
