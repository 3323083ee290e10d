package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

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

// A fold adds the lanes of several registers at once in the order of Tree: each
// step puts the halves that fold onto each other, of two registers, side by side
// in two registers and adds those, so that n registers take n-1 additions.

// meet writes p(a, b) + q(a, b) to a, where p and q gather halves.
func meet(a, b reg.VecVirtual, p, q func(dst reg.VecVirtual)) {
	var t, u reg.VecVirtual
	if a.Size() == 64 {
		t, u = ZMM(), ZMM()
	} else {
		t, u = YMM(), YMM()
	}
	p(t)
	q(u)
	VADDPS(u, t, a)
}

// meetQuads folds by whole 128-bit parts of two ZMM registers; the immediates
// choose the parts.
func meetQuads(a, b reg.VecVirtual, low, high uint64) {
	meet(a, b, func(t reg.VecVirtual) { VSHUFF64X2(Imm(low), b, a, t) }, func(t reg.VecVirtual) { VSHUFF64X2(Imm(high), b, a, t) })
}

// meetLanes folds within 128-bit parts.
func meetLanes(a, b reg.VecVirtual, low, high uint64) {
	meet(a, b, func(t reg.VecVirtual) { VSHUFPS(Imm(low), b, a, t) }, func(t reg.VecVirtual) { VSHUFPS(Imm(high), b, a, t) })
}

// halve applies f to neighbours and keeps the first of each pair.
func halve(v []reg.VecVirtual, f func(a, b reg.VecVirtual)) []reg.VecVirtual {
	var out []reg.VecVirtual
	for i := 0; i < len(v); i += 2 {
		f(v[i], v[i+1])
		out = append(out, v[i])
	}
	return out
}

// fold512 folds 16 ZMM registers into one that holds, in 128-bit part j, the
// sums of v[j], v[j+4], v[j+8], v[j+12]; or 8 into one that holds those of v[j],
// v[j+4] in the low half of part j.
func fold512(v []reg.VecVirtual) reg.VecVirtual {
	v = halve(v, func(a, b reg.VecVirtual) { meetQuads(a, b, 0x44, 0xee) })
	v = halve(v, func(a, b reg.VecVirtual) { meetQuads(a, b, 0x88, 0xdd) })
	v = halve(v, func(a, b reg.VecVirtual) { meetLanes(a, b, 0x44, 0xee) })
	if len(v) == 1 {
		meetLanes(v[0], v[0], 0x88, 0xdd)
		return v[0]
	}
	return halve(v, func(a, b reg.VecVirtual) { meetLanes(a, b, 0x88, 0xdd) })[0]
}

// fold256 folds 8 YMM registers, whose lanes are l and l+8 already added, into
// one that holds in 128-bit part j the sums of v[j], v[j+2], v[j+4], v[j+6].
func fold256(v []reg.VecVirtual) reg.VecVirtual {
	v = halve(v, func(a, b reg.VecVirtual) {
		meet(a, b, func(t reg.VecVirtual) { VPERM2F128(Imm(0x20), b, a, t) }, func(t reg.VecVirtual) { VPERM2F128(Imm(0x31), b, a, t) })
	})
	v = halve(v, func(a, b reg.VecVirtual) { meetLanes(a, b, 0x44, 0xee) })
	return halve(v, func(a, b reg.VecVirtual) { meetLanes(a, b, 0x88, 0xdd) })[0]
}
