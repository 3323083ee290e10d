package experiment

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/train"
)

func tinyD2NN(method string) Run {
	r := Run{System: D2NN, Data: "glyphs", Train: 64, Test: 40, Method: method, Epochs: 2, Batch: 32, Rate: 0.01, Protocol: train.Published, Seed: 1}
	if method == SAT {
		r.Rho, r.Adaptive = 0.1, true
	}
	return r
}

// turnedD2NN is tinyD2NN with rotations that are probed.
func turnedD2NN() Run {
	r := tinyD2NN(SAT)
	r.Probing = &train.Probing{Axes: []train.Axis{{Name: train.Rotation, Reach: 1, Gain: 6}}}
	return r
}

// TestD2NNTrainsAndIsRotated: plates are trained, plainly and with sharpness
// awareness, also of rotations, and then rotated against the light, with the same
// bits on any number of workers.
func TestD2NNTrainsAndIsRotated(t *testing.T) {
	for _, r := range []Run{tinyD2NN(InSilico), tinyD2NN(SAT), turnedD2NN()} {
		method := r.ID()
		var want []byte
		for _, workers := range []int{1, 3} {
			lab := &Lab{Dir: t.TempDir(), Data: &Data{}, Pool: lane.NewPool(workers)}
			res, err := lab.Execute(context.Background(), r)
			if err != nil {
				t.Fatal(err)
			}
			if first, last := res.Curve[0].TaskLoss, res.Curve[1].TaskLoss; !(last < first) {
				t.Errorf("%s: loss %g, then %g", method, first, last)
			}
			s, err := res.Rotation()
			if err != nil {
				t.Fatal(err)
			}
			if len(s.Accuracy) != 11 || s.Images != 40 || s.Degrees[10] != 1 {
				t.Errorf("%s: sweep %+v", method, s)
			}
			// Unrotated, the double precision of the sweep finds what training found.
			if d := s.Accuracy[0] - res.Accuracy(); d > 0.03 || d < -0.03 {
				t.Errorf("%s: accuracy %g at the end of training, %g at 0 degrees", method, res.Accuracy(), s.Accuracy[0])
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

// TestProbingIsNewToRuns: runs of before have the names of before.
func TestProbingIsNewToRuns(t *testing.T) {
	for want, r := range map[string]Run{
		"d2nn_in-silico_glyphs_da44c2bd":           tinyD2NN(InSilico),
		"d2nn_sat_rho0.1_glyphs_6b17b824":          tinyD2NN(SAT),
		"d2nn_sat_rotation_rho0.1_glyphs_27a4f588": turnedD2NN(),
	} {
		if got := r.ID(); got != want {
			t.Errorf("%s, expected %s", got, want)
		}
		if back, err := ParseRun(r.Canonical()); err != nil || back.ID() != want {
			t.Errorf("%s is read back as %s: %v", want, back.ID(), err)
		}
	}
}

// TestSweepsLookOnceAtEqualPlates: up to 0.4 degrees no pixel moves.
func TestSweepsLookOnceAtEqualPlates(t *testing.T) {
	at, as, err := different(turned)
	if err != nil || !slices.Equal(at, []float64{0, 0.5, 0.6, 0.7, 0.8, 0.9, 1}) || !slices.Equal(as, []int{0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6}) {
		t.Errorf("%v as %v: %v", at, as, err)
	}
}

func TestProbesThatCannotBe(t *testing.T) {
	for want, change := range map[string]func(*Run){
		"method sat":      func(r *Run) { r.Method, r.Rho, r.Adaptive = InSilico, 0, false },
		`system "mpnn"`:   func(r *Run) { r.System, r.Ports, r.Meshes = MPNN, 16, 2 },
		`system "hybrid"`: func(r *Run) { *r = HybridRun("mesh", SAT, "glyphs", 1); r.Probing = turnedD2NN().Probing },
		"without an axis": func(r *Run) { r.Probing.Axes = nil },
		"reach 0 ":        func(r *Run) { r.Probing.Axes[0].Reach = 0 },
		"gain -1":         func(r *Run) { r.Probing.Axes[0].Gain = -1 },
		`along "yaw"`:     func(r *Run) { r.Probing.Axes[0].Name = "yaw" },
		"7 axes":          func(r *Run) { r.Probing.Axes = slices.Repeat(r.Probing.Axes, 7) },
		"rho is -0.1":     func(r *Run) { r.Rho = -0.1 },
	} {
		r := turnedD2NN()
		change(&r)
		if err := r.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, expected one about %q", err, want)
		}
	}
}

func TestSharpRunsThatCannotBe(t *testing.T) {
	for want, change := range map[string]func(*Run){
		"method":       func(r *Run) { r.Method, r.Rho, r.Adaptive = PAT, 0, false },
		"rho":          func(r *Run) { r.Rho = -0.1 },
		"rho is 0.1":   func(r *Run) { r.Method = InSilico },
		"noise":        func(r *Run) { r.Noise = 0.1 },
		"ports, mesh":  func(r *Run) { r.Ports = 64 },
		"one of in-si": func(r *Run) { r.Method = "sharp" },
	} {
		r := tinyD2NN(SAT)
		change(&r)
		if err := r.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, expected one about %q", err, want)
		}
	}
	for _, method := range []string{SAT, InSitu, NAT} {
		r := Run{System: MPNN, Ports: 16, Meshes: 2, Data: "glyphs", Train: 100, Test: 100, Method: method, Chip: Chip{Phase: 0.1, Seed: 1}, Epochs: 1, Batch: 50, Rate: 1e-3, Protocol: train.Published, Seed: 1}
		if method == NAT {
			r.Noise = 0.05
		} else {
			r.Rho = 0.1
		}
		res, err := (&Lab{Dir: t.TempDir(), Data: &Data{}}).Execute(context.Background(), r)
		if err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		if a := res.Accuracy(); !(a >= 0 && a <= 1) {
			t.Errorf("%s: accuracy %g", method, a)
		}
	}
}
