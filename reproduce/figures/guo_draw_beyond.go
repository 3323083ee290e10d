package figures

import (
	"fmt"
	"math"

	"lightfast/pnn/figure"
	"lightfast/pnn/optical"
)

// drawGuoNoise draws the accuracy against the noise of the probe, beside that
// without noise.
func drawGuoNoise(p Profile, r Results) (Drawing, error) {
	c, err := hold("guo-noise", p, r, trialsNoise(p))
	if err != nil {
		return Drawing{}, err
	}
	l := figure.Lines{Title: fmt.Sprintf("two hidden layers, a₀ = %d", hiddenDepth), XLabel: "standard deviation of the noise (readings)", XLog: true, XTicks: p.Optics.Noise,
		Series: against(c.trials, proportional, uniform)}
	if best, _ := c.trials[0].mean(); isNumber(best) && len(p.Optics.Noise) > 0 && len(l.Series) > 0 {
		ends := []float64{p.Optics.Noise[0], p.Optics.Noise[len(p.Optics.Noise)-1]}
		l.Series = append(l.Series, figure.Series{Label: quiet, X: ends, Y: []float64{best, best}})
	}
	d := c.drawing(&figure.Figure{WidthCM: 12, Panels: []figure.Panel{accuracyPanel(l)}})
	d.Notes = append(d.Notes, "Noise in proportion: each reading of the probe has a standard deviation of so many times itself. The same at all: of so many times the root mean square of the readings of an image, to which a detector's range is set. The paper has no noise.")
	return d, nil
}

// drawGuoDepth draws the accuracy against the number of hidden layers.
func drawGuoDepth(p Profile, r Results) (Drawing, error) {
	c, err := hold("guo-depth", p, r, trialsDepth(p))
	if err != nil {
		return Drawing{}, err
	}
	f := &figure.Figure{Columns: 2}
	for _, v := range []struct{ neuron, title string }{
		{optical.Absorber, fmt.Sprintf("absorbers, a₀ = %d", deepAbsorption)},
		{optical.Gain, fmt.Sprintf("saturable gain, g₀ = %d", deepGain)},
	} {
		var ts []trial
		for _, t := range c.trials {
			if len(t.runs) > 0 && t.runs[0].Absorbing.Neuron == v.neuron {
				ts = append(ts, t)
			}
		}
		ticks := make([]float64, len(p.Optics.Layers))
		for i, n := range p.Optics.Layers {
			ticks[i] = float64(n)
		}
		f.Panels = append(f.Panels, accuracyPanel(figure.Lines{Title: v.title, XLabel: "hidden layers", XTicks: ticks, Series: against(ts, exactSA, opticalSA)}))
	}
	alikePercent(f.Panels)
	d := c.drawing(f)
	d.Notes = append(d.Notes, fmt.Sprintf("Hidden layers of %d neurons. Weights begin with N(0, 0.1²) before absorbers and N(0, %g²) before gain. The paper has at most two hidden layers.", oneHidden, deepGainSD))
	return d, nil
}

// alikePercent gives panels of accuracies the lowest of their lower limits.
func alikePercent(panels []figure.Panel) {
	low := math.Inf(1)
	for _, p := range panels {
		if l, ok := p.(figure.Lines); ok {
			low = min(low, l.YMin)
		}
	}
	for i, p := range panels {
		if l, ok := p.(figure.Lines); ok {
			l.YMin = low
			panels[i] = l
		}
	}
}
