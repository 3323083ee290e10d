package figures

// Operations of the elements, counted line by line in the code they name.
const (
	rotate        = 28  // lane.Rotate, one 2x2 block on one sample: four times 4 products and 3 sums; as many back
	rotateSums    = 32  // lane.RotateAdjoint, the gradient of the block: eight sums of 2 products
	phaseIn       = 6   // exp(i gamma) x: one complex product; as many back
	phaseSum      = 4   // dL/dgamma of one port of one sample: Re(conj(g) i v), and the sum
	mziTransfer   = 49  // mesh.mzi.transfer: two angles (5), elements of 14, 14, 8 and 8
	mziGradient   = 123 // mesh.mzi.gradient: angles 5, derivatives 44, products with the gradient 16 and 7, transfer 49, sums 2
	activate      = 19  // model.activate, one port: angle 5, factor 6, complex product and scale 8
	activateBack  = 34  // model.activateAdjoint: angle 5, factor 6, dp 6 + 5, dIn 12
	detect        = 3   // model.Detect, one port
	fuse          = 9   // model.Fuse, one port: two roots, |z|^2, two quotients, two products
	adam          = 14  // optim.Adam, one parameter: m 3, v 4, value 7
	collect       = 2   // sepn's weights' gradient from its sums, one real parameter
	squares       = 5   // model.MeanSquares, one number: difference, square, sum, gradient 2
	normaliseBack = 6   // model.NormaliseAdjoint, one of the m numbers: s 4, dot 2
	normaliseAll  = 12  // model.NormaliseAdjoint, one of the n ports: s 4, k 4, field 4
)

// normalise is model.Normalise of n intensities of which m are wanted.
func normalise(n, m int64) int64 { return 2*n + 1 + m }

// normaliseAdjoint is model.NormaliseAdjoint.
func normaliseAdjoint(n, m int64) int64 { return normaliseBack*m + normaliseAll*n }

// compare is the similarity loss of one field of n ports: m normalised
// intensities of the model against the measured ones, and the gradient.
func compare(n, m int64) int64 {
	return detect*n + 2*normalise(n, m) + squares*m + normaliseAdjoint(n, m)
}

// blocks is the number of 2x2 blocks of a rectangular mesh as it is computed:
// N/2 in each of N columns, the wrap pairs included.
func (s step) blocks() int64 { return s.n * s.n / 2 }

// interferometers is the number of tunable ones.
func (s step) interferometers() int64 { return s.n * (s.n - 1) / 2 }

// forward sends the batch through one mesh.
func (s step) forward() int64 {
	if s.compiled {
		return s.product()
	}
	return s.b * (rotate*s.blocks() + phaseIn*s.n)
}

// backward pulls the gradients of the batch back through one mesh.
func (s step) backward() int64 { return s.forward() }

// product is a real 2N x 2N matrix times the batch, or the sum of the outer
// products of two batches.
func (s step) product() int64 { return 2 * s.b * (2 * s.n) * (2 * s.n) }

// gradient is the gradient of the phases of one mesh.
func (s step) gradient() int64 {
	each := mziGradient * s.interferometers()
	if !s.compiled {
		return s.b*(rotateSums*s.blocks()+phaseSum*s.n) + each
	}
	// Outer products, dL/dV from them, the states of the columns again, and the
	// gradient back through the columns for the N columns of V.
	columns := s.n * (rotate + rotate + rotateSums) * s.blocks()
	return s.product() + 2*s.n*s.n + columns + phaseSum*s.n + each
}

// update computes the transfer matrices of the interferometers, and compiled
// that of the mesh.
func (s step) update() int64 {
	n := mziTransfer * s.interferometers()
	if s.compiled {
		n += s.n * rotate * s.blocks()
	}
	return n
}
