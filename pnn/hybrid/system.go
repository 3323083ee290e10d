package hybrid

import (
	"fmt"

	"lightfast/pnn/diffract"
	"lightfast/pnn/imaging"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
	"lightfast/pnn/ring"
)

// Systems of a [Session].
const (
	Mesh  = "mesh"
	Rings = "ring"
	Space = "free-space"
)

// System is one of the three networks as a trainer sees it: an ideal model in two
// parts, of which the first is digital and the second is, wholly or mostly, what
// stands on the table. Parameters and buffers are those of the networks in one
// part, under the same names and in the same order.
type System struct {
	Name        string
	Front, Back *nn.Net[float32] // Front is nil if everything is on the table
	Encoding    Encoding
	// TestBatch is how many test images the authors send through the network at
	// a time; their batch norms look at these.
	TestBatch int
	// Optics are the parameters that set hardware, in the authors' noise-aware
	// training; Weights are those that a clamp holds.
	Optics, Weights []*optim.Parameter

	mesh  *MeshLayer[float32]
	rings RingLeNet
	curve ring.Curve
	space *FreeSpace[float32]
}

// NewMesh is LeNet in front of an ideal mesh of 64 ports; images are normalised.
func NewMesh() (*System, error) {
	front, err := nn.New(nn.Vector(784), meshFront[float32]()...)
	if err != nil {
		return nil, err
	}
	m := &MeshLayer[float32]{Name: "layer1", Out: 10}
	back, err := nn.New(front.Out, nn.Layer[float32](m))
	if err != nil {
		return nil, err
	}
	y := &System{Name: Mesh, Front: front, Back: back, Encoding: Normalised, TestBatch: 6000, mesh: m}
	y.Weights = matrices(front.Parameters())
	y.Optics = m.Mesh().Parameters()[:2]
	return y, nil
}

// NewRings is LeNet whose weights are those of rings with curve c. inCurrents tells
// whether the controls of all layers are trained, or the weights themselves.
func NewRings(c ring.Curve, inCurrents bool) (*System, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	y := &System{Name: Rings, TestBatch: 64, curve: c}
	if inCurrents {
		y.rings = InCurrents(c)
	}
	if err := y.rings.check(); err != nil {
		return nil, err
	}
	var err error
	if y.Front, err = nn.New(nn.Vector(784), ringFront[float32](y.rings)...); err != nil {
		return nil, err
	}
	if y.Back, err = nn.New(y.Front.Out, ringBanks[float32](y.rings)...); err != nil {
		return nil, err
	}
	y.Weights = matrices(y.Parameters())
	y.Optics = y.Weights
	return y, nil
}

// NewSpace is the display-modulator system, perfectly aligned; images are
// normalised.
func NewSpace(e imaging.Encoding, how diffract.Resampling) (*System, error) {
	f, err := NewFreeSpace[float32](e, how)
	if err != nil {
		return nil, err
	}
	y := &System{Name: Space, Back: f.Net, Encoding: Normalised, TestBatch: 500, space: f}
	y.Weights = matrices(f.Parameters())
	y.Optics = y.Weights
	return y, nil
}

// matrices are the weights among parameters: no biases, no norms.
func matrices(ps []*optim.Parameter) (ws []*optim.Parameter) {
	for _, p := range ps {
		if len(p.Shape) >= 2 {
			ws = append(ws, p)
		}
	}
	return ws
}

// Parameters are those of both parts.
func (y *System) Parameters() (ps []*optim.Parameter) {
	if y.Front != nil {
		ps = y.Front.Parameters()
	}
	return append(ps, y.Back.Parameters()...)
}

// Buffers are those of both parts.
func (y *System) Buffers() (ps []*optim.Parameter) {
	if y.Front != nil {
		ps = y.Front.Buffers()
	}
	return append(ps, y.Back.Buffers()...)
}

// Initialise draws the parameters.
func (y *System) Initialise(seed uint64) {
	if y.Front != nil {
		y.Front.Initialise(seed)
	}
	y.Back.Initialise(seed)
}

// Update makes changed parameters take effect.
func (y *System) Update(pool *lane.Pool) {
	if y.Front != nil {
		y.Front.Update(pool)
	}
	y.Back.Update(pool)
}

// enter sends a batch through the front end.
func (y *System) enter(p *nn.Pass, x *lane.Batch[float32]) *lane.Batch[float32] {
	if y.Front == nil {
		return x
	}
	return y.Front.Forward(p, x)
}

// InCurrents tells whether controls of rings are trained.
func (y *System) InCurrents() bool { return y.rings.FC2 != nil }

// Misalign turns, shifts and enlarges what the inputs of the display-modulator
// system meet; the next Update makes it take effect.
func (y *System) Misalign(a diffract.Affine) error {
	if y.space == nil {
		return fmt.Errorf("hybrid: a misalignment of the %s system, expected %s: no other is aligned", y.Name, Space)
	}
	return y.space.Misalign(a)
}
