package bench

import (
	"context"

	"lightfast/pnn/dataset"
	"lightfast/pnn/device"
	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/model"
	"lightfast/pnn/optical"
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
		{Name: "diffractive step 3 x 200", Ask: "dpnn", Peers: []string{pyTorch}, Ours: func(workers int) (func() error, error) {
			return diffractiveStep(diffractive, diffractiveBatch, workers)
		}},
		{Name: "absorbers MLP step, batch 64", Ask: "absorbers mlp", Peers: []string{pyTorch}, Ours: absorbers(optical.PublishedMLP(30, optical.Optical))},
		{Name: "absorbers CNN step, batch 64", Ask: "absorbers cnn", Peers: []string{pyTorch}, Ours: absorbers(optical.PublishedCNN(10, optical.Optical, 10))},
	}
}

// absorbers prepares a training step of a network of saturable absorbers on random
// images.
func absorbers(spec optical.Spec) func(workers int) (func() error, error) {
	return func(workers int) (func() error, error) {
		const side, images = 28, 64
		s := lane.NewStream(1, "benchmark", 0)
		set := &dataset.Set{Name: "random", Images: make([]uint8, images*side*side), Labels: make([]uint8, images), Rows: side, Cols: side, Classes: 10}
		for i := range set.Images {
			set.Images[i] = uint8(s.Intn(256))
		}
		index := make([]int, images)
		for i := range index {
			index[i], set.Labels[i] = i, uint8(i%10)
		}
		const rate = 5e-4
		settings := train.Settings{Epochs: 1, Batch: images, Rate: optim.Halving{Rate: rate}, Protocol: train.Published}
		session, err := optical.New(spec, nil, optical.Digital{}, dataset.Pair{Train: set, Test: set}, settings, lane.NewPool(workers))
		if err != nil {
			return nil, err
		}
		step := uint64(0)
		return func() error {
			step++
			_, _, err := session.Step(context.Background(), index, step, rate)
			return err
		}, nil
	}
}

// diffractiveBatch and diffractive are the single block of three modulators of
// dual adaptive training.
const diffractiveBatch = 32

var diffractive = model.DPNN{Side: 200, Pitch: 8e-6, Wavelength: 532e-9, Distance: 50e-3, Blocks: 1, Layers: 3, Classes: 10, Detector: 20, Window: 120}

// diffractiveStep prepares a training step in silico of a diffractive network on
// random pictures.
func diffractiveStep(d model.DPNN, batch, workers int) (func() error, error) {
	net, err := model.NewDPNN[float32](d, nil)
	if err != nil {
		return nil, err
	}
	net.Initialise(1)
	const side = 28
	enc, err := diffract.NewEncoder[float32](d.Grid(), side, side, d.Window, d.Window)
	if err != nil {
		return nil, err
	}
	s := lane.NewStream(1, "benchmark", 0)
	pictures, labels := make([]uint8, batch*side*side), make([]uint8, batch)
	for i := range pictures {
		pictures[i] = uint8(s.Intn(256))
	}
	for i := range labels {
		labels[i] = uint8(s.Intn(d.Classes))
	}
	fields, err := diffract.NewPictures(enc, pictures)
	if err != nil {
		return nil, err
	}
	return sessionStep(train.InSilico{}, net, nil, &train.Labelled{Fields: fields, Labels: labels}, lane.NewPool(workers))
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
	if measures, _ := m.Needs(net); measures {
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
	for range batch {
		data.Labels = append(data.Labels, uint8(s.Intn(spec.Classes)))
		for range 2 * spec.Ports {
			fields.Data = append(fields.Data, float32(s.Normal()))
		}
	}
	return sessionStep(m, net, chip, data, pool)
}

// sessionStep prepares a step on the whole of a data set.
func sessionStep(m train.Method, net *model.Network[float32], chip device.Device, data *train.Labelled, pool *lane.Pool) (func() error, error) {
	index := make([]int, data.Len())
	for i := range index {
		index[i] = i
	}
	rate := optim.Halving{Rate: 1e-3}
	session, err := train.New(net, chip, m, data, data, train.Settings{Epochs: 1, Batch: data.Len(), Rate: rate, SEPNRate: rate, Protocol: train.Published}, pool)
	if err != nil {
		return nil, err
	}
	b := train.Batch{Fields: lane.NewBatch[float32](data.Len(), 2*net.Ports()), Labels: data.Labels}
	data.Gather(b.Fields, index)
	return func() error {
		_, err := m.Step(context.Background(), session, b)
		return err
	}, nil
}
