package hybrid

import (
	"context"
	"fmt"
	"math"

	"lightfast/pnn/dataset"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// Settings of a session.
type Settings struct {
	Epochs, Batch int
	Rate          optim.Decay
	// Adam instead of stochastic gradient descent with Momentum.
	Adam     bool
	Momentum float64
	// Clamp holds weights in -Clamp..Clamp after each step, or after each epoch
	// with ClampEpochs; 0: they are free.
	Clamp       float64
	ClampEpochs bool
	// InOrder takes the training images as they are in the set.
	InOrder bool
	// SEPNRate is that of the error predictors; it decays by steps, not epochs.
	SEPNRate optim.Decay
	Seed     uint64
}

// Check finds settings that cannot be.
func (set Settings) Check() error {
	switch {
	case set.Epochs < 1 || set.Batch < 1:
		return fmt.Errorf("hybrid: %d epochs, batch %d: expected positive numbers", set.Epochs, set.Batch)
	case !(set.Rate.Rate > 0) || math.IsInf(set.Rate.Rate, 0) || set.Rate.Every < 0 || set.Rate.Every > 0 && !(set.Rate.Factor > 0 && set.Rate.Factor <= 1):
		return fmt.Errorf("hybrid: learning rate %g times %g every %d epochs: expected a positive rate and, if it decays, a factor of up to 1", set.Rate.Rate, set.Rate.Factor, set.Rate.Every)
	case !(set.Momentum >= 0 && set.Momentum < 1):
		return fmt.Errorf("hybrid: momentum %g, expected 0 to below 1", set.Momentum)
	case !(set.Clamp >= 0) || math.IsInf(set.Clamp, 0):
		return fmt.Errorf("hybrid: weights clamped at %g, expected a positive number, or 0 for none", set.Clamp)
	}
	return nil
}

// Epoch is one row of a learning curve. Test accuracies of the embedded row are by
// the authors' convention: batch norms use the statistics of the test batches. Those
// with running statistics stand beside them; they are NaN where not measured.
type Epoch struct {
	train.Epoch
	ModelRunning, DeviceRunning float64
}

// Session trains a [System] by a [Method] and tests it after each epoch, the model
// and the device if there is one. Nothing is chosen on the test set: the last epoch
// counts.
type Session struct {
	System   *System
	Device   Physical // nil: none
	Method   Method
	Settings Settings
	Pool     *lane.Pool
	Curve    []Epoch

	data            dataset.Pair
	params, buffers []*optim.Parameter
	back, behind    []*optim.Parameter // parameters and buffers of the second part
	optimiser       optim.Optimiser
	sepns           []*optim.Parameter
	sepnAdam        *optim.Adam

	pass, still nn.Pass // of training; without moving running statistics
	objective   nn.Objective[float32]
	batch       batch
	between, g  *lane.Batch[float32] // gradients
	entered     *lane.Batch[float32] // what left the front end
	steps       uint64

	sam   *optim.SAM
	clean [][]float64
}

// New prepares a session and draws the initial parameters. It fails, before anything
// is trained, where system, device, method, data and settings do not fit each other.
func New(y *System, dev Physical, m Method, data dataset.Pair, set Settings, pool *lane.Pool) (*Session, error) {
	if err := set.Check(); err != nil {
		return nil, err
	}
	for _, s := range []*dataset.Set{data.Train, data.Test} {
		if s == nil || s.Len() < 1 {
			return nil, fmt.Errorf("hybrid: no images to train on or to test with")
		}
		if err := s.Demand(28, 28, 10); err != nil {
			return nil, fmt.Errorf("hybrid: %w", err)
		}
	}
	if m.Measures() && dev == nil {
		return nil, fmt.Errorf("hybrid: method %s measures a device, but there is none", m.Name())
	}
	if err := m.Check(y, dev); err != nil {
		return nil, fmt.Errorf("hybrid: %w", err)
	}
	s := &Session{
		System: y, Device: dev, Method: m, Settings: set, Pool: pool, data: data,
		params: y.Parameters(), buffers: y.Buffers(), back: y.Back.Parameters(), behind: y.Back.Buffers(),
		pass:      nn.Pass{Pool: pool, Mode: nn.Train, Seed: set.Seed},
		still:     nn.Pass{Pool: pool, Mode: nn.EvaluateBatch, Seed: set.Seed},
		objective: nn.Objective[float32]{Loss: nn.CrossEntropy[float32]{}},
		batch:     newBatch(y.Encoding),
		g:         lane.NewBatch[float32](0, y.Back.Out.Size()),
	}
	if y.Front != nil {
		s.between = lane.NewBatch[float32](0, y.Front.Out.Size())
	}
	s.optimise(s.params)
	if p, ok := m.(interface{ prepare(*Session) error }); ok {
		if err := p.prepare(s); err != nil {
			return nil, err
		}
	}
	y.Initialise(set.Seed)
	y.Update(pool)
	return s, nil
}

// optimise makes the optimiser of the settings step these parameters.
func (s *Session) optimise(params []*optim.Parameter) {
	if s.Settings.Adam {
		a := optim.NewAdam(params)
		a.Pool, s.optimiser = s.Pool, a
		return
	}
	g := optim.NewSGD(params, s.Settings.Momentum)
	g.Pool, s.optimiser = s.Pool, g
}

// Run trains until all epochs are done or ctx ends. After each epoch done is
// called, if not nil, while the session is in a state that can be saved; an error
// of it stops the run. When ctx ends, the epoch under way is lost and ctx's error is
// returned.
func (s *Session) Run(ctx context.Context, done func(train.Epoch) error) error {
	for len(s.Curve) < s.Settings.Epochs {
		if err := s.epoch(ctx); err != nil {
			return err
		}
		if done != nil {
			if err := done(s.Curve[len(s.Curve)-1].Epoch); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Session) epoch(ctx context.Context) error {
	number, n := len(s.Curve), s.data.Train.Len()
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if !s.Settings.InOrder {
		order = lane.NewStream(s.Settings.Seed, "order of the samples", uint64(number)).Perm(n)
	}
	e := Epoch{Epoch: train.NewEpoch(number + 1)}
	err := e.Learn(ctx, order, s.Settings.Batch, s.rate(), func(index []int) (Loss, error) { return s.Step(ctx, index) })
	if err != nil {
		return err
	}
	if s.Settings.ClampEpochs {
		s.clamp()
		s.System.Update(s.Pool)
	}
	if err := s.evaluate(ctx, &e); err != nil {
		return err
	}
	s.Curve = append(s.Curve, e)
	return nil
}

// Step trains on some of the training images.
func (s *Session) Step(ctx context.Context, index []int) (Loss, error) {
	s.batch.load(s.data.Train, index)
	s.pass.Step, s.still.Step = s.steps, s.steps
	loss, err := s.Method.Step(ctx, s)
	s.steps++
	return loss, err
}

func (s *Session) rate() float64 { return s.Settings.Rate.At(len(s.Curve)) }

// apply takes a step down the gradients.
func (s *Session) apply() {
	s.optimiser.Step(s.rate())
	if !s.Settings.ClampEpochs {
		s.clamp()
	}
	s.System.Update(s.Pool)
}

func (s *Session) clamp() {
	if s.Settings.Clamp == 0 {
		return
	}
	for _, p := range s.System.Weights {
		for i, v := range p.Value {
			p.Value[i] = min(max(v, -s.Settings.Clamp), s.Settings.Clamp)
		}
		p.Round()
	}
}

// enter sends the batch through the front end.
func (s *Session) enter() { s.entered = s.System.enter(&s.pass, s.batch.Images) }

// score takes the loss of scores and leaves its gradient in s.g.
func (s *Session) score(scores *lane.Batch[float32]) Loss {
	loss, correct := s.objective.Score(s.Pool, s.g, scores, s.batch.Labels)
	return Loss{Task: loss, Correct: correct}
}

// backward pulls s.g back through both parts; p is the pass that the second part
// went forward with.
func (s *Session) backward(p *nn.Pass) {
	if s.System.Front == nil {
		s.System.Back.Backward(p, nil, s.g)
		return
	}
	s.System.Back.Backward(p, s.between, s.g)
	s.System.Front.Backward(&s.pass, nil, s.between)
}

// measure sets the device to the model's parameters and sends through it what left
// the front end. Running statistics behind the front end are those of what was
// measured.
func (s *Session) measure(ctx context.Context, mode nn.Mode) (*lane.Batch[float32], error) {
	if err := s.Device.Set(ctx, s.back, s.behind); err != nil {
		return nil, err
	}
	scores, err := s.Device.Measure(ctx, s.entered, mode, s.steps)
	if err != nil {
		return nil, err
	}
	if mode == nn.Train {
		for i, b := range s.Device.Buffers() {
			copy(s.behind[i].Value, b.Value)
		}
	}
	return scores, nil
}
