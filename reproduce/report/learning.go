package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/reproduce/engine"
)

// curve is the learning curve of a run. Accuracies are in percent, one value an
// epoch; the first accuracy of a direct deployment is its only one.
type curve struct {
	Run      string `json:"run"`
	Best     int    `json:"best"` // epoch, from 1
	Direct   bool   `json:"direct,omitempty"`
	Accuracy []num  `json:"accuracy"`
	Loss     []num  `json:"loss"`
	Mismatch []num  `json:"mismatch"` // loss of the error predictors
}

// lesson is the learning curves of the runs on one data set and one chip.
type lesson struct {
	Name   string `json:"name"`
	Curves []turn `json:"curves"`
}

// turn is one run in a lesson.
type turn struct {
	Label string `json:"label"`
	Look  look   `json:"look"`
	Run   int    `json:"run"` // index of its curve
}

// learning lists the learning curves of a figure that are there, by data set and
// chip, in the order of its runs.
func (b *builder) learning(p engine.Page) ([]lesson, error) {
	lessons := []lesson{}
	var l looks
	sizes := predictorSizes(p.Runs)
	for _, r := range p.Runs {
		s, err := b.load(p, r)
		if err != nil {
			return nil, err
		}
		if s.result == nil {
			continue
		}
		if s.curve < 0 {
			s.curve = len(b.curves)
			b.curves = append(b.curves, newCurve(s.result))
		}
		name := lessonName(r)
		i := slices.IndexFunc(lessons, func(l lesson) bool { return l.Name == name })
		if i < 0 {
			i = len(lessons)
			lessons = append(lessons, lesson{Name: name})
		}
		method, label, variant := naming(r, sizes)
		if slices.ContainsFunc(lessons[i].Curves, func(t turn) bool { return t.Label == label }) {
			label += ", " + r.ID()
		}
		lessons[i].Curves = append(lessons[i].Curves, turn{Label: label, Look: l.of(method, variant), Run: s.curve})
	}
	// A curve needs more than one epoch.
	return slices.DeleteFunc(lessons, func(l lesson) bool {
		return !slices.ContainsFunc(l.Curves, func(t turn) bool { return len(b.curves[t.Run].Accuracy) > 1 })
	}), nil
}

// lessonName is the data set of a run with its chip, or with its seed if it has
// none; of a diffractive network, with its size and what its ID says of how it was
// built.
func lessonName(r experiment.Run) string {
	if d := r.Diffracting; r.System == experiment.DPNN && d != nil {
		name := fmt.Sprintf("%s, %d x %d modulators", dataset.Title(r.Data), d.Blocks, d.Layers)
		_, rest, _ := strings.Cut(r.ID(), "_"+r.Data+"_")
		if i := strings.LastIndex(rest, "_"); i > 0 {
			name += ", " + strings.ReplaceAll(rest[:i], "_", " ")
		}
		return name
	}
	if r.System == experiment.Absorber {
		return fmt.Sprintf("%s, seed %d", dataset.Title(r.Data), r.Seed)
	}
	return dataset.Title(r.Data) + ", " + r.Chip.Describe()
}

func newCurve(r *experiment.Result) curve {
	c := curve{Run: r.Run.ID(), Best: r.BestEpoch, Direct: r.Run.Deploys()}
	for _, e := range r.Curve {
		accuracy := e.DeviceTest
		if math.IsNaN(accuracy) { // nothing was measured
			accuracy = e.ModelTest
		}
		c.Accuracy = append(c.Accuracy, num(100*accuracy))
		c.Loss, c.Mismatch = append(c.Loss, num(e.TaskLoss)), append(c.Mismatch, num(e.Similarity))
	}
	return c
}

// predictorSizes lists the sizes of error predictors among runs.
func predictorSizes(runs []experiment.Run) (sizes [][3]int) {
	for _, r := range runs {
		if r.Method == experiment.DAT && !slices.Contains(sizes, r.Features) {
			sizes = append(sizes, r.Features)
		}
	}
	return sizes
}

// naming is what legends call a run: the method, which decides its colour, and
// the size of the predictors where there are several.
func naming(r experiment.Run, sizes [][3]int) (method, label string, variant int) {
	if r.System == experiment.Absorber { // the network with its neurons: its ID up to the data set
		label, _, _ = strings.Cut(r.ID(), "_"+r.Data+"_")
		return label, label, 0
	}
	switch r.Method {
	case experiment.Direct, experiment.InSilico:
		return r.Method, r.Method, 0
	case experiment.Later:
		method = fmt.Sprintf("DAT, day %d", r.Diffracting.Day)
		if r.Diffracting.Calibrated {
			method += ", calibrated anew"
		}
		return method, method, 0
	case experiment.DAT:
	default:
		method = strings.ToUpper(r.Method)
		return method, method, 0
	}
	inner := r.Meshes - 1 // stages with a state behind them
	if r.System == experiment.DPNN {
		inner = r.Diffracting.Blocks - 1
	}
	switch {
	case r.Separable:
		method = "separable"
	case len(r.States) == 0:
		method = "DAT w/o IS"
	case len(r.States) == inner:
		method = "DAT w/ IS"
	default:
		method = fmt.Sprintf("DAT w/ %d IS", len(r.States))
	}
	if len(sizes) < 2 {
		return method, method, 0
	}
	label = fmt.Sprintf("%s (%d-%d-%d)", method, r.Features[0], r.Features[1], r.Features[2])
	// The largest predictors are drawn solid.
	return method, label, min(len(sizes)-1-slices.Index(sizes, r.Features), 2)
}
