package optical

import (
	"fmt"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
)

// Stage is weights and what light meets before it comes to them: neurons, pooling,
// nothing.
type Stage struct {
	Before  []nn.Layer[float32]
	Weights nn.Layer[float32]
}

// Chain is a network as stages, so that the amplitudes before and behind all
// weights are at hand. It serves one goroutine.
type Chain struct {
	before  []*nn.Net[float32] // nil where nothing is met
	weights []*nn.Net[float32]
	layers  []nn.Layer[float32] // of the weights
	gain    []float32           // of an amplifier behind each weights; nil: none

	in, out   []*lane.Batch[float32] // of the last Forward, by stage
	dIn, dOut []*lane.Batch[float32] // of the last Backward, by stage
}

// NewChain binds stages to each other, beginning with samples of shape in.
func NewChain(in nn.Shape, stages []Stage) (*Chain, error) {
	c := &Chain{in: make([]*lane.Batch[float32], len(stages)), out: make([]*lane.Batch[float32], len(stages))}
	for i, s := range stages {
		var before *nn.Net[float32]
		var err error
		if len(s.Before) > 0 {
			if before, err = nn.New(in, s.Before...); err != nil {
				return nil, fmt.Errorf("optical: stage %d: %w", i+1, err)
			}
			in = before.Out
		}
		weights, err := nn.New(in, s.Weights)
		if err != nil {
			return nil, fmt.Errorf("optical: stage %d: %w", i+1, err)
		}
		c.before, c.weights, c.layers = append(c.before, before), append(c.weights, weights), append(c.layers, s.Weights)
		c.dIn = append(c.dIn, lane.NewBatch[float32](0, in.Rows()))
		c.dOut = append(c.dOut, lane.NewBatch[float32](0, weights.Out.Rows()))
		in = weights.Out
	}
	return c, nil
}

// Stages is the number of stages.
func (c *Chain) Stages() int { return len(c.weights) }

// Shape is the shape of what leaves the weights of a stage.
func (c *Chain) Shape(stage int) nn.Shape { return c.weights[stage].Out }

// In and Out are the amplitudes before and behind the weights of a stage in the
// last Forward.
func (c *Chain) In(stage int) *lane.Batch[float32]  { return c.in[stage] }
func (c *Chain) Out(stage int) *lane.Batch[float32] { return c.out[stage] }

// Parameters returns the weights of all stages.
func (c *Chain) Parameters() (ps []*optim.Parameter) {
	for _, w := range c.weights {
		ps = append(ps, w.Parameters()...)
	}
	return ps
}

// Initialise draws the weights.
func (c *Chain) Initialise(seed uint64) {
	for _, w := range c.weights {
		w.Initialise(seed)
	}
}

// Update makes changed weights take effect.
func (c *Chain) Update(pool *lane.Pool) {
	for _, w := range c.weights {
		w.Update(pool)
	}
}

// Forward computes the output for a batch; it is valid until the next call.
func (c *Chain) Forward(p *nn.Pass, x *lane.Batch[float32]) *lane.Batch[float32] {
	for i, w := range c.weights {
		if c.before[i] != nil {
			x = c.before[i].Forward(p, x)
		}
		c.in[i] = x
		x = w.Forward(p, x)
		c.amplify(x, i)
		c.out[i] = x
	}
	return x
}

// Backward pulls the gradient g of the output, which it destroys, back to all
// stages and adds those of the weights to theirs. Afterwards [Chain.Error] holds
// what came to each stage.
func (c *Chain) Backward(p *nn.Pass, g *lane.Batch[float32]) {
	last := len(c.weights) - 1
	c.dOut[last].Resize(g.Samples)
	copy(c.dOut[last].Data, g.Data)
	for i := last; i >= 0; i-- {
		if i == 0 {
			c.weights[0].Backward(p, nil, c.dOut[0])
			return
		}
		c.weights[i].Backward(p, c.dIn[i], c.dOut[i])
		c.amplify(c.dIn[i], i)
		if c.before[i] == nil {
			c.dOut[i-1].Resize(g.Samples)
			copy(c.dOut[i-1].Data, c.dIn[i].Data)
			continue
		}
		c.before[i].Backward(p, c.dOut[i-1], c.dIn[i])
	}
}

// Error is the gradient of what leaves the weights of a stage in the last
// Backward.
func (c *Chain) Error(stage int) *lane.Batch[float32] { return c.dOut[stage] }

// Correlate adds the products of errors behind the weights of a stage and inputs
// before them, summed over the samples, to the gradient of the weights.
func (c *Chain) Correlate(p *nn.Pass, stage int, errors, inputs *lane.Batch[float32]) {
	c.layers[stage].Backward(p, nil, errors, nil, inputs)
}

// amplify multiplies light behind the weights of a stage.
func (c *Chain) amplify(b *lane.Batch[float32], stage int) {
	if c.gain == nil || c.gain[stage] == 1 {
		return
	}
	k := c.gain[stage]
	for i, v := range b.Data {
		b.Data[i] = v * k
	}
}
