package artifact

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

func provenance() Provenance {
	return Provenance{
		Config:     []byte(`{"epochs":2,"seed":7}`),
		Data:       []DataRef{{Name: "digits", SHA256: strings.Repeat("0a", 32)}},
		Code:       "v0.1.0",
		References: []string{"wright2022"},
	}
}

func tensors() []Tensor {
	return []Tensor{
		{Name: "mesh.theta", Unit: "rad", Shape: []int{2, 3}, Values: []float64{0, math.Copysign(0, -1), 0.1, math.Pi, 5e-324, math.MaxFloat64}},
		{Name: "readout.weight", Shape: []int{3}, Single: true, Values: []float64{0.5, float64(float32(0.1)), -math.MaxFloat32}},
		{Name: "gain", Shape: []int{}, Values: []float64{-2}},
		{Name: "kernel", Shape: []int{2, 1, 1, 2}, Single: true, Values: []float64{1, -2, 3, -0.25}},
	}
}

func curve() Table {
	return Table{Columns: []Column{
		{Name: "epoch", Ints: []int64{1, 2, math.MinInt64}},
		{Name: "loss", Floats: []float64{0.25, math.NaN(), math.Inf(-1)}},
		{Name: "phase", Unit: "rad", Floats: []float64{1, math.NaN(), math.NaN()}, Missing: []bool{false, true, false}},
		{Name: "method", Strings: []string{"physics-aware", "", "in silico µ"}},
		{Name: "converged", Bools: []bool{true, false, true}},
	}}
}

// bits makes floating-point values comparable, NaN and -0 included.
func bits(vs []float64) []uint64 {
	out := make([]uint64, len(vs))
	for i, v := range vs {
		out[i] = math.Float64bits(v)
	}
	return out
}

func mustBytes(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func writeBoth(t testing.TB, dir string) (checkpoint, tab string) {
	t.Helper()
	checkpoint, tab = filepath.Join(dir, "c.arrow"), filepath.Join(dir, "t.arrow")
	if _, err := WriteCheckpoint(checkpoint, provenance(), tensors()); err != nil {
		t.Fatal(err)
	}
	if _, err := WriteTable(tab, provenance(), curve()); err != nil {
		t.Fatal(err)
	}
	return checkpoint, tab
}

func TestCheckpointRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.arrow")
	wrote, err := WriteCheckpoint(path, provenance(), tensors())
	if err != nil {
		t.Fatal(err)
	}
	got, p, err := ReadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(p, wrote) {
		t.Errorf("read provenance %+v, wrote %+v", p, wrote)
	}
	if p.Kind != KindCheckpoint || p.Go != runtime.Version() {
		t.Errorf("kind %q, Go %q", p.Kind, p.Go)
	}
	for i, want := range tensors() {
		if !reflect.DeepEqual(bits(got[i].Values), bits(want.Values)) {
			t.Errorf("tensor %q: read %v, wrote %v", want.Name, got[i].Values, want.Values)
		}
		got[i].Values = want.Values
		if !reflect.DeepEqual(got[i], want) {
			t.Errorf("read %+v, wrote %+v", got[i], want)
		}
	}
}

func TestTableRoundTrip(t *testing.T) {
	for name, want := range map[string]Table{
		"full": curve(),
		"no rows": {Columns: []Column{
			{Name: "a", Ints: []int64{}}, {Name: "b", Floats: []float64{}}, {Name: "c", Strings: []string{}}, {Name: "d", Bools: []bool{}},
		}},
		"all missing":            {Columns: []Column{{Name: "b", Floats: []float64{math.NaN()}, Missing: []bool{true}}}},
		"names like Arrow's own": {Columns: []Column{{Name: "name", Unit: "unit", Strings: []string{"x"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "t.arrow")
			wrote, err := WriteTable(path, provenance(), want)
			if err != nil {
				t.Fatal(err)
			}
			got, p, err := ReadTable(path)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(p, wrote) {
				t.Errorf("read provenance %+v, wrote %+v", p, wrote)
			}
			for i, w := range want.Columns {
				if !reflect.DeepEqual(bits(got.Columns[i].Floats), bits(w.Floats)) {
					t.Errorf("column %q: read %v, wrote %v", w.Name, got.Columns[i].Floats, w.Floats)
				}
				got.Columns[i].Floats = w.Floats
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("read %+v, wrote %+v", got, want)
			}
		})
	}
}

// The golden hashes were computed by a Python program that follows the description in
// content.go with struct and hashlib alone. They must not change: artifacts compare by them.
func TestContentHashIsTheOneOfTheDescription(t *testing.T) {
	checkpoint, tab := writeBoth(t, t.TempDir())
	for path, want := range map[string]string{
		checkpoint: "a3277f04a21eaba856df333501fae4812e75709ad8679c6501725a7389b1a406",
		tab:        "b788f6feaf471084ea35eaf887fed08c9039686a66eba3b203efed3bfffe6b24",
	} {
		info, err := Inspect(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Provenance.Content != want {
			t.Errorf("%s: content %s, want %s", filepath.Base(path), info.Provenance.Content, want)
		}
	}
}

func TestContentHashSeesEverythingButTheToolchain(t *testing.T) {
	hash := func(change func(*Provenance, *Table)) string {
		p, tab := provenance(), curve()
		change(&p, &tab)
		return tab.hash(p)
	}
	base := hash(func(*Provenance, *Table) {})
	for name, change := range map[string]func(*Provenance, *Table){
		"configuration": func(p *Provenance, _ *Table) { p.Config = []byte(`{"epochs":2,"seed":8}`) },
		"data name":     func(p *Provenance, _ *Table) { p.Data[0].Name = "digit" },
		"data hash":     func(p *Provenance, _ *Table) { p.Data[0].SHA256 = strings.Repeat("0b", 32) },
		"code":          func(p *Provenance, _ *Table) { p.Code = "v0.1.1" },
		"references":    func(p *Provenance, _ *Table) { p.References = nil },
		"column name":   func(_ *Provenance, t *Table) { t.Columns[0].Name = "epochs" },
		"unit":          func(_ *Provenance, t *Table) { t.Columns[2].Unit = "deg" },
		"int":           func(_ *Provenance, t *Table) { t.Columns[0].Ints[0]++ },
		"last bit":      func(_ *Provenance, t *Table) { t.Columns[1].Floats[0] = math.Nextafter(0.25, 1) },
		"missing":       func(_ *Provenance, t *Table) { t.Columns[2].Missing[2] = true },
		"string":        func(_ *Provenance, t *Table) { t.Columns[3].Strings[1] = " " },
		"bool":          func(_ *Provenance, t *Table) { t.Columns[4].Bools[0] = false },
		"column order":  func(_ *Provenance, t *Table) { t.Columns[0], t.Columns[1] = t.Columns[1], t.Columns[0] },
		"text boundary": func(_ *Provenance, t *Table) { t.Columns[3].Name, t.Columns[3].Strings[0] = "methodp", "hysics-aware" },
	} {
		if hash(change) == base {
			t.Errorf("a change of %s leaves the content hash as it was", name)
		}
	}
	for name, same := range map[string]func(*Provenance, *Table){
		"Go version":      func(p *Provenance, _ *Table) { p.Go = "go9.9" },
		"a processor NaN": func(_ *Provenance, t *Table) { t.Columns[1].Floats[1] = math.Float64frombits(0xfff8000000000000) },
		"value of a null": func(_ *Provenance, t *Table) { t.Columns[2].Floats[1] = 3 },
		"an empty mask":   func(_ *Provenance, t *Table) { t.Columns[1].Missing = make([]bool, 3) },
	} {
		if hash(same) != base {
			t.Errorf("%s changes the content hash", name)
		}
	}
}

func TestBytesRepeat(t *testing.T) {
	// Several zstd blocks of numbers that compress a little, so that the encoder has choices.
	big := Tensor{Name: "big", Shape: []int{300_000}, Values: make([]float64, 300_000)}
	state := uint64(1)
	for i := range big.Values {
		state = state*6364136223846793005 + 1442695040888963407
		big.Values[i] = float64(state>>44) / 64
	}
	ts := append(tensors(), big)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first []byte
	for _, procs := range []int{1, 2, 7, 2} {
		runtime.GOMAXPROCS(procs)
		path := filepath.Join(t.TempDir(), "c.arrow")
		if _, err := WriteCheckpoint(path, provenance(), ts); err != nil {
			t.Fatal(err)
		}
		data := mustBytes(t, path)
		if first == nil {
			first = data
		}
		if !bytes.Equal(data, first) {
			t.Errorf("with %d processors the file has %d bytes other than the %d of the first", procs, len(data), len(first))
		}
	}
	_, once := writeBoth(t, t.TempDir())
	_, again := writeBoth(t, t.TempDir())
	if !bytes.Equal(mustBytes(t, once), mustBytes(t, again)) {
		t.Error("two tables of the same content differ in their bytes")
	}
}

func TestSingleTakesHalfTheSpace(t *testing.T) {
	sizes := map[bool]int64{}
	values := make([]float64, 10_000)
	state := uint64(1)
	for i := range values {
		state = state*6364136223846793005 + 1442695040888963407
		values[i] = float64(float32(state>>40) / 3)
	}
	for _, isSingle := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "c.arrow")
		if _, err := WriteCheckpoint(path, provenance(), []Tensor{{Name: "w", Shape: []int{100, 100}, Single: isSingle, Values: values}}); err != nil {
			t.Fatal(err)
		}
		info, err := Inspect(path)
		if err != nil {
			t.Fatal(err)
		}
		sizes[isSingle] = info.Bytes
	}
	if sizes[true] > 4*10_000+4096 || sizes[true] >= sizes[false] {
		t.Errorf("10000 values take %d bytes as float32 and %d as float64", sizes[true], sizes[false])
	}
}

func TestWritersRefuse(t *testing.T) {
	type writer func(path string) error
	checkpoint := func(ts ...Tensor) writer {
		return func(path string) error { _, err := WriteCheckpoint(path, provenance(), ts); return err }
	}
	columns := func(cs ...Column) writer {
		return func(path string) error { _, err := WriteTable(path, provenance(), Table{cs}); return err }
	}
	prov := func(change func(*Provenance)) writer {
		return func(path string) error {
			p := provenance()
			change(&p)
			_, err := WriteTable(path, p, curve())
			return err
		}
	}
	a := Column{Name: "a", Ints: []int64{1}}
	for _, c := range []struct {
		name, says string
		write      writer
	}{
		{"NaN", `tensor "w": value 1 is NaN`, checkpoint(Tensor{Name: "w", Shape: []int{2}, Values: []float64{1, math.NaN()}})},
		{"Inf", `tensor "w": value 0 is -Inf`, checkpoint(Tensor{Name: "w", Shape: []int{1}, Values: []float64{math.Inf(-1)}})},
		{"not a float32", `tensor "w": value 0 is 0.1`, checkpoint(Tensor{Name: "w", Shape: []int{1}, Single: true, Values: []float64{0.1}})},
		{"too few values", "holds 4 values, but there are 1", checkpoint(Tensor{Name: "w", Shape: []int{2, 2}, Values: []float64{1}})},
		{"negative extent", "at least 1", checkpoint(Tensor{Name: "w", Shape: []int{-1, -1}, Values: []float64{1}})},
		{"tensor without values", "leave out", checkpoint(Tensor{Name: "w", Shape: []int{0, 4}})},
		{"unit not UTF-8", "the unit", checkpoint(Tensor{Name: "w", Unit: "\xff", Values: []float64{1}})},
		{"overflowing shape", "more than", checkpoint(Tensor{Name: "w", Shape: []int{1 << 30, 1 << 30, 16}})},
		{"no tensor", "at least one", checkpoint()},
		{"tensor without name", "tensor 0", checkpoint(Tensor{Values: []float64{1}})},
		{"name twice", `"w" is taken`, checkpoint(Tensor{Name: "w", Values: []float64{1}}, Tensor{Name: "w", Values: []float64{1}})},
		{"no column", "at least one", columns()},
		{"column twice", `"a" is taken`, columns(a, a)},
		{"no values", "exactly one of", columns(Column{Name: "a"})},
		{"two kinds of values", "exactly one of", columns(Column{Name: "a", Ints: []int64{1}, Bools: []bool{}})},
		{"unequal columns", `column "b" has 2 rows`, columns(a, Column{Name: "b", Bools: []bool{true, true}})},
		{"missing integers", "only with Floats", columns(Column{Name: "a", Ints: []int64{1}, Missing: []bool{true}})},
		{"short mask", "1 entries for 2", columns(Column{Name: "a", Floats: []float64{1, 2}, Missing: []bool{true}})},
		{"not UTF-8", "row 0", columns(Column{Name: "a", Strings: []string{"\xff"}})},
		{"no configuration", "Config is empty", prov(func(p *Provenance) { p.Config = nil })},
		{"configuration not JSON", "not JSON", prov(func(p *Provenance) { p.Config = []byte("{") })},
		{"no code version", "Code", prov(func(p *Provenance) { p.Code = "" })},
		{"bad data hash", "64 lower-case", prov(func(p *Provenance) { p.Data[0].SHA256 = strings.Repeat("0A", 32) })},
		{"empty reference", "References[0]", prov(func(p *Provenance) { p.References[0] = "" })},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "x.arrow")
			err := c.write(path)
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v, want one that names the file and says %q", err, c.says)
			}
			expectEmpty(t, dir)
		})
	}
	if _, err := WriteTable(filepath.Join(t.TempDir(), "x.feather"), provenance(), curve()); err == nil || !strings.Contains(err.Error(), ".arrow") {
		t.Errorf("another extension: %v", err)
	}
}

func TestColumnByName(t *testing.T) {
	c, err := curve().Column("phase")
	if err != nil || c.Unit != "rad" || c.Type() != "float64" || c.Len() != 3 {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := curve().Column("phi"); err == nil || !strings.Contains(err.Error(), "epoch, loss, phase, method, converged") {
		t.Errorf("the error %v does not list the columns", err)
	}
	if (Table{}).Rows() != 0 || curve().Rows() != 3 {
		t.Error("wrong number of rows")
	}
}

func TestReadersTellKindsApart(t *testing.T) {
	checkpoint, tab := writeBoth(t, t.TempDir())
	if ts, _, err := ReadCheckpoint(tab); !errors.Is(err, ErrKind) || ts != nil {
		t.Errorf("a table read as a checkpoint: %v, %v", ts, err)
	}
	if tb, _, err := ReadTable(checkpoint); !errors.Is(err, ErrKind) || tb.Columns != nil {
		t.Errorf("a checkpoint read as a table: %v, %v", tb, err)
	}
	for path, rows := range map[string]int{checkpoint: 4, tab: 3} {
		info, err := Inspect(path)
		if err != nil || info.Rows != rows || info.Bytes != int64(len(mustBytes(t, path))) {
			t.Errorf("%s: %+v, %v", path, info, err)
		}
	}
}

func expectEmpty(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Errorf("%s was left behind", e.Name())
	}
}
