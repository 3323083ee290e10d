package absorb_test

import (
	"fmt"

	"lightfast/pnn/absorb"
)

// How well can light measure the derivative of a cell of optical depth 10? The
// probe sees the transmission; over the unsaturated region it is a multiple of the
// derivative but for 6 %.
func ExampleSimilarity() {
	cell := absorb.Absorber{Depth: 10}
	edge, err := cell.Edge()
	if err != nil {
		fmt.Println(err)
		return
	}
	s, scale, err := absorb.Similarity(cell.Transmission, cell.Slope, edge/2)
	fmt.Printf("unsaturated up to %.2f, 1 - S = %.3f, scale %.2f %v\n", edge, 1-s, scale, err)
	// Output: unsaturated up to 3.50, 1 - S = 0.056, scale 2.08 <nil>
}
