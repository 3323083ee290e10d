package bench

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// fake is a source of a fake peer. Each is a process of its own.
func fake(name, mode string) source {
	return source{name, func(context.Context) ([]string, error) {
		return []string{os.Args[0]}, os.Setenv("LIGHTFAST_FAKE_PEER", mode)
	}}
}

// stubPeak replaces the measurement of the machine.
func stubPeak(t *testing.T) {
	t.Helper()
	t.Setenv("LIGHTFAST_FAKE_PEER", "") // is put back at the end
	was := measurePeak
	measurePeak = func(workers int) peak { return peak{FMAs: 1e12 * float64(workers), Bytes: 1e10} }
	t.Cleanup(func() { measurePeak = was })
}

// logged is a log that all parties write to, and a work of ours that does.
func logged(t *testing.T, name string, peers ...string) (work Work, read func() []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	t.Setenv("LIGHTFAST_FAKE_LOG", path)
	work = Work{Name: name, Ask: "do " + name, Peers: peers, FMAs: 1e9, Ours: func(workers int) (func() error, error) {
		return func() error { record("ours " + strconv.Itoa(workers)); return nil }, nil
	}}
	return work, func() []string {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSpace(string(data)), "\n")
	}
}

func TestPartiesTakeTurns(t *testing.T) {
	stubPeak(t)
	work, read := logged(t, "it", "A", "B", "not a peer")
	c := newCrew([]source{fake("A", "a 9 1 5 2 4 3"), fake("B", "b 9 30 20 40 10 50")}, impatient)
	defer c.dismiss()
	r, err := timer{runs: 5}.compare(t.Context(), work, 3, c, measurePeak(1))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"ours 3", "ours 3", "a do it 3", "b do it 3"} // untimed
	for range 5 {
		want = append(want, "ours 3", "a do it 3", "b do it 3")
	}
	if got := read(); !slices.Equal(got, want) {
		t.Errorf("order\n%q, want\n%q", got, want)
	}
	if len(r.Ours.Seconds) != 5 || len(r.Peers) != 2 {
		t.Fatalf("%d rounds of ours, %d peers", len(r.Ours.Seconds), len(r.Peers))
	}
	a, b := r.Peers[0], r.Peers[1]
	if a.Median() != 3 || b.Median() != 30 || a.Note != "note of a" || a.Version != "fake 1.0 a" {
		t.Errorf("medians %g and %g of %v and %v, note %q, version %q", a.Median(), b.Median(), a.Seconds, b.Seconds, a.Note, a.Version)
	}
	if q := r.Ratio(a); q != 3/r.Ours.Median() {
		t.Errorf("ratio %g", q)
	}
}

// A peer that fails in the middle has no median; the others go on.
func TestPeersThatFailDoNotStopOthers(t *testing.T) {
	stubPeak(t)
	work, _ := logged(t, "it", "A", "B", "C", "D")
	p := impatient
	p.next = 200 * time.Millisecond
	missing := source{"D", func(context.Context) ([]string, error) { return nil, errors.New("no compiler: install one") }}
	c := newCrew([]source{fake("A", "late"), fake("B", "refuse"), fake("C", "c 7"), missing}, p)
	defer c.dismiss()
	r, err := timer{runs: 5}.compare(t.Context(), work, 1, c, measurePeak(1))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"no answer in 200ms", "not my work", "", "no compiler: install one"} {
		got := r.Peers[i]
		if want == "" {
			if got.Err != nil || got.Median() != 7 || len(got.Seconds) != 5 {
				t.Errorf("%s: %v, %v", got.Who, got.Seconds, got.Err)
			}
			continue
		}
		if got.Err == nil || !strings.Contains(got.Err.Error(), want) || !math.IsNaN(got.Median()) {
			t.Errorf("%s: median %g, %v; want an error with %q", got.Who, got.Median(), got.Err, want)
		}
	}
	var out bytes.Buffer
	tab := table{w: &out}
	tab.row(r)
	tab.row(r) // the same remedy stands there once
	tab.end([]Result{r})
	for _, want := range []string{"failed (1)", "refuses (2)", "7.00 s", "missing (3)", "(3) not installed: D: no compiler: install one", "C: fake 1.0 c"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "(4)") {
		t.Errorf("a note stands twice:\n%s", out.String())
	}
}

func TestStoppedRunEndsAtOnce(t *testing.T) {
	stubPeak(t)
	work, _ := logged(t, "it", "A")
	c := newCrew([]source{fake("A", "hang")}, impatient)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(300*time.Millisecond, cancel)
	begun := time.Now()
	if _, err := (timer{runs: 5}).compare(ctx, work, 1, c, peak{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
	if d := time.Since(begun); d > 10*time.Second {
		t.Errorf("it took %s", d)
	}
}

func TestErrorsOfOursNameTheWork(t *testing.T) {
	bad := errors.New("broken")
	for _, w := range []Work{
		{Name: "w", Ours: func(int) (func() error, error) { return nil, bad }},
		{Name: "w", Ours: func(int) (func() error, error) { return func() error { return bad }, nil }},
	} {
		_, err := timer{runs: 5}.compare(t.Context(), w, 2, newCrew(nil, impatient), peak{})
		if !errors.Is(err, bad) || !strings.Contains(err.Error(), "w on 2 threads") {
			t.Errorf("%v", err)
		}
	}
}

func TestProcessorsAreGivenBack(t *testing.T) {
	before, during := runtime.GOMAXPROCS(0), 0
	w := Work{Name: "w", Ours: func(int) (func() error, error) {
		return func() error { during = runtime.GOMAXPROCS(0); return nil }, nil
	}}
	if _, err := (timer{runs: 5}).compare(t.Context(), w, 1, newCrew(nil, impatient), peak{}); err != nil {
		t.Fatal(err)
	}
	if during != 1 || runtime.GOMAXPROCS(0) != before {
		t.Errorf("%d processors during one thread, %d before, %d after", during, before, runtime.GOMAXPROCS(0))
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		v    []float64
		want float64
	}{{[]float64{3, 1, 2}, 2}, {[]float64{4, 1, 3, 2}, 2.5}, {[]float64{5}, 5}} {
		if got := median(c.v); got != c.want {
			t.Errorf("median of %v is %g, want %g", c.v, got, c.want)
		}
	}
	if !math.IsNaN(median(nil)) {
		t.Error("nothing has a median")
	}
}

func TestShareTakesTheTighterLimit(t *testing.T) {
	p := peak{FMAs: 100, Bytes: 10}
	for _, c := range []struct {
		w     Work
		p     peak
		want  float64
		bound string
	}{
		{Work{FMAs: 100}, p, 0.5, "multiply-adds"},
		{Work{Bytes: 10}, p, 0.5, "memory"},
		{Work{FMAs: 100, Bytes: 5}, p, 0.5, "multiply-adds"},
		{Work{FMAs: 50, Bytes: 20}, p, 1, "memory"},
		{Work{}, p, math.NaN(), ""},
		{Work{FMAs: 100}, peak{Bytes: 10}, math.NaN(), ""}, // no kernel to measure with
	} {
		got, bound := c.p.share(c.w, 2)
		if bound != c.bound || got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("share of %+v is %g by %q, want %g by %q", c.w, got, bound, c.want, c.bound)
		}
	}
}

// results are made up: one work on one thread, with a peer that is faster and
// one that is missing.
func results() ([]Result, map[int]peak) {
	w := Work{Name: "product", FMAs: 1e9, Authors: 3.3}
	return []Result{{
		Work: w, Threads: 1, Share: 0.5, Bound: "multiply-adds",
		Ours: Timing{Who: "lightfast", Version: "kernels x", Seconds: []float64{0.02, 0.04, 0.01, 0.03, 0.02}},
		Peers: []Timing{
			{Who: openBLAS, Version: "OpenBLAS 1", Note: "so", Seconds: []float64{0.01, 0.01, 0.01, 0.05, 0.01}},
			{Who: pyTorch, Err: errors.New("no Python, \"really\"")},
		},
	}}, map[int]peak{1: {FMAs: 1e11, Bytes: 1e10}}
}

func TestCSV(t *testing.T) {
	data, err := resultsCSV(results())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		columns,
		{"product", "1", "lightfast", "kernels x", "", "5", "0.02", "0.01", "0.04", "1", "0.5", "multiply-adds", "1e+09", "", "1e+11", "1e+10", "3.3", "0.02 0.04 0.01 0.03 0.02", ""},
		{"product", "1", "OpenBLAS", "OpenBLAS 1", "so", "5", "0.01", "0.01", "0.05", "0.5", "1", "multiply-adds", "1e+09", "", "1e+11", "1e+10", "3.3", "0.01 0.01 0.01 0.05 0.01", ""},
		{"product", "1", "PyTorch", "", "", "0", "", "", "", "", "", "", "1e+09", "", "1e+11", "1e+10", "3.3", "", "no Python, \"really\""},
	}
	if !reflect.DeepEqual(rows, want) {
		t.Errorf("rows\n%q, want\n%q", rows, want)
	}
}

func TestTable(t *testing.T) {
	rs, _ := results()
	var out bytes.Buffer
	tab := table{w: &out}
	tab.head()
	tab.row(rs[0])
	lines := strings.Split(out.String(), "\n")
	want := []string{
		"work                         threads       ours   peer            peer takes   ratio   of peak   authors*",
		"product                            1    20.0 ms   OpenBLAS           10.0 ms    0.50    50 % f      3.3 s",
		"                                                  PyTorch        missing (1)        ",
	}
	for i, w := range want {
		if lines[i] != w {
			t.Errorf("line %d\n%q, want\n%q", i, lines[i], w)
		}
	}
	const busy = "1 of 1 lines of ours differ by more than half"
	if tab.end(rs); !strings.Contains(out.String(), busy) { // 0.01 to 0.04 s
		t.Errorf("the table lacks %q:\n%s", busy, out.String())
	}
	rs[0].Ours.Seconds = []float64{0.02, 0.025}
	out.Reset()
	if tab.end(rs); strings.Contains(out.String(), "busy") {
		t.Errorf("steady times are called unsteady:\n%s", out.String())
	}
}

func TestDurationsHaveThreeDigits(t *testing.T) {
	for v, want := range map[float64]string{
		8.2: "8.20 s", 123.4: "123 s", 0.0157: "15.7 ms", 0.9999: "1000 ms", 4.2e-5: "42.0 us", 9.996e-6: "10.0 us", math.NaN(): "-",
	} {
		if got := duration(v); got != want {
			t.Errorf("%g s is written %q, want %q", v, got, want)
		}
	}
}

func TestChoose(t *testing.T) {
	works := []Work{{Name: "sgemm 2x2x2"}, {Name: "in silico", Ask: "insilico"}, {Name: "PAT"}}
	got, err := choose(works, []string{"pat", "insil", "SGEMM"})
	if err != nil || len(got) != 3 {
		t.Errorf("%v, %v", got, err)
	}
	got, err = choose(works, []string{"silico"})
	if err != nil || len(got) != 1 || got[0].Name != "in silico" {
		t.Errorf("%v, %v", got, err)
	}
	if _, err = choose(works, []string{"pat", "fft"}); err == nil || !strings.Contains(err.Error(), `"fft"`) || !strings.Contains(err.Error(), "in silico") {
		t.Errorf("%v, want an error with the word and the names", err)
	}
}

// Every work of ours can be done, on one worker and on more.
func TestWorksRun(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range Works() {
		if seen[w.Name] {
			t.Errorf("two works are called %q", w.Name)
		}
		seen[w.Name] = true
		for _, workers := range []int{1, 3} {
			step, err := w.Ours(workers)
			if err != nil {
				t.Fatalf("%s: %v", w.Name, err)
			}
			if err := step(); err != nil {
				t.Errorf("%s: %v", w.Name, err)
			}
		}
	}
	for name, fmas := range map[string]float64{"sgemm 128x784x512": 128 * 784 * 512, "cgemm NC 64x512x64": 4 * 64 * 512 * 64} {
		i := slices.IndexFunc(Works(), func(w Work) bool { return w.Name == name })
		if i < 0 || Works()[i].FMAs != fmas {
			t.Errorf("%s is missing or does not take %g multiply-adds", name, fmas)
		}
	}
}

// Every work can be prepared and done for one and two workers.
func TestWavesRun(t *testing.T) {
	for _, w := range waves() {
		if w.Name == "fft2 512" {
			continue // as fft2 400, and larger
		}
		for _, workers := range []int{1, 2} {
			step, err := w.Ours(workers)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := step(); err != nil {
					t.Fatalf("%s: %v", w.Name, err)
				}
			}
		}
	}
}

func TestRunWritesEverything(t *testing.T) {
	stubPeak(t)
	work, _ := logged(t, "it", openBLAS)
	dir := filepath.Join(t.TempDir(), "new", "folder")
	b := bench{
		Options: Options{Peers: true, Scaling: true, Runs: 5, Workers: 2, Out: dir},
		works:   []Work{work}, sources: []source{fake(openBLAS, "good 0.5")}, patience: impatient,
		sweeps: []sweep{{"sleeping", "naps", []int{1, 2, 4}, func(n int) (func() error, error) {
			return func() error { time.Sleep(time.Duration(n) * 5 * time.Millisecond); return nil }, nil
		}, func(int) int { return 1 }}},
	}
	var out bytes.Buffer
	if err := b.run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"medians of 5", "measured peak, 2 threads: 2000.0 billion", "500 ms", "sleeping", "naps", "OpenBLAS: fake 1.0 good"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output lacks %q:\n%s", want, out.String())
		}
	}
	for _, name := range []string{"bench", "scaling"} {
		f, err := os.Open(filepath.Join(dir, name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := png.Decode(f); err != nil {
			t.Errorf("%s: %v", f.Name(), err)
		}
		f.Close()
	}
	data, err := os.ReadFile(filepath.Join(dir, "scaling.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%v, %v", rows, err)
	}
	if e, err := strconv.ParseFloat(rows[1][7], 64); err != nil || e < 0.5 || e > 1.5 {
		t.Errorf("sleeping n times as long has exponent %s", rows[1][7])
	}
}

func TestRunRefusesBadOptions(t *testing.T) {
	for _, o := range []Options{{Runs: 4}, {Runs: -1}, {Workers: -2}, {Only: []string{"no such work"}}} {
		stubPeak(t)
		if err := Run(t.Context(), &bytes.Buffer{}, o); err == nil || !strings.HasPrefix(err.Error(), "bench: ") {
			t.Errorf("%+v: %v", o, err)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Run(t.Context(), &bytes.Buffer{}, Options{Out: file}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("a file as folder of the results: %v", err)
	}
}

func TestSlope(t *testing.T) {
	if s := slope([]float64{0, 1, 2}, []float64{1, 3.5, 6}); s != 2.5 {
		t.Errorf("slope %g, want 2.5", s)
	}
	if !math.IsNaN(slope([]float64{1}, []float64{1})) {
		t.Error("a point has a slope")
	}
}

func TestUpTo(t *testing.T) {
	for n, want := range map[int][]int{1: {1}, 2: {1, 2}, 6: {1, 2, 4, 6}, 8: {1, 2, 4, 8}} {
		if got := upTo(n); !slices.Equal(got, want) {
			t.Errorf("up to %d: %v, want %v", n, got, want)
		}
	}
}
