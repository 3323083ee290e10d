package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Method is a way to carry a field through space.
type Method int

const (
	// BandLimited is the angular spectrum without the frequencies whose phase
	// the grid cannot sample (Matsushima and Shimobaba, Opt. Express 17, 19662
	// (2009)).
	BandLimited Method = iota
	// AngularSpectrum has all frequencies of the grid:
	//
	//	H = exp(i 2 pi z sqrt(1/lambda^2 - fx^2 - fy^2))
	//
	// Evanescent waves decay with |z|, or are dropped for z < 0.
	AngularSpectrum
	// Fresnel is its paraxial approximation:
	//
	//	H = exp(i k z) exp(-i pi lambda z (fx^2 + fy^2))
	Fresnel
)

var methodNames = [...]string{BandLimited: "band-limited angular spectrum", AngularSpectrum: "angular spectrum", Fresnel: "Fresnel transfer function"}

func (m Method) String() string {
	if m < 0 || int(m) >= len(methodNames) {
		return fmt.Sprintf("method %d", int(m))
	}
	return methodNames[m]
}

func (m Method) check() error {
	if m < 0 || int(m) >= len(methodNames) {
		return fmt.Errorf("diffract: unknown propagation method %d, expected BandLimited, AngularSpectrum or Fresnel", int(m))
	}
	return nil
}

// TransferFunction is what a distance does to each spatial frequency of a grid:
// Rows*Cols factors, row by row, frequencies in the order of the transform (0
// first, negative ones in the second half). distance is in metres; negative ones
// lead back.
func (m Method) TransferFunction(g Grid, distance float64) ([]complex128, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	if err := g.Check(); err != nil {
		return nil, err
	}
	if math.IsNaN(distance) || math.IsInf(distance, 0) {
		return nil, fmt.Errorf("diffract: the distance is %g m, expected a finite length", distance)
	}
	h := make([]complex128, g.Pixels())
	m.fill(h, g, distance)
	return h, nil
}

// fill computes the transfer function into h.
func (m Method) fill(h []complex128, g Grid, z float64) {
	// In units of 1/wavelength, so that a propagating wave lies in the unit disc.
	turns := z / g.Wavelength
	stepY, stepX := g.Wavelength/g.Height(), g.Wavelength/g.Width()
	limitY, limitX := math.Inf(1), math.Inf(1)
	if m == BandLimited {
		limitY, limitX = bandLimit(g.Height(), z), bandLimit(g.Width(), z)
	}
	for k := range g.Rows {
		fy := float64(frequency(k, g.Rows)) * stepY
		for l := range g.Cols {
			fx := float64(frequency(l, g.Cols)) * stepX
			v := &h[k*g.Cols+l]
			*v = 0
			if math.Abs(fy) > limitY || math.Abs(fx) > limitX {
				continue
			}
			transverse := float64(fx*fx) + float64(fy*fy)
			switch {
			case m == Fresnel:
				*v = turn(fraction(turns) - fraction(float64(float64(0.5*turns)*transverse)))
			case transverse <= 1:
				*v = turn(float64(turns * math.Sqrt(1-transverse)))
			case z >= 0:
				*v = complex(lane.Exp(-2*math.Pi*turns*math.Sqrt(transverse-1)), 0)
			}
		}
	}
}

// bandLimit is the largest frequency, times the wavelength, whose phase is
// sampled at least twice a turn on a plane of this extent: it leaves at the
// angle under which half the plane is seen.
func bandLimit(extent, z float64) float64 {
	a := 2 * z / extent
	return 1 / math.Sqrt(float64(a*a)+1)
}

// frequency is the number of periods in n points of line k of a transform.
func frequency(k, n int) int {
	if k > (n-1)/2 {
		return k - n
	}
	return k
}

// fraction takes off whole turns, which is exact.
func fraction(x float64) float64 { return x - math.RoundToEven(x) }

// turn is exp(2 pi i x).
func turn(x float64) complex128 {
	s, c := lane.SinCos(2 * math.Pi * fraction(x))
	return complex(c, s)
}
