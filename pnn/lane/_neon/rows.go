package main

// mask zeroes what did not pass a rectifier.
func mask(k *kernel) {
	grad, y, n := k.arg("grad"), k.arg("y"), k.arg("rows")
	g, v := k.vecs(4), k.vecs(4)
	k.loop("rows", n, func() {
		k.load(y, 0, v...)
		k.load(grad, 0, g...)
		for p := range g {
			k.positive(v[p], v[p])
			k.op("VAND", "%s, %s, %s", v[p].b16(), g[p].b16(), g[p].b16())
		}
		k.store(grad, 0, g...)
		k.advance(64, grad, y)
	})
	k.ret()
}

// add adds rows of sixteen lanes.
func add(k *kernel) {
	y, x, n := k.arg("y"), k.arg("x"), k.arg("rows")
	a, b := k.vecs(4), k.vecs(4)
	k.loop("rows", n, func() {
		k.load(y, 0, a...)
		k.load(x, 0, b...)
		for p := range a {
			k.fadd(a[p], a[p], b[p])
		}
		k.store(y, 0, a...)
		k.advance(64, y, x)
	})
	k.ret()
}

// sumRows adds consecutive rows over blocks and folds the lanes.
func sumRows(k *kernel) {
	y, yBlock, rows, blocks := k.arg("y"), k.bytes("yBlock"), k.arg("rows"), k.arg("blocks")
	at, n := k.reg(), k.reg()
	acc, v := k.vecs(4), k.vecs(4)
	for _, a := range acc {
		k.zero(a)
	}
	k.loop("blocks", blocks, func() {
		k.op("MOVD", "%v, %v", y, at)
		k.op("MOVD", "%v, %v", rows, n)
		k.loop("rows", n, func() {
			k.load(at, 0, v...)
			for p, a := range acc {
				k.fadd(a, a, v[p])
			}
			k.advance(64, at)
		})
		k.op("ADD", "%v, %v, %v", yBlock, y, y)
	})
	k.fadd(acc[0], acc[0], acc[2])
	k.fadd(acc[1], acc[1], acc[3])
	k.fadd(acc[0], acc[0], acc[1])
	k.fold(acc[0])
	k.op("FMOVS", "%s, %s", acc[0].f(), k.at("ret"))
	k.ret()
}

// relu rectifies rows; a signed zero and a NaN stay.
func relu(k *kernel) {
	y, x, n := k.arg("y"), k.arg("x"), k.arg("rows")
	v, m := k.vecs(4), k.vec()
	k.loop("rows", n, func() {
		k.load(x, 0, v...)
		for _, a := range v {
			k.negative(m, a)
			k.clear(a, a, m)
		}
		k.store(y, 0, v...)
		k.advance(64, y, x)
	})
	k.ret()
}

// detect squares fields.
func detect(k *kernel) {
	out, re, im, n := k.arg("intensity"), k.arg("field"), k.bytes("im"), k.arg("rows")
	k.op("ADD", "%v, %v, %v", re, im, im)
	x, y := k.vecs(4), k.vecs(4)
	k.loop("rows", n, func() {
		k.load(re, 0, x...)
		k.load(im, 0, y...)
		for p := range x {
			k.fmul(x[p], x[p], x[p])
			k.fmul(y[p], y[p], y[p])
			k.fadd(x[p], x[p], y[p])
		}
		k.store(out, 0, x...)
		k.advance(64, out, re, im)
	})
	k.ret()
}

// turn multiplies lines by complex numbers.
func turn(k *kernel) {
	re, im, n, cos, sin := k.arg("data"), k.bytes("im"), k.arg("lines"), k.arg("cos"), k.arg("sin")
	k.op("ADD", "%v, %v, %v", re, im, im)
	c, s := k.vec(), k.vec()
	x, y, r, i := k.vecs(4), k.vecs(4), k.vecs(4), k.vecs(4)
	k.loop("lines", n, func() {
		k.op("VLD1R.P", "4(%v), [%s]", cos, c.s4())
		k.op("VLD1R.P", "4(%v), [%s]", sin, s.s4())
		k.load(re, 0, x...)
		k.load(im, 0, y...)
		for p := range x {
			k.fmul(r[p], x[p], c)
			k.fmul(i[p], y[p], c)
			k.fmls(r[p], y[p], s)
			k.fmla(i[p], x[p], s)
		}
		k.store(re, 0, r...)
		k.store(im, 0, i...)
		k.advance(64, re, im)
	})
	k.ret()
}

// peakChains is the number of sums that peak keeps in flight: four pipes of four
// cycles need sixteen.
const peakChains = 20

// peak runs fused multiply-adds on registers alone.
func peak(k *kernel) {
	acc, a, b := k.vecs(peakChains), k.vec(), k.vec()
	for _, v := range append(acc[:peakChains:peakChains], a, b) {
		k.zero(v)
	}
	k.loop("rounds", k.arg("rounds"), func() {
		for _, v := range acc {
			k.fmla(v, a, b)
		}
	})
	k.ret()
}
