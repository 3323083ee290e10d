package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is one instruction set: vectors of which a row of sixteen lanes needs
// parts.
type isa struct {
	name  string
	parts int
	regs  []reg.VecPhysical
}

var (
	avx512 = isa{"AVX512", 1, []reg.VecPhysical{reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7,
		reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23,
		reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31}}
	avx2 = isa{"AVX2", 2, []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
		reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15}}
)

func (s isa) bytes() int { return 64 / s.parts }

// allocator writes a graph with the registers at hand. When they run out, the
// value that is needed last makes room (Belady); it waits in the stack frame, or
// is broadcast again.
type allocator struct {
	isa   isa
	frame func(slot int) operand.Op
	uses  map[*node][]int
	in    []*node // what each register holds
	at    map[*node]int
	slot  map[*node]int
	free  []int // slots whose value is dead
	slots int
}

// write emits the instructions of g. It returns how many slots of the stack
// frame it used.
func (g *graph) write(s isa, frame func(slot int) operand.Op) int {
	g.prune()
	a := &allocator{isa: s, frame: frame, uses: map[*node][]int{}, in: make([]*node, len(s.regs)), at: map[*node]int{}, slot: map[*node]int{}}
	for i, n := range g.code {
		for _, x := range []*node{n.a, n.b} {
			if x != nil {
				a.uses[x] = append(a.uses[x], i)
			}
		}
	}
	for i, n := range g.code {
		a.step(i, n)
	}
	return a.slots
}

const never = 1 << 30

// next is the position of the next use of a value after position i.
func (a *allocator) next(n *node, i int) int {
	for _, u := range a.uses[n] {
		if u > i {
			return u
		}
	}
	return never
}

// room returns a register for a new value at position i; it may evict any value
// that is not in keep.
func (a *allocator) room(i int, keep ...*node) int {
	best, far := -1, -1
	for r, n := range a.in {
		if n == nil {
			return r
		}
		kept := false
		for _, k := range keep {
			kept = kept || k == n
		}
		if u := a.next(n, i-1); !kept && u > far {
			best, far = r, u
		}
	}
	n := a.in[best]
	if _, ok := a.slot[n]; !ok && n.kind != broadcast {
		s := a.slots
		if k := len(a.free); k > 0 {
			s, a.free = a.free[k-1], a.free[:k-1]
		} else {
			a.slots++
		}
		a.slot[n] = s
		build.VMOVUPS(a.isa.regs[best], a.frame(s))
	}
	delete(a.at, n)
	a.in[best] = nil
	return best
}

func (a *allocator) put(n *node, r int) {
	a.in[r], a.at[n] = n, r
}

// fetch makes sure that a value is in a register.
func (a *allocator) fetch(i int, n *node, keep ...*node) reg.VecPhysical {
	if r, ok := a.at[n]; ok {
		return a.isa.regs[r]
	}
	r := a.room(i, keep...)
	if n.kind == broadcast {
		build.VBROADCASTSS(n.mem(), a.isa.regs[r])
	} else {
		build.VMOVUPS(a.frame(a.slot[n]), a.isa.regs[r])
	}
	a.put(n, r)
	return a.isa.regs[r]
}

// drop forgets a value that is not used after position i.
func (a *allocator) drop(i int, n *node) {
	if n == nil || a.next(n, i) != never {
		return
	}
	if r, ok := a.at[n]; ok {
		a.in[r] = nil
		delete(a.at, n)
	}
	if s, ok := a.slot[n]; ok {
		a.free = append(a.free, s)
		delete(a.slot, n)
	}
}

func (a *allocator) step(i int, n *node) {
	switch n.kind {
	case load:
		r := a.room(i)
		build.VMOVUPS(n.mem(), a.isa.regs[r])
		a.put(n, r)
		return
	case broadcast:
		r := a.room(i)
		build.VBROADCASTSS(n.mem(), a.isa.regs[r])
		a.put(n, r)
		return
	case store:
		build.VMOVUPS(a.fetch(i, n.a), n.mem())
		a.drop(i, n.a)
		return
	}
	x, y := n.a, n.b
	// A product or sum may take its first operand from the frame if the second is at hand.
	if n.kind != sub && a.inFrame(x) && !a.inFrame(y) {
		x, y = y, x
	}
	rx := a.fetch(i, x, y)
	var oy operand.Op
	if a.inFrame(y) && a.next(y, i) == never {
		oy = a.frame(a.slot[y])
	} else {
		oy = a.fetch(i, y, x)
	}
	a.drop(i, x)
	a.drop(i, y)
	r := a.room(i, x, y)
	switch n.kind {
	case add:
		build.VADDPS(oy, rx, a.isa.regs[r])
	case sub:
		build.VSUBPS(oy, rx, a.isa.regs[r])
	case mul:
		build.VMULPS(oy, rx, a.isa.regs[r])
	}
	a.put(n, r)
}

func (a *allocator) inFrame(n *node) bool {
	_, ok := a.at[n]
	_, spilled := a.slot[n]
	return !ok && spilled
}
