package bundle

import (
	"reflect"
	"strings"
	"testing"

	"lightfast/reproduce/figures"
)

// TestRingsTravel: what a profile says of networks of rings is in a bundle's
// configuration, and is bounded there; runs of the figures can be handed on.
func TestRingsTravel(t *testing.T) {
	for _, p := range figures.Profiles() {
		c := configuration{Format: format, Profile: newProfileEntry(p), Figures: []figureEntry{{ID: "sat-fig2g"}}}
		text, err := c.encode()
		if err != nil {
			t.Fatal(err)
		}
		read, err := parseConfiguration(text)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(read.profile().Rings, p.Rings) {
			t.Errorf("%s: %+v came back as %+v", p.Name, p.Rings, read.profile().Rings)
		}
		for _, bad := range []figures.Rings{{Seeds: maxLevels + 1}, {Seeds: -1}, {Radii: make([]float64, maxLevels+1)}} {
			c.Profile.Rings = bad
			if err := c.check(); err == nil || !strings.Contains(err.Error(), "profile.rings") {
				t.Errorf("%s: %d seeds and %d radii are accepted: %v", p.Name, bad.Seeds, len(bad.Radii), err)
			}
		}
		for _, id := range []string{"sat-drift", "sat-rho"} {
			f, err := figures.Find(id)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range f.Runs(p) {
				if err := checkRun(r); err != nil {
					t.Fatalf("%s: %s: %v", f.ID, r.ID(), err)
				}
			}
		}
	}
}
