package model

import (
	"math"

	"lightfast/pnn/lane"
)

// Readout makes class scores of the intensities behind the last stage.
type Readout[T lane.Float] interface {
	// Scores writes the scores of n intensities a sample, and into norm, one row,
	// what the adjoint needs.
	Scores(scores, norm, intensity []T, n, blocks int)
	// Adjoint pulls the gradient g of the scores back to the field of n complex
	// numbers whose intensities they are of, and adds it to dField.
	Adjoint(dField, g, norm, field []T, n, blocks int)
}

// Ports reads out the first Classes ports, divided by the L2 norm of all.
type Ports[T lane.Float] struct{ Classes int }

// Scores implements [Readout].
func (p Ports[T]) Scores(scores, norm, intensity []T, n, blocks int) {
	Normalise(scores, norm, intensity, n, p.Classes, blocks)
}

// Adjoint implements [Readout].
func (p Ports[T]) Adjoint(dField, g, norm, field []T, n, blocks int) {
	NormaliseAdjoint(dField, g, norm, field, n, p.Classes, blocks)
}

// smallest is the floor of the norm by which intensities are divided.
const smallest = 1e-12

// Normalise divides the n intensities of each sample by their L2 norm
// (max(norm, 1e-12)) and writes the first m of them, m rows a block. norm
// receives the norms, one row a block.
func Normalise[T lane.Float](out, norm, intensity []T, n, m, blocks int) {
	for b := range blocks {
		in := intensity[b*n*lane.Width:][:n*lane.Width]
		for l := range lane.Width {
			var s T
			for i := l; i < len(in); i += lane.Width {
				s += T(in[i] * in[i])
			}
			r := max(T(math.Sqrt(float64(s))), smallest)
			norm[b*lane.Width+l] = r
			for i := range m {
				out[(b*m+i)*lane.Width+l] = in[i*lane.Width+l] / r
			}
		}
	}
}

// NormaliseAdjoint pulls the gradient g of the m normalised intensities s back
// to the field z whose intensities they are:
//
//	dL/dI_i = (g_i - s_i sum_j s_j g_j) / r,   dL/dz = 2 z dL/dI
//
// with g zero beyond the first m, and adds it to dField.
func NormaliseAdjoint[T lane.Float](dField, g, norm, field []T, n, m, blocks int) {
	im := n * lane.Width
	for b := range blocks {
		z, d := field[b*2*im:][:2*im], dField[b*2*im:][:2*im]
		gb := g[b*m*lane.Width:][:m*lane.Width]
		for l := range lane.Width {
			r := norm[b*lane.Width+l]
			var dot T
			for i := range m {
				at := i*lane.Width + l
				s := (T(z[at]*z[at]) + T(z[im+at]*z[im+at])) / r
				dot += T(s * gb[at])
			}
			for at := l; at < im; at += lane.Width {
				var gi T
				if at < m*lane.Width {
					gi = gb[at]
				}
				s := (T(z[at]*z[at]) + T(z[im+at]*z[im+at])) / r
				k := 2 * ((gi - T(s*dot)) / r)
				d[at] += T(k * z[at])
				d[im+at] += T(k * z[im+at])
			}
		}
	}
}

// Fuse writes the field that has the phase of the model and the amplitude of the
// system, sqrt(intensity): the state fusion of dual adaptive training. Where
// the model is dark the phase counts as zero.
func Fuse[T lane.Float](out, field, intensity []T, n, blocks int) {
	im := n * lane.Width
	for b := range blocks {
		z, o := field[b*2*im:][:2*im], out[b*2*im:][:2*im]
		in := intensity[b*im:][:im]
		for i, p := range in {
			a := T(math.Sqrt(float64(max(p, 0))))
			r := T(math.Sqrt(float64(T(z[i]*z[i]) + T(z[im+i]*z[im+i]))))
			if r == 0 {
				o[i], o[im+i] = a, 0
				continue
			}
			o[i] = T(a * (z[i] / r))
			o[im+i] = T(a * (z[im+i] / r))
		}
	}
}
