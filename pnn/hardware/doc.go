// Package hardware writes trained optics in the forms that a laboratory takes,
// and reads them back: pictures for spatial light modulators, plates to be etched
// or printed, grey masks, and settings of the heaters of interferometer meshes.
//
//	mask.go         what is written: phases or amplitudes, pixel by pixel
//	slm.go          a spatial light modulator and where a mask lies on it
//	response.go     the phase of grey levels, linear or as measured
//	carrier.go      the blazed grating that sends the modulated light aside
//	bitmap.go       the picture a modulator shows
//	relief.go       the height of a plate of glass or resin
//	stl.go          the plate as a closed surface for printers
//	transmission.go grey masks
//	heater.go       phase shifters: power and voltage of a phase
//	calibration.go  the heaters of a chip, as measured
//	arms.go         phases of heaters on single arms for those of a mesh
//	settings.go     the table of all heaters of a mesh
//	show.go         what was written goes back into a simulation
//	png.go          grey pictures of 8 and 16 bits that carry their description
//	pixels.go       tables of pixels
//	sheet.go        CSV files with line numbers in their errors
//	read.go         files of a bounded size
//	checkpoint.go   masks and meshes of a checkpoint
//
// # One file is enough
//
// Every file holds what it takes to get the phases out of it again: pictures in
// a tEXt chunk called Lightfast, tables of pixels in a first line that begins
// with #, STL files in their header, tables of heaters in columns. What comes
// back differs from what was written by the quantisation of the file alone:
//
//	SLM picture    half a grey level, see [SLM.Resolution]
//	height, PNG    pi/65536 rad
//	height, CSV    the rounding of doubles
//	height, STL    the rounding of a float32: pi (n - 1) / wavelength times the
//	               distance between neighbouring float32 heights
//	grey mask      half a level of amplitude or of power
//	heaters        none, or half a level of the voltage source
//
// A grid's pixels are in metres, phases in radians; rows count downwards. Phases
// that come back lie in [0, 2 pi).
package hardware
