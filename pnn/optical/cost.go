package optical

// Cost counts what a network takes for one image: multiply-adds of its weights on
// the way forward, the weights, and the neurons. It belongs to a spec that Check
// accepts.
func (s Spec) Cost() (products, weights, neurons int) {
	in, w := 1, side
	for _, c := range s.Channels {
		n := in * c * s.Kernel * s.Kernel
		w = w - s.Kernel + 1
		products, weights, neurons = products+n*w*w, weights+n, neurons+c*w*w
		in, w = c, w/2
	}
	in *= w * w
	for i := range len(s.Hidden) + 1 {
		out := s.Classes
		if i < len(s.Hidden) {
			out = s.Hidden[i]
			neurons += out
		}
		products, weights = products+in*out, weights+in*out
		in = out
	}
	return products, weights, neurons
}
