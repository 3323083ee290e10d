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

	// Where nothing else needs the gradient, weights take the step of the optimiser
	// while the gradient is still in the nearest cache.
	learning lane.Learning
	shares   int                     // of the work, one a worker
	learn    func(share, worker int) // does one
	scratch  []learningScratch[T]    // by worker
}

// learningScratch is what a worker learns with: gradients and inputs, packed for
// itself alone, and room for a part of the gradient of the weights.
type learningScratch[T lane.Float] struct {
	gy, x lane.Panels[T]
	sum   []float64
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
	d.total, d.scratch = nil, nil
	d.forth = func(item, _ int) { d.forward.multiply(item, d.y, d.x, d.biases) }
	d.back = func(item, _ int) { d.adjoint.multiply(item, d.gx, d.gy, nil) }
	d.packing, d.gathering, d.learn = d.pack, d.gather, d.learnShare
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
	if gx != nil {
		d.fresh(p.Pool)
	}
	groups := lane.Groups(x.Blocks())
	if p.Adam != nil && p.Fresh && groups == 1 && d.slope == nil && p.Adam.Learn(&d.learning, d.weight, p.Rate) {
		d.shares = p.Pool.Workers()
		for len(d.scratch) < d.shares {
			d.scratch = append(d.scratch, learningScratch[T]{sum: make([]float64, min(partRows, d.Out)*d.in)})
		}
		p.Pool.For(d.shares, d.learn)
		d.packed = true
		return
	}
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
		d.tasks[1] = lane.Task{Items: d.adjoint.items(gy.Blocks()), Body: d.back}
	}
	p.Pool.Together(d.tasks[:])
	if d.total == nil && (groups > 1 || d.slope != nil) {
		d.total = make([]float64, len(d.value))
	}
	p.Pool.For(len(d.forward.parts), d.gathering)
}

// learnShare pulls the gradient back to a share of the inputs, then updates the weights
// of a share of the outputs: always the same ones where there are as many workers, so
// that they and their moments stay in the cache of one. That each worker packs all
// inputs for itself takes less time than fetching them from another's cache.
func (d *Dense[T]) learnShare(share, worker int) {
	s := &d.scratch[worker]
	of := func(n int) (lo, hi int) { return share * n / d.shares, (share + 1) * n / d.shares }
	if d.gx != nil {
		for lo, hi := of(d.adjoint.items(d.gy.Blocks())); lo < hi; lo++ {
			d.adjoint.multiply(lo, d.gx, d.gy, nil)
		}
	}
	blocks := d.x.Blocks()
	s.gy.Fit(d.Out, blocks)
	lo, hi := of(s.gy.Count())
	if lo == hi {
		return
	}
	for i := lo; i < hi; i++ {
		s.gy.Pack(i, d.gy.Block(0, blocks))
	}
	s.x.FitInputs(d.in, blocks)
	for i := range s.x.Count() {
		s.x.Pack(i, d.x.Block(0, blocks))
	}
	for ; lo < hi; lo += partRows / panel {
		end := min(lo+partRows/panel, hi)
		rows := lane.Packed[T]{Rows: min(end*panel, d.Out) - lo*panel, Cols: d.in, Data: d.forward.packed.Data[lo*panel*d.in:]}
		lane.LearnOuterPanels(&d.learning, &rows, s.sum, lo, end, &s.gy, &s.x)
		d.addBias(lo*panel, lo*panel+rows.Rows)
	}
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

// gather sums the gradient of the weights of one part of the outputs.
func (d *Dense[T]) gather(part, _ int) {
	first, last := part*partRows, min((part+1)*partRows, d.Out)
	d.accumulate(first, last)
	d.addBias(first, last)
}

// addBias sums the gradient of the biases of outputs first..last-1.
func (d *Dense[T]) addBias(first, last int) {
	if d.bias == nil {
		return
	}
	for o := first; o < last; o++ {
		var sum float64
		for g := range lane.Groups(d.x.Blocks()) {
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
