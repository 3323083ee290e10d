package hybrid

import (
	"context"
	"fmt"

	"lightfast/pnn/device"
	"lightfast/pnn/diffract"
	"lightfast/pnn/imaging"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/model"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
	"lightfast/pnn/ring"
)

// Physical is what stands on the table, as a trainer sees it: it is set and
// measured, and keeps its errors to itself.
type Physical interface {
	// Set sets all parameters of the second part of a [System], and what digital
	// norms between its layers remember.
	Set(ctx context.Context, parameters, buffers []*optim.Parameter) error
	// Measure sends what left the front end through it and returns the scores; they
	// are valid until the next measurement. Norms between layers work in the given
	// mode. Noise is a function of shot.
	Measure(ctx context.Context, in *lane.Batch[float32], mode nn.Mode, shot uint64) (*lane.Batch[float32], error)
	// Buffers are the running statistics of the norms between layers, moved by
	// measurements in the mode Train; nil if there are no norms.
	Buffers() []*optim.Parameter
}

// Chip is a [device.Device] behind the front end of the mesh system: real numbers
// enter it as amplitudes, and the intensities of its first ports, over the norm of
// all, are the scores.
type Chip struct {
	Device device.Device
	Pool   *lane.Pool

	in, scores, norm *lane.Batch[float32]
	reading          device.Reading
	values           [][]float64
}

// Fabricate simulates a chip with errors for the mesh system.
func Fabricate(errs *mesh.Errors, pool *lane.Pool) (*Chip, error) {
	spec := model.MPNN{Ports: MeshPorts, Meshes: 1, Classes: 10}
	if errs == nil {
		errs = &mesh.Errors{}
	}
	dev, err := device.NewChip(spec, []*mesh.Errors{errs}, device.ChipOptions{Pool: pool})
	if err != nil {
		return nil, err
	}
	return &Chip{Device: dev, Pool: pool}, nil
}

// FabricateAs draws the errors of a chip from a seed.
func FabricateAs(sigma mesh.Sigma, seed uint64, pool *lane.Pool) (*Chip, error) {
	l, err := mesh.Rectangular(MeshPorts)
	if err != nil {
		return nil, err
	}
	return Fabricate(l.Fabricate(sigma, seed, 0), pool)
}

// Set implements [Physical].
func (c *Chip) Set(ctx context.Context, parameters, _ []*optim.Parameter) error {
	c.values = c.values[:0]
	for _, p := range parameters {
		c.values = append(c.values, p.Value)
	}
	return c.Device.Set(ctx, c.values)
}

// Measure implements [Physical].
func (c *Chip) Measure(ctx context.Context, in *lane.Batch[float32], _ nn.Mode, shot uint64) (*lane.Batch[float32], error) {
	if in.Rows != MeshPorts {
		return nil, fmt.Errorf("hybrid: inputs of %d numbers for a chip of %d ports", in.Rows, MeshPorts)
	}
	if c.in == nil {
		c.in, c.scores, c.norm = lane.NewBatch[float32](0, 2*MeshPorts), lane.NewBatch[float32](0, 10), lane.NewBatch[float32](0, 1)
	}
	for _, b := range [...]*lane.Batch[float32]{c.in, c.scores, c.norm} {
		b.Resize(in.Samples)
	}
	c.Pool.For(in.Blocks(), func(b, _ int) {
		to := c.in.Block(b, b+1)
		copy(to, in.Block(b, b+1))
		clear(to[MeshPorts*lane.Width:])
		for l := max(0, in.Samples-b*lane.Width); l < lane.Width; l++ {
			for r := range MeshPorts {
				to[r*lane.Width+l] = 0 // a lane without a sample may hold anything
			}
		}
	})
	if err := c.Device.Measure(ctx, c.in, device.Want{Shot: shot}, &c.reading); err != nil {
		return nil, err
	}
	c.Pool.For(in.Blocks(), func(b, _ int) {
		model.Normalise(c.scores.Block(b, b+1), c.norm.Block(b, b+1), c.reading.Output.Block(b, b+1), MeshPorts, c.scores.Rows, 1)
	})
	return c.scores, nil
}

// Buffers implements [Physical].
func (c *Chip) Buffers() []*optim.Parameter { return nil }

// Intensities are those of all ports in the last measurement.
func (c *Chip) Intensities() *lane.Batch[float32] { return c.reading.Output }

// Twin is the second part of a system once more, with errors that nobody outside
// knows: banks of rings whose controls are off, a display that is misaligned.
type Twin struct {
	Pool *lane.Pool

	net                 *nn.Net[float32]
	parameters, buffers []*optim.Parameter

	space *FreeSpace[float32] // of a display and a modulator
	own   diffract.Affine     // and how they lie
}

// Detuned are rings of the system y whose controls in the last two layers are off
// by N(0, sd^2), a function of the seed, and warmer by a uniform detuning.
func Detuned(y *System, sd, detuning float64, seed uint64, pool *lane.Pool) (*Twin, error) {
	if y.Name != Rings {
		return nil, fmt.Errorf("hybrid: banks of rings for the %s system, expected %s", y.Name, Rings)
	}
	var laws [2]*ring.Law
	for i := range laws {
		law := &ring.Law{Curves: []ring.Curve{y.curve}, Detuning: detuning}
		e, err := ring.Disturb(sd, ringWeights[3+i], seed, i)
		if err != nil {
			return nil, err
		}
		if sd > 0 {
			law.Errors = e
		}
		laws[i] = law
	}
	r := RingLeNet{FC2: ring.InWeights{Law: laws[0]}, FC3: ring.InWeights{Law: laws[1]}}
	if y.InCurrents() {
		r = RingLeNet{FC2: laws[0], FC3: laws[1]}
	}
	net, err := nn.New(y.Front.Out, ringBanks[float32](r)...)
	if err != nil {
		return nil, err
	}
	return newTwin(net, pool), nil
}

// Displaced is the display-modulator system with a misalignment of which a model
// knows nothing.
func Displaced(e imaging.Encoding, how diffract.Resampling, a diffract.Affine, pool *lane.Pool) (*Twin, error) {
	f, err := NewFreeSpace[float32](e, how)
	if err != nil {
		return nil, err
	}
	if err := f.Misalign(a); err != nil {
		return nil, err
	}
	t := newTwin(f.Net, pool)
	t.space, t.own = f, a
	if t.own.Scale == 0 {
		t.own.Scale = 1
	}
	return t, nil
}

// Move is a device of which one plane can be moved against the other, on top of how
// it lies; it takes effect with the next Set.
type Move interface {
	Misalign(by diffract.Affine) error
}

// Misalign implements [Move].
func (t *Twin) Misalign(by diffract.Affine) error {
	if t.space == nil {
		return fmt.Errorf("hybrid: a device of rings is misaligned, expected a display and a modulator")
	}
	a := t.own
	a.Rotation, a.ShiftX, a.ShiftY = a.Rotation+by.Rotation, a.ShiftX+by.ShiftX, a.ShiftY+by.ShiftY
	if by.Scale != 0 {
		a.Scale *= by.Scale
	}
	return t.space.Misalign(a)
}

func newTwin(net *nn.Net[float32], pool *lane.Pool) *Twin {
	return &Twin{Pool: pool, net: net, parameters: net.Parameters(), buffers: net.Buffers()}
}

// Set implements [Physical].
func (t *Twin) Set(_ context.Context, parameters, buffers []*optim.Parameter) error {
	if len(parameters) != len(t.parameters) || len(buffers) != len(t.buffers) {
		return fmt.Errorf("hybrid: %d parameters and %d buffers for a device of %d and %d", len(parameters), len(buffers), len(t.parameters), len(t.buffers))
	}
	for i, p := range t.parameters {
		copy(p.Value, parameters[i].Value)
	}
	for i, p := range t.buffers {
		copy(p.Value, buffers[i].Value)
	}
	t.net.Update(t.Pool)
	return nil
}

// Measure implements [Physical].
func (t *Twin) Measure(ctx context.Context, in *lane.Batch[float32], mode nn.Mode, shot uint64) (*lane.Batch[float32], error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return t.net.Forward(&nn.Pass{Pool: t.Pool, Mode: mode, Step: shot}, in), nil
}

// Buffers implements [Physical].
func (t *Twin) Buffers() []*optim.Parameter { return t.buffers }
