package ring

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
)

// Measured is the tuning curve of one ring as measured.
type Measured struct {
	Label   string
	Control []float64 // mA
	Weight  []float64
}

// ReadMeasured reads measured rings from a CSV file with one header row and the
// columns current in mA, weight, and label of the ring, as in the figure data of
// Xu et al. (2026), Fig. 2d. A file of two columns holds a single ring without a
// label. Rings come in the order in which the file first names them.
func ReadMeasured(path string) ([]Measured, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("ring: %w", err)
	}
	defer f.Close()
	return DecodeMeasured(f, path)
}

// DecodeMeasured is [ReadMeasured] of r; name stands for the file in errors.
func DecodeMeasured(r io.Reader, name string) ([]Measured, error) {
	table := csv.NewReader(r)
	head, err := table.Read()
	if err != nil || len(head) < 2 || len(head) > 3 {
		return nil, fmt.Errorf("ring: %s: expected a CSV table with one header row and the columns current (mA), weight and, for several rings, label", name)
	}
	var rings []Measured
	for {
		row, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("ring: %s: %w", name, err)
		}
		line, _ := table.FieldPos(0)
		var v [2]float64
		for i := range v {
			v[i], err = strconv.ParseFloat(row[i], 64)
			if err != nil || math.IsNaN(v[i]) || math.IsInf(v[i], 0) {
				return nil, fmt.Errorf("ring: %s, line %d: %s is %q, expected a finite number", name, line, head[i], row[i])
			}
		}
		label := ""
		if len(row) == 3 {
			label = row[2]
		}
		at := slices.IndexFunc(rings, func(m Measured) bool { return m.Label == label })
		if at < 0 {
			at = len(rings)
			rings = append(rings, Measured{Label: label})
		}
		rings[at].Control = append(rings[at].Control, v[0])
		rings[at].Weight = append(rings[at].Weight, v[1])
	}
	if len(rings) == 0 {
		return nil, fmt.Errorf("ring: %s: the table has no rows", name)
	}
	return rings, nil
}
