package hybrid_test

import (
	"context"
	"fmt"

	"lightfast/pnn/dataset"
	"lightfast/pnn/hybrid"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
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

// LeNet before a chip, trained so that it is robust to the errors of chips: both
// gradients of a step are measured on one of them.
func ExampleSession() {
	pool := lane.NewPool(2)
	system, err := hybrid.NewMesh()
	if err != nil {
		fmt.Println(err)
		return
	}
	chip, err := hybrid.FabricateAs(mesh.Sigma{Phase: 0.15, Splitter: 0.15}, 1, pool)
	if err != nil {
		fmt.Println(err)
		return
	}
	pair, err := dataset.Load(context.Background(), "glyphs", dataset.Options{Train: 256, Test: 100})
	if err != nil {
		fmt.Println(err)
		return
	}
	inSitu := hybrid.Sharp{Of: hybrid.PAT{}, Rho: 0.1}
	s, err := hybrid.New(system, chip, inSitu, pair, hybrid.Settings{Epochs: 3, Batch: 64, Rate: optim.Decay{Rate: 0.01}, Adam: true, Seed: 1}, pool)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := s.Run(context.Background(), nil); err != nil {
		fmt.Println(err)
		return
	}
	first, last := s.Curve[0], s.Curve[len(s.Curve)-1]
	fmt.Println("the loss on the chip falls:", last.TaskLoss < first.TaskLoss)
	// Output: the loss on the chip falls: true
}
