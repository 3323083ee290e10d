package experiment

import (
	"context"
	"os"
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

// TestD2NNTrainsAndIsRotated: plates are trained, plainly and with sharpness
// awareness, and then rotated against the light, with the same bits on any number
// of workers.
func TestD2NNTrainsAndIsRotated(t *testing.T) {
	for _, method := range []string{InSilico, SAT} {
		r := tinyD2NN(method)
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
