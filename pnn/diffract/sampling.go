package diffract

import (
	"fmt"
	"math"
)

// Sampling tells what a padded plane carries over a distance.
type Sampling struct {
	Method   Method
	Distance float64 // metres
	Plane    Grid    // the padded plane

	// Farthest is the largest distance in metres that the method can carry on
	// this plane: beyond it the phase of the transfer function is not sampled
	// twice a turn or, for BandLimited, fewer than eight frequencies are left on either side.
	Farthest float64
	// Band is the share of the pixels' bandwidth 1/(2 Pitch) that is carried, in
	// the worse direction, 0 to 1.
	Band float64
	// Needed is the smallest padded plane that carries the distance well: without
	// light that leaves on one side and comes back on the other, and with twice the
	// frequencies that are the least.
	NeededRows, NeededCols int
	// Paraxial is the largest error in radians of the phase of a Fresnel transfer
	// function within the pixels' bandwidth.
	Paraxial float64
}

// minBand is how many frequencies on either side of 0 BandLimited must leave:
// with fewer, the band's sharp edge costs more than a percent of a smooth beam
// (measured against direct integration; with twice as many, less than 1e-5).
const minBand = 8

// newSampling looks at a distance from plane in to plane out, shifted by so many
// pixels, through a padded plane.
func newSampling(m Method, in, out, padded Grid, dy, dx int, z float64) Sampling {
	s := Sampling{Method: m, Distance: z, Plane: padded, Farthest: math.Inf(1), Band: 1}
	s.NeededRows = s.axis(in.Rows, out.Rows, padded.Rows, dy)
	s.NeededCols = s.axis(in.Cols, out.Cols, padded.Cols, dx)
	if m == Fresnel {
		// The next term of the root: pi/4 lambda^3 f^4 z, at the corner of the band.
		f := float64(padded.Wavelength * padded.Wavelength)
		f /= float64(2 * float64(padded.Pitch*padded.Pitch))
		s.Paraxial = math.Pi / 4 * math.Abs(z) / padded.Wavelength * float64(f*f)
	}
	return s
}

// axis looks at one direction and returns how many points it needs.
func (s *Sampling) axis(in, out, padded, shift int) (needed int) {
	lambda, pitch, z := s.Plane.Wavelength, s.Plane.Pitch, math.Abs(s.Distance)
	// No ray from the one plane to the other is longer sideways than this.
	needed = in + out + 2*max(shift, -shift)
	if s.Method == BandLimited {
		// f = lambda/extent is the step of frequencies, times the wavelength.
		extent := float64(padded) * pitch
		f := minBand * lambda / extent
		s.Farthest = min(s.Farthest, farthest(extent, f))
		s.Band = min(s.Band, bandLimit(extent, z)/(lambda/(2*pitch)))
		return max(needed, int(math.Ceil(math.Sqrt(4*minBand*lambda*z)/pitch)))
	}
	f := lambda / (2 * pitch)
	slope := f // of the phase against the frequency, in units of z: the tangent of the angle
	if s.Method == AngularSpectrum {
		slope = f / math.Sqrt(max(0, 1-float64(2*f*f))) // at the corner of the band
	}
	s.Farthest = min(s.Farthest, float64(padded)*pitch/(2*slope))
	if points := 2 * z * slope / pitch; points < maxSide*16 {
		needed = max(needed, int(math.Ceil(points)))
	} else {
		needed = math.MaxInt32
	}
	return needed
}

// farthest is the distance at which the band limit of a plane falls to f.
func farthest(extent, f float64) float64 {
	if f >= 1 {
		return 0
	}
	return extent / 2 * math.Sqrt(1/float64(f*f)-1)
}

// Err says that the distance cannot be carried, with the numbers and what to
// change.
func (s Sampling) Err() error {
	if math.Abs(s.Distance) <= s.Farthest {
		return nil
	}
	remedy := fmt.Sprintf("pad to at least %d x %d", s.NeededRows, s.NeededCols)
	if max(s.NeededRows, s.NeededCols) > maxSide {
		remedy = "shorten it"
	}
	if s.Method != BandLimited {
		remedy += ", use BandLimited,"
	}
	return fmt.Errorf("diffract: a distance of %.6g mm is more than the %.6g mm that the %s carries on %s; %s or choose a larger pitch",
		s.Distance*1e3, s.Farthest*1e3, s.Method, s.Plane, remedy)
}

// Warnings are the ways in which the propagation is less than exact.
func (s Sampling) Warnings() (w []string) {
	if s.Plane.Rows < s.NeededRows || s.Plane.Cols < s.NeededCols {
		w = append(w, fmt.Sprintf("the padded plane of %d x %d points is small for %.6g mm: light may come back from the other side, or details be lost; %d x %d points would do",
			s.Plane.Rows, s.Plane.Cols, s.Distance*1e3, s.NeededRows, s.NeededCols))
	}
	if s.Band < 0.5 {
		w = append(w, fmt.Sprintf("over %.6g mm the plane carries %.0f %% of the bandwidth of its pixels: details below %.3g um are lost; pad to more points or shorten the distance",
			s.Distance*1e3, 100*s.Band, s.Plane.Pitch/s.Band*1e6))
	}
	if s.Paraxial > 0.5 {
		w = append(w, fmt.Sprintf("at the edge of the band the Fresnel phase is wrong by %.3g rad over %.6g mm; use BandLimited or AngularSpectrum", s.Paraxial, s.Distance*1e3))
	}
	return w
}
