package figures

// step counts the operations of training steps from those of their parts.
type step struct {
	n, l, b  int64 // ports, meshes, batch
	compiled bool
}

// predictor is the cost of one error predictor: operations a sample (see
// [sepn.Net.Operations]) and real parameters.
type predictor struct{ forward, input, weights, parameters int64 }

// pat is physics-aware training: forward through the model, the loss of the
// measured scores, back, new phases.
func (s step) pat() int64 {
	return s.chain(0) + s.b*normalise(s.n, classes) + s.loss() + s.pull(0) + s.phases(0)
}

// adaptive is adaptive training with k meshes deployed: the rest is trained on
// the activated field measured behind them.
func (s step) adaptive(k int64) int64 {
	n := s.chain(k) + s.loss() + s.pull(k) + s.phases(k)
	if k > 0 {
		n += s.activation()
	}
	return n
}

// dat is dual adaptive training with internal states.
func (s step) dat(p predictor) int64 {
	n, b := s.n, s.b
	// Teaching the predictors: forward, comparison of all ports behind the inner
	// meshes and of the scores, back, Adam.
	add := b * s.l * 2 * n // to fields of all meshes
	teach := s.chain(0) + s.l*b*p.forward + add
	teach += (s.l-1)*b*compare(n, n) + b*compare(n, classes)
	teach += add + s.l*b*(p.input+p.weights) + add + s.between(0)
	teach += s.l * p.parameters * (collect + adam)
	// Training the phases: forward, fusion of all states, the loss of the measured
	// scores, back with frozen predictors.
	train := s.chain(0) + s.l*b*p.forward + add + s.l*b*fuse*n
	train += b*normalise(n, classes) + s.loss()
	train += s.pull(0) + s.l*b*p.input + add + s.phases(0)
	return teach + train
}

// chain is the way forward through the meshes from number first on to the
// scores.
func (s step) chain(first int64) int64 {
	meshes := s.l - first
	return meshes*s.forward() + (meshes-1)*s.activation() + s.b*(detect*s.n+normalise(s.n, classes))
}

// loss is the softmax cross-entropy with its gradient: score less the largest,
// exp, sum, quotient and mean for each class; log, three sums and the one taken
// off the label.
func (s step) loss() int64 { return s.b * (5*classes + 5) }

// pull is the way back from the scores to mesh number first.
func (s step) pull(first int64) int64 { return s.b*normaliseAdjoint(s.n, classes) + s.between(first) }

// between is the way back from the field behind the last mesh to that behind
// mesh number first.
func (s step) between(first int64) int64 {
	return (s.l - first - 1) * (s.backward() + s.b*activateBack*s.n)
}

// activation is the activation of all fields behind one mesh.
func (s step) activation() int64 { return s.b * activate * s.n }

// phases is the gradient of the phases of the meshes from number first on, Adam
// on them, and the update of all meshes.
func (s step) phases(first int64) int64 {
	meshes := s.l - first
	n := meshes*(s.gradient()+adam*(s.n*s.n+s.n)) + s.l*s.update()
	if !s.compiled {
		// The gradient of the columns needs the field's gradient between them, in
		// the first mesh too, where it is not needed any further.
		n += rotate * s.blocks() * s.b
	}
	return n
}
