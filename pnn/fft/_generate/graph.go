package main

import "github.com/mmcloughlin/avo/operand"

// A graph is a straight-line program on vectors, in the order in which it was
// written down. It is the same for every instruction set; only the registers
// differ.
type graph struct {
	code   []*node
	shared map[[3]any]*node
}

type kind int

const (
	load      kind = iota // a vector from memory
	broadcast             // one number from memory, in every lane
	add
	sub
	mul
	store
)

// node is one instruction and the value that it makes.
type node struct {
	kind kind
	a, b *node
	mem  func() operand.Op // address of a load, broadcast or store
}

// term is a value with a sign, or zero. Adding zero and changing signs cost
// nothing: they are folded into the instruction that follows.
type term struct {
	n   *node
	neg bool
}

func (g *graph) emit(n *node) *node {
	g.code = append(g.code, n)
	return n
}

// once emits an instruction unless the same one stands in the program already.
func (g *graph) once(k kind, a, b *node) *node {
	key := [3]any{k, a, b}
	if n := g.shared[key]; n != nil {
		return n
	}
	if g.shared == nil {
		g.shared = map[[3]any]*node{}
	}
	n := g.emit(&node{kind: k, a: a, b: b})
	g.shared[key] = n
	return n
}

func (g *graph) load(mem func() operand.Op) term { return term{n: g.emit(&node{kind: load, mem: mem})} }

func (g *graph) broadcast(mem func() operand.Op) term {
	return term{n: g.emit(&node{kind: broadcast, mem: mem})}
}

func (g *graph) store(t term, mem func() operand.Op) {
	if t.n == nil || t.neg {
		panic("only plain values are stored")
	}
	g.emit(&node{kind: store, a: t.n, mem: mem})
}

func (g *graph) add(x, y term) term {
	switch {
	case x.n == nil:
		return y
	case y.n == nil:
		return x
	case !x.neg && !y.neg:
		return term{n: g.once(add, x.n, y.n)}
	case !x.neg:
		return term{n: g.once(sub, x.n, y.n)}
	case !y.neg:
		return term{n: g.once(sub, y.n, x.n)}
	}
	return term{n: g.once(add, x.n, y.n), neg: true}
}

func (g *graph) sub(x, y term) term { return g.add(x, term{y.n, !y.neg}) }

func (g *graph) mul(x, y term) term {
	if x.n == nil || y.n == nil {
		return term{}
	}
	return term{g.once(mul, x.n, y.n), x.neg != y.neg}
}

// prune drops instructions whose value nobody stores.
func (g *graph) prune() {
	live := map[*node]bool{}
	var kept []*node
	for i := len(g.code) - 1; i >= 0; i-- {
		n := g.code[i]
		if n.kind != store && !live[n] {
			continue
		}
		live[n.a], live[n.b] = true, true
		kept = append(kept, n)
	}
	for i, j := 0, len(kept)-1; i < j; i, j = i+1, j-1 {
		kept[i], kept[j] = kept[j], kept[i]
	}
	g.code = kept
}
