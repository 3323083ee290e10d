package experiment

import (
	"context"
	"fmt"
	"math"
	"os"
	"time"

	"lightfast/pnn/artifact"
	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/model"
	"lightfast/pnn/train"
)

// Progress is what a run reports after each epoch.
type Progress struct {
	Run     Run
	Epoch   train.Epoch
	Resumed int           // epochs taken over from an earlier attempt
	Elapsed time.Duration // in this attempt
	Left    time.Duration // estimate
}

// Lab is where runs are executed: a folder for their artifacts, data, workers.
type Lab struct {
	Dir  string
	Data *Data
	Pool *lane.Pool
	// Given holds error arrays by their [Sample] name, for runs on chips that
	// are not drawn from a seed.
	Given map[string][]*mesh.Errors
	// Progress is called after each epoch, if not nil.
	Progress func(Progress)
}

// Execute returns the result of a run: from its artifacts if they are there and
// verify, else by running it, continuing where an earlier attempt was stopped.
// An artifact that is there but damaged or of another code version is an error,
// never overwritten. Stopping through ctx, or killing the process, loses at most
// the epoch under way.
func (l *Lab) Execute(ctx context.Context, r Run) (*Result, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	if res, err := finished(l.Dir, r); res != nil || err != nil {
		return res, err
	}
	// Found now rather than after the first epoch.
	if err := os.MkdirAll(l.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("experiment: no folder for the artifacts of run %s: %w", r.ID(), err)
	}
	if r.System == Absorber {
		return l.absorb(ctx, r)
	}
	if r.System == HybridSystem {
		return l.combine(ctx, r)
	}
	if r.Deploys() {
		return l.deploy(ctx, r)
	}
	data, err := l.Data.Get(ctx, r, l.Pool)
	if err != nil {
		return nil, err
	}
	net, err := r.network()
	if err != nil {
		return nil, err
	}
	net.Initialise(r.Seed)
	dev, err := l.chip(ctx, r)
	if err != nil {
		return nil, err
	}
	s, err := train.New(net, dev, r.trainer(), data.Train, data.Test, r.settings(), l.Pool)
	if err != nil {
		return nil, err
	}
	if err := l.learn(ctx, r, data.Refs, s); err != nil {
		return nil, err
	}
	s.Restore()
	if err := l.store(ctx, r, net, dev, data, s.Curve, s.BestEpoch); err != nil {
		return nil, err
	}
	return l.done(r)
}

// chip makes the chip of a run; nil for a run in silico.
func (l *Lab) chip(ctx context.Context, r Run) (device.Device, error) {
	if r.Method == InSilico || r.System == D2NN {
		return nil, nil
	}
	if r.System == DPNN {
		return r.laboratory(ctx, l.Pool)
	}
	spec := r.Spec()
	errs, err := device.Fabricate(spec, r.sigma(), r.Chip.Seed)
	if err != nil {
		return nil, err
	}
	if r.Chip.Sample != "" {
		var ok bool
		if errs, ok = l.Given[r.Chip.Sample]; !ok {
			return nil, fmt.Errorf("experiment: run %s is on a chip with given errors %.12s..., which are not at hand; point at the folder that holds them (--errors)", r.ID(), r.Chip.Sample)
		}
	}
	opt := device.ChipOptions{Phase: true, Pool: l.Pool}
	for i := range r.Meshes - 1 {
		opt.States = append(opt.States, i)
	}
	return device.NewChip(spec, errs, opt)
}

// deploy measures the result of another run on a chip.
func (l *Lab) deploy(ctx context.Context, r Run) (*Result, error) {
	base, err := l.Execute(ctx, r.Base())
	if err != nil {
		return nil, err
	}
	net, err := base.Network()
	if err != nil {
		return nil, err
	}
	net.Update(l.Pool)
	data, err := l.Data.Get(ctx, r, l.Pool)
	if err != nil {
		return nil, err
	}
	dev, err := l.chip(ctx, r)
	if err != nil {
		return nil, err
	}
	e := base.Curve[base.BestEpoch-1]
	if err := l.store(ctx, r, net, dev, data, []train.Epoch{e}, e.Number); err != nil {
		return nil, err
	}
	return Load(l.Dir, r)
}

// store measures what figures show of a finished run and writes its artifacts.
func (l *Lab) store(ctx context.Context, r Run, net *model.Network[float32], dev device.Device, data *Encoded, curve []train.Epoch, best int) error {
	m, err := l.inspect(ctx, r, net, dev, data)
	if err != nil {
		return err
	}
	p := provenance(r, data.Refs)
	if r.Deploys() {
		curve[0].DeviceTest = m.accuracy
	} else {
		if _, err := artifact.WriteCheckpoint(file(l.Dir, r, "checkpoint"), p, tensors(append(net.Parameters(), net.SEPNParameters()...))); err != nil {
			return err
		}
	}
	if err := writeConfusion(file(l.Dir, r, "confusion"), p, &m.confusion); err != nil {
		return err
	}
	switch r.System {
	case D2NN:
		sweep, err := sweepRotation(l.Pool, net, data.pictures)
		if err != nil {
			return err
		}
		if err := writeRotation(file(l.Dir, r, "rotation"), p, sweep); err != nil {
			return err
		}
	case DPNN:
		if err := writePlanes(file(l.Dir, r, "planes"), p, &m.planes); err != nil {
			return err
		}
		if err := writeSimilarity(file(l.Dir, r, "similarity"), p, &m.planes); err != nil {
			return err
		}
	default:
		if err := writeExample(file(l.Dir, r, "example"), p, &m.example); err != nil {
			return err
		}
	}
	if r.Method == Later {
		if err := l.watch(ctx, r, net, dev, data); err != nil {
			return err
		}
	}
	return writeCurve(file(l.Dir, r, "curve"), p, curve, best)
}

type inspection struct {
	accuracy  float64
	confusion Confusion
	example   Example // of an MPNN
	planes    Planes  // of a DPNN
}

// inspect classifies the test set on the device (in silico: the model) and
// follows its first image.
func (l *Lab) inspect(ctx context.Context, r Run, net *model.Network[float32], dev device.Device, data *Encoded) (*inspection, error) {
	in := &inspection{}
	c := &in.confusion
	size := make([]float64, net.Classes)
	for range net.Classes {
		c.Count, c.MeanScore = append(c.Count, make([]int64, net.Classes)), append(c.MeanScore, make([]float64, net.Classes))
	}
	if dev != nil {
		values := [][]float64{}
		for _, p := range net.Parameters() {
			values = append(values, p.Value)
		}
		if err := dev.Set(ctx, values); err != nil {
			return nil, err
		}
	}
	var work []*model.Workspace[float32]
	for range l.Pool.Workers() {
		work = append(work, net.NewWorkspace())
	}
	trained := r
	if r.Method == Later {
		trained = r.Base()
	}
	corrected := trained.Method == DAT && trained.trainer().Corrects(r.Epochs-1)
	var tr, alone *model.Trace[float32]
	var reading device.Reading
	correct := 0
	test := train.NewTest(data.Test, net)
	err := test.Each(func(fields *lane.Batch[float32], labels []uint8) error {
		if tr == nil {
			tr = net.NewTrace(fields.Samples)
		}
		tr.Resize(fields.Samples)
		tr.In[0] = fields
		blocks, group := fields.Blocks(), net.Group()
		propagate := func(tr *model.Trace[float32], corrected bool) {
			l.Pool.For(net.Groups(blocks), func(g, worker int) {
				net.Forward(tr, work[worker], g*group, min((g+1)*group, blocks), corrected)
			})
		}
		propagate(tr, corrected)
		scores := tr.Scores
		if dev != nil {
			if err := dev.Measure(ctx, fields, device.Want{States: dev.Capabilities().States}, &reading); err != nil {
				return err
			}
			scores = lane.NewBatch[float32](fields.Samples, net.Classes)
			net.Scores(scores, lane.NewBatch[float32](fields.Samples, 1), reading.Output.Data, 0, blocks)
		}
		if r.System == DPNN {
			unaided := tr
			if corrected {
				if alone == nil {
					alone = net.NewTrace(fields.Samples)
				}
				alone.Resize(fields.Samples)
				alone.In[0] = fields
				propagate(alone, false)
				unaided = alone
			}
			measured := tr.State
			if dev != nil {
				measured = append(append([]*lane.Batch[float32]{}, reading.States[:len(net.Stages)-1]...), reading.Output)
			}
			in.planes.add(r.Diffracting.Side, measured, tr.State, unaided.State)
		} else if r.System == MPNN && in.example.Model == nil {
			in.example = follow(net, tr, fields, dev, &reading, scores)
		}
		for i, label := range labels {
			p := train.Predict(scores, i)
			c.Count[label][p]++
			size[label]++
			for k := range net.Classes {
				c.MeanScore[label][k] += float64(scores.At(i, k))
			}
			if p == int(label) {
				correct++
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range c.MeanScore {
		for k := range c.MeanScore[i] {
			c.MeanScore[i][k] /= math.Max(size[i], 1)
		}
	}
	if r.System == DPNN {
		in.planes.finish()
	}
	in.accuracy = float64(correct) / float64(data.Test.Len())
	in.example.Label = int(data.Test.Labels[0])
	return in, nil
}

// follow writes down the way of the first sample of what went through net and dev
// (nil: none) last.
func follow(net *model.Network[float32], tr *model.Trace[float32], fields *lane.Batch[float32], dev device.Device, reading *device.Reading, scores *lane.Batch[float32]) (e Example) {
	n := net.Ports()
	power := func(b *lane.Batch[float32]) (v []float64) {
		for k := range n {
			x, y := float64(b.At(0, k)), float64(b.At(0, n+k))
			v = append(v, float64(x*x)+float64(y*y))
		}
		return v
	}
	e.Model = append(e.Model, power(fields))
	e.Device = append(e.Device, power(fields))
	for i := range net.Stages {
		e.Model = append(e.Model, power(tr.State[i]))
		if dev == nil {
			e.Device = append(e.Device, power(tr.State[i]))
			continue
		}
		b := reading.Output
		if i < len(net.Stages)-1 {
			b = reading.States[i]
		}
		var v []float64
		for k := range n {
			v = append(v, float64(b.At(0, k)))
		}
		e.Device = append(e.Device, v)
	}
	for k := range net.Classes {
		e.Scores = append(e.Scores, float64(scores.At(0, k)))
	}
	return e
}
