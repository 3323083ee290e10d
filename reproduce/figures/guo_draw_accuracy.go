package figures

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"lightfast/pnn/dataset"
	"lightfast/pnn/figure"
)

// against is the mean accuracy of the trials with a label, by what the figure
// shows them against: ours with their deviations, and where there are any the
// published values. Series without a point are left out.
func against(ts []trial, labels ...string) (series []figure.Series) {
	for _, paper := range []bool{false, true} {
		for _, label := range labels {
			s := figure.Series{Label: label, Paper: paper}
			for _, t := range ts {
				if t.label != label || math.IsNaN(t.at) {
					continue
				}
				mean, deviation := t.mean()
				if paper {
					if mean, deviation = t.paper.mean, t.paper.deviation; math.IsNaN(mean) {
						continue
					}
				}
				s.X, s.Y, s.YErr = append(s.X, t.at), append(s.Y, mean), append(s.YErr, deviation)
			}
			if slices.ContainsFunc(s.Y, isNumber) {
				series = append(series, s)
			}
		}
	}
	return series
}

// accuracyPanel makes a panel of curves of accuracies in percent: the lower limit
// is a round number below them all. Without a curve of ours it is an empty frame.
func accuracyPanel(l figure.Lines) figure.Panel {
	low, ours := 100.0, false
	for _, s := range l.Series {
		ours = ours || !s.Paper
		for i, y := range s.Y {
			if i < len(s.YErr) && isNumber(s.YErr[i]) {
				y -= s.YErr[i]
			}
			if isNumber(y) {
				low = min(low, y)
			}
		}
	}
	if !ours {
		return blank(l.Title + ": no result yet")
	}
	l.YLabel, l.YMin, l.YMax = "test accuracy (%)", roundBelow(low), 100
	return l
}

// roundBelow is a round number below an accuracy, from which an axis may start.
func roundBelow(low float64) float64 {
	step := 10.0
	if low > 91 {
		step = 2
	}
	return max(0, step*math.Floor((low-0.5)/step))
}

// bar is a bar of some trials, one in each group; a trial without runs leaves a
// gap.
func bar(label string, ts []trial) figure.BarSeries {
	b := figure.BarSeries{Label: label}
	for _, t := range ts {
		mean, deviation := t.mean()
		b.Values, b.Err, b.Paper = append(b.Values, math.Round(100*mean)/100), append(b.Err, deviation), append(b.Paper, t.paper.mean)
	}
	if !slices.ContainsFunc(b.Paper, isNumber) {
		b.Paper = nil
	}
	return b
}

// barsOf are bars of accuracies, from a round number below them all; those
// without any value of ours are left out, and without any bar it is an empty
// frame.
func barsOf(heading string, groups []string, series []figure.BarSeries) figure.Panel {
	low := 100.0
	series = slices.DeleteFunc(series, func(b figure.BarSeries) bool { return !slices.ContainsFunc(b.Values, isNumber) })
	for _, b := range series {
		for i, v := range b.Values {
			if isNumber(b.Err[i]) {
				v -= b.Err[i]
			}
			if isNumber(v) {
				low = min(low, v)
			}
			if b.Paper != nil && isNumber(b.Paper[i]) {
				low = min(low, b.Paper[i])
			}
		}
	}
	if len(series) == 0 {
		return blank(heading + ": no result yet")
	}
	return figure.Bars{Title: heading, YLabel: "test accuracy (%)", YMin: roundBelow(low), YMax: 100, Groups: groups, Series: series, Annotate: len(series)*len(groups) <= 6}
}

// drawGuo4a draws absorbers beside other neurons, and against the optical depth.
func drawGuo4a(p Profile, r Results) (Drawing, error) {
	c, err := hold("guo-fig4a", p, r, trials4a(p))
	if err != nil {
		return Drawing{}, err
	}
	deep := p.Optics.deep()
	var bars []figure.BarSeries
	for _, label := range []string{"ReLU", exactSA, opticalSA, linear} {
		for _, t := range c.trials {
			if t.label == label && (math.IsNaN(t.at) || t.at == deep) {
				bars = append(bars, bar(label, []trial{t}))
			}
		}
	}
	depths := figure.Lines{Title: "against the optical depth", XLabel: "optical depth a₀", XLog: true, XTicks: []float64{0.1, 0.3, 1, 3, 10, 30},
		Series: against(c.trials, exactSA, opticalSA)}
	d := c.drawing(&figure.Figure{Columns: 2, Panels: []figure.Panel{
		barsOf(fmt.Sprintf("absorbers of a₀ = %g and other neurons", deep), []string{dataset.Title(p.Optics.first())}, bars),
		accuracyPanel(depths),
	}})
	d.Notes = append(d.Notes, "The linear network is that of absorbers without depth. Above a₀ = 30 weights begin with two peaks, N(±0.05, 0.15²) as in the authors' code, else with N(0, 0.1²).")
	if len(d.Values) > 0 {
		d.Notes = append(d.Notes, "Published values against the optical depth are read off the plot to about 0.2 points, those at a₀ = 30 are from the text. The one at a₀ = 8 may be one at 10.")
	}
	return d, nil
}

// drawGuo4b draws convolutional networks, a group of bars for each data set.
func drawGuo4b(p Profile, r Results) (Drawing, error) {
	c, err := hold("guo-fig4b", p, r, trials4b(p))
	if err != nil {
		return Drawing{}, err
	}
	there := map[string]bool{} // data sets with a result
	for _, t := range c.trials {
		there[t.data()] = there[t.data()] || t.missing() < len(t.runs)
	}
	var bars []figure.BarSeries
	var groups []string
	for _, data := range p.Optics.Sets {
		if there[data] {
			groups = append(groups, dataset.Title(data))
		}
	}
	for _, label := range []string{exactSA, opticalSA, "ReLU", "tanh", "sigmoid", linear} {
		var ts []trial
		for _, t := range c.trials {
			if t.label == label && there[t.data()] {
				ts = append(ts, t)
			}
		}
		bars = append(bars, bar(label, ts))
	}
	f := &figure.Figure{Panels: []figure.Panel{barsOf("", groups, bars)}, WidthCM: 12}
	if len(groups) > 1 {
		f.WidthCM = 18
	}
	d := c.drawing(f)
	d.Notes = append(d.Notes,
		fmt.Sprintf("Convolutions of %s channels, the paper's are of 32 and 64. Absorbers have a₀ = %d, mean pooling, mean squares and %s; the others maximum pooling, softmax cross-entropy and %s. The linear classifier has no hidden layer.",
			strings.Trim(strings.ReplaceAll(fmt.Sprint(p.Optics.Channels), " ", " and "), "[]"), hiddenDepth, count(p.Optics.Conv, "epoch"), count(p.Optics.Baseline, "epoch")))
	return d, nil
}
