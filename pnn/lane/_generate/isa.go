package main

import (
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
