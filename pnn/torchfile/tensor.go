package torchfile

import (
	"fmt"
	"math"
)

// Tensor is one array of a file, row-major, the last axis fastest.
type Tensor struct {
	Name  string // dotted name in a state dict; base name of a .npy file
	Shape []int  // empty for a scalar
	DType string // format in the file: f2 bf16 f4 f8 i1 i2 i4 i8 u1 b1 c8 c16

	// Values holds one float64 per element or, if Complex, two: re, im, re, im.
	// Booleans are 0 and 1.
	Values  []float64
	Complex bool
}

// CheckFinite returns an error that names file, tensor, index and value for the
// first NaN or infinity in t, and nil if there is none.
func (t Tensor) CheckFinite(file string) error {
	for i, v := range t.Values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			continue
		}
		at, part := i, ""
		if t.Complex {
			at, part = i/2, [2]string{"real part ", "imaginary part "}[i%2]
		}
		return fmt.Errorf("torchfile: %s: tensor %q: %s%v at index %v, expected a finite number; the file is damaged or its training diverged: use another copy or another run",
			file, t.Name, part, v, unravel(at, t.Shape))
	}
	return nil
}

// check returns an error if the number of values is not what the shape says.
func (t Tensor) check() error {
	n := 1
	if t.Complex {
		n = 2
	}
	if len(t.Shape) > maxRank {
		return fmt.Errorf("tensor %q has %d axes, at most %d are allowed", t.Name, len(t.Shape), maxRank)
	}
	for a, d := range t.Shape {
		if d < 0 || d > maxDim {
			return fmt.Errorf("tensor %q: axis %d has length %d, expected 0 to %d", t.Name, a, d, maxDim)
		}
		// Beyond len(Values) the exact product no longer matters, but zero still
		// has to win over it and it must not wrap.
		n = min(n, len(t.Values)+1) * d
	}
	if n != len(t.Values) {
		return fmt.Errorf("tensor %q of shape %v (complex: %t) has %d values; give as many as the shape needs", t.Name, t.Shape, t.Complex, len(t.Values))
	}
	return nil
}

// unravel turns a flat row-major index into one index per axis.
func unravel(flat int, shape []int) []int {
	idx := make([]int, len(shape))
	for a := len(shape) - 1; a >= 0; a-- {
		if shape[a] > 0 {
			idx[a] = flat % shape[a]
			flat /= shape[a]
		}
	}
	return idx
}
