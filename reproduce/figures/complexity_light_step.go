package figures

// lightStep counts the operations of training steps of a diffractive network from
// those of their parts.
type lightStep struct {
	n, k, l, b int64 // side, blocks, layers, batch
	spectrum   bool
}

// pixels of a plane.
func (s lightStep) pixels() int64 { return s.n * s.n }

// hop carries one sample from plane to plane, forward or back.
func (s lightStep) hop() int64 {
	if !s.spectrum {
		return 8 * s.pixels() * s.pixels()
	}
	return 3*s.n*(transform(2*s.n, false)+transform(2*s.n, true)) + 6*(2*s.n)*(2*s.n)
}

// forward sends the batch through one block.
func (s lightStep) forward() int64 { return s.b * s.l * (s.hop() + mask*s.pixels()) }

// backward pulls its gradients back: to the modulators, and unless the block is
// the first that is trained, to the input.
func (s lightStep) backward(input bool) int64 {
	n := s.b * (s.l*s.hop() + (s.l-1)*mask*s.pixels())
	if input {
		n += s.b * mask * s.pixels()
	}
	return n
}

// readout is detection and the scores: sums over regions, means and shares.
func (s lightStep) readout() int64 { return detect*s.pixels() + s.scores() }

// scores of measured intensities.
func (s lightStep) scores() int64 { return classes*s.region() + 3*classes }

// loss is the sharpened cross-entropy with its gradient: the factor twice more
// than softmax takes.
func (s lightStep) loss() int64 { return s.b * (7*classes + 6) }

// readoutAdjoint pulls the gradient of the scores back to the field.
func (s lightStep) readoutAdjoint() int64 { return classes * (regionBack*s.region() + 8) }

// chain is the way forward through the blocks from number first on to the scores.
func (s lightStep) chain(first int64) int64 {
	blocks := s.k - first
	return blocks*s.forward() + (blocks-1)*s.b*redisplay*s.pixels() + s.b*s.readout()
}

// pull is the way back from the scores to block number first, and through it to
// its modulators.
func (s lightStep) pull(first int64) int64 { return s.b*s.readoutAdjoint() + s.between(first) }

// between is the way back from the field behind the last block.
func (s lightStep) between(first int64) int64 {
	inner := s.k - first - 1
	return inner*(s.backward(true)+s.b*redisplayB*s.pixels()) + s.backward(false)
}

// phases is the gradient of the weights of the blocks from number first on, Adam
// on them, and the update of all modulators.
func (s lightStep) phases(first int64) int64 {
	trained := (s.k - first) * s.l * s.pixels()
	return trained*(maskSums*s.b+pixelSlope+adam) + s.k*s.l*s.pixels()*pixelShow
}

// pat is physics-aware training.
func (s lightStep) pat() int64 {
	return s.chain(0) + s.b*s.scores() + s.loss() + s.pull(0) + s.phases(0)
}

// adaptive is adaptive training with some blocks deployed: the rest is trained on
// the intensities measured behind them, divided by their mean.
func (s lightStep) adaptive(deployed int64) int64 {
	n := s.chain(deployed) + s.loss() + s.pull(deployed) + s.phases(deployed)
	if deployed > 0 {
		n += s.b * 2 * s.pixels()
	}
	return n
}

// dat is dual adaptive training with internal states; see [step.dat].
func (s lightStep) dat(p predictor) int64 {
	b, add := s.b, s.b*s.k*2*s.pixels() // to fields of all blocks
	teach := s.chain(0) + s.k*b*p.forward + add
	teach += (s.k - 1) * b * compare(s.pixels(), s.pixels())
	teach += b * (detect*s.pixels() + 2*s.scores() + squares*classes + s.readoutAdjoint())
	teach += add + s.k*b*(p.input+p.weights) + add + s.between(0)
	teach += s.k * p.parameters * (collect + adam)
	train := s.chain(0) + s.k*b*p.forward + add + s.k*b*fuse*s.pixels()
	train += b*s.scores() + s.loss()
	train += s.pull(0) + s.k*b*p.input + add + s.phases(0)
	return teach + train
}
