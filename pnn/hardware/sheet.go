package hardware

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"lightfast/pnn/whole"
)

// sheet is a CSV file with named columns. Lines that begin with # are comments.
type sheet struct {
	path    string
	comment string // the first line, without the #, if it is one
	columns []string
	rows    [][]string
	lines   []int // of the rows, in the file
}

// readSheet reads a file that has at least these columns, in any order.
func readSheet(path string, columns ...string) (*sheet, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // from spreadsheets
	s := &sheet{path: path}
	if c, ok := bytes.CutPrefix(data, []byte("#")); ok {
		line, _, _ := bytes.Cut(c, []byte("\n"))
		s.comment = strings.TrimSpace(string(line))
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comment, r.TrimLeadingSpace = '#', true
	if s.columns, err = r.Read(); err != nil {
		return nil, fmt.Errorf("%s: expected a CSV table with the columns %s: %w", path, strings.Join(columns, ", "), err)
	}
	for _, c := range columns {
		if !slices.Contains(s.columns, c) {
			return nil, fmt.Errorf("%s: no column %s among %s; expected a CSV table with the columns %s", path, c, strings.Join(s.columns, ", "), strings.Join(columns, ", "))
		}
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		line, _ := r.FieldPos(0)
		s.rows, s.lines = append(s.rows, row), append(s.lines, line)
	}
	if len(s.rows) == 0 {
		return nil, fmt.Errorf("%s: no rows below the names of the columns", path)
	}
	return s, nil
}

// text is a field.
func (s *sheet) text(row int, column string) string {
	return s.rows[row][slices.Index(s.columns, column)]
}

// has tells whether there is a column of that name with something in the row.
func (s *sheet) has(row int, column string) bool {
	return slices.Contains(s.columns, column) && s.text(row, column) != ""
}

// number is a field that holds a finite number.
func (s *sheet) number(row int, column string) (float64, error) {
	v, err := strconv.ParseFloat(s.text(row, column), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, s.fault(row, column, "expected a finite number")
	}
	return v, nil
}

// integer is a field that holds a whole number.
func (s *sheet) integer(row int, column string) (int, error) {
	v, err := strconv.ParseInt(s.text(row, column), 10, 32)
	if err != nil {
		return 0, s.fault(row, column, "expected a whole number")
	}
	return int(v), nil
}

// fault says what is wrong with a field.
func (s *sheet) fault(row int, column, want string) error {
	return fmt.Errorf("%s, line %d: %s is %q, %s", s.path, s.lines[row], column, s.text(row, column), want)
}

// writeSheet writes a table.
func writeSheet(path, comment string, columns []string, rows func(add func(fields ...string))) error {
	var b bytes.Buffer
	if comment != "" {
		b.WriteString("# " + comment + "\n")
	}
	w := csv.NewWriter(&b)
	var bad error
	add := func(fields ...string) {
		if err := w.Write(fields); bad == nil {
			bad = err
		}
	}
	add(columns...)
	rows(add)
	w.Flush()
	if bad == nil {
		bad = w.Error()
	}
	if bad != nil {
		return fmt.Errorf("%s: %w", path, bad)
	}
	return whole.Write(path, b.Bytes())
}

// decimal writes a number so that reading gives it back exactly.
func decimal(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
