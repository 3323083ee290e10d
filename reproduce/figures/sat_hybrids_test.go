package figures

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
)

// tinyHybrids is the quick profile with runs of a second.
func tinyHybrids(t *testing.T) Profile {
	p := mustProfile(t, "quick")
	few := HybridSteps{Epochs: 1, Batch: 16}
	p.Hybrids = Hybrids{Set: "glyphs", Train: 32, Test: 16, Seeds: 1, Mesh: few, Dual: few, Predict: 1e-3, Hessian: 1, Space: few, Aside: 1}
	return p
}

// TestHybridRunsOfThePaper holds the runs of the profile paper to the names under
// which their artifacts are kept.
func TestHybridRunsOfThePaper(t *testing.T) {
	// What the authors' chip is called; its arrays are not shipped.
	const chip = "d7"
	p := mustProfile(t, "paper")
	ids := map[string]experiment.Run{}
	for _, given := range []map[[2]float64]string{nil, {MeshChip(): chip}} {
		p.Given = given
		for _, id := range []string{"sat-fig4c", "sat-fig4d", "sat-fig5e", "sat-table1"} {
			for _, r := range mustFind(t, id).Runs(p) {
				if err := r.Check(); err != nil {
					t.Errorf("%s: %v", r.ID(), err)
				}
				ids[r.ID()] = r
			}
		}
	}
	if want := 2*(4*3+2*5) + 5*3; len(ids) != want {
		t.Errorf("%d runs, expected %d: six methods on two chips, five ways in free space, three seeds each and five of sharpness-aware training of the mesh", len(ids), want)
	}
	for _, id := range []string{"free-space_in-silico_mnist_seed1_5fe031cb", "free-space_sat_rotation_shift_scale_rho0.1_mnist_seed1_4256b7d8"} {
		if _, ok := ids[id]; !ok {
			t.Errorf("no figure has run %s", id)
		}
	}
	for _, w := range meshWays {
		seeds := uint64(3)
		if strings.HasPrefix(w.label, "SAT") {
			seeds = 5
		}
		for seed := uint64(1); seed <= seeds; seed++ {
			drawn := experiment.HybridRun("mesh", w.method, "mnist", seed)
			stored := drawn
			stored.Chip.Sample, stored.Chip.Seed = chip, 0
			for _, r := range []experiment.Run{drawn, stored} {
				if _, ok := ids[r.ID()]; !ok {
					t.Errorf("%s, seed %d: %s is no run of a figure", w.label, seed, r.ID())
				}
			}
		}
	}
}

// TestHybridFigures draws what the artifacts of tiny runs have.
func TestHybridFigures(t *testing.T) {
	p := tinyHybrids(t)
	runs := append(mustFind(t, "sat-fig4c").Runs(p), mustFind(t, "sat-fig5e").Runs(p)...)
	// Two methods of the mesh and two of free space; the others are gaps.
	there := []experiment.Run{runs[0], runs[5], runs[6], runs[10]}
	results, _ := lab(t, p, there)
	drawn := map[string]Drawing{}
	for _, id := range []string{"sat-fig4c", "sat-fig4d", "sat-fig5e", "sat-table1"} {
		d, err := mustFind(t, id).Draw(p, results)
		if err != nil {
			t.Fatal(err)
		}
		check(t, d)
		if len(d.Values) > 0 {
			t.Errorf("%s: glyphs are compared with the paper: %v", id, d.Values)
		}
		drawn[id] = d
	}
	column := func(id, name string) artifact.Column {
		d := drawn[id]
		c, err := d.Sweep.Column(name)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	res, err := results(there[1]) // SAT in situ
	if err != nil {
		t.Fatal(err)
	}
	sharp, err := res.Sharpness()
	if err != nil || sharp.Images != 1 || !(sharp.Loss > 0) {
		t.Fatalf("sharpness %+v: %v", sharp, err)
	}
	if c := column("sat-fig4c", "eigenvalue"); len(c.Floats) != 6 || c.Missing[0] || !c.Missing[1] || c.Floats[5] != sharp.Eigenvalue {
		t.Errorf("4c: eigenvalues %v, missing %v; expected those of BP and SAT in situ, %g", c.Floats, c.Missing, sharp.Eigenvalue)
	}
	if n := len(column("sat-fig4d", "accuracy").Floats); n != 2*49*5 {
		t.Errorf("4d: %d rows, expected five chips for 49 pairs of errors and two methods", n)
	}
	if panels := drawn["sat-fig4d"].Image.Panels; len(panels) != 2 {
		t.Errorf("4d: %d panels, expected a map and the diagonal", len(panels))
	}
	if !slices.Contains(drawn["sat-fig5e"].Notes, "Not, or not from every seed: SAT for rotation; SAT for shift; SAT for scale.") {
		t.Errorf("5e: notes %q do not name the gaps", drawn["sat-fig5e"].Notes)
	}
	for _, panel := range drawn["sat-fig5e"].Image.Panels[:3] {
		l := panel.(figure.Lines)
		for _, s := range l.Series {
			if slices.ContainsFunc(s.Y, math.IsNaN) {
				t.Errorf("5e, %s, %s: %v at %v: not all places were swept", l.Title, s.Label, s.Y, s.X)
			}
		}
	}
	if c := column("sat-table1", "transfer_accuracy"); !(c.Floats[5] >= 0) || !c.Missing[2] {
		t.Errorf("table 1: transfer %v, missing %v", c.Floats, c.Missing)
	}
	s, err := res.Sweep()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := column("sat-table1", "transfer_accuracy").Floats[5], s.Share(0.15, 0.15); math.Abs(got-want) > 1e-12 {
		t.Errorf("table 1: transfer %g, the sweep has %g", got, want)
	}
}

// TestHybridComparisonWithThePaper: numbers of the paper stand beside those on its
// chip and its images only, and ours are held to them when all seeds are there.
func TestHybridComparisonWithThePaper(t *testing.T) {
	p := mustProfile(t, "paper")
	s := hybridStudy{p: p, trials: p.meshTrials(meshWays...)}
	if s.published() {
		t.Error("a drawn chip is compared with the authors'")
	}
	p.Given = map[[2]float64]string{MeshChip(): "a"}
	s = hybridStudy{p: p, trials: p.meshTrials(meshWays...)}
	for i := range s.trials {
		tr := &s.trials[i]
		tr.results = make([]*experiment.Result, len(tr.runs))
		if s.held(*tr) {
			t.Error("ours is held to the paper without a result")
		}
		for k, run := range tr.runs {
			tr.results[k] = &experiment.Result{Run: run}
		}
		if !s.published() || !s.held(*tr) {
			t.Errorf("%s: ours is not held to the paper", tr.label)
		}
	}
	if got := meshWays[5].learning; len(got) != 4 || got[3] != meshWays[5].accuracy {
		t.Errorf("SAT in situ: learning ends with %v, published %g", got, meshWays[5].accuracy)
	}
}

// TestMeasuredHybrids draws data files beside ours, and refuses those of another
// shape.
func TestMeasuredHybrids(t *testing.T) {
	p := tinyHybrids(t)
	p.Measured = t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(p.Measured, name+".csv"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	panels := func(id string) int {
		t.Helper()
		d, err := mustFind(t, id).Draw(p, none)
		if err != nil {
			t.Fatal(err)
		}
		check(t, d)
		return len(d.Image.Panels)
	}
	if n := panels("sat-figs10"); n != 2 {
		t.Errorf("%d panels, expected two without data files", n)
	}
	write("FigureS10-i", "time,value\n0,1.1\n2,0.9\n4,1.0\n")
	write("FigureS8b-ii", "target,get\n0,0.01\n1,0.98\n")
	if n := panels("sat-figs10"); n != 3 {
		t.Errorf("%d panels, expected three with one data file", n)
	}
	if n := panels("sat-figs8"); n != 3 {
		t.Errorf("%d panels, expected readings twice and errors", n)
	}
	write("FigureS11-i", "time,ch1\n0,1\n1,1\n")
	if _, err := mustFind(t, "sat-figs11").Draw(p, none); err == nil || !strings.Contains(err.Error(), "FigureS11-i.csv") {
		t.Errorf("a file without its channels: %v", err)
	}
	m := &measuredTable{path: "x.csv", header: []string{"a", "0"}, rows: [][]string{{"0", "97.5"}}}
	if g, err := m.grid(1, 1); err != nil || g[0][0] != 97.5 {
		t.Errorf("grid %v: %v", g, err)
	}
	if _, err := m.grid(2, 1); err == nil || !strings.Contains(err.Error(), "expected 2 of 2") {
		t.Errorf("a grid of another size: %v", err)
	}
}

// TestStabilityIsAsSaid: over many samples the process has its standard deviation and
// memory, and series do not depend on each other.
func TestStabilityIsAsSaid(t *testing.T) {
	for _, s := range []stabilities{oneChannel, twoChannels} {
		for state := range 2 {
			for c, y := range s.series(state) {
				w := s.channels[state][c]
				mean, dev := spread(y)
				// A series is some memories long: its spread is that of the process within
				// a factor of two.
				if len(y) != stabilitySamples || math.Abs(mean-w.mean) > 2*w.s || dev > 2*w.s || dev < w.s/2 {
					t.Errorf("%s, %d, %s: %d samples, mean %g, deviation %g; expected %d, %g and about %g", s.id, state, w.label, len(y), mean, dev, stabilitySamples, w.mean, w.s)
				}
				var product, square float64
				for i := 1; i < len(y); i++ {
					product += (y[i] - mean) * (y[i-1] - mean)
					square += (y[i-1] - mean) * (y[i-1] - mean)
				}
				if a := product / square; a < 0.85 || a > 1 {
					t.Errorf("%s, %d, %s: correlation %g, expected about %g", s.id, state, w.label, a, w.a)
				}
			}
		}
	}
	target, reading := loaded()
	_, mean, dev, rms := errorsOf(target, reading)
	if math.Abs(mean) > 0.005 || math.Abs(dev-readoutNoise) > 0.003 || math.Abs(rms*rms-mean*mean-dev*dev) > 1e-5 {
		t.Errorf("readings are off by %g with deviation %g and root mean square %g, expected 0 and %g", mean, dev, rms, readoutNoise)
	}
	var one, two bytes.Buffer
	for _, b := range []*bytes.Buffer{&one, &two} {
		d, err := mustFind(t, "sat-figs11").Draw(mustProfile(t, "quick"), none)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(b, d.Sweep)
	}
	if one.String() != two.String() {
		t.Error("drawn twice, two series")
	}
}
