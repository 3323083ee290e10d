package model

import (
	"fmt"
	"math"

	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
)

// D2NN describes the nonlinear diffractive network of sharpness-aware training (Xu
// et al. 2026): on a plane that repeats without end, light passes
//
//	Focal, lens, Distances[0], plate 1, absorber, Distances[1], plate 2, absorber,
//	..., the last but one distance, lens, the last distance, detectors
//
// so that there is a plate less two than there are distances.
type D2NN struct {
	Side       int // pixels of a plane
	Pitch      float64
	Wavelength float64
	Focal      float64   // of both lenses; also the distance in front of the first
	Distances  []float64 // metres
	Threshold  float64   // of the absorbers, as a share of the mean intensity
	Detector   int       // side of a detector in pixels
	Window     int       // side of the square that they are spread over
	Offset     int       // first row and column of that square
}

// XuD2NN is the network as it was published.
var XuD2NN = D2NN{Side: 128, Pitch: 2e-6, Wavelength: 532e-9, Focal: 5e-3, Distances: []float64{4e-3, 2e-3, 4e-3, 5e-3}, Threshold: 0.5, Detector: 9, Window: 63, Offset: 32}

// Grid is the plane of the network.
func (d D2NN) Grid() diffract.Grid {
	return diffract.Grid{Rows: d.Side, Cols: d.Side, Pitch: d.Pitch, Wavelength: d.Wavelength}
}

// NewD2NN builds the network with all plates at zero. Parameters are called
// phase_0, phase_1, ..., in turns.
func NewD2NN[T lane.Float](d D2NN) (*Network[T], error) {
	if len(d.Distances) < 3 {
		return nil, fmt.Errorf("model: %d distances of a D2NN, expected at least 3: in front of a plate, of the second lens, of the detectors", len(d.Distances))
	}
	if !(d.Threshold >= 0) || math.IsInf(d.Threshold, 0) {
		return nil, fmt.Errorf("model: D2NN.Threshold is %g, expected a share of the mean intensity such as 0.5", d.Threshold)
	}
	regions, err := diffract.LayOut([]int{3, 4, 3}, d.Detector, diffract.Region{Row: d.Offset, Col: d.Offset, Rows: d.Window, Cols: d.Window})
	if err != nil {
		return nil, err
	}
	if _, err := diffract.NewRegions[T](d.Side, d.Side, regions); err != nil {
		return nil, err
	}
	const classes = 10
	n := &Network[T]{Classes: classes, Readout: Detectors[T]{d.Side, regions}, Loss: TenthOfOneHot[T], StateWeight: float64(d.Side * d.Side)}
	layers := diffract.Layers{Grid: d.Grid(), Law: diffract.PhaseTurns, How: diffract.Propagation{Method: diffract.AngularSpectrum, Periodic: true}}
	plates := len(d.Distances) - 2
	for i := range plates + 1 {
		var parts []diffract.Part
		if i == 0 {
			parts = append(parts, diffract.Part{Distance: d.Focal}, diffract.Part{Lens: d.Focal})
		}
		parts = append(parts, diffract.Part{Distance: d.Distances[i]})
		if i < plates {
			parts = append(parts, diffract.Part{Modulator: fmt.Sprintf("phase_%d", i)})
		} else {
			parts = append(parts, diffract.Part{Lens: d.Focal}, diffract.Part{Distance: d.Distances[i+1]})
		}
		b, err := diffract.NewPath[T](layers, parts)
		if err != nil {
			return nil, err
		}
		n.Stages = append(n.Stages, Stage[T]{Element: b, Activation: Saturable[T]{d.Threshold}})
	}
	return n, n.check()
}

// Saturable is an absorber that takes a share of the mean intensity from every
// pixel: with the threshold t = Share mean(|z|^2) of each sample,
//
//	f(z) = z sqrt(max(0, 1 - t/|z|^2))
//
// (Xu et al. 2026, D2NN).
type Saturable[T lane.Float] struct{ Share float64 }

// threshold returns t of each lane.
func (s Saturable[T]) threshold(in []T, n int) (t [lane.Width]T) {
	im := n * lane.Width
	var sum [lane.Width]float64
	for at := 0; at < im; at += lane.Width {
		re, i := in[at:][:lane.Width], in[im+at:][:lane.Width]
		for l := range re {
			sum[l] += float64(T(re[l]*re[l]) + T(i[l]*i[l]))
		}
	}
	for l := range t {
		t[l] = T(s.Share * (sum[l] / float64(n)))
	}
	return t
}

// Forward implements [Activation].
func (s Saturable[T]) Forward(out, in []T, n, blocks int) {
	im := n * lane.Width
	for b := range blocks {
		z, o := in[b*2*im:][:2*im], out[b*2*im:][:2*im]
		t := s.threshold(z, n)
		for at := 0; at < im; at += lane.Width {
			for l := range lane.Width {
				x, y := z[at+l], z[im+at+l]
				p := T(x*x) + T(y*y)
				var r T
				if p > t[l] {
					r = T(math.Sqrt(float64((p - t[l]) / p)))
				}
				o[at+l], o[im+at+l] = r*x, r*y
			}
		}
	}
}

// Adjoint implements [Activation]. With r = sqrt(1 - t/I), I = |z|^2 and h = Re(g
// conj z)/r where a pixel is lit,
//
//	dL/dz = r g + z (h t/I^2 - Share mean(h/I))
//
// of which the last term is that of the threshold; dark pixels have r = h = 0.
func (s Saturable[T]) Adjoint(dIn, dOut, in, _ []T, n, blocks int) {
	im := n * lane.Width
	for b := range blocks {
		z, g, d := in[b*2*im:][:2*im], dOut[b*2*im:][:2*im], dIn[b*2*im:][:2*im]
		t := s.threshold(z, n)
		var sum [lane.Width]float64
		for at := 0; at < im; at += lane.Width {
			for l := range lane.Width {
				x, y := z[at+l], z[im+at+l]
				if p := T(x*x) + T(y*y); p > t[l] {
					r := T(math.Sqrt(float64((p - t[l]) / p)))
					sum[l] += float64((T(g[at+l]*x) + T(g[im+at+l]*y)) / r / p)
				}
			}
		}
		var pull [lane.Width]T
		for l := range pull {
			pull[l] = T(s.Share * (sum[l] / float64(n)))
		}
		for at := 0; at < im; at += lane.Width {
			for l := range lane.Width {
				x, y := z[at+l], z[im+at+l]
				u, v := g[at+l], g[im+at+l]
				p := T(x*x) + T(y*y)
				var r, k T
				if p > t[l] {
					r = T(math.Sqrt(float64((p - t[l]) / p)))
					k = (T(u*x) + T(v*y)) / r / p * (t[l] / p)
				}
				k -= pull[l]
				d[at+l], d[im+at+l] = T(r*u)+T(k*x), T(r*v)+T(k*y)
			}
		}
	}
}

// TenthOfOneHot is the squared distance of the scores from a tenth of one-hot,
// summed over the classes, a [Loss]: the authors of the D2NN add it up over the
// batch, where this one has the mean.
func TenthOfOneHot[T lane.Float](g, scores []T, labels []uint8, classes, batch int) (loss float64, correct int) {
	clear(g)
	for i, label := range labels {
		at := i/lane.Width*classes*lane.Width + i%lane.Width
		best := 0
		for c := range classes {
			s := scores[at+c*lane.Width]
			if s > scores[at+best*lane.Width] {
				best = c
			}
			e := float64(s)
			if c == int(label) {
				e -= 0.1
			}
			loss += float64(e * e)
			g[at+c*lane.Width] = T(2 * e / float64(batch))
		}
		if best == int(label) {
			correct++
		}
	}
	return loss, correct
}
