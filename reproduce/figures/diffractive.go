package figures

import (
	"fmt"

	"lightfast/pnn/diffract"
	"lightfast/pnn/experiment"
)

// Diffractive says what is run for the figures of diffractive networks. Its
// numbers are our own setup: those of the paper are not public.
type Diffractive struct {
	// Run holds what all runs share, and Optics the planes of all networks, without
	// blocks and layers yet and with nothing built.
	Run    experiment.Run         `json:"run"`
	Optics experiment.Diffracting `json:"optics"`
	// Ideal says how the networks are trained whose hardware is what the model says.
	Ideal Ideal `json:"ideal,omitzero"`
	// Longer is the number of epochs of methods without error predictors, whose
	// learning rate is halved as much less often; 0: that of Run. The paper compares
	// the tenth epoch of DAT with the best of fifty.
	Longer int `json:"longer"`
	// Single and Multi are the errors of DPNN-S and DPNN-M, one kind at a time.
	Single []Errors `json:"single"`
	Multi  []Errors `json:"multi"`
	// Largest is how many levels of each error, counted from the largest, networks for
	// data sets after the first are built with; 0: all.
	Largest int `json:"largest,omitempty"`
	// Seeds, numbered from FirstSeed, of both training and what was built, with which
	// the errors one kind at a time are repeated on the first data set; 0: one, and
	// from that of Run.
	Seeds     int `json:"seeds,omitempty"`
	FirstSeed int `json:"first_seed,omitempty"`
	// Blind is with how many of the seeds networks of several blocks are trained that
	// do not look at their internal states, which no other way is held against; 0: all.
	Blind int `json:"blind_seeds,omitempty"`
	// Correlation of phase errors in pixels.
	Correlation float64 `json:"correlation_px"`
	// Joint errors of DPNN-M.
	Joint diffract.Deviations `json:"joint"`
	// Table, Camera and Drift are those of the laboratory of DPNN-C, which is
	// aligned by markers on day 0 and measured on Days.
	Table  diffract.Deviations `json:"table"`
	Camera experiment.Camera   `json:"camera"`
	Drift  experiment.Drift    `json:"drift"`
	Days   []int               `json:"days"`
	// TableDistance, TableBatch and TableRate are the distance between planes in
	// metres, the batch and the learning rate of DPNN-C; 0: as the other networks. The
	// longer the distance, the coarser the speckle, and the less a shift by part of a
	// pixel matters.
	TableDistance float64 `json:"table_distance_m"`
	TableBatch    int     `json:"table_batch"`
	TableRate     float64 `json:"table_rate"`
}

// Ideal is a training in silico of networks without errors, with its own numbers
// of images, epochs and images a batch; the rate begins as that of the other runs.
type Ideal struct {
	Train      int `json:"train"`
	Test       int `json:"test"`
	Epochs     int `json:"epochs"`
	HalveEvery int `json:"halve_every"`
	Batch      int `json:"batch,omitempty"` // 0: as the other runs
}

// Errors are the levels of one kind of error, in the unit of the figures.
type Errors struct {
	Kind   string    `json:"kind"` // as in [deviations]
	Levels []float64 `json:"levels"`
}

// deviation is a kind of error of a diffractive network that was built, its unit
// in figures, and the factor from figures to [diffract.Deviations].
type deviation struct {
	kind, unit string
	factor     float64
	of         func(d *diffract.Deviations) *float64
}

// deviations are the kinds of errors in the order of the figures.
var deviations = []deviation{
	{"shift", "pixels", 1, func(d *diffract.Deviations) *float64 { return &d.Shift }},
	{"rotation", "degrees", 1, func(d *diffract.Deviations) *float64 { return &d.Rotation }},
	{"Z shift", "mm", 1e-3, func(d *diffract.Deviations) *float64 { return &d.Z }},
	{"scale", "%", 1e-2, func(d *diffract.Deviations) *float64 { return &d.Scale }},
	{"phase error", "rad", 1, func(d *diffract.Deviations) *float64 { return &d.Phase }},
}

// on is d with the levels and seeds for data set number k of the profile.
func (d Diffractive) on(k int) Diffractive {
	if k == 0 {
		return d
	}
	d.Seeds, d.FirstSeed, d.Blind = 0, 0, 0
	if d.Largest == 0 {
		return d
	}
	largest := func(es []Errors) (out []Errors) {
		for _, e := range es {
			out = append(out, Errors{e.Kind, e.Levels[max(0, len(e.Levels)-d.Largest):]})
		}
		return out
	}
	d.Single, d.Multi = largest(d.Single), largest(d.Multi)
	return d
}

// built is a network with one kind of error.
func (d Diffractive) built(kind string, level float64) (b diffract.Deviations) {
	for _, k := range deviations {
		if k.kind == kind {
			*k.of(&b) = float64(level * k.factor)
		}
	}
	if b.Phase != 0 {
		b.Correlation = d.Correlation
	}
	return b
}

// dpnn is one of the networks of the paper.
type dpnn struct {
	name           string
	blocks, layers int
}

var (
	single  = dpnn{"DPNN-S", 1, 3}
	multi   = dpnn{"DPNN-M", 3, 3}
	cascade = dpnn{"DPNN-C", 3, 1}
	deep    = dpnn{"one block, 5 modulators", 1, 5} // as Lin et al. (2018) build them
)

// Ways of training diffractive networks; the predictors are those of the profile.
var (
	datBlind  = way{label: "DAT w/o IS", method: experiment.DAT}
	datSeeing = way{label: "DAT w/ IS", method: experiment.DAT, states: []int{0, 1}}

	singleWays  = []way{direct, pat, datBlind} // one block has no internal states
	multiWays   = []way{direct, pat, datBlind, datSeeing}
	cascadeWays = []way{direct, pat, datSeeing}
)

// blind tells whether the error predictors see nothing of the internal states.
func (w way) blind() bool { return w.method == experiment.DAT && len(w.states) == 0 }

// ways are those that the figures compare for a network.
func (o dpnn) ways() []way {
	switch o.name {
	case single.name:
		return singleWays
	case cascade.name:
		return cascadeWays
	}
	return multiWays
}

// errors are the kinds and levels of errors of a network among some kinds.
func (o dpnn) errors(d Diffractive, kinds []string) (es []Errors) {
	all := d.Multi
	if o.name == single.name {
		all = d.Single
	}
	for _, kind := range kinds {
		for _, e := range all {
			if e.Kind == kind {
				es = append(es, e)
			}
		}
	}
	return es
}

// attempt is one run of a figure: a way of training a network that was built.
type attempt struct {
	way way
	net dpnn
	run experiment.Run
}

// attempt makes the run of a way for a network that was built with errors.
func (d Diffractive) attempt(w way, o dpnn, data string, built diffract.Deviations) attempt {
	r := d.Run
	light := d.Optics
	light.Blocks, light.Layers, light.Built = o.blocks, o.layers, &built
	r.Data, r.Method, r.Diffracting = data, w.method, &light
	if w.method == experiment.DAT {
		r.States = w.states
		return attempt{w, o, r}
	}
	r.Features, r.SEPNRate, r.CorrectFrom = [3]int{}, 0, 0
	if d.Longer > 0 && r.Epochs > 0 {
		r.Epochs, r.HalveEvery = d.Longer, r.HalveEvery*d.Longer/r.Epochs
	}
	return attempt{w, o, r}
}

// repeats makes the runs of an attempt from every seed; those of direct deployment
// measure networks of as many seeds.
func (d Diffractive) repeats(w way, o dpnn, data string, built diffract.Deviations) (ts []attempt) {
	n := max(1, d.Seeds)
	if w.blind() && o.blocks > 1 && d.Blind > 0 {
		n = min(n, d.Blind)
	}
	for k := range n {
		t := d.attempt(w, o, data, built)
		if seed := uint64(max(1, d.FirstSeed) + k); d.FirstSeed > 0 || k > 0 {
			t.run.Seed, t.run.Chip.Seed = seed, seed
		}
		ts = append(ts, t)
	}
	return ts
}

// seeds counts and names those of [Diffractive.repeats].
func (d Diffractive) seeds() string {
	first := max(1, d.FirstSeed)
	return fmt.Sprintf("%d seeds (%d to %d)", d.Seeds, first, first+d.Seeds-1)
}

// ideal makes the run of a network that is what the model says.
func (d Diffractive) ideal(o dpnn, data string) attempt {
	t := d.attempt(way{label: o.name, method: experiment.InSilico}, o, data, diffract.Deviations{})
	t.run.Diffracting.Built, t.run.Chip = nil, experiment.Chip{}
	t.run.Train, t.run.Test, t.run.Epochs, t.run.HalveEvery = d.Ideal.Train, d.Ideal.Test, d.Ideal.Epochs, d.Ideal.HalveEvery
	if d.Ideal.Batch > 0 {
		t.run.Batch = d.Ideal.Batch
	}
	if t.run.Validation > 0 {
		t.run.Validation = t.run.Train / 12
	}
	return t
}

// onTable makes the run of a way for DPNN-C on the laboratory table.
func (d Diffractive) onTable(w way, data string) attempt {
	t := d.attempt(w, cascade, data, d.Table)
	if d.TableDistance > 0 {
		t.run.Diffracting.Distance = d.TableDistance
	}
	if d.TableBatch > 0 {
		t.run.Batch = d.TableBatch
	}
	if d.TableRate > 0 {
		t.run.Rate = d.TableRate
	}
	camera := d.Camera
	t.run.Diffracting.Camera, t.run.Diffracting.Calibrated = &camera, true
	return t
}

// later makes the run that measures DPNN-C, trained with internal states, on
// another day, calibrated anew or not.
func (d Diffractive) later(data string, day int, calibrated bool) attempt {
	t := d.onTable(datSeeing, data)
	drift := d.Drift
	t.run.Method = experiment.Later
	t.run.Diffracting.Drift, t.run.Diffracting.Day, t.run.Diffracting.Calibrated = &drift, day, calibrated
	return t
}

// geometric and other kinds of errors, of Fig. 2 and of Extended Data Fig. 5.
var (
	geometric = []string{"shift", "rotation", "Z shift"}
	further   = []string{"scale", "phase error"}
)

// sweepLight lists the runs of both networks over errors of some kinds.
func sweepLight(p Profile, kinds []string) (ts []attempt) {
	for k, data := range p.DataSets {
		d := p.Diffractive.on(k)
		for _, o := range []dpnn{single, multi} {
			for _, e := range o.errors(d, kinds) {
				for _, level := range e.Levels {
					for _, w := range o.ways() {
						ts = append(ts, d.repeats(w, o, data, d.built(e.Kind, level))...)
					}
				}
			}
		}
	}
	return ts
}

// jointLight lists the runs of DPNN-M under joint errors.
func jointLight(p Profile) (ts []attempt) {
	for _, w := range multi.ways() {
		ts = append(ts, p.Diffractive.attempt(w, multi, p.DataSets[0], p.Diffractive.Joint))
	}
	return ts
}

// idealLight lists the networks without errors on the first data set.
func idealLight(p Profile) (ts []attempt) {
	for _, o := range []dpnn{single, deep, multi} {
		ts = append(ts, p.Diffractive.ideal(o, p.DataSets[0]))
	}
	return ts
}

// tableLight lists the runs of DPNN-C in the laboratory.
func tableLight(p Profile) (ts []attempt) {
	for _, w := range cascade.ways() {
		ts = append(ts, p.Diffractive.onTable(w, p.DataSets[0]))
	}
	return ts
}

// driftLight lists the days on which DPNN-C is measured: as it was calibrated on
// day 0, and on the last of them calibrated anew as well.
func driftLight(p Profile) (ts []attempt) {
	d := p.Diffractive
	for i, day := range d.Days {
		ts = append(ts, d.later(p.DataSets[0], day, false))
		if i == len(d.Days)-1 {
			ts = append(ts, d.later(p.DataSets[0], day, true))
		}
	}
	return ts
}

// runsOfAttempts are the runs of attempts.
func runsOfAttempts(ts []attempt) (runs []experiment.Run) {
	for _, t := range ts {
		runs = append(runs, t.run)
	}
	return runs
}
