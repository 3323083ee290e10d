package figures

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
	"lightfast/pnn/optical"
	"lightfast/pnn/train"
)

// trial is one network, trained from several seeds.
type trial struct {
	label string  // of its curve or bar, which decides the colour
	name  string  // what it is called in text
	at    float64 // what the figure shows it against; NaN: nothing
	paper paperMean
	runs  []experiment.Run

	results []*experiment.Result // of the runs; nil: none yet
}

// trial lists the runs of a network on a data set from the first seeds.
func (p Profile) trial(label, name string, at float64, net optical.Spec, data string, epochs, seeds int) trial {
	t := trial{label: label, name: name, at: at, paper: unpublished}
	for seed := range seeds {
		t.runs = append(t.runs, p.absorbing(net, data, epochs, uint64(seed+1)))
	}
	return t
}

// contest is what one figure compares: trials with their results.
type contest struct {
	id     string
	p      Profile
	trials []trial
	theirs string // what data of the authors is drawn beside; empty: none
}

// hold finds the results of all trials, in the order of [runsOfTrials].
func hold(id string, p Profile, r Results, trials []trial) (contest, error) {
	for i := range trials {
		t := &trials[i]
		for _, run := range t.runs {
			res, err := r(run)
			if err != nil {
				return contest{}, fmt.Errorf("figures: %s: %w", id, err)
			}
			t.results = append(t.results, res)
		}
	}
	return contest{id: id, p: p, trials: trials}, nil
}

// runsOfTrials lists the runs of trials.
func runsOfTrials(trials []trial) (runs []experiment.Run) {
	for _, t := range trials {
		runs = append(runs, t.runs...)
	}
	return runs
}

// data is the data set of a trial.
func (t trial) data() string {
	if len(t.runs) == 0 {
		return ""
	}
	return t.runs[0].Data
}

// accuracies are the accuracies of the runs in percent, NaN where there is no
// result.
func (t trial) accuracies() (a []float64) {
	for _, r := range t.results {
		v := math.NaN()
		if r != nil {
			v = math.Round(1e6*r.Accuracy()) / 1e4
		}
		a = append(a, v)
	}
	return a
}

// mean is the mean accuracy in percent of those runs that have a result, with
// their standard deviation; NaN without any, and that of one run is NaN too.
func (t trial) mean() (mean, deviation float64) { return spread(t.accuracies()) }

// spread is the mean and the standard deviation of the numbers among values.
func spread(values []float64) (mean, deviation float64) {
	var sum, squares float64
	n := 0
	for _, v := range values {
		if isNumber(v) {
			sum, n = sum+v, n+1
		}
	}
	mean = sum / float64(n)
	for _, v := range values {
		if isNumber(v) {
			squares += float64((v - mean) * (v - mean))
		}
	}
	if n < 2 {
		return mean, math.NaN()
	}
	return mean, math.Sqrt(squares / float64(n-1))
}

// missing counts the runs of a trial that have no result.
func (t trial) missing() (n int) {
	for _, r := range t.results {
		if r == nil {
			n++
		}
	}
	return n
}

// drawing joins the panels of a figure, its table and what the reader should
// know. Without panels, or without any result, it is an empty frame.
func (c contest) drawing(f *figure.Figure) Drawing {
	d := Drawing{Image: f, Sweep: c.sweep(), Values: c.values()}
	missing, all := 0, 0
	var gaps []string
	for _, t := range c.trials {
		all += len(t.runs)
		if n := t.missing(); n > 0 {
			missing += n
			gaps = append(gaps, t.name+", "+dataset.Title(t.data()))
		}
	}
	if missing > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("%d of %d runs are missing: run `reproduce run %s --profile %s`", missing, all, c.id, c.p.Name))
	}
	if missing == all {
		f.Panels = nil
	} else if missing > 0 {
		const most = 8
		if n := len(gaps); n > most {
			gaps = append(gaps[:most], fmt.Sprintf("%d more", n-most))
		}
		d.Notes = append(d.Notes, "Not, or not from every seed: "+strings.Join(gaps, "; ")+".")
	}
	if c.p.Template.Protocol == train.Published {
		d.Notes = append(d.Notes, "The epoch is chosen on a random half of the test images and its accuracy is that on the other half, as published.")
	}
	if len(f.Panels) == 0 {
		f.Panels = []figure.Panel{blank("No run of this figure has finished yet")}
	}
	f.Title, f.Footer = title(c.id), c.footer()
	return d
}

// footer says on the face of a figure what made it: of the runs that are there, or
// if there is none, of those that would be.
func (c contest) footer() string {
	var sets, images, epochs []string
	add := func(list *[]string, v string) {
		if !slices.Contains(*list, v) {
			*list = append(*list, v)
		}
	}
	few, most, seeds := math.MaxInt, 0, 0
	for _, all := range []bool{false, true} {
		for _, t := range c.trials {
			seeds = max(seeds, len(t.runs))
			if n := len(t.runs) - t.missing(); n > 0 {
				few, most = min(few, n), max(most, n)
			}
			for i, r := range t.runs {
				if all || t.results[i] != nil {
					add(&sets, dataset.Title(r.Data))
					add(&images, fmt.Sprint(r.Train))
					add(&epochs, fmt.Sprint(r.Epochs))
				}
			}
		}
		if len(sets) > 0 {
			break
		}
	}
	more := []string{fmt.Sprintf("%s training images, %s epochs, batch 64", strings.Join(images, " or "), strings.Join(epochs, " or "))}
	switch {
	case few == most && most == seeds || most == 0:
		more = append(more, count(seeds, "seed"))
	case few == most || most == 1:
		more = append(more, fmt.Sprintf("%d of %s", most, count(seeds, "seed")))
	default:
		more = append(more, fmt.Sprintf("%d to %s", few, count(most, "seed")))
	}
	if c.p.Template.Protocol == train.HeldOut {
		more = append(more, "best epoch by held-out samples")
	}
	return figure.Footer(c.p.Name, strings.Join(sets, ", "), more...)
}

// count writes a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// values compares the mean accuracy of each trial with the published one, to which
// it is held under the published protocol once every seed is there.
func (c contest) values() (vs []Value) {
	for _, t := range c.trials {
		if math.IsNaN(t.paper.mean) {
			continue
		}
		ours, _ := t.mean()
		seeds := count(len(t.runs), "seed")
		if n := t.missing(); n > 0 && n < len(t.runs) {
			seeds = fmt.Sprintf("%d of %s", len(t.runs)-n, seeds)
		}
		v := Value{What: fmt.Sprintf("%s, %s, mean of %s", t.name, dataset.Title(t.data()), seeds), Ours: math.Round(1e4*ours) / 1e4, Paper: t.paper.mean, Unit: "%"}
		if c.p.Name == "paper" && t.missing() == 0 {
			v.Tolerance = t.paper.tolerance
		}
		vs = append(vs, v)
	}
	return vs
}

// sweep is the table of the runs, one row a run. Accuracies are fractions; a run
// without a result has none and best epoch 0.
func (c contest) sweep() artifact.Table {
	type line struct {
		t      trial
		run    experiment.Run
		result *experiment.Result
	}
	var lines []line
	for _, t := range c.trials {
		for i, r := range t.runs {
			lines = append(lines, line{t, r, t.results[i]})
		}
	}
	n, net := len(lines), func(i int) *optical.Spec { return lines[i].run.Absorbing }
	return artifact.Table{Columns: []artifact.Column{
		texts("id", n, func(i int) string { return lines[i].run.ID() }),
		texts("what", n, func(i int) string { return lines[i].t.name }),
		floats("at", "1", n, func(i int) float64 { return lines[i].t.at }),
		texts("data", n, func(i int) string { return lines[i].run.Data }),
		texts("network", n, func(i int) string { return net(i).Network }),
		ints("hidden_layers", n, func(i int) int { return net(i).Neurons() }),
		texts("neuron", n, func(i int) string { return net(i).Neuron }),
		floats("depth", "1", n, func(i int) float64 { return net(i).Depth }),
		texts("derivative", n, func(i int) string { return net(i).Derivative }),
		ints("epochs", n, func(i int) int { return lines[i].run.Epochs }),
		ints("train", n, func(i int) int { return lines[i].run.Train }),
		ints("seed", n, func(i int) int { return int(lines[i].run.Seed) }),
		ints("best_epoch", n, func(i int) int {
			if lines[i].result == nil {
				return 0
			}
			return lines[i].result.BestEpoch
		}),
		floats("accuracy", "1", n, func(i int) float64 {
			if lines[i].result == nil {
				return math.NaN()
			}
			return lines[i].result.Accuracy()
		}),
		floats("published_accuracy", "1", n, func(i int) float64 { return lines[i].t.paper.mean / 100 }),
	}}
}
