package optical

import (
	"context"
	"fmt"
	"math"
	"slices"

	"lightfast/pnn/dataset"
	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// Session trains a network by a method, on a device where the method measures
// one. Its epochs are rows of [train.Epoch]: accuracies are those of the device
// if there is one, else those of the model.
//
// Under [train.Published] the test images are split at random into halves: the
// best epoch is chosen on one and reported on the other, as the paper does. Under
// [train.HeldOut] it is chosen on the last of the training images.
type Session struct {
	Spec     Spec
	Net      *Chain // holds the weights
	Device   device.Reversible
	Method   Method
	Settings train.Settings
	Pool     *lane.Pool

	Curve     []train.Epoch
	BestEpoch int // from 1, the first with the highest accuracy on the validation images
	Watch     Watch

	train, valid, test images
	gatherer           gatherer

	params    []*optim.Parameter
	values    [][]float64 // of params
	adam      *optim.Adam
	best      [][]float64
	pass      nn.Pass
	objective nn.Objective[float32]
	batch, g  *lane.Batch[float32]
	labels    []uint8
}

// images are some of a set.
type images struct {
	set   *dataset.Set
	index []int
}

// evaluated is how many images go through the network at a time when nothing is
// learnt.
const evaluated = 256

// New prepares a session. It fails, before anything is trained, when the method
// needs what the device cannot give or the data do not fit the network.
func New(spec Spec, dev device.Reversible, method Method, data dataset.Pair, set train.Settings, pool *lane.Pool) (*Session, error) {
	measures, need := method.Needs()
	switch {
	case measures && dev == nil:
		return nil, fmt.Errorf("optical: method %s measures a device, but there is none", method.Name())
	case measures:
		if err := dev.Capabilities().Check(method.Name(), need); err != nil {
			return nil, fmt.Errorf("optical: %w", err)
		}
	case dev != nil:
		return nil, fmt.Errorf("optical: method %s measures no device, but there is one; choose Light", method.Name())
	case spec.Conserving:
		return nil, fmt.Errorf("optical: conserving weights with method %s, expected one that measures a device: a model needs no amplifiers", method.Name())
	}
	net, err := spec.Build()
	if err != nil {
		return nil, err
	}
	if set.Epochs < 1 || set.Batch < 1 || !(set.Rate.Rate > 0) || set.Rate.Every < 0 {
		return nil, fmt.Errorf("optical: %d epochs, batch %d, learning rate %g halved every %d epochs: expected positive numbers", set.Epochs, set.Batch, set.Rate.Rate, set.Rate.Every)
	}
	for _, s := range []*dataset.Set{data.Train, data.Test} {
		if s == nil || s.Len() < 2 {
			return nil, fmt.Errorf("optical: fewer than two images to train on or to test with")
		}
		if err := s.Demand(side, side, spec.Classes); err != nil {
			return nil, fmt.Errorf("optical: %w", err)
		}
	}
	s := &Session{Spec: spec, Net: net, Device: dev, Method: method, Settings: set, Pool: pool}
	n := data.Train.Len()
	switch set.Protocol {
	case train.Published:
		valid, test := Halves(data.Test.Len(), set.Seed)
		s.train, s.valid, s.test = images{data.Train, span(0, n)}, images{data.Test, valid}, images{data.Test, test}
	case train.HeldOut:
		if set.Validation < 1 || set.Validation >= n {
			return nil, fmt.Errorf("optical: %d validation images of %d, expected at least 1 and fewer than all", set.Validation, n)
		}
		cut := n - set.Validation
		s.train, s.valid, s.test = images{data.Train, span(0, cut)}, images{data.Train, span(cut, n)}, images{data.Test, span(0, data.Test.Len())}
	default:
		return nil, fmt.Errorf("optical: protocol %q, expected %q or %q", set.Protocol, train.Published, train.HeldOut)
	}
	s.params = net.Parameters()
	for _, p := range s.params {
		s.values = append(s.values, p.Value)
	}
	s.adam = optim.NewAdam(s.params)
	s.adam.Pool = pool
	s.pass = nn.Pass{Pool: pool, Mode: nn.Train, Seed: set.Seed}
	s.objective.Loss = spec.loss()
	s.batch = lane.NewBatch[float32](0, side*side)
	s.gatherer = gatherer{b: s.batch, table: spec.pixels()}
	s.g = lane.NewBatch[float32](0, spec.Classes)
	s.Watch.Neurons, s.Watch.Weights = spec.Neurons(), len(spec.Hidden)+1
	net.Initialise(set.Seed)
	net.Update(pool)
	return s, nil
}

// Run trains until all epochs are done or ctx ends. After each epoch done is
// called, if not nil, while the session is in a state that can be saved; an error
// of it stops the run. When ctx ends, the epoch under way is lost and ctx's error is
// returned.
func (s *Session) Run(ctx context.Context, done func(train.Epoch) error) error {
	if s.Watch.Records() == 0 {
		if err := s.watch(ctx); err != nil {
			return err
		}
	}
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
	order := lane.NewStream(s.Settings.Seed, "order of the samples", uint64(number)).Perm(len(s.train.index))
	for i, k := range order {
		order[i] = s.train.index[k]
	}
	e := train.NewEpoch(number + 1)
	step := uint64(number) * uint64((len(order)+s.Settings.Batch-1)/s.Settings.Batch)
	rate := s.Settings.Rate.At(number)
	err := e.Learn(ctx, order, s.Settings.Batch, rate, func(index []int) (train.Loss, error) {
		loss, correct, err := s.Step(ctx, index, step, rate)
		step++
		return train.Loss{Task: loss, Correct: correct}, err
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
		for _, p := range s.params {
			s.best = append(s.best, slices.Clone(p.Value))
		}
	}
	return s.watch(ctx)
}

// Step trains on the images of the training set with the given numbers: step number
// step, with a learning rate. It returns their mean loss before it and how many of
// them were right.
func (s *Session) Step(ctx context.Context, index []int, step uint64, rate float64) (loss float64, correct int, err error) {
	s.pass.Step, s.pass.Rate = step, rate
	s.load(s.train.set, index)
	if loss, correct, err = s.Method.gradient(ctx, s, s.batch, s.labels); err != nil {
		return 0, 0, err
	}
	s.adam.Step(rate)
	s.Net.Update(s.Pool)
	return loss, correct, nil
}

// load makes images and their labels the batch.
func (s *Session) load(set *dataset.Set, index []int) {
	s.gatherer.gather(s.Pool, set, index)
	s.labels = s.labels[:0]
	for _, i := range index {
		s.labels = append(s.labels, set.Labels[i])
	}
}

// judged is the accuracy by which the best epoch is chosen.
func (s *Session) judged(e train.Epoch) float64 {
	if s.Device != nil {
		return e.DeviceTune
	}
	return e.ModelValid
}

// Accuracy is the accuracy on the test images at the best epoch; NaN before the
// first.
func (s *Session) Accuracy() float64 {
	switch {
	case s.BestEpoch == 0:
		return math.NaN()
	case s.Device != nil:
		return s.Curve[s.BestEpoch-1].DeviceTest
	}
	return s.Curve[s.BestEpoch-1].ModelTest
}

// Restore puts the weights of the best epoch back.
func (s *Session) Restore() {
	for i, p := range s.params {
		copy(p.Value, s.best[i])
	}
	s.Net.Update(s.Pool)
}

func (s *Session) evaluate(ctx context.Context, e *train.Epoch) error {
	valid, test := &e.ModelValid, &e.ModelTest
	if s.Device != nil {
		valid, test = &e.DeviceTune, &e.DeviceTest
	}
	var err error
	if *valid, err = s.accuracy(ctx, s.valid); err != nil {
		return err
	}
	*test, err = s.accuracy(ctx, s.test)
	return err
}

func (s *Session) accuracy(ctx context.Context, of images) (float64, error) {
	correct := 0
	err := s.each(ctx, of, func(out []*lane.Batch[float32]) {
		_, right := s.objective.Score(s.Pool, nil, out[len(out)-1], s.labels)
		correct += right
	})
	return float64(correct) / float64(len(of.index)), err
}

// TestScores calls use with the scores and labels of the test images, some at a
// time, in their order.
func (s *Session) TestScores(ctx context.Context, use func(scores *lane.Batch[float32], labels []uint8)) error {
	return s.each(ctx, s.test, func(out []*lane.Batch[float32]) { use(out[len(out)-1], s.labels) })
}

// each sends images through the network, some at a time, and hands on what left
// the weights of all stages.
func (s *Session) each(ctx context.Context, of images, use func(out []*lane.Batch[float32])) error {
	if s.Device != nil {
		if err := s.Device.Set(ctx, s.values); err != nil {
			return err
		}
	}
	for lo := 0; lo < len(of.index); lo += evaluated {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.load(of.set, of.index[lo:min(lo+evaluated, len(of.index))])
		out, err := s.Method.forward(ctx, s, s.batch)
		if err != nil {
			return err
		}
		use(out)
	}
	return nil
}

// watch adds a record to what is watched.
func (s *Session) watch(ctx context.Context) error {
	w := &s.Watch
	at := len(w.Counts)
	w.Counts = append(w.Counts, make([]float64, w.Neurons*Bins)...)
	some := images{s.valid.set, s.valid.index[:min(watched(s.Spec), len(s.valid.index))]}
	err := s.each(ctx, some, func(out []*lane.Batch[float32]) {
		for i := range w.Neurons {
			count(w.Counts[at+i*Bins:][:Bins], out[i], s.Net.Shape(i))
		}
	})
	if err != nil {
		return err
	}
	w.record(s.Net)
	return nil
}
