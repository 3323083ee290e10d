// Package hybrid holds networks that are part digital and part optical: the three
// systems of Xu et al., "Physical neural networks using sharpness-aware training",
// Nat. Commun. (2026), and what they are made of.
//
//	lenet.go      the convolutions in front of a bank of rings or a mesh
//	rings.go      LeNet whose last layers are banks of microrings
//	meshlayer.go  an interferometer mesh between real inputs and class scores
//	meshlenet.go  LeNet in front of a mesh of 64 ports
//	freespace.go  a display, a modulator and a camera, twice
//	score.go      loss and right answers on a set of images
//
// Each network is an nn.Net, with parameters named as in the authors' PyTorch
// files, and trains like any other. To train it with what stands on the table there
// are
//
//	system.go     a network in two parts: the front end, and what is on the table
//	physical.go   that, as something that is set and measured; simulated ones
//	session.go    epochs, steps, what they share
//	batch.go      images of a step
//	evaluate.go   tests of model and device, with both kinds of statistics
//	state.go      everything a session must keep to go on with the same bits
//	sweep.go      tests under drift, misalignment, and on fresh chips
//
// and the methods, one file each:
//
//	method.go     the interface; gradients of the ideal model, and physics-aware
//	sharp.go      sharpness-aware training, around one of the others
//	noisy.go      noise-aware training, likewise
//	pruned.go     optical pruning, likewise
//	astray.go     sharpness with respect to misalignments, by finite differences
//	dat.go        dual adaptive training; dual.go is what it adds to a mesh
//
// Methods of pnn/train of the same names know networks as chains of complex fields,
// whose gradients are pulled back group by group; these know two networks with batch
// norms, which must see a whole batch. What both do with a gradient is in pnn/optim.
package hybrid
