package experiment

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"lightfast/pnn/artifact"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// Result is what a run leaves behind.
type Result struct {
	Run       Run
	Curve     []train.Epoch
	BestEpoch int // from 1

	dir string
}

// Accuracy is the accuracy on the test set at the best epoch, as a fraction: on
// the chip, or for a run in silico on the model.
func (r *Result) Accuracy() float64 {
	e := r.Curve[0]
	if !r.Run.Deploys() {
		e = r.Curve[r.BestEpoch-1]
	}
	if r.Run.Hybrid != nil && r.Run.measured() {
		return e.DeviceTest
	}
	if r.Run.Method == InSilico || r.Run.System == D2NN || r.Run.Hybrid != nil {
		return e.ModelTest
	}
	return e.DeviceTest
}

// The files of a run, beside each other in one folder.
func file(dir string, r Run, what string) string {
	return filepath.Join(dir, r.ID()+"."+what+".arrow")
}

// Files lists the artifacts that a finished run has.
func Files(dir string, r Run) []string {
	if r.System == Absorber {
		return absorberFiles(dir, r)
	}
	if r.System == HybridSystem {
		return hybridFiles(dir, r)
	}
	f := []string{file(dir, r, "curve"), file(dir, r, "confusion")}
	switch r.System {
	case DPNN:
		f = append(f, file(dir, r, "planes"), file(dir, r, "similarity"))
	case D2NN:
		f = append(f, file(dir, r, "rotation"))
	default:
		f = append(f, file(dir, r, "example"))
	}
	if r.Method == Later {
		f = append(f, file(dir, r, "frames"))
	}
	if !r.Deploys() {
		f = append(f, file(dir, r, "checkpoint"))
	}
	return f
}

func (r Run) references() []string {
	if r.System == Absorber {
		return []string{"guo2021"}
	}
	if r.System == D2NN || r.System == HybridSystem {
		return []string{"xu2026"}
	}
	switch r.Method {
	case NAT, SAT:
		return []string{"xu2026", "zheng2023"}
	case InSitu:
		return []string{"xu2026", "wright2022", "zheng2023"}
	case PAT:
		return []string{"wright2022", "zheng2023"}
	case Adaptive:
		return []string{"zhou2021", "zheng2023"}
	}
	return []string{"zheng2023"}
}

func provenance(r Run, data []artifact.DataRef) artifact.Provenance {
	return artifact.Provenance{Config: r.Canonical(), Data: data, Code: Code, References: r.references()}
}

// mine checks that a file belongs to the run.
func mine(path string, r Run, p artifact.Provenance) error {
	if !bytes.Equal(p.Config, r.Canonical()) {
		return fmt.Errorf("%s: the artifact describes another run than its name says; remove it to compute it again", path)
	}
	if p.Code != Code {
		return fmt.Errorf("%s: computed by %s, this is %s, whose results differ; choose another output folder or remove the file", path, p.Code, Code)
	}
	return nil
}

var curveColumns = []struct{ name, unit string }{
	{"epoch", "1"}, {"task_loss", "1"}, {"similarity_loss", "1"}, {"train_accuracy", "1"},
	{"model_test_accuracy", "1"}, {"device_test_accuracy", "1"}, {"model_validation_accuracy", "1"}, {"device_validation_accuracy", "1"},
}

// writeCurve stores the learning curve.
func writeCurve(path string, p artifact.Provenance, curve []train.Epoch, best int) error {
	var t artifact.Table
	epochs := make([]int64, len(curve))
	isBest := make([]bool, len(curve))
	values := make([][]float64, len(curveColumns))
	missing := make([][]bool, len(curveColumns))
	for i, e := range curve {
		epochs[i], isBest[i] = int64(e.Number), e.Number == best
		for j, v := range []float64{0, e.TaskLoss, e.Similarity, e.TrainAccuracy, e.ModelTest, e.DeviceTest, e.ModelValid, e.DeviceTune} {
			values[j] = append(values[j], v)
			missing[j] = append(missing[j], math.IsNaN(v))
		}
	}
	t.Columns = append(t.Columns, artifact.Column{Name: "epoch", Unit: "1", Ints: epochs})
	for j, c := range curveColumns[1:] {
		t.Columns = append(t.Columns, artifact.Column{Name: c.name, Unit: c.unit, Floats: values[j+1], Missing: missing[j+1]})
	}
	t.Columns = append(t.Columns, artifact.Column{Name: "best", Bools: isBest})
	_, err := artifact.WriteTable(path, p, t)
	return err
}

// Load reads the result of a finished run. The error is fs.ErrNotExist when the
// run has not finished; any other error names the file that cannot be used. The
// checkpoint and the planes of a DPNN may be missing, so that results can be handed
// on without what takes most room: what needs them then says so.
func Load(dir string, r Run) (*Result, error) {
	for _, f := range Files(dir, r) {
		if _, err := os.Stat(f); err != nil && f != file(dir, r, "checkpoint") && f != file(dir, r, "planes") {
			return nil, err
		}
	}
	return loadCurve(dir, r)
}

// loadCurve reads the curve of a run, whatever else there is of it.
func loadCurve(dir string, r Run) (*Result, error) {
	path := file(dir, r, "curve")
	t, p, err := artifact.ReadTable(path)
	if err != nil {
		return nil, err
	}
	if err := mine(path, r, p); err != nil {
		return nil, err
	}
	res := &Result{Run: r, dir: dir}
	cols := make([]artifact.Column, len(curveColumns))
	for j, c := range curveColumns {
		if cols[j], err = t.Column(c.name); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	best, err := t.Column("best")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for i := range t.Rows() {
		f := func(j int) float64 { return cols[j].Floats[i] }
		res.Curve = append(res.Curve, train.Epoch{Number: int(cols[0].Ints[i]), TaskLoss: f(1), Similarity: f(2), TrainAccuracy: f(3), ModelTest: f(4), DeviceTest: f(5), ModelValid: f(6), DeviceTune: f(7)})
		if best.Bools[i] {
			res.BestEpoch = int(cols[0].Ints[i])
		}
	}
	if len(res.Curve) == 0 || res.BestEpoch == 0 {
		return nil, fmt.Errorf("%s: a curve of %d epochs without a best one", path, len(res.Curve))
	}
	return res, nil
}

// Confusion is how a run's device (in silico: its model) classifies the test set:
// Count[t][p] samples of class t were taken for class p, and MeanScore[t][p] is
// their mean score for class p.
type Confusion struct {
	Count     [][]int64
	MeanScore [][]float64
}

// Confusion reads the confusion matrix of the result.
func (r *Result) Confusion() (*Confusion, error) {
	path := file(r.dir, r.Run, "confusion")
	t, p, err := artifact.ReadTable(path)
	if err != nil {
		return nil, err
	}
	if err := mine(path, r.Run, p); err != nil {
		return nil, err
	}
	count, err := t.Column("count")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	score, err := t.Column("mean_score")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	n := int(math.Sqrt(float64(t.Rows())))
	c := &Confusion{}
	for i := range n {
		c.Count = append(c.Count, count.Ints[i*n:(i+1)*n])
		c.MeanScore = append(c.MeanScore, score.Floats[i*n:(i+1)*n])
	}
	return c, nil
}

func writeConfusion(path string, p artifact.Provenance, c *Confusion) error {
	var truth, class, count []int64
	var score []float64
	for i := range c.Count {
		for j := range c.Count[i] {
			truth, class = append(truth, int64(i)), append(class, int64(j))
			count, score = append(count, c.Count[i][j]), append(score, c.MeanScore[i][j])
		}
	}
	_, err := artifact.WriteTable(path, p, artifact.Table{Columns: []artifact.Column{
		{Name: "true_class", Ints: truth}, {Name: "class", Ints: class},
		{Name: "count", Unit: "1", Ints: count}, {Name: "mean_score", Unit: "1", Floats: score},
	}})
	return err
}

// Example is the first test image on its way: intensities by stage and port, of
// the device and of the digital model with its predictions (for a run in silico
// both are the model's). Stage 0 is the input.
type Example struct {
	Device, Model [][]float64
	Scores        []float64 // of the device
	Label         int
}

// Example reads the example of the result.
func (r *Result) Example() (*Example, error) {
	path := file(r.dir, r.Run, "example")
	t, p, err := artifact.ReadTable(path)
	if err != nil {
		return nil, err
	}
	if err := mine(path, r.Run, p); err != nil {
		return nil, err
	}
	cols := map[string]artifact.Column{}
	for _, name := range []string{"stage", "device_intensity", "model_intensity", "score", "label"} {
		if cols[name], err = t.Column(name); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	e := &Example{Label: int(cols["label"].Ints[0])}
	for i, s := range cols["stage"].Ints {
		for len(e.Device) <= int(s) {
			e.Device, e.Model = append(e.Device, nil), append(e.Model, nil)
		}
		e.Device[s] = append(e.Device[s], cols["device_intensity"].Floats[i])
		e.Model[s] = append(e.Model[s], cols["model_intensity"].Floats[i])
		if v := cols["score"].Floats[i]; !math.IsNaN(v) {
			e.Scores = append(e.Scores, v)
		}
	}
	return e, nil
}

func writeExample(path string, p artifact.Provenance, e *Example) error {
	var stage, port, label []int64
	var dev, mod, score []float64
	var none []bool
	for s := range e.Device {
		for k := range e.Device[s] {
			stage, port, label = append(stage, int64(s)), append(port, int64(k)), append(label, int64(e.Label))
			dev, mod = append(dev, e.Device[s][k]), append(mod, e.Model[s][k])
			has := s == len(e.Device)-1 && k < len(e.Scores)
			none = append(none, !has)
			v := math.NaN()
			if has {
				v = e.Scores[k]
			}
			score = append(score, v)
		}
	}
	_, err := artifact.WriteTable(path, p, artifact.Table{Columns: []artifact.Column{
		{Name: "stage", Ints: stage}, {Name: "port", Ints: port},
		{Name: "device_intensity", Unit: "1", Floats: dev}, {Name: "model_intensity", Unit: "1", Floats: mod},
		{Name: "score", Unit: "1", Floats: score, Missing: none}, {Name: "label", Ints: label},
	}})
	return err
}

// Network reads the parameters of the best epoch into an ideal model. A run that
// deploys has those of its base.
func (r *Result) Network() (*model.Network[float32], error) {
	if r.Run.System == Absorber {
		return nil, fmt.Errorf("experiment: run %s is of system %s; Chain reads its weights", r.Run.ID(), Absorber)
	}
	if r.Run.System == HybridSystem {
		return nil, fmt.Errorf("experiment: run %s is of system %s; Hybrid reads its parameters", r.Run.ID(), HybridSystem)
	}
	of := r.Run
	if of.Deploys() {
		of = of.Base()
	}
	path := file(r.dir, of, "checkpoint")
	ts, p, err := artifact.ReadCheckpoint(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: the result was handed on without weights; execute the run again to have them", err)
	}
	if err != nil {
		return nil, err
	}
	if err := mine(path, of, p); err != nil {
		return nil, err
	}
	net, err := of.network()
	if err != nil {
		return nil, err
	}
	if err := fill(path, append(net.Parameters(), net.SEPNParameters()...), ts); err != nil {
		return nil, err
	}
	net.UpdateSEPN()
	return net, nil
}

// fill copies tensors into parameters of the same names.
func fill(path string, ps []*optim.Parameter, ts []artifact.Tensor) error {
	byName := map[string]artifact.Tensor{}
	for _, t := range ts {
		byName[t.Name] = t
	}
	for _, p := range ps {
		t, ok := byName[p.Name]
		if !ok || len(t.Values) != len(p.Value) {
			return fmt.Errorf("%s: tensor %s has %d values, expected %d", path, p.Name, len(t.Values), len(p.Value))
		}
		copy(p.Value, t.Values)
	}
	return nil
}

func tensors(ps []*optim.Parameter) (ts []artifact.Tensor) {
	for _, p := range ps {
		ts = append(ts, artifact.Tensor{Name: p.Name, Unit: p.Unit, Shape: p.Shape, Single: p.Single, Values: p.Value})
	}
	return ts
}

// Complete tells whether a run has all its [Files]; otherwise executing it trains.
func Complete(dir string, r Run) bool {
	for _, f := range Files(dir, r) {
		if _, err := os.Stat(f); errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}

// finished returns the result of a run that is complete and can be used as it is,
// nil if it is not complete.
func finished(dir string, r Run) (*Result, error) {
	if !Complete(dir, r) {
		return nil, nil
	}
	res, err := Load(dir, r)
	if err != nil {
		return nil, err
	}
	for _, f := range Files(dir, r) {
		info, err := artifact.Inspect(f)
		if err != nil {
			return nil, err
		}
		if err := mine(f, r, info.Provenance); err != nil {
			return nil, err
		}
	}
	return res, nil
}
