package figures

import (
	"fmt"
	"math"

	"lightfast/pnn/absorb"
	"lightfast/pnn/artifact"
	"lightfast/pnn/figure"
	"lightfast/pnn/lane"
	"lightfast/pnn/optical"
)

// decibel is a ratio of intensities in decibel.
func decibel(ratio float64) float64 { return 10 * lane.Log(ratio) / math.Ln10 }

// gains are the bounds of the gain before the second layer, in decibel, of a run
// by epoch, from 0.
func gains(w *optical.Watch) (low, high []float64) {
	for e := range w.Records() {
		lo, hi := w.Gain(e, 1)
		low, high = append(low, decibel(lo)), append(high, decibel(hi))
	}
	return low, high
}

// amplified is the gain of a trial: means and deviations over its seeds.
type amplified struct {
	t                              trial
	low, high, lowDev, highDev, at []float64
}

func (c contest) amplified() (as []amplified, err error) {
	for _, t := range c.trials {
		var low, high [][]float64 // by seed
		for _, r := range t.results {
			if r == nil {
				continue
			}
			w, err := r.Watch()
			if err != nil {
				return nil, fmt.Errorf("figures: %s: %w", c.id, err)
			}
			l, h := gains(w)
			low, high = append(low, l), append(high, h)
		}
		if len(low) == 0 {
			continue
		}
		a := amplified{t: t}
		a.low, a.lowDev = across(low)
		a.high, a.highDev = across(high)
		for e := range a.low {
			a.at = append(a.at, float64(e))
		}
		as = append(as, a)
	}
	return as, nil
}

// across is the mean and the deviation of rows of equal lengths, place by place.
func across(rows [][]float64) (means, deviations []float64) {
	for i := range rows[0] {
		var column []float64
		for _, r := range rows {
			column = append(column, r[i])
		}
		m, d := spread(column)
		means, deviations = append(means, m), append(deviations, d)
	}
	return means, deviations
}

// drawGuoS2 draws the gain that the second layer needs.
func drawGuoS2(p Profile, r Results) (Drawing, error) {
	c, err := hold("guo-figs2", p, r, trialsS2(p))
	if err != nil {
		return Drawing{}, err
	}
	as, err := c.amplified()
	if err != nil {
		return Drawing{}, err
	}
	l := figure.Lines{XLabel: "epoch", YLabel: "gain of the intensity (dB)"}
	type row struct {
		a amplified
		e int
	}
	var rows []row
	var values []Value
	for _, a := range as {
		l.Series = append(l.Series,
			figure.Series{Label: a.t.label + ", lower bound", Method: a.t.label, X: a.at, Y: a.low, YErr: a.lowDev},
			figure.Series{Label: a.t.label + ", upper bound", Method: a.t.label, X: a.at, Y: a.high, YErr: a.highDev, Variant: 1})
		for e := range a.at {
			rows = append(rows, row{a, e})
		}
		if last := len(a.at) - 1; a.t.at == 30 && a.t.data() == "mnist" {
			for _, b := range []struct {
				name string
				v    float64
			}{{"lower", a.low[last]}, {"upper", a.high[last]}} {
				values = append(values, Value{What: fmt.Sprintf("%s bound after training, %s", b.name, a.t.label), Ours: b.v, Paper: 10, Unit: "dB"})
			}
		}
	}
	f := &figure.Figure{WidthCM: 14}
	if len(l.Series) > 0 {
		l.XTicks = epochTicks(as[0].at[len(as[0].at)-1])
		f.Panels = []figure.Panel{l}
	}
	d := c.drawing(f)
	n := len(rows)
	d.Sweep = artifact.Table{Columns: []artifact.Column{
		floats("optical_depth", "1", n, func(i int) float64 { return rows[i].a.t.at }),
		ints("epoch", n, func(i int) int { return rows[i].e }),
		floats("lower_bound", "dB", n, func(i int) float64 { return rows[i].a.low[rows[i].e] }),
		floats("upper_bound", "dB", n, func(i int) float64 { return rows[i].a.high[rows[i].e] }),
		floats("lower_deviation", "dB", n, func(i int) float64 { return rows[i].a.lowDev[rows[i].e] }),
		floats("upper_deviation", "dB", n, func(i int) float64 { return rows[i].a.highDev[rows[i].e] }),
	}}
	d.Values = values
	d.Notes = append(d.Notes, "Lower bound: the largest sum of squares of a row or a column of the weights; no passive device does with less. Upper bound: the square of the largest singular value, with which every input gets through. Epoch 0 is before training. The paper reads: about 10 dB at a₀ = 30.")
	return d, nil
}

// drawGuoS3 draws saturable gain and networks of it.
func drawGuoS3(p Profile, r Results) (Drawing, error) {
	c, err := hold("guo-figs3", p, r, trialsS3(p))
	if err != nil {
		return Drawing{}, err
	}
	m, err := newMedium(absorb.Gain(publishedGain, absorb.Amplitude))
	if err != nil {
		return Drawing{}, fmt.Errorf("figures: %s: %w", c.id, err)
	}
	x, name := grid(5, 241), fmt.Sprintf("g₀ = %d", publishedGain)
	f := &figure.Figure{Columns: 2, PanelLegends: true, Panels: []figure.Panel{
		m.transmission(name, x),
		m.slopes(fmt.Sprintf("%s, factor %.2f", name, m.scale), x),
		c.learning(publishedGain, name),
		accuracyPanel(figure.Lines{Title: "against the gain", XLabel: "gain g₀", Series: against(c.trials, opticalSA)}),
	}}
	d := c.drawing(f)
	if p.Optics.Train > 0 {
		d.Notes = append(d.Notes, "With so few images networks of strong gain learn these by heart; see c.")
	}
	d.Notes = append(d.Notes, "Of gain the unsaturated region is taken to end where the exact derivative is smallest.")
	return d, nil
}

// learning draws the accuracy by epoch of the trial at a place of the axis.
func (c contest) learning(at float64, name string) figure.Panel {
	l := figure.Lines{Title: name + ", while it learns", XLabel: "epoch"}
	for _, t := range c.trials {
		if t.at != at {
			continue
		}
		var training, test [][]float64
		for _, r := range t.results {
			if r == nil {
				continue
			}
			var a, b []float64
			for _, e := range r.Curve {
				a, b = append(a, 100*e.TrainAccuracy), append(b, 100*e.ModelTest)
			}
			training, test = append(training, a), append(test, b)
		}
		if len(test) == 0 {
			continue
		}
		var epochs []float64
		for e := range test[0] {
			epochs = append(epochs, float64(e+1))
		}
		l.XTicks = epochTicks(float64(len(epochs)))
		for _, s := range []struct {
			label string
			rows  [][]float64
		}{{"test images", test}, {"training images", training}} {
			y, dev := across(s.rows)
			l.Series = append(l.Series, figure.Series{Label: s.label, X: epochs, Y: y, YErr: dev})
		}
	}
	panel := accuracyPanel(l)
	if lines, ok := panel.(figure.Lines); ok {
		lines.YLabel = "accuracy (%)"
		return lines
	}
	return panel
}
