package kernel

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/janpfeifer/gonb/gonbui/protocol"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/pnn/train"
	"lightfast/pnn/whole"
)

// From says what a result rests on. The program of the cell is added to it.
type From struct {
	Settings   any                // what was chosen, as JSON can hold it: a struct, a map; nil: nothing
	Data       []artifact.DataRef // data sets, as dataset.Set knows their SHA256
	References []string           // citation keys
}

// Save stores a table as name.arrow with its provenance, which includes the whole
// program of the notebook's cell: with that and the version of Lightfast, anybody
// can make the table again. name may begin with folders, which are made.
func Save(name string, from From, t artifact.Table) (artifact.Provenance, error) {
	p, err := from.provenance(name)
	if err != nil {
		return p, err
	}
	if p, err = artifact.WriteTable(name+".arrow", p, t); err != nil {
		return p, err
	}
	return p, saved(name+".arrow", p)
}

// SaveNetwork stores the network of a session, with the parameters it has now
// (after Restore: those of the best epoch), as name.checkpoint.arrow, and its
// learning curve as name.curve.arrow.
func SaveNetwork(name string, from From, s *train.Session) error {
	p, err := from.provenance(name)
	if err != nil {
		return err
	}
	if len(s.Curve) == 0 {
		return fmt.Errorf("kernel: %s: the session has no epoch yet; train it before it is saved", name)
	}
	var ts []artifact.Tensor
	for _, q := range append(s.Model.Parameters(), s.Model.SEPNParameters()...) {
		ts = append(ts, artifact.Tensor{Name: q.Name, Unit: q.Unit, Shape: q.Shape, Single: q.Single, Values: q.Value})
	}
	written, err := artifact.WriteCheckpoint(name+".checkpoint.arrow", p, ts)
	if err != nil {
		return err
	}
	if err := saved(name+".checkpoint.arrow", written); err != nil {
		return err
	}
	if written, err = artifact.WriteTable(name+".curve.arrow", p, CurveTable(s.Curve)); err != nil {
		return err
	}
	return saved(name+".curve.arrow", written)
}

// CurveTable is a learning curve as a table, to be shown or saved. Accuracies are
// fractions; what was not measured is missing.
func CurveTable(curve []train.Epoch) artifact.Table {
	epochs := make([]int64, len(curve))
	for i, e := range curve {
		epochs[i] = int64(e.Number)
	}
	t := artifact.Table{Columns: []artifact.Column{{Name: "epoch", Unit: "1", Ints: epochs}}}
	for _, c := range []struct {
		name string
		of   func(train.Epoch) float64
	}{
		{"task_loss", func(e train.Epoch) float64 { return e.TaskLoss }},
		{"similarity_loss", func(e train.Epoch) float64 { return e.Similarity }},
		{"train_accuracy", func(e train.Epoch) float64 { return e.TrainAccuracy }},
		{"model_test_accuracy", func(e train.Epoch) float64 { return e.ModelTest }},
		{"device_test_accuracy", func(e train.Epoch) float64 { return e.DeviceTest }},
		{"model_validation_accuracy", func(e train.Epoch) float64 { return e.ModelValid }},
		{"device_validation_accuracy", func(e train.Epoch) float64 { return e.DeviceTune }},
	} {
		col := artifact.Column{Name: c.name, Unit: "1", Floats: make([]float64, len(curve)), Missing: make([]bool, len(curve))}
		for i, e := range curve {
			col.Floats[i] = c.of(e)
			col.Missing[i] = math.IsNaN(col.Floats[i])
		}
		t.Columns = append(t.Columns, col)
	}
	return t
}

// provenance is that of the artifact name.
func (f From) provenance(name string) (artifact.Provenance, error) {
	program, err := cellProgram()
	if err != nil {
		return artifact.Provenance{}, err
	}
	config, err := json.Marshal(struct { // maps are marshalled in the order of their keys
		Settings any    `json:"settings,omitempty"`
		Program  string `json:"program,omitempty"`
	}{f.Settings, program})
	if err != nil {
		return artifact.Provenance{}, fmt.Errorf("kernel: %s: From.Settings: %w; use numbers, texts, and structs, maps and slices of them", name, err)
	}
	if dir := filepath.Dir(name); dir != "." {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return artifact.Provenance{}, whole.Explain(name, err)
		}
	}
	return artifact.Provenance{Config: config, Data: f.Data, Code: experiment.Code, References: f.References}, nil
}

// cellProgram returns what GoNB has compiled for this cell: the cell and the
// declarations of earlier ones. Outside a notebook it is empty.
func cellProgram() (string, error) {
	dir := os.Getenv(protocol.GONB_TMP_DIR_ENV)
	if dir == "" || !notebook {
		return "", nil
	}
	source, err := os.ReadFile(filepath.Join(dir, "main.go"))
	if err != nil {
		return "", fmt.Errorf("kernel: the program of this cell, which belongs to its results: %w; restart the kernel and run the cell again", err)
	}
	return string(source), nil
}

func saved(path string, p artifact.Provenance) error {
	_, err := fmt.Fprintf(out(), "%s written, content %.12s\n", path, p.Content)
	return err
}
