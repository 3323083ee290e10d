package optical

import (
	"context"
	"fmt"
	"math"

	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
)

// Bench is a simulated device: matrix multipliers of light with absorbers between
// them and a probe that runs backward. It implements [device.Reversible]. Fields
// are real: a batch has one row a pixel.
type Bench struct {
	net        *Chain
	params     []*optim.Parameter
	conserving bool
	pass       nn.Pass
	sent       *lane.Batch[float32]
	forward    int // samples of the last Forward, 0 before the first
}

// NewBench builds the device of a network. seed is that of the noise of its probe
// and of its shutters. It fails for networks whose derivative light cannot see.
func NewBench(s Spec, seed uint64, pool *lane.Pool) (*Bench, error) {
	if (s.Neuron == Absorber || s.Neuron == Gain) && s.Derivative != Optical {
		return nil, fmt.Errorf("optical: a device with derivative %q, expected %q: that is what a probe sees; train with others on a computer", s.Derivative, Optical)
	}
	net, err := s.Build()
	if err != nil {
		return nil, err
	}
	b := &Bench{net: net, params: net.Parameters(), conserving: s.Conserving, pass: nn.Pass{Pool: pool, Seed: seed}, sent: lane.NewBatch[float32](0, s.Classes)}
	if b.conserving {
		net.gain = make([]float32, net.Stages())
	}
	return b, nil
}

// Parameters implements [device.Device].
func (b *Bench) Parameters() []device.Parameter {
	var ps []device.Parameter
	for _, p := range b.params {
		ps = append(ps, device.Parameter{Name: p.Name, Shape: p.Shape, Unit: p.Unit, Min: math.Inf(-1), Max: math.Inf(1)})
	}
	return ps
}

// Capabilities implements [device.Device]: light behind all stages, both ways.
func (b *Bench) Capabilities() device.Capabilities {
	return device.Capabilities{States: span(0, b.net.Stages()-1), Phase: true, Reversed: true}
}

// Set implements [device.Device]. Where the device conserves energy, weights are
// divided by the smallest gain that brings their largest singular value to at
// most one, and an amplifier of that gain follows them.
func (b *Bench) Set(_ context.Context, values [][]float64) error {
	if len(values) != len(b.params) {
		return fmt.Errorf("optical: values of %d parameters, expected %d", len(values), len(b.params))
	}
	for i, p := range b.params {
		if len(values[i]) != len(p.Value) {
			return fmt.Errorf("optical: %s has %d values, expected %d", p.Name, len(values[i]), len(p.Value))
		}
		for j, v := range values[i] {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("optical: %s[%d] is %g, expected a finite number", p.Name, j, v)
			}
		}
		copy(p.Value, values[i])
		if b.conserving {
			b.net.gain[i] = conserve(p)
		}
	}
	b.net.Update(b.pass.Pool)
	b.forward = 0
	return nil
}

// Gains are those of the amplifiers behind the weights of each stage, of the
// amplitude; nil if the device does not conserve energy.
func (b *Bench) Gains() []float32 { return b.net.gain }

// Forward implements [device.Reversible].
func (b *Bench) Forward(ctx context.Context, in *lane.Batch[float32], e device.Exposure, into *device.Amplitudes) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if in.Rows != side*side {
		return fmt.Errorf("optical: input of %d rows, expected %d pixels", in.Rows, side*side)
	}
	b.pass.Step, b.pass.Mode = e.Shot, nn.Evaluate
	if e.Shutters {
		b.pass.Mode = nn.Train
	}
	b.net.Forward(&b.pass, in)
	b.forward = in.Samples
	copyAll(&into.In, b.net.in)
	copyAll(&into.Out, b.net.out)
	return nil
}

// Reverse implements [device.Reversible].
func (b *Bench) Reverse(ctx context.Context, errors *lane.Batch[float32], into *device.Amplitudes) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if b.forward == 0 || errors.Samples != b.forward || errors.Rows != b.sent.Rows {
		return fmt.Errorf("optical: %d samples of %d outputs sent backward behind %d samples forward, expected as many of %d: send the batch forward first", errors.Samples, errors.Rows, b.forward, b.sent.Rows)
	}
	b.sent.Resize(errors.Samples)
	copy(b.sent.Data, errors.Data)
	// The simulation correlates too; nobody looks, but sums must not grow without bound.
	optim.ZeroGrad(b.params)
	b.net.Backward(&b.pass, b.sent)
	copyAll(&into.Out, b.net.dOut)
	return nil
}

// Measure implements [device.Device]: intensities at the output and behind the
// wanted stages, with Phase their amplitudes in Fields.
func (b *Bench) Measure(ctx context.Context, in *lane.Batch[float32], want device.Want, into *device.Reading) error {
	if err := b.Capabilities().Check("of this measurement", device.Capabilities{States: want.States, Phase: want.Phase}); err != nil {
		return err
	}
	var a device.Amplitudes
	if err := b.Forward(ctx, in, device.Exposure{Shot: want.Shot}, &a); err != nil {
		return err
	}
	intensity := func(v *lane.Batch[float32]) *lane.Batch[float32] {
		i := lane.NewBatch[float32](v.Samples, v.Rows)
		for k, x := range v.Data {
			i.Data[k] = float32(x * x)
		}
		return i
	}
	last := len(a.Out) - 1
	into.Output = intensity(a.Out[last])
	into.States, into.Fields = make([]*lane.Batch[float32], last+1), make([]*lane.Batch[float32], last+1)
	for _, s := range want.States {
		into.States[s] = intensity(a.Out[s])
		if want.Phase {
			into.Fields[s] = a.Out[s]
		}
	}
	return nil
}

// copyAll makes to hold copies of from.
func copyAll(to *[]*lane.Batch[float32], from []*lane.Batch[float32]) {
	for len(*to) < len(from) {
		*to = append(*to, nil)
	}
	for i, f := range from {
		if (*to)[i] == nil || (*to)[i].Rows != f.Rows {
			(*to)[i] = lane.NewBatch[float32](0, f.Rows)
		}
		(*to)[i].Resize(f.Samples)
		copy((*to)[i].Data, f.Data)
	}
}
