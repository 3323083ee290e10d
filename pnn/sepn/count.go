package sepn

import "lightfast/pnn/lane"

// Operations counts the real multiplications and additions of one sample in the
// three parts of the work: the forward pass, the gradient of the input
// ([Net.Backward] without sums), and the sums that [Net.Backward] makes for the
// gradient of the weights. Taps that fall outside the image are left out, as the
// convolutions leave them out; rectifiers compare and count nothing.
//
// A complex convolution from c to d channels with t pairs of an output pixel and
// a tap inside the image is a real one of twice the channels: 2 (2 c)(2 d) t
// operations forward. Its input's gradient takes as many, plus their addition to
// what other layers left there; its weights' gradient takes as many, plus one
// addition a number of the output for the biases.
func (n *Net[T]) Operations() (forward, input, weights int) {
	for _, s := range n.stages {
		if s.conv == nil {
			numbers := s.src.rows / lane.Plane(n.H, n.W) * n.H * n.W
			forward += numbers
			input += 2 * numbers
			continue
		}
		c := s.conv
		products := 8 * c.in * c.out * c.Pairs()
		forward += products
		input += products + 2*c.in*c.InH*c.InW
		weights += products + 2*c.out*c.OutH*c.OutW
	}
	return forward, input, weights
}
