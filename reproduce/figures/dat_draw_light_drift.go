package figures

import (
	"fmt"
	"slices"

	"lightfast/pnn/figure"
)

// drawED7 draws how successive frames of the laboratory fluctuate, and how the
// accuracy decays over the days and recovers once the laboratory is calibrated.
func drawED7(p Profile, r Results) (Drawing, error) {
	ts := driftLight(p)
	s, err := gatherLight("dat-ed7", p, r, ts)
	if err != nil {
		return Drawing{}, err
	}
	f := &figure.Figure{Columns: 3, WidthCM: 22, PanelLegends: true}
	days := figure.Lines{Title: "days after training", XLabel: "day", YLabel: "accuracy in the laboratory (%)", YMax: 100}
	kept := figure.Series{Label: "as calibrated on day 0", Method: datSeeing.style()}
	anew := figure.Series{Label: "calibrated anew", Method: datSeeing.style(), Variant: 1}
	for _, t := range ts {
		pt, day := s.of(t), float64(t.run.Diffracting.Day)
		c := &kept
		if t.run.Diffracting.Calibrated {
			c = &anew
		}
		c.X, c.Y = append(c.X, day), append(c.Y, pt.accuracy())
		if t.run.Diffracting.Calibrated || pt.result == nil || len(f.Panels) > 0 {
			continue
		}
		fr, err := pt.result.Frames()
		if err != nil {
			return Drawing{}, fmt.Errorf("figures: %s: %w", s.id, err)
		}
		f.Panels = append(f.Panels, framePanels(fr.Scores, fr.Deviation, fr.Label, t.run.Diffracting.Day)...)
	}
	for _, c := range []figure.Series{kept, anew} {
		if slices.ContainsFunc(c.Y, isNumber) {
			days.Series = append(days.Series, c)
		}
	}
	if len(days.Series) > 0 {
		f.Panels = append(f.Panels, days)
	}
	d, err := s.lit(f)
	l := p.Diffractive
	d.Notes = append(d.Notes,
		fmt.Sprintf("From day to day every block moves by normal steps of standard deviation %g px, %g°, %.3g %% in scale and %.3g mm along the axis. Calibration fits shift, rotation and scale to markers; it does not undo a shift along the axis.", l.Drift.Shift, l.Drift.Rotation, 100*l.Drift.Scale, 1e3*l.Drift.Z),
		"The network was trained by DAT with internal states on the laboratory as calibrated on day 0; the frames show the first test image.")
	return d, err
}

// framePanels show the scores of the true class and of the best other one, and how
// far the planes behind the blocks are from their mean, frame by frame.
func framePanels(scores, deviation [][]float64, label, day int) []figure.Panel {
	own, other := make([]float64, len(scores)), make([]float64, len(scores))
	frame := make([]float64, len(scores))
	second := -1
	var mean []float64
	for i, s := range scores {
		frame[i] = float64(i + 1)
		if mean == nil {
			mean = make([]float64, len(s))
		}
		for k, v := range s {
			mean[k] += v
		}
	}
	for k, v := range mean {
		if k != label && (second < 0 || v > mean[second]) {
			second = k
		}
	}
	for i, s := range scores {
		own[i] = s[label]
		if second >= 0 {
			other[i] = s[second]
		}
	}
	a := figure.Lines{
		Title: fmt.Sprintf("scores in successive frames, day %d", day), XLabel: "frame", YLabel: "score",
		Series: []figure.Series{
			{Label: fmt.Sprintf("class %d (true)", label), X: frame, Y: own},
			{Label: fmt.Sprintf("class %d (next)", second), X: frame, Y: other},
		},
	}
	b := figure.Lines{Title: "planes in successive frames", XLabel: "frame", YLabel: "deviation from the mean frame (%)"}
	for k, v := range deviation {
		c := figure.Series{Label: fmt.Sprintf("behind block %d", k+1), X: frame}
		for _, x := range v {
			c.Y = append(c.Y, 100*x)
		}
		b.Series = append(b.Series, c)
	}
	return []figure.Panel{a, b}
}
