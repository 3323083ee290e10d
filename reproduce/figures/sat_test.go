package figures

import (
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/experiment"
	"lightfast/pnn/train"
)

// TestRunsOfRotatedPlates pins the names of the quick runs, which results of earlier
// versions have too, and holds the paper profile to the published settings.
func TestRunsOfRotatedPlates(t *testing.T) {
	f := mustFind(t, "sat-d2nn")
	var ids []string
	for _, r := range f.Runs(mustProfile(t, "quick")) {
		ids = append(ids, r.ID())
	}
	if want := []string{"d2nn_in-silico_glyphs_ece27d12", "d2nn_sat_rho0.1_glyphs_c19927af", "d2nn_sat_rotation_rho0.1_glyphs_999aeff3"}; !slices.Equal(ids, want) {
		t.Errorf("runs %v, expected %v", ids, want)
	}
	runs := f.Runs(mustProfile(t, "paper"))
	r := runs[len(runs)-1]
	if r.Data != "mnist" || r.Train != 60000 || r.Batch != 200 || r.Epochs != 20 || r.Rate != 0.005 || r.Rho != 0.1 || !r.Adaptive || r.Probing == nil || r.Probing.Axes[0] != (train.Axis{Name: train.Rotation, Reach: 1, Gain: 6}) {
		t.Errorf("the published sharpness-aware training is run as %s", r.Canonical())
	}
}

// TestRotatedPlatesAreDrawn runs the figure on few images, and compares what has the
// data of the paper with the paper.
func TestRotatedPlatesAreDrawn(t *testing.T) {
	p := mustProfile(t, "quick")
	p.Plates.Train, p.Plates.Test, p.Plates.Epochs = 16, 16, 1
	f := mustFind(t, "sat-d2nn")
	results, _ := lab(t, p, f.Runs(p))
	d, err := f.Draw(p, results)
	if err != nil {
		t.Fatal(err)
	}
	check(t, d)
	if notes := strings.Join(d.Notes, "\n"); strings.Contains(notes, "missing") || !strings.Contains(notes, "SAT for rotation: ") || len(d.Values) > 0 || d.Sweep.Rows() != 33 {
		t.Errorf("notes %q, %d values compared with a paper that has none, %d rows", notes, len(d.Values), d.Sweep.Rows())
	}
	// The same accuracies as if they were of MNIST.
	of := map[string]*experiment.Result{}
	for _, r := range f.Runs(p) {
		res, err := results(r)
		if err != nil {
			t.Fatal(err)
		}
		r.Data = "mnist"
		of[r.ID()] = res
	}
	p.Name, p.Plates.Data = "paper", "mnist"
	d, err = f.Draw(p, func(r experiment.Run) (*experiment.Result, error) { return of[r.ID()], nil })
	if err != nil {
		t.Fatal(err)
	}
	check(t, d)
	if len(d.Values) != 6 || d.Values[5].What != "SAT for rotation at 1.0 degrees" || d.Values[5].Paper != 96.5 || d.Values[5].Tolerance != 3 || d.Values[2].Tolerance != 0 {
		t.Errorf("compared with the paper: %+v", d.Values)
	}
}
