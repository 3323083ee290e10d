package figures

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
)

// hybridTrial is one way of training a hybrid network, from several seeds.
type hybridTrial struct {
	label   string
	runs    []experiment.Run
	results []*experiment.Result // of the runs; nil: none yet
}

// hybridStudy is what one figure compares: trials with their results.
type hybridStudy struct {
	id     string
	p      Profile
	trials []hybridTrial
}

func runsOfHybrids(ts []hybridTrial) (runs []experiment.Run) {
	for _, t := range ts {
		runs = append(runs, t.runs...)
	}
	return runs
}

// studyHybrids finds the results of all trials, in the order of [runsOfHybrids].
func studyHybrids(id string, p Profile, r Results, ts []hybridTrial) (hybridStudy, error) {
	for i := range ts {
		for _, run := range ts[i].runs {
			res, err := r(run)
			if err != nil {
				return hybridStudy{}, fmt.Errorf("figures: %s: %w", id, err)
			}
			ts[i].results = append(ts[i].results, res)
		}
	}
	return hybridStudy{id, p, ts}, nil
}

// there are the results of a trial that there are.
func (t hybridTrial) there() []*experiment.Result {
	return slices.DeleteFunc(slices.Clone(t.results), func(r *experiment.Result) bool { return r == nil })
}

// complete tells whether there is a result from every seed.
func (t hybridTrial) complete() bool { return len(t.there()) == len(t.runs) }

// each takes a number of every result that there is.
func (t hybridTrial) each(of func(*experiment.Result) (float64, error)) (list []float64, err error) {
	for _, r := range t.there() {
		v, err := of(r)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// accuracies are those of all results in per cent: on the chip, or of the model if
// there is none.
func (t hybridTrial) accuracies() (list []float64) {
	for _, r := range t.there() {
		list = append(list, percentOf(r.Accuracy()))
	}
	return list
}

// percentOf is a fraction in per cent, to the digits that a test set has.
func percentOf(fraction float64) float64 { return math.Round(1e6*fraction) / 1e4 }

// sweeps are those of all results.
func (t hybridTrial) sweeps() (list []*experiment.Sweep, err error) {
	for _, r := range t.there() {
		s, err := r.Sweep()
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// shares are the means over all sweeps of accuracies in per cent at conditions, and
// their deviations from seed to seed. Without a sweep all are NaN.
func shares(list []*experiment.Sweep, at ...[]float64) (means, deviations []float64) {
	for _, a := range at {
		var v []float64
		for _, s := range list {
			v = append(v, 100*s.Share(a...))
		}
		m, d := spread(v)
		means, deviations = append(means, m), append(deviations, d)
	}
	return means, deviations
}

// missing counts the runs without a result, and names whose they are.
func (s hybridStudy) missing() (n, all int, whose []string) {
	for _, t := range s.trials {
		all += len(t.runs)
		if gone := len(t.runs) - len(t.there()); gone > 0 {
			n, whose = n+gone, append(whose, t.label)
		}
	}
	return n, all, whose
}

// drawing joins panels with what the reader should know. Without any result it is an
// empty frame.
func (s hybridStudy) drawing(f *figure.Figure) Drawing {
	d := Drawing{Image: f}
	n, all, whose := s.missing()
	if n > 0 {
		command := fmt.Sprintf("reproduce run %s --profile %s", s.id, s.p.Name)
		if s.onChip() && s.p.Given != nil {
			command += " --errors FOLDER"
		}
		d.Notes = append(d.Notes, fmt.Sprintf("%d of %d runs are missing: run `%s`", n, all, command))
	}
	if n == all {
		f.Panels = []figure.Panel{blank("No run of this figure has finished yet")}
	} else if n > 0 {
		d.Notes = append(d.Notes, "Not, or not from every seed: "+strings.Join(whose, "; ")+".")
	}
	f.Title, f.Footer = title(s.id), s.footer()
	return d
}

// onChip tells whether the runs are on a chip of the mesh.
func (s hybridStudy) onChip() bool {
	return len(s.trials) > 0 && len(s.trials[0].runs) > 0 && s.trials[0].runs[0].Chip != experiment.Chip{}
}

// published tells whether runs are comparable with published ones: of the same
// images and, if on a chip, on the authors'.
func (s hybridStudy) published() bool {
	return s.p.Hybrids.Set == "mnist" && (!s.onChip() || s.p.Given != nil)
}

// held tells whether ours is held to a published number: all seeds of the published
// protocol.
func (s hybridStudy) held(t hybridTrial) bool {
	return s.p.Name == "paper" && s.published() && t.complete()
}

// footer says on the face of a figure what made it: of the runs that are there, or if
// there is none, of those that would be.
func (s hybridStudy) footer() string {
	var runs []experiment.Run
	few, most := math.MaxInt, 0
	for _, t := range s.trials {
		if n := len(t.there()); n > 0 {
			few, most = min(few, n), max(most, n)
		}
		for _, r := range t.there() {
			runs = append(runs, r.Run)
		}
	}
	if len(runs) == 0 {
		runs, few, most = runsOfHybrids(s.trials), s.p.Hybrids.Seeds, s.p.Hybrids.Seeds
	}
	var sets, images, epochs, batches []string
	add := func(list *[]string, v string) {
		if !slices.Contains(*list, v) {
			*list = append(*list, v)
		}
	}
	for _, r := range runs {
		add(&sets, dataset.Title(r.Data))
		add(&images, fmt.Sprint(r.Train))
		add(&epochs, fmt.Sprint(r.Epochs))
		add(&batches, fmt.Sprint(r.Batch))
	}
	seeds := count(most, "seed")
	if few != most {
		seeds = fmt.Sprintf("%d to %s", few, seeds)
	}
	more := []string{fmt.Sprintf("%s training images, %s epochs, batch %s", strings.Join(images, " or "), strings.Join(epochs, " or "), strings.Join(batches, " or ")), seeds}
	if s.onChip() {
		chip := "a drawn chip"
		if s.p.Given != nil {
			chip = "the authors' chip"
		}
		more = append(more, chip)
	}
	return figure.Footer(s.p.Name, strings.Join(sets, ", "), more...)
}

// seedsOf says of how many seeds a mean is.
func (t hybridTrial) seedsOf() string {
	seeds := count(len(t.runs), "seed")
	if n := len(t.there()); n > 0 && n < len(t.runs) {
		return fmt.Sprintf("mean of %d of %s", n, seeds)
	}
	if len(t.runs) == 1 {
		return seeds
	}
	return "mean of " + seeds
}
