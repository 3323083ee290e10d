package landscape

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
)

// quadratic is the system 1/2 sum of eigen[i] (r_i.p)^2, with the orthonormal r_i
// that one reflection makes of the axes: eigenvalues are known exactly.
func quadratic(t *testing.T, eigen []float64) (*Landscape, [][]float64) {
	t.Helper()
	n := len(eigen)
	u := make([]float64, n)
	s := lane.NewStream(1, "reflection", 0)
	for i := range u {
		u[i] = s.Normal()
	}
	scale(u, 1/math.Sqrt(dot(u, u)))
	axes := make([][]float64, n)
	for i := range axes {
		axes[i] = make([]float64, n)
		for j := range u {
			axes[i][j] = -2 * u[i] * u[j]
		}
		axes[i][i]++
	}
	a, b := optim.NewParameter("a", "", n/3), optim.NewParameter("b", "rad", n-n/3)
	params := []*optim.Parameter{a, b}
	for _, p := range params {
		for i := range p.Value {
			p.Value[i] = s.Normal()
		}
	}
	l, err := New(System{Parameters: params, Gradient: func() (loss float64, err error) {
		p := append(slices.Clone(a.Value), b.Value...)
		for i, r := range axes {
			c := dot(r, p)
			loss += eigen[i] * c * c / 2
			for j, v := range r {
				if j < len(a.Grad) {
					a.Grad[j] += eigen[i] * c * v
				} else {
					b.Grad[j-len(a.Grad)] += eigen[i] * c * v
				}
			}
		}
		return loss, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return l, axes
}

func ladder(n int) []float64 {
	eigen := make([]float64, n)
	for i := range eigen {
		eigen[i] = float64(i%40) / 10
	}
	eigen[5], eigen[11], eigen[17] = 100, -60, 40
	return eigen
}

func TestProductsOfAQuadraticAreExact(t *testing.T) {
	eigen := ladder(120)
	for _, richardson := range []bool{false, true} {
		l, axes := quadratic(t, eigen)
		l.Richardson = richardson
		hv := make([]float64, l.Size())
		for _, length := range []float64{1, 1e-9, 1e9} {
			for i, r := range axes {
				v := slices.Clone(r)
				scale(v, length)
				if err := l.HessianVector(context.Background(), hv, v); err != nil {
					t.Fatal(err)
				}
				for j := range hv {
					hv[j] -= eigen[i] * v[j]
				}
				if off := math.Sqrt(dot(hv, hv)) / length; off > 1e-5 {
					t.Fatalf("Richardson %v: eigenvector %d of length %g: the product is off by %.3g", richardson, i, length, off)
				}
			}
		}
	}
}

func TestLanczosFindsKnownEigenvalues(t *testing.T) {
	l, axes := quadratic(t, ladder(120))
	for _, c := range []struct {
		search Lanczos
		want   []float64
		at     []int
	}{
		{Lanczos{Count: 3}, []float64{100, -60, 40}, []int{5, 11, 17}},
		{Lanczos{Count: 2, Algebraic: true, Seed: 9}, []float64{100, 40}, []int{5, 17}},
	} {
		e, err := l.Lanczos(context.Background(), c.search)
		if err != nil {
			t.Fatal(err)
		}
		if !e.Converged || len(e.Pairs) != len(c.want) || e.Products > 40 {
			t.Fatalf("converged %v, %d pairs after %d products", e.Converged, len(e.Pairs), e.Products)
		}
		for i, p := range e.Pairs {
			overlap := math.Abs(dot(p.Vector, axes[c.at[i]]))
			if math.Abs(p.Value-c.want[i]) > 1e-6 || overlap < 1-1e-6 || p.Residual > 1e-4*math.Abs(p.Value) || math.Abs(p.Value-c.want[i]) > p.Residual+1e-6 {
				t.Errorf("eigenvalue %d is %.9g, residual %.2g, overlap %.9g; expected %g", i, p.Value, p.Residual, overlap, c.want[i])
			}
		}
	}
}

// All eigenvalues of a small matrix with equal ones: the basis closes after four
// steps and goes on from random vectors, so that every copy is found.
func TestLanczosGoesOnWhereTheBasisCloses(t *testing.T) {
	want := []float64{8, 8, 8, 8, -4, -4, 2, 2, 1, 0, 0, 0}
	l, _ := quadratic(t, want)
	e, err := l.Lanczos(context.Background(), Lanczos{Count: len(want)})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range e.Pairs {
		if math.Abs(math.Abs(p.Value)-math.Abs(want[i])) > 1e-6 || p.Residual > 1e-6 {
			t.Errorf("eigenvalue %d is %.9g with residual %.2g, expected %g", i, p.Value, p.Residual, want[i])
		}
		for j := range i {
			if o := dot(p.Vector, e.Pairs[j].Vector); math.Abs(o) > 1e-9 {
				t.Errorf("eigenvectors %d and %d have the product %g", i, j, o)
			}
		}
	}
}

func TestLanczosThatDoesNotConvergeSaysSo(t *testing.T) {
	l, _ := quadratic(t, ladder(120))
	e, err := l.Lanczos(context.Background(), Lanczos{Count: 3, Steps: 4})
	if err != nil {
		t.Fatal(err)
	}
	if e.Converged || len(e.Pairs) != 3 || e.Pairs[2].Residual < 1 || e.Products != 7 {
		t.Errorf("after four steps: converged %v, %d products, third residual %g", e.Converged, e.Products, e.Pairs[2].Residual)
	}
}

func TestPowerIterationFindsKnownEigenvalues(t *testing.T) {
	l, axes := quadratic(t, ladder(120))
	e, err := l.Power(context.Background(), Power{Count: 3, Tolerance: 1e-7, Steps: 200})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{100, -60, 40} {
		p := e.Pairs[i]
		if math.Abs(p.Value/want-1) > 1e-5 || math.Abs(dot(p.Vector, axes[[]int{5, 11, 17}[i]])) < 0.999 || p.Residual > 0.5 {
			t.Errorf("eigenvalue %d is %.9g with residual %g, expected %g", i, p.Value, p.Residual, want)
		}
	}
	if !e.Converged {
		t.Error("not converged")
	}
	// The rule compares each value with the one before and keeps the latter.
	one, err := l.Power(context.Background(), Power{Count: 1, Steps: 1})
	if err != nil || one.Converged || one.Products != 2 {
		t.Errorf("after one step: converged %v, %d products, %v", one.Converged, one.Products, err)
	}
	loose, err := l.Power(context.Background(), Power{Count: 1, Tolerance: 1e9})
	if err != nil || !loose.Converged || loose.Products != 3 || loose.Pairs[0].Value != one.Pairs[0].Value {
		t.Errorf("a rule that any second step meets: %d products, value %g, of the first step %g, %v", loose.Products, loose.Pairs[0].Value, one.Pairs[0].Value, err)
	}
}

func TestTraceAndSpectrumOfAQuadratic(t *testing.T) {
	eigen := ladder(120)
	var want, squares float64
	for _, v := range eigen {
		want += v
		squares += v * v
	}
	l, _ := quadratic(t, eigen)
	trace, err := l.Trace(context.Background(), Hutchinson{Tolerance: 1e-9, Vectors: 400})
	if err != nil {
		t.Fatal(err)
	}
	if len(trace.Values) != 400 || trace.Converged || math.Abs(trace.Mean-want) > 3*trace.Error || trace.Error > 0.05*want {
		t.Errorf("trace %g +- %g of %d vectors, expected %g", trace.Mean, trace.Error, len(trace.Values), want)
	}
	loose, err := l.Trace(context.Background(), Hutchinson{Tolerance: 10})
	if err != nil || !loose.Converged || len(loose.Values) != 2 || loose.Values[0] != trace.Values[0] {
		t.Errorf("a rule that any second vector meets: %+v, %v", loose, err)
	}

	s, err := l.Spectrum(context.Background(), Quadrature{Vectors: 60, Steps: 15})
	if err != nil {
		t.Fatal(err)
	}
	var weight, second float64
	for i, w := range s.Weights {
		weight += w
		second += w * s.Values[i] * s.Values[i]
	}
	if math.Abs(weight-1) > 1e-12 || math.Abs(s.Trace()/want-1) > 0.1 || math.Abs(second*120/squares-1) > 0.1 {
		t.Errorf("weights add up to %.15g; trace %g, expected %g; sum of squares %g, expected %g", weight, s.Trace(), want, second*120, squares)
	}
	// The density around the largest eigenvalue is that of one in 120.
	at := Axis(90, 110, 2001)
	var integral float64
	for _, d := range s.Density(at, 1) {
		integral += d * (at[1] - at[0])
	}
	if math.Abs(integral*120-1) > 0.2 {
		t.Errorf("%.3g eigenvalues around 100, expected 1", integral*120)
	}
}

// With as many steps as there are different eigenvalues the quadrature is exact,
// and further steps find nothing.
func TestSpectrumEndsWhereTheBasisCloses(t *testing.T) {
	l, _ := quadratic(t, []float64{8, 8, 8, 2, 2, 2})
	s, err := l.Spectrum(context.Background(), Quadrature{})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range s.Values {
		if s.Weights[i] > 1e-9 && math.Abs(v-8) > 1e-6 && math.Abs(v-2) > 1e-6 {
			t.Errorf("an eigenvalue of %g with weight %g; expected 8 and 2", v, s.Weights[i])
		}
	}
}

func TestTridiagonal(t *testing.T) {
	// The discrete Laplacian: 2 - 2 cos(pi k/(n+1)).
	const n = 30
	d, e := make([]float64, n), make([]float64, n-1)
	z := make([][]float64, n)
	for i := range d {
		d[i] = 2
		z[i] = make([]float64, n)
		z[i][i] = 1
	}
	for i := range e {
		e[i] = -1
	}
	if err := tridiagonal(d, e, z); err != nil {
		t.Fatal(err)
	}
	sorted := slices.Sorted(slices.Values(d))
	for k, v := range sorted {
		if want := 2 - 2*math.Cos(math.Pi*float64(k+1)/(n+1)); math.Abs(v-want) > 1e-13 {
			t.Errorf("eigenvalue %d is %.17g, expected %.17g", k, v, want)
		}
	}
	for i := range d { // A z_i = d_i z_i
		for r := range n {
			sum := 2 * z[r][i]
			if r > 0 {
				sum -= z[r-1][i]
			}
			if r < n-1 {
				sum -= z[r+1][i]
			}
			if math.Abs(sum-d[i]*z[r][i]) > 1e-13 {
				t.Fatalf("eigenvector %d, row %d: off by %g", i, r, sum-d[i]*z[r][i])
			}
		}
	}
	if err := tridiagonal([]float64{1, math.NaN(), 2}, []float64{1, 1}, nil); err == nil {
		t.Error("a matrix with NaN has eigenvalues")
	}
	one := []float64{3}
	if err := tridiagonal(one, nil, nil); err != nil || one[0] != 3 {
		t.Errorf("the matrix (3): %v, %v", one, err)
	}
}

// digital is a small net on random samples. Smooth, it has no kinks.
func digital(t *testing.T, smooth bool, pool *lane.Pool) (*Landscape, *nn.Net[float64], System) {
	t.Helper()
	bend := func() nn.Layer[float64] {
		if smooth {
			return nn.Tanh[float64]()
		}
		return &nn.ReLU[float64]{}
	}
	net, err := nn.New(nn.Image(1, 8, 8),
		&nn.Conv[float64]{Name: "conv", Out: 3, Kernel: 3, Bias: true}, &nn.BatchNorm[float64]{Name: "norm"}, bend(), &nn.MeanPool[float64]{Size: 2}, &nn.Flatten[float64]{},
		&nn.Dense[float64]{Name: "fc1", Out: 9, Bias: true}, bend(), &nn.Dense[float64]{Name: "fc2", Out: 5, Bias: true})
	if err != nil {
		t.Fatal(err)
	}
	net.Initialise(1)
	const samples = 150
	x, labels := lane.NewBatch[float64](samples, net.In.Rows()), make([]uint8, samples)
	s := lane.NewStream(2, "samples", 0)
	for i := range samples {
		labels[i] = uint8(s.Intn(5))
		for r := range 64 {
			x.Set(i, r, s.Normal())
		}
	}
	system, err := OfNet(net, &nn.Pass{Mode: nn.EvaluateBatch, Pool: pool}, nn.CrossEntropy[float64]{}, x, labels)
	if err != nil {
		t.Fatal(err)
	}
	l, err := New(system)
	if err != nil {
		t.Fatal(err)
	}
	l.Pool = pool
	return l, net, system
}

// Products on a smooth net are held against differences of eighth order with a step
// large enough for rounding not to matter, and are symmetric.
func TestProductsOfANetAreExact(t *testing.T) {
	l, _, system := digital(t, true, nil)
	ctx := context.Background()
	for _, c := range []struct {
		name       string
		step       float64
		richardson bool
		within     float64
	}{{"default", 0, false, 1e-6}, {"Richardson", 1e-3, true, 1e-7}} {
		l.Step, l.Richardson = c.step, c.richardson
		products := make([][]float64, 3)
		vectors := make([][]float64, 3)
		for n := range 3 {
			v := l.normal(7, "test", uint64(n))
			if n == 2 { // one parameter alone
				clear(v)
				v[40] = 1
			}
			hv := make([]float64, l.Size())
			if err := l.HessianVector(ctx, hv, v); err != nil {
				t.Fatal(err)
			}
			products[n], vectors[n] = hv, v
			want := eighthOrder(t, system, v, 2e-3)
			var off float64
			for i := range hv {
				off += (hv[i] - want[i]) * (hv[i] - want[i])
			}
			off = math.Sqrt(off / dot(want, want))
			t.Logf("%s, vector %d: relative error %.2g", c.name, n, off)
			if off > c.within {
				t.Errorf("%s, vector %d: relative error %.2g, expected at most %g", c.name, n, off, c.within)
			}
		}
		if a, b := dot(vectors[0], products[1]), dot(vectors[1], products[0]); math.Abs(a-b) > 1e-5*math.Abs(a) {
			t.Errorf("%s: <v, Hw> = %.12g, <w, Hv> = %.12g", c.name, a, b)
		}
	}
}

// eighthOrder differentiates the gradient along v by the nine-point formula.
func eighthOrder(t *testing.T, s System, v []float64, h float64) []float64 {
	t.Helper()
	var top float64
	for _, x := range v {
		top = max(top, math.Abs(x))
	}
	h /= top
	hv := make([]float64, len(v))
	for k, c := range []float64{4. / 5, -1. / 5, 4. / 105, -1. / 280} {
		for _, sign := range []float64{1, -1} {
			l, err := New(s)
			if err != nil {
				t.Fatal(err)
			}
			g := make([]float64, len(v))
			if err := l.hold(1, func() error {
				l.move(sign*h*float64(k+1), v, 0, nil)
				_, err := l.gradient(context.Background(), g)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			for i := range hv {
				hv[i] += sign * c * g[i] / h
			}
		}
	}
	return hv
}

// everything runs all methods and returns all their numbers.
func everything(t *testing.T, l *Landscape) (all []float64) {
	t.Helper()
	ctx := context.Background()
	fail := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	e, err := l.Lanczos(ctx, Lanczos{Count: 2, Seed: 1})
	fail(err)
	p, err := l.Power(ctx, Power{Count: 2, Seed: 1})
	fail(err)
	for _, pair := range append(e.Pairs, p.Pairs...) {
		all = append(append(all, pair.Value, pair.Residual), pair.Vector...)
	}
	trace, err := l.Trace(ctx, Hutchinson{Vectors: 5})
	fail(err)
	s, err := l.Spectrum(ctx, Quadrature{Vectors: 2, Steps: 6})
	fail(err)
	all = append(append(append(all, trace.Values...), s.Values...), s.Weights...)
	v, err := l.RandomDirection(1, 0)
	fail(err)
	z, err := l.Surface(ctx, v, e.Pairs[0].Vector, Axis(-1, 1, 3), Axis(-1, 1, 4))
	fail(err)
	return append(all, z...)
}

func TestSameBitsForAnyNumberOfWorkers(t *testing.T) {
	one, _, _ := digital(t, false, nil)
	three, _, _ := digital(t, false, lane.NewPool(3))
	a, b := everything(t, one), everything(t, three)
	if !slices.Equal(a, b) {
		t.Error("one worker and three differ")
	}
	if c := everything(t, one); !slices.Equal(a, c) {
		t.Error("a second look differs from the first")
	}
}

// What was there is there again, also in the net's own matrices.
func TestParametersComeBack(t *testing.T) {
	l, net, system := digital(t, false, nil)
	var before [][]float64
	keep := func() (kept [][]float64) {
		for _, p := range append(net.Parameters(), net.Buffers()...) {
			kept = append(kept, slices.Clone(p.Value), slices.Clone(p.Grad))
		}
		loss, err := system.Loss()
		if err != nil {
			t.Fatal(err)
		}
		return append(kept, []float64{loss})
	}
	for _, p := range net.Parameters() {
		for i := range p.Grad {
			p.Grad[i] = float64(i)
		}
	}
	before = keep()
	check := func(when string) {
		t.Helper()
		if !slices.EqualFunc(before, keep(), slices.Equal) {
			t.Errorf("%s: values, gradients or the loss are not what they were", when)
		}
	}
	everything(t, l)
	check("after all methods")

	ctx, cancel := context.WithCancel(context.Background())
	l.Progress = func(done, most int) {
		if done == 7 {
			cancel()
		}
		if done > most {
			t.Errorf("gradient %d of at most %d", done, most)
		}
	}
	if _, err := l.Lanczos(ctx, Lanczos{Count: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context gives %v", err)
	}
	check("after the context ended")
	l.Progress = nil

	fault := errors.New("no light")
	calls := 0
	broken := system
	broken.Gradient = func() (float64, error) {
		if calls++; calls == 4 {
			return 0, fault
		}
		return system.Gradient()
	}
	b, err := New(broken)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Trace(context.Background(), Hutchinson{}); !errors.Is(err, fault) {
		t.Errorf("an error of the system gives %v", err)
	}
	check("after an error")

	broken.Gradient = func() (float64, error) { panic("no light at all") }
	if b, err = New(broken); err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic of a system was lost")
			}
		}()
		_ = b.HessianVector(context.Background(), make([]float64, b.Size()), b.normal(1, "test", 0))
	}()
	check("after a panic")
}

func TestSurfaceAndDirections(t *testing.T) {
	l, _ := quadratic(t, []float64{3, 1, 0, 0, 0, 0, 0, 0, 0})
	ctx := context.Background()
	e, err := l.Lanczos(ctx, Lanczos{Count: 2})
	if err != nil {
		t.Fatal(err)
	}
	g := make([]float64, l.Size())
	loss, err := l.Gradient(ctx, g)
	if err != nil {
		t.Fatal(err)
	}
	a, b := Axis(-2, 2, 5), Axis(-1, 1, 3)
	v, w := e.Pairs[0].Vector, e.Pairs[1].Vector
	z, err := l.Surface(ctx, v, w, a, b)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range a {
		for j, y := range b {
			want := loss + x*dot(g, v) + y*dot(g, w) + 1.5*x*x + 0.5*y*y
			if math.Abs(z[i*len(b)+j]-want) > 1e-6 {
				t.Errorf("at (%g, %g): %.9g, expected %.9g", x, y, z[i*len(b)+j], want)
			}
		}
	}
	line, err := l.Surface(ctx, v, nil, a, []float64{0})
	if err != nil || len(line) != 5 || line[1] != z[1*3+1] {
		t.Errorf("a line: %v, %v", line, err)
	}

	weights, bias, phases := optim.NewParameter("w", "", 3, 4), optim.NewParameter("b", "", 3), optim.NewParameter("phi", "rad", 5)
	params := []*optim.Parameter{weights, bias, phases}
	for _, p := range params {
		for i := range p.Value {
			p.Value[i] = float64(1 + i)
		}
	}
	clear(weights.Value[4:8])
	f, err := New(System{Parameters: params, Gradient: func() (float64, error) { return 0, nil }})
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.RandomDirection(1, 0)
	if err != nil {
		t.Fatal(err)
	}
	length := func(v []float64) float64 { return math.Sqrt(dot(v, v)) }
	for _, c := range []struct {
		what    string
		lo, hi  int
		want    float64
		nonzero bool
	}{
		{"first filter", 0, 4, length(weights.Value[:4]), true}, {"a filter of zeros", 4, 8, 0, false}, {"third filter", 8, 12, length(weights.Value[8:]), true},
		{"bias", 12, 15, 0, false}, {"phases", 15, 20, length(phases.Value), true},
	} {
		if got := length(d[c.lo:c.hi]); math.Abs(got-c.want) > 1e-12 || (got > 0) != c.nonzero {
			t.Errorf("%s: length %g, expected %g", c.what, got, c.want)
		}
	}
	if other, err := f.RandomDirection(1, 1); err != nil || slices.Equal(d, other) {
		t.Errorf("two directions are equal, %v", err)
	}
}

func TestRefusals(t *testing.T) {
	p := optim.NewParameter("p", "", 2)
	zero := func() (float64, error) { return 0, nil }
	single := optim.NewParameter("s", "", 2)
	single.Single = true
	for _, c := range []struct {
		s    System
		want string
	}{
		{System{Parameters: []*optim.Parameter{p}}, "Gradient is nil"},
		{System{Gradient: zero}, "no parameters"},
		{System{Parameters: []*optim.Parameter{single}, Gradient: zero}, "parameter s is single precision"},
		{System{Parameters: []*optim.Parameter{{Name: "q", Value: []float64{1}}}, Gradient: zero}, "parameter q has 1 values and 0 gradients"},
		{System{Parameters: []*optim.Parameter{nil}, Gradient: zero}, "parameter 0 is nil"},
	} {
		if _, err := New(c.s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; expected %q", err, c.want)
		}
	}
	l, _ := quadratic(t, []float64{1, 2, 3, 4, 5, 6})
	ctx := context.Background()
	nan := []float64{0, 0, 0, math.NaN(), 0, 0}
	for _, c := range []struct {
		err  error
		want string
	}{
		{l.HessianVector(ctx, make([]float64, 6), make([]float64, 5)), "length 5; expected 6"},
		{l.HessianVector(ctx, make([]float64, 6), nan), "NaN at number 1 of parameter b"},
		{second(l.Lanczos(ctx, Lanczos{})), "Count = 0; expected 1 to 6"},
		{second(l.Lanczos(ctx, Lanczos{Count: 7})), "Count = 7"},
		{second(l.Lanczos(ctx, Lanczos{Count: 4, Steps: 3})), "4 eigenvalues in 3 steps"},
		{second(l.Power(ctx, Power{Count: 1, Tolerance: -1})), "Tolerance = -1"},
		{second(l.Trace(ctx, Hutchinson{Vectors: -1})), "-1"},
		{second(l.Spectrum(ctx, Quadrature{Vectors: -1})), "Vectors = -1"},
		{second(l.Surface(ctx, nan, nil, []float64{0}, []float64{0})), "a direction that is NaN"},
		{second(l.Surface(ctx, make([]float64, 6), nil, []float64{0}, []float64{1})), "second direction of length 0"},
		{second(l.Surface(ctx, make([]float64, 6), nil, nil, []float64{0})), "0 by 1 points"},
		{second(l.Surface(ctx, make([]float64, 6), nil, []float64{math.Inf(1)}, []float64{0})), "point 0 of an axis"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%v; expected %q", c.err, c.want)
		}
	}
	l.Step = -1
	if _, err := l.Loss(ctx); err == nil || !strings.Contains(err.Error(), "Step = -1") {
		t.Errorf("a negative step: %v", err)
	}
	l.Step = 0
	l.system.Parameters[0].Value[1] = math.Inf(1)
	if _, err := l.Loss(ctx); err == nil || !strings.Contains(err.Error(), "number 1 of parameter a") {
		t.Errorf("a parameter that is infinite: %v", err)
	}
	l.system.Parameters[0].Value[1] = 0
	l.system.Gradient = func() (float64, error) {
		l.system.Parameters[1].Grad[2] = math.NaN()
		return 1, nil
	}
	if _, err := l.Gradient(ctx, make([]float64, 6)); err == nil || !strings.Contains(err.Error(), "gradient is NaN at number 2 of parameter b") {
		t.Errorf("a gradient that is not a number: %v", err)
	}
	l.system.Gradient = func() (float64, error) { return l.Loss(ctx) }
	if _, err := l.Loss(ctx); err == nil || !strings.Contains(err.Error(), "one goroutine") {
		t.Errorf("a call within a call: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestOfNetRefuses(t *testing.T) {
	net, err := nn.New(nn.Vector(4), &nn.Dense[float64]{Name: "d", Out: 3})
	if err != nil {
		t.Fatal(err)
	}
	images, err := nn.New(nn.Image(1, 2, 2), &nn.Conv[float64]{Name: "c", Out: 1, Kernel: 1})
	if err != nil {
		t.Fatal(err)
	}
	good := lane.NewBatch[float64](2, 4)
	for _, c := range []struct {
		net    *nn.Net[float64]
		mode   nn.Mode
		x      *lane.Batch[float64]
		labels []uint8
		want   string
	}{
		{net, nn.Train, good, []uint8{0, 1}, "mode Train"},
		{images, nn.Evaluate, good, []uint8{0, 1}, "image"},
		{net, nn.Evaluate, lane.NewBatch[float64](2, 5), []uint8{0, 1}, "samples of 5 rows"},
		{net, nn.Evaluate, good, []uint8{0}, "1 labels for 2 samples"},
		{net, nn.Evaluate, good, []uint8{0, 3}, "label 3 of sample 1"},
	} {
		if _, err := OfNet(c.net, &nn.Pass{Mode: c.mode}, nn.CrossEntropy[float64]{}, c.x, c.labels); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; expected %q", err, c.want)
		}
	}
}
