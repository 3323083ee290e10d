package figures

import (
	"fmt"
	"math"
	"slices"

	"lightfast/pnn/absorb"
	"lightfast/pnn/artifact"
	"lightfast/pnn/figure"
	"lightfast/pnn/optical"
)

// drawGuo3b draws where neurons work: histograms of their inputs at some epochs,
// and how far they reach.
func drawGuo3b(p Profile, r Results) (Drawing, error) {
	c, err := hold("guo-fig3b", p, r, trials3b(p))
	if err != nil {
		return Drawing{}, err
	}
	f := &figure.Figure{Columns: 2, PanelLegends: true}
	d := c.drawing(f)
	res := c.trials[0].results[0]
	if res == nil {
		return d, nil
	}
	w, err := res.Watch()
	if err != nil {
		return Drawing{}, fmt.Errorf("figures: %s: %w", c.id, err)
	}
	m, err := newMedium(absorb.Absorber{Depth: hiddenDepth})
	if err != nil {
		return Drawing{}, fmt.Errorf("figures: %s: %w", c.id, err)
	}
	far, inside := reach(w, m)
	f.Panels = []figure.Panel{histograms(w, m), far}
	d.Sweep = watchTable(w)
	d.Notes = append(d.Notes, fmt.Sprintf("Inputs on up to 1,000 validation images, in bins of %g. The region ends at %.2f, where the exact derivative is largest; after training %.1f %% of the inputs are in it.", optical.BinWidth, m.edge, inside))
	return d, nil
}

// share is which part of the inputs of a record is in each bin, for one unit of z.
func share(w *optical.Watch, record int) []float64 {
	h := slices.Clone(w.Histogram(record, 0))
	var sum float64
	for _, n := range h {
		sum += n
	}
	for i := range h {
		h[i] /= max(sum, 1) * optical.BinWidth
	}
	return h
}

// middle is the middle of a bin.
func middle(bin int) float64 { return float64((float64(bin)+0.5)*optical.BinWidth) - optical.BinReach }

// histograms draws some records.
func histograms(w *optical.Watch, m medium) figure.Lines {
	l := figure.Lines{Title: "inputs of hidden neurons", XLabel: "input z (saturation amplitudes)", YLabel: "share of the inputs for each unit of z"}
	last := w.Records() - 1
	epochs := []int{0, 1, last / 4, last}
	slices.Sort(epochs)
	far, top := m.edge, 0.0
	for _, e := range slices.Compact(epochs) {
		if e > last {
			continue
		}
		s := figure.Series{Label: fmt.Sprintf("epoch %d", e), Y: share(w, e)}
		if e == 0 {
			s.Label = "before training"
		}
		for b, v := range s.Y {
			s.X = append(s.X, middle(b))
			if v > 1e-3 {
				far = max(far, math.Abs(middle(b)))
			}
			top = max(top, v)
		}
		l.Series = append(l.Series, s)
	}
	l.XMin, l.XMax, l.YMax = -far-0.5, far+0.5, 1.08*top
	l.Series = append(l.Series, m.region(0, l.YMax))
	return l
}

// reach draws how far inputs reach, by epoch, and returns how many percent of them
// are in the unsaturated region in the end.
func reach(w *optical.Watch, m medium) (l figure.Lines, inside float64) {
	s := figure.Series{Label: "root mean square of the inputs"}
	for e := range w.Records() {
		var square float64
		inside = 0
		for b, v := range share(w, e) {
			z := middle(b)
			part := float64(v * optical.BinWidth)
			square += float64(part * float64(z*z))
			if math.Abs(z) < m.edge {
				inside += part
			}
		}
		inside *= 100
		s.X, s.Y = append(s.X, float64(e)), append(s.Y, math.Sqrt(square))
	}
	last := s.X[len(s.X)-1]
	return figure.Lines{Title: "how far they reach", XLabel: "epoch", YLabel: "input z (saturation amplitudes)", YMax: 1.15 * m.edge, XTicks: epochTicks(last),
		Series: []figure.Series{s,
			{Label: "standard deviation that S supposes", X: []float64{0, last}, Y: []float64{m.sigma, m.sigma}},
			{Label: "edge of the unsaturated region", Method: "edge", Variant: 1, X: []float64{0, last}, Y: []float64{m.edge, m.edge}},
		}}, inside
}

// epochTicks are whole numbers from 0 to last.
func epochTicks(last float64) (ticks []float64) {
	step := 1.0
	for _, s := range []float64{2, 5, 10, 20, 50} {
		if last/step > 10 {
			step = s
		}
	}
	for e := 0.0; e <= last; e += step {
		ticks = append(ticks, e)
	}
	return ticks
}

// watchTable has a row for each bin of each record with something in it.
func watchTable(w *optical.Watch) artifact.Table {
	var epoch, bin []int
	var n []float64
	for e := range w.Records() {
		for b, v := range w.Histogram(e, 0) {
			if v > 0 {
				epoch, bin, n = append(epoch, e), append(bin, b), append(n, v)
			}
		}
	}
	return artifact.Table{Columns: []artifact.Column{
		ints("epoch", len(n), func(i int) int { return epoch[i] }),
		floats("input_from", "1", len(n), func(i int) float64 { return middle(bin[i]) - optical.BinWidth/2 }),
		ints("count", len(n), func(i int) int { return int(n[i]) }),
	}}
}
