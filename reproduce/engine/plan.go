package engine

import (
	"math"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/hybrid"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/reproduce/figures"
)

// Options say what to reproduce and where.
type Options struct {
	Profile figures.Profile
	Figures []figures.Figure
	Only    string // part of the names of the runs to execute; empty: all
	Out     string // folder for artifacts and pictures
	Data    dataset.Options
	Workers int // processors to use; 0: all
	Given   map[string][]*mesh.Errors
	Status  *Status

	runs []experiment.Run // instead of those of the figures
}

// RunDir is where the artifacts of a run are kept: in the folder of the paper that
// its system is of.
func (o Options) RunDir(r experiment.Run) string {
	paper := "dat"
	switch r.System {
	case experiment.Absorber:
		paper = "guo"
	case experiment.D2NN, experiment.HybridSystem:
		paper = "sat"
	}
	return filepath.Join(o.Out, paper, "runs", o.Profile.Name)
}

// RunsDir is where the artifacts of the runs of the chosen figures are kept if
// these are of one paper: that of the first of them.
func (o Options) RunsDir() string {
	for _, f := range o.Figures {
		if f.Runs == nil {
			continue
		}
		if runs := f.Runs(o.Profile); len(runs) > 0 {
			return o.RunDir(runs[0])
		}
	}
	return o.RunDir(experiment.Run{})
}

// FigureDir is where a figure's table and picture are kept: the name of the
// paper, the figure, the profile.
func (o Options) FigureDir(f figures.Figure) string {
	paper, name, _ := strings.Cut(f.ID, "-")
	return filepath.Join(o.Out, paper, name, o.Profile.Folder())
}

// Plan lists the runs of the chosen figures, each once. Runs that deploy what
// another has trained come last, and those that they measure are part of the plan;
// otherwise the longest come first, so that no long run is left over at the end.
func (o Options) Plan() []experiment.Run {
	if o.runs != nil {
		return o.runs
	}
	seen := map[string]bool{}
	var runs []experiment.Run
	add := func(r experiment.Run) {
		if id := r.ID(); !seen[id] && strings.Contains(id, o.Only) {
			seen[id] = true
			runs = append(runs, r)
		}
	}
	for _, f := range o.Figures {
		if f.Runs == nil {
			continue
		}
		for _, r := range f.Runs(o.Profile) {
			if r.Deploys() && strings.Contains(r.ID(), o.Only) {
				if b := r.Base(); !seen[b.ID()] {
					seen[b.ID()] = true
					runs = append(runs, b)
				}
			}
			add(r)
		}
	}
	sort.SliceStable(runs, func(i, j int) bool {
		a, b := runs[i], runs[j]
		if d := a.Deploys(); d != b.Deploys() {
			return !d
		}
		return work(a) > work(b)
	})
	return runs
}

// work is the expected duration of a run on one processor that multiplies
// matrices at 90 billion multiply-adds a second, from measured steps.
func work(r experiment.Run) time.Duration {
	// Microseconds a training sample, a test sample and a step: meshes are composed
	// and pulled back once a step whatever the size of the batch.
	sample, test, step := 2.5, 3.0, 850.0
	if r.System == experiment.Absorber && r.Absorbing != nil {
		products, weights, neurons := r.Absorbing.Cost()
		test = 25e-6*float64(products) + 3e-3*float64(neurons)
		sample, step = 3*test, 5e-3*float64(weights)
		if r.Method == experiment.Optical {
			sample += 2 * test
		}
		perEpoch := float64(r.Train)*sample + float64(r.Test)*test + step*float64(r.Train)/float64(r.Batch)
		return time.Duration(float64(r.Epochs)*perEpoch) * time.Microsecond
	}
	if r.System == experiment.DPNN && r.Diffracting != nil {
		return workLight(r)
	}
	if r.System == experiment.HybridSystem && r.Hybrid != nil {
		return workHybrid(r)
	}
	if r.System == experiment.D2NN {
		// A step and a test of an image, in milliseconds; the climb takes a second step,
		// a probe another look.
		step := 2.5
		switch {
		case r.Probing != nil:
			step *= 2.5
		case r.Method == experiment.SAT:
			step *= 2
		}
		return time.Duration(float64(r.Epochs)*(float64(r.Train)*step+float64(r.Test)*0.8)) * time.Millisecond
	}
	switch r.Method {
	case experiment.Direct:
		return 100 * time.Millisecond
	case experiment.PAT, experiment.Adaptive:
		sample, step = 3.2, 1200
	case experiment.DAT:
		w := float64(predictorWeights(r))
		sample, test, step = 5+0.0036*w, 3+0.0007*w, 1300
	}
	perEpoch := float64(r.Train)*sample + float64(r.Test)*test + step*float64(r.Train)/float64(r.Batch)
	return time.Duration(float64(r.Epochs)*perEpoch) * time.Microsecond
}

// workLight is work for a diffractive network: half a nanosecond for each point
// and octave of the transforms of a hop, as much for 24 operations of an error
// predictor, and 0.2 microseconds for a pixel of a noisy camera.
func workLight(r experiment.Run) time.Duration {
	d := r.Diffracting
	side := float64(2 * d.Side)
	blocks, pixels := float64(d.Blocks), float64(d.Side*d.Side)
	hop := 0.5e-3 * side * side * math.Log2(side) * float64(d.Layers) * blocks
	var camera, predict float64
	if d.Camera != nil {
		camera = 0.2 * pixels * blocks
	}
	sample, test := 2*hop, hop
	switch r.Method {
	case experiment.PAT, experiment.Adaptive, experiment.Direct, experiment.Later:
		sample, test = 3*hop+camera, 2*hop+camera
	case experiment.DAT:
		// Operations of a forward pass a sample, of which a step takes about five.
		f := r.Features
		taps := 2*f[0]*f[0] + 3*f[0] + (f[0]+3*f[0]*f[1]+2*f[1]*f[1])/4 + (f[0]*f[1]+2*f[1]*f[2]+2*f[2]*f[2])/16
		predict = 72 * float64(taps) * pixels * blocks / 48e3
		sample, test = 4*hop+camera+5*predict, 2*hop+camera+predict
	}
	if r.Deploys() {
		return time.Duration(float64(r.Test)*test) * time.Microsecond
	}
	perEpoch := float64(r.Train)*sample + float64(r.Test)*test
	return time.Duration(float64(r.Epochs)*perEpoch) * time.Microsecond
}

// workHybrid is work for a hybrid network: gradients, tests of model and device
// with both statistics, and what is swept after training.
func workHybrid(r experiment.Run) time.Duration {
	var sample, test, sweep float64 // microseconds of a gradient, of a test of an image and of all sweeps of it
	var look float64                // and of Hessian and surface
	switch r.Hybrid.System {
	case hybrid.Mesh:
		sample, test, sweep = 80, 60, 600
		images := r.Hybrid.HessianImages
		if images == 0 {
			images = 1000
		}
		look = 25e3 * float64(max(min(images, r.Test), 40))
	case hybrid.Rings:
		sample, test, sweep = 65, 40, 350
		images, points := float64(r.Hybrid.HessianImages), float64(r.Hybrid.SurfacePoints)
		if images == 0 {
			images = 100
		}
		if points == 0 {
			points = 51
		}
		look = images * (160e3 + 40*points*points)
	default:
		sample, test, sweep = 18, 6, 1500
	}
	switch {
	case r.Method == experiment.DAT:
		sample *= 2
	case len(r.Hybrid.Axes) > 0:
		sample *= 5
	case r.Method == experiment.SAT || r.Method == experiment.InSitu:
		sample *= 2
	}
	perEpoch := float64(r.Train)*sample + float64(r.Test)*test
	return time.Duration(float64(r.Epochs)*perEpoch+float64(r.Test)*sweep+look) * time.Microsecond
}

// predictorWeights is the number of real weights of one error predictor.
func predictorWeights(r experiment.Run) int {
	f := r.Features
	return 18 * (f[0] + 2*f[0]*f[0] + f[0] + f[0]*f[1] + 2*f[1]*f[1] + f[0]*f[1] + f[1]*f[2] + 2*f[2]*f[2] + f[2]*f[1] + 2*f[1]*f[0] + 2*f[0])
}

// Expected estimates how long runs will take on this machine with a number of
// workers. It measures the speed of a matrix product for a few milliseconds.
func Expected(runs []experiment.Run, workers int) time.Duration {
	var sum time.Duration
	for _, r := range runs {
		sum += work(r)
	}
	return time.Duration(float64(sum) * slowness() / float64(lane.NewPool(workers).Workers()))
}

// slowness is how much longer than the reference this machine takes.
func slowness() float64 {
	w := lane.NewPacked[float32](128, 128)
	x, y := lane.NewBatch[float32](64, 128), lane.NewBatch[float32](64, 128)
	plan := lane.Dense(128)
	best := time.Hour
	for range 5 {
		start := time.Now()
		for range 4 {
			lane.Product(y.Data, 128, w, x.Data, 128, lane.Group, plan, nil, lane.Store)
		}
		best = min(best, time.Since(start))
	}
	const reference = 4 * 128 * 128 * 64 / 90e9
	return best.Seconds() / reference
}
