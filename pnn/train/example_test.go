package train_test

import (
	"context"
	"fmt"

	"lightfast/pnn/dataset"
	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// A chip with phase and splitter errors is trained by dual adaptive training
// with internal states, on generated digits.
func Example() {
	pool := lane.NewPool(0)
	digits := dataset.Glyphs(1024, 256)
	encode := func(s *dataset.Set) *train.Labelled {
		fields, err := dataset.FourierCrop(s, 8, pool) // 64 complex numbers an image
		if err != nil {
			panic(err)
		}
		return &train.Labelled{Fields: fields, Labels: s.Labels}
	}

	spec := model.MPNN{Ports: 64, Meshes: 3, Classes: 10, Features: [3]int{4, 6, 8}}
	errs, err := device.Fabricate(spec, mesh.Sigma{Phase: 0.06, Splitter: 0.06}, 1)
	if err != nil {
		panic(err)
	}
	chip, err := device.NewChip(spec, errs, device.ChipOptions{States: []int{0, 1}, Pool: pool})
	if err != nil {
		panic(err)
	}

	net, err := model.NewMPNN[float32](spec, nil)
	if err != nil {
		panic(err)
	}
	net.Initialise(1)
	session, err := train.New(net, chip, train.DAT{States: []int{0, 1}, CorrectFrom: 3},
		encode(digits.Train), encode(digits.Test), train.Settings{
			Epochs: 5, Batch: 64, Seed: 1, Protocol: train.Published,
			Rate: optim.Halving{Rate: 5e-3}, SEPNRate: optim.Halving{Rate: 2e-3},
		}, pool)
	if err != nil {
		panic(err)
	}
	if err := session.Run(context.Background(), nil); err != nil {
		panic(err)
	}
	fmt.Println("better than guessing:", session.Accuracy() > 0.3)
	// Output: better than guessing: true
}
