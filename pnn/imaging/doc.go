// Package imaging simulates incoherent optical products: a display shows the
// inputs, a modulator holds the weights as pictures, and a camera sums the light
// behind each of them. Since light does not interfere here, a misalignment of the
// display against the modulator does nothing but move, turn and enlarge the
// pictures under the inputs.
//
//	layout.go      where on a modulator each weight stands
//	misaligned.go  a misalignment from numbers
//	projector.go   weights as they are met through it, and the adjoint
//	layer.go       the product as a layer of a network
//
// Weights are drawn into pictures, the pictures are warped, and weights are read
// back where the inputs expect them (Xu et al., "Physical neural networks using
// sharpness-aware training", Nat. Commun. (2026), free-space system): linear in the
// weights, so that gradients go back through the transpose, every pixel adding what
// it has read to where it has read it. The warp is that of pnn/diffract: bilinear,
// or the nearest pixel in exactly the authors' single-precision arithmetic, in
// which a shift of less than half a pixel changes nothing.
package imaging
