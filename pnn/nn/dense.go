package nn

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Dense is a fully connected layer of vectors, for each sample
//
//	y_o = sum_i W_oi x_i + b_o,   dL/dx_i = sum_o W_oi dL/dy_o,
//	dL/dW_oi = sum over samples of dL/dy_o x_i.
//
// Parameters are Name.weight of shape (Out, inputs) and, with Bias, Name.bias.
// It trains the controls instead of the weights if it has a Tuning.
type Dense[T lane.Float] struct {
	Name                 string
	Out                  int
	Bias                 bool
	InitWeight, InitBias Initialiser // nil: [Default]
	Tuning               Tuning      // nil: weights are set directly

	weights[T]
	in     int
	gp, xp []*lane.Panels[T] // by group: gradients of the output and inputs, packed
	total  []float64         // gradient of the weights before it is added, if not at once

	gx, gy, y, x                    *lane.Batch[T] // of the pass under way
	clean                           bool           // gradients of the parameters count as zero
	forth, back, packing, gathering func(item, worker int)
	tasks                           [2]lane.Task

	// Where nothing else needs the gradient, a part of the weights takes the step of
	// the optimiser while the part of the gradient is still in a near cache.
	learns   bool
	learning lane.Learning
	sums     [][]float64 // by worker: such a part
}

// Bind implements [Layer].
func (d *Dense[T]) Bind(in Shape) (Shape, error) {
	if d.Name == "" || d.Out < 1 {
		return in, fmt.Errorf("Dense %q with %d outputs, expected a name and at least one output", d.Name, d.Out)
	}
	if in.IsImage() {
		return in, fmt.Errorf("Dense %s expects a vector; put Flatten before it", d.Name)
	}
	d.in = in.Channels
	d.forward = newMatrix[T](d.Out, d.in, lane.Dense(d.in), 1, lane.Group)
	d.adjoint = newMatrix[T](d.in, d.Out, lane.Dense(d.Out), 1, lane.Group)
	d.packAdjoint = func(part, _ int) { d.adjoint.pack(part, d.value, 1, d.in) }
	d.setup(d.Name, d.Bias, d.Tuning, d.Out, d.in)
	d.total, d.sums = nil, nil
	d.forth = func(item, _ int) { d.forward.multiply(item, d.y, d.x, d.biases) }
	d.back = func(item, _ int) { d.adjoint.multiply(item, d.gx, d.gy, nil) }
	d.packing, d.gathering = d.pack, d.gather
	return Vector(d.Out), nil
}

func (d *Dense[T]) outputFree() {}
func (d *Dense[T]) begins()     {}

// Initialise implements [Trainable].
func (d *Dense[T]) Initialise(seed uint64) {
	d.initialise(seed, d.InitWeight, d.InitBias, d.in, d.Out)
}

// Forward implements [Layer].
func (d *Dense[T]) Forward(p *Pass, y, x *lane.Batch[T]) {
	d.y, d.x = y, x
	p.Pool.For(d.forward.items(x.Blocks()), d.forth)
}

// Backward implements [Layer].
func (d *Dense[T]) Backward(p *Pass, gx, gy, _, x *lane.Batch[T]) {
	d.gx, d.gy, d.x, d.clean = gx, gy, x, p.Fresh
	groups := lane.Groups(x.Blocks())
	for len(d.gp) < groups {
		d.gp, d.xp = append(d.gp, new(lane.Panels[T])), append(d.xp, new(lane.Panels[T]))
	}
	for g := range groups {
		lo, hi := blocksOf(x.Blocks(), g)
		d.gp[g].Fit(d.Out, hi-lo)
		d.xp[g].FitInputs(d.in, hi-lo)
	}
	d.tasks = [2]lane.Task{{Items: groups * d.packs(), Body: d.packing}}
	if gx != nil {
		d.fresh(p.Pool)
		d.tasks[1] = lane.Task{Items: d.adjoint.items(gy.Blocks()), Body: d.back}
	}
	p.Pool.Together(d.tasks[:])
	if d.total == nil && (groups > 1 || d.slope != nil) {
		d.total = make([]float64, len(d.value))
	}
	d.learns = p.Adam != nil && p.Fresh && groups == 1 && d.total == nil && p.Adam.Learn(&d.learning, d.weight, p.Rate)
	for d.learns && len(d.sums) < p.Pool.Workers() {
		d.sums = append(d.sums, make([]float64, min(partRows, d.Out)*d.in))
	}
	p.Pool.For(len(d.forward.parts), d.gathering)
	d.packed = d.learns
}

// packs is the number of work items that pack one group, each of packRows
// rows of the inputs or of the gradients.
func (d *Dense[T]) packs() int {
	return (d.in+packRows-1)/packRows + (d.Out+packRows-1)/packRows
}

const packRows = 64

func (d *Dense[T]) pack(item, _ int) {
	g, i := item/d.packs(), item%d.packs()
	lo, hi := blocksOf(d.x.Blocks(), g)
	src, panels, rows := d.x, d.xp[g], (d.in+packRows-1)/packRows
	if i >= rows {
		src, panels, i = d.gy, d.gp[g], i-rows
	}
	data := src.Block(lo, hi)
	for k := i * packRows / panels.Tall(); k < min((i+1)*packRows/panels.Tall(), panels.Count()); k++ {
		panels.Pack(k, data)
	}
}

// gather sums the gradient of the weights of one part of the outputs, or learns from
// it.
func (d *Dense[T]) gather(part, worker int) {
	first, last := part*partRows, min((part+1)*partRows, d.Out)
	groups := lane.Groups(d.x.Blocks())
	if d.learns {
		lane.LearnOuterPanels(&d.learning, &d.forward.parts[part], d.sums[worker], first/panel, (last+panel-1)/panel, d.gp[0], d.xp[0])
	} else {
		d.accumulate(first, last)
	}
	if d.bias == nil {
		return
	}
	for o := first; o < last; o++ {
		var sum float64
		for g := range groups {
			lo, hi := blocksOf(d.x.Blocks(), g)
			sum += float64(lane.SumRows(d.gy.Block(lo, hi)[o*lane.Width:], d.Out, 1, hi-lo))
		}
		if d.clean {
			d.bias.Grad[o] = 0
		}
		d.bias.Grad[o] += sum
	}
}

// accumulate adds to the gradient of the weights of outputs first..last-1.
func (d *Dense[T]) accumulate(first, last int) {
	at, end := first*d.in, last*d.in
	groups := lane.Groups(d.x.Blocks())
	if d.clean && (d.total != nil || groups == 0) {
		clear(d.weight.Grad[at:end])
	}
	sum, fresh := d.weight.Grad, d.clean
	if d.total != nil {
		sum, fresh = d.total, true
	}
	for g := range groups {
		lane.AddOuterPanels(sum, fresh && g == 0, first/panel, (last+panel-1)/panel, d.gp[g], d.xp[g])
	}
	if d.total != nil && groups > 0 {
		for i, v := range d.total[at:end] {
			d.add(at+i, v)
		}
	}
}
