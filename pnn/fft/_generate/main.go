// Command generate writes the amd64 kernels of package fft:
//
//	cd pnn/fft/_generate && go run . -out ../kernels_amd64.s -stubs ../kernels_amd64.go -pkg fft
//
//	graph.go      straight-line programs on vectors
//	allocate.go   their registers, with what does not fit put aside in the frame
//	dft.go        the transforms of small lengths as such programs
//	butterfly.go  loops over them: the radix passes
//	transpose.go  rows to lanes and back
//	strips.go     rows to strips of sixteen columns and back
//	elements.go   products of elements
//
// Each kernel computes exactly what its plain-Go twin in package fft states.
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("amd64")
	for _, s := range []isa{avx512, avx2} {
		for _, radix := range []int{2, 3, 4, 5, 6, 7, 8, 10} {
			butterfly(s, first, radix)
			butterfly(s, later, radix)
		}
		for _, radix := range []int{4, 8, 10} {
			butterfly(s, half, radix)
			butterfly(s, head, radix)
		}
		transposeIn(s)
		transposeOut(s)
		stripsIn(s)
		stripsOut(s)
		multiply(s)
		turn(s)
	}
	Generate()
}
