package main

// product computes matrix rows, tall at a time, for a fixed number of blocks.
// tall x blocks is 4, whose sums fill sixteen registers: as many chains as the
// widest cores keep in flight.
func product(k *kernel, tall, blocks int) {
	y, w, rows, bias := k.arg("y"), k.arg("w"), k.arg("rows"), k.arg("bias")
	yRow, cols := k.bytes("yRow"), k.arg("cols")
	taps, n, finish := k.arg("taps"), k.arg("n"), k.arg("finish")
	x, yBlock := []gp{k.arg("x")}, gp(-1)
	if blocks > 1 {
		yBlock = k.bytes("yBlock")
		xBlock := k.bytes("xBlock")
		for b := 1; b < blocks; b++ {
			x = append(x, k.reg())
			k.op("ADD", "%v, %v, %v", xBlock, x[b-1], x[b])
		}
	}
	resume := k.reg()
	k.op("MOVBU", "%s, %v", k.at("resume"), resume)
	acc := make([][][]vec, blocks) // by block, row and quarter of the lanes
	for b := range acc {
		for range tall {
			acc[b] = append(acc[b], k.vecs(4))
		}
	}
	each := func(f func(r int, v vec)) {
		for b := range acc {
			for r := range tall {
				for _, v := range acc[b][r] {
					f(r, v)
				}
			}
		}
	}
	wv, xv := k.vec(), make([][]vec, blocks)
	for b := range xv {
		xv[b] = k.vecs(4)
	}
	// outputs applies f to the sums of the rows that there are and to their
	// places in y, and jumps to the label behind the last of them.
	row, place := k.reg(), k.reg()
	outputs := func(end string, f func(v []vec, at gp)) {
		k.op("MOVD", "%v, %v", y, row)
		for r := range tall {
			f(acc[0][r], row)
			for b, at := 1, row; b < blocks; b, at = b+1, place {
				k.op("ADD", "%v, %v, %v", yBlock, at, place)
				f(acc[b][r], place)
			}
			if r+1 < tall {
				k.op("CMP", "$%d, %v", r+1, rows)
				k.op("BLE", "%s", end)
				k.op("ADD", "%v, %v, %v", yRow, row, row)
			}
		}
	}

	k.label("panel")
	k.op("CBNZ", "%v, resume", resume)
	k.op("CBZ", "%v, zero", bias)
	k.load(bias, 0, wv)
	k.advance(16, bias)
	each(func(r int, v vec) { k.op("VDUP", "V%d.S[%d], %s", int(wv), r, v.s4()) })
	k.op("JMP", "start")
	k.label("zero")
	each(func(_ int, v vec) { k.zero(v) })
	k.op("JMP", "start")
	k.label("resume")
	outputs("start", func(v []vec, at gp) { k.load(at, 0, v...) })

	k.label("start")
	tap, left, wo, xo, from := k.reg(), k.reg(), k.reg(), k.reg(), k.reg()
	k.op("MOVD", "%v, %v", taps, tap)
	k.op("MOVD", "%v, %v", n, left)
	k.loop("taps", left, func() {
		k.op("LDPSW.P", "8(%v), (%v, %v)", tap, wo, xo)
		k.op("ADD", "%v<<2, %v, %v", wo, w, wo)
		k.load(wo, 0, wv) // the column's numbers of all rows of the panel
		for b := range x {
			k.op("ADD", "%v<<2, %v, %v", xo, x[b], from)
			k.load(from, 0, xv[b]...)
		}
		for b := range x {
			for r := range tall {
				for p, v := range acc[b][r] {
					k.fmlaElement(v, xv[b][p], wv, r)
				}
			}
		}
	})

	k.op("CMP", "$1, %v", finish)
	k.op("BLT", "store")
	k.op("BGT", "add")
	each(func(_ int, v vec) { // a signed zero and a NaN stay
		k.negative(wv, v)
		k.clear(v, v, wv)
	})
	k.op("JMP", "store")
	k.label("add")
	outputs("store", func(v []vec, at gp) {
		k.load(at, 0, xv[0]...)
		for p := range v {
			k.fadd(v[p], xv[0][p], v[p])
		}
	})
	k.label("store")
	outputs("stored", func(v []vec, at gp) { k.store(at, 0, v...) })

	k.label("stored")
	k.op("ADD", "%v<<4, %v, %v", cols, w, w)
	k.op("ADD", "%v<<2, %v, %v", yRow, y, y)
	k.op("SUBS", "$4, %v, %v", rows, rows)
	k.op("BGT", "panel")
	k.ret()
}
