package engine

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/lane"
	"lightfast/reproduce/figures"
)

// point is the run of the quick Fig. 4b,c by a method at the smallest phase error.
func point(t *testing.T, method string) experiment.Run {
	t.Helper()
	f, err := figures.Find("dat-fig4bc")
	if err != nil {
		t.Fatal(err)
	}
	p, err := figures.FindProfile("quick")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range f.Runs(p) {
		if r.Method == method && len(r.States) == 0 == (method != experiment.DAT) {
			return r
		}
	}
	t.Fatalf("the figure has no run by %s", method)
	return experiment.Run{}
}

// content executes a run anew and returns the content hashes of its artifacts.
func content(t *testing.T, r experiment.Run, workers int) string {
	t.Helper()
	l := &experiment.Lab{Dir: t.TempDir(), Data: &experiment.Data{Options: dataset.Options{Offline: true}}, Pool: lane.NewPool(workers)}
	if _, err := l.Execute(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	var hashes []string
	for _, f := range experiment.Files(l.Dir, r) {
		info, err := artifact.Inspect(f)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, info.Provenance.Content)
	}
	return strings.Join(hashes, ",")
}

// TestQuickPointHasTheSameBitsEverywhere trains points of the quick Fig. 4b,c
// with every instruction set and 1, 2, 3 and 7 workers and compares the content
// of their artifacts. Instruction sets are chosen once a process, so each has a
// process of its own. On plain Go, two orders of magnitude slower, it takes the
// point of PAT only; that of DAT is covered there by a smaller run in package
// experiment.
func TestQuickPointHasTheSameBitsEverywhere(t *testing.T) {
	if isa := os.Getenv("LIGHTFAST_TEST_CHILD"); isa != "" {
		workers, err := strconv.Atoi(os.Getenv("LIGHTFAST_TEST_WORKERS"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("PAT", content(t, point(t, experiment.PAT), workers))
		if isa != "generic" {
			fmt.Println("DAT", content(t, point(t, experiment.DAT), workers))
		}
		return
	}
	if testing.Short() {
		t.Skip("minutes of training on plain Go")
	}
	want := map[string]string{}
	for _, isa := range []string{"avx512", "avx2", "neon", "generic"} {
		for _, workers := range []int{1, 2, 3, 7} {
			child := exec.Command(os.Args[0], "-test.run", "^TestQuickPointHasTheSameBitsEverywhere$", "-test.v")
			child.Env = append(os.Environ(), "LIGHTFAST_TEST_CHILD="+isa, "LIGHTFAST_ISA="+isa, fmt.Sprint("LIGHTFAST_TEST_WORKERS=", workers))
			out, err := child.CombinedOutput()
			if strings.Contains(string(out), "this processor offers") {
				t.Logf("%s: %s", isa, out)
				break
			}
			if err != nil {
				t.Fatalf("%s, %d workers: %v\n%s", isa, workers, err, out)
			}
			seen := 0
			for _, line := range strings.Split(string(out), "\n") {
				method, got, ok := strings.Cut(line, " ")
				if !ok || method != "PAT" && method != "DAT" {
					continue
				}
				seen++
				if want[method] == "" {
					want[method] = got
				}
				if got != want[method] {
					t.Errorf("%s, %d workers, %s: content %s, want %s", isa, workers, method, got, want[method])
				}
			}
			if (isa == "generic" && seen != 1) || (isa != "generic" && seen != 2) {
				t.Errorf("%s, %d workers: %d points in\n%s", isa, workers, seen, out)
			}
		}
	}
	if len(want) != 2 {
		t.Errorf("compared %d points, want 2", len(want))
	}
}
