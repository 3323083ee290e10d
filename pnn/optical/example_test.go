package optical_test

import (
	"context"
	"fmt"

	"lightfast/pnn/dataset"
	"lightfast/pnn/optical"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// Train a network of absorbers with light alone, on a simulated device.
func Example() {
	ctx := context.Background()
	data, err := dataset.Load(ctx, "glyphs", dataset.Options{Train: 1000, Test: 400})
	if err != nil {
		fmt.Println(err)
		return
	}
	spec := optical.PublishedMLP(10, optical.Optical, 32)
	dev, err := optical.NewBench(spec, 1, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := optical.New(spec, dev, optical.NewLight(2), data,
		train.Settings{Epochs: 10, Batch: 64, Rate: optim.Halving{Rate: 3e-3}, Seed: 1, Protocol: train.Published}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := s.Run(ctx, nil); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d epochs, more than half right: %v\n", len(s.Curve), s.Accuracy() > 0.5)
	// Output: 10 epochs, more than half right: true
}
