package main

import "fmt"

// Go's assembler knows the fused multiply-add of vectors and little else of their
// floating point. These instructions are written as words, with the text of the
// architecture's manual beside them; d is the destination.

// word writes an instruction by its bits.
func (k *kernel) word(bits uint32, format string, args ...any) {
	k.op("WORD", "$%#08x // %s", bits, fmt.Sprintf(format, args...))
}

// same writes an instruction with three registers of four numbers.
func (k *kernel) same(name string, bits uint32, d, n, m vec) {
	k.word(bits|uint32(m)<<16|uint32(n)<<5|uint32(d), "%s v%d.4s, v%d.4s, v%d.4s", name, d, n, m)
}

func (k *kernel) fadd(d, n, m vec)  { k.same("fadd", 0x4e20d400, d, n, m) }
func (k *kernel) fsub(d, n, m vec)  { k.same("fsub", 0x4ea0d400, d, n, m) } // n - m
func (k *kernel) fmul(d, n, m vec)  { k.same("fmul", 0x6e20dc00, d, n, m) }
func (k *kernel) fmin(d, n, m vec)  { k.same("fmin", 0x4ea0f400, d, n, m) }  // a NaN stays
func (k *kernel) fmax(d, n, m vec)  { k.same("fmax", 0x4e20f400, d, n, m) }  // a NaN stays
func (k *kernel) faddp(d, n, m vec) { k.same("faddp", 0x6e20d400, d, n, m) } // n0+n1, n2+n3, m0+m1, m2+m3
func (k *kernel) facge(d, n, m vec) { k.same("facge", 0x6e20ec00, d, n, m) } // all bits where |n| >= |m|
func (k *kernel) fcmgt(d, n, m vec) { k.same("fcmgt", 0x6ea0e400, d, n, m) } // all bits where n > m

// fmla and fmls are d + n m and d - n m, rounded once.
func (k *kernel) fmla(d, n, m vec) { k.op("VFMLA", "%s, %s, %s", m.s4(), n.s4(), d.s4()) }
func (k *kernel) fmls(d, n, m vec) { k.op("VFMLS", "%s, %s, %s", m.s4(), n.s4(), d.s4()) }

// element writes an instruction whose second factor is number i of m in all lanes.
func (k *kernel) element(name string, bits uint32, d, n, m vec, i int) {
	bits |= uint32(i&1)<<21 | uint32(i>>1)<<11
	k.word(bits|uint32(m)<<16|uint32(n)<<5|uint32(d), "%s v%d.4s, v%d.4s, v%d.s[%d]", name, d, n, m, i)
}

func (k *kernel) fmulElement(d, n, m vec, i int) { k.element("fmul", 0x4f809000, d, n, m, i) }
func (k *kernel) fmlaElement(d, n, m vec, i int) { k.element("fmla", 0x4f801000, d, n, m, i) }
func (k *kernel) fmlsElement(d, n, m vec, i int) { k.element("fmls", 0x4f805000, d, n, m, i) }

// positive, negative and isZero give all bits where a number of n is so; NaN and,
// for the first two, -0 are not.
func (k *kernel) positive(d, n vec) {
	k.word(0x4ea0c800|uint32(n)<<5|uint32(d), "fcmgt v%d.4s, v%d.4s, #0.0", d, n)
}

func (k *kernel) negative(d, n vec) {
	k.word(0x4ea0e800|uint32(n)<<5|uint32(d), "fcmlt v%d.4s, v%d.4s, #0.0", d, n)
}

func (k *kernel) isZero(d, n vec) {
	k.word(0x4ea0d800|uint32(n)<<5|uint32(d), "fcmeq v%d.4s, v%d.4s, #0.0", d, n)
}

// clear is n without the bits of m.
func (k *kernel) clear(d, n, m vec) {
	k.word(0x4e601c00|uint32(m)<<16|uint32(n)<<5|uint32(d), "bic v%d.16b, v%d.16b, v%d.16b", d, n, m)
}

// toFloat converts integers.
func (k *kernel) toFloat(d, n vec) {
	k.word(0x4e21d800|uint32(n)<<5|uint32(d), "scvtf v%d.4s, v%d.4s", d, n)
}

// shiftRight shifts integers with their signs.
func (k *kernel) shiftRight(d, n vec, bits int) {
	k.word(0x4f000400|uint32(64-bits)<<16|uint32(n)<<5|uint32(d), "sshr v%d.4s, v%d.4s, #%d", d, n, bits)
}

// least leaves the smallest unsigned integer of n in lane 0.
func (k *kernel) least(d, n vec) {
	k.word(0x6eb1a800|uint32(n)<<5|uint32(d), "uminv s%d, v%d.4s", d, n)
}

// loadIndexed reads a register from base+index.
func (k *kernel) loadIndexed(d vec, base, index gp) {
	k.word(0x3ce06800|uint32(index)<<16|uint32(base)<<5|uint32(d), "ldr q%d, [x%d, x%d]", d, base, index)
}
