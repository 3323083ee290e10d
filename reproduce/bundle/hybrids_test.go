package bundle

import (
	"reflect"
	"strings"
	"testing"

	"lightfast/reproduce/figures"
)

// TestHybridsTravel: what a profile says of hybrid networks is in a bundle's
// configuration, and is bounded there; their runs can be handed on.
func TestHybridsTravel(t *testing.T) {
	for _, p := range figures.Profiles() {
		c := configuration{Format: format, Profile: newProfileEntry(p), Figures: []figureEntry{{ID: "sat-fig4c"}}}
		text, err := c.encode()
		if err != nil {
			t.Fatal(err)
		}
		read, err := parseConfiguration(text)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(read.profile().Hybrids, p.Hybrids) {
			t.Errorf("%s: %+v came back as %+v", p.Name, p.Hybrids, read.profile().Hybrids)
		}
		for _, n := range []int{-1, maxLevels + 1} {
			c.Profile.Hybrids.Seeds = n
			if err := c.check(); err == nil || !strings.Contains(err.Error(), "profile.hybrids") {
				t.Errorf("%s: %d seeds are accepted: %v", p.Name, n, err)
			}
		}
		for _, id := range []string{"sat-fig4c", "sat-fig5e"} {
			f, err := figures.Find(id)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range f.Runs(p) {
				if err := checkRun(r); err != nil {
					t.Errorf("%s: %s: %v", id, r.ID(), err)
				}
			}
		}
	}
}
