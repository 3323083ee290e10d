package figures

import (
	"fmt"
	"math"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
)

// clipped is the loss at which the authors clip the colours of landscapes.
const clipped = 20

// hessian is that of the network that was trained; the other is the authors'.
func hessian(r *experiment.Result, asPublished bool) (experiment.RingHessian, error) {
	hs, err := r.RingHessians()
	if err != nil {
		return experiment.RingHessian{}, err
	}
	for _, h := range hs {
		if h.AsPublished == asPublished {
			return h, nil
		}
	}
	return experiment.RingHessian{}, fmt.Errorf("run %s has no Hessian of the network it has trained", r.Run.ID())
}

// drawRing2g draws losses around trained networks.
func drawRing2g(p Profile, r Results) (Drawing, error) {
	trials := ringTrials("BP", "NAT", "SAT")(p)
	c, err := hold("sat-fig2g", p, r, trials)
	if err != nil {
		return Drawing{}, err
	}
	var d Drawing
	var panels []figure.Panel
	var labels []string
	var first, second, loss []float64
	bars := figure.Bars{Title: "sharpness", YLabel: "largest eigenvalue of the Hessian", YLog: true, Groups: []string{""}}
	low, high := math.Inf(1), 0.0
	images := 0
	for _, t := range c.trials {
		var sharp, next []float64
		drawn := false
		err := t.each(func(_ int, res *experiment.Result) error {
			h, err := hessian(res, false)
			if err != nil {
				return err
			}
			sharp, next, images = append(sharp, math.Abs(h.Eigenvalues[0])), append(next, math.Abs(h.Eigenvalues[1])), h.Images
			if drawn {
				return nil
			}
			drawn = true
			s, err := res.RingSurface()
			if err != nil {
				return err
			}
			n := len(s.At)
			values := make([][]float64, n)
			for i, a := range s.At {
				for k, b := range s.At {
					v := s.Loss[i][k]
					labels, first, second, loss = append(labels, t.label), append(first, a), append(second, b), append(loss, v)
					// The first direction runs to the right, the second upwards.
					values[n-1-k] = append(values[n-1-k], min(v, clipped))
				}
			}
			width := s.At[n-1] - s.At[0]
			panels = append(panels, figure.Map{Title: t.label, Values: values, Width: width, Height: width, XLabel: "along the first eigenvector", YLabel: "along the second", Label: "loss (20 and more)", Min: 0, Max: clipped})
			return nil
		})
		if err != nil {
			return Drawing{}, fmt.Errorf("figures: %s: %w", c.id, err)
		}
		if len(sharp) == 0 {
			continue
		}
		mean, deviation := spread(sharp)
		then, _ := spread(next)
		low, high = min(low, mean), max(high, mean)
		bars.Series = append(bars.Series, figure.BarSeries{Label: t.label, Values: []float64{mean}, Err: []float64{deviation}})
		d.Notes = append(d.Notes, fmt.Sprintf("%s: the two eigenvalues of largest magnitude are %.3g and %.3g%s.", t.label, mean, then, of(len(sharp))))
	}
	if len(panels) > 0 {
		bars.YMin, bars.YMax = math.Pow(10, math.Floor(math.Log10(low))-1), math.Pow(10, math.Floor(math.Log10(high))+1)
		panels = append(panels, bars)
	}
	d.Image = &figure.Figure{Columns: 2, Panels: panels, PanelHeightCM: 5.6}
	if len(panels) > 0 {
		d.Notes = append(d.Notes,
			fmt.Sprintf("Loss of %d test images, batch norms with the statistics of training, against the controls of all rings, biases and norms; directions of length 1 in the units of these. Of several seeds the first is drawn.", images),
			fmt.Sprintf("Not comparable with the paper's %s: those are the second eigenvalue, of networks without two of the rectifiers.", ringEigen))
	}
	n := len(loss)
	d.Sweep = artifact.Table{Columns: []artifact.Column{
		texts("method", n, func(i int) string { return labels[i] }),
		floats("first", "1", n, func(i int) float64 { return first[i] }),
		floats("second", "1", n, func(i int) float64 { return second[i] }),
		floats("loss", "1", n, func(i int) float64 { return loss[i] }),
	}}
	return c.rings(d), nil
}

// of says over how many networks a mean is, if it is one.
func of(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf(" (means of %d)", n)
}

// drawRingRho draws accuracy and sharpness against the radius of the climb.
func drawRingRho(p Profile, r Results) (Drawing, error) {
	c, err := hold("sat-rho", p, r, radiusTrials(p))
	if err != nil {
		return Drawing{}, err
	}
	type row struct{ rho, accuracy, cold, sharp, published float64 }
	var rows []row
	for _, t := range c.trials {
		err := t.each(func(_ int, res *experiment.Result) error {
			h, err := hessian(res, false)
			if err != nil {
				return err
			}
			theirs, err := hessian(res, true)
			if err != nil {
				return err
			}
			s, err := res.Sweep()
			if err != nil {
				return err
			}
			rows = append(rows, row{t.at, 100 * res.Accuracy(), 100 * s.Share(-1, float64(res.Run.Test)), math.Abs(h.Eigenvalues[0]), math.Abs(theirs.Eigenvalues[1])})
			return nil
		})
		if err != nil {
			return Drawing{}, fmt.Errorf("figures: %s: %w", c.id, err)
		}
	}
	var d Drawing
	lo, hi := math.Inf(1), 0.0
	for _, rho := range p.Rings.Radii {
		if rho > 0 {
			lo, hi = min(lo, rho), max(hi, rho)
		}
	}
	// No climb has no place on a logarithmic axis: a level line.
	level := func(label string, of func(row) float64) (series []figure.Series) {
		s := figure.Series{Label: label}
		for _, v := range rows {
			if v.rho > 0 {
				s.X, s.Y = append(s.X, v.rho), append(s.Y, of(v))
			} else {
				series = append(series, figure.Series{Label: label + ", no climb", Method: label, Variant: 1, X: []float64{lo, hi}, Y: []float64{of(v), of(v)}})
			}
		}
		if len(s.X) > 0 {
			series = append(series, s)
		}
		return series
	}
	const set, cold, trained, theirs = "as set", "1 K colder", "as trained", "without two rectifiers"
	accuracy := figure.Lines{Title: "accuracy", XLabel: "radius ρ of the climb", XLog: true, Series: append(level(set, func(v row) float64 { return v.accuracy }), level(cold, func(v row) float64 { return v.cold })...)}
	sharp := figure.Lines{Title: "sharpness", XLabel: "radius ρ of the climb", XLog: true, YLog: true, YLabel: "eigenvalue of the Hessian",
		Series: append(level(trained, func(v row) float64 { return v.sharp }), level(theirs, func(v row) float64 { return v.published })...)}
	if lo < hi {
		for _, l := range []*figure.Lines{&accuracy, &sharp} {
			l.XMin, l.XMax, l.XTicks = lo/1.5, hi*1.5, decades(lo, hi)
		}
	}
	if p.Rings.Set == "mnist" && len(rows) > 0 {
		accuracy.Series = append(accuracy.Series, figure.Series{Label: set + " (paper)", Method: set, X: publishedRadii[1:], Y: ringRadiiAccuracy[1:], Paper: true})
		sharp.Series = append(sharp.Series, figure.Series{Label: theirs + " (paper)", Method: theirs, X: publishedRadii[1:], Y: ringRadiiEigen[1:], Paper: true})
		for _, l := range []*figure.Lines{&accuracy, &sharp} {
			l.XMin, l.XMax, l.XTicks = 1e-4/1.5, 100*1.5, decades(1e-4, 100)
		}
	}
	if tolerance, beside := c.held(); beside {
		for i, rho := range publishedRadii {
			for _, t := range c.trials {
				if t.at != rho {
					continue
				}
				v := Value{What: fmt.Sprintf("SAT, %s, %s", t.name, dataset.Title(t.data())), Ours: math.NaN(), Paper: ringRadiiAccuracy[i], Unit: "%", Tolerance: tolerance}
				for _, row := range rows {
					if row.rho == rho {
						v.Ours = math.Round(1e4*row.accuracy) / 1e4
					}
				}
				if rho >= 10 {
					v.Tolerance = 0 // it hardly learns, and how much is chance
				}
				d.Values = append(d.Values, v)
			}
		}
	}
	d.Image = &figure.Figure{Columns: 2, PanelLegends: true}
	if len(rows) > 0 {
		d.Image.Panels = []figure.Panel{accuracyPanel(accuracy), sharp}
		d.Notes = append(d.Notes,
			"Adam on the currents and a climb without adaptation. \"As trained\" is the largest eigenvalue of the network that was trained; \"without two rectifiers\" the second largest of the one in which the authors look, with normalised inputs, whose loss was never trained.",
			"Without a climb (the authors take ρ = 1e-32) it is Adam on currents: what accuracy on the colder chip that has over BP in weights comes from the currents, not from the climb.")
		for _, v := range rows {
			d.Notes = append(d.Notes, fmt.Sprintf("ρ = %g: %.2f %%, at −1 K %.2f %% of all test images, largest eigenvalue %.3g (the authors' kind %.3g).", v.rho, v.accuracy, v.cold, v.sharp, v.published))
		}
	}
	n := len(rows)
	d.Sweep = artifact.Table{Columns: []artifact.Column{
		floats("rho", "1", n, func(i int) float64 { return rows[i].rho }),
		floats("accuracy", "%", n, func(i int) float64 { return rows[i].accuracy }),
		floats("accuracy_colder", "%", n, func(i int) float64 { return rows[i].cold }),
		floats("eigenvalue", "1", n, func(i int) float64 { return rows[i].sharp }),
		floats("eigenvalue_as_published", "1", n, func(i int) float64 { return rows[i].published }),
	}}
	return c.rings(d), nil
}

// decades are the powers of ten from lo to hi, every other one if there are many.
func decades(lo, hi float64) (ticks []float64) {
	first, last := int(math.Round(math.Log10(lo))), int(math.Round(math.Log10(hi)))
	step := 1
	if last-first > 4 {
		step = 2
	}
	for i := first; i <= last; i += step {
		ticks = append(ticks, math.Pow10(i))
	}
	return ticks
}
