package engine

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"lightfast/pnn/experiment"
	"lightfast/reproduce/figures"
)

// TestCoarseSamplingIsRemarkedOnOnce: at the start of a run a person is told of
// distances that planes carry badly, once for each system, and results do not know.
func TestCoarseSamplingIsRemarkedOnOnce(t *testing.T) {
	var log bytes.Buffer
	o := tiny(t, t.TempDir(), 1, "dat-fig2")
	o.Status = NewStatus(&log, false)
	var r experiment.Run
	for _, of := range o.Figures[0].Runs(o.Profile) {
		if of.Method == experiment.Direct {
			r = of.Base()
		}
	}
	d := *r.Diffracting
	r.Diffracting = &d
	d.Distance = 20e-3
	again := r
	again.Seed++
	o.runs = []experiment.Run{r, again}
	if _, err := o.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	said := log.String()
	if !strings.HasPrefix(said, "warning: diffractive network of ") || strings.Count(said, "warning") != 2 || !strings.Contains(said, "points would do") || !strings.Contains(said, "% of the bandwidth") {
		t.Errorf("said\n%s", said)
	}
	for name, text := range contents(t, o.Out) {
		if strings.Contains(text, "points would do") {
			t.Errorf("%s holds the warning", name)
		}
	}
	if ws := Warnings(experiment.Run{System: experiment.DPNN, Diffracting: &experiment.Diffracting{Side: -1}}); ws != nil {
		t.Errorf("a run that cannot be: %q", ws)
	}
}

// TestPublishedSystemsAreSampledWell: no figure has a system that is warned of.
func TestPublishedSystemsAreSampledWell(t *testing.T) {
	for _, p := range figures.Profiles() {
		if ws := Warnings(Options{Profile: p, Figures: figures.All()}.Plan()...); len(ws) > 0 {
			t.Errorf("profile %s: %q", p.Name, ws)
		}
	}
}
