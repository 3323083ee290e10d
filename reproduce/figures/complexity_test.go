package figures

import (
	"math"
	"math/cmplx"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
)

// abacus counts the real operations of complex arithmetic that it does.
type abacus struct{ ops int64 }

func (a *abacus) add(x, y complex128) complex128 { a.ops += 2; return x + y }
func (a *abacus) mul(x, y complex128) complex128 { a.ops += 6; return x * y }
func (a *abacus) sum(x, y float64) float64       { a.ops++; return x + y }
func (a *abacus) dot(x, y complex128) float64 { // Re(conj(x) y)
	a.ops += 3
	return real(x)*real(y) + imag(x)*imag(y)
}
func (a *abacus) scale(s float64, x complex128) complex128 { a.ops += 2; return complex(s, 0) * x }

// angles are exp(i theta/2) and exp(i phi): a quotient and two sines and cosines.
func (a *abacus) angles(theta, phi float64) (h, f complex128) {
	a.ops += 5
	return cmplx.Rect(1, theta/2), cmplx.Rect(1, phi)
}

// blend is p a + q conj(a).
func (a *abacus) blend(p, q float64, h complex128) complex128 {
	return a.add(a.scale(p, h), a.scale(q, cmplx.Conj(h)))
}

// transfer is the 2x2 matrix of an interferometer with exact splitters, with the
// arithmetic of the general one.
func (a *abacus) transfer(theta, phi float64) [4]complex128 {
	h, f := a.angles(theta, phi)
	return [4]complex128{
		a.mul(f, a.scale(0.5, a.blend(1, -1, h))), a.mul(f, 1i*a.scale(0.5, a.blend(1, 1, h))),
		1i * a.scale(0.5, a.blend(1, 1, h)), a.scale(0.5, a.blend(-1, 1, h)),
	}
}

// slope is dL/dtheta and dL/dphi from dL/dM, added to what is there.
func (a *abacus) slope(g [4]complex128, theta, phi, toTheta, toPhi float64) (float64, float64) {
	h, f := a.angles(theta, phi)
	d := [4]complex128{
		a.mul(f, 1i*a.scale(0.25, a.blend(1, 1, h))), a.mul(f, a.scale(-0.25, a.blend(1, -1, h))),
		a.scale(-0.25, a.blend(1, -1, h)), 1i * a.scale(-0.25, a.blend(1, 1, h)),
	}
	var t float64
	for i := range d {
		t = a.sum(t, a.dot(g[i], d[i]))
	}
	m := a.transfer(theta, phi)
	p := a.sum(a.dot(g[0], 1i*m[0]), a.dot(g[1], 1i*m[1]))
	return a.sum(toTheta, t), a.sum(toPhi, p)
}

// rotate applies a block to two lines.
func (a *abacus) rotate(m [4]complex128, v []complex128, u, d int) {
	v[u], v[d] = a.add(a.mul(m[0], v[u]), a.mul(m[1], v[d])), a.add(a.mul(m[2], v[u]), a.mul(m[3], v[d]))
}

// plain is a mesh of n ports in ordinary complex numbers on an abacus.
type plain struct {
	*abacus
	n          int
	theta, phi []float64
	gamma      []float64
	blocks     [][4]complex128 // n/2 a column
}

func (p plain) lines(column, pair int) (u, d int) {
	u = 2*pair + column%2
	return u, (u + 1) % p.n
}

// update computes the blocks; the wrap pair is -i on both lines.
func (p *plain) update() {
	p.blocks = nil
	for i := range p.theta {
		if u, d := p.lines(i/(p.n/2), i%(p.n/2)); d < u {
			p.blocks = append(p.blocks, [4]complex128{-1i, 0, 0, -1i})
			continue
		}
		p.blocks = append(p.blocks, p.transfer(p.theta[i], p.phi[i]))
	}
}

// columns sends a vector that has its input phases through the blocks and
// returns it in front of each of them, and behind all.
func (p *plain) columns(v []complex128) [][]complex128 {
	states := [][]complex128{v}
	for i := range p.blocks {
		v = append([]complex128(nil), v...)
		u, d := p.lines(i/(p.n/2), i%(p.n/2))
		p.rotate(p.blocks[i], v, u, d)
		states = append(states, v)
	}
	return states
}

// back pulls a gradient back through the blocks, adding up the blocks' own.
func (p *plain) back(g []complex128, states [][]complex128, sums [][4]complex128) {
	for i := len(p.blocks) - 1; i >= 0; i-- {
		u, d := p.lines(i/(p.n/2), i%(p.n/2))
		x, s := states[i], &sums[i]
		for k, y := range [4][2]complex128{{g[u], x[u]}, {g[u], x[d]}, {g[d], x[u]}, {g[d], x[d]}} {
			// g conj(x) onto the sum: four products, two of the sums in it.
			s[k] = p.add(s[k], p.mul(y[0], cmplx.Conj(y[1])))
		}
		m := p.blocks[i]
		p.rotate([4]complex128{cmplx.Conj(m[0]), cmplx.Conj(m[2]), cmplx.Conj(m[1]), cmplx.Conj(m[3])}, g, u, d)
	}
}

// TestCountsOfACompiledMesh does what package mesh does for 4 ports and 5
// samples in ordinary complex numbers, counts every operation, and compares both
// the counts with the formulas and the numbers with those of the package.
func TestCountsOfACompiledMesh(t *testing.T) {
	const n, samples = 4, 5
	l, err := mesh.Rectangular(n)
	if err != nil {
		t.Fatal(err)
	}
	m, err := mesh.New[float64]("m", l, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.Haar(1, 0)
	m.Update(nil)
	in, grad := lane.NewBatch[float64](samples, 2*n), lane.NewBatch[float64](samples, 2*n)
	r := lane.NewStream(2, "fields", 0)
	for s := range samples {
		for k := range 2 * n {
			in.Set(s, k, r.Normal())
			grad.Set(s, k, r.Normal())
		}
	}
	m.Accumulate(nil, in, grad)
	field := func(b *lane.Batch[float64], s, k int) complex128 { return complex(b.At(s, k), b.At(s, n+k)) }

	a := &abacus{}
	p := plain{abacus: a, n: n, theta: m.Theta.Value, phi: m.Phi.Value, gamma: m.Gamma.Value}
	step := step{n: n, l: 1, b: samples, compiled: true}
	expect := func(what string, want int64) {
		t.Helper()
		if a.ops != want {
			t.Errorf("%s: %d operations, the formula gives %d", what, a.ops, want)
		}
		a.ops = 0
	}

	// The matrix, column by column of V.
	unit := func(k int) []complex128 {
		v := make([]complex128, n)
		v[k] = cmplx.Rect(1, p.gamma[k])
		return v
	}
	p.update()
	for k := range n {
		states := p.columns(unit(k))
		for j, v := range states[len(states)-1] {
			if cmplx.Abs(v-m.TransferMatrix()[j*n+k]) > 1e-12 {
				t.Fatalf("V[%d][%d] is %v, package mesh has %v", j, k, v, m.TransferMatrix()[j*n+k])
			}
		}
	}
	expect("update", step.update())

	// dL/dV = g x^H: a real matrix of 2n x 2n sums over samples, and an addition
	// for the real and the imaginary part of each of the n x n elements.
	dV := make([]complex128, n*n)
	for j := range n {
		for k := range n {
			for s := range samples {
				dV[j*n+k] += field(grad, s, j) * cmplx.Conj(field(in, s, k))
				a.ops += 4 * 2
			}
			a.ops += 2
		}
	}
	sums := make([][4]complex128, len(p.blocks))
	var dGamma []float64
	for k := range n {
		g := make([]complex128, n)
		for j := range n {
			g[j] = dV[j*n+k]
		}
		p.back(g, p.columns(unit(k)), sums)
		dGamma = append(dGamma, a.sum(0, a.dot(g[k], 1i*unit(k)[k])))
	}
	for i := range p.theta {
		if !l.Active()[i] {
			continue
		}
		dTheta, dPhi := a.slope(sums[i], p.theta[i], p.phi[i], 0, 0)
		if math.Abs(dTheta-m.Theta.Grad[i])+math.Abs(dPhi-m.Phi.Grad[i]) > 1e-11 {
			t.Errorf("gradient of interferometer %d: %g, %g, package mesh has %g, %g", i, dTheta, dPhi, m.Theta.Grad[i], m.Phi.Grad[i])
		}
	}
	for k, d := range dGamma {
		if math.Abs(d-m.Gamma.Grad[k]) > 1e-11 {
			t.Errorf("gradient of gamma %d: %g, package mesh has %g", k, d, m.Gamma.Grad[k])
		}
	}
	expect("gradient", step.gradient())

	// Layer by layer: input phases and columns for each sample.
	step.compiled = false
	for s := range samples {
		v := make([]complex128, n)
		for k := range n {
			v[k] = a.mul(field(in, s, k), cmplx.Rect(1, p.gamma[k]))
		}
		p.columns(v)
	}
	expect("layer by layer, forward", step.forward())
}

// TestProductByHand: 4 ports are a real 8 x 8 matrix, 64 multiply-adds a sample.
func TestProductByHand(t *testing.T) {
	if got := (step{n: 4, l: 1, b: 3, compiled: true}).forward(); got != 2*64*3 {
		t.Errorf("a compiled mesh of 4 ports takes %d operations for 3 samples, by hand 384", got)
	}
}

func cost(t *testing.T, c Cost) float64 {
	t.Helper()
	v, err := c.Operations()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestOneMeshLeavesNothingToAdapt: with one mesh adaptive training is training
// in silico, and physics-aware training reads out the measured scores besides.
func TestOneMeshLeavesNothingToAdapt(t *testing.T) {
	c := Cost{Method: "PAT", Ports: 64, Meshes: 1, Batch: 500, Compiled: true}
	pat := cost(t, c)
	c.Method = "AT"
	if got, want := pat-cost(t, c), float64(500*(64+64+1+10)); got != want {
		t.Errorf("PAT takes %g operations more than AT, expected the readout of the scores, %g", got, want)
	}
}

// TestCompilingPaysUpToAboutTwoHundredPorts holds the notes of the figure to the
// counts: three meshes at batch 500 break even at (10*3+4)*500/(29*3) = 195.
func TestCompilingPaysUpToAboutTwoHundredPorts(t *testing.T) {
	for _, n := range costPorts {
		c := Cost{Method: "PAT", Ports: n, Meshes: 3, Batch: 500, Compiled: true}
		compiled := cost(t, c)
		c.Compiled = false
		if saves := compiled < cost(t, c); saves != (n < 195) {
			t.Errorf("%d ports: compiling saves operations: %t", n, saves)
		}
	}
}

// TestCostGrowsByTheSameForEachMesh: every mesh after the first adds the same.
func TestCostGrowsByTheSameForEachMesh(t *testing.T) {
	for _, method := range []string{"PAT", "DAT w/ IS"} {
		of := func(meshes int) float64 {
			return cost(t, Cost{Method: method, Ports: 16, Meshes: meshes, Batch: 10, Features: large})
		}
		if of(3)-of(2) != of(2)-of(1) || of(2) <= of(1) {
			t.Errorf("%s: %g, %g, %g operations for 1, 2, 3 meshes", method, of(1), of(2), of(3))
		}
	}
}

func TestCostsThatCannotBe(t *testing.T) {
	for name, c := range map[string]Cost{
		"no such method": {Method: "SGD", Ports: 64, Meshes: 3, Batch: 1},
		"few ports":      {Method: "PAT", Ports: 4, Meshes: 3, Batch: 1},
		"odd ports":      {Method: "PAT", Ports: 25, Meshes: 3, Batch: 1},
		"no batch":       {Method: "PAT", Ports: 64, Meshes: 3},
		"no square":      {Method: "DAT w/ IS", Ports: 32, Meshes: 3, Batch: 1, Features: large},
		"no features":    {Method: "DAT w/ IS", Ports: 64, Meshes: 3, Batch: 1},
	} {
		if v, err := c.Operations(); err == nil {
			t.Errorf("%s: %g operations, expected an error", name, v)
		}
	}
}

func TestED10(t *testing.T) {
	d, err := drawED10(mustProfile(t, "quick"), none)
	if err != nil {
		t.Fatal(err)
	}
	check(t, d)
	if want := 6 * (len(costPorts) + len(costMeshes)); d.Sweep.Rows() != want {
		t.Errorf("%d rows, expected %d", d.Sweep.Rows(), want)
	}
}
