package lane

import (
	"math"
	"testing"
)

func TestInterferometerKernels(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		s := NewStream(12, "interferometers", 0)
		for trial := range 200 {
			n := 1 + s.Intn(40)
			got, want := NewInterferometers(n), NewInterferometers(n)
			for i := range n {
				theta, phi := 6*s.Normal(), 6*s.Normal()
				if trial%3 == 0 && s.Intn(9) == 0 {
					theta = []float64{math.NaN(), math.Inf(1), 3e7, -5e6, 0, math.Copysign(0, -1), 1e-310}[s.Intn(7)]
				}
				a, b, c, d := s.Normal(), s.Normal(), s.Normal(), s.Normal()
				for _, v := range []*Interferometers{got, want} {
					v.SetPhases(i, theta, phi)
					v.SetSplitters(i, a, b, c, d)
				}
			}
			rotors, wantRotors := make([]Rotor[float32], Padded(n)), make([]Rotor[float32], Padded(n))
			parts := make([][]Rotor[float32], s.Intn(4))
			for p := range parts {
				v := make([]float32, 8*Padded(n))
				hostile(s, v, trial%5 == 0)
				for i := range Padded(n) {
					parts[p] = append(parts[p], Rotor[float32]{v[8*i], v[8*i+1], v[8*i+2], v[8*i+3], v[8*i+4], v[8*i+5], v[8*i+6], v[8*i+7]})
				}
			}
			TransferMatrices(rotors, got)
			TransferGradients(got, parts)
			back := useISA("generic")
			TransferMatrices(wantRotors, want)
			TransferGradients(want, parts)
			back()
			for i, r := range rotors {
				w := wantRotors[i]
				sameBits(t, "transfer matrix", []float32{r.Ar, r.Ai, r.Br, r.Bi, r.Cr, r.Ci, r.Dr, r.Di}, []float32{w.Ar, w.Ai, w.Br, w.Bi, w.Cr, w.Ci, w.Dr, w.Di})
			}
			for i := range n {
				a, b := got.Gradient(i)
				c, d := want.Gradient(i)
				for k, v := range [][2]float64{{a, c}, {b, d}} {
					if math.Float64bits(v[0]) != math.Float64bits(v[1]) && (v[0] == v[0] || v[1] == v[1]) {
						t.Fatalf("trial %d, interferometer %d of %d, gradient %d: %g, want %g", trial, i, n, k, v[0], v[1])
					}
				}
			}
		}
	})
}
