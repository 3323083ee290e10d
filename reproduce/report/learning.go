package report

import (
	"fmt"
	"slices"
	"strings"

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
		name := setName(r.Data) + ", " + errorName(r.Chip)
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

func newCurve(r *experiment.Result) curve {
	c := curve{Run: r.Run.ID(), Best: r.BestEpoch, Direct: r.Run.Method == experiment.Direct}
	for _, e := range r.Curve {
		accuracy := e.DeviceTest
		if r.Run.Method == experiment.InSilico {
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
	switch r.Method {
	case experiment.Direct, experiment.InSilico:
		return r.Method, r.Method, 0
	case experiment.DAT:
	default:
		method = strings.ToUpper(r.Method)
		return method, method, 0
	}
	switch {
	case r.Separable:
		method = "separable"
	case len(r.States) == 0:
		method = "DAT w/o IS"
	case len(r.States) == r.Meshes-1:
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
