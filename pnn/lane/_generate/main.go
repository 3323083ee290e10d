// Command generate writes the amd64 kernels of package lane:
//
//	cd pnn/lane/_generate && go run . -out ../kernels_amd64.s -stubs ../kernels_amd64.go -pkg lane
//
// Each kernel computes exactly what its plain-Go twin in package lane states:
// the same fused multiply-adds in the same order for each of the sixteen lanes.
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("amd64")
	productPanels(avx512, 4, 4)
	productPanels(avx512, 2, 4)
	productPanels(avx512, 4, 2)
	productPanels(avx512, 4, 1)
	productPanels(avx2, 4, 1)
	outerTile(avx512, 4, false)
	outerTile(avx2, 2, false)
	outerTile(avx512, 4, true)
	outerTile(avx2, 2, true)
	outerPanels(avx512, false)
	outerPanels(avx512, true)
	adamRoots(false)
	adamRoots(true)
	adamSteps(false)
	adamSteps(true)
	addTurned()
	outerTurned()
	turnRows()
	gatherLanes()
	for _, kernel := range []func(isa){rotate, rotateAdjoint, mask, sumRows, add, times, unsaturated, relu, detect, turn,
		sinCosRows, expRows, logRows, electroOptic, electroOpticAdjoint, adam, peak} {
		kernel(avx512)
		kernel(avx2)
	}
	packRows()
	packColumns()
	packColumns16()
	packSingles()
	transferMatrices()
	transferGradients()
	Generate()
}
