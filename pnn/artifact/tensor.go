package artifact

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
)

// A tensor is a column of one row, of Arrow's canonical extension type
// arrow.fixed_shape_tensor: a fixed-size list of the values in row-major order, with
// the shape as {"shape":[2,3]} in the metadata of the field. pyarrow (from version 12)
// makes a NumPy array of it; readers that do not know the extension find the list.
// Source: arrow.apache.org/docs/format/CanonicalExtensions.html.
//
// The metadata are written and read here rather than through Arrow's registry of
// extension types, which all packages of a program share.
const fixedShape = "arrow.fixed_shape_tensor"

// tensorShape is the metadata of the extension. Those of other programs may also say
// that the axes are permuted, which would be another array.
type tensorShape struct {
	Shape []int `json:"shape"`
}

// field is the Arrow field of a tensor that checkTensors has seen.
func (t Tensor) field() arrow.Field {
	var value arrow.DataType = arrow.PrimitiveTypes.Float64
	if t.Single {
		value = arrow.PrimitiveTypes.Float32
	}
	var shape strings.Builder
	for i, n := range t.Shape {
		if i > 0 {
			shape.WriteByte(',')
		}
		fmt.Fprint(&shape, n)
	}
	keys := []string{ipc.ExtensionTypeKeyName, ipc.ExtensionMetadataKeyName}
	values := []string{fixedShape, `{"shape":[` + shape.String() + `]}`}
	if t.Unit != "" {
		keys, values = append(keys, unitKey), append(values, t.Unit)
	}
	return arrow.Field{Name: t.Name, Type: arrow.FixedSizeListOf(int32(len(t.Values)), value), Metadata: arrow.NewMetadata(keys, values)}
}

// appendTo adds the tensor as a row.
func (t Tensor) appendTo(b *array.FixedSizeListBuilder) {
	b.Append(true)
	switch into := b.ValueBuilder().(type) {
	case *array.Float64Builder:
		into.AppendValues(t.Values, nil)
	case *array.Float32Builder:
		into.Reserve(len(t.Values))
		for _, v := range t.Values {
			into.UnsafeAppend(float32(v))
		}
	}
}

// tensorOf copies a tensor out of its column.
func tensorOf(f arrow.Field, col arrow.Array) (Tensor, error) {
	list, ok := col.(*array.FixedSizeList)
	if name, _ := f.Metadata.GetValue(ipc.ExtensionTypeKeyName); !ok || name != fixedShape {
		return Tensor{}, fmt.Errorf("it is of type %v and extension %q, want a fixed-size list and %q", f.Type, name, fixedShape)
	}
	text, _ := f.Metadata.GetValue(ipc.ExtensionMetadataKeyName)
	var shape tensorShape
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&shape); err != nil || shape.Shape == nil {
		return Tensor{}, fmt.Errorf(`the extension's metadata are %q, want those of the form {"shape":[2,3]}`, text)
	}
	n, err := product(shape.Shape)
	if err != nil {
		return Tensor{}, err
	}
	values := list.ListValues()
	if size := list.DataType().(*arrow.FixedSizeListType).Len(); list.Len() != 1 || int(size) != n || values.Len() != n {
		return Tensor{}, fmt.Errorf("%d rows of %d values, %d in all, want one of shape %v", list.Len(), size, values.Len(), shape.Shape)
	}
	if list.NullN() != 0 || values.NullN() != 0 {
		return Tensor{}, fmt.Errorf("it has nulls")
	}
	t := Tensor{Name: f.Name, Shape: shape.Shape}
	t.Unit, _ = f.Metadata.GetValue(unitKey)
	switch v := values.(type) {
	case *array.Float64:
		t.Values = append([]float64{}, v.Float64Values()...)
	case *array.Float32:
		t.Single, t.Values = true, make([]float64, n)
		for i, x := range v.Float32Values() {
			t.Values[i] = float64(x)
		}
	default:
		return Tensor{}, fmt.Errorf("its values are of type %v, want %s or %s", values.DataType(), double, single)
	}
	return t, nil
}
