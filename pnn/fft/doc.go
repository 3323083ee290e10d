// Package fft holds the Fourier transforms of lightfast: batches of lines and
// images of any size, and the filter that carries a field through space (pad,
// transform, multiply, transform back, crop).
//
//	X[k] = sum_j x[j] exp(-2 pi i j k/n)          Forward, unscaled
//	x[j] = 1/n sum_k X[k] exp(+2 pi i j k/n)      Inverse
//
// What a user meets:
//
//	images.go       batches of complex fields, real and imaginary parts apart
//	line.go         transforms of rows
//	plane.go        transforms in two dimensions
//	convolution.go  filters with a transfer function, and their adjoints
//	complex.go      []complex64 in and out, and the transform of a single slice
//
// How it is done:
//
//	view.go         sixteen lines side by side, somewhere in memory
//	transform.go    a transform of any length, and scratch memory for it
//	smooth.go       lengths with factors 2, 3, 5 and 7: passes of mixed radix
//	passes.go       how they run, with what is known to be zero left out
//	factor.go       which passes
//	root.go         roots of unity
//	chirp.go        every other length: a convolution with a chirp
//	lines.go        sixteen rows of images at a time
//	butterfly.go    the meaning of a radix pass
//	small.go        transforms of 2 to 10 points
//	transpose.go    rows to lanes and back
//	strips.go       columns of an image in pieces of memory
//	elements.go     products of elements
//	isa.go, dispatch_*.go  which instruction set runs the kernels
//
// # Sixteen lines ride together
//
// A vector lane is one line: sixteen neighbouring columns of an image are
// transformed as they stand, sixteen rows are transposed on the way to scratch
// memory and back. All of one image is done before the next is begun, so that it
// stays in the cache. A convolution copies images to strips of sixteen columns
// and back, because they are not in the cache yet: along its rows an image
// comes and goes as a stream, down its columns every line would be waited for.
//
// # Exactness
//
// Every line sees the same additions and multiplications, each rounded, in the
// same order on every instruction set and for any number of workers: results are
// equal bit for bit (not counting the payload of a NaN). Products are not fused
// with sums: where there is no kernel the plain-Go code would have to emulate a
// fused operation at many times its cost. Twiddles are computed in double
// precision and rounded once; float64 transforms take the same path through the
// plain-Go code.
//
// # Where the time goes
//
// Microseconds that the propagation of one field of 200 x 200 in a frame of
// 400 x 400 takes, 64 fields one after the other on one core of a server of 2023
// (AVX-512, 3 GHz, caches of 48 kB and 2 MB), as BenchmarkParts200 tells them:
//
//	                                 taken   at least
//	load and store                      60          -
//	passes of the columns               80         60
//	passes of the rows                 141        115
//	transposes                          46         19
//	transfer function                   31         11
//	between these parts                 45          -
//	together                           403        205
//
// At least: every addition, product and shuffle once through the two vector
// ports, with its numbers at hand. As many butterflies on numbers in the first
// level of the cache take 199 instead of 175, so half of the time is arithmetic,
// bound by the ports. The rest is traffic between the levels of the cache:
// sixteen lines of 400 points are 51 kB, so what transposes them, multiplies them
// or brings them into another order streams through the second level; images
// stream through the third; and the parts push each other's numbers out ("between
// these parts": measured one by one they take less than in turn).
package fft
