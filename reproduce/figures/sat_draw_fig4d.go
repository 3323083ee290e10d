package figures

import (
	"fmt"
	"math"
	"strconv"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
)

// freshLevels are the errors that fresh chips are drawn with, of which the maps show
// the first mapLevels.
var freshLevels = []float64{0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3}

const mapLevels = 5

// transferWays are the methods of which the paper shows maps, with its accuracy in
// per cent without errors and at 0.15 (program of Fig. 4d; its text says 58.6 for
// DAT).
var transferWays = []struct {
	label, file string
	ideal, same float64
	tolerance   float64 // in points at 0.15
}{
	{"SAT in situ", "derived-Figure4d-SAT-in-situ", 98.53, 95.21, 2.21},
	{"DAT", "derived-Figure4d-DAT", 93.66, 53.65, 0},
}

// drawSAT4d draws how the trained networks do on fresh chips.
func drawSAT4d(p Profile, r Results) (Drawing, error) {
	s, err := studyHybrids("sat-fig4d", p, r, p.meshTrials(meshWays...))
	if err != nil {
		return Drawing{}, err
	}
	f := &figure.Figure{Columns: 3, WidthCM: 24}
	diagonal := figure.Lines{Title: "equal errors of phases and splitters", XLabel: "standard deviation (rad, and of power)", YLabel: "mean accuracy on fresh chips (%)", YMax: 100}
	var values []Value
	var authors []figure.Panel
	for _, t := range s.trials {
		list, err := t.sweeps()
		if err != nil {
			return Drawing{}, fmt.Errorf("figures: %s: %w", s.id, err)
		}
		if len(list) == 0 {
			continue
		}
		c := figure.Series{Label: t.label, X: freshLevels}
		var at [][]float64
		for _, v := range freshLevels {
			at = append(at, []float64{v, v})
		}
		c.Y, _ = shares(list, at...)
		c.YErr = chipDeviations(list)
		diagonal.Series = append(diagonal.Series, c)
		for _, w := range transferWays {
			if w.label != t.label {
				continue
			}
			f.Panels = append(f.Panels, transferMap(t.label, transferMeans(list)))
			m, err := p.measured(w.file)
			if err != nil {
				return Drawing{}, err
			}
			if m != nil {
				grid, err := m.grid(len(freshLevels), len(freshLevels))
				if err != nil {
					return Drawing{}, err
				}
				authors = append(authors, transferMap(t.label+", authors", grid))
				paper := figure.Series{Label: t.label, Paper: true, X: freshLevels}
				for i := range freshLevels {
					paper.Y = append(paper.Y, grid[i][i])
				}
				diagonal.Series = append(diagonal.Series, paper)
			}
			if p.Hybrids.Set == "mnist" {
				for _, v := range []struct {
					what            string
					x, paper, allow float64
				}{{"without errors", 0, w.ideal, 0.5}, {"on five fresh chips of errors 0.15", meshChip[0], w.same, w.tolerance}} {
					means, _ := shares(list, []float64{v.x, v.x})
					value := Value{What: fmt.Sprintf("%s, %s, %s", w.label, v.what, t.seedsOf()), Ours: math.Round(1e4*means[0]) / 1e4, Paper: v.paper, Unit: "%"}
					if s.held(t) {
						value.Tolerance = v.allow
					}
					values = append(values, value)
				}
			}
		}
	}
	if len(diagonal.Series) > 0 {
		f.Panels = append(append(f.Panels, diagonal), authors...)
	}
	d := s.drawing(f)
	if d.Sweep, err = s.transferTable(); err != nil {
		return Drawing{}, fmt.Errorf("figures: %s: %w", s.id, err)
	}
	d.Values = values
	d.Notes = append(d.Notes,
		"Every number is the mean over five chips that are drawn anew, the same for all methods, and over seeds; bars are the standard deviation from chip to chip. Of DAT the bare mesh is tested, without its error predictors. The chip of training has errors of 0.15.",
		"Errors of splitters are held at ±1; in the authors' program larger ones make light not a number, which classifies everything as 0 (9.8 %).")
	return d, nil
}

// transferMeans are the mean accuracies in per cent by phase and splitter error.
func transferMeans(list []*experiment.Sweep) [][]float64 {
	var grid [][]float64
	for _, phase := range freshLevels {
		var at [][]float64
		for _, splitter := range freshLevels {
			at = append(at, []float64{phase, splitter})
		}
		row, _ := shares(list, at...)
		grid = append(grid, row)
	}
	return grid
}

// chipDeviations are the standard deviations in per cent along the diagonal from
// chip to chip, each the mean over seeds.
func chipDeviations(list []*experiment.Sweep) (devs []float64) {
	for _, level := range freshLevels {
		var each []float64
		for chip := range list[0].At {
			means, _ := shares(list, []float64{level, level, float64(chip)})
			if !isNumber(means[0]) {
				break
			}
			each = append(each, means[0])
		}
		_, dev := spread(each)
		devs = append(devs, dev)
	}
	return devs
}

// transferMap shows the accuracies of the smaller errors.
func transferMap(heading string, grid [][]float64) figure.Panel {
	m := figure.Matrix{Title: heading, XLabel: "splitter error", YLabel: "phase error (rad)", Annotate: true, Label: "accuracy (%)", Min: 0, Max: 100, HideBar: true}
	for i := range mapLevels {
		name := strconv.FormatFloat(freshLevels[i], 'g', -1, 64)
		m.RowNames, m.ColumnNames = append(m.RowNames, name), append(m.ColumnNames, name)
		row := make([]float64, mapLevels)
		for k := range row {
			row[k] = math.Round(10*grid[i][k]) / 10
		}
		m.Values = append(m.Values, row)
	}
	return m
}

// grid returns the numbers of a table whose first column names its rows.
func (m *measuredTable) grid(rows, columns int) (grid [][]float64, err error) {
	if len(m.rows) != rows || len(m.header) != columns+1 {
		return nil, fmt.Errorf("figures: %s has %d rows of %d columns, expected %d of %d", m.path, len(m.rows), len(m.header), rows, columns+1)
	}
	grid = make([][]float64, rows)
	for k := range columns {
		c, err := m.column(k + 1)
		if err != nil {
			return nil, err
		}
		for i := range grid {
			grid[i] = append(grid[i], c[i])
		}
	}
	return grid, nil
}

// transferTable is a row for every chip of every run that there is; accuracies are
// fractions.
func (s hybridStudy) transferTable() (artifact.Table, error) {
	type line struct {
		label             string
		run               experiment.Run
		at                []float64
		accuracy, running float64
	}
	var lines []line
	for _, t := range s.trials {
		for _, res := range t.there() {
			sw, err := res.Sweep()
			if err != nil {
				return artifact.Table{}, err
			}
			for i, at := range sw.At {
				lines = append(lines, line{t.label, res.Run, at, sw.Accuracy[i], sw.Running[i]})
			}
		}
	}
	n := len(lines)
	return artifact.Table{Columns: []artifact.Column{
		texts("method", n, func(i int) string { return lines[i].label }),
		texts("data", n, func(i int) string { return lines[i].run.Data }),
		ints("seed", n, func(i int) int { return int(lines[i].run.Seed) }),
		floats("phase_sigma", "rad", n, func(i int) float64 { return lines[i].at[0] }),
		floats("splitter_sigma", "1", n, func(i int) float64 { return lines[i].at[1] }),
		ints("chip", n, func(i int) int { return int(lines[i].at[2]) }),
		floats("accuracy", "1", n, func(i int) float64 { return lines[i].accuracy }),
		floats("running_accuracy", "1", n, func(i int) float64 { return lines[i].running }),
	}}, nil
}
