// Package hybrid holds networks that are part digital and part optical: the three
// systems of Xu et al., "Physical neural networks using sharpness-aware training",
// Nat. Commun. (2026), and what they are made of.
//
//	lenet.go     the convolutions in front of a bank of rings or a mesh
//	rings.go     LeNet whose last layers are banks of microrings
//	meshlayer.go an interferometer mesh between real inputs and class scores
//	meshlenet.go LeNet in front of a mesh of 64 ports
//	freespace.go a display, a modulator and a camera, twice
//	score.go     loss and right answers on a set of images
//
// Each network is an nn.Net, with parameters named as in the authors' PyTorch
// files, and trains like any other.
package hybrid
