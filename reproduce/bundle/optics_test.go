package bundle

import (
	"reflect"
	"strings"
	"testing"

	"lightfast/pnn/experiment"
	"lightfast/pnn/optical"
	"lightfast/reproduce/figures"
)

// TestOpticsTravel: what a profile says of optical backpropagation is in a bundle's
// configuration, and is bounded there.
func TestOpticsTravel(t *testing.T) {
	for _, p := range figures.Profiles() {
		c := configuration{Format: format, Profile: newProfileEntry(p), Figures: []figureEntry{{ID: "guo-fig4a"}}}
		text, err := c.encode()
		if err != nil {
			t.Fatal(err)
		}
		read, err := parseConfiguration(text)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(read.profile().Optics, p.Optics) {
			t.Errorf("%s: %+v came back as %+v", p.Name, p.Optics, read.profile().Optics)
		}
		c.Profile.Optics.Seeds = maxLevels + 1
		if err := c.check(); err == nil || !strings.Contains(err.Error(), "profile.optics") {
			t.Errorf("%s: %d seeds are accepted: %v", p.Name, maxLevels+1, err)
		}
	}
}

// TestRunsOfAbsorbersAreBounded: those of the figures can be handed on, one that
// would take the memory of a machine cannot.
func TestRunsOfAbsorbersAreBounded(t *testing.T) {
	for _, f := range figures.Guo() {
		if f.Runs == nil {
			continue
		}
		for _, p := range figures.Profiles() {
			for _, r := range f.Runs(p) {
				if err := checkRun(r); err != nil {
					t.Fatalf("%s: %s: %v", f.ID, r.ID(), err)
				}
			}
		}
	}
	wide := make([]int, 60)
	for i := range wide {
		wide[i] = 4096
	}
	r := experiment.AbsorberRun(optical.PublishedMLP(10, optical.Optical, wide...), "mnist", 1, 1)
	if err := checkRun(r); err == nil || !strings.Contains(err.Error(), "weights") {
		t.Errorf("60 layers of 4096 neurons: %v", err)
	}
}
