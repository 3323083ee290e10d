package nn_test

import (
	"math"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
)

func TestInitialWeights(t *testing.T) {
	const n = 20000
	for _, c := range []struct {
		name            string
		init            nn.Initialiser
		mean, sd, bound float64
		absolute        bool // mean and sd are those of absolute values
	}{
		{name: "default", init: nn.Default{}, sd: 0.1 / math.Sqrt(3), bound: 0.1},
		{name: "kaiming of PyTorch", init: nn.KaimingUniform{A: math.Sqrt(5)}, sd: 0.1 / math.Sqrt(3), bound: 0.1 * (1 + 1e-15)},
		{name: "kaiming", init: nn.KaimingUniform{}, sd: math.Sqrt(0.02), bound: math.Sqrt(0.06)},
		{name: "xavier", init: nn.XavierUniform{}, sd: math.Sqrt(2.0 / 150), bound: math.Sqrt(6.0 / 150)},
		{name: "uniform", init: nn.Uniform{Bound: 3}, sd: math.Sqrt(3), bound: 3},
		{name: "normal", init: nn.Normal{Mean: 1, SD: 0.1}, mean: 1, sd: 0.1, bound: 2},
		{name: "two peaks", init: nn.TwoPeaks{Mean: 0.15, SD: 0.01}, mean: 0.15, sd: 0.01, bound: 0.3, absolute: true},
		{name: "constant", init: nn.Constant{Value: 7}, mean: 7, bound: 7},
	} {
		s := lane.NewStream(1, c.name, 0)
		var sum, squares, negative float64
		for range n {
			v := c.init.Draw(s, 100, 50)
			if math.Abs(v) > c.bound {
				t.Fatalf("%s: %g is beyond %g", c.name, v, c.bound)
			}
			if v < 0 {
				negative++
			}
			if c.absolute {
				v = math.Abs(v)
			}
			sum += v
			squares += (v - c.mean) * (v - c.mean)
		}
		if mean := sum / n; math.Abs(mean-c.mean) > 4*c.sd/math.Sqrt(n) {
			t.Errorf("%s: mean %g, want %g", c.name, mean, c.mean)
		}
		if sd := math.Sqrt(squares / n); math.Abs(sd-c.sd) > 0.03*c.sd {
			t.Errorf("%s: standard deviation %g, want %g", c.name, sd, c.sd)
		}
		if c.absolute && math.Abs(negative/n-0.5) > 0.02 {
			t.Errorf("%s: %g are negative, want half", c.name, negative/n)
		}
	}
}

// Initial weights depend on the seed and the parameter's name alone, and those of
// a tuned layer are what its controls give.
func TestInitialiseIsAFunctionOfSeedAndName(t *testing.T) {
	net := func(before ...nn.Layer[float64]) *nn.Net[float64] {
		n, err := nn.New(nn.Vector(5), append(before, &nn.Dense[float64]{Name: "last", Out: 3, Bias: true})...)
		if err != nil {
			t.Fatal(err)
		}
		n.Initialise(11)
		return n
	}
	a := net().Parameters()
	b := net(&nn.Dense[float64]{Name: "first", Out: 5}).Parameters()
	if a[0].Value[3] != b[1].Value[3] || a[0].Value[3] == 0 || a[1].Name != "last.bias" {
		t.Errorf("weight %g of %s, beside another layer %g", a[0].Value[3], a[0].Name, b[1].Value[3])
	}
	tuned, err := nn.New[float64](nn.Vector(5), &nn.Dense[float64]{Name: "last", Out: 3, Tuning: square{}})
	if err != nil {
		t.Fatal(err)
	}
	tuned.Initialise(11)
	x := tuned.Parameters()[0].Value
	if w := 1.3 * x[3] * x[3]; math.Abs(w-math.Abs(a[0].Value[3])) > 1e-15 {
		t.Errorf("the controls give the weight %g, want %g", w, math.Abs(a[0].Value[3]))
	}
}
