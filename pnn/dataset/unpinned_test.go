package dataset

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// unpinnedSet is a set of 20 + 6 images in 12 classes without pins; its files are
// transposed and come in a zip if archive.
func unpinnedSet(t testing.TB, archive bool) (*published, [4][]byte) {
	t.Helper()
	train := make([]byte, 20)
	for i := range train {
		train[i] = byte(i * 7 % 12)
	}
	files := content(28, 28, train, []byte{11, 0, 3, 4, 10, 9})
	p := &published{name: "tiny", classes: 12, folders: []string{"tiny", "Tiny/raw"}, mirrors: []string{"http://tiny.invalid/"}, unpinned: true, transposed: archive}
	for i, b := range files {
		p.files[i] = pin{file: standard[i], magic: magics[i], count: int(b[7])}
		if archive {
			p.files[i].file = "tiny-" + standard[i]
		}
	}
	if archive {
		p.archive = "gzip.zip"
	}
	return p, files
}

func sumMD5(b []byte) string {
	s := md5.Sum(b)
	return hex.EncodeToString(s[:])
}

// zipOf packs the files of a set as EMNIST's archive has them.
func zipOf(t testing.TB, p *published, files [4][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, f := range files {
		w, err := z.Create("gzip/" + p.files[i].file + ".gz")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(zipped(t, f)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func serve(t testing.TB, files map[string][]byte) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, ok := files[strings.TrimPrefix(r.URL.Path, "/")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Write(b)
	}))
	t.Cleanup(s.Close)
	return s
}

func TestUnpinnedSetFromMirrors(t *testing.T) {
	t.Setenv("LIGHTFAST_DATA", "")
	for _, archive := range []bool{false, true} {
		p, files := unpinnedSet(t, archive)
		served := map[string][]byte{}
		if archive {
			served["gzip.zip"] = zipOf(t, p, files)
			p.md5 = []string{sumMD5(served["gzip.zip"])}
		} else {
			for i, f := range files {
				b := zipped(t, f)
				served[standard[i]+".gz"], p.md5 = b, append(p.md5, sumMD5(b))
			}
		}
		var warnings []string
		opt := Options{Cache: t.TempDir(), Train: 20, Test: 6, Warn: func(s string) { warnings = append(warnings, s) },
			Mirrors: map[string][]string{"tiny": {serve(t, nil).URL, serve(t, served).URL}}}
		pair, err := p.get(context.Background(), opt)
		if err != nil {
			t.Fatal(err)
		}
		if pair.Train.Len() != 20 || pair.Test.Len() != 6 || pair.Train.Classes != 12 || pair.Test.Labels[0] != 11 {
			t.Errorf("%d + %d images, %d classes", pair.Train.Len(), pair.Test.Len(), pair.Train.Classes)
		}
		want := files[0][16:][:784]
		for r := range 28 {
			for c := range 28 {
				at := r*28 + c
				if archive {
					at = c*28 + r
				}
				if got := pair.Train.Image(0)[r*28+c]; got != want[at] {
					t.Fatalf("archive %v: pixel %d, %d is %d, expected %d", archive, r, c, got, want[at])
				}
			}
		}
		if len(warnings) != 1 || !strings.Contains(warnings[0], "not pinned") || !strings.Contains(warnings[0], pair.Train.SHA256) {
			t.Errorf("warnings %q", warnings)
		}
		// What is in the cache needs no mirror, and nothing else is left there.
		opt.Client, opt.Offline = noNetwork(t), true
		if _, err := p.get(context.Background(), opt); err != nil {
			t.Error(err)
		}
		if m, _ := filepath.Glob(filepath.Join(opt.Cache, "datasets", "tiny", "*")); len(m) != 4 {
			t.Errorf("the cache holds %v", m)
		}
	}
}

func TestUnpinnedSetsThatAreNot(t *testing.T) {
	t.Setenv("LIGHTFAST_DATA", "")
	p, files := unpinnedSet(t, true)
	good := zipOf(t, p, files)
	few := files
	few[1] = idx(make([]byte, 19), 19)
	lacking := *p
	lacking.files[3].file = "other"
	for name, c := range map[string]struct {
		sent  []byte
		md5   string
		words []string
	}{
		"another sum":  {good, "58c8d27c78d21e728a6bc7b3cc06412e", []string{"MD5", "58c8d27c78d21e728a6bc7b3cc06412e"}},
		"no zip":       {[]byte("hello"), "", []string{"no zip archive"}},
		"fewer labels": {zipOf(t, p, few), "", []string{"19 labels", "20 labels"}},
		"file lacking": {zipOf(t, &lacking, files), "", []string{"holds no tiny-" + standard[3]}},
		"nothing":      {nil, "", []string{"404"}},
	} {
		q := *p
		q.md5 = []string{c.md5}
		served := map[string][]byte{}
		if c.sent != nil {
			served["gzip.zip"] = c.sent
		}
		opt := Options{Cache: t.TempDir(), Train: 20, Test: 6, Mirrors: map[string][]string{"tiny": {serve(t, served).URL}}}
		_, err := q.get(context.Background(), opt)
		contains(t, err, append(c.words, "dataset: tiny: ", "LIGHTFAST_DATA")...)
		if m, _ := filepath.Glob(filepath.Join(opt.Cache, "datasets", "tiny", "*.part")); len(m) > 0 {
			t.Errorf("%s: left %v", name, m)
		}
	}
	_, err := p.get(context.Background(), Options{Cache: t.TempDir(), Train: 20, Test: 6, Offline: true, Client: noNetwork(t)})
	contains(t, err, "Options.Offline forbids", "tiny-"+standard[0])
}

func TestUnpinnedSetFromFolder(t *testing.T) {
	p, files := unpinnedSet(t, false)
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "Tiny", "raw"), 0o755); err != nil {
		t.Fatal(err)
	}
	place(t, filepath.Join(dir, "Tiny", "raw"), files)
	quiet := func(string) {}
	pair, err := p.get(context.Background(), Options{Dir: dir, Train: 7, Test: 6, Warn: quiet, Client: noNetwork(t)})
	if err != nil || pair.Train.Len() != 7 {
		t.Fatalf("%v, %v", pair, err)
	}
	// Labels beyond the set's classes, images of another size, another count.
	for i, b := range map[int][]byte{1: idx(append(make([]byte, 19), 12), 20), 0: idx(make([]byte, 20*27*27), 20, 27, 27), 3: idx(make([]byte, 5), 5)} {
		bad := files
		bad[i] = b
		place(t, filepath.Join(dir, "Tiny", "raw"), bad)
		if _, err := p.get(context.Background(), Options{Dir: dir, Train: 7, Test: 6, Warn: quiet}); err == nil || !strings.Contains(err.Error(), standard[i]) {
			t.Errorf("file %d: %v", i, err)
		}
	}
	// MNIST's own files are not taken for those of another set.
	a := &array{path: "x", dims: []int{60000}, sum: catalogue[0].files[1].plain}
	contains(t, p.shaped(a, &p.files[1]), "of mnist", "a folder of its own name")
}

func TestSizes(t *testing.T) {
	for name, want := range map[string][3]int{"mnist": {60000, 10000, 10}, "kmnist": {60000, 10000, 10}, "emnist-balanced": {112800, 18800, 47}, "glyphs": {60000, 10000, 10}} {
		train, test, n, err := Size(name)
		if err != nil || [3]int{train, test, n} != want {
			t.Errorf("%s: %d + %d images in %d classes, %v", name, train, test, n, err)
		}
	}
	_, _, _, err := Size("EMNIST balanced")
	contains(t, err, "did you mean \"emnist-balanced\"?")
	_, err = Load(context.Background(), "mnist", Options{Train: 60001})
	contains(t, err, "60001", "60000", "mnist")
}
