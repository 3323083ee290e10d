package figures

import (
	"fmt"
	"math"

	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
)

// errorFree is the published accuracy (%) without errors: of the authors'
// in-silico weights, evaluated on the 10,000 test images.
func errorFree(data string) float64 {
	switch data {
	case "mnist":
		return 96.77
	case "fashion-mnist":
		return 86.01
	}
	return math.NaN()
}

// drawFig4bc draws accuracy against one kind of error, data set by data set.
// Direct deployment begins at the accuracy of the model without errors.
func drawFig4bc(p Profile, r Results) (Drawing, error) {
	s, err := gatherSweep("dat-fig4bc", p, r, p.DataSets, p.Sigmas, fourWays)
	if err != nil {
		return Drawing{}, err
	}
	ideal := make([]point, len(p.DataSets))
	for i, data := range p.DataSets {
		run := direct.run(p, data, experiment.Chip{}).Base()
		res, err := r(run)
		if err != nil {
			return Drawing{}, fmt.Errorf("figures: %s: %w", s.id, err)
		}
		ideal[i] = point{direct, run, res}
	}
	f := &figure.Figure{Columns: 2}
	for i, data := range p.DataSets {
		var panels []figure.Lines
		for _, kind := range kinds {
			l := s.curves(data, kind, p.Sigmas, fourWays, labels(fourWays))
			begin(&l, ideal[i].accuracy(), errorFree(data))
			panels = append(panels, l)
		}
		f.Panels = append(f.Panels, alike(panels)...)
	}
	d := s.compared(f)
	d.Notes = append(d.Notes, "Direct deployment begins at σ = 0 with the accuracy of the in-silico model itself.")
	for i, data := range p.DataSets {
		if paper := errorFree(data); !math.IsNaN(paper) {
			v := Value{What: "in silico, " + dataset.Title(data) + ", no errors", Ours: ideal[i].accuracy(), Paper: paper, Unit: "%"}
			if p.Name == "paper" {
				v.Tolerance = 1
			}
			d.Values = append(d.Values, v)
		}
	}
	return d, nil
}

// begin puts the points without errors at the beginning of the curves of direct
// deployment, where there are any.
func begin(l *figure.Lines, ours, paper float64) {
	for i := range l.Series {
		s := &l.Series[i]
		v := ours
		if s.Paper {
			v = paper
		}
		if s.Method == direct.style() && !math.IsNaN(v) {
			s.X, s.Y = append([]float64{0}, s.X...), append([]float64{v}, s.Y...)
			if s.YErr != nil {
				s.YErr = append([]float64{math.NaN()}, s.YErr...)
			}
		}
	}
}

// severe is a figure of accuracy under severe errors: its ways in the order of
// their runs, and as its panels compare them.
type severe struct {
	id     string
	sigmas []float64
	ways   []way
	panels [][]way  // for each kind of error a panel for each of these groups
	labels []string // of the members of a group
}

// drawFig4d draws DAT without and with internal states, with the small predictors
// and with the large ones.
func drawFig4d(p Profile, r Results) (Drawing, error) {
	return severe{
		"dat-fig4d", p.Severe, []way{datSmall, datLarge, isSmall, isLarge},
		[][]way{{datSmall, isSmall}, {datLarge, isLarge}}, []string{"DAT w/o IS", "DAT w/ IS"},
	}.draw(p, r)
}

// drawFig4e draws unitary and separable mode likewise.
func drawFig4e(p Profile, r Results) (Drawing, error) {
	return severe{
		"dat-fig4e", p.Severe, []way{isSmall, isLarge, apartS, apartL},
		[][]way{{isSmall, apartS}, {isLarge, apartL}}, []string{"unitary", "separable"},
	}.draw(p, r)
}

// drawED9 draws the unitary mode with states behind two meshes, one and none.
func drawED9(p Profile, r Results) (Drawing, error) {
	ways := []way{datLarge, oneState, isLarge}
	return severe{
		"dat-ed9", p.ladder(), ways,
		[][]way{ways}, []string{"no internal states", "1 internal state", "2 internal states"},
	}.draw(p, r)
}

// draw draws the figure for the first data set.
func (v severe) draw(p Profile, r Results) (Drawing, error) {
	data := p.first()
	s, err := gatherSweep(v.id, p, r, data, v.sigmas, v.ways)
	if err != nil {
		return Drawing{}, err
	}
	if len(v.sigmas) == 1 {
		return s.compared(v.bars(s, data[0])), nil
	}
	var panels []figure.Lines
	for _, kind := range kinds {
		for _, group := range v.panels {
			l := s.curves(data[0], kind, v.sigmas, group, v.labels)
			if len(v.panels) > 1 {
				l.Title += ", predictors of " + group[0].size()
			}
			panels = append(panels, l)
		}
	}
	return s.compared(&figure.Figure{Columns: 2, Panels: alike(panels)}), nil
}

// bars is the figure for a single level of error, where there is nothing to draw
// a curve against.
func (v severe) bars(s study, data string) *figure.Figure {
	var ways []way
	var labels []string
	for _, group := range v.panels {
		for i, w := range group {
			ways, labels = append(ways, w), append(labels, v.labels[i])
			if len(v.panels) > 1 {
				labels[len(labels)-1] += " (" + w.size() + ")"
			}
		}
	}
	sigma := v.sigmas[0]
	b := s.bars(data, []experiment.Chip{chip(phase, sigma), chip(splitter, sigma)}, ways, labels)
	b.Groups = []string{fmt.Sprintf("phase error σ = %g rad", sigma), fmt.Sprintf("splitter error σ = %g", sigma)}
	f := &figure.Figure{WidthCM: 12}
	if len(b.Series) > 0 {
		f.Panels = []figure.Panel{b}
	}
	return f
}
