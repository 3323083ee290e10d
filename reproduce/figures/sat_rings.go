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

// ringWays are the ways of training a network of rings, by label.
var ringWays = []struct{ label, method string }{
	{"BP", experiment.InSilico}, {"NAT", experiment.NAT}, {"Pruning", experiment.Pruning}, {"SAT", experiment.SAT}, {"PAT", experiment.PAT},
}

// ringTrials lists networks of rings by the labels of how they are trained.
func ringTrials(labels ...string) func(Profile) []trial {
	return func(p Profile) (ts []trial) {
		for _, w := range ringWays {
			if !slices.Contains(labels, w.label) {
				continue
			}
			t := trial{label: w.label, name: w.label, at: math.NaN(), paper: unpublished}
			for seed := range p.Rings.Seeds {
				t.runs = append(t.runs, p.Rings.run(w.method, uint64(seed+1)))
			}
			ts = append(ts, t)
		}
		return ts
	}
}

// radiusTrials lists networks whose climb has different radii.
func radiusTrials(p Profile) (ts []trial) {
	for _, rho := range p.Rings.Radii {
		ts = append(ts, trial{label: "SAT", name: fmt.Sprintf("ρ = %g", rho), at: rho, paper: unpublished, runs: []experiment.Run{p.Rings.climb(rho)}})
	}
	return ts
}

// ringFigures lists the figures of networks before a bank of microrings.
func ringFigures() []Figure {
	fig := func(id, title, caption string, trials func(Profile) []trial, draw func(Profile, Results) (Drawing, error)) Figure {
		f := Figure{ID: "sat-" + id, Paper: "xu2026", Title: title, Caption: caption, Cites: []string{"xu2026"}, Draw: draw}
		if trials != nil {
			f.Runs = func(p Profile) []experiment.Run { return runsOfTrials(trials(p)) }
			f.Cites = append(f.Cites, "lecun1998")
		}
		return f
	}
	return []Figure{
		fig("fig2c", "Transmission of microrings",
			"Transmission of a ring against the wavelength, without current and with the largest, and of a bank of four rings that gets colder by a kelvin (Xu et al. 2026, Fig. 2c).",
			nil, drawRing2c),
		fig("fig2d", "Tuning curves of microrings",
			"Weight of a ring against its heater's current: the law of the measured device, and curves fitted to measured rings where they are given (Fig. 2d).",
			nil, drawRing2d),
		fig("figs3", "Tuning curve of training",
			"The tuning curve with which networks are trained, four times narrower than the device's, and by how much a weight moves with its current (Supplement, Fig. S3).",
			nil, drawRingS3),
		fig("fig2e", "Learning curves of networks of microrings",
			"Loss and test accuracy, epoch by epoch, of a LeNet whose weights are held by microrings: backpropagation (BP) in weights and sharpness-aware training (SAT) in currents (Fig. 2e).",
			ringTrials("BP", "SAT"), drawRing2e),
		fig("fig2f", "Currents of trained microrings",
			"How many of the 61,470 rings of trained networks are set to which current; in resonance, at 4 mA, a weight hardly reacts to its current (Fig. 2f).",
			ringTrials("BP", "SAT"), drawRing2f),
		fig("fig2g", "Loss landscapes of networks of microrings",
			"Loss around trained networks along the two sharpest directions of their currents, and how sharp these are, for BP, noise-aware training (NAT) and SAT (Fig. 2g).",
			ringTrials("BP", "NAT", "SAT"), drawRing2g),
		fig("fig2h", "Accuracy against temperature",
			"Accuracy while the chip, which holds the last two layers, is warmer or colder than it was set for: simulated with our networks, and the authors' experiment where it is given (Fig. 2h).",
			ringTrials("BP", "SAT"), drawRing2h),
		fig("fig2j", "Confusions of a cold chip",
			"What networks take a hundred digits for on a chip that is 1.3 K colder than it was set for, after BP, NAT, optical pruning and SAT (Fig. 2j, there measured without temperature control).",
			ringTrials("BP", "NAT", "Pruning", "SAT"), drawRing2j),
		fig("rho", "Sharpness and the radius of the climb",
			"Accuracy, on a chip at its temperature and on one that is 1 K colder, and the largest eigenvalue of the Hessian against the radius of the climb of SAT, without adaptation (Supplement 1.2).",
			radiusTrials, drawRingRho),
		fig("drift", "Thermal drift of microrings",
			"Accuracy while the chip gets colder by up to 2 K, for all methods: on the authors' hundred images and on all, batch norms looking at the test batch or using the statistics of training (notebook of the authors' first system).",
			ringTrials("BP", "NAT", "Pruning", "SAT", "PAT"), drawRingDrift),
	}
}

// rings completes a drawing of networks of rings: what is missing, and what made it.
// Without panels, or without any result, it is an empty frame.
func (c contest) rings(d Drawing) Drawing {
	missing, all := 0, 0
	var gaps []string
	for _, t := range c.trials {
		all += len(t.runs)
		if n := t.missing(); n > 0 {
			missing += n
			gaps = append(gaps, t.name)
		}
	}
	if missing > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("%d of %d runs are missing: run `reproduce run %s --profile %s`", missing, all, c.id, c.p.Name))
	}
	if missing > 0 && missing < all {
		d.Notes = append(d.Notes, "Not, or not from every seed: "+strings.Join(gaps, ", ")+".")
	}
	if missing == all || len(d.Image.Panels) == 0 {
		d.Image.Panels = []figure.Panel{blank("No run of this figure has finished yet")}
	}
	d.Image.Title, d.Image.Footer = title(c.id), c.ringFooter()
	return d
}

// ringFooter says what made a figure.
func (c contest) ringFooter() string {
	g := c.p.Rings
	var epochs, more []string
	seeds := 0
	for _, t := range c.trials {
		for _, r := range t.runs {
			if e := fmt.Sprint(r.Epochs); !slices.Contains(epochs, e) {
				epochs = append(epochs, e)
			}
			if len(more) == 0 {
				more = append(more, fmt.Sprintf("%d training and %d test images", r.Train, r.Test), "", fmt.Sprintf("batch %d", r.Batch))
			}
		}
		seeds = max(seeds, len(t.runs))
	}
	if len(more) == 0 {
		return figure.Footer(c.p.Folder(), dataset.Title(g.Set))
	}
	more[1] = strings.Join(epochs, " or ") + " epochs"
	few, most := seeds, 0 // results of a trial
	for _, t := range c.trials {
		n := len(t.runs) - t.missing()
		few, most = min(few, n), max(most, n)
	}
	said := count(seeds, "seed")
	switch {
	case most == 0 || few == seeds:
	case few == most:
		said = fmt.Sprintf("%d of %s", few, said)
	default:
		said = fmt.Sprintf("%d to %d of %s", few, most, said)
	}
	more = append(more, said)
	if c.theirs != "" {
		more = append(more, "hollow: authors' data, "+c.theirs)
	}
	return figure.Footer(c.p.Folder(), dataset.Title(g.Set), more...)
}

// held tells whether accuracies are to be compared with published ones: those of the
// published protocol are held to them, others of the same data are shown beside.
func (c contest) held() (tolerance float64, beside bool) {
	for _, t := range c.trials {
		if t.missing() > 0 {
			return 0, c.p.Rings.Set == "mnist"
		}
	}
	if c.p.Name == "paper" {
		return 1, true
	}
	return 0, c.p.Rings.Set == "mnist"
}

// each calls use with the results of a trial that are there.
func (t trial) each(use func(i int, r *experiment.Result) error) error {
	for i, r := range t.results {
		if r == nil {
			continue
		}
		if err := use(i, r); err != nil {
			return err
		}
	}
	return nil
}

// pointwise is the mean and the standard deviation of lists of equal length, over
// the lists; nil without any.
func pointwise(lists [][]float64) (mean, deviation []float64) {
	if len(lists) == 0 {
		return nil, nil
	}
	for i := range lists[0] {
		var at []float64
		for _, l := range lists {
			if i < len(l) {
				at = append(at, l[i])
			}
		}
		m, d := spread(at)
		mean, deviation = append(mean, m), append(deviation, d)
	}
	return mean, deviation
}

// enough tells whether a set has the images that the authors look at.
func (g Rings) enough() bool {
	_, test, _, err := dataset.Size(g.Set)
	if g.Test > 0 {
		test = g.Test
	}
	return err == nil && test >= 1500
}
