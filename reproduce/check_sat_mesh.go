package main

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"gonum.org/v1/gonum/stat"

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
	for _, e := range d.expected(satFresh) {
		if err := d.fresh(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// freshChips are as many as tell the mean to two per cent or so; the authors drew
// five.
const (
	freshChips = 20
	theirChips = 5
	freshSigma = 0.15
)

// fresh holds the accuracy on chips that were drawn here against one on chips that
// were drawn elsewhere: the two means may differ by three standard errors.
func (d *satCheck) fresh(ctx context.Context, e satExpectation) error {
	l, err := mesh.Rectangular(hybrid.MeshPorts)
	if err != nil {
		return err
	}
	var percent []float64
	for k := range freshChips {
		r, err := d.meshBatch(ctx, l.Fabricate(mesh.Sigma{Phase: freshSigma, Splitter: freshSigma}, 1, k))
		if err != nil {
			return err
		}
		percent = append(percent, r.Percent())
	}
	mean, sd := stat.MeanStdDev(percent, nil)
	e.within = 3 * sd * math.Sqrt(1.0/theirChips+1.0/freshChips)
	d.compare(fmt.Sprintf("accuracy, %%, %d fresh chips, errors %g", freshChips, freshSigma), e, []float64{mean},
		fmt.Sprintf("chips from %.2f to %.2f, standard deviation %.2f; theirs are %d others", slices.Min(percent), slices.Max(percent), sd, theirChips))
	return nil
}

// meshPercent classifies all test images in batches of 6000 and 4000.
func (d *satCheck) meshPercent(ctx context.Context, errs *mesh.Errors) (batch, running hybrid.Result, err error) {
	nets, err := d.meshNets(errs)
	if err != nil {
		return batch, running, err
	}
	if batch, err = hybrid.Score(ctx, d.pool, nets, d.theirTest()); err != nil {
		return batch, running, err
	}
	running, err = hybrid.Score(ctx, d.pool, nets, hybrid.Test{Set: d.test, Batch: 1000, Encoding: hybrid.Normalised})
	return batch, running, err
}

// meshBatch classifies by the authors' convention only.
func (d *satCheck) meshBatch(ctx context.Context, errs *mesh.Errors) (hybrid.Result, error) {
	nets, err := d.meshNets(errs)
	if err != nil {
		return hybrid.Result{}, err
	}
	return hybrid.Score(ctx, d.pool, nets, d.theirTest())
}

func (d *satCheck) theirTest() hybrid.Test {
	return hybrid.Test{Set: d.test, Batch: 6000, Encoding: hybrid.Normalised, Mode: nn.EvaluateBatch}
}

// meshNets puts the weights under way into the system on a chip, nil for the ideal
// one.
func (d *satCheck) meshNets(errs *mesh.Errors) ([]*nn.Net[float32], error) {
	net, _, err := hybrid.NewMeshLeNet[float32](10, errs)
	if err != nil {
		return nil, err
	}
	return []*nn.Net[float32]{net}, published.LoadSAT(d.file, net)
}
