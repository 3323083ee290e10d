package main

import (
	"context"
	"path/filepath"

	"lightfast/pnn/hybrid"
	"lightfast/pnn/mesh"
	"lightfast/pnn/nn"
	"lightfast/pnn/published"
)

// mesh checks a file of the mesh system, on the mesh without errors and on the stored
// chip.
func (d *satCheck) mesh(ctx context.Context) error {
	dir := d.errors
	if dir == "" {
		// MZI_Error stands beside the folder of the weights.
		dir = filepath.Dir(filepath.Dir(d.file.Path))
	}
	chip, err := published.SATErrors(dir)
	if err != nil {
		return err
	}
	batch, running, err := d.meshPercent(ctx, nil)
	if err != nil {
		return err
	}
	d.accuracy("accuracy, %, ideal mesh, batches of 6000", satIdeal, batch.Percent(), runningSaid(running))
	if batch, running, err = d.meshPercent(ctx, chip); err != nil {
		return err
	}
	d.accuracy("accuracy, %, stored chip, batches of 6000", satChip, batch.Percent(), runningSaid(running))
	for _, e := range d.expected(satChipRunning) {
		d.compare("accuracy, %, stored chip, running statistics", e, []float64{running.Percent()}, "")
	}
	return nil
}

// meshPercent classifies all test images in batches of 6000 and 4000.
func (d *satCheck) meshPercent(ctx context.Context, errs *mesh.Errors) (batch, running hybrid.Result, err error) {
	net, _, err := hybrid.NewMeshLeNet[float32](10, errs)
	if err != nil {
		return batch, running, err
	}
	if err := published.LoadSAT(d.file, net); err != nil {
		return batch, running, err
	}
	nets := []*nn.Net[float32]{net}
	batch, err = hybrid.Score(ctx, d.pool, nets, hybrid.Test{Set: d.test, Batch: 6000, Encoding: hybrid.Normalised, Mode: nn.EvaluateBatch})
	if err != nil {
		return batch, running, err
	}
	running, err = hybrid.Score(ctx, d.pool, nets, hybrid.Test{Set: d.test, Batch: 1000, Encoding: hybrid.Normalised})
	return batch, running, err
}
