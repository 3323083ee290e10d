package dataset

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/lane"
)

// content makes the four plain files of a set with the given labels and images
// of rows x cols pseudo-random bytes.
func content(rows, cols uint32, train, test []byte) [4][]byte {
	var files [4][]byte
	for i, labels := range [][]byte{train, test} {
		r := lane.NewStream(1, "dataset test", uint64(i))
		pixels := make([]byte, len(labels)*int(rows*cols))
		for k := range pixels {
			pixels[k] = byte(r.Uint32())
		}
		files[2*i] = idx(pixels, uint32(len(labels)), rows, cols)
		files[2*i+1] = idx(labels, uint32(len(labels)))
	}
	return files
}

// place writes the four files of a set under the standard names.
func place(t testing.TB, dir string, files [4][]byte) {
	t.Helper()
	for i, b := range files {
		write(t, filepath.Join(dir, standard[i]), b)
	}
}

// noNetwork is a client that fails the test when it is used.
func noNetwork(t testing.TB) *http.Client {
	return &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
		t.Errorf("a download was tried: %s", r.URL)
		return nil, errors.New("no network")
	})}
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestLoadFolder(t *testing.T) {
	files := content(3, 5, []byte{0, 6, 2, 6}, []byte{5, 0})
	dir := filepath.Join(t.TempDir(), "mine")
	place(t, dir, files)
	pair, err := LoadFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range []*Set{pair.Train, pair.Test} {
		images, labels := files[2*i], files[2*i+1]
		if s.Name != "mine" || s.Rows != 3 || s.Cols != 5 || s.Classes != 7 {
			t.Errorf("part %d: %q, %dx%d, %d classes", i, s.Name, s.Rows, s.Cols, s.Classes)
		}
		if !slices.Equal(s.Images, images[16:]) || !slices.Equal(s.Labels, labels[8:]) {
			t.Errorf("part %d: its bytes are not those of the files", i)
		}
		if want := sumHex(slices.Concat(images, labels)); s.SHA256 != want || s.Sum() != want {
			t.Errorf("part %d: sum %s, the files have %s", i, s.SHA256, want)
		}
	}
	if got := pair.Train.Image(2); !slices.Equal(got, files[0][16+2*15:16+3*15]) || cap(got) != 15 {
		t.Errorf("image 2 has the wrong pixels or reaches into the next: %v", got)
	}

	// Packed, with the dots of some archives, or under names of one's own: the same set.
	other := filepath.Join(t.TempDir(), "other")
	var own [4]string
	for i, b := range files {
		write(t, filepath.Join(other, strings.Replace(standard[i], "-idx", ".idx", 1)+".gz"), zipped(t, b))
		own[i] = write(t, filepath.Join(other, "own", string(rune('a'+i))), b)
	}
	dotted, err := LoadFolder(other)
	if err != nil {
		t.Fatal(err)
	}
	named, err := LoadIDX(own[0], own[1], own[2], own[3])
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []Pair{dotted, named} {
		if p.Train.SHA256 != pair.Train.SHA256 || p.Test.SHA256 != pair.Test.SHA256 {
			t.Errorf("%s: other content than in %s", p.Train.Name, pair.Train.Name)
		}
	}
	if dotted.Train.Name != "other" || named.Test.Name != "own" {
		t.Errorf("the sets are named %q and %q after folders other and own", dotted.Train.Name, named.Test.Name)
	}
}

func TestLoadFolderRefuses(t *testing.T) {
	good := content(2, 2, []byte{0, 1, 2}, []byte{1, 0})
	for _, c := range []struct {
		name  string
		file  int // which of the four is replaced
		by    []byte
		words []string
	}{
		{"fewer labels", 1, idx([]byte{0, 2}, 2), []string{"holds 3 images", "holds 2 labels", standard[0], standard[1]}},
		{"more labels", 3, idx([]byte{0, 1, 1}, 3), []string{"holds 2 images", "holds 3 labels", standard[2], standard[3]}},
		{"label out of range", 3, idx([]byte{1, 3}, 2), []string{standard[3], "label 1 is 3", "0 to 2"}},
		{"other size", 2, idx(make([]byte, 12), 2, 2, 3), []string{"3 images of 2x2", "2 images of 2x3", "same size"}},
		{"cut short", 2, good[2][:20], []string{standard[2], "cut short"}},
		{"labels for images", 0, good[1], []string{standard[0], "ends after 11 bytes"}},
		{"absent", 3, nil, []string{"no " + standard[3], "LoadIDX"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			files := good
			files[c.file] = c.by
			place(t, dir, files)
			if c.by == nil {
				if err := os.Remove(filepath.Join(dir, standard[c.file])); err != nil {
					t.Fatal(err)
				}
			}
			_, err := LoadFolder(dir)
			contains(t, err, append(c.words, dir)...)
		})
	}
	dir := t.TempDir()
	place(t, dir, content(2, 2, nil, []byte{1}))
	_, err := LoadFolder(dir)
	contains(t, err, standard[0], "holds no images")
}

func TestFolderOfPublishedSet(t *testing.T) {
	p, files := tiny(t)
	for _, sub := range []string{"tiny", "Tiny/raw", "."} {
		dir := t.TempDir()
		place(t, filepath.Join(dir, sub), files)
		pair, err := p.get(context.Background(), Options{Dir: dir, Train: 5, Test: 2, Client: noNetwork(t)})
		if err != nil {
			t.Errorf("%s: %v", sub, err)
			continue
		}
		if s := pair.Train; s.Name != "tiny" || s.Len() != 5 || s.Classes != 10 || !slices.Equal(s.Images, files[0][16:16+5*784]) {
			t.Errorf("%s: %q, %d images, %d classes", sub, s.Name, s.Len(), s.Classes)
		}
		t.Setenv("LIGHTFAST_DATA", dir)
		if _, err := p.get(context.Background(), Options{Client: noNetwork(t)}); err != nil {
			t.Errorf("%s in LIGHTFAST_DATA: %v", sub, err)
		}
	}
}

// Pins vouch for the bytes, not for their sense.
func TestPublishedLabelOutOfRange(t *testing.T) {
	files := content(28, 28, []byte{0, 10}, []byte{1})
	p := pinned(t, files)
	dir := t.TempDir()
	place(t, dir, files)
	_, err := p.load(dir)
	contains(t, err, standard[1], "label 1 is 10", "0 to 9")
}

func TestUnpublishedContentIsRefused(t *testing.T) {
	dir := t.TempDir()
	files := content(28, 28, []byte{5, 0, 4, 1, 9}, []byte{7})
	place(t, filepath.Join(dir, "mnist"), files)
	_, err := Load(context.Background(), "mnist", Options{Dir: dir, Client: noNetwork(t)})
	contains(t, err, filepath.Join(dir, "mnist", standard[0]), sumHex(files[0]), catalogue[0].files[0].plain, "LoadFolder")
}

func TestMissingFilesAreNotDownloaded(t *testing.T) {
	t.Setenv("LIGHTFAST_DATA", "")
	p, files := tiny(t)
	empty := t.TempDir()
	_, err := p.get(context.Background(), Options{Dir: empty, Client: noNetwork(t)})
	contains(t, err, filepath.Join(empty, "tiny"), filepath.Join(empty, "Tiny", "raw"), standard[0]+".gz",
		p.files[0].packed, p.files[0].plain, "copy it there from http://tiny.invalid/", "Options.Dir and LIGHTFAST_DATA empty")

	dir := t.TempDir()
	place(t, dir, files)
	lost := filepath.Join(dir, standard[2])
	if err := os.Remove(lost); err != nil {
		t.Fatal(err)
	}
	_, err = p.get(context.Background(), Options{Dir: dir, Client: noNetwork(t)})
	contains(t, err, "no "+standard[2]+" in "+dir, p.files[2].packed, "3 images of 28x28", "copy it there from")

	// A complete folder in the environment does not make up for the one that was named.
	place(t, dir, files)
	t.Setenv("LIGHTFAST_DATA", dir)
	if _, err = p.get(context.Background(), Options{Dir: empty, Client: noNetwork(t)}); err == nil {
		t.Error("Options.Dir was passed over")
	}

	write(t, lost, files[2][:100])
	_, err = p.get(context.Background(), Options{Client: noNetwork(t)})
	contains(t, err, lost, "cut short", p.files[2].plain)

	_, err = p.get(context.Background(), Options{Dir: filepath.Join(dir, "absent"), Client: noNetwork(t)})
	contains(t, err, filepath.Join(dir, "absent"), "correct the folder")
	_, err = p.get(context.Background(), Options{Dir: lost, Client: noNetwork(t)})
	contains(t, err, lost, "is a file", "must name the folder")
}
