package figures

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
)

// drawRing2e draws learning curves.
func drawRing2e(p Profile, r Results) (Drawing, error) {
	c, err := hold("sat-fig2e", p, r, ringTrials("BP", "SAT")(p))
	if err != nil {
		return Drawing{}, err
	}
	loss := figure.Lines{Title: "loss", XLabel: "epoch", YLabel: "training loss", YLog: true}
	accuracy := figure.Lines{Title: "accuracy", XLabel: "epoch"}
	type row struct {
		label          string
		epoch          int
		loss, accuracy float64
	}
	var rows []row
	var d Drawing
	tolerance, beside := c.held()
	for _, t := range c.trials {
		var losses, accuracies [][]float64
		var running []float64
		err := t.each(func(_ int, res *experiment.Result) error {
			var l, a []float64
			for _, e := range res.Curve {
				l, a = append(l, e.TaskLoss), append(a, 100*e.ModelTest)
			}
			losses, accuracies = append(losses, l), append(accuracies, a)
			model, _, err := res.Running()
			if err == nil {
				running = append(running, 100*model[len(model)-1])
			}
			return err
		})
		if err != nil {
			return Drawing{}, fmt.Errorf("figures: %s: %w", c.id, err)
		}
		mean, deviation := pointwise(losses)
		right, off := pointwise(accuracies)
		if beside {
			v := Value{What: fmt.Sprintf("%s, %s, last epoch", t.name, dataset.Title(t.data())), Ours: math.NaN(), Paper: ringAccuracy[t.label], Unit: "%", Tolerance: tolerance}
			if n := len(right); n > 0 {
				v.Ours = math.Round(1e4*right[n-1]) / 1e4
			}
			d.Values = append(d.Values, v)
		}
		if len(mean) == 0 {
			continue
		}
		x := make([]float64, len(mean))
		for i := range x {
			x[i] = float64(i + 1)
			rows = append(rows, row{t.label, i + 1, mean[i], right[i] / 100})
		}
		loss.Series = append(loss.Series, figure.Series{Label: t.label, X: x, Y: mean, YErr: deviation})
		accuracy.Series = append(accuracy.Series, figure.Series{Label: t.label, X: x, Y: right, YErr: off})
		last, _ := spread(running)
		d.Notes = append(d.Notes, fmt.Sprintf("%s: %.2f %% after the last epoch with batch norms that look at test batches of 64, as the authors test; %.2f %% with the statistics of training.", t.label, right[len(right)-1], last))
	}
	m, err := p.measured("Figure2e")
	if err != nil {
		return Drawing{}, err
	}
	if m != nil && len(loss.Series) > 0 {
		epoch, err := m.column(0)
		if err != nil {
			return Drawing{}, err
		}
		for i := range epoch {
			epoch[i]++ // theirs are from 0
		}
		loss.XTicks, accuracy.XTicks = every5(len(epoch)), every5(len(epoch))
		c.theirs = "MNIST"
		for i, label := range []string{"BP", "SAT"} {
			for k, panel := range []*figure.Lines{&loss, &accuracy} {
				y, err := m.column(1 + 2*k + i)
				if err != nil {
					return Drawing{}, err
				}
				panel.Series = append(panel.Series, figure.Series{Label: label, X: epoch, Y: y, Paper: true})
			}
		}
	}
	for _, t := range c.trials {
		for _, r := range t.runs {
			if loss.XTicks == nil && r.Epochs > 8 {
				loss.XTicks, accuracy.XTicks = every5(r.Epochs), every5(r.Epochs)
			}
		}
	}
	d.Image = &figure.Figure{Columns: 2}
	if len(loss.Series) > 0 {
		d.Image.Panels = []figure.Panel{loss, accuracyPanel(accuracy)}
	}
	d.Sweep = artifact.Table{Columns: []artifact.Column{
		texts("method", len(rows), func(i int) string { return rows[i].label }),
		ints("epoch", len(rows), func(i int) int { return rows[i].epoch }),
		floats("loss", "1", len(rows), func(i int) float64 { return rows[i].loss }),
		floats("accuracy", "1", len(rows), func(i int) float64 { return rows[i].accuracy }),
	}}
	return c.rings(d), nil
}

// every5 is every fifth epoch.
func every5(n int) (ticks []float64) {
	for i := 5; i <= n; i += 5 {
		ticks = append(ticks, float64(i))
	}
	return ticks
}

// Bins of currents, in mA, as published.
const (
	binWidth  = 0.025
	binMost   = 4.0 // in resonance
	binsShown = 160
)

// histogram counts currents, and those below 0, which no heater gives.
func histogram(controls []float64) (bins []float64, below int) {
	bins = make([]float64, binsShown)
	for _, x := range controls {
		// The law is even: a ring on one side of its resonance does for both.
		current := binMost - math.Abs(x)
		if current < 0 {
			below++
			continue
		}
		bins[min(int(current/binWidth), binsShown-1)]++
	}
	return bins, below
}

// middles are bins on a logarithmic axis: empty ones are gaps.
func middles(bins []float64) (x, y []float64) {
	for i, n := range bins {
		v := n
		if v == 0 {
			v = math.NaN()
		}
		x, y = append(x, float64((float64(i)+0.5)*binWidth)), append(y, v)
	}
	return x, y
}

// drawRing2f draws the currents of trained networks.
func drawRing2f(p Profile, r Results) (Drawing, error) {
	c, err := hold("sat-fig2f", p, r, ringTrials("BP", "SAT")(p))
	if err != nil {
		return Drawing{}, err
	}
	var d Drawing
	var panels []figure.Panel
	m, err := p.measured("Figure2f")
	if err != nil {
		return Drawing{}, err
	}
	var labels []string
	var all [][]float64
	first := binsShown
	for k, t := range c.trials {
		panel := figure.Lines{Title: t.label, XLabel: "current (mA)", YLabel: "rings", YLog: true, XMax: binMost, YMin: 0.7, YMax: 1e5}
		var counts [][]float64
		var out []float64
		gone := 0
		err := t.each(func(_ int, res *experiment.Result) error {
			x, err := res.RingControls()
			if errors.Is(err, fs.ErrNotExist) { // results are handed on without weights
				gone++
				return nil
			}
			if err != nil {
				return err
			}
			bins, below := histogram(x)
			counts, out = append(counts, bins), append(out, float64(below))
			return nil
		})
		if err != nil {
			return Drawing{}, fmt.Errorf("figures: %s: %w", c.id, err)
		}
		if gone > 0 {
			d.Notes = append(d.Notes, fmt.Sprintf("%s: the checkpoints of %d runs, which hold the currents, are not here; remove the other files of these runs to compute them again.", t.label, gone))
		}
		mean, _ := pointwise(counts)
		if mean == nil {
			continue
		}
		x, y := middles(mean)
		panel.Series = append(panel.Series, figure.Series{Label: t.label, X: x, Y: y})
		labels, all = append(labels, t.label), append(all, mean)
		if i := slices.IndexFunc(mean, func(n float64) bool { return n > 0 }); i >= 0 {
			first = min(first, i)
		}
		var sum, middle, resonant float64
		for i, n := range mean {
			sum += n
			if i == 153 || i == 154 {
				middle += n
			}
			if i >= 158 {
				resonant += n
			}
		}
		beyond, _ := spread(out)
		sum += beyond
		note := fmt.Sprintf("%s: %.1f %% of the rings between 3.825 and 3.875 mA, where weights are about 0 and most sensitive, %.1f %% above 3.95 mA, near resonance", t.label, 100*middle/sum, 100*resonant/sum)
		if beyond > 0 {
			note += fmt.Sprintf("; %.0f rings would need a current below 0", beyond)
		}
		d.Notes = append(d.Notes, note+".")
		if m != nil {
			c.theirs = "MNIST"
			bins, err := m.counted(2 + k)
			if err != nil {
				return Drawing{}, err
			}
			x, y := middles(bins)
			panel.Series = append(panel.Series, figure.Series{Label: t.label, X: x, Y: y, Paper: true})
			if i := slices.IndexFunc(bins, func(n float64) bool { return n > 0 }); i >= 0 {
				first = min(first, i)
			}
		}
		panels = append(panels, panel)
	}
	for i := range panels {
		l := panels[i].(figure.Lines)
		l.XMin = math.Floor(2*float64(first)*binWidth) / 2
		panels[i] = l
	}
	d.Image = &figure.Figure{Columns: 2, Panels: panels}
	rows := binsShown * len(all)
	d.Sweep = artifact.Table{Columns: []artifact.Column{
		texts("method", rows, func(i int) string { return labels[i/binsShown] }),
		floats("current", "mA", rows, func(i int) float64 { return float64(float64(i%binsShown) * binWidth) }),
		floats("rings", "1", rows, func(i int) float64 { return all[i/binsShown][i%binsShown] }),
	}}
	if len(panels) > 0 {
		d.Notes = append(d.Notes, "Currents are 4 mA less the detuning of training, bins 0.025 mA wide; with several seeds, mean counts.")
	}
	return c.rings(d), nil
}

// counted is column i of the authors' histogram, in which a bin can stand twice,
// once for each method.
func (m *measuredTable) counted(i int) ([]float64, error) {
	left, err := m.column(0)
	if err != nil {
		return nil, err
	}
	n, err := m.column(i)
	if err != nil {
		return nil, err
	}
	bins := make([]float64, binsShown)
	for k, v := range left {
		at := int(math.Round(v / binWidth))
		if at < 0 || at >= binsShown {
			return nil, fmt.Errorf("figures: %s, line %d: a bin that begins at %g mA, expected 0 to %g", m.path, k+2, v, binMost-binWidth)
		}
		bins[at] += n[k]
	}
	return bins, nil
}
