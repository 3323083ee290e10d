package figures

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/absorb"
	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
	"lightfast/pnn/optical"
	"lightfast/pnn/train"
)

// TestPaperRunsAreThePublishedProtocol holds the runs of the profile paper to the
// names under which their artifacts are kept: a change of a field would orphan
// them.
func TestPaperRunsAreThePublishedProtocol(t *testing.T) {
	ids := map[string]bool{}
	for _, f := range Guo() {
		if f.Runs == nil {
			continue
		}
		for _, r := range f.Runs(mustProfile(t, "paper")) {
			ids[r.ID()] = true
			if err := r.Check(); err != nil {
				t.Errorf("%s: %v", f.ID, err)
			}
		}
	}
	for _, id := range []string{
		"cnn-128_sa10_optical_mnist_seed1_2c9c8cef",
		"mlp-128-128_relu_mnist_seed5_aa934925",
		"mlp-128-128_sa0_exact_mnist_seed1_7ecb3004",
		"mlp-128-128_sa30_exact_mnist_seed2_92fe0b6e",
		"mlp-128-128_sa50_optical_mnist_seed1_d20dc8f4",
		"mlp-128-128_gain3_optical_mnist_seed1_acd9afa6",
		"mlp-128_sa10_optical_mnist_seed1_578460dc",
	} {
		if !ids[id] {
			t.Errorf("no figure has run %s", id)
		}
	}
}

func TestFiguresShareRuns(t *testing.T) {
	for _, p := range Profiles() {
		in := map[string][]string{}
		for _, f := range Guo() {
			if f.Runs == nil {
				continue
			}
			for _, r := range f.Runs(p) {
				if slices.Contains(in[r.ID()], f.ID) {
					t.Errorf("%s: %s lists run %s twice", p.Name, f.ID, r.ID())
				}
				in[r.ID()] = append(in[r.ID()], f.ID)
			}
		}
		for _, pair := range [][2]string{{"guo-fig3b", "guo-fig3d"}, {"guo-figs2", "guo-fig4a"}, {"guo-noise", "guo-fig4a"}} {
			shared := 0
			for _, of := range in {
				if slices.Contains(of, pair[0]) && slices.Contains(of, pair[1]) {
					shared++
				}
			}
			if shared == 0 {
				t.Errorf("%s: %s and %s share no run", p.Name, pair[0], pair[1])
			}
		}
	}
}

// TestGuoComparisonWithThePaper gives every run the accuracy that was published
// for its trial.
func TestGuoComparisonWithThePaper(t *testing.T) {
	p := mustProfile(t, "paper")
	all := map[string][]trial{"guo-fig3d": trials3d(p), "guo-fig4a": trials4a(p), "guo-fig4b": trials4b(p), "guo-figs3": trialsS3(p)}
	published := map[string]float64{}
	for _, ts := range all {
		for _, v := range ts {
			for _, r := range v.runs {
				if isNumber(v.paper.mean) {
					published[r.ID()] = v.paper.mean
				}
			}
		}
	}
	asPublished := made(func(r experiment.Run) float64 {
		if v, ok := published[r.ID()]; ok {
			return v / 100
		}
		return 0.973
	})
	for id, want := range map[string]int{"guo-fig3d": 2*2 + 1, "guo-fig4a": 2 + 2*11, "guo-fig4b": 3 * 6, "guo-figs3": 1} {
		d, err := mustFind(t, id).Draw(p, asPublished)
		if err != nil {
			t.Fatal(err)
		}
		check(t, d)
		if len(d.Values) != want {
			t.Errorf("%s compares %d values, %d were published", id, len(d.Values), want)
		}
		for _, v := range d.Values {
			if math.Abs(v.Ours-v.Paper) > 1e-9 || !(v.Tolerance > 0) || !v.Within() {
				t.Errorf("%s: %+v, expected equal numbers and a tolerance", id, v)
			}
		}
	}
	d, err := mustFind(t, "guo-fig4a").Draw(mustProfile(t, "standard"), made(func(experiment.Run) float64 { return 0.9 }))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range d.Values {
		if v.Tolerance != 0 {
			t.Errorf("%s is held to the paper after 10 epochs of 50", v.What)
		}
	}
}

// TestSeedsAreAveraged gives seed s the accuracy 0.9 + s/100 and takes one away.
func TestSeedsAreAveraged(t *testing.T) {
	p := mustProfile(t, "paper")
	gone := trials4a(p)[0].runs[4].ID() // ReLU, seed 5
	results := made(func(r experiment.Run) float64 { return 0.9 + float64(r.Seed)/100 })
	d, err := mustFind(t, "guo-fig4a").Draw(p, func(r experiment.Run) (*experiment.Result, error) {
		if r.ID() == gone {
			return nil, nil
		}
		return results(r)
	})
	if err != nil {
		t.Fatal(err)
	}
	bars := d.Image.Panels[0].(figure.Bars)
	if relu := bars.Series[0]; relu.Label != "ReLU" || relu.Values[0] != 92.5 || math.Abs(relu.Err[0]-math.Sqrt(5.0/3)) > 1e-9 {
		t.Errorf("ReLU from seeds 1 to 4: %+v, expected 92.5 and the deviation of four numbers one apart", relu)
	}
	if exact := bars.Series[1]; exact.Label != exactSA || exact.Values[0] != 93 || exact.Paper[0] != 98.1 {
		t.Errorf("exact derivative from all seeds: %+v", exact)
	}
	if v := d.Values[0]; v.What != "ReLU, MNIST, mean of 4 of 5 seeds" || v.Tolerance != 0 {
		t.Errorf("%+v: a mean of some seeds must not be held to the paper", v)
	}
	if !slices.Contains(d.Notes, "Not, or not from every seed: ReLU, MNIST.") {
		t.Errorf("notes %q do not name the gap", d.Notes)
	}
	if !strings.Contains(d.Image.Footer, "4 to 5 seeds") {
		t.Errorf("footer %q", d.Image.Footer)
	}
}

// TestDeviationOfFewRuns: one run has no deviation, none no mean.
func TestDeviationOfFewRuns(t *testing.T) {
	if m, d := spread([]float64{math.NaN(), 3}); m != 3 || isNumber(d) {
		t.Errorf("one number has mean %g and deviation %g", m, d)
	}
	if m, _ := spread([]float64{math.NaN()}); isNumber(m) {
		t.Errorf("no number has mean %g", m)
	}
}

// TestRandomFunctionsSpread finds functions on both sides of where accuracies
// suffer, all even and none twice.
func TestRandomFunctionsSpread(t *testing.T) {
	p := mustProfile(t, "paper")
	m, err := newMedium(absorb.Absorber{Depth: hiddenDepth})
	if err != nil {
		t.Fatal(err)
	}
	var bins [6]int // of ten percent
	seen := map[string]bool{}
	for i, v := range trials3d(p) {
		if i < 4 {
			loss, derivative := []string{optical.MeanSquares, optical.CrossEntropy}[i/2], []string{optical.Exact, optical.Optical}[i%2]
			if a := v.runs[0].Absorbing; len(v.runs) != 5 || a.Loss != loss || a.Derivative != derivative {
				t.Errorf("trial %d is %d runs of %q with loss %q, expected 5 of %q with %q", i, len(v.runs), a.Derivative, a.Loss, derivative, loss)
			}
			continue
		}
		far, err := m.dissimilarity(v.runs)
		if err != nil {
			t.Fatal(err)
		}
		if b := int(far / 10); b < len(bins) {
			bins[b]++
		}
		id := fmt.Sprintf("%+v", *v.runs[0].Absorbing.Table)
		if seen[id] {
			t.Errorf("%s is there twice", id)
		}
		seen[id] = true
	}
	for i, n := range bins[:5] {
		if n < 10 {
			t.Errorf("%d functions with 1 - S of %d to %d %%, expected at least 10: %v", n, 10*i, 10*i+10, bins)
		}
	}
}

// TestComputedFigures draws what needs no run and checks it against the text of
// the paper.
func TestComputedFigures(t *testing.T) {
	for _, id := range []string{"guo-fig2", "guo-fig3c", "guo-fig3e", "guo-power"} {
		f := mustFind(t, id)
		if f.Runs != nil {
			t.Errorf("%s has runs", id)
		}
		d, err := f.Draw(mustProfile(t, "quick"), none)
		if err != nil {
			t.Fatal(err)
		}
		check(t, d)
		for _, v := range d.Values {
			if !v.Within() && v.Tolerance > 0 {
				t.Errorf("%s: %+v", id, v)
			}
		}
	}
	// The text: 16.6 uW/mm^2, about 500 nW, under 1 fJ.
	if s := saturation(); math.Abs(s-16.6) > 0.2 {
		t.Errorf("saturation intensity %g uW/mm^2, published 16.6", s)
	}
	if n := 1e9 * neuronPower(paperWaist); n < 450 || n > 550 {
		t.Errorf("power of a neuron %g nW, published about 500", n)
	}
	if e := 1e15 * operationEnergy(paperWidth, lifetime()); !(e > 0 && e < 1) {
		t.Errorf("energy of an operation %g fJ, published below 1", e)
	}
}

// tinyOptics has runs of milliseconds.
func tinyOptics() Profile {
	return Profile{Name: "tiny", Template: experiment.Run{Protocol: train.Published}, Optics: Optics{
		Sets: []string{"glyphs"}, Train: 64, Test: 32, Rate: 1e-3, Seeds: 2, ConvSeeds: 1, BeyondSeeds: 1,
		Epochs: 2, Shallow: 2, Deep: 1, Conv: 1, Baseline: 1, Channels: []int{2, 2},
		Depths: []float64{10, 30}, Gains: []float64{3}, Random: 3, Noise: []float64{0.5, 1}, Layers: []int{1, 2},
	}}
}

// TestGuoFiguresFromRuns trains tiny networks and draws all figures from their
// artifacts.
func TestGuoFiguresFromRuns(t *testing.T) {
	p := tinyOptics()
	var runs []experiment.Run
	for _, f := range Guo() {
		if f.Runs != nil {
			runs = append(runs, f.Runs(p)...)
		}
	}
	results, dir := lab(t, p, runs)
	for _, f := range Guo() {
		d, err := f.Draw(p, results)
		if err != nil {
			t.Fatal(err)
		}
		check(t, d)
		for _, panel := range d.Image.Panels {
			if m, ok := panel.(figure.Map); ok {
				t.Errorf("%s: an empty frame (%s) with all results", f.ID, m.Title)
			}
		}
		for _, n := range d.Notes {
			if strings.Contains(n, "missing") {
				t.Errorf("%s: %s", f.ID, n)
			}
		}
		if d.Sweep.Rows() == 0 {
			t.Errorf("%s: an empty table", f.ID)
		}
	}
	d, err := mustFind(t, "guo-fig3b").Draw(p, results)
	if err != nil {
		t.Fatal(err)
	}
	counts, err := d.Sweep.Column("count")
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	for _, n := range counts.Ints {
		sum += n
	}
	// Validation images times neurons, before training and after two epochs.
	if sum != 16*oneHidden*3 {
		t.Errorf("3b counts %d inputs, expected %d", sum, 16*oneHidden*3)
	}
	info, err := artifact.Inspect(experiment.Files(dir, runs[0])[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := BibTeX(info.Provenance.References); err != nil || !slices.Equal(info.Provenance.References, []string{"guo2021"}) {
		t.Errorf("runs cite %q: %v", info.Provenance.References, err)
	}
}

// TestHoldOutReachesOptics: the protocol is that of the profile.
func TestHoldOutReachesOptics(t *testing.T) {
	p := mustProfile(t, "standard")
	p.HoldOut()
	r := trials4a(p)[0].runs[0]
	if r.Protocol != train.HeldOut || r.Validation != 5000 {
		t.Errorf("protocol %q, %d validation images, expected held-out and 5000 of 60000", r.Protocol, r.Validation)
	}
}

// TestProfileWithoutOptics: a profile that has none of it, as one of an older
// bundle, gives figures without panics and runs that are refused.
func TestProfileWithoutOptics(t *testing.T) {
	var p Profile
	for _, f := range Guo() {
		if _, err := f.Draw(p, none); err != nil {
			t.Errorf("%s: %v", f.ID, err)
		}
		if f.Runs == nil {
			continue
		}
		for _, r := range f.Runs(p) {
			if err := r.Check(); err == nil {
				t.Errorf("%s: run %s of no data is accepted", f.ID, r.ID())
			}
		}
	}
}

// TestDamagedWatchIsReported: figures that read more than the curve name
// themselves.
func TestDamagedWatchIsReported(t *testing.T) {
	p := tinyOptics()
	// Results of made have no artifacts behind them.
	for _, id := range []string{"guo-fig3b", "guo-figs2"} {
		_, err := mustFind(t, id).Draw(p, made(func(experiment.Run) float64 { return 0.5 }))
		if err == nil || !strings.Contains(err.Error(), id) {
			t.Errorf("%s: %v", id, err)
		}
	}
}
