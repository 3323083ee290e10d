package engine

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/reproduce/figures"
)

// tiny is the quick profile with very small runs.
func tiny(t testing.TB, out string, epochs int, ids ...string) Options {
	t.Helper()
	p, err := figures.FindProfile("quick")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []*experiment.Run{&p.Template, &p.Diffractive.Run, &p.Plates} {
		r.Train, r.Test, r.Epochs, r.CorrectFrom = 96, 48, epochs, 1
	}
	d := &p.Diffractive
	d.Run.Train, d.Run.Test, d.Run.Features, d.Days = 16, 16, [3]int{1, 1, 1}, []int{0, 1}
	d.Optics.Side, d.Optics.Picture, d.Optics.Detector, d.Optics.Window, d.Optics.Distance, d.TableDistance = 32, 24, 3, 28, 3e-3, 0
	d.Ideal = figures.Ideal{Train: 16, Test: 16, Epochs: epochs, HalveEvery: 1}
	p.Plates.Train, p.Plates.Test = 16, 16
	p.Optics = figures.Optics{
		Sets: []string{"glyphs"}, Train: 64, Test: 32, Rate: 1e-3, Seeds: 1, ConvSeeds: 1, BeyondSeeds: 1,
		Epochs: epochs, Shallow: epochs, Deep: epochs, Conv: epochs, Baseline: epochs, Channels: []int{2, 2},
		Depths: []float64{30}, Gains: []float64{3}, Random: 1, Noise: []float64{1}, Layers: []int{1},
	}
	few := figures.HybridSteps{Epochs: epochs, Batch: 16}
	p.Hybrids = figures.Hybrids{Set: "glyphs", Train: 32, Test: 16, Seeds: 1, Mesh: few, Dual: few, Predict: 1e-3, Hessian: 1, Space: few, Aside: epochs}
	p.Rings = figures.Rings{
		Set: "glyphs", Train: 48, Test: 16, Seeds: 1, Batch: 16, Epochs: epochs, NAT: epochs, Pruning: epochs, PAT: epochs,
		Radii: []float64{0.1}, RadiiEpochs: epochs, Images: 1, Points: 3,
	}
	o := Options{Profile: p, Out: out, Workers: 1}
	for _, id := range ids {
		f, err := figures.Find(id)
		if err != nil {
			t.Fatal(err)
		}
		o.Figures = append(o.Figures, f)
	}
	if len(ids) == 0 {
		o.Figures = figures.All()
	}
	return o
}

// contents maps every file below dir, but for the log of times, to its bytes.
func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "timings.csv" || strings.HasPrefix(d.Name(), ".lightfast") {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		m[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func same(t *testing.T, a, b map[string]string) {
	t.Helper()
	for name := range a {
		if a[name] != b[name] {
			t.Errorf("%s differs (%d and %d bytes)", name, len(a[name]), len(b[name]))
		}
	}
	if len(a) != len(b) {
		t.Errorf("%d files and %d files", len(a), len(b))
	}
}

func TestAllFiguresWithTheSameBytesForAnyWorkers(t *testing.T) {
	var first map[string]string
	for _, workers := range []int{1, 2, 3, 7} {
		o := tiny(t, t.TempDir(), 2)
		o.Workers = workers
		pages, err := o.Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(pages) != len(figures.All()) {
			t.Fatalf("%d figures drawn of %d", len(pages), len(figures.All()))
		}
		for _, p := range pages {
			if p.Missing > 0 || !bytes.Contains(p.SVG, []byte("<svg")) {
				t.Errorf("%s: %d runs missing, picture of %d bytes", p.Figure.ID, p.Missing, len(p.SVG))
			}
		}
		problems, count, err := Verify(o.Out)
		if err != nil || len(problems) > 0 || count < 60 {
			t.Errorf("%d artifacts, problems %v, error %v", count, problems, err)
		}
		if got := contents(t, o.Out); first == nil {
			first = got
		} else {
			same(t, first, got)
		}
	}
}

func TestFinishedRunsAreNotRepeated(t *testing.T) {
	out := t.TempDir()
	o := tiny(t, out, 1, "dat-fig4e")
	var log bytes.Buffer
	o.Status = NewStatus(&log, false)
	if _, err := o.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	before := contents(t, out)
	log.Reset()
	if _, err := o.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(log.String(), "already there"); n != len(o.Plan()) {
		t.Errorf("%d of %d runs were found:\n%s", n, len(o.Plan()), log.String())
	}
	same(t, before, contents(t, out))
}

func TestFlippedBitIsFoundAndNeverUsed(t *testing.T) {
	out := t.TempDir()
	o := tiny(t, out, 1, "dat-fig4e")
	if _, err := o.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	victim := experiment.Files(o.RunsDir(), o.Plan()[2])[3]
	b, err := os.ReadFile(victim)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 0x10
	if err := os.WriteFile(victim, b, 0o644); err != nil {
		t.Fatal(err)
	}
	problems, _, err := Verify(out)
	if err != nil || len(problems) != 1 || !strings.Contains(problems[0], filepath.Base(victim)) {
		t.Errorf("problems %v, error %v; want one that names %s", problems, err, filepath.Base(victim))
	}
	if _, err := o.Run(context.Background()); err == nil || !strings.Contains(err.Error(), filepath.Base(victim)) {
		t.Errorf("a run on a damaged artifact returns %v", err)
	}
	if after, _ := os.ReadFile(victim); !bytes.Equal(after, b) {
		t.Error("the damaged artifact was overwritten")
	}
}

func TestStoppedRunContinues(t *testing.T) {
	whole := tiny(t, t.TempDir(), 6, "dat-fig5d")
	if _, err := whole.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	o := tiny(t, out, 6, "dat-fig5d")
	o.Workers = 2
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for { // stop as soon as a state has been written
			if m, _ := filepath.Glob(filepath.Join(o.RunsDir(), "*.state.arrow")); len(m) > 0 {
				cancel()
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	if _, err := o.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("a stopped run returns %v", err)
	}
	if _, err := o.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	same(t, contents(t, whole.Out), contents(t, out))
}

// TestKilledProcessContinues kills a child process with SIGKILL in the middle of
// its work and continues what it left behind.
func TestKilledProcessContinues(t *testing.T) {
	if out := os.Getenv("LIGHTFAST_TEST_CHILD"); out != "" {
		if _, err := tiny(t, out, 40, "dat-fig5d").Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		return
	}
	out := t.TempDir()
	o := tiny(t, out, 40, "dat-fig5d")
	child := exec.Command(os.Args[0], "-test.run", "^TestKilledProcessContinues$")
	child.Env = append(os.Environ(), "LIGHTFAST_TEST_CHILD="+out)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(time.Minute)
	for {
		if m, _ := filepath.Glob(filepath.Join(o.RunsDir(), "*.state.arrow")); len(m) > 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the child wrote no state")
		}
		time.Sleep(time.Millisecond)
	}
	// A second process is refused while the first one works.
	if _, err := o.Run(context.Background()); !errors.Is(err, artifact.ErrLocked) {
		t.Errorf("a second process on the same folder gets %v", err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait()
	if _, err := o.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	whole := tiny(t, t.TempDir(), 40, "dat-fig5d")
	if _, err := whole.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	same(t, contents(t, whole.Out), contents(t, out))
}

func TestRerunAndCompare(t *testing.T) {
	o := tiny(t, t.TempDir(), 1, "dat-fig5d")
	if _, _, err := o.Rerun(context.Background()); err == nil {
		t.Error("an empty folder was repeated")
	}
	if _, err := o.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	n, different, err := o.Rerun(context.Background())
	if err != nil || len(different) > 0 || n < 16 {
		t.Errorf("%d the same, different %v, error %v", n, different, err)
	}
	other := tiny(t, t.TempDir(), 1, "dat-fig5d")
	if _, err := other.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	// Give one run another result under the same name.
	r := other.Plan()[0]
	path := experiment.Files(other.RunsDir(), r)[3]
	ts, p, err := artifact.ReadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	ts[0].Values[0]++
	if _, err := artifact.WriteCheckpoint(path, p, ts); err != nil {
		t.Fatal(err)
	}
	if _, different, err := o.Compare(other.Out); err != nil || len(different) != 1 {
		t.Errorf("differences %v, error %v", different, err)
	}
}

func TestUnwritableFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	o := tiny(t, filepath.Join(file, "out"), 1, "dat-fig5d")
	if _, err := o.Run(context.Background()); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("a folder below a file gives %v", err)
	}
}

func TestPlanListsEachRunOnceWithItsBase(t *testing.T) {
	o := tiny(t, "", 1)
	seen := map[string]bool{}
	direct := false
	for _, r := range o.Plan() {
		if seen[r.ID()] {
			t.Errorf("%s is planned twice", r.ID())
		}
		seen[r.ID()] = true
		if r.Deploys() {
			direct = true
			if !seen[r.Base().ID()] {
				t.Errorf("%s comes before its base", r.ID())
			}
		} else if direct {
			t.Errorf("%s comes after a direct deployment", r.ID())
		}
	}
	o.Only = "ps0.1"
	for _, r := range o.Plan() {
		if r.Method != experiment.InSilico && !strings.Contains(r.ID(), "ps0.1") {
			t.Errorf("%s was not asked for", r.ID())
		}
	}
}
