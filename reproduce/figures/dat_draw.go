package figures

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
	"lightfast/pnn/train"
)

// study is a set of runs that one figure compares, with their results.
type study struct {
	id     string
	p      Profile
	points []point
	more   []string // said in the footer besides
}

// point is one run of a study.
type point struct {
	way    way
	run    experiment.Run
	result *experiment.Result // nil: none yet
}

// gather finds the results of all ways on all data sets and chips, in the order
// in which the figures list their runs.
func gather(id string, p Profile, r Results, sets []string, chips []experiment.Chip, ways []way) (study, error) {
	s := study{id: id, p: p}
	for _, data := range sets {
		for _, c := range chips {
			for _, w := range ways {
				run := w.run(p, data, c)
				res, err := r(run)
				if err != nil {
					return s, fmt.Errorf("figures: %s: %w", id, err)
				}
				s.points = append(s.points, point{w, run, res})
			}
		}
	}
	return s, nil
}

// at is the point of a way on a data set and a chip.
func (s study) at(w way, data string, c experiment.Chip) point {
	for _, pt := range s.points {
		if pt.way.label == w.label && pt.run.Data == data && pt.run.Chip.Phase == c.Phase && pt.run.Chip.Splitter == c.Splitter {
			return pt
		}
	}
	return point{way: w}
}

// fraction is the accuracy on the chip, NaN if there is no result.
func (pt point) fraction() float64 {
	if pt.result == nil {
		return math.NaN()
	}
	return pt.result.Accuracy()
}

// accuracy is the accuracy in percent, to the four decimals that a test set of a
// million images has, so that it compares with published numbers as written.
func (pt point) accuracy() float64 { return math.Round(1e6*pt.fraction()) / 1e4 }

// published is the published accuracy in percent, NaN if there is none.
func (pt point) published() float64 {
	if v, ok := publishedAccuracy(pt.way, pt.run.Data, pt.run.Chip); ok {
		return v
	}
	return math.NaN()
}

// missing counts the runs that have no result.
func (s study) missing() (n int) {
	for _, pt := range s.points {
		if pt.result == nil {
			n++
		}
	}
	return n
}

// drawing joins the panels, the table of the runs and what the reader should
// know. Without panels it is an empty frame that says so.
func (s study) drawing(f *figure.Figure) Drawing {
	d := Drawing{Image: f, Sweep: s.sweep()}
	if n := s.missing(); n > 0 {
		command := fmt.Sprintf("reproduce run %s --profile %s", s.id, s.p.Name)
		if s.p.Given != nil {
			command += " --errors FOLDER"
		}
		d.Notes = append(d.Notes, fmt.Sprintf("%d of %d runs are missing: run `%s`", n, len(s.points), command))
	}
	if s.p.Template.Protocol == "published" {
		d.Notes = append(d.Notes, "The epoch shown is the best on the test set, as published; that selects on test data.")
	}
	if len(f.Panels) == 0 {
		f.Panels = []figure.Panel{blank("No run of this figure has finished yet")}
	}
	f.Title, f.Footer = title(s.id), s.footer()
	return d
}

// compared is a drawing whose accuracies stand beside published ones. Published
// values alone are no figure of ours: without any result it is empty.
func (s study) compared(f *figure.Figure) Drawing {
	if s.missing() == len(s.points) {
		f.Panels = nil
	}
	d := s.drawing(f)
	d.Values = s.values()
	switch {
	case len(d.Values) == 0:
	case s.p.Given != nil:
		d.Notes = append(d.Notes, "Paper: what the authors' published weights reach on the same chips.")
	default:
		d.Notes = append(d.Notes, "Paper: what the authors' published weights reach on the authors' chips. The chips here are drawn anew, which under severe errors moves single values by several points, most of all for direct deployment.")
	}
	return d
}

// footer says on the face of a figure what made it.
func (s study) footer() string {
	var names []string
	for _, pt := range s.points {
		if n := dataset.Title(pt.run.Data); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	t := s.p.Template
	how := fmt.Sprintf("%d training images, %d epochs, batch %d", t.Train, t.Epochs, t.Batch)
	if t.Epochs == 1 {
		how = strings.Replace(how, "epochs", "epoch", 1)
	}
	more := append([]string{how}, s.more...)
	if t.Protocol == train.HeldOut {
		more = append(more, "best epoch by held-out samples")
	}
	if s.p.Given != nil {
		more = append(more, "the authors' chips")
	}
	return figure.Footer(s.p.Name, strings.Join(names, ", "), more...)
}

// title is the title of the figure with the given name.
func title(id string) string {
	f, err := Find(id)
	if err != nil {
		return id
	}
	return f.Title
}

// blank is an empty frame in the place of a panel that has nothing to show.
func blank(why string) figure.Panel {
	return figure.Map{Title: why, Values: [][]float64{{0, 0, 0}}, Colours: figure.Diverging, Min: -1, Max: 1, HideBar: true}
}

// style is the method that decides the colour of a way: the size of its
// predictors does not.
func (w way) style() string {
	name, _, _ := strings.Cut(w.label, " (")
	return name
}

// percent writes an accuracy.
func percent(v float64) string { return fmt.Sprintf("%.1f %%", v) }
