package bench

import (
	"context"

	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
	"lightfast/reproduce/figures"
)

// The network and the batch of dual adaptive training.
const (
	ports, meshes, batch = 64, 3, 500
)

// features are those of the larger error predictors.
var features = [3]int{4, 8, 16}

// steps lists training steps of the three-mesh network. The times of the authors
// are handed down: one core of a similar machine.
func steps() []Work {
	torch := []string{pyTorch, authorsCode}
	// In silico differs from PAT by the chip, and by a readout that is not counted.
	return []Work{
		{Name: "in silico", Ask: "insilico", FMAs: operations("PAT") / 2, Authors: 3.3, Peers: torch, Ours: step(train.InSilico{})},
		{Name: "PAT", Ask: "pat", FMAs: (operations("PAT") + chip()) / 2, Authors: 3.5, Peers: torch, Ours: step(train.PAT{})},
		{Name: "DAT w/o IS", Ours: step(train.DAT{})},
		{Name: "DAT w/ IS, unitary", Ask: "dat", FMAs: (operations("DAT w/ IS") + chip()) / 2, Authors: 8.2, Peers: torch, Ours: step(train.DAT{States: []int{0, 1}})},
		{Name: "DAT w/ IS, separable", Ours: step(train.DAT{States: []int{0, 1}, Separable: true})},
	}
}

// operations counts the multiplications and additions of a step on the computer;
// 0 where they are not known.
func operations(method string) float64 {
	n, err := figures.Cost{Method: method, Ports: ports, Meshes: meshes, Batch: batch, Features: features, Compiled: true}.Operations()
	if err != nil {
		return 0
	}
	return n
}

// chip counts, to leading order, the operations of simulating the chip that a
// step measures: matrices, and the fields of the batch through them.
func chip() float64 { return meshes * (14*ports*ports*ports + 8*batch*ports*ports) }

// step prepares a training step of the network of the paper.
func step(m train.Method) func(workers int) (func() error, error) {
	return func(workers int) (func() error, error) {
		return trainingStep(m, model.MPNN{Ports: ports, Meshes: meshes, Classes: 10, Features: features}, batch, workers)
	}
}

// trainingStep prepares a training step of a network on random inputs, with a
// chip whose phases and splitters have errors of 0.06.
func trainingStep(m train.Method, spec model.MPNN, batch, workers int) (func() error, error) {
	pool := lane.NewPool(workers)
	net, err := model.NewMPNN[float32](spec, nil)
	if err != nil {
		return nil, err
	}
	net.Initialise(1)
	var chip device.Device
	if measures, _ := m.Needs(); measures {
		errs, err := device.Fabricate(spec, mesh.Sigma{Phase: 0.06, Splitter: 0.06}, 1)
		if err != nil {
			return nil, err
		}
		if chip, err = device.NewChip(spec, errs, device.ChipOptions{States: []int{0, 1}, Phase: true, Pool: pool}); err != nil {
			return nil, err
		}
	}
	fields := &lane.Samples[float32]{Rows: 2 * spec.Ports}
	data := &train.Labelled{Fields: fields}
	s := lane.NewStream(1, "benchmark", 0)
	index := make([]int, batch)
	for i := range index {
		index[i] = i
		data.Labels = append(data.Labels, uint8(s.Intn(spec.Classes)))
		for range 2 * spec.Ports {
			fields.Data = append(fields.Data, float32(s.Normal()))
		}
	}
	rate := optim.Halving{Rate: 1e-3}
	session, err := train.New(net, chip, m, data, data, train.Settings{Epochs: 1, Batch: batch, Rate: rate, SEPNRate: rate, Protocol: train.Published}, pool)
	if err != nil {
		return nil, err
	}
	b := train.Batch{Fields: lane.NewBatch[float32](batch, 2*spec.Ports), Labels: data.Labels}
	data.Gather(b.Fields, index)
	return func() error {
		_, err := m.Step(context.Background(), session, b)
		return err
	}, nil
}
