package bench

import (
	"context"
	"fmt"

	"lightfast/pnn/dataset"
	"lightfast/pnn/hybrid"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/optim"
)

// hybridBatch is the batch of LeNet before a mesh, a third of the published one.
const hybridBatch = 2000

// hybridBP is the name of the work that the others are compared with.
const hybridBP = "hybrid mesh BP step"

// hybrids lists training steps of LeNet before a mesh of 64 ports with errors, with
// the published time of training in units of that of backpropagation (Xu et al. 2026,
// Fig. 4c; DAT takes 60 epochs, in the first 20 of which its error predictors learn,
// the others 40). The step of DAT is one in which they learn.
func hybrids() []Work {
	var works []Work
	for _, m := range []struct {
		name    string
		method  hybrid.Method
		authors float64
	}{
		{hybridBP, hybrid.Ideal{}, 0},
		{"hybrid mesh NAT step", hybrid.Noisy{Of: hybrid.Ideal{}, Sigma: 0.01, Splitters: 0.01}, 0.95},
		{"hybrid mesh PAT step", hybrid.PAT{}, 1.11},
		{"hybrid mesh DAT step", hybrid.DAT{Predictors: 6, Features: features, CorrectFrom: 1}, 3.57},
		{"hybrid mesh SAT step", hybrid.Sharp{Of: hybrid.Ideal{}, Rho: 0.3}, 1.44},
		{"hybrid mesh SAT in situ step", hybrid.Sharp{Of: hybrid.PAT{}, Rho: 0.3}, 1.75},
	} {
		w := Work{Name: m.name, Ours: hybridStep(m.method)}
		if m.authors > 0 {
			w.Over, w.AuthorsOver = hybridBP, m.authors
		}
		works = append(works, w)
	}
	return works
}

// hybridStep prepares a step on random images.
func hybridStep(m hybrid.Method) func(workers int) (func() error, error) {
	return func(workers int) (func() error, error) {
		const side = 28
		s := lane.NewStream(1, "benchmark", 0)
		set := &dataset.Set{Name: "random", Images: make([]uint8, hybridBatch*side*side), Labels: make([]uint8, hybridBatch), Rows: side, Cols: side, Classes: 10}
		for i := range set.Images {
			set.Images[i] = uint8(s.Uint32())
		}
		index := make([]int, hybridBatch)
		for i := range index {
			index[i], set.Labels[i] = i, uint8(s.Intn(10))
		}
		y, err := hybrid.NewMesh()
		if err != nil {
			return nil, err
		}
		pool := lane.NewPool(workers)
		var chip hybrid.Physical
		if m.Measures() {
			if chip, err = hybrid.FabricateAs(mesh.Sigma{Phase: 0.15, Splitter: 0.15}, 1, pool); err != nil {
				return nil, err
			}
		}
		settings := hybrid.Settings{Epochs: 1, Batch: hybridBatch, Rate: optim.Decay{Rate: 0.1}, Momentum: 0.5, Clamp: 1, SEPNRate: optim.Decay{Rate: 1e-3}}
		if _, ok := m.(hybrid.Sharp); ok {
			settings.Adam, settings.Momentum, settings.Clamp = true, 0, 0
		}
		session, err := hybrid.New(y, chip, m, dataset.Pair{Train: set, Test: set}, settings, pool)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name(), err)
		}
		return func() error {
			_, err := session.Step(context.Background(), index)
			return err
		}, nil
	}
}
