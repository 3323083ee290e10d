package sepn

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

// Net is a systematic-error prediction network for fields of one channel.
// Its weights may be shared by any number of goroutines, each with a
// [Workspace] of its own.
type Net[T lane.Float] struct {
	H, W   int
	Kind   string // "unet" or "residual"
	stages []stage[T]
	convs  []*conv[T] // of the stages
	rows   []int      // rows of each buffer; buffer 0 is the input, the last the output
	sums   int
}

// stage is one step of a network: a convolution, with or without rectifier,
// or, without one, the addition of the input to every channel.
type stage[T lane.Float] struct {
	conv     *conv[T]
	src, dst span
	relu     bool
}

// span is a run of rows of a buffer.
type span struct{ buffer, first, rows int }

// Workspace holds the activations of one group of blocks and their gradients.
type Workspace[T lane.Float] struct {
	act, grad [][]T
}

// Partial holds the sums over the samples of one group that parameter
// gradients are made of.
type Partial[T lane.Float] []T

// NewWorkspace returns memory for one worker that has groups of up to so many
// blocks, at most lane.Group.
func (n *Net[T]) NewWorkspace(blocks int) *Workspace[T] {
	w := &Workspace[T]{}
	for _, r := range n.rows {
		w.act = append(w.act, make([]T, r*lane.Width*blocks))
		w.grad = append(w.grad, make([]T, r*lane.Width*blocks))
	}
	return w
}

// NewPartial returns memory for the sums of one group.
func (n *Net[T]) NewPartial() Partial[T] { return make(Partial[T], n.sums) }

// Rows is the number of rows of a field, 2 H W.
func (n *Net[T]) Rows() int { return 2 * n.H * n.W }

// Parameters returns weights and biases, layer by layer: real weight, real bias,
// imaginary weight, imaginary bias.
func (n *Net[T]) Parameters() (ps []*optim.Parameter) {
	for _, s := range n.stages {
		if s.conv != nil {
			ps = append(ps, s.conv.parameters()...)
		}
	}
	return ps
}

// Count is the number of real parameters.
func (n *Net[T]) Count() (c int) {
	for _, p := range n.Parameters() {
		c += len(p.Value)
	}
	return c
}

// Initialise draws weights and biases of each real convolution uniformly in
// +-1/sqrt(fan in), the default of PyTorch. index tells the networks of a chain
// apart.
func (n *Net[T]) Initialise(seed uint64, index int) {
	s := lane.NewStream(seed, "initial SEPN weights", uint64(index))
	for _, st := range n.stages {
		if st.conv == nil {
			continue
		}
		fan := st.conv.in
		if st.conv.Transposed {
			fan = st.conv.out // PyTorch counts the second axis of the weight
		}
		bound := 1 / math.Sqrt(float64(fan*kernel*kernel))
		for _, p := range st.conv.parameters() {
			for i := range p.Value {
				p.Value[i] = float64(bound * (float64(2*s.Float64()) - 1))
			}
			p.Round()
		}
	}
	n.Update()
}

// Update makes changed weights take effect.
func (n *Net[T]) Update() {
	for i := range n.Layers() {
		n.UpdateLayer(i)
	}
}

// Layers is the number of convolutions. They can be updated and collected one by
// one, by several goroutines.
func (n *Net[T]) Layers() int { return len(n.convs) }

// UpdateLayer is [Net.Update] for one convolution.
func (n *Net[T]) UpdateLayer(i int) { n.convs[i].update() }

// at returns the part of a buffer that begins at the first row of s.
func at[T lane.Float](buffers [][]T, s span) []T { return buffers[s.buffer][s.first*lane.Width:] }

// Forward computes out = SEPN(in) for blocks blocks (at most lane.Group) and
// keeps the activations in ws. in and out hold Rows() rows a block.
func (n *Net[T]) Forward(ws *Workspace[T], out, in []T, blocks int) {
	n.enter(ws.act[0], in, blocks)
	for _, s := range n.stages {
		srcRows, dstRows := n.rows[s.src.buffer], n.rows[s.dst.buffer]
		src, dst := at(ws.act, s.src), at(ws.act, s.dst)
		if s.conv != nil {
			finish := lane.Store
			if s.relu {
				finish = lane.Rectify
			}
			lane.Product(dst, dstRows, s.conv.w, src, srcRows, blocks, s.conv.forward, s.conv.bias, finish)
			continue
		}
		z := n.rows[0] * lane.Width
		for b := range blocks {
			for i := range s.src.rows * lane.Width {
				dst[b*dstRows*lane.Width+i] = src[b*srcRows*lane.Width+i] + ws.act[0][b*z+i%z]
			}
		}
	}
	n.leave(out, ws.act[len(ws.act)-1], blocks)
}

// enter and leave copy fields of one channel into and out of a buffer, where
// there is a row between the planes.
func (n *Net[T]) enter(buffer, field []T, blocks int) {
	size, wide := n.H*n.W*lane.Width, lane.Plane(n.H, n.W)*lane.Width
	for p := range 2 * blocks {
		copy(buffer[p*wide:], field[p*size:(p+1)*size])
	}
}

func (n *Net[T]) leave(field, buffer []T, blocks int) {
	size, wide := n.H*n.W*lane.Width, lane.Plane(n.H, n.W)*lane.Width
	for p := range 2 * blocks {
		copy(field[p*size:(p+1)*size], buffer[p*wide:])
	}
}

// Backward pulls the gradient dOut of the output back to the input, dIn, for the
// blocks of the last Forward with ws. The sums that the gradient of the weights
// is made of are written to sums; with nil the weights count as frozen.
func (n *Net[T]) Backward(ws *Workspace[T], dIn, dOut []T, blocks int, sums Partial[T]) {
	last := len(n.rows) - 1
	for i := range last {
		clear(ws.grad[i][:blocks*n.rows[i]*lane.Width])
	}
	n.enter(ws.grad[last], dOut, blocks)
	for i := len(n.stages) - 1; i >= 0; i-- {
		s := n.stages[i]
		srcRows, dstRows := n.rows[s.src.buffer], n.rows[s.dst.buffer]
		g, x := at(ws.grad, s.dst), at(ws.act, s.src)
		into := at(ws.grad, s.src)
		if s.conv == nil {
			z := n.rows[0] * lane.Width
			for b := range blocks {
				for i := range s.src.rows * lane.Width {
					v := g[b*dstRows*lane.Width+i]
					into[b*srcRows*lane.Width+i] += v
					ws.grad[0][b*z+i%z] += v
				}
			}
			continue
		}
		if s.relu {
			y := at(ws.act, s.dst)
			for b := range blocks {
				lo, hi := b*dstRows*lane.Width, (b*dstRows+s.dst.rows)*lane.Width
				lane.Mask(g[lo:hi], y[lo:hi])
			}
		}
		if sums != nil {
			s.conv.accumulate(sums[s.conv.sums:], g, dstRows, x, srcRows, blocks)
		}
		// The gradient of the inputs comes on top of what other stages left there.
		lane.Product(into, srcRows, s.conv.wt, g, dstRows, blocks, s.conv.adjoint, nil, lane.AddTo)
	}
	n.leave(dIn, ws.grad[0], blocks)
}

// Collect adds the gradient of the weights, summed over groups in their order,
// to the parameters' gradients.
func (n *Net[T]) Collect(groups []Partial[T]) {
	for i := range n.convs {
		n.CollectLayer(i, groups)
	}
}

// CollectLayer is [Net.Collect] for one convolution.
func (n *Net[T]) CollectLayer(i int, groups []Partial[T]) { n.convs[i].collect(groups) }

// builder lays out buffers and stages.
type builder[T lane.Float] struct{ net *Net[T] }

// buffer adds a buffer of channels complex channels of h x w pixels.
func (b builder[T]) buffer(channels, h, w int) int {
	b.net.rows = append(b.net.rows, 2*channels*lane.Plane(h, w))
	return len(b.net.rows) - 1
}

// conv adds a convolution from channel srcAt of one buffer to channel dstAt of
// another.
func (b builder[T]) conv(name string, g lane.Convolution, src, srcAt, in, dst, dstAt, out int, relu bool) {
	c := newConv[T](name, g, in, out)
	c.sums = b.net.sums
	b.net.sums += c.size()
	b.net.convs = append(b.net.convs, c)
	in2, out2 := 2*g.InPlane(), 2*g.OutPlane()
	b.net.stages = append(b.net.stages, stage[T]{c,
		span{src, srcAt * in2, in * in2}, span{dst, dstAt * out2, out * out2}, relu})
}

func checkImage(kind string, h, w, multiple int) error {
	if h < multiple || w < multiple || h%multiple != 0 || w%multiple != 0 {
		return fmt.Errorf("sepn: %s network for %d x %d pixels, expected sides that are multiples of %d", kind, h, w, multiple)
	}
	return nil
}
