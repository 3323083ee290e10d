package figure

import (
	"image/color"
	"math"
)

// ColourMap turns a number into a colour.
type ColourMap int

const (
	// Usual is the usual map of the panel: Blues for Matrix, Viridis for Map.
	Usual ColourMap = iota
	// Viridis is perceptually uniform from dark blue to yellow, for intensities.
	Viridis
	// Blues runs from near white to dark blue, a calm ground for numbers.
	Blues
	// Diverging runs from blue through near white at zero to red, for signed
	// values; without limits of its own a panel takes them symmetric.
	Diverging
	// Phase is cyclic, for angles in radians, shown modulo 2 pi on [0, 2 pi):
	// light at 0, blue towards a dark pi, red on the way back. Lightness alone
	// tells the distance from 0, so no colour sense is needed for that.
	Phase
	colourMapCount
)

// noValue is the colour of a cell without a number.
var noValue = color.NRGBA{R: 0xBD, G: 0xBD, B: 0xBD, A: 0xFF}

// Control points, equally spaced, interpolated linearly in sRGB. Viridis: the
// map of van der Walt and Smith (CC0); Blues: ColorBrewer 2.0 by Cynthia
// Brewer (Apache 2.0); Diverging: between Okabe and Ito's blue and
// vermillion, darkened at the ends; Phase: lightness L* between 90 and 16 in
// equal steps at hues 270 and 38 degrees of CIELAB.
var controlPoints = [colourMapCount][]uint32{
	Viridis:   {0x440154, 0x482576, 0x414487, 0x35608D, 0x2A788E, 0x21908C, 0x22A884, 0x43BF71, 0x7AD151, 0xBBDF27, 0xFDE725},
	Blues:     {0xF7FBFF, 0xDEEBF7, 0xC6DBEF, 0x9ECAE1, 0x6BAED6, 0x4292C6, 0x2171B5, 0x08519C, 0x08306B},
	Diverging: {0x08306B, 0x0B5C9E, 0x4C97C6, 0xA9CEE3, 0xF5F5F5, 0xF3BE9D, 0xDE7F4B, 0xB2460E, 0x6B2306},
	Phase: {
		0xE2E2E2, 0xCDD6E6, 0xB9CAE6, 0xA4BDE5, 0x90B1E2, 0x7DA5DE, 0x6B99D7, 0x5B8DCE,
		0x4D80C3, 0x4274B6, 0x3B68A7, 0x385C96, 0x375084, 0x384471, 0x38385D, 0x372D49,
		0x352133, 0x4C2633, 0x612B34, 0x743136, 0x873839, 0x98403D, 0xA94943, 0xB8544A,
		0xC66053, 0xD26E5F, 0xDC7C6C, 0xE48B7B, 0xEA9B8C, 0xEDAC9F, 0xEDBEB3, 0xEBD0C9,
		0xE2E2E2,
	},
}

// At returns the colour at t, clamped to [0, 1]; for Phase t is the fraction
// of a turn. A NaN is neutral grey.
func (m ColourMap) At(t float64) color.NRGBA {
	if math.IsNaN(t) {
		return noValue
	}
	if m <= Usual || m >= colourMapCount {
		m = Viridis
	}
	points := controlPoints[m]
	x := float64(min(max(t, 0), 1) * float64(len(points)-1))
	i := min(int(x), len(points)-2)
	f := x - float64(i)
	mix := func(shift uint) uint8 {
		a := float64(points[i] >> shift & 0xFF)
		b := float64(points[i+1] >> shift & 0xFF)
		return uint8(a + float64(f*(b-a)) + 0.5)
	}
	return color.NRGBA{R: mix(16), G: mix(8), B: mix(0), A: 0xFF}
}

// shades is how many colours of a map a drawing uses; with noValue they fill
// the 256 places of an indexed image.
const shades = 255

// palette lists the shades of a map, and noValue last.
func (m ColourMap) palette() color.Palette {
	p := make(color.Palette, shades+1)
	for i := range shades {
		t := float64(i) / (shades - 1)
		if m == Phase {
			t = float64(i) / shades // the turn's end is its beginning
		}
		p[i] = m.At(t)
	}
	p[shades] = noValue
	return p
}

// shade returns the index in palette of v on the scale from lo to hi; for
// Phase the scale is the turn and v is taken modulo 2 pi.
func (m ColourMap) shade(v, lo, hi float64) uint8 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return shades
	}
	if m == Phase {
		turn := v / (2 * math.Pi)
		turn -= math.Floor(turn)
		return uint8(int(float64(turn*shades)+0.5) % shades)
	}
	t := min(max((v-lo)/(hi-lo), 0), 1)
	return uint8(float64(t*(shades-1)) + 0.5)
}

// inkOn returns the colour of text that stands out on c: white or nearly
// black, by relative luminance.
func inkOn(c color.NRGBA) color.NRGBA {
	linear := func(v uint8) float64 { // gamma 2 is close enough to choose
		x := float64(v) / 255
		return x * x
	}
	y := float64(0.2126*linear(c.R)) + float64(0.7152*linear(c.G)) + float64(0.0722*linear(c.B))
	if y < 0.3 {
		return white
	}
	return ink
}

// toNRGBA returns a palette's colour as what it was made from.
func toNRGBA(c color.Color) color.NRGBA { return color.NRGBAModel.Convert(c).(color.NRGBA) }
