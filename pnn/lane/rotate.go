package lane

// Rotor is a complex 2x2 matrix [[A, B], [C, D]] as (re, im) pairs: the
// transfer matrix of one interferometer.
type Rotor[T Float] struct{ Ar, Ai, Br, Bi, Cr, Ci, Dr, Di T }

// Rotate applies rotor i to lines top[i] and next[i] of every sample, for all i
// in order:
//
//	(u, d) <- (A u + B d, C u + D d)
//
// data holds blocks blocks of 2*lines rows (real parts, then imaginary parts).
func Rotate[T Float](data []T, lines, blocks int, top, next []int32, rotors []Rotor[T]) {
	rotateLines(data, data, lines, blocks, top, next, rotors)
}

// RotateTo is [Rotate] from src to dst, where no line may meet two rotors. Lines
// that meet none are not written.
func RotateTo[T Float](dst, src []T, lines, blocks int, top, next []int32, rotors []Rotor[T]) {
	rotateLines(dst, src, lines, blocks, top, next, rotors)
}

// rotateGo is the meaning of the kernel behind [Rotate]; each component is the
// chain r = Ar*ur; r = fma(-Ai, ui, r); r = fma(Br, dr, r); r = fma(-Bi, di, r),
// and likewise i = Ar*ui; fma(Ai, ur); fma(Br, di); fma(Bi, dr).
func rotateGo[T Float](dst, src []T, lines, blocks int, top, next []int32, rotors []Rotor[T]) {
	im := lines * Width
	for b := range blocks {
		out, in := dst[b*2*im:][:2*im], src[b*2*im:][:2*im]
		for i, m := range rotors {
			u, d := int(top[i])*Width, int(next[i])*Width
			for l := range Width {
				ur, ui, dr, di := in[u+l], in[im+u+l], in[d+l], in[im+d+l]
				out[u+l] = fma(-m.Bi, di, fma(m.Br, dr, fma(-m.Ai, ui, T(m.Ar*ur))))
				out[im+u+l] = fma(m.Bi, dr, fma(m.Br, di, fma(m.Ai, ur, T(m.Ar*ui))))
				out[d+l] = fma(-m.Di, di, fma(m.Dr, dr, fma(-m.Ci, ui, T(m.Cr*ur))))
				out[im+d+l] = fma(m.Di, dr, fma(m.Dr, di, fma(m.Ci, ur, T(m.Cr*ui))))
			}
		}
	}
}

// RotateAdjoint is the adjoint of [Rotate]. grad holds the gradient behind the
// rotors and becomes the gradient before them, g <- M^H g; state holds the lines
// before the rotors. sum[i] receives the gradient of rotor i over all samples,
// g x^H, with the convention that the gradient of a complex number z is
// dL/dRe z + i dL/dIm z. sum must not overlap anything.
func RotateAdjoint[T Float](sum []Rotor[T], grad, state []T, lines, blocks int, top, next []int32, rotors []Rotor[T]) {
	rotateAdjointLines(sum, grad, state, lines, blocks, top, next, rotors)
}

// rotateAdjointGo is the meaning of the kernel behind [RotateAdjoint]. The eight
// sums are chains over blocks in order, lane by lane, folded by [Tree]:
//
//	Ar: fma(gui, ui, fma(gur, ur, acc))   Ai: fma(-gur, ui, fma(gui, ur, acc))
//
// and so on with (u, d) for (B) and (gd, u), (gd, d) for (C), (D).
func rotateAdjointGo[T Float](sum []Rotor[T], grad, state []T, lines, blocks int, top, next []int32, rotors []Rotor[T]) {
	im := lines * Width
	for i, m := range rotors {
		var a [8][Width]T
		u, d := int(top[i])*Width, int(next[i])*Width
		for b := range blocks {
			g, s := grad[b*2*im:][:2*im], state[b*2*im:][:2*im]
			for l := range Width {
				ur, ui, dr, di := s[u+l], s[im+u+l], s[d+l], s[im+d+l]
				gur, gui, gdr, gdi := g[u+l], g[im+u+l], g[d+l], g[im+d+l]
				a[0][l] = fma(gui, ui, fma(gur, ur, a[0][l]))
				a[1][l] = fma(-gur, ui, fma(gui, ur, a[1][l]))
				a[2][l] = fma(gui, di, fma(gur, dr, a[2][l]))
				a[3][l] = fma(-gur, di, fma(gui, dr, a[3][l]))
				a[4][l] = fma(gdi, ui, fma(gdr, ur, a[4][l]))
				a[5][l] = fma(-gdr, ui, fma(gdi, ur, a[5][l]))
				a[6][l] = fma(gdi, di, fma(gdr, dr, a[6][l]))
				a[7][l] = fma(-gdr, di, fma(gdi, dr, a[7][l]))
				g[u+l] = fma(m.Ci, gdi, fma(m.Cr, gdr, fma(m.Ai, gui, T(m.Ar*gur))))
				g[im+u+l] = fma(-m.Ci, gdr, fma(m.Cr, gdi, fma(-m.Ai, gur, T(m.Ar*gui))))
				g[d+l] = fma(m.Di, gdi, fma(m.Dr, gdr, fma(m.Bi, gui, T(m.Br*gur))))
				g[im+d+l] = fma(-m.Di, gdr, fma(m.Dr, gdi, fma(-m.Bi, gur, T(m.Br*gui))))
			}
		}
		sum[i] = Rotor[T]{Tree(&a[0]), Tree(&a[1]), Tree(&a[2]), Tree(&a[3]), Tree(&a[4]), Tree(&a[5]), Tree(&a[6]), Tree(&a[7])}
	}
}
