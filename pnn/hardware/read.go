package hardware

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"lightfast/pnn/diffract"
)

// maxFile bounds files: a surface of 2 million pixels.
const maxFile = 1 << 30

// readFile reads a file of a bounded size.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: more than %d MiB; expected a mask or a table of heaters", path, maxFile>>20)
	}
	return data, nil
}

// format is the version of what files say about themselves.
const format = 1

// label is what a file says about itself, as JSON.
type label struct {
	Format     int     `json:"format"`
	Kind       string  `json:"kind"`
	Rows       int     `json:"rows"` // of the mask
	Cols       int     `json:"cols"`
	Pitch      float64 `json:"pitch_m"`
	Wavelength float64 `json:"wavelength_m"`
}

func newLabel(kind string, g diffract.Grid) label {
	return label{Format: format, Kind: kind, Rows: g.Rows, Cols: g.Cols, Pitch: g.Pitch, Wavelength: g.Wavelength}
}

func (l label) grid() diffract.Grid {
	return diffract.Grid{Rows: l.Rows, Cols: l.Cols, Pitch: l.Pitch, Wavelength: l.Wavelength}
}

// readLabel reads the description of a file of a kind into more, a pointer to a
// struct with a label in it, and returns the grid of its mask.
func readLabel(text []byte, kind string, more any) (diffract.Grid, error) {
	var l label
	if err := json.Unmarshal(text, &l); err != nil {
		return l.grid(), fmt.Errorf("its description is not readable (%w); write it again", err)
	}
	g := l.grid()
	if l.Format > format {
		return g, fmt.Errorf("written by a newer Lightfast (format %d, this one reads %d); update", l.Format, format)
	}
	if l.Kind != kind {
		return g, fmt.Errorf("holds %q, expected %q; use the reader of its kind", l.Kind, kind)
	}
	if err := g.Check(); err != nil {
		return g, fmt.Errorf("its description: %w", err)
	}
	if err := json.Unmarshal(text, more); err != nil {
		return g, fmt.Errorf("its description is not readable (%w); write it again", err)
	}
	return g, nil
}
