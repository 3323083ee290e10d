package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// maxDirect bounds the products of a direct integration: some seconds.
const maxDirect = 1 << 30

// RayleighSommerfeld carries a field from plane in to plane out by direct
// integration of the first Rayleigh-Sommerfeld formula,
//
//	u(r) = p^2 sum_r' u(r') z/(2 pi R) (1/R - i k) exp(i k R)/R,   R = |r - r'|
//
// without transforms, padding or periodic images. It is the reference for
// everything else and takes in.Pixels() x out.Pixels() products, so it serves
// small planes only. distance is in metres and positive; the planes are
// centred. It refuses distances at which the pixels do not sample exp(ikR) twice
// a turn.
func RayleighSommerfeld(in, out Grid, distance float64, field []complex128) ([]complex128, error) {
	if err := in.Joins(out); err != nil {
		return nil, err
	}
	if len(field) != in.Pixels() {
		return nil, fmt.Errorf("diffract: a field of %d numbers for a plane of %d x %d pixels, expected %d", len(field), in.Rows, in.Cols, in.Pixels())
	}
	if n := int64(in.Pixels()) * int64(out.Pixels()); n > maxDirect {
		return nil, fmt.Errorf("diffract: direct integration from %d x %d to %d x %d pixels takes %d products, at most %d are allowed; use a Propagator or smaller planes", in.Rows, in.Cols, out.Rows, out.Cols, n, maxDirect)
	}
	if !(distance > 0) || math.IsInf(distance, 0) {
		return nil, fmt.Errorf("diffract: direct integration over %g m, expected a positive distance", distance)
	}
	if nearest := nearestDirect(in, out); distance < nearest {
		return nil, fmt.Errorf("diffract: direct integration over %.6g mm, but from %d x %d to %d x %d pixels of %.6g um it is only sampled from %.6g mm on; use a Propagator, a finer pitch or smaller planes",
			distance*1e3, in.Rows, in.Cols, out.Rows, out.Cols, in.Pitch*1e6, nearest*1e3)
	}
	// The kernel depends on differences of positions only.
	height, width := in.Rows+out.Rows-1, in.Cols+out.Cols-1
	kernel := make([]complex128, height*width)
	area := float64(in.Pitch * in.Pitch)
	for a := range height {
		y := out.Y(0) - in.Y(in.Rows-1) + float64(float64(a)*in.Pitch)
		for b := range width {
			x := out.X(0) - in.X(in.Cols-1) + float64(float64(b)*in.Pitch)
			r := math.Sqrt(float64(distance*distance) + float64(y*y) + float64(x*x))
			s, c := lane.SinCos(2 * math.Pi * fraction(r/in.Wavelength))
			scale := area * distance / (2 * math.Pi * r * r)
			near, far := scale/r, -scale*2*math.Pi/in.Wavelength
			kernel[a*width+b] = complex(float64(near*c)-float64(far*s), float64(near*s)+float64(far*c))
		}
	}
	u := make([]complex128, out.Pixels())
	for i := range out.Rows {
		for j := range out.Cols {
			var re, im float64
			for k := range in.Rows {
				row := field[k*in.Cols:][:in.Cols]
				line := kernel[(i+in.Rows-1-k)*width+j:][:in.Cols]
				for l, v := range row {
					h := line[in.Cols-1-l]
					re += float64(real(v)*real(h)) - float64(imag(v)*imag(h))
					im += float64(real(v)*imag(h)) + float64(imag(v)*real(h))
				}
			}
			u[i*out.Cols+j] = complex(re, im)
		}
	}
	return u, nil
}

// nearestDirect is the distance from which on the phase k R changes by less than
// half a turn from pixel to pixel along the longest ray.
func nearestDirect(in, out Grid) float64 {
	reach := max(in.Height()+out.Height(), in.Width()+out.Width()) / 2
	a := 2 * in.Pitch / in.Wavelength
	return reach * math.Sqrt(max(0, float64(a*a)-1))
}
