// Package train holds the methods that train physical neural networks, one file
// each, all behind one small interface, and the session that runs them.
//
//	method.go    the interface of a method
//	insilico.go  training of the digital model alone
//	adaptive.go  adaptive training: retrain what follows a measured stage
//	pat.go       physics-aware training
//	dat.go       dual adaptive training
//	sharp.go     sharpness-aware training, around one of the others
//	astray.go    the same where a misalignment is probed too
//	axis.go      misalignments, and how training probes them
//	noisy.go     noise-aware training, likewise
//	light.go     optical backpropagation, from measured amplitudes alone
//	session.go   epochs, evaluation, the best parameters, stopping and resuming
//	epoch.go     a row of a learning curve, and learning it
//	data.go      encoded samples with labels
//	state.go     everything a session must keep to go on with the same bits
//
// A method knows the network only as a chain of stages ([model.Network]) and the
// physical system only as a [device.Device]; [Light], whose networks are of real
// amplitudes, as weights and as a [device.Reversible] (package optical has its
// session).
//
// # Where the time of a step goes
//
// In silico, three meshes of 64 ports, batch 500, one core with AVX-512: 2.2 ms, of
// which the counted multiply-adds alone would take 0.93 ms at the measured peak
// (`reproduce bench --only silico`). By `go test -bench 'StepInSilico$' -cpuprofile
// cpu.prof ./pnn/train`: transfer matrices times samples 24 %, at the peak; gradients
// of transfer matrices, sums over samples, 15 %; rotations, by which transfer
// matrices are made and gradients go back to phases, 23 %; packing of matrices 10 %;
// activation, normalisation and cross-entropy 15 %. No single part is left that would
// halve the step: it is made of many that each run over data in the cache once.
package train
