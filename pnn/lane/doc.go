// Package lane is the numerical floor of lightfast: arrays in which sixteen
// samples ride together, the few kernels that work on them, the scheduler that
// spreads blocks over processors, and random numbers and elementary functions
// that are the same on every machine.
//
//	batch.go            arrays in blocks of sixteen samples
//	gather.go           the same from bytes and a table
//	pool.go             the block scheduler: fixed work items, any number of workers
//	product.go          matrix products and convolutions: weights times lanes
//	pack.go             matrices of doubles in the order of the kernels
//	convolution.go      the same for images: which pixels meet which taps
//	outer.go            weight gradients: lanes times lanes, summed over samples
//	taps.go             those of convolutions of large images, strip by strip
//	turned.go           the same from inputs in which lanes have become columns
//	rotate.go           2x2 complex rotations: columns of an interferometer mesh
//	interferometer.go   their transfer matrices and the gradients of their phases
//	rows.go             elementwise work on lanes
//	elementary.go       sines, exponentials, softmax, intensities, phase shifters
//	electrooptic.go     the electro-optic activation and its adjoint
//	adam.go             the step of an optimiser
//	learn.go            the same, as soon as a weight gradient is known
//	fma.go              correctly rounded fused multiply-add for float32 and float64
//	sincos.go           sine and cosine in single precision
//	math.go             elementary functions in double precision, free of fusing
//	random.go           counter-based random streams (Philox)
//	isa.go              which instruction set runs the kernels
//
// # Sixteen samples ride together
//
// A batch of B samples with R real features each is stored as ceil(B/16) blocks
// of R rows of 16 numbers: the sample is the last, fastest index. A kernel is
// then a scalar algorithm in which every number is a vector of sixteen, and each
// sample sees the same operations in the same order whatever the width of the
// machine's registers or the number of workers. Complex fields keep real and
// imaginary parts in separate planes: rows 0..N-1 hold the real, rows N..2N-1
// the imaginary parts, so that a complex N x N product is one real 2N x 2N
// product.
//
// # Exactness
//
// Every function has one result, bit for bit (not counting the payload of a
// NaN), on every instruction set and for every number of workers. Products of
// weights and lanes are chains of correctly rounded fused multiply-adds in a
// fixed order; everything else rounds each operation. Sums over samples run over
// blocks in order, lane by lane, and the sixteen lanes are then added in the
// fixed tree of [Tree].
package lane
