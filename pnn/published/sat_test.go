package published

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightfast/pnn/diffract"
	"lightfast/pnn/hybrid"
	"lightfast/pnn/imaging"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/ring"
	"lightfast/pnn/torchfile"
)

func readSAT(t *testing.T, path ...string) *SATWeights {
	t.Helper()
	w, err := ReadSAT(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Right answers among 1000 test images, and all of them for the ring system, whose
// numbers the authors print.
func TestSATSystems(t *testing.T) {
	dir, test := reference(t)
	dir = filepath.Join(dir, "sat")
	ctx, pool := context.Background(), lane.NewPool(2)
	score := func(net *nn.Net[float32], test hybrid.Test) float64 {
		t.Helper()
		r, err := hybrid.Score(ctx, pool, []*nn.Net[float32]{net}, test)
		if err != nil {
			t.Fatal(err)
		}
		return r.Percent()
	}
	expect := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 0.005 {
			t.Errorf("%s: %.2f %%, expected %.2f %%", what, got, want)
		}
	}

	results := filepath.Join(dir, "System1-MRR Weight Bank", "Training results")
	weights, controls := readSAT(t, results, "04-SAT.pth"), readSAT(t, results, "04-SAT_Lorentz.pth")
	if weights.System != SATRings || controls.System != SATRings || weights.HoldsControls() || !controls.HoldsControls() {
		t.Errorf("the ring files are %v and %v, with controls %v and %v", weights.System, controls.System, weights.HoldsControls(), controls.HoldsControls())
	}
	net, err := hybrid.NewRingLeNet[float32](hybrid.InCurrents(ring.Training()))
	if err != nil {
		t.Fatal(err)
	}
	if err := LoadSAT(controls, net); err != nil {
		t.Fatal(err)
	}
	expect("SAT, controls", score(net, hybrid.Test{Set: test, Batch: 64, Mode: nn.EvaluateBatch}), 98.50)
	// A weight of exactly 1 needs an infinite control, those of this file do not.
	if err := LoadSATControls(weights, net, ring.Training()); err != nil {
		t.Fatal(err)
	}
	expect("SAT, controls from weights", score(net, hybrid.Test{Set: test, Batch: 64, Mode: nn.EvaluateBatch}), 98.50)

	chip, err := SATErrors(filepath.Join(dir, "System2-MZI Mesh"))
	if err != nil {
		t.Fatal(err)
	}
	mesh := readSAT(t, dir, "System2-MZI Mesh", "Training Results", "04-SAT-In situ.pth")
	if mesh.System != SATMesh {
		t.Errorf("the mesh file is %v", mesh.System)
	}
	if net, _, err = hybrid.NewMeshLeNet[float32](10, chip); err != nil {
		t.Fatal(err)
	}
	if err := LoadSAT(mesh, net); err != nil {
		t.Fatal(err)
	}
	expect("SAT in situ, stored chip, running statistics", score(net, hybrid.Test{Set: test, Batch: 1000, Encoding: hybrid.Normalised}), 97.42)

	space := readSAT(t, dir, "System3-Free space PNN", "Training Results", "sat-scale.pth")
	f, err := hybrid.NewFreeSpace[float32](imaging.Signed, diffract.Nearest)
	if err != nil {
		t.Fatal(err)
	}
	if err := LoadSAT(space, f.Net); err != nil {
		t.Fatal(err)
	}
	// In double precision pixels half way between two go elsewhere: 96.09 %.
	if err := f.Misalign(diffract.Affine{Scale: 1.05}); err != nil {
		t.Fatal(err)
	}
	f.Update(nil)
	expect("scale 1.05", score(f.Net, hybrid.Test{Set: test, Batch: 1000, Encoding: hybrid.Normalised}), 95.95)

	if d := readSAT(t, dir, "System3-D2NN", "best.pt"); d.System != SATD2NN {
		t.Errorf("the diffractive file is %v", d.System)
	}
	// Weights of another system, or of none.
	if err := LoadSAT(space, net); err == nil || !strings.Contains(err.Error(), `no tensor "conv1.weight"`) {
		t.Errorf("weights of another system: %v", err)
	}
	if _, err := ReadSAT(filepath.Join(results, "04-SAT_Lorentz-lambda.pth")); err == nil || !strings.Contains(err.Error(), "04-SAT_Lorentz-lambda.pth: the file is empty (0 bytes)") {
		t.Errorf("an empty file: %v", err)
	}
}

// The splitter errors that follow from the stored products give them back, and have
// the spread that the authors name.
func TestSATErrors(t *testing.T) {
	dir, _ := reference(t)
	root := filepath.Join(dir, "sat", "System2-MZI Mesh", "MZI_Error")
	e, err := SATErrors(root)
	if err != nil {
		t.Fatal(err)
	}
	sd := func(v []float64) float64 {
		var s float64
		for _, x := range v {
			s += x * x
		}
		return math.Sqrt(s / float64(len(v)))
	}
	for name, v := range map[string][]float64{"theta": e.Theta, "phi": e.Phi, "left": e.Left, "right": e.Right} {
		if len(v) != 64*32 || math.Abs(sd(v)-0.15) > 0.006 {
			t.Errorf("%s: %d errors of standard deviation %.4f, expected 2048 of 0.15", name, len(v), sd(v))
		}
	}
	if _, err := SATErrors(t.TempDir()); err == nil || !strings.Contains(err.Error(), "MZI_Error") {
		t.Errorf("a folder without a chip: %v", err)
	}
	// Products of different samples do not belong together.
	copied := t.TempDir()
	for _, name := range []string{"phaseE0.15/theta", "phaseE0.15/phi", "bsE0.15/enn", "bsE0.15/enp", "bsE0.15/epn", "bsE0.15/epp"} {
		from := filepath.Join(root, "N64", filepath.FromSlash(name)+".npy")
		to := filepath.Join(copied, "N64", filepath.FromSlash(name)+".npy")
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		tensor, err := torchfile.ReadNPY(from)
		if err != nil {
			t.Fatal(err)
		}
		if name == "bsE0.15/epp" {
			tensor.Values[2*64*3+5] += 0.01
		}
		if err := torchfile.WriteNPY(to, tensor); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := SATErrors(copied); err == nil || !strings.Contains(err.Error(), "column 5, pair 3") {
		t.Errorf("products that do not fit each other: %v", err)
	}
}
