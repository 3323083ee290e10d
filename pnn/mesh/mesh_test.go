package mesh

import (
	"fmt"
	"math"
	"math/cmplx"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

func layouts(t *testing.T, n int) []*Layout {
	t.Helper()
	r, err := Rectangular(n)
	if err != nil {
		t.Fatal(err)
	}
	tri, err := Triangular(n)
	if err != nil {
		t.Fatal(err)
	}
	return []*Layout{r, tri}
}

func TestPortsOutOfRange(t *testing.T) {
	for _, n := range []int{-1, 0, 1, 1025} {
		if _, err := Rectangular(n); err == nil {
			t.Errorf("rectangular mesh of %d ports accepted", n)
		}
		if _, err := Triangular(n); err == nil {
			t.Errorf("triangular mesh of %d ports accepted", n)
		}
	}
}

func TestNumberOfInterferometers(t *testing.T) {
	for n := 2; n <= 17; n++ {
		for _, l := range layouts(t, n) {
			if got := l.Interferometers(); got != n*(n-1)/2 {
				t.Errorf("%s mesh of %d ports has %d interferometers, want %d", l.Kind, n, got, n*(n-1)/2)
			}
		}
	}
}

// reference propagates one vector exactly as the specification words it, with
// the vector permuted after each layer of a rectangular mesh of even size.
func reference(l *Layout, theta, phi, gamma []float64, e *Errors, x []complex128) []complex128 {
	n := l.Ports
	v := make([]complex128, n)
	for k := range v {
		v[k] = x[k] * cmplx.Exp(complex(0, gamma[k]))
	}
	for layer := range n {
		for m := range n / 2 {
			slot := layer*(n/2) + m
			th, ph := theta[slot]+e.Theta[slot], phi[slot]+e.Phi[slot]
			el, er := e.Left[slot], e.Right[slot]
			if layer%2 == 1 && m == n/2-1 {
				th, ph, el, er = math.Pi, math.Pi, 0, 0
			}
			nn, pn := math.Sqrt((1-el)*(1-er)), math.Sqrt((1+el)*(1-er))
			np, pp := math.Sqrt((1-el)*(1+er)), math.Sqrt((1+el)*(1+er))
			a, b, f := cmplx.Exp(complex(0, th/2)), cmplx.Exp(complex(0, -th/2)), cmplx.Exp(complex(0, ph))
			c := func(s float64) complex128 { return complex(s, 0) }
			u, d := v[2*m], v[2*m+1]
			v[2*m] = f / 2 * ((c(pp)*a-c(nn)*b)*u + 1i*(c(np)*a+c(pn)*b)*d)
			v[2*m+1] = 0.5 * (1i*(c(pn)*a+c(np)*b)*u + (c(pp)*b-c(nn)*a)*d)
		}
		w := make([]complex128, n)
		for j := range w {
			if layer%2 == 0 {
				w[j] = v[(j+1)%n]
			} else {
				w[j] = v[(j+n-1)%n]
			}
		}
		v = w
	}
	return v
}

func TestMatchesSpecification(t *testing.T) {
	for _, n := range []int{2, 4, 8, 64} {
		l, _ := Rectangular(n)
		e := l.Fabricate(Sigma{Phase: 0.1, Splitter: 0.1}, 7, 0)
		m, err := New[float64]("m", l, e)
		if err != nil {
			t.Fatal(err)
		}
		m.Haar(3, 0)
		m.Update(nil)
		s := lane.NewStream(1, "input", 0)
		x := make([]complex128, n)
		for k := range x {
			x[k] = complex(s.Normal(), s.Normal())
		}
		want := reference(l, m.Theta.Value, m.Phi.Value, m.Gamma.Value, e, x)
		v := m.TransferMatrix()
		for j := range n {
			var y complex128
			for k := range n {
				y += v[j*n+k] * x[k]
			}
			if cmplx.Abs(y-want[j]) > 1e-12 {
				t.Fatalf("%d ports: line %d carries %v, specification %v", n, j, y, want[j])
			}
		}
	}
}

func TestUnitaryForEverySizeAndError(t *testing.T) {
	for _, n := range []int{2, 3, 5, 16, 17, 33} {
		for _, l := range layouts(t, n) {
			m, err := New[float64]("m", l, l.Fabricate(Sigma{Phase: 0.3, Splitter: 0.5}, 1, 0))
			if err != nil {
				t.Fatal(err)
			}
			m.Haar(1, 2)
			m.Update(lane.NewPool(2))
			if err := checkUnitary(m.TransferMatrix(), n); err != nil {
				t.Errorf("%s, %d ports: %v", l.Kind, n, err)
			}
		}
	}
}

func TestDecomposeAndBack(t *testing.T) {
	for _, n := range []int{2, 3, 4, 5, 8, 13, 64} {
		for _, l := range layouts(t, n) {
			eye := make([]complex128, n*n)
			swap := make([]complex128, n*n)
			for k := range n {
				eye[k*n+k] = 1
				swap[k*n+n-1-k] = 1i
			}
			for name, u := range map[string][]complex128{"random": RandomUnitary(n, 5, n), "identity": eye, "swap": swap} {
				p, err := l.Decompose(u)
				if err != nil {
					t.Fatalf("%s %d %s: %v", l.Kind, n, name, err)
				}
				m, _ := New[float64]("m", l, nil)
				p.CopyTo(m.Theta.Value, m.Phi.Value, m.Gamma.Value)
				m.Update(nil)
				worst := 0.0
				for i, z := range m.TransferMatrix() {
					worst = max(worst, cmplx.Abs(z-u[i]))
				}
				if !(worst < 1e-10) {
					t.Errorf("%s mesh, %d ports, %s matrix: comes back with error %.3g", l.Kind, n, name, worst)
				}
			}
		}
	}
	l, _ := Rectangular(4)
	if _, err := l.Decompose(make([]complex128, 16)); err == nil {
		t.Error("a matrix of zeros was decomposed")
	}
	if _, err := l.Decompose(make([]complex128, 9)); err == nil {
		t.Error("a 3 x 3 matrix was accepted for 4 ports")
	}
}

func TestLargeMesh(t *testing.T) {
	if testing.Short() {
		t.Skip("composes a mesh of 1024 ports")
	}
	l, err := Rectangular(MaxPorts)
	if err != nil {
		t.Fatal(err)
	}
	m, err := New[float32]("m", l, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.Haar(1, 0)
	m.Update(lane.NewPool(0))
	v := m.TransferMatrix()
	for _, r := range []int{0, 511, 1023} {
		var s float64
		for _, z := range v[r*MaxPorts : (r+1)*MaxPorts] {
			s += real(z)*real(z) + imag(z)*imag(z)
		}
		if math.Abs(s-1) > 1e-4 {
			t.Errorf("row %d has power %g, want 1", r, s)
		}
	}
}

func TestHaarPhasesSpreadTheLight(t *testing.T) {
	// For Haar-random matrices E|V_jk|^2 = 1/N and E|V_jk|^4 = 2/(N(N+1)).
	for _, kind := range []int{0, 1} {
		const n, draws = 16, 200
		var m2, m4, corner float64
		for i := range draws {
			l := layouts(t, n)[kind]
			m, _ := New[float64]("m", l, nil)
			m.Haar(9, i)
			m.Update(nil)
			v := m.TransferMatrix()
			for _, z := range v {
				p := real(z)*real(z) + imag(z)*imag(z)
				m2 += p / (n * n * draws)
				m4 += p * p / (n * n * draws)
			}
			z := v[(n-1)*n]
			corner += (real(z)*real(z) + imag(z)*imag(z)) / draws
		}
		if math.Abs(m2*n-1) > 1e-9 || math.Abs(m4*n*(n+1)/2-1) > 0.05 || math.Abs(corner*n-1) > 0.4 {
			t.Errorf("layout %d: moments relative to Haar: %.3f, %.3f, far corner %.3f", kind, m2*n, m4*n*(n+1)/2, corner*n)
		}
	}
}

func TestAlphaSequences(t *testing.T) {
	// seq(5) = 1 3 5 4 2 and seq(4) = 2 4 3 1 on the diagonals of a mesh of 6 ports.
	var five, four []int
	for i := range 5 {
		five = append(five, alpha(6, i, i))
	}
	for i := range 4 {
		four = append(four, alpha(6, i+1, i))
	}
	if fmt.Sprint(five) != "[1 3 5 4 2]" || fmt.Sprint(four) != "[2 4 3 1]" {
		t.Errorf("sequences %v and %v", five, four)
	}
}

// setup returns a mesh with errors and random input and output gradients.
func setup[T lane.Float](l *Layout, samples int) (m *Mesh[T], in, g *lane.Batch[T]) {
	m, err := New[T]("m", l, l.Fabricate(Sigma{Phase: 0.1, Splitter: 0.1}, 7, 0))
	if err != nil {
		panic(err)
	}
	m.Haar(3, 0)
	m.Update(nil)
	in, g = lane.NewBatch[T](samples, 2*l.Ports), lane.NewBatch[T](samples, 2*l.Ports)
	s := lane.NewStream(1, "input", 0)
	for i := range samples {
		for r := range 2 * l.Ports {
			in.Set(i, r, T(s.Normal()))
			g.Set(i, r, T(s.Normal()))
		}
	}
	return m, in, g
}

func inner[T lane.Float](a, b *lane.Batch[T]) (s float64) {
	for i := range a.Data {
		s += float64(a.Data[i]) * float64(b.Data[i])
	}
	return s
}

func TestAdjoint(t *testing.T) {
	for _, n := range []int{2, 5, 8, 20} {
		for _, l := range layouts(t, n) {
			const samples = 37
			m, in, g := setup[float64](l, samples)
			out, dIn := lane.NewBatch[float64](samples, 2*n), lane.NewBatch[float64](samples, 2*n)
			m.Forward(out, in, 0, in.Blocks())
			m.Backward(dIn, g, 0, in.Blocks())
			if a, b := inner(out, g), inner(in, dIn); math.Abs(a-b) > 1e-10*math.Abs(a) {
				t.Errorf("%s %d: <Vx, g> = %.15g, <x, V^H g> = %.15g", l.Kind, n, a, b)
			}
			// The loss Re<g, Vx> changes along a random direction of the phases as
			// the gradients say.
			optim.ZeroGrad(m.Parameters())
			m.Accumulate(lane.NewPool(2), in, g)
			s := lane.NewStream(2, "direction", uint64(n))
			const h = 1e-6
			var predicted float64
			var dir []float64
			for _, p := range m.Parameters() {
				for i := range p.Value {
					d := s.Normal()
					dir = append(dir, d)
					predicted += d * p.Grad[i]
				}
			}
			loss := func(step float64) float64 {
				at := 0
				for _, p := range m.Parameters() {
					for i := range p.Value {
						p.Value[i] += step * dir[at]
						at++
					}
				}
				m.Update(nil)
				m.Forward(out, in, 0, in.Blocks())
				return inner(out, g)
			}
			up := loss(h)
			down := loss(-2 * h)
			if d := (up - down) / (2 * h); math.Abs(d-predicted) > 1e-6*(1+math.Abs(d)) {
				t.Errorf("%s %d: difference quotient %.9g, gradient %.9g", l.Kind, n, d, predicted)
			}
		}
	}
}

func TestWorkersDoNotChangeBits(t *testing.T) {
	l, _ := Rectangular(36)
	var want []float64
	for _, workers := range []int{1, 2, 3, 7} {
		m, in, g := setup[float32](l, 70)
		m.Update(lane.NewPool(workers))
		m.Accumulate(lane.NewPool(workers), in, g)
		got := append(append(append([]float64(nil), m.Theta.Grad...), m.Phi.Grad...), m.Gamma.Grad...)
		if want == nil {
			want = got
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%d workers: gradient %d is %g, with one worker %g", workers, i, got[i], want[i])
			}
		}
	}
}

func TestErrorArraysAreChecked(t *testing.T) {
	l, _ := Rectangular(4)
	for name, e := range map[string]*Errors{
		"shape":    {Theta: make([]float64, 7)},
		"NaN":      {Phi: []float64{0, 0, math.NaN(), 0, 0, 0, 0, 0}},
		"splitter": {Left: []float64{0, 0, 1.5, 0, 0, 0, 0, 0}},
	} {
		if _, err := New[float32]("m", l, e); err == nil {
			t.Errorf("%s: bad errors accepted", name)
		} else {
			t.Log(err)
		}
	}
}

func benchmarkMesh(b *testing.B, what func(m *Mesh[float32], in, g, out *lane.Batch[float32])) {
	l, _ := Rectangular(64)
	m, in, g := setup[float32](l, 500)
	out := lane.NewBatch[float32](500, 128)
	b.ReportAllocs()
	for range b.N {
		what(m, in, g, out)
	}
}

func BenchmarkCompile64(b *testing.B) {
	benchmarkMesh(b, func(m *Mesh[float32], in, g, out *lane.Batch[float32]) { m.Update(nil) })
}

func BenchmarkForward64x500(b *testing.B) {
	benchmarkMesh(b, func(m *Mesh[float32], in, g, out *lane.Batch[float32]) {
		for lo := 0; lo < in.Blocks(); lo += lane.Group {
			m.Forward(out, in, lo, min(lo+lane.Group, in.Blocks()))
		}
	})
}

func BenchmarkAdjoint64x500(b *testing.B) {
	benchmarkMesh(b, func(m *Mesh[float32], in, g, out *lane.Batch[float32]) {
		for lo := 0; lo < in.Blocks(); lo += lane.Group {
			m.Backward(out, g, lo, min(lo+lane.Group, in.Blocks()))
		}
		m.Accumulate(nil, in, g)
	})
}
