package figures

import (
	"math"
	"slices"
	"strings"

	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
)

// kinds of errors in the order of the figures.
var kinds = []string{phase, splitter}

// gatherSweep gathers the runs of [sweep], in its order.
func gatherSweep(id string, p Profile, r Results, sets []string, sigmas []float64, ways []way) (study, error) {
	var cs []experiment.Chip
	for _, kind := range kinds {
		for _, s := range sigmas {
			cs = append(cs, chip(kind, s))
		}
	}
	return gather(id, p, r, sets, cs, ways)
}

// curves is the accuracy of ways against one kind of error: ours, and where there
// are any the published values. A curve without a point is left out. names are those in
// the legend.
func (s study) curves(data, kind string, sigmas []float64, ways []way, names []string) figure.Lines {
	l := figure.Lines{Title: dataset.Title(data) + ", " + kind + "s", XLabel: kind + " σ", YLabel: "accuracy on the chip (%)", XTicks: append([]float64{0}, sigmas...)}
	if kind == phase {
		l.XLabel += " (rad)"
	}
	for _, paper := range []bool{false, true} {
		for i, w := range ways {
			c := figure.Series{Label: names[i], Method: w.style(), Paper: paper}
			for _, sigma := range sigmas {
				pt := s.at(w, data, chip(kind, sigma))
				y := pt.accuracy()
				if paper {
					y = pt.published()
				}
				// A run that is missing is a gap; levels that were never published
				// are none.
				if !paper || isNumber(y) {
					c.X, c.Y = append(c.X, sigma), append(c.Y, y)
				}
			}
			if slices.ContainsFunc(c.Y, isNumber) {
				l.Series = append(l.Series, c)
			}
		}
	}
	return l
}

func isNumber(v float64) bool { return !math.IsNaN(v) }

// labels are the names of ways.
func labels(ways []way) (names []string) {
	for _, w := range ways {
		names = append(names, w.label)
	}
	return names
}

// size is the size of the predictors of a way.
func (w way) size() string {
	_, rest, _ := strings.Cut(w.label, "(")
	return strings.TrimSuffix(rest, ")")
}

// alike gives panels the same limits: whole tens of percent around all values. A
// panel without any curve becomes an empty frame.
func alike(panels []figure.Lines) (out []figure.Panel) {
	lo, hi := 100.0, 0.0
	for _, l := range panels {
		for _, c := range l.Series {
			for i, y := range c.Y {
				if !isNumber(y) {
					continue
				}
				e := 0.0
				if c.YErr != nil && isNumber(c.YErr[i]) {
					e = c.YErr[i]
				}
				lo, hi = min(lo, y-e), max(hi, y+e)
			}
		}
	}
	lo, hi = max(0, 10*math.Floor((lo-1)/10)), min(100, 10*math.Ceil((hi+1)/10))
	for _, l := range panels {
		if len(l.Series) == 0 {
			out = append(out, blank(l.Title+": no result yet"))
			continue
		}
		l.YMin, l.YMax = lo, hi
		l.XMin, l.XMax = room(l)
		out = append(out, l)
	}
	return out
}

// room is the range of the x axis: all points with some room beside them, but
// nothing below zero.
func room(l figure.Lines) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, c := range l.Series {
		for _, x := range c.X {
			lo, hi = min(lo, x), max(hi, x)
		}
	}
	d := max(0.05*(hi-lo), 0.002)
	return max(0, lo-d), hi + d
}
