package figures

import (
	"fmt"
	"slices"

	"lightfast/pnn/figure"
)

// convergence lists the runs of Extended Data Fig. 6: those under the largest
// shift of DPNN-S and under joint errors of DPNN-M, and those in the laboratory.
func convergence(p Profile) (ts []attempt) {
	d := p.Diffractive
	if es := single.errors(d, geometric[:1]); len(es) > 0 && len(es[0].Levels) > 0 {
		for _, w := range single.ways() {
			ts = append(ts, d.repeats(w, single, p.DataSets[0], d.built(es[0].Kind, es[0].Levels[len(es[0].Levels)-1]))[0])
		}
	}
	return append(append(ts, jointLight(p)...), tableLight(p)...)
}

// drawED6 draws the accuracy in the laboratory epoch by epoch.
func drawED6(p Profile, r Results) (Drawing, error) {
	ts := convergence(p)
	s, err := gatherLight("dat-ed6", p, r, ts)
	if err != nil {
		return Drawing{}, err
	}
	f := &figure.Figure{Columns: 3, WidthCM: 20}
	var panels []figure.Lines
	for _, o := range []dpnn{single, multi, cascade} {
		l := figure.Lines{XLabel: "epoch", YLabel: "accuracy in the laboratory (%)"}
		longest := 1
		var level []figure.Series
		for _, t := range ts {
			pt := s.of(t)
			if t.net != o || pt.result == nil {
				continue
			}
			built := describe(*t.run.Diffracting.Built)
			switch o.name {
			case single.name:
				l.Title = o.name + ", " + built
			case multi.name:
				l.Title = o.name + ", joint errors"
			default:
				l.Title = o.name + ", laboratory with cameras"
			}
			c := figure.Series{Label: t.way.label, Method: t.way.style()}
			for _, e := range pt.result.Curve {
				c.X, c.Y = append(c.X, float64(e.Number)), append(c.Y, 100*e.DeviceTest)
			}
			if t.run.Deploys() {
				c.X = []float64{1}
				level = append(level, c)
				continue
			}
			longest = max(longest, len(c.X))
			l.Series = append(l.Series, c)
		}
		for _, c := range level { // direct deployment does not learn
			c.X, c.Y = []float64{1, float64(longest)}, []float64{c.Y[0], c.Y[0]}
			l.Series = slices.Insert(l.Series, 0, c)
		}
		if len(l.Series) == 0 {
			l.Title = o.name
		}
		panels = append(panels, l)
	}
	f.Panels = alike(panels)
	if s.missing() == len(s.points) {
		f.Panels = nil
	}
	for i, panel := range f.Panels {
		if l, ok := panel.(figure.Lines); ok {
			l.XMin, l.XMax = 0.7, 0
			for _, c := range l.Series {
				l.XMax = max(l.XMax, c.X[len(c.X)-1]+0.3)
			}
			f.Panels[i] = l
		}
	}
	d, err := s.lit(f)
	d.Notes = append(d.Notes, fmt.Sprintf("Direct deployment is a level: it does not learn. Predictions of errors are added from epoch %d on.", p.Diffractive.Run.CorrectFrom+1))
	return d, err
}
