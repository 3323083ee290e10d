package figures

import (
	"fmt"
	"math"

	"lightfast/pnn/sepn"
)

// Cost describes one training step whose arithmetic is counted: what the
// computer beside the chip does for one batch, from the input fields to the new
// phases. The chip's own work is done by light and costs nothing here.
//
// Counted are real multiplications, additions, subtractions, divisions, square
// roots, sines, cosines, exponentials and logarithms, one each (a fused
// multiply-add is two), as the algorithms of the packages mesh, model, sepn,
// optim and train do them. Not counted are comparisons, copies and negations, the
// filling of unused lanes, and the addition of the few partial sums that lanes,
// groups and chunks end in. With N ports, L meshes, batch B and P real
// parameters of an error predictor that takes F operations a sample:
//
//	compiled         mesh forward 8 B N^2, back 8 B N^2, gradient 8 B N^2 + 44 N^3,
//	                 matrix 14 N^3
//	layer by layer   mesh forward 14 B N^2, back 14 B N^2, gradient 16 B N^2
//	error predictor  forward F B, back about F B, weights about F B + 16 P
//
// to leading order: a 2 x 2 block on one sample takes 28 operations forward and
// back and 32 for its gradient, there are N^2/2 of them, and compiling applies
// them to the N columns of the matrix, once for the matrix and twice more, once
// back and once for the gradient, when the gradient is pulled through. An N x N
// complex product is a real one of 2N x 2N.
type Cost struct {
	// Method is "AT", "PAT" or "DAT w/ IS" (unitary mode with the states behind
	// all meshes but the last; the step once predictions are added). Adaptive
	// training trains fewer meshes the more are deployed: it is the mean over its
	// phases, which take equally many epochs.
	Method               string
	Ports, Meshes, Batch int
	// Features of the error predictors of DAT.
	Features [3]int
	// Compiled counts meshes as package mesh computes them; otherwise every
	// column is applied to every sample.
	Compiled bool
}

// classes is the number of class scores.
const classes = 10

// Operations returns the number of operations of a step.
func (c Cost) Operations() (float64, error) {
	if c.Ports < classes || c.Ports%2 != 0 || c.Meshes < 1 || c.Batch < 1 {
		return 0, fmt.Errorf("figures: cost of %d ports, %d meshes, batch %d: expected an even number of ports from %d, and at least 1 mesh and sample", c.Ports, c.Meshes, c.Batch, classes)
	}
	s := step{n: int64(c.Ports), l: int64(c.Meshes), b: int64(c.Batch), compiled: c.Compiled}
	switch c.Method {
	case "AT":
		var sum int64
		for k := range s.l {
			sum += s.adaptive(k)
		}
		return float64(sum) / float64(s.l), nil
	case "PAT":
		return float64(s.pat()), nil
	case "DAT w/ IS":
		side := int(math.Sqrt(float64(c.Ports)))
		if side*side != c.Ports {
			return 0, fmt.Errorf("figures: cost of DAT with %d ports: error prediction sees them as a square image; expected a square number", c.Ports)
		}
		net, err := sepn.UNet[float32]("sepn", side, side, c.Features)
		if err != nil {
			return 0, err
		}
		f, i, w := net.Operations()
		return float64(s.dat(predictor{int64(f), int64(i), int64(w), int64(net.Count())})), nil
	}
	return 0, fmt.Errorf("figures: cost of method %q is not known, expected AT, PAT or DAT w/ IS", c.Method)
}
