package torchfile

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// npyBytes is a version 1.0 file.
func npyBytes(header string, data []byte) []byte { return npyVersion(1, header, data) }

func npyVersion(major byte, header string, data []byte) []byte {
	b := append([]byte(npyMagic), major, 0)
	if major == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(header)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(header)))
	}
	return append(append(b, header...), data...)
}

func decodeArray(b []byte) (Tensor, error) {
	return DecodeNPY(bytes.NewReader(b), int64(len(b)), "arrays/e_l.npy")
}

func TestDecodeNPY(t *testing.T) {
	big := binary.BigEndian
	for _, c := range []struct {
		major byte
		descr string
		order string
		shape string
		data  []byte

		wantShape []int
		want      []float64
		complex   bool
	}{
		{1, "<f8", "False", "(2, 3)", le([]float64{1, 2, 3, 4, 5, 6}), []int{2, 3}, []float64{1, 2, 3, 4, 5, 6}, false},
		{2, "<f8", "True", "(2, 3)", le([]float64{1, 4, 2, 5, 3, 6}), []int{2, 3}, []float64{1, 2, 3, 4, 5, 6}, false},
		{3, ">f8", "True", "(2, 1, 2)", ordered(big, []float64{1, 3, 2, 4}), []int{2, 1, 2}, []float64{1, 2, 3, 4}, false},
		{1, "<f4", "False", "(2,)", le([]float32{1.5, -0x1p-149}), []int{2}, []float64{1.5, -0x1p-149}, false},
		{1, ">f4", "False", "(1L,)", ordered(big, float32(2)), []int{1}, []float64{2}, false},
		{1, "<f2", "False", "(1,)", le(uint16(0x3c00)), []int{1}, []float64{1}, false},
		{1, "<i4", "False", "()", le(int32(-7)), []int{}, []float64{-7}, false},
		{1, ">i8", "False", "(1,)", ordered(big, int64(-1<<52)), []int{1}, []float64{-1 << 52}, false},
		{1, "|b1", "False", "(3,)", []byte{1, 0, 1}, []int{3}, []float64{1, 0, 1}, false},
		{1, "|u1", "False", "(0, 4)", nil, []int{0, 4}, nil, false},
		{1, "|u1", "True", "(2, 2)", []byte{1, 2, 3, 255}, []int{2, 2}, []float64{1, 3, 2, 255}, false},
		{1, "<c8", "False", "(1,)", le([]float32{1, -2}), []int{1}, []float64{1, -2}, true},
		{1, ">c16", "True", "(1, 2)", ordered(big, []float64{1, 2, 3, 4}), []int{1, 2}, []float64{1, 2, 3, 4}, true},
		{1, "<c16", "True", "(2, 2)", le([]float64{1, 2, 5, 6, 3, 4, 7, 8}), []int{2, 2}, []float64{1, 2, 3, 4, 5, 6, 7, 8}, true},
	} {
		name := c.descr + " " + c.shape + " fortran " + c.order
		header := "{'descr': '" + c.descr + "', 'fortran_order': " + c.order + ", 'shape': " + c.shape + ", }  \n"
		got, err := decodeArray(npyVersion(c.major, header, c.data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.Name != "e_l" || got.DType != c.descr[1:] || got.Complex != c.complex || !slices.Equal(got.Shape, c.wantShape) {
			t.Errorf("%s: got %+v", name, got)
		}
		sameBits(t, got.Values, c.want)
	}
}

func TestRefusedNPY(t *testing.T) {
	one := le(float64(1))
	with := func(descr, order, shape string) []byte {
		return npyBytes("{'descr': "+descr+", 'fortran_order': "+order+", 'shape': "+shape+", }", one)
	}
	ok := with("'<f8'", "False", "(1,)")
	for _, c := range []struct {
		name string
		file []byte
		says []string
	}{
		{"empty", nil, []string{"empty (0 bytes)"}},
		{"zip", []byte("PK\x03\x04 and more"), []string{"starts with 50 4b 03 04", "not a .npy file"}},
		{"version 4", npyVersion(4, "{}", nil), []string{"version 4.0"}},
		{"long header", append([]byte(npyMagic+"\x02\x00"), 0xff, 0xff, 0xff, 0xff), []string{"header of 4294967295 bytes"}},
		{"cut", ok[:len(ok)-1], []string{"7 bytes follow", "expected 8"}},
		{"too long", append(bytes.Clone(ok), 0), []string{"9 bytes follow", "expected 8"}},
		{"too many", with("'<f8'", "False", "(2147483647, 2147483647, 2147483647)"), []string{"more than 134217728 values"}},
		{"long axis", with("'<f8'", "False", "(99999999999999999999,)"), []string{"longer than 2147483647"}},
		{"many axes", with("'<f8'", "False", "("+strings.Repeat("1,", maxRank+1)+")"), []string{"more than 64 axes"}},
		{"objects", with("'|O'", "False", "(1,)"), []string{"'|O'", "pickled Python objects"}},
		{"structured", with("[('a', '<f8')]", "False", "(1,)"), []string{"structured"}},
		{"strings", with("'<U8'", "False", "(1,)"), []string{"<U8", "expected"}},
		{"no byte order", with("'|f8'", "False", "(1,)"), []string{"|f8"}},
		{"empty format", with("''", "False", "(1,)"), []string{"format"}},
		{"order", with("'<f8'", "0", "(1,)"), []string{"True or False"}},
		{"shape", with("'<f8'", "False", "1"), []string{"tuple"}},
		{"not a tuple", with("'<f8'", "False", "(1)"), []string{"comma after axis 0"}},
		{"negative", with("'<f8'", "False", "(-1,)"), []string{"length of an axis"}},
		{"no dictionary", npyBytes("[]", one), []string{"starts with {"}},
		{"no end", npyBytes("{'descr': '<f8'", one), []string{"comma or }"}},
		{"open string", npyBytes("{'descr", one), []string{"string without an end"}},
		{"no colon", npyBytes("{'descr' '<f8'}", one), []string{"colon"}},
		{"missing", npyBytes("{'descr': '<f8', 'shape': (1,)}", one), []string{"all of descr, fortran_order and shape"}},
		{"twice", npyBytes("{'descr': '<f8', 'descr': '<f8'}", one), []string{"occurs twice"}},
		{"unknown", npyBytes("{'version': 1}", one), []string{`unknown key "version"`}},
		{"code", npyBytes("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} or exit()", one), []string{"after the dictionary"}},
		{"integer beyond float64", npyBytes("{'descr': '<i8', 'fortran_order': False, 'shape': (1,)}", le(int64(math.MinInt64))), []string{"2^53"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := decodeArray(c.file)
			wantError(t, err, append(c.says, "torchfile: arrays/e_l.npy: ")...)
		})
	}
	// A reader that is shorter than it was said to be.
	_, err := DecodeNPY(bytes.NewReader(ok[:len(ok)-2]), int64(len(ok)), "x.npy")
	wantError(t, err, "x.npy", "end early")
}

func TestWriteNPY(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "e_l.npy")
	for _, x := range []Tensor{
		{Shape: []int{2, 3}, Values: []float64{1, math.Copysign(0, -1), math.NaN(), math.Inf(1), 0x1p-1074, 6}},
		{Shape: []int{2}, Values: []float64{1, -2, 3, -4}, Complex: true},
		{Shape: []int{}, Values: []float64{7}},
		{Shape: []int{3, 0}},
	} {
		if err := WriteNPY(path, x); err != nil {
			t.Fatal(err)
		}
		got, err := ReadNPY(path)
		if err != nil {
			t.Fatal(err)
		}
		if got.Name != "e_l" || got.Complex != x.Complex || !slices.Equal(got.Shape, x.Shape) {
			t.Errorf("wrote %+v, read %+v", x, got)
		}
		sameBits(t, got.Values, x.Values)
	}

	// The bytes that numpy.save writes for numpy.array([[1., 2.]]): format 1.0
	// of numpy.lib.format, header padded to 128 bytes.
	if err := WriteNPY(path, Tensor{Shape: []int{1, 2}, Values: []float64{1, 2}}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }"
	want := "\x93NUMPY\x01\x00\x76\x00" + text + strings.Repeat(" ", 118-1-len(text)) + "\n" + string(le([]float64{1, 2}))
	if string(got) != want {
		t.Errorf("wrote %q, want %q", got, want)
	}

	// A refused tensor leaves the old file and no other.
	wantError(t, WriteNPY(path, Tensor{Name: "w", Shape: []int{3}, Values: []float64{1}}), path, `"w"`, "[3]", "1 values")
	wantError(t, WriteNPY(path, Tensor{Shape: []int{-1}}), "length -1")
	wantError(t, WriteNPY(path, Tensor{Shape: []int{1 << 30, 1 << 30, 1 << 30}}), "0 values")
	wantError(t, WriteNPY(filepath.Join(dir, "absent", "x.npy"), Tensor{Shape: []int{0}}), "absent")
	wantError(t, WriteNPY(dir, Tensor{Shape: []int{0}}), dir) // a folder cannot be replaced
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, got) {
		t.Errorf("the old file changed: %q, %v", now, err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
}
