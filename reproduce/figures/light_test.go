package figures

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/diffract"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
)

// tinyLight is a profile whose diffractive runs take a fraction of a second: planes
// of 32 x 32 pixels, 16 images, 2 epochs.
func tinyLight() Profile {
	p := tiny()
	d := quickLight()
	d.Optics.Side, d.Optics.Picture, d.Optics.Detector, d.Optics.Window, d.Optics.Distance = 32, 24, 3, 28, 3e-3
	d.Run.Train, d.Run.Test, d.Run.Epochs, d.Run.HalveEvery, d.Run.CorrectFrom, d.Run.Features = 16, 16, 2, 1, 1, [3]int{1, 1, 1}
	d.Single = []Errors{{"shift", []float64{2}}, {"phase error", []float64{0.5}}}
	d.Multi = []Errors{{"Z shift", []float64{0.5}}, {"scale", []float64{10}}}
	d.Days = []int{0, 3}
	d.Ideal = Ideal{Train: 16, Test: 16, Epochs: 2, HalveEvery: 1}
	p.Diffractive = d
	return p
}

// TestFiguresOfLight runs what the figures of diffractive networks list and draws
// them from the artifacts.
func TestFiguresOfLight(t *testing.T) {
	p := tinyLight()
	p.Diffractive.Seeds = 2
	ids := []string{"dat-fig2", "dat-ed5", "dat-ed4", "dat-ed6", "dat-fig3", "dat-ed8", "dat-ed7"}
	var runs []experiment.Run
	for _, id := range ids {
		runs = append(runs, mustFind(t, id).Runs(p)...)
	}
	results, _ := lab(t, p, runs)
	drawings := map[string]Drawing{}
	for _, id := range ids {
		d, err := mustFind(t, id).Draw(p, results)
		if err != nil {
			t.Fatal(err)
		}
		check(t, d)
		if strings.Contains(strings.Join(d.Notes, "\n"), "missing") || len(d.Values) > 0 {
			t.Errorf("%s: notes %q, %d values compared with a paper that has none", id, d.Notes, len(d.Values))
		}
		acc, err := d.Sweep.Column("accuracy")
		if err != nil || d.Sweep.Rows() != len(mustFind(t, id).Runs(p)) || slices.Contains(acc.Missing, true) {
			t.Errorf("%s: table of %d rows, %v", id, d.Sweep.Rows(), err)
		}
		drawings[id] = d
		if got, want := strings.Contains(strings.Join(d.Notes, "\n"), "means of 2 seeds"), id == "dat-fig2" || id == "dat-ed5"; got != want {
			t.Errorf("%s: notes on repeats: %q", id, d.Notes)
		}
	}
	// S: 1 kind, M: 1 kind in each; states, phases and a matrix a method; three
	// networks; five planes a block and the bars; frames, planes and days.
	for id, want := range map[string]int{"dat-fig2": 2, "dat-ed5": 2, "dat-ed4": 4 * (3 + 3 + 1), "dat-ed6": 3, "dat-fig3": 3*5 + 1, "dat-ed8": 3*5 + 1, "dat-ed7": 3} {
		if got := len(drawings[id].Image.Panels); got != want {
			t.Errorf("%s: %d panels, expected %d", id, got, want)
		}
	}
	// The scores shown are those of the frames that were stored.
	res, err := results(mustFind(t, "dat-ed7").Runs(p)[0])
	if err != nil || res == nil {
		t.Fatal(res, err)
	}
	f, err := res.Frames()
	if err != nil {
		t.Fatal(err)
	}
	l := drawings["dat-ed7"].Image.Panels[0].(figure.Lines)
	if got := l.Series[0].Y[7]; got != f.Scores[7][f.Label] {
		t.Errorf("frame 8 is drawn with score %g, stored is %g", got, f.Scores[7][f.Label])
	}
	// The maps of phases are those of the checkpoint of each method.
	m := drawings["dat-ed4"].Image.Panels
	if a, b := m[12].(figure.Map), m[13].(figure.Map); a.Colours != figure.Phase || slices.Equal(a.Values[5], b.Values[5]) {
		t.Error("ed4: direct deployment and PAT show the same phases")
	}
	var one, two bytes.Buffer
	if err := drawings["dat-ed4"].Image.WriteSVG(&one); err != nil {
		t.Fatal(err)
	}
	again, err := drawED4(p, results)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Image.WriteSVG(&two); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("ed4: drawn twice, two pictures")
	}
}

// TestNetworksWithoutErrors: the curves are those of the runs, and a run that is
// missing leaves a gap that is named.
func TestNetworksWithoutErrors(t *testing.T) {
	p := tinyLight()
	f := mustFind(t, "dat-dpnn")
	runs := f.Runs(p)
	results, _ := lab(t, p, runs[:2])
	d, err := f.Draw(p, results)
	if err != nil {
		t.Fatal(err)
	}
	check(t, d)
	if l := d.Image.Panels[0].(figure.Lines); len(l.Series) != 2 || d.Sweep.Rows() != 2*p.Diffractive.Ideal.Epochs || !strings.Contains(strings.Join(d.Notes, "\n"), "1 of 3 runs are missing") {
		t.Errorf("%d curves, table of %d rows, notes %q", len(l.Series), d.Sweep.Rows(), d.Notes)
	}
	res, err := results(runs[0])
	if err != nil || res == nil {
		t.Fatal(res, err)
	}
	if l := d.Image.Panels[0].(figure.Lines); l.Series[0].Y[1] != 100*res.Curve[1].ModelTest {
		t.Errorf("epoch 2 is drawn at %g %%, stored is %g", l.Series[0].Y[1], 100*res.Curve[1].ModelTest)
	}
	p.HoldOut()
	if r := f.Runs(p)[0]; r.Validation != p.Diffractive.Ideal.Train/12 {
		t.Errorf("held out: %d images of %d", r.Validation, r.Train)
	}
}

// TestCurvesOfLight: with several levels accuracy is drawn against each kind of
// error, and direct deployment begins in silico.
func TestCurvesOfLight(t *testing.T) {
	p := mustProfile(t, "paper")
	gap := p.Diffractive.attempt(pat, single, "mnist", p.Diffractive.built("rotation", 10)).run.ID()
	inner := made(func(r experiment.Run) float64 {
		if r.Method == experiment.InSilico {
			return 0.97
		}
		return 0.5 + float64(r.Diffracting.Built.Shift)/100
	})
	s, err := gatherLight("dat-fig2", p, func(r experiment.Run) (*experiment.Result, error) {
		if r.ID() == gap {
			return nil, nil
		}
		return inner(r)
	}, sweepLight(p, geometric))
	if err != nil {
		t.Fatal(err)
	}
	l := s.against(p.Diffractive, single, "mnist", "rotation", single.errors(p.Diffractive, geometric))
	begin(&l, 97, math.NaN())
	if len(l.Series) != 3 || len(l.Series[0].X) != 6 || l.Series[0].Y[0] != 97 || len(l.Series[1].X) != 5 || !math.IsNaN(l.Series[1].Y[1]) {
		t.Errorf("curves %+v", l.Series)
	}
	if l := s.against(p.Diffractive, multi, "fashion-mnist", "shift", multi.errors(p.Diffractive, geometric)); len(l.Series) != 4 || l.Series[3].Y[3] != 58 || l.XLabel != "shift (pixels)" {
		t.Errorf("curves %+v", l)
	}
}

// TestRepeatsOfLight: each error is met on the first data set from every seed, of
// training and of what was built, and drawn as mean and deviation of those repeats
// that there are.
func TestRepeatsOfLight(t *testing.T) {
	p := tinyLight()
	p.DataSets, p.Diffractive.Seeds = []string{"glyphs", "mnist"}, 3
	f := mustFind(t, "dat-fig2")
	perSet := map[string]int{}
	seeds := map[[2]uint64]int{}
	for _, r := range f.Runs(p) {
		perSet[r.Data]++
		seeds[[2]uint64{r.Seed, r.Chip.Seed}]++
	}
	one, multiple := perSet["mnist"], perSet["glyphs"]
	if multiple != 3*one || len(seeds) != 3 || seeds[[2]uint64{1, 1}] != 2*one || seeds[[2]uint64{2, 2}] != one || seeds[[2]uint64{3, 3}] != one {
		t.Errorf("%v runs by set, %v by seeds", perSet, seeds)
	}
	p.Diffractive.FirstSeed = 4
	if id := f.Runs(p)[1].ID(); !strings.Contains(id, "_seed5_") {
		t.Errorf("the second repeat from seed 4 on is %s", id)
	}
	p.Diffractive.FirstSeed, p.Diffractive.Blind = 0, 2
	built := p.Diffractive.built("shift", 2)
	for _, c := range []struct {
		w    way
		o    dpnn
		want int
	}{{datBlind, multi, 2}, {datBlind, single, 3}, {datSeeing, multi, 3}} {
		if n := len(p.Diffractive.repeats(c.w, c.o, "glyphs", built)); n != c.want {
			t.Errorf("%s of %s: %d repeats, expected %d", c.w.label, c.o.name, n, c.want)
		}
	}
	p.Diffractive.Blind = 0
	last := p.Diffractive.repeats(pat, single, "glyphs", built)[2].run.ID()
	if !strings.Contains(last, "_seed3_") {
		t.Errorf("run %s does not tell its seed", last)
	}
	inner := made(func(r experiment.Run) float64 { return []float64{0, 0.55, 0.67, 0.64}[r.Seed] })
	for gone, want := range map[string][2]float64{"": {62, math.Sqrt(39)}, last: {61, math.Sqrt(72)}} {
		s, err := gatherLight("dat-fig2", p, func(r experiment.Run) (*experiment.Result, error) {
			if r.ID() == gone {
				return nil, nil
			}
			return inner(r)
		}, sweepLight(p, geometric))
		if err != nil {
			t.Fatal(err)
		}
		es := single.errors(p.Diffractive, geometric)
		b, l := s.barsOf(p.Diffractive, single, "glyphs", es), s.against(p.Diffractive, single, "glyphs", "shift", es)
		begin(&l, 97, math.NaN())
		for i, got := range [][2]float64{{b.Series[1].Values[0], b.Series[1].Err[0]}, {l.Series[1].Y[0], l.Series[1].YErr[0]}} {
			if math.Abs(got[0]-want[0]) > 1e-9 || math.Abs(got[1]-want[1]) > 1e-9 {
				t.Errorf("without %q, drawing %d: PAT has %v, expected %v", gone, i, got, want)
			}
		}
		if axis := alike([]figure.Lines{l})[0].(figure.Lines); axis.YMin != 50 || axis.YMax != 100 {
			t.Errorf("means of 61 or 62 with deviations of up to 8.5 stand on an axis from %g to %g", axis.YMin, axis.YMax)
		}
		if c := l.Series[0]; c.Y[0] != 97 || len(c.YErr) != len(c.Y) || !math.IsNaN(c.YErr[0]) || math.Abs(c.YErr[1]-math.Sqrt(39)) > 1e-9 {
			t.Errorf("direct deployment %+v", c)
		}
	}
}

// TestAttempts: fields that do not matter are zero, so that equal runs are equal,
// runs are accepted, and kinds of errors are known.
func TestAttempts(t *testing.T) {
	for _, p := range Profiles() {
		d := p.Diffractive
		for _, e := range append(append([]Errors{}, d.Single...), d.Multi...) {
			if unitOf(e.Kind) == "?" || d.built(e.Kind, 1) == (diffract.Deviations{}) {
				t.Errorf("%s: no errors of kind %q", p.Name, e.Kind)
			}
		}
		for _, f := range datLight() {
			if f.Runs == nil {
				continue
			}
			for _, r := range f.Runs(p) {
				if err := r.Check(); err != nil {
					t.Errorf("%s: %s: %v", p.Name, r.ID(), err)
				}
				if r.Method == experiment.PAT && (r.Features != [3]int{} || r.SEPNRate != 0) {
					t.Errorf("%s: %s has predictors", p.Name, r.ID())
				}
			}
		}
	}
	if r := jointLight(mustProfile(t, "paper"))[1].run; r.Epochs != 50 || r.HalveEvery != 15 {
		t.Errorf("PAT takes %d epochs and halves its rate every %d, expected 50 and 15", r.Epochs, r.HalveEvery)
	}
	d := quickLight()
	if got := d.built("Z shift", 1.5); got.Z != 1.5e-3 || got.Shift != 0 {
		t.Errorf("a Z shift of 1.5 mm is %+v", got)
	}
	if got := describe(diffract.Deviations{Shift: 1, Scale: 0.02, Phase: 0.3, Correlation: 6}); got != "shift 1 px, scale 2 %, phase error 0.3 rad" {
		t.Errorf("deviations are described as %q", got)
	}
	p := mustProfile(t, "standard")
	levels := map[string]map[float64]bool{}
	for _, a := range sweepLight(p, []string{"shift"}) {
		if levels[a.run.Data] == nil {
			levels[a.run.Data] = map[float64]bool{}
		}
		levels[a.run.Data][a.run.Diffracting.Built.Shift] = true
	}
	if m, f := levels["mnist"], levels["fashion-mnist"]; len(m) != 5 || len(f) != 2 || !f[16] || !f[8] {
		t.Errorf("standard trains with shifts of %v and %v pixels, expected 4, 6, 8, 12, 16 and the largest of both networks, 8 and 16", m, f)
	}
	if r := idealLight(p)[0].run; r.Batch != 32 {
		t.Errorf("ideal networks take batches of %d, expected 32", r.Batch)
	}
	p.HoldOut()
	if r := jointLight(p)[1].run; r.Protocol != "held-out" || r.Validation != 32 {
		t.Errorf("protocol %q with %d images, expected held-out with a twelfth of 384", r.Protocol, r.Validation)
	}
}

// TestProfileWithoutDiffractive: a profile that has none of it, as one of an older
// bundle, gives figures without panics and runs that are refused.
func TestProfileWithoutDiffractive(t *testing.T) {
	p := Profile{Name: "old", DataSets: []string{"glyphs"}}
	for _, f := range datLight() {
		if _, err := f.Draw(p, none); err != nil {
			t.Errorf("%s: %v", f.ID, err)
		}
		if f.Runs == nil {
			continue
		}
		for _, r := range f.Runs(p) {
			if err := r.Check(); err == nil {
				t.Errorf("%s: run %s of no network is accepted", f.ID, r.ID())
			}
		}
	}
}

// TestDamagedPlanesAreReported: a table that cannot be made names the figure.
func TestDamagedPlanesAreReported(t *testing.T) {
	p := tinyLight()
	_, err := mustFind(t, "dat-fig2").Draw(p, made(func(experiment.Run) float64 { return 0.5 }))
	if err == nil || !strings.Contains(err.Error(), "dat-fig2") {
		t.Errorf("error %v, expected one that names the figure", err)
	}
}
