package figures

import (
	"fmt"
	"math"

	"lightfast/pnn/artifact"
	"lightfast/pnn/figure"
	"lightfast/pnn/lane"
)

// Weights that are loaded and read in Fig. S8: as many as the authors', of which the
// first are off and on in turn.
const (
	loadedWeights = 250
	loadedInTurn  = 50
	// readoutNoise is the standard deviation of the authors' readings from what was
	// loaded once these were calibrated (Fig. S8b ii: 0.0265).
	readoutNoise = 0.026
	errorBin     = 0.01 // width
	errorBins    = 21
)

// loaded are simulated weights from 0 to 1 and readings of them.
func loaded() (target, reading []float64) {
	random := lane.NewStream(1, "loaded weights", 0)
	for i := range loadedWeights {
		t := float64(i % 2)
		if i >= loadedInTurn {
			t = random.Float64()
		}
		target = append(target, t)
		reading = append(reading, t+float64(readoutNoise*random.Normal()))
	}
	return target, reading
}

// errorsOf are readings less targets, with their mean, standard deviation and root
// mean square.
func errorsOf(target, reading []float64) (list []float64, mean, dev, rms float64) {
	var squares float64
	for i, t := range target {
		e := reading[i] - t
		list, squares = append(list, e), squares+float64(e*e)
	}
	mean, dev = spread(list)
	return list, mean, dev, math.Sqrt(squares / float64(max(len(list), 1)))
}

// drawSATS8 draws readings against targets, and how far they are off.
func drawSATS8(p Profile, _ Results) (Drawing, error) {
	f := &figure.Figure{Title: title("sat-figs8"), Columns: 2, WidthCM: 18}
	var d Drawing
	spreads := figure.Lines{Title: "errors", XLabel: "reading - target", YLabel: fmt.Sprintf("share in bins of %g (%%)", errorBin)}
	show := func(name, style string, target, reading []float64, paper bool) (mean, dev, rms float64) {
		list, mean, dev, rms := errorsOf(target, reading)
		f.Panels = append(f.Panels, figure.Lines{
			Title: name, XLabel: "target", YLabel: "reading", XMin: -0.1, XMax: 1.1, YMin: -0.15, YMax: 1.15,
			Series: []figure.Series{
				{Method: style, X: target, Y: reading, Scatter: true, Paper: paper},
			},
		})
		x, share := make([]float64, errorBins), make([]float64, errorBins)
		for i := range x {
			x[i] = float64(errorBin * float64(i-errorBins/2))
		}
		for _, e := range list {
			if i := int(math.Floor(e/errorBin+0.5)) + errorBins/2; i >= 0 && i < errorBins {
				share[i] += 100 / float64(len(list))
			}
		}
		spreads.Series = append(spreads.Series, figure.Series{Label: name, Method: style, X: x, Y: share, Paper: paper})
		d.Notes = append(d.Notes, fmt.Sprintf("%s: mean error %.4f, standard deviation %.4f, root mean square %.4f.", name, mean, dev, rms))
		return mean, dev, rms
	}
	target, reading := loaded()
	show("simulated", "SAT", target, reading, false)
	source := "simulated readings"
	for i, file := range []string{"FigureS8b-i", "FigureS8b-ii"} {
		m, err := p.measured(file)
		if err != nil {
			return Drawing{}, err
		}
		if m == nil {
			continue
		}
		t, err := m.column(0)
		if err != nil {
			return Drawing{}, err
		}
		r, err := m.column(1)
		if err != nil {
			return Drawing{}, err
		}
		show("authors, "+[]string{"i", "ii"}[i], []string{"BP", "PAT"}[i], t, r, true)
		source = "simulated readings beside the authors' data"
	}
	f.Panels = append(f.Panels, spreads)
	f.Footer = figure.Footer(p.Name, source, fmt.Sprintf("%d weights", loadedWeights))
	d.Image = f
	d.Notes = append(d.Notes, fmt.Sprintf("Simulated readings are the target and normal noise of standard deviation %g, which is that of the authors' second series: no optics is in it.", readoutNoise))
	d.Sweep = artifact.Table{Columns: []artifact.Column{
		floats("target", "1", len(target), func(i int) float64 { return target[i] }),
		floats("reading", "1", len(target), func(i int) float64 { return reading[i] }),
	}}
	return d, nil
}
