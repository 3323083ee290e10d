package ring

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
)

var (
	_ nn.Tuning         = (*Law)(nil)
	_ nn.Tuning         = InWeights{}
	_ nn.Layer[float32] = (*Dense[float32])(nil)
	_ nn.Trainable      = (*Dense[float32])(nil)
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %.12g, expected %.12g within %g", what, got, want, tolerance)
	}
}

// Values of the law w(x) = 1 - 2/(1 + (x/0.15)^2) by hand.
func TestTrainingLaw(t *testing.T) {
	c := Training()
	near(t, "w(0)", c.Weight(0), -1, 0)
	near(t, "w(0.15)", c.Weight(0.15), 0, 1e-15)
	near(t, "w(-0.15)", c.Weight(-0.15), 0, 1e-15)
	near(t, "w(inf)", c.Weight(math.Inf(1)), 1, 0)
	near(t, "x(0.999)", c.Control(0.999), 6.7, 0.01)
	near(t, "x(-1)", c.Control(-1), 0, 0)
	near(t, "x(-1.5)", c.Control(-1.5), 0, 0)
	if x := c.Control(1); !math.IsInf(x, 1) {
		t.Errorf("x(1) is %g, expected infinity", x)
	}
	near(t, "slope at 0.15", c.Slope(0.15), 4*0.15/(0.15*0.15*4), 1e-12)
	near(t, "slope at infinity", c.Slope(math.Inf(1)), 0, 0)
	near(t, "pruning slope", c.PruningSlope(0.2), c.Slope(0.2)/2, 0)
	// The device is driven from 0 mA towards its resonance at 4 mA.
	d := Device()
	near(t, "w(4 mA)", d.Weight(4), -1, 0)
	near(t, "I(0)", d.Control(0), 3.4, 1e-12)
	near(t, "I beyond the heater", d.Control(1), 0, 0)
}

func curves() []Curve {
	measured := Curve{Base: 1.098, Amp: -2.053, Resonance: 4.734, HalfWidth: 5.95, Power: 2, Below: true, Max: 5.2}
	return []Curve{Training(), Device(), measured, {Base: 0.1, Amp: 0.8, Resonance: 1, HalfWidth: 0.3}}
}

func TestSlopesAndInverses(t *testing.T) {
	for i, c := range curves() {
		if err := c.Check(); err != nil {
			t.Fatal(err)
		}
		for _, x := range []float64{0.3, 1.2, 2.9, 3.7, 4.6} {
			const h = 1e-5
			numeric := (c.Weight(x+h) - c.Weight(x-h)) / (2 * h)
			near(t, "slope", c.Slope(x), numeric, 1e-7*math.Max(1, math.Abs(numeric)))
			if c.Below == (x < c.Resonance) {
				near(t, "control of the weight of a control", c.Control(c.Weight(x)), x, 1e-9)
			} else if got := c.Control(c.Weight(x)); got == x && x != c.Resonance {
				t.Errorf("curve %d: control %g lies on the wrong side of the resonance", i, got)
			}
		}
	}
}

func TestFitFindsACurve(t *testing.T) {
	for _, want := range curves()[1:3] {
		m := Measured{Label: "made"}
		for i := range 120 {
			x := 5.2 * math.Sqrt(float64(i)/119)
			m.Control, m.Weight = append(m.Control, x), append(m.Weight, want.Weight(x))
		}
		got, rmse, err := Fit(m, max(want.Power, 1))
		if err != nil {
			t.Fatal(err)
		}
		near(t, "base", got.Base, want.Base, 1e-6)
		near(t, "amp", got.Amp, want.Amp, 1e-6)
		near(t, "resonance", got.Resonance, want.Resonance, 1e-6)
		near(t, "half width", got.HalfWidth, want.HalfWidth, 1e-6)
		near(t, "rmse", rmse, 0, 1e-7)
		if got.Min != 0 || got.Max != 5.2 || !got.Below {
			t.Errorf("the fitted curve is %+v", got)
		}
	}
}

// Fits of the rings in Fig. 2d of Xu et al. (2026), by an independent program that
// searched a grid: ours leave a little less.
func TestFitOfMeasuredRings(t *testing.T) {
	dir := os.Getenv("LIGHTFAST_REFERENCE")
	if dir == "" {
		t.Skip("LIGHTFAST_REFERENCE is not set; point it at a folder with sat/")
	}
	rings, err := ReadMeasured(filepath.Join(dir, "sat", "figure-data", "Figure2d.csv"))
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		label  string
		points int
		fits   [2][5]float64 // resonance mA, half width, base, amp, rmse for powers 1 and 2
	}{
		{"00", 120, [2][5]float64{{4.555, 0.4765, 0.937, -1.916, 0.123}, {4.573, 4.59, 1.023, -1.994, 0.101}}},
		{"03", 120, [2][5]float64{{4.715, 0.625, 0.995, -1.942, 0.026}, {4.734, 5.95, 1.098, -2.053, 0.030}}},
		{"12", 150, [2][5]float64{{3.971, 0.567, 1.026, -2.057, 0.084}, {4.004, 4.84, 1.179, -2.205, 0.049}}},
		{"15", 100, [2][5]float64{{4.037, 0.505, 1.079, -2.111, 0.015}, {4.037, 3.95, 1.168, -2.216, 0.021}}},
	}
	for i, w := range want {
		m := rings[i]
		if m.Label != w.label || len(m.Control) != w.points {
			t.Fatalf("ring %d is %s with %d points, expected %s with %d", i, m.Label, len(m.Control), w.label, w.points)
		}
		for p, f := range w.fits {
			c, rmse, err := Fit(m, p+1)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("ring %s, power %d: resonance %.4f mA, half width %.4f, base %.4f, amp %.4f, rmse %.4f", w.label, p+1, c.Resonance, c.HalfWidth, c.Base, c.Amp, rmse)
			near(t, "resonance", c.Resonance, f[0], 0.008)
			near(t, "half width", c.HalfWidth, f[1], 0.02*f[1])
			near(t, "base", c.Base, f[2], 0.005)
			near(t, "amp", c.Amp, f[3], 0.005)
			if rmse > f[4]+0.0005 || rmse < f[4]-0.0015 {
				t.Errorf("ring %s, power %d: rmse %.4f, expected at most %.3f, and near it", w.label, p+1, rmse, f[4])
			}
		}
	}
	// The curve of the model is the law of the device.
	model := rings[4]
	for i, x := range model.Control {
		near(t, "the model in Fig. 2d", Device().Weight(x), renormalised(model, i), 1e-12)
	}
}

// renormalised undoes the stretching of the drawn curve to -1..1.
func renormalised(m Measured, i int) float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, x := range m.Control {
		w := Device().Weight(x)
		lo, hi = min(lo, w), max(hi, w)
	}
	return (m.Weight[i]+1)/2*(hi-lo) + lo
}

func TestBankAdjoint(t *testing.T) {
	const n = 12
	measured := curves()[2]
	measured.Min, measured.Max = 0, 0
	varied, err := Vary(measured, Spread{Resonance: 0.2, HalfWidth: 0.3}, n, 7, 0)
	if err != nil {
		t.Fatal(err)
	}
	errs, err := Disturb(0.08, n, 7, 0)
	if err != nil {
		t.Fatal(err)
	}
	share := make([]float64, 16)
	for i := range share {
		if i%5 != 0 {
			share[i] = 0.02 * float64(i%7)
		}
	}
	for _, k := range []Crosstalk{nil, Neighbours{PerRow: 4, Kernel: []float64{0.1, 0.03}}, Matrix{N: 4, Share: share}} {
		b := &Bank{Law: Law{Curves: varied, Detuning: Drift(-1.3, DriftPerKelvin), Errors: errs}, Crosstalk: k}
		if err := b.Check(n); err != nil {
			t.Fatal(err)
		}
		s := lane.NewStream(3, "test", 0)
		x, v, u, w, g := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], v[i], u[i] = 3+s.Float64(), s.Normal(), s.Normal()
		}
		b.Backward(g, u, x)
		// The gradient of sum u w along v, by a central difference.
		const h = 1e-5
		along := func(sign float64) (sum float64) {
			y := make([]float64, n)
			for i := range y {
				y[i] = x[i] + sign*h*v[i]
			}
			b.Forward(w, y)
			for i := range w {
				sum += u[i] * w[i]
			}
			return sum
		}
		var dot float64
		for i := range g {
			dot += g[i] * v[i]
		}
		numeric := (along(1) - along(-1)) / (2 * h)
		near(t, "gradient of the controls", dot, numeric, 1e-7*math.Abs(numeric))
	}
}

// A crosstalk matrix and its adjoint belong together, and a kernel is a matrix.
func TestCrosstalkAdjoint(t *testing.T) {
	m := Matrix{N: 3, Share: []float64{0, 0.2, 0.05, 0.1, 0, 0.2, 0.3, 0.1, 0}}
	x, y := []float64{1, -2, 3, 0.5, 1, 2}, []float64{2, 1, -1, 4, 1, 0.25}
	ax, aty := make([]float64, 6), make([]float64, 6)
	m.Apply(ax, x)
	m.Adjoint(aty, y)
	var l, r float64
	for i := range x {
		l += ax[i] * y[i]
		r += x[i] * aty[i]
	}
	near(t, "<Ax, y>", l, r, 1e-14)
	kernel, matrix := make([]float64, 6), make([]float64, 6)
	Neighbours{PerRow: 3, Kernel: []float64{0.2, 0.05}}.Apply(kernel, x)
	Matrix{N: 3, Share: []float64{0, 0.2, 0.05, 0.2, 0, 0.2, 0.05, 0.2, 0}}.Apply(matrix, x)
	for i := range kernel {
		near(t, "kernel", kernel[i], matrix[i], 1e-15)
	}
}

func TestDriftInTheWeightDomain(t *testing.T) {
	d := InWeights{&Law{Curves: []Curve{Training()}, Detuning: Drift(-1, DriftPerKelvin)}}
	want := []float64{-1, -0.9, 0, 0.685, 0.9, 1, 1.2}
	got, slope := make([]float64, len(want)), make([]float64, len(want))
	d.Weights(got, slope, want, 0)
	// w = 0 sits at 0.15 nm, 0.08 nm nearer to the resonance it is at 0.07 nm; w = 1
	// is infinitely far away.
	near(t, "drifted 0", got[2], 1-2/(1+(0.07/0.15)*(0.07/0.15)), 1e-14)
	near(t, "drifted 1", got[5], 1, 0)
	near(t, "drifted 1.2", got[6], 1, 0)
	near(t, "drifted -1", got[0], 1-2/(1+(0.08/0.15)*(0.08/0.15)), 1e-14)
	for _, i := range []int{1, 2, 3, 4} {
		var lo, hi, none [1]float64
		const h = 1e-6
		d.Weights(lo[:], none[:], []float64{want[i] - h}, 0)
		d.Weights(hi[:], none[:], []float64{want[i] + h}, 0)
		numeric := (hi[0] - lo[0]) / (2 * h)
		near(t, "slope", slope[i], numeric, 1e-6*math.Max(1, math.Abs(numeric)))
	}
	d.Detuning = 0
	d.Weights(got, slope, want[:6], 0)
	for i, w := range want[:5] {
		near(t, "undisturbed", got[i], w, 1e-15)
		near(t, "undisturbed slope", slope[i], 1, 0)
	}
}

// The layer's gradients with crosstalk, drift and varied rings, in double precision.
func TestLayerGradients(t *testing.T) {
	for _, domain := range []Domain{Controls, Weights} {
		varied, err := Vary(Training(), Spread{HalfWidth: 0.02}, 3*5, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		bank := &Bank{Law: Law{Curves: varied, Detuning: -0.01}, Crosstalk: Neighbours{PerRow: 5, Kernel: []float64{0.05}}}
		if domain == Weights {
			bank = &Bank{Law: Law{Curves: varied}}
		}
		layer := &Dense[float64]{Name: "fc2", Out: 3, Bias: true, Bank: bank, Domain: domain, Noise: 0.01}
		net, err := nn.New(nn.Vector(5), nn.Layer[float64](layer))
		if err != nil {
			t.Fatal(err)
		}
		net.Initialise(2)
		if err := layer.CheckControls(); err != nil {
			t.Fatal(err)
		}
		s := lane.NewStream(5, "inputs", 0)
		x, labels := lane.NewBatch[float64](20, 5), make([]uint8, 20)
		for i := range labels {
			labels[i] = uint8(i % 3)
			for r := range 5 {
				x.Set(i, r, s.Normal())
			}
		}
		o, p, g := nn.Objective[float64]{Loss: nn.CrossEntropy[float64]{}}, &nn.Pass{Mode: nn.Train, Seed: 4}, lane.NewBatch[float64](20, 3)
		params := net.Parameters()
		optim.ZeroGrad(params)
		o.Score(nil, g, net.Forward(p, x), labels)
		net.Backward(p, nil, g)
		for _, param := range params {
			for i, v := range param.Value {
				const h = 1e-6
				at := func(v float64) float64 {
					param.Value[i] = v
					net.Update(nil)
					loss, _ := o.Score(nil, nil, net.Forward(p, x), labels)
					return loss
				}
				numeric := (at(v+h) - at(v-h)) / (2 * h)
				at(v)
				near(t, param.Name, param.Grad[i], numeric, 1e-6*math.Max(1, math.Abs(numeric)))
			}
		}
	}
}

func TestReadoutNoise(t *testing.T) {
	layer := &Dense[float64]{Name: "fc", Out: 4, Bank: &Bank{Law: Law{Curves: []Curve{Training()}}}, Noise: ReadoutNoise}
	net, err := nn.New(nn.Vector(2), nn.Layer[float64](layer))
	if err != nil {
		t.Fatal(err)
	}
	net.Initialise(1)
	x := lane.NewBatch[float64](2000, 2)
	var sum float64
	y := net.Forward(&nn.Pass{Seed: 1}, x)
	for s := range 2000 {
		for r := range 4 {
			sum += y.At(s, r) * y.At(s, r)
		}
	}
	near(t, "noise of outputs", math.Sqrt(sum/8000), 2*ReadoutNoise, 0.001)
	first := y.At(7, 1)
	if again := net.Forward(&nn.Pass{Seed: 1, Pool: lane.NewPool(2)}, x).At(7, 1); again != first {
		t.Errorf("the same pass has noise %g and %g", first, again)
	}
	if other := net.Forward(&nn.Pass{Seed: 1, Step: 1}, x).At(7, 1); other == first {
		t.Error("another pass has the same noise")
	}
	near(t, "signed product", Signed(Transmission(-0.5)*3, 3), -1.5, 1e-15)
}

func TestRefusals(t *testing.T) {
	training := []Curve{Training()}
	refused := func(err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want something with %q", err, want)
		}
	}
	refused(Curve{Base: 1, Amp: -2}.Check(), "HalfWidth")
	refused(Curve{Base: 1, HalfWidth: 1}.Check(), "Amp")
	refused(Curve{Base: math.NaN(), Amp: -2, HalfWidth: 1}.Check(), "Base")
	refused(Curve{Base: 1, Amp: -2, HalfWidth: 1, Power: 3}.Check(), "Power")
	refused(Curve{Base: 1, Amp: -2, HalfWidth: 1, Min: 2, Max: 1}.Check(), "from 2 to 1")
	l := &Law{Curves: []Curve{Device()}}
	x := []float64{3, 6.5}
	refused(l.CheckControls(x), "control 1 is 6.5, its heater takes 0 to 6")
	l.Clamp(x)
	if err := l.CheckControls(x); err != nil {
		t.Errorf("clamped controls: %v", err)
	}
	refused(l.CheckControls([]float64{math.NaN()}), "control 0")
	refused((&Law{Curves: make([]Curve, 2)}).Check(3), "2 tuning curves for 3")
	refused((&Law{Curves: training, Errors: []float64{1}}).Check(3), "1 errors")
	refused((&Bank{Law: Law{Curves: training}, Crosstalk: Neighbours{PerRow: 5}}).Check(12), "rows of 5")
	refused((&Bank{Law: Law{Curves: training}, Crosstalk: Neighbours{PerRow: 4, Kernel: []float64{2}}}).Check(12), "Kernel[0]")
	refused((&Bank{Law: Law{Curves: training}, Crosstalk: Matrix{N: 4, Share: make([]float64, 9)}}).Check(12), "9 numbers")
	_, err := Vary(Training(), Spread{HalfWidth: 0.1}, 4, 1, 0)
	refused(err, "third")
	_, err = Disturb(-1, 4, 1, 0)
	refused(err, "-1")
	_, err = nn.New(nn.Vector(2), nn.Layer[float32](&Dense[float32]{Name: "fc", Out: 1}))
	refused(err, "without a Bank")
	for text, want := range map[string]string{
		"":                       "header row",
		"I,w,label\n":            "no rows",
		"I,w,label\n1,x,00\n":    `line 2: w is "x"`,
		"I,w,label\n1,NaN,00\n":  `line 2: w is "NaN"`,
		"I,w,label\n1,2,00\n1\n": "wrong number of fields",
	} {
		_, err := DecodeMeasured(strings.NewReader(text), "rings.csv")
		refused(err, want)
		refused(err, "rings.csv")
	}
	_, err = ReadMeasured(filepath.Join(t.TempDir(), "none.csv"))
	refused(err, "none.csv")
	_, _, err = Fit(Measured{Control: []float64{1, 2}, Weight: []float64{1, 2}}, 1)
	refused(err, "2 points")
	_, _, err = Fit(Measured{Control: []float64{1, 2, 3, 4, 5}, Weight: make([]float64, 5)}, 1)
	refused(err, "no resonance")
	_, _, err = Fit(Measured{Control: []float64{1, 2, 3, 4, -5}, Weight: make([]float64, 5)}, 2)
	refused(err, "-5 mA")
}
