package absorb

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Encoding says which quantity of light carries the numbers of a network.
type Encoding int

const (
	// Amplitude: real fields E, in units of the saturation amplitude.
	Amplitude Encoding = iota
	// Intensity: intensities I, in units of the saturation intensity. Networks may
	// ask for negative ones, for which the response is continued as an odd
	// function.
	Intensity
)

// Absorber is a saturable absorber of resonant optical depth Depth (of the
// intensity, a0) or, if Depth is negative, an amplifier of gain -Depth (g0).
//
//	Amplitude: g(E) = E t,  t = exp(-(a0/2)/(1 + E^2))
//	Intensity: g(I) = I t,  t = exp(-a0/(1 + |I|))
//
// The zero value passes everything.
type Absorber struct {
	Depth    float64
	Encoding Encoding
}

// Gain is saturable gain, with the unsaturated gain g0 of the intensity in nepers.
func Gain(g0 float64, e Encoding) Absorber { return Absorber{Depth: -g0, Encoding: e} }

// maxGain keeps exp(g0) a number in single precision.
const maxGain = 80

// Check fails if the medium is none that can be computed with.
func (a Absorber) Check() error {
	if !(a.Depth >= -maxGain) || math.IsInf(a.Depth, 1) {
		return fmt.Errorf("absorb: optical depth %g, expected a finite number of at least -%d (a gain of %d)", a.Depth, maxGain, maxGain)
	}
	if a.Encoding != Amplitude && a.Encoding != Intensity {
		return fmt.Errorf("absorb: encoding %d, expected Amplitude or Intensity", a.Encoding)
	}
	return nil
}

// strength is k in t = exp(-k u).
func (a Absorber) strength() float64 {
	if a.Encoding == Intensity {
		return a.Depth
	}
	return a.Depth / 2
}

// unsaturated is u = 1/(1 + E^2) or 1/(1 + |I|): the share of atoms that light
// has left in the ground state.
func (a Absorber) unsaturated(x float64) float64 {
	if a.Encoding == Intensity {
		return 1 / (1 + math.Abs(x))
	}
	return 1 / (1 + float64(x*x))
}

// Response is g(x).
func (a Absorber) Response(x float64) float64 { return float64(x * a.Transmission(x)) }

// Transmission is t(x), what a weak counter-propagating probe sees.
func (a Absorber) Transmission(x float64) float64 {
	return lane.Exp(-float64(a.strength() * a.unsaturated(x)))
}

// Slope is g'(x) = (1 + a0 u (1-u)) t(x), with u as above: in amplitudes
// a0 E^2/(1+E^2)^2, in intensities a0 |I|/(1+|I|)^2 stands beside the one.
func (a Absorber) Slope(x float64) float64 {
	u := a.unsaturated(x)
	return float64((1 + float64(a.Depth*float64(u*(1-u)))) * lane.Exp(-float64(a.strength()*u)))
}

// Edge is the amplitude E* at which the unsaturated region ends: where g' is
// largest, or for gain smallest. With a0 u^2 - (a0+4) u + 1 = 0 for
// u = 1/(1+E^2) it is about sqrt(a0) for large a0. The paper does not say where
// its region (i) ends; this is our choice. It fails for intensities, whose g'
// has no such point.
func (a Absorber) Edge() (float64, error) {
	if err := a.Check(); err != nil {
		return 0, err
	}
	if a.Encoding == Intensity {
		return 0, fmt.Errorf("absorb: the derivative of an absorber of intensities grows all the way, so its unsaturated region has no edge; choose Amplitude, or a width of your own")
	}
	d := a.Depth
	u := 2 / (d + 4 + math.Sqrt(float64((d+4)*(d+4))-float64(4*d)))
	return math.Sqrt(1/u - 1), nil
}
