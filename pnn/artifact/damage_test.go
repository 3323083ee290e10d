package artifact

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// Every single flipped bit must be refused by the reader and found by the manifest.
func TestEveryFlippedBitIsFound(t *testing.T) {
	for _, kind := range []string{KindCheckpoint, KindTable} {
		t.Run(kind, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "x.arrow")
			var err error
			if kind == KindCheckpoint {
				_, err = WriteCheckpoint(path, provenance(), tensors()[1:2])
			} else {
				_, err = WriteTable(path, provenance(), Table{curve().Columns[2:3]})
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := WriteManifest(dir); err != nil {
				t.Fatal(err)
			}
			whole := mustBytes(t, path)
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			want := []Problem{{"x.arrow", Damaged}}
			for at := range whole {
				for bit := range 8 {
					flipped := []byte{whole[at] ^ 1<<bit}
					if _, err := f.WriteAt(flipped, int64(at)); err != nil {
						t.Fatal(err)
					}
					c, err := read(path, kind)
					if err == nil || !reflect.DeepEqual(c, contents{}) {
						t.Fatalf("byte %d, bit %d: read gave %+v, %v", at, bit, c, err)
					}
					if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), path) {
						t.Fatalf("byte %d, bit %d: unclear error %v", at, bit, err)
					}
					if got, err := VerifyManifest(dir); err != nil || !reflect.DeepEqual(got, want) {
						t.Fatalf("byte %d, bit %d: the manifest finds %v, %v", at, bit, got, err)
					}
				}
				if _, err := f.WriteAt(whole[at:at+1], int64(at)); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := read(path, kind); err != nil {
				t.Fatalf("the restored file: %v", err)
			}
		})
	}
}

func TestEveryTruncationIsRefused(t *testing.T) {
	checkpoint, tab := writeBoth(t, t.TempDir())
	for _, path := range []string{checkpoint, tab} {
		whole := mustBytes(t, path)
		for n := range whole {
			if c, err := decode(whole[:n], "", maxFileBytes); !errors.Is(err, ErrDamaged) || !reflect.DeepEqual(c, contents{}) {
				t.Fatalf("%s cut to %d of %d bytes: %+v, %v", path, n, len(whole), c, err)
			}
		}
		if _, err := decode(append(bytes.Clone(whole), 0), "", maxFileBytes); err == nil {
			t.Errorf("%s with a byte too many is read", path)
		}
	}
}

// Damage under a valid seal, as a faulty writer or a forger would make it: each check
// behind the seal must hold by itself.
func TestEveryResealedFlipIsRefusedOrHarmless(t *testing.T) {
	checkpoint, tab := writeBoth(t, t.TempDir())
	for _, path := range []string{checkpoint, tab} {
		whole := mustBytes(t, path)
		want, err := decode(whole, "", maxFileBytes)
		if err != nil {
			t.Fatal(err)
		}
		refused := 0
		for at := range whole {
			data := bytes.Clone(whole)
			data[at] ^= 1 << (at % 8) // one bit of every byte: all of them would take long
			if seal(data) != nil {
				continue
			}
			got, err := decode(data, "", 1<<26)
			if err != nil {
				refused++
				continue
			}
			if got.prov.Content != want.prov.Content {
				t.Fatalf("%s, byte %d: content %s is read as if it were whole", path, at, got.prov.Content)
			}
		}
		// The copy of the schema at the front and the padding carry nothing that is read here.
		if refused < len(whole)/4 {
			t.Errorf("%s: only %d of %d flips were refused", path, refused, len(whole))
		}
	}
}

func TestForeignFilesAreRefused(t *testing.T) {
	fields := curve().fields()
	plain := func() []byte {
		var out buffer
		w, err := ipc.NewFileWriter(&out, ipc.WithSchema(arrow.NewSchema(fields, nil)))
		if err != nil {
			t.Fatal(err)
		}
		rec := curve().record()
		defer rec.Release()
		if err := errors.Join(w.Write(rec), w.Close()); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	sealed := func(change func(keys, values []string)) []byte {
		md, err := provenance().complete(KindTable, curve().hash(provenance())).metadata()
		if err != nil {
			t.Fatal(err)
		}
		keys, values := md.Keys(), md.Values()
		change(keys, values)
		data, err := encode(fields, arrow.NewMetadata(keys, values), curve().record)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, c := range []struct {
		name string
		data []byte
		want error
		says string
	}{
		{"empty", nil, ErrDamaged, "truncated after 0"},
		{"text", []byte("epoch,loss\n1,0.5\n"), ErrForeign, "no Arrow file"},
		{"plain Arrow", plain(), ErrForeign, "without a Lightfast seal"},
		{"no kind", sealed(func(k, _ []string) { k[0] = "kind" }), ErrForeign, keyKind},
		{"unknown kind", sealed(func(_, v []string) { v[0] = "movie" }), ErrKind, "movie"},
		{"another kind", sealed(func(_, v []string) { v[0], v[1] = KindCheckpoint, strconv.Itoa(checkpointVersion) }), ErrKind, "checkpoint"},
		{"newer", sealed(func(_, v []string) { v[1] = "2" }), ErrNewer, "update Lightfast"},
		{"newer, with columns of types unknown here", strange(t), ErrNewer, "update Lightfast"},
		{"older", mustBytes(t, filepath.Join("testdata", "checkpoint-1.arrow")), ErrOlder, "schema version 1 of a checkpoint, this program reads 2: delete"},
		{"no version", sealed(func(_, v []string) { v[1] = "one" }), ErrForeign, keySchema},
		{"bad data list", sealed(func(_, v []string) { v[3] = "{" }), ErrForeign, keyData},
		{"other configuration", sealed(func(_, v []string) { v[2] = "{}" }), ErrDamaged, "content hash"},
		{"other hash", sealed(func(_, v []string) { v[7] = strings.Repeat("0", 64) }), ErrDamaged, "content hash"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.arrow")
			if err := os.WriteFile(path, c.data, 0o644); err != nil {
				t.Fatal(err)
			}
			_, _, err := ReadTable(path)
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v, want %q, naming the file and %q", err, c.want, c.says)
			}
		})
	}
	if _, _, err := ReadTable(t.TempDir()); !errors.Is(err, ErrForeign) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := Inspect(filepath.Join(t.TempDir(), "none.arrow")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// A table's columns under the kind of a checkpoint, with a valid seal.
func TestCheckpointColumnsAreChecked(t *testing.T) {
	md, err := provenance().complete(KindCheckpoint, "").metadata()
	if err != nil {
		t.Fatal(err)
	}
	data, err := encode(curve().fields(), md, curve().record)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := decode(data, KindCheckpoint, maxFileBytes); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), `column 0 ("epoch")`) || !strings.Contains(err.Error(), fixedShape) {
		t.Errorf("a table's columns in a checkpoint: %v", err)
	}
}

// strange is a file of a version to come.
func strange(t *testing.T) []byte {
	t.Helper()
	md, err := provenance().complete(KindCheckpoint, "").metadata()
	if err != nil {
		t.Fatal(err)
	}
	values := md.Values()
	values[1] = "9"
	fields := []arrow.Field{{Name: "when", Type: arrow.FixedWidthTypes.Date32}}
	data, err := encode(fields, arrow.NewMetadata(md.Keys(), values), func() arrow.Record {
		b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
		defer b.Release()
		b.Field(0).(*array.Date32Builder).Append(1)
		return b.NewRecord()
	})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Tensors that another writer might make, with a valid seal.
func TestTensorColumnsAreChecked(t *testing.T) {
	const name, about = ipc.ExtensionTypeKeyName, ipc.ExtensionMetadataKeyName
	pair := func(b array.Builder) {
		l := b.(*array.FixedSizeListBuilder)
		l.Append(true)
		l.ValueBuilder().(*array.Float64Builder).AppendValues([]float64{1, 2}, nil)
	}
	doubles := arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Float64)
	for _, c := range []struct {
		name, says string
		typ        arrow.DataType
		md         []string
		fill       func(b array.Builder)
	}{
		{"as written", "", doubles, []string{name, fixedShape, about, `{"shape":[2,1]}`}, pair},
		{"no extension", `extension ""`, doubles, nil, pair},
		{"another extension", "arrow.opaque", doubles, []string{name, "arrow.opaque"}, pair},
		{"no shape", `metadata are ""`, doubles, []string{name, fixedShape}, pair},
		{"null shape", "metadata are", doubles, []string{name, fixedShape, about, `{"shape":null}`}, pair},
		{"permuted axes", "permutation", doubles, []string{name, fixedShape, about, `{"shape":[2,1],"permutation":[1,0]}`}, pair},
		{"shape too large", "want one of shape [2 2]", doubles, []string{name, fixedShape, about, `{"shape":[2,2]}`}, pair},
		{"overflowing shape", "more than", doubles, []string{name, fixedShape, about, `{"shape":[1073741824,1073741824,16]}`}, pair},
		{"negative shape", "at least 1", doubles, []string{name, fixedShape, about, `{"shape":[-2,-1]}`}, pair},
		{"two rows", "2 rows of 2 values", doubles, []string{name, fixedShape, about, `{"shape":[2]}`}, func(b array.Builder) { pair(b); pair(b) }},
		{"null row", "nulls", doubles, []string{name, fixedShape, about, `{"shape":[2]}`}, func(b array.Builder) { b.AppendNull() }},
		{"null value", "nulls", doubles, []string{name, fixedShape, about, `{"shape":[2]}`}, func(b array.Builder) {
			l := b.(*array.FixedSizeListBuilder)
			l.Append(true)
			l.ValueBuilder().(*array.Float64Builder).AppendValues([]float64{1, 2}, []bool{true, false})
		}},
		{"integers", "its values are of type int64", arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Int64), []string{name, fixedShape, about, `{"shape":[2]}`}, func(b array.Builder) {
			l := b.(*array.FixedSizeListBuilder)
			l.Append(true)
			l.ValueBuilder().(*array.Int64Builder).AppendValues([]int64{1, 2}, nil)
		}},
		{"NaN", "value 0 is NaN", doubles, []string{name, fixedShape, about, `{"shape":[2]}`}, func(b array.Builder) {
			l := b.(*array.FixedSizeListBuilder)
			l.Append(true)
			l.ValueBuilder().(*array.Float64Builder).AppendValues([]float64{math.NaN(), 2}, nil)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var keys, values []string
			for i := 0; i < len(c.md); i += 2 {
				keys, values = append(keys, c.md[i]), append(values, c.md[i+1])
			}
			fields := []arrow.Field{{Name: "w", Type: c.typ, Nullable: true, Metadata: arrow.NewMetadata(keys, values)}}
			want := []Tensor{{Name: "w", Shape: []int{2, 1}, Values: []float64{1, 2}}}
			md, err := provenance().complete(KindCheckpoint, hashTensors(provenance(), want)).metadata()
			if err != nil {
				t.Fatal(err)
			}
			data, err := encode(fields, md, func() arrow.Record {
				b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
				defer b.Release()
				c.fill(b.Field(0))
				return b.NewRecord()
			})
			if err != nil {
				t.Fatal(err)
			}
			got, err := decode(data, KindCheckpoint, maxFileBytes)
			if c.says == "" {
				if err != nil || !reflect.DeepEqual(got.tensors, want) {
					t.Errorf("%+v, %v", got.tensors, err)
				}
				return
			}
			if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), `"w"`) {
				t.Errorf("error %v, want one that names the column and says %q", err, c.says)
			}
		})
	}
}

// The metadata of a tensor's field are those of Arrow's canonical extension, always in
// the same order.
func TestTensorFieldIsCanonical(t *testing.T) {
	f := tensors()[0].field()
	if got, want := f.Metadata.String(), `["ARROW:extension:name": "arrow.fixed_shape_tensor", "ARROW:extension:metadata": "{\"shape\":[2,3]}", "unit": "rad"]`; got != want {
		t.Errorf("metadata %s, want %s", got, want)
	}
	if got, want := f.Type.String(), "fixed_size_list<item: float64, nullable>[6]"; got != want {
		t.Errorf("type %s, want %s", got, want)
	}
	if got, _ := tensors()[2].field().Metadata.GetValue(ipc.ExtensionMetadataKeyName); got != `{"shape":[]}` {
		t.Errorf("the shape of a single number is %s", got)
	}
}

// A file of some hundred bytes must not make the reader ask for terabytes.
func TestClaimedSizesAreBounded(t *testing.T) {
	_, tab := writeBoth(t, t.TempDir())
	whole := mustBytes(t, tab)
	zstdMagic := []byte{0x28, 0xb5, 0x2f, 0xfd}
	first := bytes.Index(whole, zstdMagic)
	if first < 8 {
		t.Fatal("no zstd frame in the file")
	}
	bomb := bytes.Clone(whole)
	binary.LittleEndian.PutUint64(bomb[first-8:], 1<<40)
	if err := seal(bomb); err != nil {
		t.Fatal(err)
	}
	if _, err := decode(bomb, "", 1<<30); !errors.Is(err, ErrLarge) {
		t.Errorf("a buffer of 2^40 bytes: %v", err)
	}
	footer, err := unseal(whole)
	if err != nil {
		t.Fatal(err)
	}
	// Every 4 bytes of the footer in turn claim a length near 2^32.
	for at := 0; at+4 <= len(footer); at++ {
		data := bytes.Clone(whole)
		binary.LittleEndian.PutUint32(data[len(data)-tailSize-len(footer)+at:], 0xfffffff0)
		if err := seal(data); err != nil {
			t.Fatal(err)
		}
		if c, err := decode(data, "", 1<<26); err == nil && c.prov.Kind != KindTable {
			t.Errorf("footer byte %d: %+v", at, c)
		}
	}
}
