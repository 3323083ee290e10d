package main

import "fmt"

// A tile of a weight gradient is four rows and two columns. Sixteen lanes of its
// eight sums do not fit into registers, so the samples are gone through twice,
// once for lanes 0 to 3 and 8 to 11, which fold onto each other, and once for the
// others.
const tall, wide = 4, 2

// twice has visit write the code that adds one pass over the samples to acc,
// eight lanes of each sum, and adds up what both passes give to four lanes.
func twice(k *kernel, visit func(pass int, acc [tall][wide][]vec)) (sum [tall][wide]vec) {
	for pass := range 2 {
		var acc [tall][wide][]vec
		for i := range acc {
			for j := range acc[i] {
				acc[i][j] = k.vecs(2)
				k.zero(acc[i][j][0])
				k.zero(acc[i][j][1])
			}
		}
		visit(pass, acc)
		for i := range acc {
			for j, a := range acc[i] {
				k.fadd(a[0], a[0], a[1])
				k.drop(a[1])
				if pass == 0 {
					sum[i][j] = a[0]
					continue
				}
				k.fadd(sum[i][j], sum[i][j], a[0])
				k.drop(a[0])
			}
		}
	}
	return sum
}

// meet multiplies four rows with two columns, read by y and x, and adds to acc.
func meet(k *kernel, acc [tall][wide][]vec, y func(i int, v []vec), x func(j int, v []vec)) {
	xv, yv := [wide][]vec{k.vecs(2), k.vecs(2)}, k.vecs(2)
	for j := range xv {
		x(j, xv[j])
	}
	for i := range acc {
		y(i, yv)
		for j := range xv {
			for p := range yv {
				k.fmla(acc[i][j][p], yv[p], xv[j][p])
			}
		}
	}
	k.drop(yv...)
	for j := range xv {
		k.drop(xv[j]...)
	}
}

// storeTile folds the sums and stores them at column of dst; at is a register for
// it to use.
func storeTile(k *kernel, sum [tall][wide]vec, dst, dstRow, at gp, column int) {
	k.op("ADD", "$%d, %v, %v", 4*column, dst, at)
	for i := 0; i < tall; i += 2 {
		k.fold4(sum[i][0], sum[i][1], sum[i+1][0], sum[i+1][1])
		k.op("FMOVD", "%s, (%v)", sum[i][0].f(), at)
		k.op("ADD", "%v, %v, %v", dstRow, at, at)
		k.op("VST1", "V%d.D[1], (%v)", int(sum[i][0]), at)
		k.op("ADD", "%v, %v, %v", dstRow, at, at)
	}
	for i := range sum {
		k.drop(sum[i][:]...)
	}
}

// outerTile computes a tile from rows anywhere in the blocks.
func outerTile(k *kernel) {
	offsets := func(name string, count int) (r []gp) {
		o := k.arg(name)
		for i := range count {
			r = append(r, k.reg())
			k.op("MOVD", "%d(%v), %v", 8*i, o, r[i])
			k.op("LSL", "$2, %v, %v", r[i], r[i])
		}
		return r
	}
	yo, xo := offsets("yo", tall), offsets("xo", wide)
	yBlock, xBlock := k.bytes("yBlock"), k.bytes("xBlock")
	y, x, blocks := k.reg(), k.reg(), k.reg()
	pair, left, py, px, py8, px8 := k.reg(), k.reg(), k.reg(), k.reg(), k.reg(), k.reg()
	sum := twice(k, func(pass int, acc [tall][wide][]vec) {
		k.op("MOVD", "%s, %v", k.at("y"), y)
		k.op("MOVD", "%s, %v", k.at("x"), x)
		k.op("MOVD", "%s, %v", k.at("blocks"), blocks)
		if pass == 1 {
			k.advance(16, y, x)
		}
		k.loop(fmt.Sprintf("blocks%d", pass), blocks, func() {
			k.op("MOVD", "%s, %v", k.at("pairs"), pair)
			k.op("MOVD", "%s, %v", k.at("n"), left)
			k.loop(fmt.Sprintf("pairs%d", pass), left, func() {
				k.op("LDPSW.P", "8(%v), (%v, %v)", pair, py, px)
				k.op("ADD", "%v<<2, %v, %v", py, y, py)
				k.op("ADD", "%v<<2, %v, %v", px, x, px)
				k.op("ADD", "$32, %v, %v", py, py8)
				k.op("ADD", "$32, %v, %v", px, px8)
				meet(k, acc, func(i int, v []vec) {
					k.loadIndexed(v[0], py, yo[i])
					k.loadIndexed(v[1], py8, yo[i])
				}, func(j int, v []vec) {
					k.loadIndexed(v[0], px, xo[j])
					k.loadIndexed(v[1], px8, xo[j])
				})
			})
			k.op("ADD", "%v, %v, %v", yBlock, y, y)
			k.op("ADD", "%v, %v, %v", xBlock, x, x)
		})
	})
	storeTile(k, sum, k.arg("dst"), k.bytes("dstRow"), y, 0)
	k.ret()
}

// outerPanels computes the two tiles of a panel of four rows and one of four
// columns, packed block behind block.
func outerPanels(k *kernel) {
	dst, dstRow := k.arg("dst"), k.bytes("dstRow")
	y, x, blocks := k.reg(), k.reg(), k.reg()
	for column := 0; column < 4; column += wide {
		sum := twice(k, func(pass int, acc [tall][wide][]vec) {
			k.op("MOVD", "%s, %v", k.at("y"), y)
			k.op("MOVD", "%s, %v", k.at("x"), x)
			k.op("MOVD", "%s, %v", k.at("blocks"), blocks)
			row := func(base gp, r int, v []vec) {
				k.load(base, 64*r+16*pass, v[0])
				k.load(base, 64*r+16*pass+32, v[1])
			}
			k.loop(fmt.Sprintf("columns%dpass%d", column, pass), blocks, func() {
				meet(k, acc, func(i int, v []vec) { row(y, i, v) }, func(j int, v []vec) { row(x, column+j, v) })
				k.advance(256, y, x)
			})
		})
		storeTile(k, sum, dst, dstRow, y, column)
	}
	k.ret()
}
