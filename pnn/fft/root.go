package fft

import (
	"math"

	"lightfast/pnn/lane"
)

// root returns exp(2 pi i k/n).
func root(k, n int) (re, im float64) {
	k %= n
	if k < 0 {
		k += n
	}
	// The eighth of the circle nearest to 0 keeps the roots symmetric and exact on the axes.
	switch {
	case 8*k > 7*n:
		re, im = root(n-k, n)
		return re, -im
	case 8*k > n:
		re, im = root(4*k-n, 4*n)
		return -im, re
	}
	im, re = lane.SinCos(float64(2*math.Pi*float64(k)) / float64(n))
	return re, im
}
