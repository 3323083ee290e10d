package bench

import (
	"context"

	"lightfast/pnn/dataset"
	"lightfast/pnn/hybrid"
	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
	"lightfast/pnn/ring"
)

// lenetBatch is the batch of the network of rings.
const lenetBatch = 64

// lenetFMAs are those of a gradient of LeNet: forward, to the weights, and, but for
// the first layer, to the inputs.
func lenetFMAs(gradients float64) float64 {
	const conv1, rest = 28 * 28 * 6 * 25, 10*10*16*6*25 + 120*400 + 84*120 + 10*84
	return gradients * lenetBatch * (2*conv1 + 3*rest)
}

// lenet lists training steps of LeNet, the front end of hybrid networks; an epoch of
// 60,000 images has 938.
func lenet() []Work {
	torch := []string{pyTorch}
	return []Work{
		{Name: "LeNet step, batch 64", Ask: "lenet bp", FMAs: lenetFMAs(1), Peers: torch, Ours: lenetStep(hybrid.Ideal{})},
		{Name: "LeNet SAT step, batch 64", Ask: "lenet sat", FMAs: lenetFMAs(2), Peers: torch, Ours: lenetStep(hybrid.Sharp{Of: hybrid.Ideal{}, Rho: 0.05})},
	}
}

// lenetStep prepares a step on random images.
func lenetStep(m hybrid.Method) func(workers int) (func() error, error) {
	return func(workers int) (func() error, error) {
		const side = 28
		s := lane.NewStream(1, "benchmark", 0)
		set := &dataset.Set{Name: "random", Images: make([]uint8, lenetBatch*side*side), Labels: make([]uint8, lenetBatch), Rows: side, Cols: side, Classes: 10}
		for i := range set.Images {
			set.Images[i] = uint8(s.Intn(256))
		}
		index := make([]int, lenetBatch)
		for i := range index {
			index[i], set.Labels[i] = i, uint8(s.Intn(10))
		}
		y, err := hybrid.NewRings(ring.Training(), false)
		if err != nil {
			return nil, err
		}
		settings := hybrid.Settings{Epochs: 1, Batch: lenetBatch, Rate: optim.Decay{Rate: 0.05}, Momentum: 0.5}
		session, err := hybrid.New(y, nil, m, dataset.Pair{Train: set, Test: set}, settings, lane.NewPool(workers))
		if err != nil {
			return nil, err
		}
		return func() error {
			_, err := session.Step(context.Background(), index)
			return err
		}, nil
	}
}
