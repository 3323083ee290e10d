package lane

// ElectroOptic sends n complex amplitudes a block (2n rows) through a modulator
// that is driven by their own power:
//
//	out = scale exp(-i p) cos(p) z,   p = gain |z|^2 + bias
//
// with the phase p in rad. out may be in.
func ElectroOptic[T Float](out, in []T, n, blocks int, scale, gain, bias T) {
	im := n * Width
	for at := 0; at < blocks*2*im; at += 2 * im {
		electroOptic(out[at:at+2*im], in[at:at+2*im], scale, gain, bias)
	}
}

// modulation returns exp(-ip) cos(p) and its derivative with respect to p, given
// 2p: exp(-ip) cos p = (1 + exp(-2ip))/2, and its derivative is -i exp(-2ip).
func modulation[T Float](twice T) (re, im, dRe, dIm T) {
	s, c := SinCos32(twice)
	return (1 + c) / 2, -s / 2, -s, -c
}

// electroOpticGo is the meaning of the kernel behind [ElectroOptic] for one
// block.
func electroOpticGo[T Float](out, in []T, scale, gain, bias T) {
	im := len(in) / 2
	electroOpticSpan(out, in, im, 0, im, scale, gain, bias)
}

func electroOpticSpan[T Float](out, in []T, im, from, to int, scale, gain, bias T) {
	for i := from; i < to; i++ {
		x, y := in[i], in[i+im]
		p := T(gain*(T(x*x)+T(y*y))) + bias
		fr, fi, _, _ := modulation(2 * p)
		out[i] = T(scale * (T(fr*x) - T(fi*y)))
		out[i+im] = T(scale * (T(fr*y) + T(fi*x)))
	}
}

// ElectroOpticAdjoint pulls the gradient dOut back through [ElectroOptic] at the
// field in:
//
//	dIn = scale (conj(F) g + 2 gain z Re(conj(F' z) g))
//
// where F = exp(-ip) cos p and F' = dF/dp belong to the field in and z is the
// field local, which is in itself but for state fusion. dIn may be dOut.
func ElectroOpticAdjoint[T Float](dIn, dOut, in, local []T, n, blocks int, scale, gain, bias T) {
	im := n * Width
	for at := 0; at < blocks*2*im; at += 2 * im {
		to := at + 2*im
		electroOpticAdjoint(dIn[at:to], dOut[at:to], in[at:to], local[at:to], scale, gain, bias)
	}
}

// electroOpticAdjointGo is the meaning of the kernel behind
// [ElectroOpticAdjoint] for one block.
func electroOpticAdjointGo[T Float](dIn, dOut, in, local []T, scale, gain, bias T) {
	im := len(in) / 2
	electroOpticAdjointSpan(dIn, dOut, in, local, im, 0, im, scale, gain, bias)
}

func electroOpticAdjointSpan[T Float](dIn, dOut, in, local []T, im, from, to int, scale, gain, bias T) {
	for i := from; i < to; i++ {
		x, y, gx, gy := in[i], in[i+im], dOut[i], dOut[i+im]
		p := T(gain*(T(x*x)+T(y*y))) + bias
		fr, fi, dr, di := modulation(2 * p)
		x, y = local[i], local[i+im]
		// Re(conj(F' z) g) is the change of the loss per radian of p.
		ux, uy := T(dr*x)-T(di*y), T(dr*y)+T(di*x)
		dp := T(2 * gain * (T(ux*gx) + T(uy*gy)))
		dIn[i] = T(scale * (T(fr*gx) + T(fi*gy) + T(dp*x)))
		dIn[i+im] = T(scale * (T(fr*gy) - T(fi*gx) + T(dp*y)))
	}
}
