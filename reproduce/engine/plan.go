package engine

import (
	"path/filepath"
	"sort"
	"strings"
	"time"

	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
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

// RunsDir is where the artifacts of runs are kept.
func (o Options) RunsDir() string { return filepath.Join(o.Out, "dat", "runs", o.Profile.Name) }

// FigureDir is where a figure's table and picture are kept: the name of the
// paper, the figure, the profile.
func (o Options) FigureDir(f figures.Figure) string {
	paper, name, _ := strings.Cut(f.ID, "-")
	return filepath.Join(o.Out, paper, name, o.Profile.Folder())
}

// Plan lists the runs of the chosen figures, each once. Direct deployments come
// last, and the in-silico runs that they measure are part of the plan; otherwise
// the longest come first, so that no long run is left over at the end.
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
			if r.Method == experiment.Direct && strings.Contains(r.ID(), o.Only) {
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
		if d := a.Method == experiment.Direct; d != (b.Method == experiment.Direct) {
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
