// Package model assembles photonic networks: light passes a chain of stages,
// each a trainable linear element followed by an activation, and is detected
// and read out as class scores.
//
//	network.go     the chain: forward, backward, with or without error prediction
//	electrooptic.go  the electro-optic activation between meshes
//	detection.go   cameras between diffractive blocks, and detector regions
//	readout.go     detection, normalisation, class scores
//	loss.go        softmax cross-entropy, mean squared error
//	mpnn.go        the three-mesh network of dual adaptive training
//	dpnn.go        its diffractive networks
//	d2nn.go        the nonlinear diffractive network of sharpness-aware training
//
// The same chain serves as the digital model that a trainer differentiates and,
// with fabrication errors in its elements, as the inside of a simulated chip.
//
// Gradients of complex numbers z are dL/dRe z + i dL/dIm z throughout.
package model
