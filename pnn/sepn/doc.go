// Package sepn holds systematic-error prediction networks: small complex-valued
// convolutional networks that, added to the field behind a stage of the digital
// model, learn what the physical system does differently,
//
//	z' = z + c SEPN(z)
//
// (Zheng et al., Nat. Mach. Intell. 5, 1119 (2023)).
//
//	conv.go      one complex convolution: forward, adjoint, weight gradient
//	net.go       a chain of convolutions between named buffers
//	unet.go      the complex mini U-Net
//	residual.go  the complex residual network
//
// Fields are images of H x W complex numbers with one or more channels. In lanes
// a channel takes 2 H W rows: H W real parts in row-major order, then H W
// imaginary parts; channels follow each other.
package sepn
