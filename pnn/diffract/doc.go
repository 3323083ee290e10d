// Package diffract is light in free space: coherent fields on grids of pixels,
// their propagation from plane to plane, and the things that stand in the way:
// lenses, apertures, modulators, absorbers, cameras, and their misalignment.
//
//	grid.go        planes of pixels: size, pitch, wavelength
//	frames.go      batches of real images: intensities, amplitudes
//	method.go      transfer functions: angular spectrum, band-limited, Fresnel
//	sampling.go    which distance a plane can carry, in numbers
//	propagator.go  propagation: pad, filter, crop, and its adjoint
//	rayleigh.go    direct Rayleigh-Sommerfeld integration, the reference
//	mask.go        fixed transmissions, pixel by pixel
//	lens.go        the thin lens
//	aperture.go    circular and rectangular openings
//	modulator.go   trainable phase and amplitude modulators
//	moved.go       modulators out of their place in the light
//	law.go         how a trainable number becomes a phase or an amplitude
//	panel.go       what hardware makes of it: levels, fill factor, crosstalk, errors
//	absorber.go    saturable absorption above a threshold
//	squarelaw.go   detection: intensities, and light that leaves with an amplitude
//	normalise.go   intensities divided by their mean, norm or maximum
//	regions.go     detector regions and class scores
//	encoder.go     pictures to amplitudes
//	affine.go      shift, rotation, scale: where a pixel comes from
//	warp.go        resampling by it, bilinear or nearest, and its adjoint
//	aberration.go  maps of phase errors, pixel by pixel or smooth
//	camera.go      read noise, shot noise, bits
//	block.go       a path of modulators, lenses and free space as a stage of a network
//	lanes.go       fields as images and as lanes of a network
//	pictures.go    data sets that are encoded as they are asked for
//	deviations.go  how far a built block is off, drawn from a seed
//	align.go       affine maps found from points, and their inverse
//	markers.go     bright spots by which planes are aligned
//	sweep.go       how work is shared: strips of pixels, image by image
//
// # Conventions
//
// Fields are complex amplitudes of light going towards +z with the time factor
// exp(-i omega t), so that a plane wave gains exp(+i k z). They lie in
// [fft.Images]: row by row, real and imaginary parts apart. The optical axis
// meets the middle of pixel (Rows/2, Cols/2); rows count downwards. Lengths are
// in metres, phases in radians, shifts in pixels.
//
// The gradient of a complex number z is dL/dRe z + i dL/dIm z. An element has
// Forward and, beside it, Backward: the transpose of its derivative. Trainable
// elements add the gradient of their parameters in Accumulate, as the elements
// of package mesh do. Elements check the sizes of what they are given, allocate
// nothing once warm, and serve one call at a time.
//
// # Exactness
//
// Every product is rounded before it is added and elementary functions are those
// of package lane. Pixels are shared out among workers, sums over images are
// taken in the order of the images, and random numbers are functions of (seed,
// purpose, index), so that results are equal bit for bit on every machine and
// for any number of workers.
package diffract
