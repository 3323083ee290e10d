package kernel

import (
	"fmt"
	"math"

	"lightfast/pnn/figure"
)

// PhaseMap is a figure of phases in radians, such as the settings of a phase
// mask or of the shifters of a mesh (rows: ports, columns: layers). Row 0 is on
// top; NaN, where there is no phase, is grey.
func PhaseMap(title string, phase [][]float64) *figure.Figure {
	return &figure.Figure{Panels: []figure.Panel{
		figure.Map{Title: title, Values: phase, Label: "phase (rad)", Colours: figure.Phase},
	}}
}

// Field is a figure of a complex field, amplitude and phase side by side, given
// its real and imaginary parts by row and column ([figure.Grid] cuts flat slices
// into rows). Where there is no light there is no phase: it is grey where the
// amplitude is below a millionth of the largest.
func Field(title string, re, im [][]float64) (*figure.Figure, error) {
	if len(re) == 0 || len(re) != len(im) {
		return nil, fmt.Errorf("kernel: field %q: %d rows of real and %d of imaginary parts; expected as many of both, at least one", title, len(re), len(im))
	}
	amplitude, phase := make([][]float64, len(re)), make([][]float64, len(re))
	most := 0.0
	for i := range re {
		if len(re[i]) == 0 || len(re[i]) != len(im[i]) {
			return nil, fmt.Errorf("kernel: field %q, row %d: %d real and %d imaginary parts; expected as many of both, at least one", title, i, len(re[i]), len(im[i]))
		}
		amplitude[i], phase[i] = make([]float64, len(re[i])), make([]float64, len(re[i]))
		for j, x := range re[i] {
			y := im[i][j]
			amplitude[i][j], phase[i][j] = math.Sqrt(float64(x*x)+float64(y*y)), math.Atan2(y, x)
			most = max(most, amplitude[i][j])
		}
	}
	for i := range phase {
		for j := range phase[i] {
			if amplitude[i][j] <= 1e-6*most {
				phase[i][j] = math.NaN()
			}
		}
	}
	return &figure.Figure{Title: title, Columns: 2, Panels: []figure.Panel{
		figure.Map{Title: "amplitude", Values: amplitude, Label: "amplitude"},
		figure.Map{Title: "phase", Values: phase, Label: "phase (rad)", Colours: figure.Phase},
	}}, nil
}

// Confusion is a figure of how many samples of each class (row) were taken for
// which class (column), with the share of right ones in its title. names may be
// nil: 0, 1, 2, ...
func Confusion(title string, counts [][]int64, names []string) (*figure.Figure, error) {
	if len(counts) == 0 {
		return nil, fmt.Errorf("kernel: confusion matrix %q has no rows; expected one a class", title)
	}
	values := make([][]float64, len(counts))
	var right, all int64
	for i, row := range counts {
		if len(row) != len(counts) {
			return nil, fmt.Errorf("kernel: confusion matrix %q, row %d: %d columns; expected %d, as many as rows", title, i, len(row), len(counts))
		}
		right += row[i]
		for _, n := range row {
			if n < 0 {
				return nil, fmt.Errorf("kernel: confusion matrix %q, row %d: %d samples; expected counts", title, i, n)
			}
			values[i] = append(values[i], float64(n))
			all += n
		}
	}
	if all > 0 {
		if title != "" {
			title += ": "
		}
		title += fmt.Sprintf("%.2f %% right", 100*float64(right)/float64(all))
	}
	return &figure.Figure{Panels: []figure.Panel{figure.Matrix{
		Title: title, XLabel: "predicted class", YLabel: "true class", Label: "samples",
		Values: values, RowNames: names, ColumnNames: names, Annotate: len(counts) <= 16,
	}}}, nil
}
