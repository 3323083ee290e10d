package figures

import (
	"fmt"
	"math"

	"lightfast/pnn/absorb"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
)

// drawGuo3d draws the accuracy with random functions in place of the derivative
// against their dissimilarity to it.
func drawGuo3d(p Profile, r Results) (Drawing, error) {
	c, err := hold("guo-fig3d", p, r, trials3d(p))
	if err != nil {
		return Drawing{}, err
	}
	m, err := newMedium(absorb.Absorber{Depth: hiddenDepth})
	if err != nil {
		return Drawing{}, fmt.Errorf("figures: %s: %w", c.id, err)
	}
	for i := range c.trials {
		t := &c.trials[i]
		if t.at, err = m.dissimilarity(t.runs); err != nil {
			return Drawing{}, fmt.Errorf("figures: %s: %w", c.id, err)
		}
	}
	l := figure.Lines{Title: fmt.Sprintf("one hidden layer, a₀ = %d", hiddenDepth), XLabel: "dissimilarity 1 − S to the exact derivative (%)",
		Series: against(c.trials, randomLabel, exactSA, opticalSA)}
	for _, d := range derivatives {
		for _, s := range against(c.trials, d.label+entropy) {
			if !s.Paper { // it stands there already
				s.Method, s.Variant = d.label, 1
				l.Series = append(l.Series, s)
			}
		}
	}
	for i := range l.Series {
		s := &l.Series[i]
		s.Scatter = true
	}
	f := &figure.Figure{WidthCM: 12, Panels: []figure.Panel{accuracyPanel(l)}}
	d := c.drawing(f)
	d.Values = append(d.Values, c.similar(p)...)
	d.Notes = append(d.Notes,
		"Each random function is trained with once, from the first seed: uniform numbers at 3 to 20 knots up to 8 saturation amplitudes, even, by monotone cubics, in a blend with the exact derivative.",
		"S is taken over inputs of half the unsaturated region's extent as standard deviation; see guo-fig3e.")
	if p.Optics.BothLosses {
		d.Notes = append(d.Notes, "The loss is the squared distance from one-hot, as the paper's text has it. Softmax cross-entropy, which the paper trains other neurons with, was tried beside it for the two derivatives.")
	}
	return d, nil
}

// dissimilarity is 1 - S, in percent, of what the runs of a trial are multiplied
// by on the way back.
func (m medium) dissimilarity(runs []experiment.Run) (float64, error) {
	if len(runs) == 0 {
		return math.NaN(), nil
	}
	f, err := runs[0].Absorbing.Slope()
	if err != nil {
		return 0, err
	}
	s, _, err := absorb.Similarity(f.At, absorb.Exact{Absorber: m.Absorber}.At, m.sigma)
	return max(0, 100*(1-s)), err
}

// similar compares the mean accuracy with functions that are not far from the
// derivative with that of the derivative itself.
func (c contest) similar(p Profile) []Value {
	var near []float64
	done := true
	best := math.NaN()
	for _, t := range c.trials {
		switch {
		case t.label == exactSA:
			best, _ = t.mean()
		case t.label == randomLabel && t.at < guoSimilarEdge:
			near = append(near, t.accuracies()...)
			done = done && t.missing() == 0
		}
	}
	mean, _ := spread(near)
	v := Value{What: fmt.Sprintf("random functions with 1 − S below %g %%, less the exact derivative", guoSimilarEdge), Ours: math.Round(1e4*(mean-best)) / 1e4, Paper: 0, Unit: "%"}
	if p.Name == "paper" && done {
		v.Tolerance = 0.5
	}
	return []Value{v}
}
