package experiment

import (
	"context"
	"fmt"
	"math"
	"slices"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/diffract"
	"lightfast/pnn/hybrid"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/nn"
	"lightfast/pnn/train"
)

// confusionOf classifies the test set on the device, or on the model if there is
// none, by the authors' convention.
func confusionOf(ctx context.Context, s *hybrid.Session) (*Confusion, error) {
	const n = 10
	c, size := &Confusion{}, make([]float64, n)
	for range n {
		c.Count, c.MeanScore = append(c.Count, make([]int64, n)), append(c.MeanScore, make([]float64, n))
	}
	err := s.TestScores(ctx, nn.EvaluateBatch, func(scores, device *lane.Batch[float32], labels []uint8) {
		if device != nil {
			scores = device
		}
		for i, label := range labels {
			c.Count[label][train.Predict(scores, i)]++
			size[label]++
			for k := range n {
				c.MeanScore[label][k] += float64(scores.At(i, k))
			}
		}
	})
	for t := range c.MeanScore {
		for k := range c.MeanScore[t] {
			c.MeanScore[t][k] /= max(size[t], 1)
		}
	}
	return c, err
}

// Sweep is how a trained hybrid network does under conditions that it was not
// trained for, one row for each: fractions of the test images that are classified
// right, batch norms using the statistics of the test batches, or running ones.
//
// Conditions are, of the mesh, the standard deviations of phases and splitters of
// five fresh chips ("phase_sigma", "splitter_sigma", "device" from 0); of rings, a
// change of temperature of the chip in kelvins and how many images were classified
// ("kelvin", "images": the authors' hundred, 1400 to 1499, and all); of the
// display-modulator system the misalignment ("rotation", "shift" down, "scale").
type Sweep struct {
	Conditions        []string
	At                [][]float64 // by row and condition
	Accuracy, Running []float64
}

// conditions by hybrid system, with units.
var conditions = map[string][]artifact.Column{
	hybrid.Mesh:  {{Name: "phase_sigma", Unit: "rad"}, {Name: "splitter_sigma", Unit: "1"}, {Name: "device", Unit: "1"}},
	hybrid.Rings: {{Name: "kelvin", Unit: "K"}, {Name: "images", Unit: "1"}},
	hybrid.Space: {{Name: "rotation", Unit: "deg"}, {Name: "shift", Unit: "px"}, {Name: "scale", Unit: "1"}},
}

// What the authors sweep, and more of it.
const (
	sweepFirst, sweepCount = 1400, 100 // images on which they let the rings drift
	freshChips             = 5
	sweepSeed              = 2026 // of the fresh chips
)

// sweepHybrid tests a trained system under all conditions.
func sweepHybrid(ctx context.Context, pool *lane.Pool, y *hybrid.System, test *dataset.Set) (*Sweep, error) {
	s := &Sweep{}
	for _, c := range conditions[y.Name] {
		s.Conditions = append(s.Conditions, c.Name)
	}
	add := func(r hybrid.Shares, at ...float64) {
		s.At, s.Accuracy, s.Running = append(s.At, at), append(s.Accuracy, r.Batch), append(s.Running, r.Running)
	}
	switch y.Name {
	case hybrid.Mesh:
		var sigmas []mesh.Sigma
		for i := range 7 {
			for k := range 7 {
				sigmas = append(sigmas, mesh.Sigma{Phase: float64(5*i) / 100, Splitter: float64(5*k) / 100})
			}
		}
		ts, err := hybrid.Transfers(ctx, y, test, sigmas, freshChips, sweepSeed, pool)
		for _, t := range ts {
			add(t.Shares, t.Sigma.Phase, t.Sigma.Splitter, float64(t.Device))
		}
		return s, err
	case hybrid.Rings:
		var kelvin []float64
		for i := range 21 {
			kelvin = append(kelvin, float64(-i)/10)
		}
		for i := range 10 {
			kelvin = append(kelvin, float64(i+1)/10)
		}
		sets := []*dataset.Set{test}
		if test.Len() >= sweepFirst+sweepCount {
			sets = append([]*dataset.Set{few(test, sweepCount)}, sets...)
		}
		for _, set := range sets {
			d, err := hybrid.Drifts(ctx, y, set, sweepCount, kelvin, pool)
			if err != nil {
				return nil, err
			}
			for i, r := range d {
				add(r, kelvin[i], float64(set.Len()))
			}
		}
		return s, nil
	}
	var as []diffract.Affine
	for i := -6; i <= 6; i++ {
		as = append(as, diffract.Affine{Rotation: float64(i) / 2, Scale: 1})
	}
	for i := -6; i <= 6; i++ {
		as = append(as, diffract.Affine{ShiftY: float64(i) / 2, Scale: 1})
	}
	for _, v := range []float64{0.9, 14. / 15, 29. / 30, 1, 1.025, 31. / 30, 1.05, 16. / 15, 1.075, 1.1} {
		as = append(as, diffract.Affine{Scale: v})
	}
	for i := range 11 {
		for k := range 11 {
			as = append(as, diffract.Affine{Rotation: float64(i) / 5, ShiftY: float64(k) / 5, Scale: 1})
		}
	}
	// Some stand in two sweeps.
	seen := map[diffract.Affine]bool{}
	as = slices.DeleteFunc(as, func(a diffract.Affine) bool {
		was := seen[a]
		seen[a] = true
		return was
	})
	m, err := hybrid.Misalignments(ctx, y, test, as, pool)
	for i, r := range m {
		add(r, as[i].Rotation, as[i].ShiftY, as[i].Scale)
	}
	return s, err
}

func writeSweep(path string, p artifact.Provenance, system string, s *Sweep) error {
	var t artifact.Table
	for i, c := range conditions[system] {
		c.Floats = make([]float64, len(s.At))
		for row, at := range s.At {
			c.Floats[row] = at[i]
		}
		t.Columns = append(t.Columns, c)
	}
	t.Columns = append(t.Columns,
		artifact.Column{Name: "accuracy", Unit: "1", Floats: s.Accuracy},
		artifact.Column{Name: "running_accuracy", Unit: "1", Floats: s.Running})
	_, err := artifact.WriteTable(path, p, t)
	return err
}

// Sweep reads the sweep of the result of a hybrid network.
func (r *Result) Sweep() (*Sweep, error) {
	if r.Run.Hybrid == nil {
		return nil, fmt.Errorf("experiment: run %s is of system %s, expected %s: no other has such a sweep", r.Run.ID(), r.Run.System, HybridSystem)
	}
	s := &Sweep{}
	for _, c := range conditions[r.Run.Hybrid.System] {
		s.Conditions = append(s.Conditions, c.Name)
	}
	n := len(s.Conditions)
	cols, err := r.columns("sweep", append(slices.Clone(s.Conditions), "accuracy", "running_accuracy")...)
	if err != nil {
		return nil, err
	}
	s.Accuracy, s.Running = cols[n].Floats, cols[n+1].Floats
	for row := range s.Accuracy {
		at := make([]float64, n)
		for i := range at {
			at[i] = cols[i].Floats[row]
		}
		s.At = append(s.At, at)
	}
	return s, nil
}

// Share is the mean of Accuracy over the rows whose conditions begin with at; NaN if
// there are none.
func (s *Sweep) Share(at ...float64) float64 {
	var sum, n float64
	for i, row := range s.At {
		if len(at) <= len(row) && slices.Equal(row[:len(at)], at) {
			sum += s.Accuracy[i]
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / n
}

func writeRunning(path string, p artifact.Provenance, curve []hybrid.Epoch) error {
	epoch := make([]int64, len(curve))
	values, missing := make([][]float64, 2), make([][]bool, 2)
	for i, e := range curve {
		epoch[i] = int64(e.Number)
		for k, v := range []float64{e.ModelRunning, e.DeviceRunning} {
			values[k], missing[k] = append(values[k], v), append(missing[k], math.IsNaN(v))
		}
	}
	_, err := artifact.WriteTable(path, p, artifact.Table{Columns: []artifact.Column{
		{Name: "epoch", Unit: "1", Ints: epoch},
		{Name: "model_test_accuracy", Unit: "1", Floats: values[0], Missing: missing[0]},
		{Name: "device_test_accuracy", Unit: "1", Floats: values[1], Missing: missing[1]},
	}})
	return err
}

// Running reads the test accuracies of a hybrid network by epoch with the running
// statistics of its batch norms; those of the device are NaN if there is none.
func (r *Result) Running() (model, device []float64, err error) {
	if r.Run.Hybrid == nil {
		return nil, nil, fmt.Errorf("experiment: run %s is of system %s, expected %s: no other has batch norms", r.Run.ID(), r.Run.System, HybridSystem)
	}
	c, err := r.columns("running", "model_test_accuracy", "device_test_accuracy")
	if err != nil {
		return nil, nil, err
	}
	return c[0].Floats, c[1].Floats, nil
}

// Hybrid reads the trained parameters and running statistics into an ideal model.
func (r *Result) Hybrid(pool *lane.Pool) (*hybrid.System, error) {
	if r.Run.Hybrid == nil {
		return nil, fmt.Errorf("experiment: run %s is of system %s, expected %s", r.Run.ID(), r.Run.System, HybridSystem)
	}
	path := file(r.dir, r.Run, "checkpoint")
	ts, p, err := artifact.ReadCheckpoint(path)
	if err != nil {
		return nil, err
	}
	if err := mine(path, r.Run, p); err != nil {
		return nil, err
	}
	y, err := r.Run.hybridSystem()
	if err != nil {
		return nil, err
	}
	if err := fill(path, append(y.Parameters(), y.Buffers()...), ts); err != nil {
		return nil, err
	}
	y.Update(pool)
	return y, nil
}
