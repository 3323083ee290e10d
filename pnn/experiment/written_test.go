package experiment

import (
	"context"
	"math"
	"strings"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/train"
)

// TestTrainedSettings: the accuracy of a checkpoint with its own phases is that of
// the run, with others it is another, on the model and on what the run was
// measured on.
func TestTrainedSettings(t *testing.T) {
	ctx := context.Background()
	mesh := Run{
		System: MPNN, Ports: 16, Meshes: 2, Data: "glyphs", Train: 200, Test: 150, Method: PAT, Epochs: 1, Batch: 50, Rate: 0.01,
		Protocol: train.Published, Seed: 1, Chip: Chip{Phase: 0.1, Seed: 2},
	}
	calm := tinyDPNN(PAT)
	calm.Diffracting.Camera = nil // without noise the measurement is the run's
	plates := Run{System: D2NN, Data: "glyphs", Train: 16, Test: 24, Method: InSilico, Epochs: 1, Batch: 16, Rate: 0.05, Protocol: train.Published, Seed: 1}
	pool := lane.NewPool(2)
	for where, r := range map[string]Run{"chip": mesh, "laboratory": calm, "model": plates} {
		data := &Data{}
		lab := &Lab{Dir: t.TempDir(), Data: data, Pool: pool}
		res, err := lab.Execute(ctx, r)
		if err != nil {
			t.Fatal(err)
		}
		path := file(lab.Dir, r, "checkpoint")
		of, err := OpenTrained(ctx, path, data, 0, pool)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(of.Where(), where) || of.Images != r.Test {
			t.Errorf("%s: %d images on %s, expected %d on the %s", r.ID(), of.Images, of.Where(), r.Test, where)
		}
		net, err := res.Network()
		if err != nil {
			t.Fatal(err)
		}
		own, flat := map[string][]float64{}, map[string][]float64{}
		for _, p := range net.Parameters() {
			for _, w := range p.Value {
				rad := w // of meshes
				switch r.System {
				case DPNN:
					rad = 2 * math.Pi / (1 + math.Exp(-w))
				case D2NN:
					rad = 2 * math.Pi * w
				}
				own[p.Name] = append(own[p.Name], rad)
			}
			flat[p.Name] = make([]float64, len(p.Value))
		}
		want := res.Accuracy()
		for name, phases := range map[string]map[string][]float64{"as trained": nil, "set to its own phases": own} {
			if a, err := of.Accuracy(ctx, phases); err != nil || a != want {
				t.Errorf("%s %s: accuracy %g (%v), that of the run is %g", r.ID(), name, a, err, want)
			}
		}
		if a, err := of.Accuracy(ctx, flat); err != nil || a == want {
			t.Errorf("%s without phases: accuracy %g (%v), as with them", r.ID(), a, err)
		}
		if a, err := of.Accuracy(ctx, nil); err != nil || a != want {
			t.Errorf("%s: accuracy %g (%v) after other phases were tried, before %g", r.ID(), a, err, want)
		}
		for _, bad := range []struct {
			want   string
			phases map[string][]float64
		}{
			{"of 1 parameters", map[string][]float64{"stranger": {1}}},
			{"expected", map[string][]float64{net.Parameters()[0].Name: {1}}},
			{"[1]", map[string][]float64{net.Parameters()[0].Name: append([]float64{0, math.NaN()}, own[net.Parameters()[0].Name][2:]...)}},
		} {
			if _, err := of.Accuracy(ctx, bad.phases); err == nil || !strings.Contains(err.Error(), bad.want) {
				t.Errorf("%s: %v; expected something with %q", r.ID(), err, bad.want)
			}
		}
		if few, err := OpenTrained(ctx, path, data, 10, pool); err != nil || few.Images != 10 {
			t.Errorf("%s: ten images: %v", r.ID(), err)
		}
		if _, err := OpenTrained(ctx, path, data, r.Test+1, pool); err == nil || !strings.Contains(err.Error(), "test images") {
			t.Errorf("%s: more images than there are: %v", r.ID(), err)
		}
		stopped, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := of.Accuracy(stopped, nil); err == nil {
			t.Errorf("%s: nothing says that the classification was stopped", r.ID())
		}
	}
}

func TestConfigurationsThatAreNoRuns(t *testing.T) {
	r := tinyDPNN(PAT)
	back, err := ParseRun(r.Canonical())
	if err != nil || back.ID() != r.ID() {
		t.Errorf("%s came back as %s (%v)", r.ID(), back.ID(), err)
	}
	for text, want := range map[string]string{
		``:                         "not that of a run",
		`{"pitch":8e-6}`:           "unknown field",
		`{"method":"pat"}`:         "system",
		string(r.Canonical()[:40]): "not that of a run",
		strings.Replace(string(r.Canonical()), `"batch":32`, `"batch": 32`, 1): "encoding",
	} {
		if _, err := ParseRun([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; expected something with %q", text, err, want)
		}
	}
}
