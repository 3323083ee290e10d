package dataset

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// idx encodes a file by the published description of the format, independently
// of the package's own header: type byte, number of dimensions, dimensions, data.
func idx(data []byte, dims ...uint32) []byte {
	b := []byte{0, 0, 8, byte(len(dims))}
	for _, d := range dims {
		b = append(b, byte(d>>24), byte(d>>16), byte(d>>8), byte(d))
	}
	return append(b, data...)
}

func zipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func sumHex(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func write(t testing.TB, path string, b []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// contains fails the test unless err says each of the words.
func contains(t testing.TB, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, expected one with %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error does not say %q: %v", w, err)
		}
	}
}

func TestReadIDX(t *testing.T) {
	pixels := []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255}
	for _, c := range []struct {
		name  string
		plain []byte
		magic uint32
		dims  []int
		data  []byte
	}{
		{"images", idx(pixels, 2, 3, 2), magicImages, []int{2, 3, 2}, pixels},
		{"labels", idx([]byte{7, 0, 9}, 3), magicLabels, []int{3}, []byte{7, 0, 9}},
		{"no images", idx(nil, 0, 28, 28), magicImages, []int{0, 28, 28}, []byte{}},
		{"no labels", idx(nil, 0), magicLabels, []int{0}, []byte{}},
	} {
		for kind, b := range map[string][]byte{"plain": c.plain, "gzip": zipped(t, c.plain)} {
			path := write(t, filepath.Join(t.TempDir(), "file"), b)
			a, err := readIDX(path, c.magic)
			if err != nil {
				t.Errorf("%s, %s: %v", c.name, kind, err)
				continue
			}
			if !slices.Equal(a.dims, c.dims) || !bytes.Equal(a.data, c.data) || a.path != path {
				t.Errorf("%s, %s: read %v of %v from %s", c.name, kind, a.data, a.dims, a.path)
			}
			if a.sum != sumHex(c.plain) {
				t.Errorf("%s, %s: sum %s is not that of the uncompressed file, %s", c.name, kind, a.sum, sumHex(c.plain))
			}
		}
	}
}

func TestReadIDXRefuses(t *testing.T) {
	good := idx([]byte{1, 2, 3, 4}, 1, 2, 2)
	packed := zipped(t, good)
	flipped := slices.Clone(packed)
	flipped[len(flipped)-8] ^= 1 // the first byte of gzip's own checksum
	for _, c := range []struct {
		name  string
		file  []byte
		words []string
	}{
		{"empty", nil, []string{"ends after 0 bytes", "header of 16", "fetch the file again"}},
		{"header cut", good[:11], []string{"ends after 11 bytes", "header of 16"}},
		{"body cut", good[:len(good)-1], []string{"promises 1 images of 2x2, 4 bytes", "at most 3"}},
		{"goes on", append(slices.Clone(good), 0), []string{"goes on after the 1 images of 2x2"}},
		{"labels for images", idx(make([]byte, 20), 20), []string{"0x00000801", "0x00000803 was expected", "images"}},
		{"floats", append([]byte{0, 0, 0x0d, 3}, good[4:]...), []string{"0x00000d03", "0x00000803 was expected"}},
		{"little-endian", append([]byte{3, 8, 0, 0}, good[4:]...), []string{"0x03080000"}},
		{"a web page", []byte("<!DOCTYPE html><html>not found</html>"), []string{"magic number is 0x3c21444f"}},
		{"side 0", idx(nil, 1, 0, 2), []string{"images of side 0"}},
		{"side too long", idx(nil, 0, 1<<15+1, 1), []string{"images of side 32769", "1 to 32768"}},
		{"2^40 bytes", idx([]byte{1}, 1<<20, 1<<10, 1<<10), []string{"promises more than the 1073741824 bytes"}},
		{"2^40 bytes, gzip", zipped(t, idx([]byte{1}, 1<<20, 1<<10, 1<<10)), []string{"promises more than the 1073741824 bytes"}},
		{"largest numbers", idx(nil, 1<<32-1, 1<<32-1, 1<<32-1), []string{"promises more than"}},
		{"2^30 bytes", idx([]byte{1}, 1<<10, 1<<10, 1<<10), []string{"1073741824 bytes, but the file can hold at most 1;"}},
		{"2^30 bytes, gzip", zipped(t, idx([]byte{1}, 1<<10, 1<<10, 1<<10)), []string{"1073741824 bytes, but the file can hold at most"}},
		{"gzip, header cut", packed[:7], []string{"damaged gzip header"}},
		{"gzip, body cut", packed[:len(packed)-12], []string{"unexpected EOF", "fetch the file again"}},
		{"gzip, sum cut", packed[:len(packed)-3], []string{"unexpected EOF", "fetch the file again"}},
		{"gzip, sum wrong", flipped, []string{"checksum", "fetch the file again"}},
		{"gzip, IDX cut", zipped(t, good[:len(good)-1]), []string{"promises 1 images of 2x2, 4 bytes, but only 3 could be read"}},
		{"gzip, goes on", append(slices.Clone(packed), "more"...), []string{"damaged at its end"}},
		{"gzip, IDX goes on", zipped(t, append(slices.Clone(good), 0)), []string{"goes on after"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, filepath.Join(t.TempDir(), "file"), c.file)
			a, err := readIDX(path, magicImages)
			if a != nil {
				t.Errorf("read %v of %v", a.data, a.dims)
			}
			contains(t, err, append(c.words, path)...)
		})
	}
	dir := t.TempDir()
	_, err := readIDX(dir, magicImages)
	contains(t, err, dir, "is not a file")
	_, err = readIDX(filepath.Join(dir, "absent"), magicImages)
	contains(t, err, filepath.Join(dir, "absent"))
}

// A bomb is given up one byte after what its header promises, and a header that
// promises what its file cannot hold is given up before anything is allocated.
func TestForgedFilesCostNoMemory(t *testing.T) {
	forged := []struct {
		file []byte
		word string
	}{
		{zipped(t, append(idx([]byte{1, 2, 3, 4}, 1, 2, 2), make([]byte, 64<<20)...)), "goes on after"},
		{zipped(t, idx([]byte{1}, 1<<10, 1<<10, 1<<10)), "at most"},
		{zipped(t, idx([]byte{1}, 1<<20, 1<<10, 1<<10)), "more than"},
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, c := range forged {
		_, err := decode(bytes.NewReader(c.file), int64(len(c.file)), magicImages)
		contains(t, err, c.word)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 4<<20 {
		t.Errorf("%d bytes were allocated for three forged files, at most %d were expected", got, 4<<20)
	}
}

// What is read is what is in the file: putting the header back in front of it
// gives the file again, and packing changes nothing.
func FuzzIDX(f *testing.F) {
	image := idx([]byte{1, 2, 3, 4}, 1, 2, 2)
	for _, b := range [][]byte{
		nil, image, image[:9], idx([]byte{3, 1}, 2), zipped(f, image), zipped(f, idx([]byte{3, 1}, 2)),
		idx(nil, 1<<20, 1<<10, 1<<10), zipped(f, append(image, 0)), {0x1f, 0x8b},
	} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, magic := range []uint32{magicImages, magicLabels} {
			a, err := decode(bytes.NewReader(file), int64(len(file)), magic)
			if err != nil {
				if a != nil {
					t.Fatalf("both a result and an error: %v", err)
				}
				continue
			}
			if len(a.dims) != int(magic&0xff) {
				t.Fatalf("%d dimensions from magic number 0x%08x", len(a.dims), magic)
			}
			again := binary.BigEndian.AppendUint32(nil, magic)
			n := 1
			for _, d := range a.dims {
				again = binary.BigEndian.AppendUint32(again, uint32(d))
				n *= d
			}
			if n != len(a.data) {
				t.Fatalf("%v makes %d bytes, %d were read", a.dims, n, len(a.data))
			}
			again = append(again, a.data...)
			if a.sum != sumHex(again) {
				t.Fatalf("sum %s, the content has %s", a.sum, sumHex(again))
			}
			if file[0] == 0 && !bytes.Equal(file, again) {
				t.Fatal("a plain file was read as something else")
			}
			b, err := decode(bytes.NewReader(zipped(t, again)), int64(len(zipped(t, again))), magic)
			if err != nil || b.sum != a.sum {
				t.Fatalf("packed, it reads differently: %v", err)
			}
		}
	})
}
