package experiment

import (
	"context"
	"math"
	"os"
	"strings"
	"testing"

	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/train"
)

// tinyDPNN is a network of two blocks on 36 x 36 pixels: wide enough to be
// worked on block by block of samples.
func tinyDPNN(method string) Run {
	r := Run{
		System: DPNN, Data: "glyphs", Train: 96, Test: 150, Method: method, Epochs: 2, Batch: 32, Rate: 0.05,
		Protocol: train.Published, Seed: 1,
		Diffracting: &Diffracting{Side: 36, Pitch: 8e-6, Wavelength: 532e-9, Distance: 4e-3, Blocks: 2, Layers: 1, Picture: 28, Detector: 4, Window: 30},
	}
	if method != InSilico {
		r.Chip.Seed = 3
		r.Diffracting.Built = &diffract.Deviations{Shift: 1.5, Rotation: 2, Phase: 0.3, Correlation: 5}
		r.Diffracting.Camera = &Camera{ReadNoise: 0.005, FullWell: 10000, Bits: 8}
	}
	if method == DAT {
		r.SEPNRate, r.Features, r.States, r.CorrectFrom = 2e-3, [3]int{2, 2, 2}, []int{0}, 1
	}
	return r
}

// TestMethodsOnDiffractiveNetworks: the methods of the mesh network train this one
// as they are, whatever the number of workers, and after being stopped.
func TestMethodsOnDiffractiveNetworks(t *testing.T) {
	ctx := context.Background()
	separable := tinyDPNN(DAT)
	separable.Separable = true
	for _, r := range []Run{tinyDPNN(InSilico), tinyDPNN(Direct), tinyDPNN(Adaptive), tinyDPNN(PAT), tinyDPNN(DAT), separable} {
		method := r.Method
		var want []byte
		for _, workers := range []int{1, 3} {
			lab := &Lab{Dir: t.TempDir(), Data: &Data{}, Pool: lane.NewPool(workers)}
			if workers == 3 && method != Direct {
				// Stopped after the first epoch, then taken up again.
				stop, cancel := context.WithCancel(ctx)
				lab.Progress = func(Progress) { cancel() }
				if _, err := lab.Execute(stop, r); err == nil {
					t.Fatalf("%s: a stopped run reports no error", method)
				}
				lab.Progress = nil
			}
			res, err := lab.Execute(ctx, r)
			if err != nil {
				t.Fatalf("%s: %v", method, err)
			}
			if a := res.Accuracy(); !(a > 0.05 && a <= 1) {
				t.Errorf("%s: accuracy %g", method, a)
			}
			pl, err := res.Planes()
			if err != nil {
				t.Fatal(err)
			}
			if pl.Side != 36 || len(pl.Mean[2]) != 2 || len(pl.Difference) != 2 {
				t.Fatalf("%s: planes of %d pixels behind %d blocks", method, pl.Side, len(pl.Mean[2]))
			}
			if off := pl.Uncorrected[0]; (off == 0) != (method == InSilico) {
				t.Errorf("%s: the model without predictions is off by %g", method, off)
			}
			if method == DAT && pl.Difference[0] == pl.Uncorrected[0] {
				t.Errorf("predictions change nothing: difference %g", pl.Difference[0])
			}
			var all []byte
			for _, f := range Files(lab.Dir, r) {
				b, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, b...)
			}
			if want == nil {
				want = all
			} else if string(all) != string(want) {
				t.Errorf("%s: the files of %d workers differ from those of one", method, workers)
			}
		}
	}
}

func TestDiffractiveRunsThatCannotBe(t *testing.T) {
	for want, change := range map[string]func(*Run){
		"diffracting":    func(r *Run) { r.Diffracting = nil },
		"ports":          func(r *Run) { r.Ports = 64 },
		"built":          func(r *Run) { r.Diffracting.Built = nil },
		"missing":        func(r *Run) { r.Separable, r.States = true, nil },
		"picture":        func(r *Run) { r.Diffracting.Picture = 37 },
		"Rotation":       func(r *Run) { r.Diffracting.Built.Rotation = math.NaN() },
		"Correlation":    func(r *Run) { r.Diffracting.Built.Correlation = -1 },
		"region":         func(r *Run) { r.Diffracting.Detector = 20 },
		"behind stage 2": func(r *Run) { r.States = []int{1} },
	} {
		r := tinyDPNN(DAT)
		b := *r.Diffracting.Built
		r.Diffracting.Built = &b
		change(&r)
		lab := &Lab{Dir: t.TempDir(), Data: &Data{}}
		_, err := lab.Execute(context.Background(), r)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, expected one about %q", err, want)
		}
	}
	r := tinyDPNN(PAT)
	r.Method, r.Chip = InSilico, Chip{}
	if err := r.Check(); err == nil || !strings.Contains(err.Error(), "built") {
		t.Errorf("in silico with a laboratory: error %v", err)
	}
}

// TestALaterDay: a network is measured on days after its training, on day 0 as it
// was trained, and the frames that it is watched in fluctuate.
func TestALaterDay(t *testing.T) {
	ctx := context.Background()
	later := func(day int, calibrated bool) Run {
		r := tinyDPNN(DAT)
		r.Method = Later
		r.Diffracting.Drift = &Drift{Shift: 1.5, Rotation: 1, Scale: 0.01}
		r.Diffracting.Day, r.Diffracting.Calibrated = day, calibrated
		return r
	}
	lab := &Lab{Dir: t.TempDir(), Data: &Data{}, Pool: lane.NewPool(2)}
	difference := func(r Run) float64 {
		res, err := lab.Execute(ctx, r)
		if err != nil {
			t.Fatal(err)
		}
		pl, err := res.Planes()
		if err != nil {
			t.Fatal(err)
		}
		f, err := res.Frames()
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Scores) != watched || len(f.Scores[0]) != 10 || len(f.Deviation) != 2 || len(f.Deviation[1]) != watched {
			t.Fatalf("%s: %d frames of %d blocks", r.ID(), len(f.Scores), len(f.Deviation))
		}
		for b, v := range f.Deviation {
			for i, d := range v {
				if !(d > 1e-4 && d < 1) {
					t.Errorf("%s: frame %d deviates by %g behind block %d", r.ID(), i+1, d, b+1)
				}
			}
		}
		return pl.Difference[0]
	}
	kept, moved, anew := difference(later(0, false)), difference(later(4, false)), difference(later(4, true))
	base, err := Load(lab.Dir, later(4, true).Base())
	if err != nil {
		t.Fatal(err)
	}
	pl, err := base.Planes()
	if err != nil {
		t.Fatal(err)
	}
	if later(0, false).Base().ID() != base.Run.ID() || !base.Run.Diffracting.Calibrated {
		t.Errorf("%s is not what all days measure", base.Run.ID())
	}
	planes := file(base.dir, base.Run, "planes")
	if err := os.Rename(planes, planes+".away"); err != nil {
		t.Fatal(err)
	}
	light, err := Load(base.dir, base.Run)
	if err != nil {
		t.Fatalf("a result without planes: %v", err)
	}
	if d, _, err := light.Differences(); err != nil || d[0] != pl.Difference[0] {
		t.Errorf("differences without planes: %v, %v", d, err)
	}
	if _, err := light.Planes(); err == nil || !strings.Contains(err.Error(), "without planes") {
		t.Errorf("planes that are not there: %v", err)
	}
	if err := os.Rename(planes+".away", planes); err != nil {
		t.Fatal(err)
	}
	if kept != pl.Difference[0] {
		t.Errorf("on day 0 the model is off by %g, after training by %g", kept, pl.Difference[0])
	}
	if !(moved > kept && anew < moved) {
		t.Errorf("the model is off by %g on day 0, %g on day 4, %g calibrated anew", kept, moved, anew)
	}
	for want, change := range map[string]func(*Run){
		"drift, day": func(r *Run) { r.Method = DAT },
		"day is":     func(r *Run) { r.Diffracting.Drift = nil },
		"scale":      func(r *Run) { r.Diffracting.Drift.Scale = -1 },
		"method":     func(r *Run) { r.System, r.Diffracting = MPNN, nil },
	} {
		r := later(3, true)
		change(&r)
		if err := r.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, expected one about %q", err, want)
		}
	}
	r := tinyDPNN(InSilico)
	r.Diffracting.Calibrated = true
	if err := r.Check(); err == nil || !strings.Contains(err.Error(), "calibrated") {
		t.Errorf("in silico on a calibrated laboratory: error %v", err)
	}
}

// TestEncodingsOfOlderRuns: names of artifacts that are there must not change with
// fields that are added.
func TestEncodingsOfOlderRuns(t *testing.T) {
	for _, method := range []string{InSilico, PAT, DAT} {
		text := string(tinyDPNN(method).Canonical())
		for _, field := range []string{"calibrated", "drift", "day"} {
			if strings.Contains(text, field) {
				t.Errorf("%s: %q in %s", method, field, text)
			}
		}
	}
}
