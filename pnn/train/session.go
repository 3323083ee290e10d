package train

import (
	"context"
	"fmt"
	"math"

	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
	"lightfast/pnn/sepn"
)

// Protocols say on which data the best epoch is chosen.
const (
	// Published chooses the best epoch on the test set, as the authors do.
	Published = "published"
	// HeldOut chooses it on a validation set split off the training set.
	HeldOut = "held-out"
)

// Settings of a session.
type Settings struct {
	Epochs, Batch int
	Rate          optim.Halving // of the phases
	SEPNRate      optim.Halving // of the error predictors
	Seed          uint64        // of the order of the samples
	Protocol      string        // Published or HeldOut
	Validation    int           // samples split off for HeldOut
}

// Session trains a network by a method, on a device where the method measures
// one.
type Session struct {
	Model    *model.Network[float32]
	Device   device.Device // nil: none
	Method   Method
	Settings Settings
	Pool     *lane.Pool

	Curve []Epoch
	// BestEpoch is the epoch (from 1) with the highest accuracy under the
	// protocol, 0 before the first.
	BestEpoch int

	train, valid *Labelled
	tests        []*Test // test set; validation set under HeldOut

	elements, sepns []*optim.Parameter
	adam, sepnAdam  *optim.Adam
	best            [][]float64

	trace   *model.Trace[float32]
	work    []*model.Workspace[float32]
	batch   *lane.Batch[float32]
	reading device.Reading
	before  []int                  // parameters of the stages before each stage
	values  [][]float64            // what the device is set to: the elements' values
	scores  *lane.Batch[float32]   // gradient of the scores
	states  []*lane.Batch[float32] // gradients of internal states, then fused states, by stage
	steps   uint64
	phase   bool // the method needs the phases of internal states

	sam   *optim.SAM  // of sharpness-aware training
	clean [][]float64 // values of the elements without noise, of noise-aware training

	measured, norm *lane.Batch[float32] // scores and norms of a measured output

	// Of dual adaptive training: sums for the error predictors by group and
	// stage, and the same by stage and group.
	parts, ofStage [][]sepn.Partial[float32]
	compared       []*lane.Batch[float32] // states, nil where nothing is measured
	comparisons    []*comparison          // by worker
	whole          model.Readout[float32] // of internal states: all ports
	layers         []layer                // of all error predictors

	// The pass under way. Loop bodies are made once and find here what they work
	// on, so that a step allocates nothing.
	current Batch
	pass    pass
	losses  []Loss // by group
	tap     [1]int
	body    bodies

	evalReading device.Reading
	evalTrace   *model.Trace[float32]
}

// bodies are what a pool runs on each group of blocks, or on each layer (collect and
// update).
type bodies struct {
	descend, deploy, together, apart, collect, update func(item, worker int)
}

// onGroups makes a loop body over the groups of the current batch.
func (s *Session) onGroups(f func(group, worker, lo, hi int)) func(item, worker int) {
	return func(g, worker int) {
		size := s.Model.Group()
		f(g, worker, g*size, min((g+1)*size, s.current.Fields.Blocks()))
	}
}

// New prepares a session. It fails, before anything is trained, when the method
// needs what the device cannot give or the data do not fit the network.
func New(m *model.Network[float32], dev device.Device, method Method, trainSet, testSet *Labelled, set Settings, pool *lane.Pool) (*Session, error) {
	s := &Session{Model: m, Device: dev, Method: method, Settings: set, Pool: pool, elements: m.Parameters(), sepns: m.SEPNParameters()}
	if p, ok := method.(interface {
		Check(*model.Network[float32]) error
	}); ok {
		if err := p.Check(m); err != nil {
			return nil, fmt.Errorf("train: %w", err)
		}
	}
	measures, need := method.Needs(m)
	if measures && dev == nil {
		return nil, fmt.Errorf("train: method %s measures a device, but there is none", method.Name())
	}
	s.phase = need.Phase
	if measures {
		if err := dev.Capabilities().Check(method.Name(), need); err != nil {
			return nil, fmt.Errorf("train: %w", err)
		}
	}
	if set.Epochs < 1 || set.Batch < 1 || !(set.Rate.Rate > 0) || set.Rate.Every < 0 {
		return nil, fmt.Errorf("train: %d epochs, batch %d, learning rate %g halved every %d epochs: expected positive numbers", set.Epochs, set.Batch, set.Rate.Rate, set.Rate.Every)
	}
	rows := 2 * m.Ports()
	if err := trainSet.check("training", rows, m.Classes); err != nil {
		return nil, err
	}
	if err := testSet.check("test", rows, m.Classes); err != nil {
		return nil, err
	}
	s.train = trainSet
	s.tests = []*Test{NewTest(testSet, m)}
	switch set.Protocol {
	case Published:
	case HeldOut:
		if set.Validation < 1 || set.Validation >= trainSet.Len() {
			return nil, fmt.Errorf("train: %d validation samples of %d, expected at least 1 and fewer than all", set.Validation, trainSet.Len())
		}
		cut := trainSet.Len() - set.Validation
		s.train, s.valid = trainSet.slice(0, cut), trainSet.slice(cut, trainSet.Len())
		s.tests = append(s.tests, NewTest(s.valid, m))
	default:
		return nil, fmt.Errorf("train: protocol %q, expected %q or %q", set.Protocol, Published, HeldOut)
	}
	s.whole = model.Ports[float32]{Classes: m.Ports()}
	s.adam, s.sepnAdam = optim.NewAdam(s.elements), optim.NewAdam(s.sepns)
	s.adam.Pool, s.sepnAdam.Pool = pool, pool
	s.trace = m.NewTrace(set.Batch)
	s.batch = lane.NewBatch[float32](set.Batch, rows)
	s.scores = lane.NewBatch[float32](set.Batch, m.Classes)
	for range m.Stages {
		s.states = append(s.states, lane.NewBatch[float32](set.Batch, rows))
	}
	for range pool.Workers() {
		s.work = append(s.work, m.NewWorkspace())
		s.comparisons = append(s.comparisons, newComparison(m.Ports(), m.Group()))
	}
	for _, p := range s.elements {
		s.values = append(s.values, p.Value)
	}
	done := 0
	for _, st := range m.Stages {
		s.before = append(s.before, done)
		done += len(st.Element.Parameters())
	}
	s.measured, s.norm = lane.NewBatch[float32](set.Batch, m.Classes), lane.NewBatch[float32](set.Batch, 1)
	s.compared, s.ofStage = make([]*lane.Batch[float32], len(m.Stages)), make([][]sepn.Partial[float32], len(m.Stages))
	s.body = bodies{
		descend:  s.onGroups(s.descendGroup),
		deploy:   s.onGroups(s.deployGroup),
		together: s.onGroups(s.togetherGroup),
		apart:    s.onGroups(s.apartGroup),
		collect:  s.collectLayer,
		update:   s.updateLayer,
	}
	for i, st := range m.Stages {
		if st.SEPN != nil {
			for l := range st.SEPN.Layers() {
				s.layers = append(s.layers, layer{i, l})
			}
		}
	}
	s.Model.Update(pool)
	s.Model.UpdateSEPN()
	return s, nil
}

// Run trains until all epochs are done or ctx ends. After each epoch done is
// called, if not nil, while the session is in a state that can be saved; an error
// of it stops the run. When ctx ends, the epoch under way is lost and ctx's error is
// returned.
func (s *Session) Run(ctx context.Context, done func(Epoch) error) error {
	for len(s.Curve) < s.Settings.Epochs {
		if err := s.epoch(ctx); err != nil {
			return err
		}
		if done != nil {
			if err := done(s.Curve[len(s.Curve)-1]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Session) epoch(ctx context.Context) error {
	number := len(s.Curve)
	order := lane.NewStream(s.Settings.Seed, "order of the samples", uint64(number)).Perm(s.train.Len())
	e := NewEpoch(number + 1)
	labels := make([]uint8, 0, s.Settings.Batch)
	err := e.Learn(ctx, order, s.Settings.Batch, s.Settings.Rate.At(number), func(index []int) (Loss, error) {
		s.train.Gather(s.batch, index)
		labels = labels[:0]
		for _, i := range index {
			labels = append(labels, s.train.Labels[i])
		}
		loss, err := s.Method.Step(ctx, s, Batch{s.batch, labels, s.steps})
		s.steps++
		return loss, err
	})
	if err != nil {
		return err
	}
	if err := s.evaluate(ctx, &e); err != nil {
		return err
	}
	s.Curve = append(s.Curve, e)
	if s.BestEpoch == 0 || s.judged(e) > s.judged(s.Curve[s.BestEpoch-1]) {
		s.BestEpoch = e.Number
		s.best = s.best[:0]
		for _, p := range s.trained() {
			s.best = append(s.best, append([]float64(nil), p.Value...))
		}
	}
	return nil
}

// judged is the accuracy by which the protocol chooses the best epoch: on the
// device where there is one, else on the model.
func (s *Session) judged(e Epoch) float64 {
	switch {
	case s.Settings.Protocol == HeldOut && s.Device != nil:
		return e.DeviceTune
	case s.Settings.Protocol == HeldOut:
		return e.ModelValid
	case s.Device != nil:
		return e.DeviceTest
	}
	return e.ModelTest
}

// Accuracy is the accuracy on the test set at the best epoch, on the device
// where there is one, else on the model.
func (s *Session) Accuracy() float64 {
	if s.BestEpoch == 0 {
		return math.NaN()
	}
	if e := s.Curve[s.BestEpoch-1]; s.Device != nil {
		return e.DeviceTest
	} else {
		return e.ModelTest
	}
}

// Restore puts the parameters of the best epoch back into the model.
func (s *Session) Restore() {
	for i, p := range s.trained() {
		copy(p.Value, s.best[i])
	}
	s.Model.Update(s.Pool)
	s.Model.UpdateSEPN()
}

func (s *Session) evaluate(ctx context.Context, e *Epoch) error {
	corrected := s.Method.Corrects(e.Number - 1)
	if s.Device != nil {
		if err := s.setDevice(ctx); err != nil {
			return err
		}
	}
	for i, t := range s.tests {
		m, d := &e.ModelTest, &e.DeviceTest
		if i == 1 {
			m, d = &e.ModelValid, &e.DeviceTune
		}
		*m = s.modelAccuracy(t, corrected)
		if s.Device == nil {
			continue
		}
		var err error
		if *d, err = t.measure(ctx, s.Device, s.Model, s.steps, &s.evalReading); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) modelAccuracy(t *Test, corrected bool) float64 {
	if s.evalTrace == nil {
		s.evalTrace = s.Model.NewTrace(t.size)
	}
	a, _ := t.classify(context.Background(), s.Model, s.evalTrace, s.work, s.Pool, corrected)
	return a // without an end of the context nothing can fail
}

// countCorrect counts the samples whose largest score, the first if several, is
// that of the label.
func countCorrect(scores *lane.Batch[float32], labels []uint8) (n int) {
	for i, label := range labels {
		if Predict(scores, i) == int(label) {
			n++
		}
	}
	return n
}

// Predict is the class with the largest score of sample i, the first if several.
func Predict(scores *lane.Batch[float32], i int) int {
	best := 0
	for c := 1; c < scores.Rows; c++ {
		if scores.At(i, c) > scores.At(i, best) {
			best = c
		}
	}
	return best
}

// groups runs a body on every group of blocks of the current batch.
func (s *Session) groups(body func(item, worker int)) {
	s.Pool.For(s.Model.Groups(s.current.Fields.Blocks()), body)
}

// labelsOf returns the labels of the samples in blocks lo..hi-1.
func labelsOf(labels []uint8, lo, hi int) []uint8 {
	return labels[lo*lane.Width : min(hi*lane.Width, len(labels))]
}

func (s *Session) setDevice(ctx context.Context) error {
	return s.Device.Set(ctx, s.values)
}

// measure sets the device to the model's parameters and sends a batch through
// it, with the phases of the states if the method needs those; the reading is
// valid until the next measurement.
func (s *Session) measure(ctx context.Context, b Batch, states []int) (*device.Reading, error) {
	if err := s.setDevice(ctx); err != nil {
		return nil, err
	}
	err := s.Device.Measure(ctx, b.Fields, device.Want{States: states, Phase: s.phase && len(states) > 0, Shot: b.Shot}, &s.reading)
	return &s.reading, err
}

// enter makes a batch the input of the trace.
func (s *Session) enter(b Batch) {
	s.current = b
	n := b.Fields.Samples
	s.trace.Resize(n)
	s.trace.In[0] = b.Fields
	for _, g := range []*lane.Batch[float32]{s.scores, s.measured, s.norm} {
		g.Resize(n)
	}
	for _, g := range s.states {
		g.Resize(n)
	}
	groups := s.Model.Groups(b.Fields.Blocks())
	if cap(s.losses) < groups {
		s.losses = make([]Loss, groups)
	}
	s.losses = s.losses[:groups]
	clear(s.losses)
}

// step updates the elements from stage first on with the gradients that went
// backward through the trace, added to those already there.
func (s *Session) step(first int) {
	s.Model.Accumulate(s.Pool, first, s.trace)
	s.apply(first)
}

// apply updates the elements from stage first on with their gradients.
func (s *Session) apply(first int) {
	s.adam.StepFrom(s.before[first], s.Settings.Rate.At(len(s.Curve)))
	s.Model.Update(s.Pool)
}
