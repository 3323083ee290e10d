package artifact

import (
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// Tensor is a named array of parameters.
type Tensor struct {
	Name   string
	Shape  []int     // extents, outermost first; none for a single number
	Single bool      // every value is a float32 number and is stored as one: half the space, nothing lost
	Values []float64 // row-major; as many as the product of Shape; finite
}

const (
	double = "float64"
	single = "float32"
)

func (t Tensor) dtype() string {
	if t.Single {
		return single
	}
	return double
}

// checkpointFields is the Arrow schema of every checkpoint.
var checkpointFields = []arrow.Field{
	{Name: "name", Type: arrow.BinaryTypes.String},
	{Name: "dtype", Type: arrow.BinaryTypes.String},
	{Name: "shape", Type: arrow.ListOfNonNullable(arrow.PrimitiveTypes.Int64)},
	{Name: double, Type: arrow.ListOfNonNullable(arrow.PrimitiveTypes.Float64), Nullable: true},
	{Name: single, Type: arrow.ListOfNonNullable(arrow.PrimitiveTypes.Float32), Nullable: true},
}

// WriteCheckpoint writes ts to path, which ends in .arrow, all of it or nothing. It
// returns p with Kind, Go and Content filled in. It refuses tensors without a name of
// their own, with a shape that does not fit their values, or with values that are not
// finite: a checkpoint with a NaN in it is a run that went wrong, not a result.
func WriteCheckpoint(path string, p Provenance, ts []Tensor) (Provenance, error) {
	if err := checkTensors(ts); err != nil {
		return Provenance{}, pathError(path, err)
	}
	p = p.complete(KindCheckpoint, hashTensors(p, ts))
	return p, write(path, p, checkpointFields, func() arrow.Record { return tensorRecord(ts) })
}

// ReadCheckpoint reads a checkpoint and verifies it. On an error, which says what is
// wrong with the file (see ErrDamaged and its neighbours), there are no tensors.
func ReadCheckpoint(path string) ([]Tensor, Provenance, error) {
	c, err := read(path, KindCheckpoint)
	return c.tensors, c.prov, err
}

func checkTensors(ts []Tensor) error {
	if len(ts) == 0 {
		return fmt.Errorf("the checkpoint holds no tensor: give at least one")
	}
	seen := make(map[string]bool, len(ts))
	for i, t := range ts {
		if t.Name == "" || !utf8.ValidString(t.Name) {
			return fmt.Errorf("tensor %d: the name is %q: give a name in UTF-8", i, t.Name)
		}
		if seen[t.Name] {
			return fmt.Errorf("tensor %d: the name %q is taken: give each tensor a name of its own", i, t.Name)
		}
		seen[t.Name] = true
		n, err := product(t.Shape)
		if err != nil {
			return fmt.Errorf("tensor %q: %w", t.Name, err)
		}
		if n != len(t.Values) {
			return fmt.Errorf("tensor %q: shape %v holds %d values, but there are %d", t.Name, t.Shape, n, len(t.Values))
		}
		for j, v := range t.Values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("tensor %q: value %d is %v: a checkpoint holds finite numbers only; look for the step that diverged", t.Name, j, v)
			}
			if t.Single && float64(float32(v)) != v {
				return fmt.Errorf("tensor %q: value %d is %v, which float32 cannot hold exactly: store it with Single false", t.Name, j, v)
			}
		}
	}
	return nil
}

func product(shape []int) (int, error) {
	n := 1
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v: an extent is at least 0", shape)
		}
		if d > 0 && n > maxTensorValues/d {
			return 0, fmt.Errorf("shape %v: more than %d values in a tensor", shape, maxTensorValues)
		}
		n *= d
	}
	return n, nil
}

func hashTensors(p Provenance, ts []Tensor) string {
	d := newDigest(p, KindCheckpoint)
	d.number(uint64(len(ts)))
	for _, t := range ts {
		d.text(t.Name)
		d.text(t.dtype())
		d.number(uint64(len(t.Shape)))
		for _, n := range t.Shape {
			d.number(uint64(n))
		}
		for _, v := range t.Values {
			if t.Single {
				d.single(float32(v))
			} else {
				d.number(math.Float64bits(v))
			}
		}
	}
	return d.sum()
}

func tensorRecord(ts []Tensor) arrow.Record {
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(checkpointFields, nil))
	defer b.Release()
	var (
		names, dtypes = b.Field(0).(*array.StringBuilder), b.Field(1).(*array.StringBuilder)
		shapes        = b.Field(2).(*array.ListBuilder)
		doubles       = b.Field(3).(*array.ListBuilder)
		singles       = b.Field(4).(*array.ListBuilder)
		extents       = shapes.ValueBuilder().(*array.Int64Builder)
		values64      = doubles.ValueBuilder().(*array.Float64Builder)
		values32      = singles.ValueBuilder().(*array.Float32Builder)
	)
	for _, t := range ts {
		names.Append(t.Name)
		dtypes.Append(t.dtype())
		shapes.Append(true)
		for _, n := range t.Shape {
			extents.Append(int64(n))
		}
		doubles.Append(!t.Single)
		singles.Append(t.Single)
		if !t.Single {
			values64.AppendValues(t.Values, nil)
			continue
		}
		values32.Reserve(len(t.Values))
		for _, v := range t.Values {
			values32.UnsafeAppend(float32(v))
		}
	}
	return b.NewRecord()
}

func tensorsOf(rec arrow.Record) ([]Tensor, error) {
	if err := sameFields(rec.Schema().Fields(), checkpointFields); err != nil {
		return nil, err
	}
	names, err := texts(rec.Column(0))
	if err != nil {
		return nil, fmt.Errorf("column name: %w", err)
	}
	dtypes, err := texts(rec.Column(1))
	if err != nil {
		return nil, fmt.Errorf("column dtype: %w", err)
	}
	var lists [3][]span
	for i := range lists {
		lists[i], err = spans(rec.Column(2 + i).(*array.List))
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", checkpointFields[2+i].Name, err)
		}
	}
	extents := rec.Column(2).(*array.List).ListValues().(*array.Int64).Int64Values()
	values64 := rec.Column(3).(*array.List).ListValues().(*array.Float64).Float64Values()
	values32 := rec.Column(4).(*array.List).ListValues().(*array.Float32).Float32Values()
	ts := make([]Tensor, len(names))
	for i := range ts {
		shape, in64, in32 := lists[0][i], lists[1][i], lists[2][i]
		t := Tensor{Name: names[i], Single: dtypes[i] == single, Shape: make([]int, 0, shape.len())}
		if dtypes[i] != t.dtype() || in32.null == t.Single || in64.null == !t.Single || shape.null {
			return nil, fmt.Errorf("row %d (%q): dtype %q: want float64 or float32, and numbers in that column alone", i, t.Name, dtypes[i])
		}
		for _, n := range extents[shape.from:shape.to] {
			if n < 0 || n > maxTensorValues {
				return nil, fmt.Errorf("row %d (%q): extent %d in the shape", i, t.Name, n)
			}
			t.Shape = append(t.Shape, int(n))
		}
		t.Values = make([]float64, 0, in64.len()+in32.len())
		t.Values = append(t.Values, values64[in64.from:in64.to]...)
		for _, v := range values32[in32.from:in32.to] {
			t.Values = append(t.Values, float64(v))
		}
		ts[i] = t
	}
	return ts, checkTensors(ts)
}
