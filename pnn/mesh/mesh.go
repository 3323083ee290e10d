package mesh

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

// Mesh is a mesh of interferometers as a trainable linear element of N inputs
// and N outputs, y = V x for each sample.
//
// It is compiled: [Mesh.Update] multiplies the columns into the transfer matrix
// V once for a set of phases, a batch then goes through one complex product, and
// the gradient of V goes back through the columns, so that a step costs
// O(B N^2 + N^3) instead of O(B N^2) small operations column by column.
type Mesh[T lane.Float] struct {
	Layout *Layout
	// Theta and Phi have shape (Columns, Pairs), Gamma (1, Ports); radians.
	Theta, Phi, Gamma *optim.Parameter

	errors  *Errors
	columns []compiled[T]
	forward *lane.Packed[T] // V as a real 2N x 2N matrix
	adjoint *lane.Packed[T] // its transpose
	dense   *lane.Plan

	basis    *lane.Batch[T] // lanes are the columns of V, rows its lines
	outer    []T            // 2N x 2N sums of output gradients times inputs
	gradient *lane.Panels[T]
	input    *lane.Panels[T]
	scratch  *Workspace[T]
	dGamma   []float64

	in, dOut *lane.Batch[T] // of the Accumulate under way
	// Loops that a pool runs, made once, so that a training step allocates nothing.
	updating     [2]lane.Task
	accumulating [4]lane.Task
}

// compiled is a column of interferometers as of the last Update.
type compiled[T lane.Float] struct {
	set    *lane.Interferometers // by pair
	room   []lane.Rotor[T]       // transfer matrices by pair, padded
	rotors []lane.Rotor[T]       // those of room that are on lines
	first  int                   // the pair of the first of them
	// parts are the gradients of room for each chunk of the columns of V.
	parts [][]lane.Rotor[T]
}

// Workspace is what workers need to pull gradients back through the columns of
// meshes. Meshes that are never pulled back by two calls at the same time may
// share one ([Mesh.Share]), so that it stays in the cache from mesh to mesh.
type Workspace[T lane.Float] struct{ byWorker []scratch[T] }

type scratch[T lane.Float] struct {
	states, grad []T
}

// fit makes room for states of n numbers each.
func (s *scratch[T]) fit(states, n int) {
	if len(s.states) < states*n {
		s.states = make([]T, states*n)
	}
	if len(s.grad) < n {
		s.grad = make([]T, n)
	}
}

// Share makes m use the workspace of another mesh.
func (m *Mesh[T]) Share(other *Mesh[T]) { m.scratch = other.scratch }

// New returns a mesh whose phases are zero, with the errors of a chip (nil:
// ideal). Parameters are named name.theta, name.phi and name.gamma.
func New[T lane.Float](name string, l *Layout, e *Errors) (*Mesh[T], error) {
	if e != nil {
		if err := e.Check(l); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	n := l.Ports
	m := &Mesh[T]{
		Layout:   l,
		Theta:    optim.NewParameter(name+".theta", "rad", l.Columns(), l.Pairs),
		Phi:      optim.NewParameter(name+".phi", "rad", l.Columns(), l.Pairs),
		Gamma:    optim.NewParameter(name+".gamma", "rad", 1, n),
		errors:   e,
		forward:  lane.NewPacked[T](2*n, 2*n),
		adjoint:  lane.NewPacked[T](2*n, 2*n),
		dense:    lane.Dense(2 * n),
		basis:    lane.NewBatch[T](n, 2*n),
		outer:    make([]T, 4*n*n),
		gradient: &lane.Panels[T]{},
		scratch:  &Workspace[T]{},
		input:    &lane.Panels[T]{},
		dGamma:   make([]float64, n),
	}
	m.updating = [2]lane.Task{{Items: l.Columns(), Body: m.set}, {Items: m.chunks(), Body: m.compose}}
	panels := (2*n + 3) / 4
	m.accumulating = [4]lane.Task{
		{Items: panels, Body: m.pack},
		{Items: (panels + outerPanels - 1) / outerPanels, Body: m.sumOuter},
		{Items: m.chunks(), Body: m.pull},
		{Items: l.Columns() + 1, Body: m.collect},
	}
	for _, c := range l.columns {
		m.columns = append(m.columns, m.compile(len(m.columns), c))
	}
	return m, nil
}

// compile lays out column j.
func (m *Mesh[T]) compile(j int, c column) compiled[T] {
	pairs := m.Layout.Pairs
	k := compiled[T]{set: lane.NewInterferometers(pairs), room: make([]lane.Rotor[T], lane.Padded(pairs))}
	if len(c.slot) > 0 && c.slot[0] >= 0 {
		k.first = c.slot[0] - j*pairs // a layout puts neighbours into neighbouring slots
	}
	k.rotors = k.room[k.first : k.first+len(c.top)]
	for i, slot := range c.slot {
		if slot >= 0 {
			nn, np, pn, pp := m.errors.splitters(slot)
			k.set.SetSplitters(k.first+i, nn, np, pn, pp)
		}
	}
	return k
}

// Ports is the number of inputs and of outputs.
func (m *Mesh[T]) Ports() int { return m.Layout.Ports }

// Parameters returns theta, phi and gamma.
func (m *Mesh[T]) Parameters() []*optim.Parameter {
	return []*optim.Parameter{m.Theta, m.Phi, m.Gamma}
}

// Update compiles the transfer matrix after the phases have changed.
func (m *Mesh[T]) Update(pool *lane.Pool) { run(pool, m.Updating()) }

// Updating returns the tasks of [Mesh.Update], to be run one after the other;
// those of several meshes may run together.
func (m *Mesh[T]) Updating() []lane.Task { return m.updating[:] }

func run(pool *lane.Pool, tasks []lane.Task) {
	for i := range tasks {
		pool.Together(tasks[i : i+1])
	}
}

// set computes the transfer matrices of the interferometers of column j.
func (m *Mesh[T]) set(j, _ int) {
	c := &m.columns[j]
	slots := m.Layout.columns[j].slot
	for i, slot := range slots {
		if slot >= 0 {
			theta, phi := m.errors.phases(slot, m.Theta.Value[slot], m.Phi.Value[slot])
			c.set.SetPhases(c.first+i, theta, phi)
		}
	}
	lane.TransferMatrices(c.room, c.set)
	for i, slot := range slots {
		if slot < 0 {
			c.rotors[i] = lane.Rotor[T]{Ai: -1, Di: -1}
		}
	}
}

// compose multiplies the columns into chunk i of the columns of V.
func (m *Mesh[T]) compose(i, _ int) {
	n, cols := m.Ports(), m.Layout.columns
	lo, hi := m.chunk(i)
	data := m.basis.Block(lo, hi)
	m.enter(data, lo)
	for j := range cols {
		lane.Rotate(data, n, hi-lo, cols[j].top, cols[j].next, m.columns[j].rotors)
	}
	for b := lo; b < hi; b++ {
		first := b * lane.Width
		lanes := min(lane.Width, n-first)
		for j := range n {
			re, im := data[((b-lo)*2*n+j)*lane.Width:][:lanes], data[((b-lo)*2*n+n+j)*lane.Width:][:lanes]
			m.forward.SetRow(j, first, re, 1)
			m.forward.SetRow(j, n+first, im, -1)
			m.forward.SetRow(n+j, first, im, 1)
			m.forward.SetRow(n+j, n+first, re, 1)
			m.adjoint.SetColumn(first, j, re, 1)
			m.adjoint.SetColumn(n+first, j, im, -1)
			m.adjoint.SetColumn(first, n+j, im, 1)
			m.adjoint.SetColumn(n+first, n+j, re, 1)
		}
	}
}

// pass copies the lines that meet no interferometer of a column.
func (m *Mesh[T]) pass(dst, src []T, lines []int, blocks int) {
	n := m.Ports()
	for b := range blocks {
		for _, l := range lines {
			for _, r := range [2]int{b*2*n + l, (b*2+1)*n + l} {
				copy(dst[r*lane.Width:(r+1)*lane.Width], src[r*lane.Width:])
			}
		}
	}
}

// chunkBlocks is how many blocks of columns of V one work item composes. It is
// fixed by the size of the mesh, never by the number of workers.
func (m *Mesh[T]) chunkBlocks() int {
	if m.Ports() > 256 {
		return 1 // bounds the memory of the kept states
	}
	return 2
}

func (m *Mesh[T]) chunks() int { c := m.chunkBlocks(); return (m.basis.Blocks() + c - 1) / c }

func (m *Mesh[T]) chunk(i int) (lo, hi int) {
	c := m.chunkBlocks()
	return i * c, min((i+1)*c, m.basis.Blocks())
}

// enter fills data, which begins at block lo, with diag(exp(i gamma)).
func (m *Mesh[T]) enter(data []T, lo int) {
	n := m.Ports()
	clear(data)
	for k := lo * lane.Width; k < min(n, lo*lane.Width+len(data)/(2*n)); k++ {
		s, c := lane.SinCos(m.Gamma.Value[k])
		at := (k/lane.Width-lo)*2*n*lane.Width + k%lane.Width
		data[at+k*lane.Width] = T(c)
		data[at+(n+k)*lane.Width] = T(s)
	}
}

// Forward propagates blocks lo..hi-1 of in (2N rows) to out: y = V x.
func (m *Mesh[T]) Forward(out, in *lane.Batch[T], lo, hi int) {
	n := 2 * m.Ports()
	lane.Product(out.Block(lo, hi), n, m.forward, in.Block(lo, hi), n, hi-lo, m.dense, nil, lane.Store)
}

// Backward pulls the gradient of the outputs back to the inputs: V^H g. dIn may
// be nil: there is nothing else to do.
func (m *Mesh[T]) Backward(dIn, dOut *lane.Batch[T], lo, hi int) {
	if dIn == nil {
		return
	}
	n := 2 * m.Ports()
	lane.Product(dIn.Block(lo, hi), n, m.adjoint, dOut.Block(lo, hi), n, hi-lo, m.dense, nil, lane.Store)
}

// Accumulate adds the gradient of theta, phi and gamma for a batch of inputs and
// gradients of the outputs to the parameters' gradients. Inactive slots get none.
// The phases must be those of the last [Mesh.Update].
func (m *Mesh[T]) Accumulate(pool *lane.Pool, in, dOut *lane.Batch[T]) {
	run(pool, m.Accumulating(pool.Workers(), in, dOut))
	m.in, m.dOut = nil, nil
}

// Accumulating returns the tasks of [Mesh.Accumulate] for a number of workers,
// to be run one after the other; those of several meshes may run together.
func (m *Mesh[T]) Accumulating(workers int, in, dOut *lane.Batch[T]) []lane.Task {
	m.in, m.dOut = in, dOut
	m.input.Fit(2*m.Ports(), in.Blocks())
	m.gradient.Fit(2*m.Ports(), in.Blocks())
	for len(m.scratch.byWorker) < workers {
		m.scratch.byWorker = append(m.scratch.byWorker, scratch[T]{})
	}
	for w := range workers {
		m.scratch.byWorker[w].fit(m.Layout.Columns()+1, min(m.chunkBlocks(), m.basis.Blocks())*2*m.Ports()*lane.Width)
	}
	for j := range m.columns {
		c := &m.columns[j]
		for len(c.parts) < m.chunks() {
			c.parts = append(c.parts, make([]lane.Rotor[T], len(c.room)))
		}
	}
	return m.accumulating[:]
}

// outerPanels is how many panels of the gradient of V one work item sums.
const outerPanels = 2

func (m *Mesh[T]) pack(i, _ int) {
	m.input.Pack(i, m.in.Data)
	m.gradient.Pack(i, m.dOut.Data)
}

// sumOuter sums g x^H over the batch for some rows of V.
func (m *Mesh[T]) sumOuter(i, _ int) {
	lane.OuterPanels(m.outer, i*outerPanels, min((i+1)*outerPanels, m.gradient.Count()), m.gradient, m.input)
}

// pull takes the gradient of chunk i of the columns of V back through the
// columns of the mesh.
func (m *Mesh[T]) pull(i, worker int) {
	n, cols := m.Ports(), m.Layout.columns
	lo, hi := m.chunk(i)
	size := (hi - lo) * 2 * n * lane.Width
	s := &m.scratch.byWorker[worker]
	state := func(j int) []T { return s.states[j*size : (j+1)*size] }
	m.enter(state(0), lo)
	for j := range cols {
		m.pass(state(j+1), state(j), cols[j].rest, hi-lo)
		lane.RotateTo(state(j+1), state(j), n, hi-lo, cols[j].top, cols[j].next, m.columns[j].rotors)
	}
	// dL/dV = g x^H, summed over the batch: real part from the products of
	// equal planes, imaginary part from those of different planes.
	g := s.grad[:size]
	clear(g)
	for b := lo; b < hi; b++ {
		first := b * lane.Width
		lanes := min(lane.Width, n-first)
		for j := range n {
			re, im := g[((b-lo)*2*n+j)*lane.Width:][:lanes], g[((b-lo)*2*n+n+j)*lane.Width:][:lanes]
			up, down := m.outer[j*2*n+first:][:n+lanes], m.outer[(n+j)*2*n+first:][:n+lanes]
			for l := range lanes {
				re[l] = up[l] + down[n+l]
				im[l] = down[l] - up[n+l]
			}
		}
	}
	for j := len(cols) - 1; j >= 0; j-- {
		c := &m.columns[j]
		lane.RotateAdjoint(c.parts[i][c.first:c.first+len(c.rotors)], g, state(j), n, hi-lo, cols[j].top, cols[j].next, m.columns[j].rotors)
	}
	for k := lo * lane.Width; k < min(hi*lane.Width, n); k++ {
		at := (k/lane.Width-lo)*2*n*lane.Width + k*lane.Width + k%lane.Width
		sin, cos := lane.SinCos(m.Gamma.Value[k])
		m.dGamma[k] = float64(float64(g[at+n*lane.Width])*cos) - float64(float64(g[at])*sin)
	}
}

// collect adds the gradients of the phases of column j; the last item adds those
// of the phases in front of the mesh.
func (m *Mesh[T]) collect(j, _ int) {
	if j == len(m.columns) {
		for k, d := range m.dGamma {
			m.Gamma.Grad[k] += d
		}
		return
	}
	c := &m.columns[j]
	lane.TransferGradients(c.set, c.parts)
	for i, slot := range m.Layout.columns[j].slot {
		if slot >= 0 {
			t, p := c.set.Gradient(c.first + i)
			m.Theta.Grad[slot] += t
			m.Phi.Grad[slot] += p
		}
	}
}

// TransferMatrix returns V after the last [Mesh.Update], row by row: element
// (j, k) is the amplitude on line j for unit amplitude on line k.
func (m *Mesh[T]) TransferMatrix() []complex128 {
	n := m.Ports()
	v := make([]complex128, n*n)
	for j := range n {
		for k := range n {
			v[j*n+k] = complex(float64(m.basis.At(k, j)), float64(m.basis.At(k, n+j)))
		}
	}
	return v
}

// CheckFinite reports the first phase that is not a finite number.
func (m *Mesh[T]) CheckFinite() error {
	for _, p := range m.Parameters() {
		for i, v := range p.Value {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("mesh: %s[%d] is %g, expected a finite phase", p.Name, i, v)
			}
		}
	}
	return nil
}
