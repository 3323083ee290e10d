package figures

import (
	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
)

// drawFig5d draws, for physics-aware and dual adaptive training, how the chip
// classifies the test set and how the scores share out by true class.
func drawFig5d(p Profile, r Results) (Drawing, error) {
	s, err := gather("dat-fig5d", p, r, p.last(), jointChips(p.worst()), jointWays)
	if err != nil {
		return Drawing{}, err
	}
	type entry struct {
		way string
		*experiment.Confusion
	}
	var all []entry
	f := &figure.Figure{Columns: 2}
	for _, pt := range s.points {
		if pt.result == nil {
			continue
		}
		c, err := pt.result.Confusion()
		if err != nil {
			return Drawing{}, err
		}
		all = append(all, entry{pt.way.label, c})
		if pt.way.label != pat.label && pt.way.label != isLarge.label {
			continue
		}
		names := classNames(pt.run.Data)
		f.Panels = append(f.Panels,
			figure.Matrix{Title: pt.way.style() + ", " + percent(pt.accuracy()), XLabel: "predicted class", YLabel: "true class", Values: counts(c), RowNames: names, ColumnNames: names, Annotate: true, Label: "images"},
			figure.Matrix{Title: pt.way.style() + ", energy distribution", XLabel: "class", YLabel: "true class", Values: c.MeanScore, RowNames: names, ColumnNames: names, Annotate: true, Label: "mean score", Max: 1})
	}
	d := s.compared(f)
	n := 0 // classes
	if len(all) > 0 {
		n = len(all[0].Count)
	}
	at := func(i int) (e entry, truth, class int) { return all[i/(n*n)], i / n % n, i % n }
	rows := len(all) * n * n
	d.Sweep = artifact.Table{Columns: []artifact.Column{
		texts("method", rows, func(i int) string { e, _, _ := at(i); return e.way }),
		ints("true_class", rows, func(i int) int { _, t, _ := at(i); return t }),
		ints("class", rows, func(i int) int { _, _, c := at(i); return c }),
		ints("count", rows, func(i int) int { e, t, c := at(i); return int(e.Count[t][c]) }),
		floats("mean_score", "1", rows, func(i int) float64 { e, t, c := at(i); return e.MeanScore[t][c] }),
	}}
	return d, nil
}

// counts are the counts of a confusion matrix as numbers to draw.
func counts(c *experiment.Confusion) (v [][]float64) {
	for _, row := range c.Count {
		var r []float64
		for _, n := range row {
			r = append(r, float64(n))
		}
		v = append(v, r)
	}
	return v
}

// classNames are the names of the classes, nil where they are digits.
func classNames(data string) []string {
	if data == "fashion-mnist" {
		return []string{"T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"}
	}
	return nil
}
