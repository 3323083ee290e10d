// Package train holds the methods that train physical neural networks, one file
// each, all behind one small interface, and the session that runs them.
//
//	method.go    the interface of a method
//	insilico.go  training of the digital model alone
//	adaptive.go  adaptive training: retrain what follows a measured stage
//	pat.go       physics-aware training
//	dat.go       dual adaptive training
//	sharp.go     sharpness-aware training, around one of the others
//	noisy.go     noise-aware training, likewise
//	session.go   epochs, evaluation, the best parameters, stopping and resuming
//	data.go      encoded samples with labels
//	state.go     everything a session must keep to go on with the same bits
//
// A method knows the network only as a chain of stages ([model.Network]) and the
// physical system only as a [device.Device].
package train
