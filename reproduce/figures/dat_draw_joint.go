package figures

import (
	"fmt"
	"slices"

	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
)

// drawFig5c draws bars of the accuracy on chips with both kinds of error.
func drawFig5c(p Profile, r Results) (Drawing, error) {
	s, err := gather("dat-fig5c", p, r, p.DataSets, jointChips(p.Joint), jointWays)
	if err != nil {
		return Drawing{}, err
	}
	f := &figure.Figure{Columns: 1, WidthCM: 18, PanelHeightCM: 5.5}
	if len(p.Joint) == 1 {
		f.WidthCM = 11
	}
	for _, data := range p.DataSets {
		b := s.bars(data, jointChips(p.Joint), jointWays, labels(jointWays))
		if len(b.Series) == 0 {
			continue
		}
		for _, e := range p.Joint {
			b.Groups = append(b.Groups, fmt.Sprintf("%g / %g", e[0], e[1]))
		}
		b.XLabel = "splitter error σ / phase error σ (rad)"
		f.Panels = append(f.Panels, b)
	}
	return s.compared(f), nil
}

// jointChips lists chips with both kinds of error.
func jointChips(levels [][2]float64) (cs []experiment.Chip) {
	for _, e := range levels {
		cs = append(cs, experiment.Chip{Splitter: e[0], Phase: e[1]})
	}
	return cs
}

// bars is the accuracy of ways on a data set, a group of bars for each chip; the
// caller names the groups. names are those in the legend. A way without any result
// is left out.
func (s study) bars(data string, cs []experiment.Chip, ways []way, names []string) figure.Bars {
	b := figure.Bars{Title: dataset.Title(data), YLabel: "accuracy on the chip (%)", YMax: 100, Annotate: len(cs)*len(ways) <= 8}
	variants := map[string]int{}
	for i, w := range ways {
		bar := figure.BarSeries{Label: names[i], Method: w.style()}
		for _, c := range cs {
			pt := s.at(w, data, c)
			bar.Values, bar.Paper = append(bar.Values, pt.accuracy()), append(bar.Paper, pt.published())
		}
		if !slices.ContainsFunc(bar.Paper, isNumber) {
			bar.Paper = nil
		}
		if !slices.ContainsFunc(bar.Values, isNumber) {
			continue
		}
		bar.Variant = variants[bar.Method]
		variants[bar.Method]++
		b.Series = append(b.Series, bar)
	}
	return b
}
