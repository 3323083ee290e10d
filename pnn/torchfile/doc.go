// Package torchfile reads the arrays that authors publish beside their papers:
// PyTorch state dicts (.pth, .pt) and NumPy arrays (.npy).
//
// A .pth file is a zip container that holds one pickle program (data.pkl) and
// one entry of raw numbers per storage (data/0, data/1, ...). Python runs the
// pickle, and a pickle may call anything; this package interprets only the few
// opcodes and names that a dictionary of tensors needs and refuses the rest by
// name and offset. Nothing is executed, nothing is written, and every size is
// held against the real file before memory is taken for it.
//
// Values come back as float64, row-major, in the order of the file. Every
// stored number is exact in float64; 64-bit integers beyond 2^53, which would
// not be, are refused.
//
// The files, in the order in which data meets them:
//
//	state.go      ReadState, DecodeState, StateDict: the .pth side for users
//	container.go  the zip container: entries, byte order, storages
//	opcode.go     the pickle opcodes and their names
//	pickle.go     the pickle machine: stack, memo, one step per opcode
//	rebuild.go    the names a pickle may call, and what they build
//	flatten.go    nested dictionaries to dotted tensor names
//	npy.go        ReadNPY, DecodeNPY
//	npyheader.go  the header of a .npy file, a small Python literal
//	npywrite.go   WriteNPY
//	dtype.go      number formats: bytes to float64
//	gather.go     strided storage to row-major values
//	tensor.go     Tensor and its checks
//	limits.go     how much a file may ask for
package torchfile
