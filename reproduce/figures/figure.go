package figures

import (
	"fmt"
	"strings"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
	"lightfast/pnn/nearest"
)

// Figure is one figure of a paper.
type Figure struct {
	ID      string // "dat-fig4d"
	Paper   string // key of the reference, "zheng2023"
	Title   string
	Caption string // what it shows, for the report
	// Cites lists the keys of the references that it rests on.
	Cites []string
	// Runs lists the runs it needs under a profile, in a fixed order; none for a
	// figure that is computed directly.
	Runs func(p Profile) []experiment.Run
	// Draw renders it from results. A run that has no result yet leaves a gap.
	Draw func(p Profile, r Results) (Drawing, error)
}

// Results gives the result of a run, nil if it has none yet, or an error if its
// artifacts cannot be used.
type Results func(experiment.Run) (*experiment.Result, error)

// Drawing is a drawn figure.
type Drawing struct {
	Image  *figure.Figure
	Sweep  artifact.Table // the numbers behind it, one row a run or a point
	Values []Value        // compared with the paper
	Notes  []string       // what a reader should know, such as runs that are missing
}

// Value is one number of a figure beside the published one.
type Value struct {
	What      string
	Ours      float64 // NaN: no run yet
	Paper     float64
	Unit      string
	Tolerance float64 // in the same unit; 0: not comparable, shown for orientation
}

// Within tells whether the value is at least the published one less the
// tolerance. Better is not a miss.
func (v Value) Within() bool { return v.Ours >= v.Paper-v.Tolerance-1e-9 }

// All lists every figure in the order of the report.
func All() []Figure { return append(append(DAT(), Guo()...), SAT()...) }

// Find returns the figure with the given name or an error with a suggestion.
func Find(id string) (Figure, error) {
	var names []string
	for _, f := range All() {
		if f.ID == id {
			return f, nil
		}
		names = append(names, f.ID)
	}
	return Figure{}, fmt.Errorf("no figure %q%s; the figures are %s", id, nearest.Suggest(id, names), strings.Join(names, ", "))
}
