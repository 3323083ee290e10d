package figure

import (
	"fmt"
	"testing"
)

// methods are the known methods, each with the spellings that must look alike.
var methods = [][]string{
	{"in silico", "direct", "In-silico", "in_silico", "direct deployment", "in silico training", "in silico (direct)"},
	{"PAT", "pat", "physics-aware training", "Physics-Aware Training"},
	{"AT", "adaptive training"},
	{"DAT w/o IS", "DAT without IS", "dat-wo-is", "dual adaptive training without internal states"},
	{"DAT w/ IS", "DAT", "DAT with IS", "dual adaptive training", "Dual Adaptive Training (with internal states)"},
	{"BP", "backpropagation", "BP in silico", "in silico BP"},
	{"SAT", "SAT in situ", "SAT (in situ)", "in situ SAT", "sharpness-aware training"},
	{"SAT in silico", "in-silico SAT", "SAT (in silico)"},
	{"NAT", "noise-aware training", "NAT in silico"},
	{"pruning", "Pruning"},
}

func TestSpellingsOfAMethodLookAlike(t *testing.T) {
	for _, spellings := range methods {
		for _, s := range spellings[1:] {
			if MethodStyle(s) != MethodStyle(spellings[0]) {
				t.Errorf("%q and %q look different", s, spellings[0])
			}
		}
	}
}

// TestStylesAreSettled holds the face of published figures: these colours may
// not change with the code.
func TestStylesAreSettled(t *testing.T) {
	for method, want := range map[string]string{
		"direct": "000000 0", "PAT": "E69F00 1", "AT": "56B4E9 2", "DAT w/o IS": "0072B2 3", "DAT w/ IS": "D55E00 6",
		"BP": "7F7F7F 7", "SAT": "009E73 4", "SAT in silico": "00584A 2", "NAT": "CC79A7 5", "pruning": "8C5A2B 1",
		"my method": "332288 1",
	} {
		s := MethodStyle(method)
		if got := fmt.Sprintf("%02X%02X%02X %d", s.Colour.R, s.Colour.G, s.Colour.B, s.Marker); got != want {
			t.Errorf("%s is drawn in %s, expected %s", method, got, want)
		}
	}
}
