package bundle

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// filesOf reads all files of a bundle.
func filesOf(t testing.TB, b *Bundle) []file {
	t.Helper()
	var files []file
	for _, e := range b.entries {
		data, err := content(b.file, e)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file{e.name, data})
	}
	return files
}

// entryOf describes a file as an attacker might.
type entryOf struct {
	name   string
	data   string
	mode   os.FileMode
	method uint16
	extra  string
}

// zipped writes an archive with Go's own writer, which lets pass what pack does not.
func zipped(t testing.TB, comment string, list ...entryOf) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	if err := z.SetComment(comment); err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		h := &zip.FileHeader{Name: e.name, Method: e.method, Extra: []byte(e.extra)}
		h.SetMode(cmp.Or(e.mode, 0o644))
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// loose packs files without a look at their names.
func loose(files ...file) []byte {
	var out []byte
	var list []entry
	for _, f := range files {
		good, err := pack([]file{{"x", f.data}})
		if err != nil {
			panic(err)
		}
		one, err := entries(bytes.NewReader(good), int64(len(good)))
		if err != nil {
			panic(err)
		}
		e := entry{name: f.name, size: one[0].size, crc: one[0].crc, at: uint32(len(out))}
		list = append(list, e)
		out = append(append(out, e.header()...), f.data...)
	}
	return append(out, directory(list)...)
}

func refused(t *testing.T, data []byte, want string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "b.zip")
	put(t, path, data)
	b, err := Open(path)
	if err == nil {
		b.Close()
		t.Fatalf("it was opened; expected an error about %q", want)
	}
	if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
		t.Errorf("the error does not name the file and %q:\n%v", want, err)
	}
}

func TestHostileArchivesAreRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"nothing", nil, "no zip archive"},
		{"text", []byte("this is a long enough text, but no archive"), "no zip archive"},
		{"empty archive", directory(nil), "no zip archive"},
		{"a path upwards", loose(file{"../evil", nil}), `"../evil"`},
		{"a path upwards inside", loose(file{"a/../../evil", nil}), "relative paths"},
		{"an absolute path", loose(file{"/etc/passwd", nil}), "relative paths"},
		{"a drive", loose(file{"C:/x", nil}), "relative paths"},
		{"a backslash", loose(file{`a\..\x`, nil}), "relative paths"},
		{"a line end", loose(file{"a\nb", nil}), "relative paths"},
		{"a zero byte", loose(file{"a\x00b", nil}), "relative paths"},
		{"a hidden file", loose(file{".ssh/x", nil}), "relative paths"},
		{"an empty name", loose(file{"", nil}), "0 bytes"},
		{"a long name", loose(file{strings.Repeat("x", 300), nil}), "a directory of 1 files"},
		{"a folder", loose(file{"a/", nil}), "relative paths"},
		{"the same name twice", loose(file{"a", nil}, file{"a", []byte("other")}), "each once"},
		{"names out of order", loose(file{"b", nil}, file{"a", nil}), "in order"},
		{"names that differ in case", loose(file{"A", nil}, file{"a", nil}), "same file on some systems"},
		{"a file that is a folder", loose(file{"a", nil}, file{"a/b", nil}), "a file and a folder"},
		{"a link", zipped(t, "", entryOf{name: "a", data: "/etc/passwd", mode: os.ModeSymlink | 0o777}), "links"},
		{"a device", zipped(t, "", entryOf{name: "a", mode: os.ModeDevice | 0o644}), "devices"},
		{"a program", zipped(t, "", entryOf{name: "a", mode: 0o4755}), "no plain file"},
		{"a bomb", zipped(t, "", entryOf{name: "a", data: strings.Repeat("\x00", 1<<20), method: zip.Deflate}), "compressed"},
		{"extra fields", zipped(t, "", entryOf{name: "a", extra: "\x01\x00\x01\x00x"}), "directory"},
		{"a comment", zipped(t, "hello", entryOf{name: "a"}), "cut short"},
		{"data descriptors", zipped(t, "", entryOf{name: "a", data: "x"}), "what stands before its data"},
		{"no SHA256SUMS", loose(file{"a", nil}), "no SHA256SUMS"},
		{"a list of nonsense", loose(file{sumsName, []byte("a  b\n")}), "line 1"},
		{"a list without a line end", loose(file{sumsName, []byte(sha(nil) + "  a")}), "line 1"},
		{"a list with paths upwards", loose(file{sumsName, []byte(sha(nil) + "  ../a\n")}), "relative paths"},
		{"a list out of order", loose(file{sumsName, []byte(sha(nil) + "  b\n" + sha(nil) + "  a\n")}), "in order"},
		{"an unlisted file", loose(file{sumsName, nil}, file{"a", nil}), "a is not listed"},
		{"a listed file that is not there", loose(file{sumsName, []byte(sha(nil) + "  a\n")}), "not there"},
		{"nothing but sums", loose(file{sumsName, []byte(sha(nil) + "  a\n")}, file{"a", nil}), configurationName},
		{"too many files", many(maxEntries + 1), "a directory of 16385 files"},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, c.data, c.want) })
	}
	if _, err := Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none.zip")); err == nil || !strings.Contains(err.Error(), "none.zip") {
		t.Errorf("a file that is not there: %v", err)
	}
}

func many(n int) []byte {
	list := make([]entry, n)
	var out []byte
	for i := range list {
		list[i] = entry{name: fmt.Sprintf("%06d", i), at: uint32(len(out))}
		out = append(out, list[i].header()...)
	}
	return append(out, directory(list)...)
}

// TestForgedDirectories changes the archive's own description of itself.
func TestForgedDirectories(t *testing.T) {
	good := loose(file{"a", []byte("first")}, file{"b", []byte("second")})
	begin := bytes.Index(good, []byte(recordMark))
	second := begin + recordSize + 1
	end := len(good) - endSize
	le := binary.LittleEndian
	for _, c := range []struct {
		name  string
		forge func(b []byte) []byte
		want  string
	}{
		{"two names for the same bytes", func(b []byte) []byte { le.PutUint32(b[second+42:], 0); return b }, "overlap"},
		{"a size beyond the end", func(b []byte) []byte {
			le.PutUint32(b[second+20:], 1<<31)
			le.PutUint32(b[second+24:], 1<<31)
			return b
		}, "2147483648 bytes"},
		{"another name before the data", func(b []byte) []byte { b[headerSize] = 'z'; return b }, "what stands before its data"},
		{"something before the first file", func(b []byte) []byte {
			le.PutUint32(b[begin+42:], 4)
			le.PutUint32(b[second+42:], le.Uint32(b[second+42:])+4)
			le.PutUint32(b[end+16:], uint32(begin+4))
			return append([]byte(headerMark), b...)
		}, "something is hidden"},
		{"something behind the end", func(b []byte) []byte { return append(b, "PK"...) }, "something was added"},
		{"something between files and directory", func(b []byte) []byte {
			b = slices.Insert(b, begin, []byte("hidden")...)
			le.PutUint32(b[len(b)-6:], uint32(begin+6))
			return b
		}, "its directory is not the one"},
		{"a number of files too small", func(b []byte) []byte { le.PutUint16(b[end+10:], 1); return b }, "its directory is not the one"},
		{"a huge directory", func(b []byte) []byte { le.PutUint32(b[end+12:], 1<<31); return b }, "a directory of 2 files"},
		{"a record cut short", func(b []byte) []byte { le.PutUint16(b[second+28:], 9); return b }, "damaged after 1 files"},
		{"a wrong mark", func(b []byte) []byte { b[second] = 'Q'; return b }, "damaged after 1 files"},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, c.forge(bytes.Clone(good)), c.want) })
	}
}

// TestEveryChangedBitIsFound flips bits all over a bundle.
func TestEveryChangedBitIsFound(t *testing.T) {
	o := results(t, "dat-ed10") // small: no runs
	write(t, o)
	good := slurp(t, o.To)
	step := 1 + len(good)/300
	positions := []int{}
	for i := 0; i < len(good); i += step {
		positions = append(positions, i)
	}
	// Every byte of the directory: this is where an archive can be forged.
	for i := bytes.Index(good, []byte(recordMark)); i < len(good); i += 3 {
		positions = append(positions, i)
	}
	path := filepath.Join(t.TempDir(), "b.zip")
	for _, i := range positions {
		bad := bytes.Clone(good)
		bad[i] ^= 1 << (i % 8)
		put(t, path, bad)
		b, err := Open(path)
		if err != nil {
			continue
		}
		s, err := b.Verify(io.Discard)
		b.Close()
		if err == nil && s.OK() {
			t.Errorf("bit %d of byte %d of %d can be changed without notice", i%8, i, len(good))
		}
	}
}

func TestTruncatedBundlesAreRefused(t *testing.T) {
	o := results(t, "dat-ed10")
	write(t, o)
	good := slurp(t, o.To)
	for _, n := range []int{1, 21, 22, 100, len(good) / 2, len(good) - endSize, len(good) - 1} {
		refused(t, good[:n], "")
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(loose(file{sumsName, []byte(sha([]byte("x")) + "  a\n")}, file{"a", []byte("x")}))
	f.Add(zipped(f, "c", entryOf{name: "a", data: "x"}))
	f.Add(directory(nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := entries(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		// What is accepted is what pack writes of it.
		var files []file
		for _, e := range list {
			data, err := content(bytes.NewReader(data), e)
			if err != nil {
				return
			}
			files = append(files, file{e.name, data})
		}
		if again, err := pack(files); err != nil || !bytes.Equal(again, data) {
			t.Errorf("accepted, but packed again it is another archive (%v)", err)
		}
	})
}
