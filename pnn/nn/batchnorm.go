package nn

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

// BatchNorm normalises each channel over the samples of a batch and, of images,
// their pixels (Ioffe and Szegedy, ICML 2015),
//
//	y = weight (x - mean)/sqrt(variance + Epsilon) + bias,
//
// in training with the mean and the biased variance of the batch; the running
// ones move towards them,
//
//	running = (1 - Momentum) running + Momentum batch,
//
// the variance there being the unbiased one, n/(n-1) times as large (as it is if n
// is 1). While evaluating, the running ones are used. Parameters are Name.weight
// and Name.bias, buffers Name.running_mean and Name.running_var, as in PyTorch.
type BatchNorm[T lane.Float] struct {
	Name     string
	Epsilon  float64 // 0: 1e-5
	Momentum float64 // 0: 0.1

	weight, bias   *optim.Parameter
	mean, variance *optim.Parameter // running

	in      Shape
	over    bool           // the centred input may take the input's place
	centred *lane.Batch[T] // x - mean
	chunk   int            // channels of a work item
	count   float64        // numbers of a channel in the batch
	batch   bool           // the statistics are those of the batch
	inverse []float64      // 1/sqrt(variance + Epsilon) by channel
	partial [2][]T         // sums by group and channel
	sums    [2][]float64   // the same of all groups
	plan    *lane.Plan     // each pixel of a channel by itself
	square  *lane.OuterPlan
	factor  []lane.Packed[T] // by channel: a matrix of one number
	second  []lane.Packed[T] // likewise
	offset  []T              // by channel: a panel

	gx, gy, y, x                            *lane.Batch[T] // of the pass under way
	summing, centring, scaling, correlating func(item, worker int)
	pulling                                 func(item, worker int)
}

// Bind implements [Layer].
func (b *BatchNorm[T]) Bind(in Shape) (Shape, error) {
	if b.Name == "" || b.Epsilon < 0 || b.Momentum < 0 || b.Momentum > 1 {
		return in, fmt.Errorf("BatchNorm %q with epsilon %g and momentum %g, expected a name, an epsilon of at least 0 and a momentum in 0..1", b.Name, b.Epsilon, b.Momentum)
	}
	if b.Epsilon == 0 {
		b.Epsilon = 1e-5
	}
	if b.Momentum == 0 {
		b.Momentum = 0.1
	}
	n, pixels := in.Channels, in.pixels()
	b.in, b.chunk, b.over = in, max(1, 256/pixels), false
	b.factor, b.second = nil, nil
	b.weight, b.bias = newParameter[T](b.Name+".weight", n), newParameter[T](b.Name+".bias", n)
	b.mean, b.variance = newParameter[T](b.Name+".running_mean", n), newParameter[T](b.Name+".running_var", n)
	b.Initialise(0)
	b.inverse = make([]float64, n)
	b.sums = [2][]float64{make([]float64, n), make([]float64, n)}
	sites, pairs := make([]lane.PlanSite, pixels), make([]lane.Pair, pixels)
	for i := range sites {
		sites[i] = lane.PlanSite{Out: i, Base: i, Col: []int{0}, Row: []int{i}}
		pairs[i] = lane.Pair{Y: i, X: i}
	}
	b.plan, b.square = lane.NewPlan(sites, 1), lane.NewOuterPlan(pairs)
	for range n {
		b.factor, b.second = append(b.factor, *lane.NewPacked[T](1, 1)), append(b.second, *lane.NewPacked[T](1, 1))
	}
	b.offset = make([]T, n*panel)
	b.centred = lane.NewBatch[T](0, in.Rows())
	b.summing, b.centring, b.scaling, b.correlating, b.pulling = b.sum, b.centre, b.scale, b.correlate, b.pull
	return in, nil
}

func (b *BatchNorm[T]) outputFree() {}
func (b *BatchNorm[T]) overwrite()  { b.over = true }

// Parameters implements [Trainable].
func (b *BatchNorm[T]) Parameters() []*optim.Parameter { return []*optim.Parameter{b.weight, b.bias} }

// Buffers implements [Buffered].
func (b *BatchNorm[T]) Buffers() []*optim.Parameter { return []*optim.Parameter{b.mean, b.variance} }

// Initialise sets weight and running variance to one, bias and running mean to
// zero.
func (b *BatchNorm[T]) Initialise(uint64) {
	clear(b.bias.Value)
	clear(b.mean.Value)
	for i := range b.weight.Value {
		b.weight.Value[i], b.variance.Value[i] = 1, 1
	}
}

// Update implements [Trainable]; values are read where they are used.
func (b *BatchNorm[T]) Update(*lane.Pool) {}

// items is the number of work items for a batch: groups times chunks of channels.
func (b *BatchNorm[T]) items() int { return lane.Groups(b.x.Blocks()) * b.chunks() }

func (b *BatchNorm[T]) chunks() int { return (b.in.Channels + b.chunk - 1) / b.chunk }

// share tells what a work item covers: a group, its blocks and its channels.
func (b *BatchNorm[T]) share(item int) (group, lo, hi, from, to int) {
	group = item / b.chunks()
	lo, hi = blocksOf(b.x.Blocks(), group)
	from = item % b.chunks() * b.chunk
	return group, lo, hi, from, min(from+b.chunk, b.in.Channels)
}

// channel returns what begins at channel c in blocks lo..hi-1.
func (b *BatchNorm[T]) channel(of *lane.Batch[T], lo, hi, c int) []T {
	return of.Block(lo, hi)[c*b.in.plane()*lane.Width:]
}

// Forward implements [Layer].
func (b *BatchNorm[T]) Forward(p *Pass, y, x *lane.Batch[T]) {
	b.y, b.x = y, x
	if x.Samples == 0 {
		return // no samples have no mean
	}
	if b.over {
		b.centred = x
	} else {
		b.centred.Resize(x.Samples)
	}
	b.fit(lane.Groups(x.Blocks()) * b.in.Channels)
	b.count = float64(x.Samples) * float64(b.in.pixels())
	b.batch = p.Mode != Evaluate
	if b.batch {
		clearPad(x)
		p.Pool.For(b.items(), b.summing)
		b.total(0)
	}
	for c := range b.in.Channels {
		mean := b.mean.Value[c]
		if b.batch {
			mean = b.sums[0][c] / b.count
		}
		b.sums[0][c] = mean
		b.offset[c*panel] = T(-mean)
	}
	p.Pool.For(b.items(), b.centring)
	if b.batch {
		b.total(1)
	}
	for c := range b.in.Channels {
		v := b.variance.Value[c]
		if b.batch {
			v = b.sums[1][c] / b.count
		}
		if p.Mode == Train {
			b.move(c, b.sums[0][c], v)
		}
		b.inverse[c] = 1 / math.Sqrt(v+b.Epsilon)
		b.factor[c].Set(0, 0, T(b.weight.Value[c]*b.inverse[c]))
		b.offset[c*panel] = T(b.bias.Value[c])
	}
	p.Pool.For(b.items(), b.scaling)
}

// fit makes room for the sums by group and channel.
func (b *BatchNorm[T]) fit(n int) {
	for i := range b.partial {
		if cap(b.partial[i]) < n {
			b.partial[i] = make([]T, n)
		}
		b.partial[i] = b.partial[i][:n]
	}
}

// total adds the sums of the groups in their order.
func (b *BatchNorm[T]) total(i int) {
	clear(b.sums[i])
	for at, v := range b.partial[i] {
		b.sums[i][at%b.in.Channels] += float64(v)
	}
}

// move moves the running statistics of a channel towards those of the batch.
func (b *BatchNorm[T]) move(c int, mean, variance float64) {
	if b.count > 1 {
		variance *= b.count / (b.count - 1)
	}
	for _, r := range [...]struct {
		running *optim.Parameter
		batch   float64
	}{{b.mean, mean}, {b.variance, variance}} {
		v := float64((1-b.Momentum)*r.running.Value[c]) + float64(b.Momentum*r.batch)
		if r.running.Single {
			v = float64(float32(v))
		}
		r.running.Value[c] = v
	}
}

// sum adds the numbers of each channel.
func (b *BatchNorm[T]) sum(item, _ int) {
	g, lo, hi, from, to := b.share(item)
	for c := from; c < to; c++ {
		b.partial[0][g*b.in.Channels+c] = lane.SumRows(b.channel(b.x, lo, hi, c), b.x.Rows, b.in.pixels(), hi-lo)
	}
}

// centre subtracts the mean and adds the squares of what is left.
func (b *BatchNorm[T]) centre(item, _ int) {
	g, lo, hi, from, to := b.share(item)
	for c := from; c < to; c++ {
		z := b.channel(b.centred, lo, hi, c)
		x := b.channel(b.x, lo, hi, c)
		shift(z, x, b.x.Rows, b.in.pixels(), hi-lo, b.offset[c*panel])
		if !b.batch {
			continue
		}
		if hi == b.x.Blocks() {
			b.clearLanes(z, hi-lo)
		}
		lane.Outer(b.partial[1][g*b.in.Channels+c:], 1, 1, z, b.x.Rows, 1, z, b.x.Rows, 1, hi-lo, b.square)
	}
}

// clearLanes zeroes the lanes of one channel beyond the last sample, in the last
// of the given blocks.
func (b *BatchNorm[T]) clearLanes(z []T, blocks int) {
	if n := b.x.Samples % lane.Width; n > 0 {
		z = z[(blocks-1)*b.x.Rows*lane.Width:]
		for r := range b.in.pixels() {
			clear(z[r*lane.Width+n : (r+1)*lane.Width])
		}
	}
}

// shift computes y = x + by for rows rows of each block; y may be x.
func shift[T lane.Float](y, x []T, rowsOfBlock, rows, blocks int, by T) {
	for i := range blocks {
		at := i * rowsOfBlock * lane.Width
		to := y[at:][:rows*lane.Width]
		for k, v := range x[at:][:rows*lane.Width] {
			to[k] = v + by
		}
	}
}

// scale computes the output from the centred input.
func (b *BatchNorm[T]) scale(item, _ int) {
	_, lo, hi, from, to := b.share(item)
	for c := from; c < to; c++ {
		lane.Product(b.channel(b.y, lo, hi, c), b.y.Rows, &b.factor[c], b.channel(b.centred, lo, hi, c), b.y.Rows, hi-lo, b.plan, b.offset[c*panel:][:panel], lane.Store)
	}
}

// Backward implements [Layer]. With z = x - mean, r = 1/sqrt(variance + Epsilon)
// and n numbers in a channel,
//
//	dL/dbias = sum dL/dy,   dL/dweight = r sum z dL/dy,
//	dL/dx = weight r (dL/dy - (sum dL/dy)/n - z r^2 (sum z dL/dy)/n),
//
// without the last two terms if the statistics are the running ones.
func (b *BatchNorm[T]) Backward(p *Pass, gx, gy, _, x *lane.Batch[T]) {
	b.gx, b.gy = gx, gy
	if gy.Samples == 0 {
		return
	}
	p.Pool.For(b.items(), b.correlating)
	b.total(0)
	b.total(1)
	for c := range b.in.Channels {
		r := b.inverse[c]
		b.bias.Grad[c] += b.sums[0][c]
		b.weight.Grad[c] += float64(r * b.sums[1][c])
		k := float64(b.weight.Value[c] * r)
		b.factor[c].Set(0, 0, T(k))
		b.second[c].Set(0, 0, T(-k*float64(float64(r*r)*(b.sums[1][c]/b.count))))
		b.offset[c*panel] = T(-k * (b.sums[0][c] / b.count))
	}
	if gx == nil {
		return
	}
	p.Pool.For(b.items(), b.pulling)
	if b.batch {
		clearPad(gx)
	}
}

// correlate adds the gradients of each channel, and their products with the
// centred inputs.
func (b *BatchNorm[T]) correlate(item, _ int) {
	g, lo, hi, from, to := b.share(item)
	for c := from; c < to; c++ {
		gy, z := b.channel(b.gy, lo, hi, c), b.channel(b.centred, lo, hi, c)
		at := g*b.in.Channels + c
		b.partial[0][at] = lane.SumRows(gy, b.gy.Rows, b.in.pixels(), hi-lo)
		lane.Outer(b.partial[1][at:], 1, 1, gy, b.gy.Rows, 1, z, b.gy.Rows, 1, hi-lo, b.square)
	}
}

// pull computes the gradient of the input.
func (b *BatchNorm[T]) pull(item, _ int) {
	_, lo, hi, from, to := b.share(item)
	for c := from; c < to; c++ {
		gx, gy, z := b.channel(b.gx, lo, hi, c), b.channel(b.gy, lo, hi, c), b.channel(b.centred, lo, hi, c)
		rows := b.gy.Rows
		if !b.batch {
			lane.Product(gx, rows, &b.factor[c], gy, rows, hi-lo, b.plan, nil, lane.Store)
			continue
		}
		lane.Product(gx, rows, &b.factor[c], gy, rows, hi-lo, b.plan, b.offset[c*panel:][:panel], lane.Store)
		lane.Product(gx, rows, &b.second[c], z, rows, hi-lo, b.plan, nil, lane.AddTo)
	}
}
