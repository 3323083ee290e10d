package lane

import "math"

// SinCosRows computes the sines and cosines of angles x in radians, as
// [SinCos32] does. sin and cos are as long as x; either may be x.
func SinCosRows[T Float](sin, cos, x []T) { sinCosRows(sin[:len(x)], cos[:len(x)], x) }

// sinCosRowsGo is the meaning of the kernel behind [SinCosRows].
func sinCosRowsGo[T Float](sin, cos, x []T) {
	for i, v := range x {
		sin[i], cos[i] = SinCos32(v)
	}
}

// ExpRows computes exponentials, y = exp x, with an error below 2 units in the
// last place; y is as long as x and may be x.
func ExpRows[T Float](y, x []T) { expRows(y[:len(x)], x) }

// expRowsGo is the meaning of the kernel behind [ExpRows].
func expRowsGo[T Float](y, x []T) {
	for i, v := range x {
		if v32, ok := any(v).(float32); ok {
			y[i] = T(exp32(v32))
		} else {
			y[i] = T(Exp(float64(v)))
		}
	}
}

// exp32 splits off n = x/ln 2 rounded, takes the polynomial of Cephes of the
// rest and multiplies by 2^n in two steps, so that subnormal results are
// rounded once.
func exp32(x float32) float32 {
	const magic = 3 << 22 // adding it leaves the rounded number in the low bits
	v := x
	if v > 130 {
		v = 130
	}
	if v < -160 {
		v = -160
	}
	t := float32(v*1.44269504) + magic
	n := t - magic
	r := fma32(-n, 0.693359375, v)
	r = fma32(-n, -2.12194440e-4, r)
	p := float32(1.9875691500e-4)
	for _, c := range [...]float32{1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1} {
		p = fma32(p, r, c)
	}
	p = fma32(p, float32(r*r), r) + 1
	e := int32(math.Float32bits(t)) << 9 >> 9
	a := e >> 1
	p = float32(p * math.Float32frombits(uint32(a+127)<<23))
	return float32(p * math.Float32frombits(uint32(e-a+127)<<23))
}

// LogRows computes natural logarithms, y = ln x, with an error below 2 units in
// the last place; y is as long as x and may be x.
func LogRows[T Float](y, x []T) { logRows(y[:len(x)], x) }

// logRowsGo is the meaning of the kernel behind [LogRows].
func logRowsGo[T Float](y, x []T) {
	for i, v := range x {
		if v32, ok := any(v).(float32); ok {
			y[i] = T(log32(v32))
		} else {
			y[i] = T(Log(float64(v)))
		}
	}
}

// log32 writes x = m 2^e with m in [sqrt(1/2), sqrt(2)) and takes the polynomial
// of Cephes of m-1.
func log32(x float32) float32 {
	switch {
	case x != x || x > math.MaxFloat32:
		return x
	case x == 0:
		return float32(math.Inf(-1))
	case x < 0:
		return float32(math.NaN())
	}
	const root = 0x3f3504f3 // bits of sqrt(1/2)
	var shift int32
	if x < 0x1p-126 {
		x, shift = float32(x*0x1p23), 23
	}
	off := int32(math.Float32bits(x)) - root
	f := math.Float32frombits(uint32(off&0x007fffff+root)) - 1
	e := float32(off>>23 - shift)
	p := float32(7.0376836292e-2)
	for _, c := range [...]float32{-1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
		2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1} {
		p = fma32(p, f, c)
	}
	z := float32(f * f)
	y := float32(float32(f*z) * p)
	y = fma32(e, -2.12194440e-4, y)
	y = fma32(-z, 0.5, y)
	y += f
	return fma32(e, 0.693359375, y)
}

// Softmax computes, for every lane of blocks blocks of rows rows,
//
//	y_r = exp(x_r - max x) / sum_s exp(x_s - max x)
//
// with the sum taken in the order of the rows. y may be x.
func Softmax[T Float](y, x []T, rows, blocks int) {
	for b := range blocks {
		in, out := x[b*rows*Width:][:rows*Width], y[b*rows*Width:][:rows*Width]
		top := [Width]T(in)
		for i, v := range in {
			top[i%Width] = max(top[i%Width], v)
		}
		for i, v := range in {
			out[i] = v - top[i%Width]
		}
		ExpRows(out, out)
		var sum [Width]T
		for i, v := range out {
			sum[i%Width] += v
		}
		for i, v := range out {
			out[i] = v / sum[i%Width]
		}
	}
}

// ReLU computes y = max(0, x) number by number, with -0 and NaN kept. On the
// planes of complex fields it is the complex rectifier, which rectifies real and
// imaginary part. y is as long as x and may be x.
func ReLU[T Float](y, x []T) { reluRows(y[:len(x)], x) }

// reluGo is the meaning of the kernel behind [ReLU].
func reluGo[T Float](y, x []T) {
	for i, v := range x {
		if 0 > v {
			v = 0
		}
		y[i] = v
	}
}

// Detect computes the intensities |z|^2 of n complex amplitudes: 2n rows a block
// become n rows.
func Detect[T Float](intensity, field []T, n, blocks int) {
	im := n * Width
	for b := range blocks {
		detectRows(intensity[b*im:][:im], field[b*2*im:][:2*im])
	}
}

// detectGo is the meaning of the kernel behind [Detect], for one block.
func detectGo[T Float](intensity, field []T) {
	im := len(intensity)
	for i := range intensity {
		intensity[i] = T(field[i]*field[i]) + T(field[im+i]*field[im+i])
	}
}

// Turn multiplies line r of every sample by the complex number cos[r] + i sin[r]:
// a phase shifter a line, or a modulator a pixel. data holds blocks blocks of
// 2*len(cos) rows.
func Turn[T Float](data []T, cos, sin []T, blocks int) {
	size := 2 * len(cos) * Width
	for b := range blocks {
		turnLines(data[b*size:][:size], cos, sin[:len(cos)])
	}
}

// turnGo is the meaning of the kernel behind [Turn], for one block.
func turnGo[T Float](data []T, cos, sin []T) {
	im := len(cos) * Width
	for r, c := range cos {
		s := sin[r]
		for i := r * Width; i < (r+1)*Width; i++ {
			x, y := data[i], data[im+i]
			data[i] = fma(-s, y, T(c*x))
			data[im+i] = fma(s, x, T(c*y))
		}
	}
}

// Peak does rounds*10 fused multiply-adds of one whole register each and returns
// how many that is in numbers: what a benchmark divides by to know the limit of
// the machine. It is 0 where the kernels are plain Go.
func Peak(rounds int) (fmas int) { return peak(rounds) }
