package torchfile

// What a file may ask for. The limits stand far above any published network of
// this field and far below what would hurt a laptop.
const (
	maxPickleBytes = 4 << 20 // data.pkl: about 100 bytes a tensor, so 40,000 tensors
	maxStack       = 1 << 16 // objects waiting on the pickle stack
	maxMemo        = 1 << 20 // objects a pickle may remember
	maxDepth       = 32      // dictionaries and lists inside each other
	maxNameBytes   = 1024    // a dotted tensor name
	maxRank        = 64      // axes of one tensor; NumPy's own limit
	maxDim         = 1<<31 - 1
	maxValues      = 1 << 27 // float64 values of one file, 1 GiB
	maxHeaderBytes = 1 << 16 // header of a .npy file
	maxGlobalBytes = 256     // one line of a GLOBAL opcode

	// expansion is how many values (or storage bytes) one byte of the file may
	// turn into. PyTorch stores its numbers uncompressed, at most one value a
	// byte; the rest is room for tensors that share a storage.
	expansion     = 16
	expansionFree = 4096
)

// budget returns how many values, or bytes of storage, a file of size bytes may
// turn into.
func budget(size int64) int64 {
	if size > (maxValues-expansionFree)/expansion {
		return maxValues
	}
	return expansionFree + expansion*size
}
