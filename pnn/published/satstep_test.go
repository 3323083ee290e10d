package published

import (
	"context"
	"math"
	"path/filepath"
	"testing"

	"lightfast/pnn/dataset"
	"lightfast/pnn/hybrid"
	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

// gradientOf is what a gradient g is told by: its norm, and a sum that also sees signs
// and places.
type gradientOf struct {
	name      string
	norm, sum float64 // sqrt(sum g_k^2), sum cos(k) g_k
}

// One step of sharpness-aware training in situ, from the authors' weights of
// backpropagation, on their chip and the first 1000 test images: the gradient at the
// weights, and that where it leads uphill by 0.3. The numbers are those of another
// program in double precision: scripts/peers/torch_sharp.py step. Biases in front of
// a batch norm have none.
func TestSATStep(t *testing.T) {
	dir, test := reference(t)
	test, err := test.Head(1000)
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(dir, "sat", "System2-MZI Mesh")
	errs, err := SATErrors(dir)
	if err != nil {
		t.Fatal(err)
	}
	weights := readSAT(t, dir, "Training Results", "01-Standard BP.pth")
	for _, c := range []struct {
		rho, tolerance float64
		expected       []gradientOf
	}{
		{0, 1e-4, []gradientOf{
			{"conv1.weight", 4.307543e-02, -3.855231e-02},
			{"conv2.weight", 1.138988e-01, 1.987748e-01},
			{"fc1.weight", 1.297634e-01, -7.498946e-03},
			{"fc2.weight", 5.428480e-02, 2.084492e-02},
			{"fc2.bias", 6.618779e-03, 2.127290e-03},
			{"norm1.weight", 4.947738e-03, 7.778549e-03},
			{"norm1.bias", 3.836294e-03, -1.076865e-03},
			{"norm2.weight", 6.177127e-03, 4.974758e-04},
			{"norm2.bias", 4.820157e-03, 1.683719e-03},
			{"norm3.weight", 4.002365e-03, -9.305327e-04},
			{"norm3.bias", 4.869203e-03, -2.684335e-03},
			{"layer1.theta", 1.154169e-02, -2.726120e-03},
			{"layer1.phi", 1.888202e-02, 2.779502e-02},
			{"layer1.gamma", 2.227491e-03, 7.211474e-04},
		}},
		// The way uphill magnifies the rounding of single precision.
		{0.3, 5e-3, []gradientOf{
			{"conv1.weight", 3.983875e-01, -4.780875e-02},
			{"conv2.weight", 9.046090e-01, 8.243126e-01},
			{"fc1.weight", 9.993155e-01, -4.730223e-01},
			{"fc2.weight", 5.173157e-01, 2.737207e-01},
			{"fc2.bias", 4.621814e-02, -6.641302e-04},
			{"norm1.weight", 5.888160e-02, 9.551195e-02},
			{"norm1.bias", 3.575581e-02, 1.721711e-02},
			{"norm2.weight", 5.689377e-02, 2.968637e-02},
			{"norm2.bias", 3.132723e-02, 1.812611e-02},
			{"norm3.weight", 3.813873e-02, -2.358971e-02},
			{"norm3.bias", 3.342181e-02, 5.735484e-03},
			{"layer1.theta", 1.237999e-01, -3.322842e-02},
			{"layer1.phi", 2.404374e-01, 2.187373e-01},
			{"layer1.gamma", 2.122874e-02, -9.102109e-03},
		}},
	} {
		pool := lane.NewPool(2)
		chip, err := hybrid.Fabricate(errs, pool)
		if err != nil {
			t.Fatal(err)
		}
		y, err := hybrid.NewMesh()
		if err != nil {
			t.Fatal(err)
		}
		s, err := hybrid.New(y, chip, hybrid.Sharp{Of: hybrid.PAT{}, Rho: c.rho}, dataset.Pair{Train: test, Test: test},
			hybrid.Settings{Epochs: 1, Batch: test.Len(), Adam: true, Rate: optim.Decay{Rate: 0.1}}, pool)
		if err != nil {
			t.Fatal(err)
		}
		if err := LoadSAT(weights, y.Front); err != nil {
			t.Fatal(err)
		}
		if err := LoadSAT(weights, y.Back); err != nil {
			t.Fatal(err)
		}
		all := make([]int, test.Len())
		for i := range all {
			all[i] = i
		}
		loss, err := s.Step(context.Background(), all)
		if err != nil {
			t.Fatal(err)
		}
		if want := 1.993398958; math.Abs(loss.Task-want) > 1e-6*want {
			t.Errorf("radius %g: loss %.9f, expected %.9f", c.rho, loss.Task, want)
		}
		byName := map[string]*optim.Parameter{}
		for _, p := range y.Parameters() {
			byName[p.Name] = p
		}
		for _, want := range c.expected {
			p := byName[want.name]
			if p == nil {
				t.Fatalf("no parameter %s", want.name)
			}
			var squares, sum float64
			for k, g := range p.Grad {
				squares += g * g
				sum += math.Cos(float64(k)) * g
			}
			norm := math.Sqrt(squares)
			if math.Abs(norm-want.norm) > c.tolerance*want.norm || math.Abs(sum-want.sum) > c.tolerance*want.norm {
				t.Errorf("radius %g, %s: norm %.6e, sum %.6e, expected %.6e and %.6e to %g of the norm", c.rho, want.name, norm, sum, want.norm, want.sum, c.tolerance)
			}
		}
	}
}
