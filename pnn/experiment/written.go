package experiment

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"lightfast/pnn/artifact"
	"lightfast/pnn/device"
	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/model"
	"lightfast/pnn/train"
)

// Trained is what a run has trained together with what it was trained for: the
// system that it is measured on, and its test set. It tells what becomes of the
// accuracy when the settings are not quite those that were trained, as those are
// not that hardware can take.
type Trained struct {
	Run    Run
	Images int // of the test set

	net  *model.Network[float32]
	best [][]float64   // parameters as trained
	dev  device.Device // nil: the model is the system
	test *train.Labelled
	pool *lane.Pool
}

// ParseRun reads the configuration of an artifact. It fails if that is none of a
// run, or of one that this version cannot run.
func ParseRun(config []byte) (Run, error) {
	var r Run
	d := json.NewDecoder(bytes.NewReader(config))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return Run{}, fmt.Errorf("experiment: the configuration is not that of a run (%w)", err)
	}
	if err := r.Check(); err != nil {
		return Run{}, err
	}
	if !bytes.Equal(r.Canonical(), config) {
		return Run{}, fmt.Errorf("experiment: the configuration is not in the encoding of this version")
	}
	return r, nil
}

// Grid is the plane of the modulators of a run, false if it has none.
func (r Run) Grid() (diffract.Grid, bool) {
	switch {
	case r.System == DPNN && r.Diffracting != nil:
		return r.spec().Grid(), true
	case r.System == D2NN:
		return model.XuD2NN.Grid(), true
	}
	return diffract.Grid{}, false
}

// OpenTrained reads the checkpoint of a run of meshes or of diffractive layers and
// makes its system and its test set ready: the first images of it, or all that
// the run used if images is 0.
func OpenTrained(ctx context.Context, path string, data *Data, images int, pool *lane.Pool) (*Trained, error) {
	ts, p, err := artifact.ReadCheckpoint(path)
	if err != nil {
		return nil, err
	}
	r, err := ParseRun(p.Config)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	switch {
	case r.System == Absorber || r.System == HybridSystem:
		return nil, fmt.Errorf("%s: a run of system %s, expected one of %s, %s or %s, whose masks and meshes are the whole network", path, r.System, MPNN, DPNN, D2NN)
	case r.Chip.Sample != "":
		return nil, fmt.Errorf("%s: trained on a chip with given errors %.12s..., which are not part of the run; expected a chip that is drawn from a seed", path, r.Chip.Sample)
	case images < 0 || images > r.Test:
		return nil, fmt.Errorf("experiment: %d test images, expected 1 to the %d of the run, or 0 for all", images, r.Test)
	}
	t := &Trained{Run: r, pool: pool}
	if t.net, err = r.network(); err != nil {
		return nil, err
	}
	if err := fill(path, t.net.Parameters(), ts); err != nil {
		return nil, err
	}
	for _, p := range t.net.Parameters() {
		t.best = append(t.best, append([]float64(nil), p.Value...))
	}
	if t.dev, err = (&Lab{Pool: pool}).chip(ctx, r); err != nil {
		return nil, err
	}
	// A smaller set is the beginning of a larger one, and nothing is trained.
	few := r
	few.Train = 1
	if images > 0 {
		few.Test = images
	}
	encoded, err := data.Get(ctx, few, pool)
	if err != nil {
		return nil, err
	}
	t.test, t.Images = encoded.Test, encoded.Test.Len()
	return t, nil
}

// Where says on what accuracies are measured.
func (t *Trained) Where() string {
	switch {
	case t.dev == nil:
		return "the ideal model"
	case t.Run.System == DPNN:
		return "the laboratory of the run"
	}
	return "the chip of the run"
}

// law is what the numbers of the network's modulators are. Meshes have phases.
func (t *Trained) law() diffract.Law {
	switch t.Run.System {
	case DPNN:
		return diffract.PhaseSigmoid
	case D2NN:
		return diffract.PhaseTurns
	}
	return diffract.PhaseRadians
}

// Accuracy is the fraction of the test set that the system gets right when the
// parameters that are named are set to these phases in radians, and all others as
// trained.
func (t *Trained) Accuracy(ctx context.Context, phases map[string][]float64) (float64, error) {
	used := 0
	for i, p := range t.net.Parameters() {
		copy(p.Value, t.best[i])
		v, ok := phases[p.Name]
		if !ok {
			continue
		}
		if len(v) != len(p.Value) {
			return 0, fmt.Errorf("experiment: %d phases of %s, expected %d", len(v), p.Name, len(p.Value))
		}
		for k := range v {
			w, err := t.law().Weight(v[k])
			if err != nil {
				return 0, fmt.Errorf("experiment: %s[%d]: %w", p.Name, k, err)
			}
			p.Value[k] = w
		}
		used++
	}
	if used != len(phases) {
		return 0, fmt.Errorf("experiment: phases of %d parameters, of which the network of run %s has %d", len(phases), t.Run.ID(), used)
	}
	if t.dev == nil {
		t.net.Update(t.pool)
		return train.ModelAccuracy(ctx, t.net, t.test, t.pool)
	}
	var values [][]float64
	for _, p := range t.net.Parameters() {
		values = append(values, p.Value)
	}
	if err := t.dev.Set(ctx, values); err != nil {
		return 0, err
	}
	return train.MeasureAccuracy(ctx, t.dev, t.net, t.test, 0)
}
