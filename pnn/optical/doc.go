// Package optical trains networks whose neurons are saturable absorbers, on a
// computer or with light alone (Guo, Barrett, Wang, Lvovsky, Photon. Res. 9, B71
// (2021), arXiv 1912.12256).
//
//	spec.go       what a network is: layers, neurons, derivative, loss
//	published.go  the networks of the paper
//	chain.go      stages of weights and what light meets between them
//	images.go     batches from images, halves of a test set
//	digital.go    backpropagation on a computer
//	light.go      training from measured quantities alone
//	bench.go      a simulated device for that
//	session.go    epochs, evaluation, the best weights
//	state.go      everything a session must keep to go on with the same bits
//	watch.go      what happens in a network while it is trained
//	cost.go       what a network takes to compute
//	gain.go       bounds of the amplification that energy-conserving weights need
//
// Real amplitudes, in units of the saturation amplitude, travel through weights W
// and absorbers g; there are no biases:
//
//	z_l = W_l a_(l-1),   a_l = g(z_l),   the last z is the output.
//
// Errors travel back through the same weights and the same absorbers, whose
// transmission t a weak probe sees instead of the derivative g':
//
//	delta_(l-1) = t(z_(l-1)) W_l^T delta_l,   dL/dW_l = delta_l a_(l-1)^T.
//
// A step of the published network of two hidden layers (118,016 weights, 64 images)
// takes 0.40 ms on one core of a Xeon of 2023 with AVX-512. What limits it, by a
// profile of processor time: the gradients of the weights 31 % and the products 23 %,
// these at the greatest rate of multiplications and additions, those at two thirds of
// it: a quarter as many additions again fold lanes, and values and moments are fetched
// meanwhile; Adam 25 %, at the rate of its arithmetic in double precision since tiles of
// weights learn as soon as their gradient is known; images into lanes 4 %; turning
// inputs 4 %; packing weights 3 %.
//
// Two workers take 0.25 ms, 1.6 times less; half of 0.40 ms would be 0.20. The twelve
// loops of a step that they share cost about a microsecond each (BenchmarkBarrier of
// package lane), and one worker alone does 12 us of work, mostly the last layer and the
// loss. The rest of the 50 us goes to numbers that one core writes and both read: 200 KB
// of them cost two workers 22 us to write and read where one takes 6
// (BenchmarkHandover). So the first product gains no more than 1.6 times, and each worker
// turns all inputs for itself rather than fetch half of them. Weights and moments stay
// with one worker from step to step.
//
// A session of its own stands beside that of pnn/train, which knows networks as complex
// fields with the same number of ports at every stage; the method that trains with
// light alone is [train.Light].
package optical
