package dataset

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	names := []string{"glyphs"}
	for _, p := range catalogue {
		names = append(names, p.name)
	}
	got := Names()
	slices.Sort(names)
	slices.Sort(got)
	if !slices.Equal(got, names) {
		t.Errorf("Names lists %v, Load knows %v", got, names)
	}
}

func TestUnknownNameGetsASuggestion(t *testing.T) {
	for typed, meant := range map[string]string{
		"MNIST": "mnist", "minst": "mnist", "FashionMNIST": "fashion-mnist", "fashion_mnist": "fashion-mnist",
		"glyph": "glyphs", "Glyphs": "glyphs",
	} {
		_, err := Load(context.Background(), typed, Options{})
		contains(t, err, fmt.Sprintf("no data set %q (did you mean %q?)", typed, meant), "mnist, fashion-mnist, kmnist, emnist-balanced, glyphs", "LoadFolder")
	}
}

func TestLimits(t *testing.T) {
	for _, name := range Names() {
		train, test, _, err := Size(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			opt   Options
			words []string
		}{
			{Options{Train: -1}, []string{"Options.Train is -1", fmt.Sprintf("1 to %d or 0 for all", train)}},
			{Options{Train: train + 1}, []string{fmt.Sprintf("Options.Train is %d", train+1), fmt.Sprintf("1 to %d", train)}},
			{Options{Test: -5}, []string{"Options.Test is -5", fmt.Sprintf("1 to %d or 0 for all", test)}},
			{Options{Test: test + 1}, []string{fmt.Sprintf("Options.Test is %d", test+1), fmt.Sprintf("1 to %d", test)}},
		} {
			_, err := Load(context.Background(), name, c.opt)
			contains(t, err, c.words...)
		}
	}
	p, err := Load(context.Background(), "glyphs", Options{Train: 3, Test: 2})
	if err != nil || p.Train.Len() != 3 || p.Test.Len() != 2 {
		t.Errorf("3 and 2 images were asked for: %v", err)
	}
}

func TestCancelledBeforehand(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, name := range Names() {
		if _, err := Load(ctx, name, Options{Dir: t.TempDir()}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHeadAndDemand(t *testing.T) {
	s := Glyphs(10, 0).Train
	for _, n := range []int{-1, 11} {
		_, err := s.Head(n)
		contains(t, err, "glyphs", fmt.Sprintf("the first %d images", n), "holds 10")
	}
	h, err := s.Head(4)
	if err != nil {
		t.Fatal(err)
	}
	if h.Len() != 4 || h.SHA256 != h.Sum() || h.SHA256 == s.SHA256 || &h.Images[0] == &s.Images[0] {
		t.Errorf("the head of 4 has %d images and sum %s", h.Len(), h.SHA256)
	}
	contains(t, s.Demand(32, 28, 10), "28x28", "32x28 are needed")
	contains(t, s.Demand(28, 28, 9), "run to 9", "has 9 outputs", "with 10")
	if err := s.Demand(28, 28, 12); err != nil {
		t.Error(err)
	}
}

func TestCacheDir(t *testing.T) {
	if dir, err := cacheDir("mine"); err != nil || dir != "mine" {
		t.Errorf("Options.Cache is passed over for %s (%v)", dir, err)
	}
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData", "home"} {
		t.Setenv(name, t.TempDir())
	}
	user, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	if dir, err := cacheDir(""); err != nil || dir != filepath.Join(user, "lightfast") {
		t.Errorf("the cache is %s (%v), the user's is %s", dir, err, user)
	}
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData", "home", "LIGHTFAST_DATA"} {
		t.Setenv(name, "")
	}
	_, err = Load(context.Background(), "mnist", Options{Client: noNetwork(t)})
	contains(t, err, "no cache folder", "Options.Cache", "Options.Dir")
}

// data is the folder of the published sets; without one, the tests of them are
// the only ones that do not run.
func data(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("LIGHTFAST_DATA")
	if dir == "" {
		t.Skip("LIGHTFAST_DATA is not set: name the folder with the files of MNIST and Fashion-MNIST to test on them")
	}
	return dir
}

// plain reads a packed file of the data folder whole.
func plain(t *testing.T, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPublishedSets(t *testing.T) {
	dir := data(t)
	for _, c := range []struct {
		name        string
		first, then []byte // labels that the training part and the test part begin with
		train, test string
	}{
		// Sums from: (zcat train-images*; zcat train-labels*) | sha256sum, and so for t10k.
		{"mnist", []byte{5, 0, 4, 1, 9, 2, 1, 3, 1, 4}, []byte{7, 2, 1, 0, 4},
			"c5097fdd51cfdbe7695fd9df3612695696864b5c424f58d843ffdc5d335e9914",
			"18489308deedfe2f7bd3a11e599a597126f161d991b1ffcffb71642aa76f7f62"},
		{"fashion-mnist", []byte{9, 0, 0, 3, 0, 2, 7, 2, 5, 5}, []byte{9, 2, 1, 1, 6},
			"d9ef4273af5c2e360155dad0c06bd939447bf37a6620db007d69fc79e4732045",
			"30214f3fe91405cb8ea60b11ecf0914a65dd6a6ca8e13c13a62eb434f2d9fe56"},
	} {
		p, err := Load(context.Background(), c.name, Options{Client: noNetwork(t)})
		if err != nil {
			t.Error(err)
			continue
		}
		for _, part := range []struct {
			set    *Set
			n      int
			labels []byte
			sum    string
		}{{p.Train, 60000, c.first, c.train}, {p.Test, 10000, c.then, c.test}} {
			s := part.set
			if s.Name != c.name || s.Len() != part.n || len(s.Images) != part.n*784 || s.Classes != 10 || s.Demand(28, 28, 10) != nil {
				t.Errorf("%s: %q has %d images of %dx%d in %d classes", c.name, s.Name, s.Len(), s.Rows, s.Cols, s.Classes)
			}
			if got := s.Labels[:len(part.labels)]; !slices.Equal(got, part.labels) {
				t.Errorf("%s: labels begin %v, expected %v", c.name, got, part.labels)
			}
			if s.SHA256 != part.sum {
				t.Errorf("%s: sum %s, expected %s", c.name, s.SHA256, part.sum)
			}
		}
		// What the doc comment of Sum says about cat and sha256sum.
		both := slices.Concat(plain(t, filepath.Join(dir, c.name, standard[2]+".gz")), plain(t, filepath.Join(dir, c.name, standard[3]+".gz")))
		if p.Test.SHA256 != sumHex(both) {
			t.Errorf("%s: sum of the test part %s, of its files %s", c.name, p.Test.SHA256, sumHex(both))
		}
		head, err := Load(context.Background(), c.name, Options{Dir: dir, Train: 100, Test: 10})
		if err != nil || head.Train.Len() != 100 || head.Test.Len() != 10 || !slices.Equal(head.Train.Images, p.Train.Images[:100*784]) {
			t.Errorf("%s: the first 100 and 10 images: %v", c.name, err)
		}
	}
}

// MNIST's files in the folder of Fashion-MNIST are recognised for what they are.
func TestMixedUpSets(t *testing.T) {
	from := data(t)
	dir := t.TempDir()
	for _, name := range standard {
		b, err := os.ReadFile(filepath.Join(from, "mnist", name+".gz"))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "fashion-mnist", name+".gz"), b)
	}
	_, err := Load(context.Background(), "fashion-mnist", Options{Dir: dir})
	contains(t, err, "is train-images-idx3-ubyte of mnist", catalogue[0].files[0].plain, catalogue[1].files[0].plain, "a folder of its own name")
}

// The whole way of a user without files: mirrors, cache, check, decode.
func TestDownloadOfPublishedSet(t *testing.T) {
	from := data(t)
	t.Setenv("LIGHTFAST_DATA", "")
	server := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(from, "mnist"))))
	defer server.Close()
	o := Options{Cache: t.TempDir(), Mirrors: map[string][]string{"mnist": {server.URL + "/nothing/here/", server.URL}}, Test: 5, Train: 5}
	p, err := Load(context.Background(), "mnist", o)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Train.Labels, []byte{5, 0, 4, 1, 9}) || !slices.Equal(p.Test.Labels, []byte{7, 2, 1, 0, 4}) {
		t.Errorf("labels begin %v and %v", p.Train.Labels, p.Test.Labels)
	}
}

// Every pin is well formed, and no two files share a sum.
func TestPins(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range catalogue {
		if p.unpinned {
			continue
		}
		if len(p.mirrors) < 2 || p.folders[0] != p.name {
			t.Errorf("%s: mirrors %v, folders %v", p.name, p.mirrors, p.folders)
		}
		for i, f := range p.files {
			if f.file != standard[i] || f.magic != magics[i] || f.size < 1 {
				t.Errorf("%s: file %d is %+v", p.name, i, f)
			}
			for _, sum := range []string{f.packed, f.plain} {
				if len(sum) != 64 || strings.Trim(sum, "0123456789abcdef") != "" || seen[sum] {
					t.Errorf("%s: %s: bad or repeated sum %q", p.name, f.file, sum)
				}
				seen[sum] = true
			}
		}
	}
}
