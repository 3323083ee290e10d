package hardware

import (
	"encoding/json"
	"fmt"
	"strconv"

	"lightfast/pnn/diffract"
)

// pixelColumn is a quantity of every pixel of a plane.
type pixelColumn struct {
	name   string // with its unit
	values []float64
}

// writePixels writes a table with a row for each pixel: where it is, from the
// optical axis, and some quantities. The description stands in the first line.
func writePixels(path string, description any, g diffract.Grid, columns ...pixelColumn) error {
	text, err := json.Marshal(description)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	names := []string{"row", "column", "x_um", "y_um"}
	for _, c := range columns {
		names = append(names, c.name)
	}
	fields := make([]string, len(names))
	return writeSheet(path, string(text), names, func(add func(...string)) {
		for i := range g.Pixels() {
			row, col := i/g.Cols, i%g.Cols
			fields[0], fields[1] = strconv.Itoa(row), strconv.Itoa(col)
			fields[2], fields[3] = micrometres(g.X(col)), micrometres(g.Y(row))
			for k, c := range columns {
				fields[4+k] = decimal(c.values[i])
			}
			add(fields...)
		}
	})
}

// micrometres writes a place for readers; places are not read back.
func micrometres(m float64) string { return strconv.FormatFloat(m*1e6, 'g', 9, 64) }

// readPixels reads a quantity of every pixel and the description of a file of a
// kind.
func readPixels(path, kind string, description any, column string) ([]float64, diffract.Grid, error) {
	s, err := readSheet(path, "row", "column", column)
	if err != nil {
		return nil, diffract.Grid{}, err
	}
	if s.comment == "" {
		return nil, diffract.Grid{}, fmt.Errorf("%s: the first line, which describes the file and begins with #, is missing; keep it when the file is edited", path)
	}
	g, err := readLabel([]byte(s.comment), kind, description)
	if err != nil {
		return nil, g, fmt.Errorf("%s: %w", path, err)
	}
	if len(s.rows) != g.Pixels() {
		return nil, g, fmt.Errorf("%s: %d rows, expected one for each of %d x %d pixels = %d", path, len(s.rows), g.Rows, g.Cols, g.Pixels())
	}
	values, seen := make([]float64, g.Pixels()), make([]bool, g.Pixels())
	for i := range s.rows {
		row, err := s.integer(i, "row")
		if err != nil {
			return nil, g, err
		}
		col, err := s.integer(i, "column")
		if err != nil {
			return nil, g, err
		}
		switch {
		case row < 0 || row >= g.Rows:
			return nil, g, s.fault(i, "row", fmt.Sprintf("expected 0 to %d", g.Rows-1))
		case col < 0 || col >= g.Cols:
			return nil, g, s.fault(i, "column", fmt.Sprintf("expected 0 to %d", g.Cols-1))
		case seen[row*g.Cols+col]:
			return nil, g, s.fault(i, "column", fmt.Sprintf("but row %d has this column already", row))
		}
		seen[row*g.Cols+col] = true
		if values[row*g.Cols+col], err = s.number(i, column); err != nil {
			return nil, g, err
		}
	}
	return values, g, nil
}

const kindPhase = "phase"

// WriteCSV writes a table of the pixels: row, column, x_um, y_um (from the
// optical axis, to the right and downwards) and phase_rad.
func (p PhaseMask) WriteCSV(path string) error {
	if err := p.check(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return writePixels(path, newLabel(kindPhase, p.Grid), p.Grid, pixelColumn{"phase_rad", p.Rad})
}

// ReadPhaseCSV reads a table that [PhaseMask.WriteCSV] wrote.
func ReadPhaseCSV(path string) (PhaseMask, error) {
	var l label
	v, g, err := readPixels(path, kindPhase, &l, "phase_rad")
	if err != nil {
		return PhaseMask{}, err
	}
	return PhaseMask{Grid: g, Rad: v}, nil
}
