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
	for _, method := range []string{InSilico, Direct, PAT, DAT} {
		r := tinyDPNN(method)
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
		"separable":      func(r *Run) { r.Separable = true },
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
