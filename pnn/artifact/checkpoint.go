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
	Unit   string    // as in Column; a label, which the content hash leaves out
	Shape  []int     // extents, outermost first, each at least 1; none for a single number
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

// WriteCheckpoint writes ts to path, which ends in .arrow, all of it or nothing. It
// returns p with Kind, Go and Content filled in. It refuses tensors without a name of
// their own, without values, with a shape that does not fit their values, or with values
// that are not finite: a checkpoint with a NaN in it is a run that went wrong, not a result.
func WriteCheckpoint(path string, p Provenance, ts []Tensor) (Provenance, error) {
	if err := checkTensors(ts); err != nil {
		return Provenance{}, pathError(path, err)
	}
	p = p.complete(KindCheckpoint, hashTensors(p, ts))
	return p, write(path, p, tensorFields(ts), func() arrow.Record { return tensorRecord(ts) })
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
		if !utf8.ValidString(t.Unit) {
			return fmt.Errorf("tensor %q: the unit is %q: give it in UTF-8", t.Name, t.Unit)
		}
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
		if d < 1 {
			return 0, fmt.Errorf("shape %v: an extent is at least 1: leave out a tensor without values", shape)
		}
		if n > maxTensorValues/d {
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

func tensorFields(ts []Tensor) []arrow.Field {
	fields := make([]arrow.Field, len(ts))
	for i, t := range ts {
		fields[i] = t.field()
	}
	return fields
}

func tensorRecord(ts []Tensor) arrow.Record {
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(tensorFields(ts), nil))
	defer b.Release()
	for i, t := range ts {
		t.appendTo(b.Field(i).(*array.FixedSizeListBuilder))
	}
	return b.NewRecord()
}

func tensorsOf(rec arrow.Record) ([]Tensor, error) {
	ts := make([]Tensor, rec.NumCols())
	for i, f := range rec.Schema().Fields() {
		var err error
		if ts[i], err = tensorOf(f, rec.Column(i)); err != nil {
			return nil, fmt.Errorf("column %d (%q): %w", i, f.Name, err)
		}
	}
	return ts, checkTensors(ts)
}
