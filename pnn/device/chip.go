package device

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
)

// Noise of the photodetectors: a measured intensity I becomes
// max(0, I (1 + Relative n1) + Read n2) with standard normal n1 and n2. Read is
// in units of the power of the whole input divided by the number of ports.
type Noise struct{ Relative, Read float64 }

// ChipOptions say what a simulated chip offers besides its output.
type ChipOptions struct {
	States []int // stages with taps; nil: none
	Phase  bool  // coherent detection at the taps
	Noise  Noise
	Seed   uint64 // of the noise
	Pool   *lane.Pool
}

// Chip is a simulated system: a network, of interferometer meshes or of
// diffractive blocks, whose errors nobody outside knows.
type Chip struct {
	net    *model.Network[float32]
	params []*optim.Parameter
	opt    ChipOptions
	trace  *model.Trace[float32]
	work   []*model.Workspace[float32]
	read   detector
	// shows, by stage, is the activation if what is measured behind the stage enters
	// the next; seen is what was measured there.
	shows []model.Redisplaying[float32]
	seen  []*lane.Batch[float32]

	// The measurement under way, for the loop body, which is made once.
	in      *lane.Batch[float32]
	want    Want
	into    *Reading
	measure func(group, worker int)
}

// NewChip makes a chip with the given errors, one for each mesh.
func NewChip(m model.MPNN, errors []*mesh.Errors, opt ChipOptions) (*Chip, error) {
	m.Features = [3]int{}
	net, err := model.NewMPNN[float32](m, errors)
	if err != nil {
		return nil, fmt.Errorf("device: %w", err)
	}
	if opt.Noise.Relative < 0 || opt.Noise.Read < 0 {
		return nil, fmt.Errorf("device: noise %+v, expected non-negative standard deviations", opt.Noise)
	}
	c, err := simulate(net, opt)
	if err != nil {
		return nil, err
	}
	c.read = c.disturb
	return c, nil
}

// simulate makes a chip of a network whose detectors are perfect.
func simulate(net *model.Network[float32], opt ChipOptions) (*Chip, error) {
	last := len(net.Stages) - 1
	for _, s := range opt.States {
		if s < 0 || s >= last {
			return nil, fmt.Errorf("device: a tap behind stage %d, expected 1 to %d (the last stage is the output)", s+1, last)
		}
	}
	c := &Chip{net: net, params: net.Parameters(), opt: opt, shows: make([]model.Redisplaying[float32], len(net.Stages)), seen: make([]*lane.Batch[float32], len(net.Stages))}
	for i, s := range net.Stages[:last] {
		if c.shows[i], _ = s.Activation.(model.Redisplaying[float32]); c.shows[i] != nil {
			c.seen[i] = lane.NewBatch[float32](0, net.Ports())
		}
	}
	c.measure = c.measureGroup
	return c, nil
}

// detector turns the intensities v of blocks lo..hi-1 behind a stage into what a
// detector reads. in is the light that entered the device.
type detector func(v, in *lane.Batch[float32], shot uint64, stage, lo, hi, worker int)

// Fabricate draws the errors of all meshes of a chip.
func Fabricate(m model.MPNN, sigma mesh.Sigma, seed uint64) ([]*mesh.Errors, error) {
	l, err := m.Layout()
	if err != nil {
		return nil, err
	}
	errors := make([]*mesh.Errors, m.Meshes)
	for i := range errors {
		errors[i] = l.Fabricate(sigma, seed, i)
	}
	return errors, nil
}

// Parameters lists the phases that can be set.
func (c *Chip) Parameters() []Parameter {
	var ps []Parameter
	for _, p := range c.params {
		ps = append(ps, Parameter{Name: p.Name, Shape: p.Shape, Unit: p.Unit, Min: math.Inf(-1), Max: math.Inf(1)})
	}
	return ps
}

// Capabilities tells which internal states can be measured.
func (c *Chip) Capabilities() Capabilities {
	return Capabilities{States: c.opt.States, Phase: c.opt.Phase}
}

// Set sets the phases.
func (c *Chip) Set(_ context.Context, values [][]float64) error {
	if len(values) != len(c.params) {
		return fmt.Errorf("device: values of %d parameters, expected %d", len(values), len(c.params))
	}
	for i, p := range c.params {
		if len(values[i]) != len(p.Value) {
			return fmt.Errorf("device: %s has %d values, expected %d", p.Name, len(values[i]), len(p.Value))
		}
		for j, v := range values[i] {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("device: %s[%d] is %g, expected a finite number", p.Name, j, v)
			}
		}
		copy(p.Value, values[i])
	}
	c.net.Update(c.opt.Pool)
	return nil
}

// Measure sends a batch through the chip.
func (c *Chip) Measure(ctx context.Context, in *lane.Batch[float32], want Want, into *Reading) error {
	if err := c.Capabilities().Check("of this measurement", Capabilities{States: want.States, Phase: want.Phase}); err != nil {
		return err
	}
	n := c.net.Ports()
	if in.Rows != 2*n {
		return fmt.Errorf("device: input of %d rows, expected %d (real and imaginary parts of %d ports)", in.Rows, 2*n, n)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.trace == nil {
		c.trace = c.net.NewTrace(in.Samples)
	}
	for len(c.work) < c.opt.Pool.Workers() {
		c.work = append(c.work, c.net.NewWorkspace())
	}
	c.trace.Resize(in.Samples)
	into.prepare(len(c.net.Stages), n, in.Samples, want)
	for _, b := range c.seen {
		if b != nil {
			b.Resize(in.Samples)
		}
	}
	own := c.trace.In[0]
	c.trace.In[0] = in
	c.in, c.want, c.into = in, want, into
	defer func() {
		c.trace.In[0] = own
		c.in, c.into = nil, nil
	}()
	c.opt.Pool.For(c.net.Groups(in.Blocks()), c.measure)
	return nil
}

// measureGroup sends one group of blocks through the chip.
func (c *Chip) measureGroup(g, worker int) {
	size := c.net.Group()
	lo, hi := g*size, min((g+1)*size, c.in.Blocks())
	n, into, last := c.net.Ports(), c.into, len(c.net.Stages)-1
	for i := range c.net.Stages {
		c.net.ForwardStage(i, c.trace, c.work[worker], lo, hi, false)
		state := c.trace.State[i].Block(lo, hi)
		to := into.States[i]
		if i == last {
			to = into.Output
		} else if to == nil {
			to = c.seen[i]
		}
		if to != nil {
			lane.Detect(to.Block(lo, hi), state, n, hi-lo)
			if c.read != nil {
				c.read(to, c.in, c.want.Shot, i, lo, hi, worker)
			}
		}
		if i == last {
			break
		}
		if into.Fields[i] != nil {
			model.Fuse(into.Fields[i].Block(lo, hi), state, to.Block(lo, hi), n, hi-lo)
		}
		if c.shows[i] != nil {
			c.shows[i].Intensities(c.trace.In[i+1].Block(lo, hi), to.Block(lo, hi), n, hi-lo)
		} else {
			c.net.Activate(i, c.trace.In[i+1], c.trace.State[i], lo, hi)
		}
	}
}

// disturb adds detector noise to blocks lo..hi-1.
func (c *Chip) disturb(v, in *lane.Batch[float32], shot uint64, stage, lo, hi, _ int) {
	if c.opt.Noise == (Noise{}) {
		return
	}
	n := c.net.Ports()
	var room [64]byte
	purpose := strconv.AppendInt(append(room[:0], "noise behind stage "...), int64(stage), 10)
	purpose = strconv.AppendUint(append(purpose, ", shot "...), shot, 10)
	var s lane.Stream
	for b := lo; b < hi; b++ {
		s.Begin(c.opt.Seed, purpose, uint64(b))
		for l := range lane.Width {
			sample := b*lane.Width + l
			if sample >= v.Samples {
				break
			}
			var power float64
			for r := range 2 * n {
				x := float64(in.At(sample, r))
				power += float64(x * x)
			}
			for r := range n {
				i := float64(v.At(sample, r))
				i += float64(i*float64(c.opt.Noise.Relative*s.Normal())) + float64(float64(c.opt.Noise.Read*power/float64(n))*s.Normal())
				v.Set(sample, r, float32(max(0, i)))
			}
		}
	}
}

// prepare makes room for a measurement.
func (r *Reading) prepare(stages, ports, samples int, want Want) {
	fit := func(b **lane.Batch[float32], rows int) {
		if *b == nil || (*b).Rows != rows {
			*b = lane.NewBatch[float32](samples, rows)
		}
		(*b).Resize(samples)
	}
	fit(&r.Output, ports)
	if len(r.States) != stages {
		r.States = make([]*lane.Batch[float32], stages)
		r.Fields = make([]*lane.Batch[float32], stages)
	}
	for i := range stages {
		if !slices.Contains(want.States, i) {
			r.States[i], r.Fields[i] = nil, nil
			continue
		}
		fit(&r.States[i], ports)
		if want.Phase {
			fit(&r.Fields[i], 2*ports)
		} else {
			r.Fields[i] = nil
		}
	}
}
