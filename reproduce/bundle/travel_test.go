package bundle

import (
	"reflect"
	"strings"
	"testing"

	"lightfast/pnn/experiment"
	"lightfast/pnn/optical"
	"lightfast/reproduce/figures"
)

// TestProfilesTravel: what a profile says comes back from a bundle's configuration.
func TestProfilesTravel(t *testing.T) {
	for _, p := range figures.Profiles() {
		c := configuration{Format: format, Profile: newProfileEntry(p), Figures: []figureEntry{{ID: "dat-fig4bc"}}}
		text, err := c.encode()
		if err != nil {
			t.Fatal(err)
		}
		read, err := parseConfiguration(text)
		if err != nil {
			t.Fatal(err)
		}
		sent, came := reflect.ValueOf(p), reflect.ValueOf(read.profile())
		for i := range sent.NumField() {
			if field := sent.Type().Field(i).Name; !reflect.DeepEqual(sent.Field(i).Interface(), came.Field(i).Interface()) {
				t.Errorf("%s: %s: %+v came back as %+v", p.Name, field, sent.Field(i), came.Field(i))
			}
		}
	}
}

// TestProfilesAreBounded: a configuration that asks for endless work is refused.
func TestProfilesAreBounded(t *testing.T) {
	for _, bad := range []struct {
		field string
		spoil func(e *profileEntry)
	}{
		{"profile.diffractive", func(e *profileEntry) { e.Diffractive.Seeds = maxLevels + 1 }},
		{"profile.diffractive", func(e *profileEntry) { e.Diffractive.Seeds = -1 }},
		{"profile.diffractive", func(e *profileEntry) { e.Diffractive.FirstSeed = maxLevels + 1 }},
		{"profile.diffractive", func(e *profileEntry) { e.Diffractive.FirstSeed = -1 }},
		{"profile.diffractive", func(e *profileEntry) { e.Diffractive.Blind = -1 }},
		{"profile.optics", func(e *profileEntry) { e.Optics.Seeds = maxLevels + 1 }},
		{"profile.hybrids", func(e *profileEntry) { e.Hybrids.Seeds = maxLevels + 1 }},
		{"profile.hybrids", func(e *profileEntry) { e.Hybrids.Seeds = -1 }},
		{"profile.hybrids", func(e *profileEntry) { e.Hybrids.SharpSeeds = -1 }},
		{"profile.rings", func(e *profileEntry) { e.Rings.Seeds = maxLevels + 1 }},
		{"profile.rings", func(e *profileEntry) { e.Rings.Seeds = -1 }},
		{"profile.rings", func(e *profileEntry) { e.Rings.Radii = make([]float64, maxLevels+1) }},
	} {
		for _, p := range figures.Profiles() {
			c := configuration{Format: format, Profile: newProfileEntry(p), Figures: []figureEntry{{ID: "dat-fig4bc"}}}
			if err := c.check(); err != nil {
				t.Fatalf("%s: %v", p.Name, err)
			}
			bad.spoil(&c.Profile)
			if err := c.check(); err == nil || !strings.Contains(err.Error(), bad.field) {
				t.Errorf("%s: %s is accepted: %v", p.Name, bad.field, err)
			}
		}
	}
}

// TestRunsTravel: those of all figures can be handed on.
func TestRunsTravel(t *testing.T) {
	for _, f := range figures.All() {
		if f.Runs == nil {
			continue
		}
		for _, p := range figures.Profiles() {
			for _, r := range f.Runs(p) {
				if err := checkRun(r); err != nil {
					t.Errorf("%s: %s: %v", f.ID, r.ID(), err)
				}
			}
		}
	}
}

// TestRunsOfAbsorbersAreBounded: one that would take the memory of a machine is
// refused.
func TestRunsOfAbsorbersAreBounded(t *testing.T) {
	wide := make([]int, 60)
	for i := range wide {
		wide[i] = 4096
	}
	r := experiment.AbsorberRun(optical.PublishedMLP(10, optical.Optical, wide...), "mnist", 1, 1)
	if err := checkRun(r); err == nil || !strings.Contains(err.Error(), "weights") {
		t.Errorf("60 layers of 4096 neurons: %v", err)
	}
}
