package model

import (
	"fmt"

	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
	"lightfast/pnn/sepn"
)

// Element is a trainable linear optical element between N complex inputs and N
// complex outputs (2N rows).
type Element[T lane.Float] interface {
	Ports() int
	Parameters() []*optim.Parameter
	// Updating returns the tasks, to be run one after the other, by which changed
	// parameters take effect; elements run theirs together.
	Updating() []lane.Task
	// Forward propagates blocks lo..hi-1.
	Forward(out, in *lane.Batch[T], lo, hi int)
	// Backward pulls the gradient of the outputs back to the inputs; dIn is nil
	// where nobody needs it, in front of the first stage.
	Backward(dIn, dOut *lane.Batch[T], lo, hi int)
	// Accumulating returns the tasks, likewise, that add the gradient for a batch
	// to that of the parameters on a number of workers.
	Accumulating(workers int, in, dOut *lane.Batch[T]) []lane.Task
}

// Remembering is an element that keeps something of a batch between Forward and
// Accumulating. Reserve makes room for batches of so many samples.
type Remembering interface{ Reserve(samples int) }

// Activation is what light passes between two stages.
type Activation[T lane.Float] interface {
	// Forward computes the field that enters the next stage from the state of n
	// complex numbers behind one.
	Forward(out, in []T, n, blocks int)
	// Adjoint pulls the gradient dOut back to dIn at the field in; local is the
	// field that it is multiplied by, the fused state where there is one. dIn may
	// be dOut.
	Adjoint(dIn, dOut, in, local []T, n, blocks int)
}

// Stage is one stage of a network: an element, a network that predicts its
// errors (nil: none), and the activation in front of the next stage. The
// internal state of a stage is the field behind element and prediction.
type Stage[T lane.Float] struct {
	Element    Element[T]
	SEPN       *sepn.Net[T]
	Activation Activation[T] // unused behind the last stage
}

// Network is a chain of stages whose last field is detected and read out.
type Network[T lane.Float] struct {
	Stages  []Stage[T]
	Readout Readout[T]
	Loss    Loss[T]
	// StateWeight multiplies the mean squared difference of internal states, each
	// divided by its L2 norm, when a method compares those of model and device. 1 in
	// the paper; the number of ports compares intensities in units of their root
	// mean square, which keeps the term alive where ports are many.
	StateWeight float64
	Classes     int // class scores

	each  [][]lane.Task // tasks of the elements, and those that run together
	tasks []lane.Task
}

// wide is the number of ports from which one block is work enough for an item.
const wide = 1024

// Group is the number of blocks of samples that one work item covers. It depends
// on the network alone, as sums over samples are formed group by group.
func (n *Network[T]) Group() int {
	if n.Ports() >= wide {
		return 1
	}
	return lane.Group
}

// Groups is the number of work items that cover so many blocks.
func (n *Network[T]) Groups(blocks int) int { return (blocks + n.Group() - 1) / n.Group() }

// Ports is the number of complex numbers that enter the network.
func (n *Network[T]) Ports() int { return n.Stages[0].Element.Ports() }

// Parameters returns the parameters of the optical elements, stage by stage.
func (n *Network[T]) Parameters() (ps []*optim.Parameter) {
	for _, s := range n.Stages {
		ps = append(ps, s.Element.Parameters()...)
	}
	return ps
}

// SEPNParameters returns the parameters of the error-prediction networks.
func (n *Network[T]) SEPNParameters() (ps []*optim.Parameter) {
	for _, s := range n.Stages {
		if s.SEPN != nil {
			ps = append(ps, s.SEPN.Parameters()...)
		}
	}
	return ps
}

// Initialise draws what training begins with: Haar-random meshes, modulators with
// weights N(0, 0.02^2), plates in turns with phases uniform in a turn, and the usual initial weights of the error predictors.
func (n *Network[T]) Initialise(seed uint64) {
	for i, s := range n.Stages {
		switch e := s.Element.(type) {
		case interface{ Haar(uint64, int) }:
			e.Haar(seed, i)
		case interface{ Draw(uint64) }:
			e.Draw(seed)
		}
		if s.SEPN != nil {
			s.SEPN.Initialise(seed, i)
		}
	}
}

// Update makes changed parameters of the elements take effect.
func (n *Network[T]) Update(pool *lane.Pool) {
	n.each = n.each[:0]
	for _, s := range n.Stages {
		n.each = append(n.each, s.Element.Updating())
	}
	n.together(pool)
}

// together runs the first tasks of all elements, then the second, and so on.
func (n *Network[T]) together(pool *lane.Pool) {
	for k := 0; ; k++ {
		n.tasks = n.tasks[:0]
		for _, t := range n.each {
			if k < len(t) {
				n.tasks = append(n.tasks, t[k])
			}
		}
		if len(n.tasks) == 0 {
			return
		}
		pool.Together(n.tasks)
	}
}

// UpdateSEPN makes changed parameters of the error predictors take effect.
func (n *Network[T]) UpdateSEPN() {
	for _, s := range n.Stages {
		if s.SEPN != nil {
			s.SEPN.Update()
		}
	}
}

// check finds stages that do not fit each other.
func (n *Network[T]) check() error {
	if len(n.Stages) == 0 {
		return fmt.Errorf("model: a network needs at least one stage")
	}
	for i, s := range n.Stages {
		if p := s.Element.Ports(); p != n.Ports() {
			return fmt.Errorf("model: stage %d has %d ports, expected %d as stage 0", i, p, n.Ports())
		}
		if s.SEPN != nil && s.SEPN.Rows() != 2*n.Ports() {
			return fmt.Errorf("model: the error prediction of stage %d works on %d x %d pixels, expected %d in all", i, s.SEPN.H, s.SEPN.W, n.Ports())
		}
	}
	return nil
}

// Trace holds what one batch leaves behind on its way through a network.
type Trace[T lane.Float] struct {
	In     []*lane.Batch[T] // fields that enter the elements; In[0] is the input
	State  []*lane.Batch[T] // internal states: fields behind element and prediction
	Grad   []*lane.Batch[T] // gradients at the outputs of the elements
	Scores *lane.Batch[T]   // class scores, Classes rows
	Norm   *lane.Batch[T]   // what the readout divided by, one row

	raw      *lane.Batch[T] // scratch: the field behind an element
	elements []Remembering
}

// NewTrace returns a trace for batches of up to samples samples.
func (n *Network[T]) NewTrace(samples int) *Trace[T] {
	field := func() *lane.Batch[T] { return lane.NewBatch[T](samples, 2*n.Ports()) }
	t := &Trace[T]{Scores: lane.NewBatch[T](samples, n.Classes), Norm: lane.NewBatch[T](samples, 1), raw: field()}
	for _, s := range n.Stages {
		t.In, t.State, t.Grad = append(t.In, field()), append(t.State, field()), append(t.Grad, field())
		if r, ok := s.Element.(Remembering); ok {
			t.elements = append(t.elements, r)
			r.Reserve(samples)
		}
	}
	return t
}

// Resize fits the trace to a batch of another size.
func (t *Trace[T]) Resize(samples int) {
	for i := range t.In {
		t.In[i].Resize(samples)
		t.State[i].Resize(samples)
		t.Grad[i].Resize(samples)
	}
	t.Scores.Resize(samples)
	t.Norm.Resize(samples)
	t.raw.Resize(samples)
	for _, e := range t.elements {
		e.Reserve(samples)
	}
}

// Workspace is what one worker needs for one group of blocks.
type Workspace[T lane.Float] struct {
	sepn      []*sepn.Workspace[T]
	field     []T
	intensity []T
}

// NewWorkspace returns memory for one worker.
func (n *Network[T]) NewWorkspace() *Workspace[T] {
	size := n.Group() * lane.Width * n.Ports()
	w := &Workspace[T]{field: make([]T, 2*size), intensity: make([]T, size), sepn: make([]*sepn.Workspace[T], len(n.Stages))}
	for i, s := range n.Stages {
		if s.SEPN != nil {
			w.sepn[i] = s.SEPN.NewWorkspace(n.Group())
		}
	}
	return w
}

// Forward sends blocks lo..hi-1 (at most [Network.Group]) of t.In[0] through the
// network and reads out the scores; corrected says whether the predicted errors
// are added.
func (n *Network[T]) Forward(t *Trace[T], w *Workspace[T], lo, hi int, corrected bool) {
	n.ForwardFrom(0, t, w, lo, hi, corrected)
}

// ForwardFrom is [Network.Forward] beginning at a stage, whose input field
// t.In[first] is given.
func (n *Network[T]) ForwardFrom(first int, t *Trace[T], w *Workspace[T], lo, hi int, corrected bool) {
	for i := first; i < len(n.Stages); i++ {
		n.ForwardStage(i, t, w, lo, hi, corrected)
		if i+1 < len(n.Stages) {
			n.Activate(i, t.In[i+1], t.State[i], lo, hi)
		}
	}
	last := t.State[len(n.Stages)-1]
	n.ReadOut(t.Scores, t.Norm, last, w, lo, hi)
}

// ForwardStage sends the given input field of one stage through its element and
// error prediction only.
func (n *Network[T]) ForwardStage(i int, t *Trace[T], w *Workspace[T], lo, hi int, corrected bool) {
	s := &n.Stages[i]
	if s.SEPN == nil || !corrected {
		s.Element.Forward(t.State[i], t.In[i], lo, hi)
		return
	}
	s.Element.Forward(t.raw, t.In[i], lo, hi)
	out := t.State[i].Block(lo, hi)
	s.SEPN.Forward(w.sepn[i], out, t.raw.Block(lo, hi), hi-lo)
	lane.Add(out, t.raw.Block(lo, hi))
}

// ReadOut detects the field behind the last stage and computes the scores.
func (n *Network[T]) ReadOut(scores, norm, field *lane.Batch[T], w *Workspace[T], lo, hi int) {
	lane.Detect(w.intensity, field.Block(lo, hi), n.Ports(), hi-lo)
	n.Scores(scores, norm, w.intensity, lo, hi)
}

// Scores computes the class scores from the intensities of blocks lo..hi-1.
func (n *Network[T]) Scores(scores, norm *lane.Batch[T], intensity []T, lo, hi int) {
	n.Readout.Scores(scores.Block(lo, hi), norm.Block(lo, hi), intensity, n.Ports(), hi-lo)
}

// Gradient describes what is pulled back through a network.
type Gradient[T lane.Float] struct {
	// Scores is the gradient of the class scores.
	Scores *lane.Batch[T]
	// States adds gradients of internal states, by stage; nil where none.
	States []*lane.Batch[T]
	// Local gives, by stage, the fields that activations and detection multiply
	// the gradient by; nil: the trace's own. Norm belongs to the last of them.
	Local []*lane.Batch[T]
	Norm  *lane.Batch[T]
	// SEPN receives, by stage, the sums for the error predictors; nil: frozen.
	SEPN []sepn.Partial[T]
}

// Backward pulls a gradient back through the blocks of the last Forward with the
// same trace and workspace down to stage first, and leaves the gradients at the
// outputs of the elements in t.Grad.
func (n *Network[T]) Backward(first int, t *Trace[T], w *Workspace[T], lo, hi int, corrected bool, g Gradient[T]) {
	last := len(n.Stages) - 1
	local := func(i int) *lane.Batch[T] {
		if g.Local != nil && g.Local[i] != nil {
			return g.Local[i]
		}
		return t.State[i]
	}
	norm := g.Norm
	if norm == nil {
		norm = t.Norm
	}
	d := t.Grad[last].Block(lo, hi)
	clear(d)
	if g.Scores != nil {
		n.Readout.Adjoint(d, g.Scores.Block(lo, hi), norm.Block(lo, hi), local(last).Block(lo, hi), n.Ports(), hi-lo)
	}
	for i := last; i >= first; i-- {
		d := t.Grad[i].Block(lo, hi)
		if g.States != nil && g.States[i] != nil {
			lane.Add(d, g.States[i].Block(lo, hi))
		}
		s := &n.Stages[i]
		if s.SEPN != nil && corrected {
			var sums sepn.Partial[T]
			if g.SEPN != nil {
				sums = g.SEPN[i]
			}
			s.SEPN.Backward(w.sepn[i], w.field, d, hi-lo, sums)
			lane.Add(d, w.field[:len(d)])
		}
		if i == first {
			s.Element.Backward(nil, t.Grad[i], lo, hi)
			break
		}
		below := t.Grad[i-1]
		s.Element.Backward(below, t.Grad[i], lo, hi)
		n.Stages[i-1].Activation.Adjoint(below.Block(lo, hi), below.Block(lo, hi), t.State[i-1].Block(lo, hi), local(i-1).Block(lo, hi), n.Ports(), hi-lo)
	}
}

// Accumulate adds the gradients of the elements from stage first on to their
// parameters after all groups have gone backward.
func (n *Network[T]) Accumulate(pool *lane.Pool, first int, t *Trace[T]) {
	n.each = n.each[:0]
	for i := first; i < len(n.Stages); i++ {
		n.each = append(n.each, n.Stages[i].Element.Accumulating(pool.Workers(), t.In[i], t.Grad[i]))
	}
	n.together(pool)
}

// Activate computes the field that enters stage i+1 from the state behind stage
// i, for blocks lo..hi-1.
func (n *Network[T]) Activate(i int, out, state *lane.Batch[T], lo, hi int) {
	n.Stages[i].Activation.Forward(out.Block(lo, hi), state.Block(lo, hi), n.Ports(), hi-lo)
}

// Coherent tells whether the field that enters stage i+1 depends on more of the
// light behind stage i than its intensities: whether somebody who measures there
// needs the phase to know what goes on.
func (n *Network[T]) Coherent(i int) bool {
	_, ok := n.Stages[i].Activation.(Redisplaying[T])
	return !ok
}

// Enter computes the field that enters stage i+1 from what was measured behind
// stage i, for blocks lo..hi-1: from the intensities, or from the field where the
// stage is [Network.Coherent]. The other may be nil.
func (n *Network[T]) Enter(i int, out, intensity, field *lane.Batch[T], lo, hi int) {
	if r, ok := n.Stages[i].Activation.(Redisplaying[T]); ok {
		r.Intensities(out.Block(lo, hi), intensity.Block(lo, hi), n.Ports(), hi-lo)
		return
	}
	n.Activate(i, out, field, lo, hi)
}

// BackwardSEPN pulls the gradient of the internal state of one stage, given in
// t.Grad, back into the sums for its error predictor.
func (n *Network[T]) BackwardSEPN(i int, t *Trace[T], w *Workspace[T], lo, hi int, sums sepn.Partial[T]) {
	n.Stages[i].SEPN.Backward(w.sepn[i], w.field, t.Grad[i].Block(lo, hi), hi-lo, sums)
}
