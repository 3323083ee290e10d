package figures

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/pnn/train"
)

// none are the results of runs that nobody has run.
func none(experiment.Run) (*experiment.Result, error) { return nil, nil }

// made gives every run the accuracy that f makes for it.
func made(f func(experiment.Run) float64) Results {
	return func(r experiment.Run) (*experiment.Result, error) {
		a := f(r)
		return &experiment.Result{Run: r, BestEpoch: 1, Curve: []train.Epoch{{Number: 1, ModelTest: a, DeviceTest: a}}}, nil
	}
}

func mustFind(t *testing.T, id string) Figure {
	t.Helper()
	f, err := Find(id)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func mustProfile(t *testing.T, name string) Profile {
	t.Helper()
	p, err := FindProfile(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// check draws a drawing both ways and writes its table.
func check(t *testing.T, d Drawing) {
	t.Helper()
	var png, svg bytes.Buffer
	if err := d.Image.WritePNG(&png); err != nil {
		t.Error(err)
	}
	if err := d.Image.WriteSVG(&svg); err != nil {
		t.Error(err)
	}
	if _, err := artifact.WriteTable(filepath.Join(t.TempDir(), "sweep.arrow"), artifact.Provenance{Config: []byte("{}"), Code: "test"}, d.Sweep); err != nil {
		t.Error(err)
	}
}

// TestFiguresDrawTheRunsTheyList holds the renderers to the lists of runs: they
// ask for those, in that order, and a figure without any result can be drawn and
// says what to run.
func TestFiguresDrawTheRunsTheyList(t *testing.T) {
	given := mustProfile(t, "paper")
	given.Given = map[[2]float64]string{{0, 0.06}: "a", {0.06, 0}: "b"}
	for _, p := range append(Profiles(), given) {
		for _, f := range All() {
			if f.Runs == nil {
				continue
			}
			t.Run(p.Folder()+"/"+f.ID, func(t *testing.T) {
				var want, asked []string
				for _, r := range f.Runs(p) {
					want = append(want, r.ID())
				}
				d, err := f.Draw(p, func(r experiment.Run) (*experiment.Result, error) {
					if r.Method != experiment.InSilico || slices.Contains(want, r.ID()) { // references need not be listed
						asked = append(asked, r.ID())
					}
					return nil, nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(asked, want) {
					t.Errorf("asked for %d runs, the figure lists %d, or in another order", len(asked), len(want))
				}
				note := fmt.Sprintf("%d of %d runs are missing: run `reproduce run %s --profile %s`", len(want), len(want), f.ID, p.Name)
				if p.Given != nil && (f.Runs(p)[0].System == experiment.MPNN || f.Runs(p)[0].Chip.Phase > 0) {
					note = strings.TrimSuffix(note, "`") + " --errors FOLDER`"
				}
				if !slices.Contains(d.Notes, note) {
					t.Errorf("notes %q, expected %q", d.Notes, note)
				}
				for _, v := range d.Values {
					if !math.IsNaN(v.Ours) {
						t.Errorf("%s is %g without any run", v.What, v.Ours)
					}
				}
				check(t, d)
			})
		}
	}
}

func TestErrorsOfResultsAreReported(t *testing.T) {
	damaged := errors.New("x.arrow: damaged")
	for _, f := range All() {
		if f.Runs == nil {
			continue
		}
		_, err := f.Draw(mustProfile(t, "quick"), func(experiment.Run) (*experiment.Result, error) { return nil, damaged })
		if !errors.Is(err, damaged) || !strings.Contains(err.Error(), f.ID) {
			t.Errorf("%s: error %v does not name the figure or lost its cause", f.ID, err)
		}
	}
}

// TestComparisonWithThePaper gives every run the accuracy that was published.
func TestComparisonWithThePaper(t *testing.T) {
	asPublished := made(func(r experiment.Run) float64 {
		if r.Method == experiment.InSilico {
			return errorFree(r.Data) / 100
		}
		for _, w := range []way{direct, pat, datSmall, datLarge, isSmall, isLarge, oneState, apartS, apartL} {
			if q := w.run(mustProfile(t, "paper"), r.Data, r.Chip); q.ID() == r.ID() {
				if v, ok := publishedAccuracy(w, r.Data, r.Chip); ok {
					return v / 100
				}
			}
		}
		return 0.5
	})
	// Runs times data sets and levels that were published.
	counts := map[string]int{"dat-fig4bc": 4*10*2 + 2, "dat-fig4d": 4 * 6, "dat-fig4e": 4 * 6, "dat-fig5c": 4 * (5 + 5), "dat-ed9": 2 * 6}
	for _, id := range []string{"dat-fig4bc", "dat-fig4d", "dat-fig4e", "dat-fig5c", "dat-ed9"} {
		d, err := mustFind(t, id).Draw(mustProfile(t, "paper"), asPublished)
		if err != nil {
			t.Fatal(err)
		}
		check(t, d)
		if len(d.Values) != counts[id] {
			t.Errorf("%s compares %d values, %d were published", id, len(d.Values), counts[id])
		}
		for _, v := range d.Values {
			onChip := !strings.HasPrefix(v.What, "direct")
			if v.Ours != v.Paper || (v.Tolerance == 1) != onChip || v.Unit != "%" {
				t.Errorf("%s: %+v, expected equal numbers and a tolerance for trained methods", id, v)
			}
		}
	}
	d, err := mustFind(t, "dat-fig5c").Draw(mustProfile(t, "standard"), none)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range d.Values {
		if v.Tolerance != 0 {
			t.Errorf("%s is held to the paper after 10 epochs of 50", v.What)
		}
		if v.What == "PAT, Fashion-MNIST, splitter error 0.06 and phase error 0.06" && v.Paper != 65.39 {
			t.Errorf("%s: published %g, expected 65.39", v.What, v.Paper)
		}
	}
}

// TestSweepTable reads a table of runs back column by column.
func TestSweepTable(t *testing.T) {
	p := mustProfile(t, "quick")
	f := mustFind(t, "dat-fig4bc")
	gap := f.Runs(p)[1].ID()
	results := made(func(r experiment.Run) float64 { return 0.75 })
	d, err := f.Draw(p, func(r experiment.Run) (*experiment.Result, error) {
		if r.ID() == gap {
			return nil, nil
		}
		return results(r)
	})
	if err != nil {
		t.Fatal(err)
	}
	col := func(name string) artifact.Column {
		c, err := d.Sweep.Column(name)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	runs := f.Runs(p)
	for i, r := range runs {
		if col("id").Strings[i] != r.ID() || col("phase_sigma").Floats[i] != r.Chip.Phase || col("internal_states").Ints[i] != int64(len(r.States)) {
			t.Errorf("row %d is not of run %s", i, r.ID())
		}
		missing := r.ID() == gap
		if a := col("accuracy"); a.Missing[i] != missing || (!missing && a.Floats[i] != 0.75) {
			t.Errorf("row %d: accuracy %g, missing %t", i, a.Floats[i], a.Missing[i])
		}
		if !col("published_accuracy").Missing[i] {
			t.Errorf("row %d: a published accuracy on generated data", i)
		}
	}
	if got := col("features").Strings[2:4]; !slices.Equal(got, []string{"4-6-8", "4-8-16"}) {
		t.Errorf("features %q", got)
	}
	if !strings.HasPrefix(d.Notes[0], "1 of 16 runs are missing") {
		t.Errorf("notes %q", d.Notes)
	}
}

func TestFindSuggests(t *testing.T) {
	if _, err := Find("fig4bc"); err == nil || !strings.Contains(err.Error(), `did you mean "dat-fig4bc"`) {
		t.Errorf("Find gives %v", err)
	}
	if _, err := FindProfile("papper"); err == nil || !strings.Contains(err.Error(), `did you mean "paper"`) {
		t.Errorf("FindProfile gives %v", err)
	}
}
