package artifact

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
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
		{"another kind", sealed(func(_, v []string) { v[0] = KindCheckpoint }), ErrKind, "checkpoint"},
		{"newer", sealed(func(_, v []string) { v[1] = "2" }), ErrNewer, "update Lightfast"},
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
	if _, err := decode(data, KindCheckpoint, maxFileBytes); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "want name utf8, dtype utf8") {
		t.Errorf("a table's columns in a checkpoint: %v", err)
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
