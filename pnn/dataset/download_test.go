package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// pinned is a published set of the given plain files.
func pinned(t testing.TB, files [4][]byte) *published {
	t.Helper()
	p := &published{name: "tiny", classes: classes, folders: []string{"tiny", "Tiny/raw", "."}, mirrors: []string{"http://tiny.invalid/"}}
	for i, b := range files {
		z := zipped(t, b)
		p.files[i] = pin{file: standard[i], magic: magics[i], count: int(b[4])<<24 | int(b[5])<<16 | int(b[6])<<8 | int(b[7]),
			size: int64(len(z)), packed: sumHex(z), plain: sumHex(b)}
	}
	return p
}

// tiny is a published set of 40 + 3 images, some 32 kB packed.
func tiny(t testing.TB) (*published, [4][]byte) {
	t.Helper()
	train := make([]byte, 40)
	for i := range train {
		train[i] = byte(i * 7 % 10)
	}
	files := content(28, 28, train, []byte{9, 0, 3})
	return pinned(t, files), files
}

// mirror serves the four packed files, through misbehave if that is not nil,
// and keeps the Range header of each request, by file.
type mirror struct {
	*httptest.Server
	mu     sync.Mutex
	ranges map[string][]string
	files  map[string][]byte
}

func newMirror(t testing.TB, files [4][]byte, misbehave func(w http.ResponseWriter, r *http.Request, nth int, file []byte) bool) *mirror {
	t.Helper()
	m := &mirror{ranges: map[string][]string{}, files: map[string][]byte{}}
	for i, b := range files {
		m.files[standard[i]+".gz"] = zipped(t, b)
	}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		m.mu.Lock()
		m.ranges[name] = append(m.ranges[name], r.Header.Get("Range"))
		nth := len(m.ranges[name])
		m.mu.Unlock()
		b, ok := m.files[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if misbehave != nil && misbehave(w, r, nth, b) {
			return
		}
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
	}))
	t.Cleanup(m.Close)
	return m
}

// asked returns the Range headers of the requests for a file, in order.
func (m *mirror) asked(file string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.ranges[file])
}

func (m *mirror) requests() (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.ranges {
		n += len(r)
	}
	return n
}

// options are those of a user with an empty cache and the given mirrors.
func options(t *testing.T, mirrors ...*mirror) Options {
	t.Helper()
	t.Setenv("LIGHTFAST_DATA", "")
	o := Options{Cache: t.TempDir(), Train: 40, Test: 3, Mirrors: map[string][]string{"tiny": {}}}
	for _, m := range mirrors {
		o.Mirrors["tiny"] = append(o.Mirrors["tiny"], m.URL)
	}
	return o
}

// cached is the path of a packed file in the cache of o.
func cached(o Options, file string) string {
	return filepath.Join(o.Cache, "datasets", "tiny", file+".gz")
}

// held lists what lies in the cache of o.
func held(t testing.TB, o Options) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(o.Cache, "datasets", "tiny"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// complete is what held lists after a download.
var complete = []string{standard[2] + ".gz", standard[3] + ".gz", standard[0] + ".gz", standard[1] + ".gz"}

func TestDownload(t *testing.T) {
	p, files := tiny(t)
	m := newMirror(t, files, nil)
	o := options(t, m)
	last := map[string]int64{}
	o.Progress = func(file string, done, total int64) {
		if done <= last[file] || done > total || total != int64(len(m.files[file])) {
			t.Errorf("%s: progress from %d to %d of %d", file, last[file], done, total)
		}
		last[file] = done
		// A file stands under its name only when all of it is there.
		if _, err := os.Stat(filepath.Join(o.Cache, "datasets", "tiny", file)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s has its name after %d of %d bytes", file, done, total)
		}
	}
	for range 2 {
		pair, err := p.get(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(pair.Train.Images, files[0][16:]) || !bytes.Equal(pair.Test.Labels, files[3][8:]) {
			t.Error("the set that was downloaded is not the one that was served")
		}
		if got := held(t, o); !slices.Equal(got, complete) {
			t.Errorf("the cache holds %v", got)
		}
		// The second time nothing is asked for, not even of a client.
		o.Client = noNetwork(t)
	}
	if m.requests() != 4 {
		t.Errorf("%d requests for four files", m.requests())
	}
	for name, b := range m.files {
		if last[name] != int64(len(b)) {
			t.Errorf("%s: the last progress was %d of %d bytes", name, last[name], len(b))
		}
	}
}

// breakOff sends the first n bytes of a file under a header that promises all
// of it, and closes the connection.
func breakOff(w http.ResponseWriter, file []byte, n int) {
	w.Header().Set("Content-Length", fmt.Sprint(len(file)))
	_, _ = w.Write(file[:n])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func TestDownloadGoesOnAfterABreak(t *testing.T) {
	p, files := tiny(t)
	m := newMirror(t, files, func(w http.ResponseWriter, r *http.Request, nth int, file []byte) bool {
		if nth == 1 && len(file) > 1000 {
			breakOff(w, file, 1000)
		}
		return false
	})
	o := options(t, m)
	if _, err := p.get(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{standard[0] + ".gz", standard[2] + ".gz"} {
		if got := m.asked(f); !slices.Equal(got, []string{"", "bytes=1000-"}) {
			t.Errorf("%s: ranges %q were asked for", f, got)
		}
	}
	if got := held(t, o); !slices.Equal(got, complete) {
		t.Errorf("the cache holds %v", got)
	}
}

func TestDownloadGivesUpAfterThreeBreaks(t *testing.T) {
	p, files := tiny(t)
	m := newMirror(t, files, func(w http.ResponseWriter, r *http.Request, nth int, file []byte) bool {
		breakOff(w, file, 10) // also for a range: it then serves as much too much
		return true
	})
	o := options(t, m)
	_, err := p.get(context.Background(), o)
	contains(t, err, m.URL, "broke off after 10 of", "(3 attempts)")
	if got := len(m.asked(standard[0] + ".gz")); got != 3 {
		t.Errorf("%d attempts", got)
	}
}

// Cancelled in the middle, a download keeps what it has for the next call.
func TestDownloadGoesOnAfterCancel(t *testing.T) {
	p, files := tiny(t)
	m := newMirror(t, files, func(w http.ResponseWriter, r *http.Request, nth int, file []byte) bool {
		if nth > 1 || len(file) < 5000 {
			return false
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(file)))
		_, _ = w.Write(file[:5000])
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		return true
	})
	o := options(t, m)
	ctx, cancel := context.WithCancel(context.Background())
	o.Progress = func(_ string, done, _ int64) {
		if done == 5000 {
			cancel()
		}
	}
	_, err := p.get(ctx, o)
	contains(t, err, standard[0], "context canceled", "goes on from there")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error does not wrap context.Canceled: %v", err)
	}
	if got := held(t, o); !slices.Equal(got, []string{standard[0] + ".gz.part"}) {
		t.Errorf("the cache holds %v", got)
	}
	if _, err := p.get(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	if got := m.asked(standard[0] + ".gz"); !slices.Equal(got, []string{"", "bytes=5000-"}) {
		t.Errorf("ranges %q were asked for", got)
	}
	if got := held(t, o); !slices.Equal(got, complete) {
		t.Errorf("the cache holds %v", got)
	}

	o.Cache = t.TempDir()
	before := m.requests()
	if _, err := p.get(ctx, o); !errors.Is(err, context.Canceled) || m.requests() != before {
		t.Errorf("cancelled beforehand: %v, %d requests", err, m.requests()-before)
	}
}

// What lies in path.part may be anything; what gets the name may not.
func TestDownloadFromALeftoverPart(t *testing.T) {
	p, files := tiny(t)
	whole := zipped(t, files[0])
	bad := slices.Clone(whole)
	bad[100] ^= 1
	ignoresRange := func(w http.ResponseWriter, r *http.Request, nth int, file []byte) bool {
		r.Header.Del("Range")
		return false
	}
	wrongRange := func(w http.ResponseWriter, r *http.Request, nth int, file []byte) bool {
		if r.Header.Get("Range") == "" {
			return false
		}
		w.Header().Set("Content-Range", fmt.Sprintf("bytes 0-9/%d", len(file)))
		w.WriteHeader(http.StatusPartialContent)
		_, _ = w.Write(file[:10])
		return true
	}
	refusesRange := func(w http.ResponseWriter, r *http.Request, nth int, file []byte) bool {
		if r.Header.Get("Range") == "" {
			return false
		}
		w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		return true
	}
	for _, c := range []struct {
		name      string
		part      []byte
		misbehave func(http.ResponseWriter, *http.Request, int, []byte) bool
		asked     []string
	}{
		{"the beginning", whole[:777], nil, []string{"bytes=777-"}},
		{"all of it", whole, nil, nil},
		{"all, but damaged", bad, nil, []string{""}},
		{"a damaged beginning", bad[:777], nil, []string{"bytes=777-", ""}},
		{"too much", append(slices.Clone(whole), 0), nil, []string{""}},
		{"nothing", nil, nil, []string{""}},
		{"server ignores Range", whole[:777], ignoresRange, []string{"bytes=777-"}},
		{"server ignores Range, damaged beginning", bad[:777], ignoresRange, []string{"bytes=777-"}},
		{"server sends another range", whole[:777], wrongRange, []string{"bytes=777-", ""}},
		{"server refuses the range", whole[:777], refusesRange, []string{"bytes=777-", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMirror(t, files, c.misbehave)
			o := options(t, m)
			write(t, cached(o, standard[0])+".part", c.part)
			if _, err := p.get(context.Background(), o); err != nil {
				t.Fatal(err)
			}
			if got := m.asked(standard[0] + ".gz"); !slices.Equal(got, c.asked) {
				t.Errorf("ranges %q were asked for, expected %q", got, c.asked)
			}
			if got := held(t, o); !slices.Equal(got, complete) {
				t.Errorf("the cache holds %v", got)
			}
			if sum, err := sumFile(cached(o, standard[0])); err != nil || sum != p.files[0].packed {
				t.Errorf("the file has sum %s, %v", sum, err)
			}
		})
	}
}

// Each of these mirrors is wrong for good: it is asked once, its fault is told,
// nothing of it stays, and the next mirror serves.
func TestDownloadFromABadMirror(t *testing.T) {
	p, files := tiny(t)
	bad := zipped(t, files[0])
	bad[200] ^= 1
	packed := p.files[0].packed
	for _, c := range []struct {
		name      string
		misbehave func(http.ResponseWriter, *http.Request, int, []byte) bool
		words     []string
	}{
		{"404", func(w http.ResponseWriter, r *http.Request, _ int, _ []byte) bool {
			http.NotFound(w, r)
			return true
		}, []string{"404 Not Found"}},
		{"500", func(w http.ResponseWriter, r *http.Request, _ int, _ []byte) bool {
			w.WriteHeader(http.StatusInternalServerError)
			return true
		}, []string{"500 Internal Server Error"}},
		{"wrong hash", func(w http.ResponseWriter, r *http.Request, _ int, _ []byte) bool {
			_, _ = w.Write(bad)
			return true
		}, []string{"SHA-256 " + sumHex(bad), packed + " was expected"}},
		{"a range that was not asked for", func(w http.ResponseWriter, r *http.Request, _ int, file []byte) bool {
			w.WriteHeader(http.StatusPartialContent)
			_, _ = w.Write(file)
			return true
		}, []string{"206 Partial Content"}},
		{"too long, as announced", func(w http.ResponseWriter, r *http.Request, _ int, file []byte) bool {
			w.Header().Set("Content-Length", fmt.Sprint(len(file)+1))
			_, _ = w.Write(append(slices.Clone(file), 0))
			return true
		}, []string{fmt.Sprintf("offers %d bytes, %d were expected", p.files[0].size+1, p.files[0].size)}},
		{"too long, unannounced", func(w http.ResponseWriter, r *http.Request, _ int, file []byte) bool {
			_ = http.NewResponseController(w).Flush()
			for range 100 {
				_, _ = w.Write(file)
			}
			return true
		}, []string{"sends more than the " + fmt.Sprint(p.files[0].size) + " bytes"}},
		{"too short, as announced", func(w http.ResponseWriter, r *http.Request, _ int, file []byte) bool {
			w.Header().Set("Content-Length", "5")
			_, _ = w.Write(file[:5])
			return true
		}, []string{"offers 5 bytes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			first, second := newMirror(t, files, c.misbehave), newMirror(t, files, nil)
			o := options(t, first)
			_, err := p.get(context.Background(), o)
			contains(t, err, append(c.words, "dataset: tiny: ", first.URL+"/"+standard[0]+".gz", "LIGHTFAST_DATA", "glyphs")...)
			if got := held(t, o); !slices.Equal(got, []string{standard[0] + ".gz.part"}) {
				t.Errorf("the cache holds %v", got)
			}
			if got := first.asked(standard[0] + ".gz"); !slices.Equal(got, []string{""}) {
				t.Errorf("asked %d times", len(got))
			}
			o = options(t, first, second)
			pair, err := p.get(context.Background(), o)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(pair.Train.Images, files[0][16:]) {
				t.Error("the second mirror's images are not there")
			}
			if got := held(t, o); !slices.Equal(got, complete) {
				t.Errorf("the cache holds %v", got)
			}
		})
	}
}

func TestDownloadTellsOfEachMirror(t *testing.T) {
	p, files := tiny(t)
	absent := newMirror(t, [4][]byte{}, func(w http.ResponseWriter, r *http.Request, _ int, _ []byte) bool {
		http.NotFound(w, r)
		return true
	})
	cut := newMirror(t, files, func(w http.ResponseWriter, _ *http.Request, _ int, file []byte) bool {
		breakOff(w, file, 0)
		return true
	})
	closed := newMirror(t, files, nil)
	closed.Close()
	o := options(t, absent, cut, closed)
	_, err := p.get(context.Background(), o)
	contains(t, err, absent.URL+"/"+standard[0]+".gz: 404", cut.URL+"/"+standard[0]+".gz: broke off", closed.URL+"/"+standard[0]+".gz: ", "refused",
		p.files[0].packed, "check the network")

	o = options(t)
	_, err = p.get(context.Background(), o)
	contains(t, err, "no mirror is known", "Options.Mirrors")
}

func TestOffline(t *testing.T) {
	p, files := tiny(t)
	m := newMirror(t, files, nil)
	o := options(t, m)
	o.Offline = true
	_, err := p.get(context.Background(), o)
	contains(t, err, cached(o, standard[0]), "Options.Offline forbids", p.files[0].packed, "allow the download", "glyphs")
	if m.requests() != 0 || len(held(t, o)) != 0 {
		t.Errorf("offline, %d requests were made and the cache holds %v", m.requests(), held(t, o))
	}
	o.Offline = false
	if _, err := p.get(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	o.Offline, o.Client = true, noNetwork(t)
	if _, err := p.get(context.Background(), o); err != nil {
		t.Errorf("all files are in the cache, yet offline: %v", err)
	}
}

func TestDamagedCacheIsFetchedAgain(t *testing.T) {
	p, files := tiny(t)
	m := newMirror(t, files, nil)
	o := options(t, m)
	write(t, cached(o, standard[1]), []byte("damaged"))
	if _, err := p.get(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	if sum, err := sumFile(cached(o, standard[1])); err != nil || sum != p.files[1].packed {
		t.Errorf("the damaged file has sum %s now, %v", sum, err)
	}
}

func TestCacheThatCannotBeWritten(t *testing.T) {
	p, files := tiny(t)
	m := newMirror(t, files, nil)
	o := options(t, m, m)
	o.Cache = write(t, filepath.Join(o.Cache, "file"), nil)
	_, err := p.get(context.Background(), o)
	contains(t, err, o.Cache, "Options.Cache")
	// A folder where the part should be: the mirrors are not to blame.
	o = options(t, m, m)
	write(t, filepath.Join(cached(o, standard[0])+".part", "in the way"), nil)
	_, err = p.get(context.Background(), o)
	contains(t, err, cached(o, standard[0])+".part", "Options.Cache")
	if m.requests() != 0 {
		t.Errorf("%d requests for files that cannot be kept", m.requests())
	}
}

// A server that falls silent, before its headers or after some bytes, is left
// even by a client that has no timeout of its own.
func TestSilentServer(t *testing.T) {
	p, files := tiny(t)
	for _, sent := range []int{-1, 10} {
		m := newMirror(t, files, func(w http.ResponseWriter, r *http.Request, _ int, file []byte) bool {
			if sent >= 0 {
				w.Header().Set("Content-Length", fmt.Sprint(len(file)))
				_, _ = w.Write(file[:sent])
				_ = http.NewResponseController(w).Flush()
			}
			<-r.Context().Done()
			return true
		})
		d := download{client: http.DefaultClient, stall: 50 * time.Millisecond, path: filepath.Join(t.TempDir(), "file.gz"), pin: &p.files[0]}
		contains(t, d.from(context.Background(), []string{m.URL}), m.URL, "no data for 50ms")
	}
}

// Two processes that download the same file both end well, and whatever the
// slower one still writes, the file of the faster one is whole at every moment.
func TestTwoProcessesDownloadAtOnce(t *testing.T) {
	p, files := tiny(t)
	for _, ignoreRange := range []bool{false, true} {
		reached, release := make(chan struct{}), make(chan struct{})
		slow := newMirror(t, files, func(w http.ResponseWriter, r *http.Request, nth int, file []byte) bool {
			if ignoreRange {
				r.Header.Del("Range")
			}
			if nth == 1 {
				close(reached)
				<-release
			}
			return false
		})
		fast := newMirror(t, files, nil)
		path := filepath.Join(t.TempDir(), "file.gz")
		write(t, path+".part", zipped(t, files[0])[:3000])
		calls := 0
		whole := func(_ string, done, _ int64) {
			calls++
			if sum, err := sumFile(path); err != nil || sum != p.files[0].packed {
				t.Errorf("after %d bytes of the second, the file has sum %s, %v", done, sum, err)
			}
		}
		late := make(chan error, 1)
		go func() {
			d := download{client: http.DefaultClient, stall: time.Minute, path: path, pin: &p.files[0], progress: whole}
			late <- d.from(context.Background(), []string{slow.URL})
		}()
		<-reached
		d := download{client: http.DefaultClient, stall: time.Minute, path: path, pin: &p.files[0]}
		if err := d.from(context.Background(), []string{fast.URL}); err != nil {
			t.Errorf("the first: %v", err)
		}
		close(release)
		if err := <-late; err != nil {
			t.Errorf("the second: %v", err)
		}
		if calls == 0 {
			t.Error("the second received nothing")
		}
		whole("", p.files[0].size, p.files[0].size)
	}
}

// A mirror that fails does not matter once another process has brought the file.
func TestFileOfAnotherProcess(t *testing.T) {
	p, files := tiny(t)
	var o Options
	m := newMirror(t, files, func(w http.ResponseWriter, r *http.Request, _ int, file []byte) bool {
		write(t, filepath.Join(o.Cache, "datasets", "tiny", r.URL.Path), file)
		http.NotFound(w, r)
		return true
	})
	o = options(t, m)
	pair, err := p.get(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(pair.Train.Images, files[0][16:]) {
		t.Error("the set is not the one that the other process brought")
	}
}
