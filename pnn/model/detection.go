package model

import (
	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
)

// Redisplay is the activation between blocks of a diffractive network: a camera
// measures the intensities I = |z|^2 behind a block, and a modulator shows them,
// divided by their mean, as the real amplitudes that enter the next,
//
//	f(z) = I/mean(I)
//
// (Zheng et al. 2023, Extended Data Fig. 1). A dark plane stays dark.
type Redisplay[T lane.Float] struct{}

// Forward implements [Activation].
func (r Redisplay[T]) Forward(out, in []T, n, blocks int) {
	for b := range blocks {
		at := b * 2 * n * lane.Width
		lane.Detect(out[at:at+n*lane.Width], in[at:at+2*n*lane.Width], n, 1)
		scaleByMean(out[at : at+n*lane.Width])
		clear(out[at+n*lane.Width : at+2*n*lane.Width])
	}
}

// Intensities implements [Redisplaying].
func (r Redisplay[T]) Intensities(out, intensity []T, n, blocks int) {
	for b := range blocks {
		o := out[b*2*n*lane.Width:][:2*n*lane.Width]
		copy(o, intensity[b*n*lane.Width:][:n*lane.Width])
		scaleByMean(o[:n*lane.Width])
		clear(o[n*lane.Width:])
	}
}

// Redisplaying is an activation that depends on the intensities alone, so that
// what a device measures behind a stage is what enters the next.
type Redisplaying[T lane.Float] interface {
	Intensities(out, intensity []T, n, blocks int)
}

// scaleByMean divides rows of lanes by their mean.
func scaleByMean[T lane.Float](v []T) {
	mean := means(v)
	for r := 0; r < len(v); r += lane.Width {
		row := v[r:][:lane.Width]
		for l := range row {
			row[l] /= mean[l]
		}
	}
}

// means returns the means of rows of lanes, at least the smallest that may be
// divided by.
func means[T lane.Float](v []T) (mean [lane.Width]T) {
	var sum [lane.Width]float64
	for r := 0; r < len(v); r += lane.Width {
		row := v[r:][:lane.Width]
		for l := range row {
			sum[l] += float64(row[l])
		}
	}
	for l := range mean {
		mean[l] = T(max(sum[l]/float64(len(v)/lane.Width), smallest))
	}
	return mean
}

// Adjoint implements [Activation]. With a = f(z) at the local field z and m the
// mean of its intensities,
//
//	dL/dI_i = (g_i - mean_j(g_j a_j))/m,   dL/dz = 2 z dL/dI
//
// where g is the real part of dOut.
func (r Redisplay[T]) Adjoint(dIn, dOut, _, local []T, n, blocks int) {
	im := n * lane.Width
	for b := range blocks {
		z, g, d := local[b*2*im:][:2*im], dOut[b*2*im:][:2*im], dIn[b*2*im:][:2*im]
		var sum, dot [lane.Width]float64
		for at := 0; at < im; at += lane.Width {
			re, i, gr := z[at:][:lane.Width], z[im+at:][:lane.Width], g[at:][:lane.Width]
			for l := range re {
				p := T(re[l]*re[l]) + T(i[l]*i[l])
				sum[l] += float64(p)
				dot[l] += float64(gr[l] * p)
			}
		}
		var mean, pull [lane.Width]T
		for l := range mean {
			m := sum[l] / float64(n)
			if m > smallest {
				mean[l], pull[l] = T(m), T(dot[l]/float64(n)/m)
			} else {
				mean[l] = smallest
			}
		}
		for at := 0; at < im; at += lane.Width {
			re, i, gr := z[at:][:lane.Width], z[im+at:][:lane.Width], g[at:][:lane.Width]
			dr, di := d[at:][:lane.Width], d[im+at:][:lane.Width]
			for l := range re {
				k := 2 * ((gr[l] - pull[l]) / mean[l])
				dr[l], di[l] = T(k*re[l]), T(k*i[l])
			}
		}
	}
}

// Detectors reads out regions of a plane: the mean intensity of each, divided by
// the sum of all (Zheng et al. 2023). A dark plane has scores of zero.
type Detectors[T lane.Float] struct {
	Cols int // of the plane
	List []diffract.Region
}

// Scores implements [Readout].
func (d Detectors[T]) Scores(scores, norm, intensity []T, n, blocks int) {
	for b := range blocks {
		in, s := intensity[b*n*lane.Width:][:n*lane.Width], scores[b*len(d.List)*lane.Width:][:len(d.List)*lane.Width]
		var total [lane.Width]T
		for k, r := range d.List {
			var sum [lane.Width]float64
			d.each(r, func(at int) {
				for l, v := range in[at:][:lane.Width] {
					sum[l] += float64(v)
				}
			})
			for l := range total {
				v := T(sum[l] / float64(r.Rows*r.Cols))
				s[k*lane.Width+l] = v
				total[l] += v
			}
		}
		copy(norm[b*lane.Width:], total[:])
		for k := range d.List {
			for l, t := range total {
				if t > 0 {
					s[k*lane.Width+l] /= t
				} else {
					s[k*lane.Width+l] = 0
				}
			}
		}
	}
}

// each calls f with the rows of lanes of the pixels of a region.
func (d Detectors[T]) each(r diffract.Region, f func(at int)) {
	for y := range r.Rows {
		for x := range r.Cols {
			f(((r.Row+y)*d.Cols + r.Col + x) * lane.Width)
		}
	}
}

// Adjoint implements [Readout]: with the scores s and the sum t of the means of
// the regions, dL/dmean_k = (g_k - sum_j g_j s_j)/t, shared out among the pixels.
func (d Detectors[T]) Adjoint(dField, g, norm, field []T, n, blocks int) {
	im := n * lane.Width
	for b := range blocks {
		z, o := field[b*2*im:][:2*im], dField[b*2*im:][:2*im]
		gb := g[b*len(d.List)*lane.Width:][:len(d.List)*lane.Width]
		total := norm[b*lane.Width:][:lane.Width]
		var dot [lane.Width]float64
		for k, r := range d.List {
			var sum [lane.Width]float64
			d.each(r, func(at int) {
				for l, a := range z[at:][:lane.Width] {
					c := z[im+at+l]
					sum[l] += float64(T(a*a) + T(c*c))
				}
			})
			for l, t := range total {
				if t > 0 {
					dot[l] += float64(float64(gb[k*lane.Width+l]) * (sum[l] / float64(r.Rows*r.Cols) / float64(t)))
				}
			}
		}
		for k, r := range d.List {
			var pull [lane.Width]T
			for l, t := range total {
				if t > 0 {
					pull[l] = 2 * T((float64(gb[k*lane.Width+l])-dot[l])/float64(t)/float64(r.Rows*r.Cols))
				}
			}
			d.each(r, func(at int) {
				for l, k := range pull {
					o[at+l] += T(k * z[at+l])
					o[im+at+l] += T(k * z[im+at+l])
				}
			})
		}
	}
}
