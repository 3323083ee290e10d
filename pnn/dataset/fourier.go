package dataset

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// FourierCrop encodes images as the central side x side values of their
// spectrum: the unnormalised two-dimensional Fourier transform with the zero
// frequency moved to the middle, frequencies -side/2 .. (side-1)/2 along both
// axes in row-major order, divided by the mean modulus of the values kept. Each
// sample becomes side^2 real parts followed by side^2 imaginary parts. A blank
// image stays zero.
//
// With side 8 and 28 x 28 pixels this is the input of the three-mesh network of
// Zheng et al. 2023 (rows and columns 10..17 of the shifted spectrum).
func FourierCrop(set *Set, side int, pool *lane.Pool) (*lane.Samples[float32], error) {
	if side < 1 || side > min(set.Rows, set.Cols) {
		return nil, fmt.Errorf("dataset: a crop of %d x %d from the spectrum of %s images of %d x %d pixels, expected at most %d", side, side, set.Name, set.Rows, set.Cols, min(set.Rows, set.Cols))
	}
	wave := func(n int) (re, im []float64) { // [frequency][position]
		for f := range side {
			for x := range n {
				s, c := lane.SinCos(-2 * math.Pi * float64((f-side/2)*x) / float64(n))
				re, im = append(re, c), append(im, s)
			}
		}
		return re, im
	}
	xr, xi := wave(set.Cols)
	yr, yi := wave(set.Rows)
	n := side * side
	out := &lane.Samples[float32]{Rows: 2 * n, Data: make([]float32, set.Len()*2*n)}
	const chunk = 256
	pool.For((set.Len()+chunk-1)/chunk, func(item, _ int) {
		rowR, rowI := make([]float64, set.Rows*side), make([]float64, set.Rows*side)
		re, im := make([]float64, n), make([]float64, n)
		for i := item * chunk; i < min((item+1)*chunk, set.Len()); i++ {
			img := set.Image(i)
			for y := range set.Rows {
				for f := range side {
					var a, b float64
					for x, p := range img[y*set.Cols : (y+1)*set.Cols] {
						if p != 0 {
							v := float64(p)
							a += float64(v * xr[f*set.Cols+x])
							b += float64(v * xi[f*set.Cols+x])
						}
					}
					rowR[y*side+f], rowI[y*side+f] = a, b
				}
			}
			var sum float64
			for g := range side {
				for f := range side {
					var a, b float64
					for y := range set.Rows {
						r, q := rowR[y*side+f], rowI[y*side+f]
						c, s := yr[g*set.Rows+y], yi[g*set.Rows+y]
						a += float64(r*c) - float64(q*s)
						b += float64(r*s) + float64(q*c)
					}
					re[g*side+f], im[g*side+f] = a, b
					sum += math.Sqrt(float64(a*a) + float64(b*b))
				}
			}
			if sum == 0 {
				continue
			}
			row := out.Row(i)
			for k := range n {
				row[k] = float32(re[k] / (sum / float64(n)))
				row[n+k] = float32(im[k] / (sum / float64(n)))
			}
		}
	})
	return out, nil
}
