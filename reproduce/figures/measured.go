package figures

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// A measuredTable is a data file of the authors: the names of its columns and the
// text of its cells, row by row.
type measuredTable struct {
	path   string
	header []string
	rows   [][]string
}

// measured reads NAME.csv of the folder of data files that the user points at.
// Without a folder, or if it has no such file, there is none: nil.
func (p Profile) measured(name string) (*measuredTable, error) {
	if p.Measured == "" {
		return nil, nil
	}
	path := filepath.Join(p.Measured, name+".csv")
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("figures: %w", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("figures: %s: %w", path, err)
	}
	if len(rows) < 2 {
		return nil, fmt.Errorf("figures: %s has %d lines, expected a header and at least one row", path, len(rows))
	}
	return &measuredTable{path, rows[0], rows[1:]}, nil
}

// column returns column i as numbers.
func (m *measuredTable) column(i int) ([]float64, error) {
	if i >= len(m.header) {
		return nil, fmt.Errorf("figures: %s has %d columns, expected at least %d", m.path, len(m.header), i+1)
	}
	list := make([]float64, len(m.rows))
	for j, row := range m.rows {
		v, err := strconv.ParseFloat(row[i], 64)
		if err != nil {
			return nil, fmt.Errorf("figures: %s, line %d, column %d (%s) is %q, expected a number", m.path, j+2, i+1, m.header[i], row[i])
		}
		list[j] = v
	}
	return list, nil
}
