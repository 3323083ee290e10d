package artifact

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// Column is one quantity. Exactly one of Ints, Floats, Strings and Bools is not nil,
// and it holds one value a row.
type Column struct {
	Name    string
	Unit    string // as it stands on an axis, "rad" or "1/m"; empty for a pure number
	Ints    []int64
	Floats  []float64
	Missing []bool // for Floats: rows without a value, which a reader finds as NaN; nil if every row has one
	Strings []string
	Bools   []bool
}

// Table is a set of columns of equal length.
type Table struct {
	Columns []Column
}

// unitKey is the key of a column's unit in its field metadata.
const unitKey = "unit"

// Rows returns the number of rows.
func (t Table) Rows() int {
	if len(t.Columns) == 0 {
		return 0
	}
	return t.Columns[0].Len()
}

// Column returns the column of that name; the error lists those that there are.
func (t Table) Column(name string) (Column, error) {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		if c.Name == name {
			return c, nil
		}
		names[i] = c.Name
	}
	return Column{}, fmt.Errorf("artifact: no column %q in a table of %s", name, strings.Join(names, ", "))
}

// Len returns the number of rows of c.
func (c Column) Len() int { return len(c.Ints) + len(c.Floats) + len(c.Strings) + len(c.Bools) }

// Type returns "int64", "float64", "string" or "bool", and "" if c has no or several
// kinds of values.
func (c Column) Type() string {
	name, kinds := "", 0
	for _, k := range []struct {
		name string
		is   bool
	}{{"int64", c.Ints != nil}, {double, c.Floats != nil}, {"string", c.Strings != nil}, {"bool", c.Bools != nil}} {
		if k.is {
			name = k.name
			kinds++
		}
	}
	if kinds != 1 {
		return ""
	}
	return name
}

func (c Column) missing(row int) bool { return c.Missing != nil && c.Missing[row] }

// WriteTable writes t to path, which ends in .arrow, all of it or nothing. It returns p
// with Kind, Go and Content filled in. It refuses columns without a name of their own, of
// unequal lengths, or with other than one kind of values.
func WriteTable(path string, p Provenance, t Table) (Provenance, error) {
	if err := t.check(); err != nil {
		return Provenance{}, pathError(path, err)
	}
	p = p.complete(KindTable, t.hash(p))
	return p, write(path, p, t.fields(), t.record)
}

// ReadTable reads a table and verifies it. On an error, which says what is wrong
// with the file (see ErrDamaged and its neighbours), the table is empty.
func ReadTable(path string) (Table, Provenance, error) {
	c, err := read(path, KindTable)
	return c.table, c.prov, err
}

func (t Table) check() error {
	if len(t.Columns) == 0 {
		return fmt.Errorf("the table has no column: give at least one")
	}
	seen := make(map[string]bool, len(t.Columns))
	for i, c := range t.Columns {
		if c.Name == "" || !utf8.ValidString(c.Name) {
			return fmt.Errorf("column %d: the name is %q: give a name in UTF-8", i, c.Name)
		}
		if seen[c.Name] {
			return fmt.Errorf("column %d: the name %q is taken: give each column a name of its own", i, c.Name)
		}
		seen[c.Name] = true
		if !utf8.ValidString(c.Unit) {
			return fmt.Errorf("column %q: the unit is %q: give it in UTF-8", c.Name, c.Unit)
		}
		if c.Type() == "" {
			return fmt.Errorf("column %q: set exactly one of Ints, Floats, Strings and Bools (to an empty slice if there are no rows)", c.Name)
		}
		if c.Len() != t.Rows() {
			return fmt.Errorf("column %q has %d rows, column %q has %d: give every column one value a row", c.Name, c.Len(), t.Columns[0].Name, t.Rows())
		}
		if c.Missing != nil && (c.Floats == nil || len(c.Missing) != len(c.Floats)) {
			return fmt.Errorf("column %q: Missing has %d entries for %d Floats: give it one entry a row, and only with Floats", c.Name, len(c.Missing), len(c.Floats))
		}
		for row, s := range c.Strings {
			if !utf8.ValidString(s) {
				return fmt.Errorf("column %q, row %d: %q is not UTF-8", c.Name, row, s)
			}
		}
	}
	return nil
}

func (t Table) hash(p Provenance) string {
	d := newDigest(p, KindTable)
	d.number(uint64(len(t.Columns)))
	d.number(uint64(t.Rows()))
	for _, c := range t.Columns {
		d.text(c.Name)
		d.text(c.Type())
		d.text(c.Unit)
		for row := range c.Floats {
			d.flag(c.missing(row))
		}
		for row, v := range c.Floats {
			if c.missing(row) {
				v = 0
			}
			d.number(math.Float64bits(oneNaN(v)))
		}
		for _, v := range c.Ints {
			d.number(uint64(v))
		}
		for _, v := range c.Strings {
			d.text(v)
		}
		for _, v := range c.Bools {
			d.flag(v)
		}
	}
	return d.sum()
}

func (t Table) fields() []arrow.Field {
	fields := make([]arrow.Field, len(t.Columns))
	for i, c := range t.Columns {
		f := arrow.Field{Name: c.Name}
		switch {
		case c.Ints != nil:
			f.Type = arrow.PrimitiveTypes.Int64
		case c.Floats != nil:
			f.Type, f.Nullable = arrow.PrimitiveTypes.Float64, true
		case c.Strings != nil:
			f.Type = arrow.BinaryTypes.String
		default:
			f.Type = arrow.FixedWidthTypes.Boolean
		}
		if c.Unit != "" {
			f.Metadata = arrow.NewMetadata([]string{unitKey}, []string{c.Unit})
		}
		fields[i] = f
	}
	return fields
}

func (t Table) record() arrow.Record {
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(t.fields(), nil))
	defer b.Release()
	for i, c := range t.Columns {
		switch into := b.Field(i).(type) {
		case *array.Int64Builder:
			into.AppendValues(c.Ints, nil)
		case *array.StringBuilder:
			into.AppendValues(c.Strings, nil)
		case *array.BooleanBuilder:
			into.AppendValues(c.Bools, nil)
		case *array.Float64Builder:
			into.Reserve(len(c.Floats))
			for row, v := range c.Floats {
				if c.missing(row) {
					into.UnsafeAppendBoolToBitmap(false)
				} else {
					into.UnsafeAppend(oneNaN(v))
				}
			}
		}
	}
	return b.NewRecord()
}

func tableOf(rec arrow.Record) (Table, error) {
	t := Table{Columns: make([]Column, rec.NumCols())}
	for i, f := range rec.Schema().Fields() {
		c := Column{Name: f.Name}
		c.Unit, _ = f.Metadata.GetValue(unitKey)
		if _, ok := rec.Column(i).(*array.Float64); !ok && rec.Column(i).NullN() != 0 {
			return Table{}, fmt.Errorf("column %q (%v) has nulls: only float64 may", f.Name, f.Type)
		}
		switch a := rec.Column(i).(type) {
		case *array.Int64:
			c.Ints = append([]int64{}, a.Int64Values()...)
		case *array.Float64:
			c.Floats = append([]float64{}, a.Float64Values()...)
			if a.NullN() == 0 {
				break
			}
			c.Missing = make([]bool, len(c.Floats))
			for row := range c.Floats {
				if a.IsNull(row) {
					c.Floats[row], c.Missing[row] = math.NaN(), true
				}
			}
		case *array.String:
			var err error
			if c.Strings, err = texts(a); err != nil {
				return Table{}, fmt.Errorf("column %q: %w", f.Name, err)
			}
		case *array.Boolean:
			if err := enoughBits(a); err != nil {
				return Table{}, fmt.Errorf("column %q: %w", f.Name, err)
			}
			c.Bools = make([]bool, a.Len())
			for row := range c.Bools {
				c.Bools[row] = a.Value(row)
			}
		default:
			return Table{}, fmt.Errorf("column %q is of type %v, want int64, float64, string or bool", f.Name, f.Type)
		}
		t.Columns[i] = c
	}
	return t, t.check()
}
