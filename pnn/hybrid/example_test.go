package hybrid_test

import (
	"context"
	"fmt"

	"lightfast/pnn/dataset"
	"lightfast/pnn/hybrid"
	"lightfast/pnn/nn"
	"lightfast/pnn/ring"
)

// An untrained network whose last layers are on a chip that cools down.
func Example() {
	shape, law := hybrid.Drifting(ring.Training())
	net, err := hybrid.NewRingLeNet[float32](shape)
	if err != nil {
		fmt.Println(err)
		return
	}
	net.Initialise(1)
	pair, err := dataset.Load(context.Background(), "glyphs", dataset.Options{Train: 1, Test: 100})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, kelvin := range []float64{0, -1} {
		law.Detuning = ring.Drift(kelvin, ring.DriftPerKelvin)
		net.Update(nil)
		r, err := hybrid.Score(context.Background(), nil, []*nn.Net[float32]{net}, hybrid.Test{Set: pair.Test, Mode: nn.EvaluateBatch})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%+.0f K: %d images, loss above 2: %v\n", kelvin, r.Count, r.Loss > 2)
	}
	// Output:
	// +0 K: 100 images, loss above 2: true
	// -1 K: 100 images, loss above 2: true
}
