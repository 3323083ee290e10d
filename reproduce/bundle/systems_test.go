package bundle

import (
	"strings"
	"testing"

	"lightfast/pnn/experiment"
	"lightfast/reproduce/figures"
)

// TestRunsOfEveryFigureCanBeHandedOn: none is refused for its size, and a crate
// says of each what it is of.
func TestRunsOfEveryFigureCanBeHandedOn(t *testing.T) {
	systems := map[string]int{}
	for _, f := range figures.All() {
		if f.Runs == nil {
			continue
		}
		for _, p := range figures.Profiles() {
			c := collection{conf: configuration{Profile: newProfileEntry(p)}, runs: f.Runs(p)}
			for _, r := range c.runs {
				systems[r.System]++
				if err := checkRun(r); err != nil {
					t.Fatalf("%s: %s: %v", f.ID, r.ID(), err)
				}
			}
			for i, e := range c.actionEntities() {
				text := e["description"].(string)
				r := c.runs[i]
				meshes := r.System == experiment.MPNN
				if strings.Contains(text, " 0 ") || strings.Contains(text, "meshes of") != meshes || !strings.Contains(text, r.Describe()) {
					t.Fatalf("%s: the crate says %q", r.ID(), text)
				}
			}
		}
	}
	for _, s := range []string{experiment.MPNN, experiment.DPNN, experiment.D2NN, experiment.Absorber} {
		if systems[s] == 0 {
			t.Errorf("no figure has runs of system %s", s)
		}
	}
}

// TestRunsOfDiffractiveNetworksAreBounded likewise to those of absorbers.
func TestRunsOfDiffractiveNetworksAreBounded(t *testing.T) {
	var some experiment.Run
	for _, f := range figures.All() {
		if f.ID != "dat-ed5" {
			continue
		}
		for _, r := range f.Runs(figures.Profiles()[0]) {
			if r.System == experiment.DPNN && r.Method == experiment.DAT {
				some = r
			}
		}
	}
	if some.Diffracting == nil {
		t.Fatal("dat-ed5 has no runs of diffractive networks by dual adaptive training")
	}
	for want, change := range map[string]func(r *experiment.Run, d *experiment.Diffracting){
		"side":   func(_ *experiment.Run, d *experiment.Diffracting) { d.Side = 1 << 14 },
		"blocks": func(_ *experiment.Run, d *experiment.Diffracting) { d.Blocks = 65 },
		"layers": func(_ *experiment.Run, d *experiment.Diffracting) { d.Layers = 1000 },
		"states": func(r *experiment.Run, d *experiment.Diffracting) {
			d.Blocks, r.States = 2, []int{0, 0, 0}
		},
	} {
		r, d := some, *some.Diffracting
		r.Diffracting = &d
		if change(&r, &d); d == *some.Diffracting {
			t.Fatalf("%s: nothing changed", want)
		}
		if err := checkRun(r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
