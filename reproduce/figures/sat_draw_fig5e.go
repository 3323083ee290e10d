package figures

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
)

// misaligned is a panel of Fig. 5e: one way of being misaligned, what is trained for
// it, the places of the sweep, the file of the experiment and what the published
// weights reach at some places in per cent (simulated, 10,000 images).
type misaligned struct {
	title, label, file string
	way                spaceWay
	x                  []float64
	at                 func(x float64) []float64 // conditions of the sweep
	published          []spacePoint
}

type spacePoint struct{ x, bp, sat float64 }

var misalignments = []misaligned{
	{"rotation", "rotation (degrees)", "Figure5e-i", spaceAngle, []float64{-3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3},
		func(x float64) []float64 { return []float64{x, 0, 1} }, []spacePoint{{0, 97.24, 97.05}, {1, 92.56, 96.71}, {2, 81.86, 91.78}}},
	{"shift", "shift down (pixels)", "Figure5e-ii", spaceShift, []float64{-3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3},
		func(x float64) []float64 { return []float64{0, x, 1} }, []spacePoint{{0, 97.24, 97.83}, {1, 94.13, 97.58}, {2, 78.04, 93.27}}},
	{"scale", "scale", "Figure5e-iii", spaceScale, []float64{0.9, 14. / 15, 29. / 30, 1, 1.025, 31. / 30, 1.05, 16. / 15, 1.075, 1.1},
		func(x float64) []float64 { return []float64{0, 0, x} }, []spacePoint{{1, 97.24, 96.93}, {1.05, math.NaN(), 95.95}, {1.1, 10.06, 91.98}}},
}

// spaceSteps is the number of rotations, and of shifts, of the maps of Fig. 5e iv:
// steps of a fifth of a degree or a pixel.
const spaceSteps = 11

// drawSAT5e draws the display-modulator system rotated, shifted and scaled.
func drawSAT5e(p Profile, r Results) (Drawing, error) {
	s, err := studyHybrids("sat-fig5e", p, r, p.spaceTrials())
	if err != nil {
		return Drawing{}, err
	}
	f := &figure.Figure{Columns: 3, WidthCM: 24}
	var values []Value
	measured := false
	for _, m := range misalignments {
		l := figure.Lines{Title: m.title, XLabel: m.label, YLabel: "accuracy (%)", YMax: 100}
		for i, t := range s.trials {
			w := spaceWays[i]
			if w.label != spaceBP.label && w.label != m.way.label && w.label != spaceJoint.label {
				continue
			}
			list, err := t.sweeps()
			if err != nil {
				return Drawing{}, fmt.Errorf("figures: %s: %w", s.id, err)
			}
			if len(list) == 0 {
				continue
			}
			name, variant := "SAT for this", 0
			switch w.label {
			case spaceBP.label:
				name = w.label
			case spaceJoint.label:
				name, variant = w.label, 1
			}
			c := figure.Series{Label: name, Method: method5e(w), Variant: variant, X: m.x}
			var at [][]float64
			for _, x := range m.x {
				at = append(at, m.at(x))
			}
			c.Y, c.YErr = shares(list, at...)
			l.Series = append(l.Series, c)
			if p.Hybrids.Set == "mnist" && w.label != spaceJoint.label {
				values = append(values, s.compareSpace(t, m, w, list)...)
			}
		}
		if len(l.Series) == 0 {
			continue
		}
		table, err := p.measured(m.file)
		if err != nil {
			return Drawing{}, err
		}
		if table != nil {
			x, err := table.column(0)
			if err != nil {
				return Drawing{}, err
			}
			for k, method := range []string{"BP", "SAT"} {
				y, err := table.column(k + 1)
				if err != nil {
					return Drawing{}, err
				}
				l.Series = append(l.Series, figure.Series{Label: method + ", experiment", Method: method, Paper: true, X: x, Y: y})
			}
			measured = true
		}
		f.Panels = append(f.Panels, l)
	}
	maps, err := s.spaceMaps()
	if err != nil {
		return Drawing{}, err
	}
	f.Panels = append(f.Panels, maps...)
	d := s.drawing(f)
	if d.Sweep, err = s.spaceTable(); err != nil {
		return Drawing{}, fmt.Errorf("figures: %s: %w", s.id, err)
	}
	d.Values = values
	d.Notes = append(d.Notes,
		"Simulated: pictures of weights are rotated, shifted and scaled by nearest pixels, so that a shift below half a pixel changes nothing. Bars are the standard deviation from seed to seed, where there are several.",
		"Sharpness-aware training probes one side only, rotations clockwise, shifts down and enlargements, and helps there. In the maps that of the paper's BP has noise of 0.1 on all weights, ours has none.")
	if measured {
		d.Notes = append(d.Notes, "Experiment: the authors' apparatus, of which ours simulates the misalignment alone.")
	}
	return d, nil
}

func method5e(w spaceWay) string {
	if w.method == experiment.InSilico {
		return "BP"
	}
	return "SAT"
}

// compareSpace compares a trial with what the published weights reach. Ours is held
// to the accuracy of what is trained for the misalignment.
func (s hybridStudy) compareSpace(t hybridTrial, m misaligned, w spaceWay, list []*experiment.Sweep) (vs []Value) {
	for _, pt := range m.published {
		paper, allow := pt.sat, 2.0
		if w.label == spaceBP.label {
			paper, allow = pt.bp, 0
			if pt.x == m.published[0].x {
				allow = 0.5
			}
		}
		if math.IsNaN(paper) {
			continue
		}
		mean, _ := shares(list, m.at(pt.x))
		v := Value{What: fmt.Sprintf("%s, %s %g, %s", t.label, m.title, pt.x, t.seedsOf()), Ours: math.Round(1e4*mean[0]) / 1e4, Paper: paper, Unit: "%"}
		if s.held(t) {
			v.Tolerance = allow
		}
		vs = append(vs, v)
	}
	return vs
}

// spaceMaps are the maps of rotation and shift, those of the authors below ours.
func (s hybridStudy) spaceMaps() (panels []figure.Panel, err error) {
	var ours, theirs []figure.Matrix
	for i, t := range s.trials {
		file := map[string]string{spaceBP.label: "derived-Figure5e-iv-BP", spaceJoint.label: "derived-Figure5e-iv-SAT"}[spaceWays[i].label]
		if file == "" {
			continue
		}
		list, err := t.sweeps()
		if err != nil {
			return nil, fmt.Errorf("figures: %s: %w", s.id, err)
		}
		if len(list) == 0 {
			continue
		}
		var grid [][]float64
		for a := range spaceSteps {
			var at [][]float64
			for b := range spaceSteps {
				at = append(at, []float64{float64(a) / 5, float64(b) / 5, 1})
			}
			row, _ := shares(list, at...)
			grid = append(grid, row)
		}
		ours = append(ours, spaceMap("rotation and shift, "+t.label, grid))
		m, err := s.p.measured(file)
		if err != nil {
			return nil, err
		}
		if m != nil {
			if grid, err = m.grid(spaceSteps, spaceSteps); err != nil {
				return nil, err
			}
			theirs = append(theirs, spaceMap("the same, authors, "+strings.Fields(t.label)[0], grid))
		}
	}
	low := 100.0
	all := append(ours, theirs...)
	for _, m := range all {
		for _, row := range m.Values {
			low = min(low, slices.Min(row))
		}
	}
	for i, m := range all {
		m.Min, m.Max, m.HideBar = roundBelow(low), 100, i < len(all)-1
		panels = append(panels, m)
	}
	return panels, nil
}

func spaceMap(heading string, grid [][]float64) figure.Matrix {
	m := figure.Matrix{Title: heading, XLabel: "shift down (pixels)", YLabel: "rotation (degrees)", Values: grid, Label: "accuracy (%)"}
	for i := range spaceSteps {
		name := strconv.FormatFloat(float64(i)/5, 'g', -1, 64)
		m.RowNames, m.ColumnNames = append(m.RowNames, name), append(m.ColumnNames, name)
	}
	return m
}

// spaceTable is a row for every misalignment of every run that there is; accuracies
// are fractions.
func (s hybridStudy) spaceTable() (artifact.Table, error) {
	type line struct {
		label    string
		run      experiment.Run
		at       []float64
		accuracy float64
	}
	var lines []line
	for _, t := range s.trials {
		for _, res := range t.there() {
			sw, err := res.Sweep()
			if err != nil {
				return artifact.Table{}, err
			}
			for i, at := range sw.At {
				lines = append(lines, line{t.label, res.Run, at, sw.Accuracy[i]})
			}
		}
	}
	n := len(lines)
	return artifact.Table{Columns: []artifact.Column{
		texts("method", n, func(i int) string { return lines[i].label }),
		texts("data", n, func(i int) string { return lines[i].run.Data }),
		ints("seed", n, func(i int) int { return int(lines[i].run.Seed) }),
		floats("rotation", "deg", n, func(i int) float64 { return lines[i].at[0] }),
		floats("shift", "px", n, func(i int) float64 { return lines[i].at[1] }),
		floats("scale", "1", n, func(i int) float64 { return lines[i].at[2] }),
		floats("accuracy", "1", n, func(i int) float64 { return lines[i].accuracy }),
	}}, nil
}
