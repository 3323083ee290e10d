package experiment

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strings"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/optical"
	"lightfast/pnn/train"
)

// Absorber is the system of a [Run] of real amplitudes: matrix multipliers with
// saturable absorbers, or what they are compared with, between them.
const Absorber = "absorber"

// Optical is the method that trains an Absorber from measured quantities alone; it
// has the simulated device, not the model, in the columns of its curve. InSilico
// gives the same bits in less time if the probe is without noise.
const Optical = "optical"

// Absorbing describes the network of an Absorber.
type Absorbing = optical.Spec

// AbsorberRun is a run of the paper's protocol: all images of a set, batches of 64,
// Adam at 5e-4, the test images split into halves. Of a set that there is not it
// has no images, which Check refuses.
func AbsorberRun(net Absorbing, data string, epochs int, seed uint64) Run {
	r := Run{System: Absorber, Data: data, Method: InSilico,
		Epochs: epochs, Batch: 64, Rate: 5e-4, Protocol: train.Published, Seed: seed, Absorbing: &net}
	if training, test, _, err := dataset.Size(data); err == nil {
		r.Train, r.Test = training, test
	}
	return r
}

// checkAbsorbing finds settings of an Absorber that cannot be run.
func (r Run) checkAbsorbing() error {
	bad := func(field string, v any, want string) error {
		return fmt.Errorf("experiment: %s is %v, expected %s", field, v, want)
	}
	if r.Absorbing == nil {
		return bad("absorbing", "missing", "the network of system absorber")
	}
	if r.Method != InSilico && r.Method != Optical {
		return bad("method", fmt.Sprintf("%q", r.Method), "in-silico or optical for system absorber")
	}
	for _, f := range []struct {
		name  string
		given bool
	}{
		{"ports", r.Ports != 0}, {"meshes", r.Meshes != 0}, {"chip", r.Chip != Chip{}}, {"features", r.Features != [3]int{}},
		{"states", len(r.States) > 0}, {"separable", r.Separable}, {"literal", r.Literal},
		{"correct_from", r.CorrectFrom != 0}, {"sepn_rate", r.SEPNRate != 0}, {"diffracting", r.Diffracting != nil},
	} {
		if f.given {
			return bad(f.name, "given", "none: system absorber has no meshes and no error predictors")
		}
	}
	if _, _, _, err := dataset.Size(r.Data); err != nil {
		return fmt.Errorf("experiment: %w", err)
	}
	if r.Train < 2 || r.Test < 2 {
		return bad("train, test", fmt.Sprintf("%d, %d", r.Train, r.Test), "at least two images of each")
	}
	if !(r.Rate > 0) || math.IsInf(r.Rate, 0) {
		return bad("rate", r.Rate, "a positive learning rate")
	}
	if r.Epochs < 1 || r.Batch < 1 || r.HalveEvery < 0 {
		return bad("epochs, batch, halve_every", fmt.Sprintf("%d, %d, %d", r.Epochs, r.Batch, r.HalveEvery), "positive numbers, the last from 0")
	}
	if r.Method == InSilico && r.Absorbing.Conserving {
		return bad("conserving", true, "method optical: a model needs no amplifiers")
	}
	return r.Absorbing.Check()
}

// absorbingID is the readable part of the name of an Absorber's files.
func (r Run) absorbingID() string {
	a := r.Absorbing
	if a == nil {
		return r.System
	}
	name := a.Network
	for _, w := range a.Hidden {
		name += fmt.Sprintf("-%d", w)
	}
	if r.Method == Optical {
		name = "light_" + name
	}
	neuron := a.Neuron
	switch neuron {
	case optical.Absorber:
		neuron = fmt.Sprintf("sa%g_%s", a.Depth, a.Derivative)
	case optical.Gain:
		neuron = fmt.Sprintf("gain%g_%s", a.Depth, a.Derivative)
	}
	if a.Table != nil {
		neuron += fmt.Sprint(a.Table.Index)
	}
	parts := []string{name, neuron}
	if a.Probe != nil {
		parts = append(parts, fmt.Sprintf("noise%g-%g", a.Probe.Relative, a.Probe.Floor))
	}
	return strings.Join(append(parts, r.Data, fmt.Sprintf("seed%d", r.Seed)), "_")
}

// idOf joins the readable part of a name and the beginning of a hash.
func idOf(name string, sum [32]byte) string { return name + "_" + hex.EncodeToString(sum[:4]) }

// Images returns the images of a run, each set loaded once. It may be called from
// several goroutines.
func (d *Data) Images(ctx context.Context, r Run) (dataset.Pair, []artifact.DataRef, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := fmt.Sprintf("%s/%d/%d", r.Data, r.Train, r.Test)
	pair, ok := d.images[key]
	if !ok {
		opt := d.Options
		opt.Train, opt.Test = r.Train, r.Test
		var err error
		if pair, err = dataset.Load(ctx, r.Data, opt); err != nil {
			return pair, nil, err
		}
		if d.images == nil {
			d.images = map[string]dataset.Pair{}
		}
		d.images[key] = pair
	}
	var refs []artifact.DataRef
	for _, part := range []struct {
		name string
		set  *dataset.Set
	}{{"train", pair.Train}, {"test", pair.Test}} {
		refs = append(refs, artifact.DataRef{Name: fmt.Sprintf("%s %s %d", r.Data, part.name, part.set.Len()), SHA256: part.set.SHA256})
	}
	return pair, refs, nil
}

// absorb executes the run of an Absorber.
func (l *Lab) absorb(ctx context.Context, r Run) (*Result, error) {
	pair, refs, err := l.Data.Images(ctx, r)
	if err != nil {
		return nil, err
	}
	var dev device.Reversible
	var method optical.Method = optical.Digital{}
	if r.Method == Optical {
		if dev, err = optical.NewBench(*r.Absorbing, r.Seed, l.Pool); err != nil {
			return nil, err
		}
		method = optical.NewLight(r.Absorbing.Neurons() + 1)
	}
	s, err := optical.New(*r.Absorbing, dev, method, pair, r.settings(), l.Pool)
	if err != nil {
		return nil, err
	}
	if err := l.learn(ctx, r, refs, s); err != nil {
		return nil, err
	}
	s.Restore()
	if err := l.storeAbsorber(ctx, r, s, refs); err != nil {
		return nil, err
	}
	return l.done(r)
}

// storeAbsorber writes the artifacts of a finished run, the curve last.
func (l *Lab) storeAbsorber(ctx context.Context, r Run, s *optical.Session, refs []artifact.DataRef) error {
	n := r.Absorbing.Classes
	c, size := Confusion{}, make([]float64, n)
	for range n {
		c.Count, c.MeanScore = append(c.Count, make([]int64, n)), append(c.MeanScore, make([]float64, n))
	}
	err := s.TestScores(ctx, func(scores *lane.Batch[float32], labels []uint8) {
		for i, label := range labels {
			c.Count[label][train.Predict(scores, i)]++
			size[label]++
			for k := range n {
				c.MeanScore[label][k] += float64(scores.At(i, k))
			}
		}
	})
	if err != nil {
		return err
	}
	for t := range c.MeanScore {
		for k := range c.MeanScore[t] {
			c.MeanScore[t][k] /= max(size[t], 1)
		}
	}
	p := provenance(r, refs)
	if _, err := artifact.WriteCheckpoint(file(l.Dir, r, "checkpoint"), p, tensors(s.Net.Parameters())); err != nil {
		return err
	}
	if err := writeConfusion(file(l.Dir, r, "confusion"), p, &c); err != nil {
		return err
	}
	if err := writeWatch(l.Dir, r, p, &s.Watch); err != nil {
		return err
	}
	return writeCurve(file(l.Dir, r, "curve"), p, s.Curve, s.BestEpoch)
}

// absorberFiles lists the artifacts of a run of an Absorber that make it finished.
// The checkpoint stands beside them but is not one of them: no figure needs the
// weights, and with them sweeps of hundreds of runs would be ten times as large to
// hand on.
func absorberFiles(dir string, r Run) []string {
	f := []string{file(dir, r, "curve"), file(dir, r, "confusion"), file(dir, r, "gains")}
	if r.Absorbing != nil && r.Absorbing.Neurons() > 0 {
		f = append(f, file(dir, r, "neurons"))
	}
	return f
}

// writeWatch stores what happened in the network: bounds of the amplification by
// epoch and stage, and histograms of the inputs of neurons, of which only bins
// with something in them are rows. Epoch 0 is before training.
func writeWatch(dir string, r Run, p artifact.Provenance, w *optical.Watch) error {
	var epoch, stage []int64
	var low, high []float64
	for e := range w.Records() {
		for i := range w.Weights {
			lo, hi := w.Gain(e, i)
			epoch, stage = append(epoch, int64(e)), append(stage, int64(w.Neurons+1-w.Weights+i+1))
			low, high = append(low, lo), append(high, hi)
		}
	}
	_, err := artifact.WriteTable(file(dir, r, "gains"), p, artifact.Table{Columns: []artifact.Column{
		{Name: "epoch", Unit: "1", Ints: epoch}, {Name: "stage", Ints: stage},
		{Name: "lowest_gain", Unit: "1", Floats: low}, {Name: "highest_gain", Unit: "1", Floats: high},
	}})
	if err != nil || w.Neurons == 0 {
		return err
	}
	epoch, stage = nil, nil
	var from []float64
	var count []int64
	for e := range w.Records() {
		for i := range w.Neurons {
			for b, n := range w.Histogram(e, i) {
				if n > 0 {
					epoch, stage = append(epoch, int64(e)), append(stage, int64(i+1))
					from, count = append(from, float64(optical.BinWidth*float64(b))-optical.BinReach), append(count, int64(n))
				}
			}
		}
	}
	_, err = artifact.WriteTable(file(dir, r, "neurons"), p, artifact.Table{Columns: []artifact.Column{
		{Name: "epoch", Unit: "1", Ints: epoch}, {Name: "stage", Ints: stage},
		{Name: "input_from", Unit: "1", Floats: from}, {Name: "count", Unit: "1", Ints: count},
	}})
	return err
}

// Watch reads what happened in the network of an Absorber while it was trained.
func (r *Result) Watch() (*optical.Watch, error) {
	if r.Run.Absorbing == nil {
		return nil, fmt.Errorf("experiment: run %s is of system %s, expected %s: no other is watched", r.Run.ID(), r.Run.System, Absorber)
	}
	w := &optical.Watch{Neurons: r.Run.Absorbing.Neurons(), Weights: len(r.Run.Absorbing.Hidden) + 1}
	gains, err := r.columns("gains", "lowest_gain", "highest_gain")
	if err != nil {
		return nil, err
	}
	for i, low := range gains[0].Floats {
		w.Gains = append(w.Gains, low, gains[1].Floats[i])
	}
	if w.Neurons == 0 {
		return w, nil
	}
	w.Counts = make([]float64, w.Records()*w.Neurons*optical.Bins)
	c, err := r.columns("neurons", "epoch", "stage", "input_from", "count")
	if err != nil {
		return nil, err
	}
	for i, e := range c[0].Ints {
		stage, bin := c[1].Ints[i], math.Round((c[2].Floats[i]+optical.BinReach)/optical.BinWidth)
		if e < 0 || e >= int64(w.Records()) || stage < 1 || stage > int64(w.Neurons) || !(bin >= 0 && bin < optical.Bins) {
			return nil, fmt.Errorf("%s: row %d has epoch %d, stage %d, inputs from %g, expected epochs below %d, stages of 1 to %d, inputs of -%g to %g",
				file(r.dir, r.Run, "neurons"), i, e, stage, c[2].Floats[i], w.Records(), w.Neurons, optical.BinReach, optical.BinReach)
		}
		w.Histogram(int(e), int(stage-1))[int(bin)] = float64(c[3].Ints[i])
	}
	return w, nil
}

// columns reads columns of an artifact of the run.
func (r *Result) columns(what string, names ...string) ([]artifact.Column, error) {
	path := file(r.dir, r.Run, what)
	t, p, err := artifact.ReadTable(path)
	if err != nil {
		return nil, err
	}
	if err := mine(path, r.Run, p); err != nil {
		return nil, err
	}
	cols := make([]artifact.Column, len(names))
	for i, n := range names {
		if cols[i], err = t.Column(n); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return cols, nil
}

// Chain reads the weights of the best epoch of an Absorber. The error is
// fs.ErrNotExist if they were not handed on with the other artifacts.
func (r *Result) Chain(pool *lane.Pool) (*optical.Chain, error) {
	if r.Run.Absorbing == nil {
		return nil, fmt.Errorf("experiment: run %s is of system %s, expected %s; Network reads its parameters", r.Run.ID(), r.Run.System, Absorber)
	}
	path := file(r.dir, r.Run, "checkpoint")
	ts, p, err := artifact.ReadCheckpoint(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("experiment: the weights of run %s were left out of %s; run it again in another folder to have them: %w", r.Run.ID(), r.dir, err)
	}
	if err != nil {
		return nil, err
	}
	if err := mine(path, r.Run, p); err != nil {
		return nil, err
	}
	net, err := r.Run.Absorbing.Build()
	if err != nil {
		return nil, err
	}
	if err := fill(path, net.Parameters(), ts); err != nil {
		return nil, err
	}
	net.Update(pool)
	return net, nil
}
