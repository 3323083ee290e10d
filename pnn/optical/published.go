package optical

// deep is the optical depth above which the paper begins with other weights, of two
// peaks: N(+-0.15, 0.15^2) by its text, N(+-0.05, 0.15^2) in the authors' code. With
// the latter networks of optical depth 40 and 50 come to what the paper shows, with the
// former the optical derivative stays more than a point below.
const deep = 30

// PublishedMLP is the paper's 784 - 128 - 128 - 10 with absorbers of optical depth
// a0, or with the given hidden layers. derivative is Exact or Optical. The loss is that
// of the paper's text. One hidden layer of optical depth 10, 97.3 % in the paper (Fig.
// 3) with either derivative, comes to 97.1 (exact) and 96.7 with it, and with
// CrossEntropy to 97.4 and 97.3 (means of five seeds, guo-fig3d of profile paper).
func PublishedMLP(a0 float64, derivative string, hidden ...int) Spec {
	if len(hidden) == 0 {
		hidden = []int{128, 128}
	}
	s := Spec{Network: MLP, Hidden: hidden, Classes: 10, Neuron: Absorber, Depth: a0, Derivative: derivative,
		Scale: 1, Loss: MeanSquares, Initial: Initial{SD: 0.1}}
	if a0 > deep {
		s.Initial = Initial{Mean: 0.05, SD: 0.15}
	}
	return s
}

// PublishedCNN is the paper's network of two convolutions with absorbers of
// optical depth a0: dense weights as small, and dropout, as in the authors' code.
func PublishedCNN(a0 float64, derivative string, classes int) Spec {
	s := Spec{Network: CNN, Channels: []int{32, 64}, Kernel: 5, Pool: MeanPool, Hidden: []int{128}, Classes: classes,
		Neuron: Absorber, Depth: a0, Derivative: derivative, Scale: 5, Dropout: 0.4, Loss: MeanSquares,
		Initial: Initial{SD: 0.01, ConvSD: 0.1}}
	if a0 > 10 {
		s.Scale = 15
	}
	return s
}

// Baseline makes of a published network the one that the paper compares it with:
// another neuron (ReLU, Tanh, Sigmoid or Linear), trained on a computer with
// softmax cross-entropy and, if it is convolutional, with max pooling.
func (s Spec) Baseline(neuron string) Spec {
	s.Neuron, s.Depth, s.Derivative, s.Scale, s.Loss = neuron, 0, "", 1, CrossEntropy
	if s.Network == CNN {
		s.Pool = MaxPool
	}
	return s
}
