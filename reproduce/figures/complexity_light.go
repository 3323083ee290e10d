package figures

import (
	"fmt"

	"lightfast/pnn/sepn"
)

// LightCost describes one training step of a diffractive network whose arithmetic
// is counted as [Cost] counts that of meshes. With planes of N x N pixels, K blocks
// of L modulators, batch B, one hop from plane to plane takes a sample
//
//	with the angular spectrum     3 N (T + H) + 24 N^2
//	without                       8 N^4
//
// operations: the field is set into a plane of 2N x 2N, its N columns and 2N rows
// are transformed, multiplied by the transfer function, and transformed back, of
// which only N columns are wanted. T is a transform of 2N points and H one whose
// second half is known to be zero. Without the angular spectrum a hop is a matrix
// of N^2 x N^2 complex numbers, a Rayleigh-Sommerfeld sum, which a computer that
// knows no transform would multiply by. To leading order
//
//	forward    B K L (hop + 6 N^2)
//	back       B K L (hop + 6 N^2)
//	gradient   8 B K L N^2
type LightCost struct {
	Method         string // as in [Cost]
	Side           int    // of a plane, in pixels: a power of two from 16
	Blocks, Layers int
	Batch          int
	Features       [3]int // of the error predictors of DAT
	Spectrum       bool   // hops by the angular spectrum
}

// Operations returns the number of operations of a step.
func (c LightCost) Operations() (float64, error) {
	if c.Side < 16 || c.Side&(c.Side-1) != 0 || c.Side > 1<<12 || c.Blocks < 1 || c.Layers < 1 || c.Batch < 1 {
		return 0, fmt.Errorf("figures: cost of planes of side %d, %d blocks of %d layers, batch %d: expected a power of two from 16 to 4096, and at least one of the others", c.Side, c.Blocks, c.Layers, c.Batch)
	}
	s := lightStep{n: int64(c.Side), k: int64(c.Blocks), l: int64(c.Layers), b: int64(c.Batch), spectrum: c.Spectrum}
	switch c.Method {
	case "AT":
		var sum int64
		for first := range s.k {
			sum += s.adaptive(first)
		}
		return float64(sum) / float64(s.k), nil
	case "PAT":
		return float64(s.pat()), nil
	case "DAT w/ IS":
		p, err := predictorOf(s.n, c.Features)
		return float64(s.dat(p)), err
	}
	return 0, fmt.Errorf("figures: cost of method %q is not known, expected AT, PAT or DAT w/ IS", c.Method)
}

// predictorOf is the cost of an error predictor for planes of n x n pixels. Its
// operations are a polynomial of second degree in the side, as the taps inside a
// plane are, which three small ones settle.
func predictorOf(n int64, features [3]int) (p predictor, err error) {
	sides := [3]int64{8, 16, 24}
	const common = 128 // of the products of their differences
	for k, side := range sides {
		net, err := sepn.UNet[float32]("sepn", int(side), int(side), features)
		if err != nil {
			return p, err
		}
		f, i, w := net.Operations()
		above, below := int64(1), int64(1) // of Lagrange's polynomial
		for j, other := range sides {
			if j != k {
				above *= n - other
				below *= side - other
			}
		}
		above *= common / below
		p.forward += int64(f) * above
		p.input += int64(i) * above
		p.weights += int64(w) * above
		p.parameters = int64(net.Count())
	}
	p.forward, p.input, p.weights = p.forward/common, p.input/common, p.weights/common
	return p, nil
}

// Operations a pixel of the elements, counted line by line in the code they name.
const (
	mask       = 6  // diffract.Mask, one complex product; as many back
	maskSums   = 8  // diffract.Modulator, g conj(in) of one sample and its sum
	pixelSlope = 7  // the same, once a batch: 5 to the value shown, 2 to the weight
	pixelShow  = 11 // diffract.Modulator.Update: sigmoid and slope 5, angle, sine, cosine, fill 6
	redisplay  = 5  // model.Redisplay: detection 3, mean 1, quotient 1
	redisplayB = 11 // its adjoint: |z|^2 3, sums 1 and 2, k 3, field 2
	regionBack = 8  // model.Detectors.Adjoint, a pixel of a region: |z|^2 and its sum 4, field 4
)

// region is the number of pixels of a detector: a tenth of the plane in each
// direction.
func (s lightStep) region() int64 { return max(s.n/10, 1) * max(s.n/10, 1) }

// radices are those of the passes of a transform of 2^e points, the first pass
// first, as package fft chooses them: as few passes as radix 8 allows, those beside
// it of radix 4, or of radix 2 where a single factor is left.
func radices(n int64) (list []int64) {
	for n > 1 {
		r := int64(8)
		switch n {
		case 2:
			r = 2
		case 4, 16:
			r = 4
		}
		list = append(list, r)
		n /= r
	}
	return list
}

// transform is a complex transform of n points; padded says that the second half
// is zero, which spares the first sums of the first pass.
func transform(n int64, padded bool) (ops int64) {
	for i, r := range radices(n) {
		butterfly, spared := int64(4), int64(0)
		switch r {
		case 4:
			butterfly, spared = 16, 8
		case 8:
			butterfly, spared = 56, 16
		}
		if i > 0 {
			butterfly += 6 * (r - 1) // twiddles
		} else if padded {
			butterfly -= spared
		}
		ops += n / r * butterfly
	}
	return ops
}
