package fft

import "lightfast/pnn/lane"

// isa is the instruction set that runs the kernels: that of package lane.
var isa = lane.ISA()
