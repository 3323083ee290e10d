package lane_test

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Random numbers are a function of seed, purpose and index: drawing elsewhere
// changes nothing.
func ExampleNewStream() {
	a := lane.NewStream(7, "phases", 0)
	lane.NewStream(7, "noise", 0).Normal()
	b := lane.NewStream(7, "phases", 0)
	fmt.Println(a.Float64() == b.Float64(), lane.NewStream(7, "phases", 1).Perm(5))
	// Output: true [1 4 2 3 0]
}

// A matrix is multiplied with 20 samples at once; each sample is a lane.
func ExampleProduct() {
	w := lane.NewPacked[float32](2, 3)
	for k, v := range []float32{1, 2, 3} {
		w.Set(0, k, v)
		w.Set(1, k, -v)
	}
	x, y := lane.NewBatch[float32](20, 3), lane.NewBatch[float32](20, 2)
	x.Set(17, 0, 10)
	x.Set(17, 2, 1)
	lane.Product(y.Data, y.Rows, w, x.Data, x.Rows, x.Blocks(), lane.Dense(3), nil, lane.Store)
	fmt.Println(y.At(17, 0), y.At(17, 1))
	// Output: 13 -13
}
