package experiment

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/hybrid"
	"lightfast/pnn/landscape"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
)

// Sharpness is how steeply the loss of a trained mesh network rises around its
// parameters: the eigenvalue of largest magnitude of the Hessian over all of them,
// on the first test images, with the mesh ideal, batch norms using running
// statistics, and the cross-entropy over all 64 intensities, as the authors take it
// (ten of them are trained). Error predictors take no part.
type Sharpness struct {
	Images     int
	Loss       float64
	Eigenvalue float64
	Residual   float64 // some eigenvalue lies within it
	Converged  bool
}

// hessianImages are the test images on which the authors look at the Hessian.
const hessianImages = 1000

// sharpen computes the sharpness of a trained mesh system.
func sharpen(ctx context.Context, pool *lane.Pool, y *hybrid.System, test *dataset.Set, images int) (s Sharpness, err error) {
	if images == 0 {
		images = hessianImages
	}
	s.Images = min(images, test.Len())
	net, _, err := hybrid.NewMeshLeNet[float64](hybrid.MeshPorts, nil)
	if err != nil {
		return s, err
	}
	values := map[string][]float64{}
	for _, p := range append(y.Parameters(), y.Buffers()...) {
		values[p.Name] = p.Value
	}
	for _, p := range append(net.Parameters(), net.Buffers()...) {
		if copy(p.Value, values[p.Name]) != len(p.Value) {
			return s, fmt.Errorf("experiment: %d values of parameter %s, expected %d", len(values[p.Name]), p.Name, len(p.Value))
		}
	}
	net.Update(pool)
	x := hybrid.Encode[float64](y.Encoding, test, 0, s.Images)
	system, err := landscape.OfNet(net, &nn.Pass{Pool: pool, Mode: nn.Evaluate}, nn.CrossEntropy[float64]{}, x, test.Labels[:s.Images])
	if err != nil {
		return s, err
	}
	l, err := landscape.New(system)
	if err != nil {
		return s, err
	}
	l.Pool = pool
	if s.Loss, err = l.Loss(ctx); err != nil {
		return s, err
	}
	// The error of the eigenvalue is of the order of its residual squared.
	e, err := l.Lanczos(ctx, landscape.Lanczos{Count: 1, Tolerance: 0.05, Steps: 60})
	if err != nil {
		return s, err
	}
	s.Eigenvalue, s.Residual, s.Converged = e.Pairs[0].Value, e.Pairs[0].Residual, e.Converged
	return s, nil
}

// storeSharpness looks at a run whose other artifacts are there.
func (l *Lab) storeSharpness(ctx context.Context, r Run) error {
	y, pair, refs, err := l.reopen(ctx, r)
	if err != nil {
		return err
	}
	s, err := sharpen(ctx, l.Pool, y, pair.Test, r.Hybrid.HessianImages)
	if err != nil {
		return err
	}
	_, err = artifact.WriteTable(file(l.Dir, r, "sharpness"), provenance(r, refs), artifact.Table{Columns: []artifact.Column{
		{Name: "images", Unit: "1", Ints: []int64{int64(s.Images)}}, {Name: "loss", Unit: "1", Floats: []float64{s.Loss}},
		{Name: "eigenvalue", Unit: "1", Floats: []float64{s.Eigenvalue}}, {Name: "residual", Unit: "1", Floats: []float64{s.Residual}},
		{Name: "converged", Bools: []bool{s.Converged}},
	}})
	return err
}

// sharpened tells whether a run leaves its sharpness.
func (r Run) sharpened() bool { return r.Hybrid != nil && r.Hybrid.System == hybrid.Mesh }

// trained tells whether all artifacts of the run of a hybrid network are there but
// its sharpness, so that nothing is left to be trained.
func trained(dir string, r Run) (bool, error) {
	for _, f := range hybridTraining(dir, r) {
		info, err := artifact.Inspect(f)
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if err := mine(f, r, info.Provenance); err != nil {
			return false, err
		}
	}
	return true, nil
}

// Sharpness reads the sharpness of the result of a mesh network.
func (r *Result) Sharpness() (Sharpness, error) {
	if !r.Run.sharpened() {
		return Sharpness{}, fmt.Errorf("experiment: run %s has no sharpness; hybrid networks before a mesh have", r.Run.ID())
	}
	c, err := r.columns("sharpness", "images", "loss", "eigenvalue", "residual", "converged")
	if err != nil {
		return Sharpness{}, err
	}
	if len(c[0].Ints) != 1 {
		return Sharpness{}, fmt.Errorf("%s: %d rows, expected 1", file(r.dir, r.Run, "sharpness"), len(c[0].Ints))
	}
	return Sharpness{int(c[0].Ints[0]), c[1].Floats[0], c[2].Floats[0], c[3].Floats[0], c[4].Bools[0]}, nil
}
