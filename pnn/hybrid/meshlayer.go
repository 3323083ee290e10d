package hybrid

import (
	"fmt"

	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/model"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
)

// MeshLayer sends real numbers as the amplitudes of light through an
// interferometer mesh and reads the intensities out,
//
//	z = V x,   I = |z|^2,   y_i = I_i / max(|I|_2, 1e-12),  i < Out.
//
// Gradients go back through the normalisation, the intensities and V to the inputs
// and the phases.
type MeshLayer[T lane.Float] struct {
	Name   string
	Out    int
	Errors *mesh.Errors // of a chip; nil: ideal

	mesh       *mesh.Mesh[T] // as it is now
	whole      *mesh.Mesh[T] // with Errors
	dual       dual[T]
	in, field  *lane.Batch[T]
	grad, back *lane.Batch[T]
	norm       *lane.Batch[T]
	intensity  [][]T // by worker
	gx, gy     *lane.Batch[T]
	y, x       *lane.Batch[T]

	forth, pull func(item, worker int)
}

// Bind implements nn.Layer.
func (m *MeshLayer[T]) Bind(in nn.Shape) (nn.Shape, error) {
	n := in.Channels
	if m.Name == "" || in.IsImage() || m.Out < 1 || m.Out > n {
		return in, fmt.Errorf("hybrid.MeshLayer %q with %d outputs, expected a name, a vector and at most as many outputs as that has numbers", m.Name, m.Out)
	}
	layout, err := mesh.Rectangular(n)
	if err != nil {
		return in, fmt.Errorf("hybrid.MeshLayer %s: %w", m.Name, err)
	}
	if m.mesh, err = mesh.New[T](m.Name, layout, m.Errors); err != nil {
		return in, err
	}
	m.whole = m.mesh
	m.in, m.field, m.grad, m.back = lane.NewBatch[T](0, 2*n), lane.NewBatch[T](0, 2*n), lane.NewBatch[T](0, 2*n), lane.NewBatch[T](0, 2*n)
	m.norm, m.intensity = lane.NewBatch[T](0, 1), nil
	m.forth, m.pull = m.propagate, m.pullGroup
	return nn.Vector(m.Out), nil
}

// Mesh is the mesh itself, once the layer is part of a network.
func (m *MeshLayer[T]) Mesh() *mesh.Mesh[T] { return m.mesh }

// Disturb gives the mesh other errors, nil those that it was made with, and leaves
// its phases as they are; the next Update makes them take effect.
func (m *MeshLayer[T]) Disturb(e *mesh.Errors) error {
	if e == nil {
		m.mesh = m.whole
		return nil
	}
	d, err := mesh.New[T](m.Name, m.whole.Layout, e)
	if err != nil {
		return err
	}
	d.Share(m.whole)
	d.Theta, d.Phi, d.Gamma = m.whole.Theta, m.whole.Phi, m.whole.Gamma
	m.mesh = d
	return nil
}

// Parameters implements nn.Trainable.
func (m *MeshLayer[T]) Parameters() []*optim.Parameter { return m.whole.Parameters() }

// Initialise implements nn.Trainable: a Haar-random mesh.
func (m *MeshLayer[T]) Initialise(seed uint64) { m.whole.Haar(seed, 0) }

// Update implements nn.Trainable.
func (m *MeshLayer[T]) Update(pool *lane.Pool) { m.mesh.Update(pool) }

func (m *MeshLayer[T]) ports() int { return m.whole.Ports() }

// Forward implements nn.Layer.
func (m *MeshLayer[T]) Forward(p *nn.Pass, y, x *lane.Batch[T]) {
	m.y, m.x = y, x
	for _, b := range [...]*lane.Batch[T]{m.in, m.field, m.norm} {
		b.Resize(x.Samples)
	}
	for len(m.intensity) < p.Pool.Workers() {
		m.intensity = append(m.intensity, make([]T, lane.Group*lane.Width*m.ports()))
	}
	m.dual.prepare(p.Pool.Workers(), x.Samples, m.ports())
	p.Pool.For(lane.Groups(x.Blocks()), m.forth)
}

func (m *MeshLayer[T]) blocks(group int) (lo, hi int) {
	return group * lane.Group, min((group+1)*lane.Group, m.x.Blocks())
}

// propagate sends the samples of a group through the mesh.
func (m *MeshLayer[T]) propagate(group, worker int) {
	n := m.ports() * lane.Width
	lo, hi := m.blocks(group)
	for b := lo; b < hi; b++ {
		to := m.in.Block(b, b+1)
		copy(to, m.x.Block(b, b+1))
		clear(to[n:])
		// Lanes without a sample hold anything, but no gradient may come of them.
		for l := max(0, m.x.Samples-b*lane.Width); l < lane.Width; l++ {
			for r := range m.ports() {
				to[r*lane.Width+l] = 0
			}
		}
	}
	if m.dual.Correct {
		m.mesh.Forward(m.dual.raw, m.in, lo, hi)
		m.dual.add(m.field.Block(lo, hi), m.dual.raw.Block(lo, hi), hi-lo, worker)
	} else {
		m.mesh.Forward(m.field, m.in, lo, hi)
	}
	room := m.intensity[worker]
	lane.Detect(room, m.field.Block(lo, hi), m.ports(), hi-lo)
	model.Normalise(m.y.Block(lo, hi), m.norm.Block(lo, hi), room, m.ports(), m.Out, hi-lo)
}

// Backward implements nn.Layer.
func (m *MeshLayer[T]) Backward(p *nn.Pass, gx, gy, _, x *lane.Batch[T]) {
	m.gx, m.gy, m.x = gx, gy, x
	m.grad.Resize(x.Samples)
	m.back.Resize(x.Samples)
	p.Pool.For(lane.Groups(x.Blocks()), m.pull)
	m.mesh.Accumulate(p.Pool, m.in, m.grad)
}

// pullGroup pulls the gradient of a group back to the field behind the mesh, and
// to the inputs.
func (m *MeshLayer[T]) pullGroup(group, worker int) {
	lo, hi := m.blocks(group)
	d, n := m.grad.Block(lo, hi), m.ports()
	clear(d)
	field, norm := m.field.Block(lo, hi), m.norm.Block(lo, hi)
	if m.dual.Observed != nil {
		field, norm = m.dual.fuse(field, lo, hi, n, worker)
	}
	model.NormaliseAdjoint(d, m.gy.Block(lo, hi), norm, field, n, m.Out, hi-lo)
	if m.dual.Correct {
		m.dual.pull(d, m.dual.raw.Block(lo, hi), hi-lo, group, worker)
	}
	if m.gx == nil {
		return
	}
	m.mesh.Backward(m.back, m.grad, lo, hi)
	for b := lo; b < hi; b++ {
		copy(m.gx.Block(b, b+1), m.back.Block(b, b+1)) // the real parts
	}
}

// pullPredictors pulls the gradient gy back through the predictions only.
func (m *MeshLayer[T]) pullPredictors(pool *lane.Pool, gy, x *lane.Batch[T]) {
	m.gx, m.gy, m.x = nil, gy, x
	m.grad.Resize(x.Samples)
	pool.For(lane.Groups(x.Blocks()), m.pull)
}
