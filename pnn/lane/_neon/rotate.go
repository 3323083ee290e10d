package main

// lines loads the offsets in bytes of the two lines of the current rotor.
func lines(k *kernel, top, next, u, d gp) {
	for _, l := range [][2]gp{{top, u}, {next, d}} {
		k.op("MOVW.P", "4(%v), %v", l[0], l[1])
		k.op("LSL", "$6, %v, %v", l[1], l[1])
	}
}

// addresses adds the offsets u and d of two lines to base: their real and their
// imaginary parts.
func addresses(k *kernel, base, im, u, d, ur, ui, dr, di gp) {
	k.op("ADD", "%v, %v, %v", base, u, ur)
	k.op("ADD", "%v, %v, %v", base, d, dr)
	k.op("ADD", "%v, %v, %v", im, ur, ui)
	k.op("ADD", "%v, %v, %v", im, dr, di)
}

// rotate applies rotors to pairs of lines.
func rotate(k *kernel) {
	dst, src, im := k.arg("dst"), k.arg("src"), k.bytes("im")
	top, next, n, rotors := k.arg("top"), k.arg("next"), k.arg("n"), k.arg("rotors")
	uo, do, blocks := k.reg(), k.reg(), k.reg()
	in := []gp{k.reg(), k.reg(), k.reg(), k.reg()} // ur ui dr di
	out := []gp{k.reg(), k.reg(), k.reg(), k.reg()}
	m := k.vecs(2) // (A, B) and (C, D)
	k.loop("rotors", n, func() {
		k.load(rotors, 0, m...)
		lines(k, top, next, uo, do)
		addresses(k, src, im, uo, do, in[0], in[1], in[2], in[3])
		addresses(k, dst, im, uo, do, out[0], out[1], out[2], out[3])
		k.op("MOVD", "%s, %v", k.at("blocks"), blocks)
		k.loop("blocks", blocks, func() {
			for half := 0; half < 64; half += 32 {
				var v [4][]vec
				for i, line := range in {
					v[i] = k.vecs(2)
					k.load(line, half, v[i]...)
				}
				for row := range 2 {
					re, imag := k.vecs(2), k.vecs(2)
					for p := range 2 {
						k.fmulElement(re[p], v[0][p], m[row], 0)
						k.fmulElement(imag[p], v[1][p], m[row], 0)
					}
					for p := range 2 {
						k.fmlsElement(re[p], v[1][p], m[row], 1)
						k.fmlaElement(imag[p], v[0][p], m[row], 1)
					}
					for p := range 2 {
						k.fmlaElement(re[p], v[2][p], m[row], 2)
						k.fmlaElement(imag[p], v[3][p], m[row], 2)
					}
					for p := range 2 {
						k.fmlsElement(re[p], v[3][p], m[row], 3)
						k.fmlaElement(imag[p], v[2][p], m[row], 3)
					}
					k.store(out[2*row], half, re...)
					k.store(out[2*row+1], half, imag...)
					k.drop(re...)
					k.drop(imag...)
				}
				for i := range v {
					k.drop(v[i]...)
				}
			}
			for _, line := range append(in[:4:4], out...) {
				k.op("ADD", "%v<<1, %v, %v", im, line, line)
			}
		})
		k.advance(32, rotors)
	})
	k.ret()
}

// rotateAdjoint pulls gradients back through rotors and sums the rotors' own. As
// in outerTile, a rotor's sums are formed for lanes 0 to 3 and 8 to 11 first and
// for the other lanes in a second pass through the blocks.
func rotateAdjoint(k *kernel) {
	sum, grad, state, im := k.arg("sum"), k.arg("grad"), k.arg("state"), k.bytes("im")
	top, next, n, rotors := k.arg("top"), k.arg("next"), k.arg("n"), k.arg("rotors")
	uo, do, blocks := k.reg(), k.reg(), k.reg()
	g := []gp{k.reg(), k.reg(), k.reg(), k.reg()} // gur gui gdr gdi
	s := []gp{k.reg(), k.reg(), k.reg(), k.reg()} // ur ui dr di
	m := k.vecs(2)                                // (A, B) and (C, D)
	k.loop("rotors", n, func() {
		k.load(rotors, 0, m...)
		lines(k, top, next, uo, do)
		var total []vec
		for pass, name := range []string{"low", "high"} {
			for i, base := range []gp{grad, state} {
				l := [][]gp{g, s}[i]
				addresses(k, base, im, uo, do, l[0], l[1], l[2], l[3])
			}
			var acc [2][]vec // lanes 0 to 3 and 8 to 11 of the pass
			for p := range acc {
				acc[p] = k.vecs(8)
				for _, v := range acc[p] {
					k.zero(v)
				}
			}
			k.op("MOVD", "%s, %v", k.at("blocks"), blocks)
			k.loop(name+"Blocks", blocks, func() {
				adjoint(k, acc[0], m, g, s, 16*pass)
				adjoint(k, acc[1], m, g, s, 16*pass+32)
				for _, line := range append(g[:4:4], s...) {
					k.op("ADD", "%v<<1, %v, %v", im, line, line)
				}
			})
			for i, v := range acc[0] {
				k.fadd(v, v, acc[1][i])
				if pass == 1 {
					k.fadd(total[i], total[i], v)
				}
			}
			k.drop(acc[1]...)
			if pass == 0 {
				total = acc[0]
			} else {
				k.drop(acc[0]...)
			}
		}
		k.fold4(total[0], total[1], total[2], total[3])
		k.fold4(total[4], total[5], total[6], total[7])
		k.store(sum, 0, total[0], total[4])
		k.drop(total...)
		k.advance(32, rotors, sum)
	})
	k.ret()
}

// adjoint treats four lanes, at disp, of the lines of one rotor.
func adjoint(k *kernel, acc, m []vec, grad, state []gp, disp int) {
	g := k.vecs(4)
	for i, line := range grad {
		k.load(line, disp, g[i])
	}
	r, i := k.vec(), k.vec()
	for col := range 2 {
		k.load(state[2*col], disp, r)
		k.load(state[2*col+1], disp, i)
		for row := range 2 {
			ar, ai := acc[4*row+2*col], acc[4*row+2*col+1]
			k.fmla(ar, g[2*row], r)
			k.fmla(ai, g[2*row+1], r)
			k.fmla(ar, g[2*row+1], i)
			k.fmls(ai, g[2*row], i)
		}
	}
	for col := range 2 {
		re, imag := 2*col, 2*col+1 // numbers of (A, C) or (B, D)
		k.fmulElement(r, g[0], m[0], re)
		k.fmulElement(i, g[1], m[0], re)
		k.fmlaElement(r, g[1], m[0], imag)
		k.fmlsElement(i, g[0], m[0], imag)
		k.fmlaElement(r, g[2], m[1], re)
		k.fmlaElement(i, g[3], m[1], re)
		k.fmlaElement(r, g[3], m[1], imag)
		k.fmlsElement(i, g[2], m[1], imag)
		k.store(grad[2*col], disp, r)
		k.store(grad[2*col+1], disp, i)
	}
	k.drop(r, i)
	k.drop(g...)
}
