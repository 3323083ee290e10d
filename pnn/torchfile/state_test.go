package torchfile

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestDecodeState(t *testing.T) {
	s, err := decode(tiny())
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Names(); !slices.Equal(got, []string{"fc.weight", "fc.bias"}) {
		t.Fatalf("names %v", got)
	}
	w, err := s.Want("fc.weight", 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, w.Values, []float64{1, 2, 3, 4, 5, 6})
	if w.DType != "f4" || w.Complex {
		t.Errorf("dtype %s, complex %t", w.DType, w.Complex)
	}
	b, ok := s.Get("fc.bias")
	if !ok {
		t.Fatal("no fc.bias")
	}
	sameBits(t, b.Values, []float64{0.5, -0.25})

	_, err = s.Want("fc.weight", 3, 2)
	wantError(t, err, "net.pth", `"fc.weight"`, "[2 3]", "[3 2]")
	_, err = s.Want("fc.weights", 3, 2)
	wantError(t, err, "net.pth", `"fc.weights"`, "[3 2]", "fc.weight, fc.bias")
	if _, ok := s.Get("fc"); ok {
		t.Error("found fc")
	}
}

// A checkpoint {state_dict, epoch, best_acc, note, optimizer} with shared,
// transposed, offset, scalar and parameter tensors.
func TestNestedCheckpoint(t *testing.T) {
	p := newProgram().op(opEmptyDict, opBinPut, 0, opMark)
	p.str("state_dict").ordered().op(opMark)
	p.str("w").tensor("FloatStorage", "0", 6, 0, []int{3, 2}, []int{1, 3}).op(opBinPut, 7)
	p.str("tied").op(opBinGet, 7)
	p.str("row").tensor("FloatStorage", "0", 6, 3, []int{3}, []int{1})
	p.str("scalar").tensor("LongStorage", "1", 1, 0, nil, nil)
	p.str("wide").tensor("FloatStorage", "0", 6, 5, []int{2, 2}, []int{0, 0})
	p.str("none").tensor("FloatStorage", "0", 6, 0, []int{0, 3}, []int{3, 1})
	p.str("p").name("torch._utils", "_rebuild_parameter")
	p.op(opMark).tensor("ComplexFloatStorage", "2", 2, 0, []int{2}, []int{1}).op(opNewTrue).ordered().op(opTuple, opReduce)
	p.op(opSetItems)
	p.op(opEmptyDict).str("_metadata").ordered().op(opSetItem, opBuild)
	p.str("epoch").op(opBinInt1, 9)
	p.str("best_acc").float(0.5)
	p.str("note").op(opNone)
	p.str("seed").op(opLong1, 2, 0xff, 0xff)
	p.str("optimizer").op(opEmptyDict, opMark)
	p.str("state").op(opEmptyDict).int(0).op(opEmptyDict).str("exp_avg").tensor("BoolStorage", "3", 2, 0, []int{2}, []int{1}).op(opSetItem, opSetItem)
	p.str("param_groups").op(opEmptyList, opEmptyDict).str("betas").float(.9).float(.999).op(opTuple2, opSetItem, opAppend)
	p.op(opSetItems, opSetItems)
	file := archive(p.stop(), le([]float32{0, 1, 2, 3, 4, 5}), le(int64(-40660)), le([]float32{1, -2, 3, -4}), []byte{1, 0})

	s, err := decode(file)
	if err != nil {
		t.Fatal(err)
	}
	want := []Tensor{
		{"state_dict.w", []int{3, 2}, "f4", []float64{0, 3, 1, 4, 2, 5}, false},
		{"state_dict.tied", []int{3, 2}, "f4", []float64{0, 3, 1, 4, 2, 5}, false},
		{"state_dict.row", []int{3}, "f4", []float64{3, 4, 5}, false},
		{"state_dict.scalar", []int{}, "i8", []float64{-40660}, false},
		{"state_dict.wide", []int{2, 2}, "f4", []float64{5, 5, 5, 5}, false},
		{"state_dict.none", []int{0, 3}, "f4", nil, false},
		{"state_dict.p", []int{2}, "c8", []float64{1, -2, 3, -4}, true},
		{"optimizer.state.0.exp_avg", []int{2}, "b1", []float64{1, 0}, false},
	}
	if len(s.Tensors) != len(want) {
		t.Fatalf("tensors %v, want %d", s.Names(), len(want))
	}
	for i, w := range want {
		g := s.Tensors[i]
		if g.Name != w.Name || !slices.Equal(g.Shape, w.Shape) || g.DType != w.DType || g.Complex != w.Complex {
			t.Errorf("tensor %d is %s %v %s %t, want %s %v %s %t", i, g.Name, g.Shape, g.DType, g.Complex, w.Name, w.Shape, w.DType, w.Complex)
		}
		sameBits(t, g.Values, w.Values)
	}
	// Tied tensors must not share memory: a caller may scale one of them.
	s.Tensors[0].Values[0] = 77
	if s.Tensors[1].Values[0] != 0 {
		t.Error("tied tensors share their values")
	}
}

func TestStorageFormats(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		class, dtype string
		big          bool
		raw          []byte
		want         []float64
	}{
		{"FloatStorage", "f4", false, le([]float32{1.5, -0x1p-149}), []float64{1.5, -0x1p-149}},
		{"FloatStorage", "f4", true, ordered(binary.BigEndian, []float32{1.5, -2}), []float64{1.5, -2}},
		{"DoubleStorage", "f8", false, le([]float64{math.Copysign(0, -1), 0x1p-1074}), []float64{math.Copysign(0, -1), 0x1p-1074}},
		// IEEE 754-2008, binary16: largest, smallest, smallest normal, 1/3, and the special ones.
		{"HalfStorage", "f2", false, le([]uint16{0x7bff, 0x8001, 0x0400, 0x3555, 0x7c00, 0xfc00, 0x7e00, 0x8000}),
			[]float64{65504, -0x1p-24, 0x1p-14, 0.333251953125, inf, -inf, nan, math.Copysign(0, -1)}},
		{"BFloat16Storage", "bf16", false, le([]uint16{0x3f80, 0xc040}), []float64{1, -3}},
		{"CharStorage", "i1", false, []byte{0x80, 0x7f}, []float64{-128, 127}},
		{"ShortStorage", "i2", false, le([]int16{-32768, 5}), []float64{-32768, 5}},
		{"IntStorage", "i4", false, le([]int32{math.MinInt32, 5}), []float64{math.MinInt32, 5}},
		{"LongStorage", "i8", false, le([]int64{1<<53 - 1, 1 - 1<<53}), []float64{1<<53 - 1, 1 - 1<<53}},
		{"ByteStorage", "u1", false, []byte{0, 255}, []float64{0, 255}},
		{"BoolStorage", "b1", false, []byte{0, 1, 2}, []float64{0, 1, 1}},
	} {
		n := len(c.want)
		pickle := newProgram().op(opEmptyDict).str("t").tensor(c.class, "0", n, 0, []int{n}, []int{1}).op(opSetItem).stop()
		order := "little"
		if c.big {
			order = "big"
		}
		s, err := decode(pack(entry{name: "n/data.pkl", data: pickle}, entry{name: "n/data/0", data: c.raw},
			entry{name: "n/byteorder", data: []byte(order)}))
		if err != nil {
			t.Errorf("%s: %v", c.class, err)
			continue
		}
		if got := s.Tensors[0].DType; got != c.dtype {
			t.Errorf("%s: dtype %s, want %s", c.class, got, c.dtype)
		}
		sameBits(t, s.Tensors[0].Values, c.want)
	}
	c16 := newProgram().tensor("ComplexDoubleStorage", "0", 1, 0, []int{1}, []int{1}).stop()
	s, err := decode(archive(c16, le([]float64{3, -4})))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Tensors[0]; got.Name != "" || !got.Complex || got.DType != "c16" {
		t.Errorf("a bare tensor is %+v", got)
	}
	sameBits(t, s.Tensors[0].Values, []float64{3, -4})
}

// A re-zipped file may be compressed, within reason.
func TestDeflated(t *testing.T) {
	pickle := newProgram().op(opEmptyDict).str("t").tensor("FloatStorage", "0", 1000, 0, []int{1000}, []int{1}).op(opSetItem).stop()
	s, err := decode(pack(entry{name: "data.pkl", data: pickle, deflate: true}, entry{name: "data/0", data: make([]byte, 4000), deflate: true}))
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, s.Tensors[0].Values, make([]float64, 1000))
}

func TestReadState(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "net.pth")
	if err := os.WriteFile(path, tiny(), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := ReadState(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Tensors) != 2 {
		t.Errorf("tensors %v", s.Names())
	}
	_, err = ReadState(filepath.Join(dir, "absent.pth"))
	wantError(t, err, "absent.pth")
	_, err = ReadState(dir)
	wantError(t, err, dir, "not a regular file")
}

func TestCheckFinite(t *testing.T) {
	x := Tensor{Name: "w", Shape: []int{2, 3}, Values: []float64{1, 2, 3, 4, 5, 6}}
	if err := x.CheckFinite("net.pth"); err != nil {
		t.Error(err)
	}
	x.Values[4] = math.NaN()
	wantError(t, x.CheckFinite("net.pth"), "net.pth", `"w"`, "NaN", "[1 1]")
	z := Tensor{Name: "z", Shape: []int{2}, Values: []float64{1, 2, 3, math.Inf(-1)}, Complex: true}
	wantError(t, z.CheckFinite("net.pth"), `"z"`, "imaginary part -Inf", "[1]")
}

// wantError fails unless err says all of parts.
func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", parts)
		return
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("error %q does not say %q", err, p)
		}
	}
}
