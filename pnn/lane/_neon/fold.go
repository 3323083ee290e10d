package main

// A fold adds lanes in the order of lane.Tree. Its first two steps, lanes l+8 to
// l and l+4 to l, are additions of whole registers; these are the last two.

// fold4 leaves the sums of the lanes of a, b, c and e in lanes 0 to 3 of a, and
// destroys the others.
func (k *kernel) fold4(a, b, c, e vec) {
	t := k.vec()
	for _, p := range [2][2]vec{{a, b}, {c, e}} {
		k.op("VZIP2", "%s, %s, %s", p[1].d2(), p[0].d2(), t.d2())    // lanes 2 and 3 of both
		k.op("VZIP1", "%s, %s, %s", p[1].d2(), p[0].d2(), p[0].d2()) // lanes 0 and 1
		k.fadd(p[0], p[0], t)
	}
	k.faddp(a, a, c)
	k.drop(t)
}

// fold leaves the sum of the lanes of a in all of them.
func (k *kernel) fold(a vec) {
	t := k.vec()
	k.op("VEXT", "$8, %s, %s, %s", a.b16(), a.b16(), t.b16())
	k.fadd(a, a, t)
	k.faddp(a, a, a)
	k.drop(t)
}
