package fft

import "lightfast/pnn/lane"

// multiplyGo is the meaning of the kernel behind multiply: elements x <- x y in
// scratch layout, or x <- x conj(y).
func multiplyGo[T lane.Float](x, y []T, count int, conjugate bool) {
	for e := range count {
		a, b := x[e*elementSize:][:elementSize], y[e*elementSize:][:elementSize]
		for l := range width {
			w := cx[T]{b[l], b[width+l]}
			if conjugate {
				w.im = -w.im
			}
			v := w.times(cx[T]{a[l], a[width+l]})
			a[l], a[width+l] = v.re, v.im
		}
	}
}

// turnGo is the meaning of the kernel behind turn: dst[e] = factors[e] src[e] in
// all lanes, factors as (re, im) pairs.
func turnGo[T lane.Float](dst, src view[T], count int, factors []T) {
	for e := range count {
		w := cx[T]{factors[2*e], factors[2*e+1]}
		d, s := e*dst.row, e*src.row
		for l := range width {
			v := w.times(cx[T]{src.data[src.re+s+l], src.data[src.im+s+l]})
			dst.data[dst.re+d+l], dst.data[dst.im+d+l] = v.re, v.im
		}
	}
}
