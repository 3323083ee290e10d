package figures

import (
	"fmt"
	"math"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
	"lightfast/pnn/lane"
)

// passage is the first test image on its way under one method.
type passage struct {
	way way
	*experiment.Example
}

// drawFig5a draws a row for each method: the spectrum that enters, the
// intensities behind the meshes of the chip, and the scores.
func drawFig5a(p Profile, r Results) (Drawing, error) {
	s, err := gather("dat-fig5a", p, r, p.last(), jointChips(p.worst()), jointWays)
	if err != nil {
		return Drawing{}, err
	}
	var ps []passage
	f := &figure.Figure{}
	for _, pt := range s.points {
		if pt.result == nil {
			continue
		}
		e, err := pt.result.Example()
		if err != nil {
			return Drawing{}, err
		}
		ps = append(ps, passage{pt.way, e})
		panels, err := passage{pt.way, e}.row()
		if err != nil {
			return Drawing{}, fmt.Errorf("figures: %s: %w", s.id, err)
		}
		f.Columns, f.WidthCM = len(panels), 4.4*float64(len(panels))
		f.Panels = append(f.Panels, panels...)
	}
	d := s.drawing(f)
	d.Sweep = passageTable(ps)
	if len(ps) > 0 {
		class := fmt.Sprint(ps[0].Label)
		if names := classNames(p.last()[0]); ps[0].Label < len(names) {
			class += " (" + names[ps[0].Label] + ")"
		}
		d.Notes = append(d.Notes, fmt.Sprintf("The image is the first of the test set, of class %s; the input is the crop of its spectrum that enters the chip. Maps show intensities on the chip in dB of the brightest port, the ports row by row, down to %d dB.", class, floor))
	}
	return d, nil
}

// row are the panels of one method.
func (e passage) row() (panels []figure.Panel, err error) {
	for stage, intensity := range e.Device {
		side := int(math.Sqrt(float64(len(intensity))))
		v, err := figure.Grid(decibels(intensity), side, side)
		if err != nil {
			return nil, err
		}
		m := figure.Map{Title: fmt.Sprintf("%s, mesh %d", e.way.style(), stage), Values: v, Min: floor, Max: 0, HideBar: true}
		if stage == 0 {
			m.Title = e.way.style() + ", input"
		}
		panels = append(panels, m)
	}
	last := panels[len(panels)-1].(figure.Map)
	last.HideBar, last.Label = false, "intensity (dB)"
	panels[len(panels)-1] = last
	return append(panels, e.scores()), nil
}

// scores are the scores of the classes.
func (e passage) scores() figure.Panel {
	b := figure.Bars{
		Title: e.way.style() + ", scores", XLabel: fmt.Sprintf("class (true class %d)", e.Label), YLabel: "score", YMax: 1,
		Series: []figure.BarSeries{{Method: e.way.style(), Values: e.Scores}},
	}
	for i := range e.Scores {
		b.Groups = append(b.Groups, fmt.Sprint(i))
	}
	return b
}

// floor is the darkest intensity shown, in dB of the brightest.
const floor = -30

// decibels are intensities in dB of the largest; dark ports are at the floor.
func decibels(intensity []float64) []float64 {
	top := 0.0
	for _, v := range intensity {
		top = max(top, v)
	}
	out := make([]float64, len(intensity))
	for i, v := range intensity {
		out[i] = floor
		if v > 0 {
			out[i] = max(floor, 10/math.Ln10*lane.Log(v/top))
		}
	}
	return out
}

// passageTable lists the intensities by method, stage and port; the first ports
// of the last stage carry the scores.
func passageTable(ps []passage) artifact.Table {
	type row struct {
		method                  string
		stage, port, label      int
		device, digital, scored float64
	}
	var rows []row
	for _, e := range ps {
		for stage := range e.Device {
			for port, v := range e.Device[stage] {
				r := row{e.way.label, stage, port, e.Label, v, e.Model[stage][port], math.NaN()}
				if stage == len(e.Device)-1 && port < len(e.Scores) {
					r.scored = e.Scores[port]
				}
				rows = append(rows, r)
			}
		}
	}
	n := len(rows)
	return artifact.Table{Columns: []artifact.Column{
		texts("method", n, func(i int) string { return rows[i].method }),
		ints("stage", n, func(i int) int { return rows[i].stage }),
		ints("port", n, func(i int) int { return rows[i].port }),
		floats("device_intensity", "1", n, func(i int) float64 { return rows[i].device }),
		floats("model_intensity", "1", n, func(i int) float64 { return rows[i].digital }),
		floats("score", "1", n, func(i int) float64 { return rows[i].scored }),
		ints("label", n, func(i int) int { return rows[i].label }),
	}}
}
