package figures

import (
	"lightfast/pnn/experiment"
)

// The error predictors of the paper by their number of complex parameters.
var (
	small = [3]int{4, 6, 8}  // "~4k"
	large = [3]int{4, 8, 16} // "~10k"
)

// kinds of fabrication errors, as figures name them.
const (
	phase    = "phase error"
	splitter = "splitter error"
)

// way is a method with its settings, as a figure's legend names it.
type way struct {
	label     string // in legends
	method    string // of experiment
	features  [3]int
	states    []int
	separable bool
}

var (
	direct   = way{label: "direct", method: experiment.Direct}
	pat      = way{label: "PAT", method: experiment.PAT}
	datSmall = way{label: "DAT w/o IS (~4k)", method: experiment.DAT, features: small}
	datLarge = way{label: "DAT w/o IS (~10k)", method: experiment.DAT, features: large}
	isSmall  = way{label: "DAT w/ IS (~4k)", method: experiment.DAT, features: small, states: []int{0, 1}}
	isLarge  = way{label: "DAT w/ IS (~10k)", method: experiment.DAT, features: large, states: []int{0, 1}}
	oneState = way{label: "DAT w/ 1 IS (~10k)", method: experiment.DAT, features: large, states: []int{1}}
	apartS   = way{label: "separable (~4k)", method: experiment.DAT, features: small, states: []int{0, 1}, separable: true}
	apartL   = way{label: "separable (~10k)", method: experiment.DAT, features: large, states: []int{0, 1}, separable: true}
)

// run is one run of a way on a data set and a chip.
func (w way) run(p Profile, data string, chip experiment.Chip) experiment.Run {
	r := p.on(p.Template, chip.Splitter, chip.Phase)
	r.Data, r.Method = data, w.method
	if w.method != experiment.DAT {
		// Fields that do not matter are zero, so that equal runs are equal.
		r.SEPNRate, r.CorrectFrom = 0, 0
		return r
	}
	r.Features, r.States, r.Separable = w.features, w.states, w.separable
	return r
}

// chip is a chip with one kind of error.
func chip(kind string, sigma float64) experiment.Chip {
	if kind == phase {
		return experiment.Chip{Phase: sigma}
	}
	return experiment.Chip{Splitter: sigma}
}

// sweep lists the runs of some ways over data sets, kinds and levels of error.
func sweep(p Profile, sets []string, sigmas []float64, ways ...way) (runs []experiment.Run) {
	for _, data := range sets {
		for _, kind := range []string{phase, splitter} {
			for _, s := range sigmas {
				for _, w := range ways {
					runs = append(runs, w.run(p, data, chip(kind, s)))
				}
			}
		}
	}
	return runs
}

// joint lists the runs of some ways over the joint errors of Fig. 5.
func joint(p Profile, sets []string, levels [][2]float64, ways ...way) (runs []experiment.Run) {
	for _, data := range sets {
		for _, e := range levels {
			for _, w := range ways {
				runs = append(runs, w.run(p, data, experiment.Chip{Splitter: e[0], Phase: e[1]}))
			}
		}
	}
	return runs
}

// first is the data set of figures that show one: MNIST where it is used.
func (p Profile) first() []string { return p.DataSets[:1] }

// last is the data set of the example of Fig. 5: Fashion-MNIST where it is used.
func (p Profile) last() []string { return p.DataSets[len(p.DataSets)-1:] }

// worst is the last of the joint errors: 0.06 and 0.06 in the paper.
func (p Profile) worst() [][2]float64 { return p.Joint[len(p.Joint)-1:] }

var (
	fourWays  = []way{direct, pat, datSmall, isLarge} // Fig. 4b,c
	jointWays = []way{direct, pat, datLarge, isLarge} // Fig. 5
)

// DAT lists the figures of dual adaptive training: those of the mesh network, then
// those of diffractive networks.
func DAT() []Figure {
	cites := []string{"zheng2023", "clements2016", "williamson2020", "wright2022"}
	fig := func(id, title, caption string, runs func(Profile) []experiment.Run, draw func(Profile, Results) (Drawing, error)) Figure {
		return Figure{ID: "dat-" + id, Paper: "zheng2023", Title: title, Caption: caption, Cites: cites, Runs: runs, Draw: draw}
	}
	example := func(p Profile) []experiment.Run { return joint(p, p.last(), p.worst(), jointWays...) }
	return append([]Figure{
		fig("fig4bc", "Accuracy against systematic errors",
			"Three-mesh network on a chip with phase-shifter or beam-splitter errors: direct deployment of the in-silico result, physics-aware training, dual adaptive training without and with internal states (Zheng et al. 2023, Fig. 4b,c).",
			func(p Profile) []experiment.Run { return sweep(p, p.DataSets, p.Sigmas, fourWays...) }, drawFig4bc),
		fig("fig4d", "Severe errors: internal states and size of the error predictor",
			"DAT without and with internal states, with predictors of about 4,000 and 10,000 complex parameters (Fig. 4d).",
			func(p Profile) []experiment.Run {
				return sweep(p, p.first(), p.Severe, datSmall, datLarge, isSmall, isLarge)
			}, drawFig4d),
		fig("fig4e", "Unitary and separable mode",
			"DAT with internal states; predictors taught all together (unitary) or each by its own mesh (separable) (Fig. 4e).",
			func(p Profile) []experiment.Run {
				return sweep(p, p.first(), p.Severe, isSmall, isLarge, apartS, apartL)
			}, drawFig4e),
		fig("fig5a", "One image on its way through the chip",
			"The first test image, its spectrum with the 64 values used, intensities behind each mesh on the chip, and the scores under four methods (Fig. 5a).",
			example, drawFig5a),
		fig("fig5b", "Phases of the three meshes",
			"Internal and external phases theta and phi after training under four methods (Fig. 5b).",
			example, drawFig5b),
		fig("fig5c", "Joint phase and splitter errors",
			"Accuracy on chips with both kinds of error (Fig. 5c).",
			func(p Profile) []experiment.Run { return joint(p, p.DataSets, p.Joint, jointWays...) }, drawFig5c),
		fig("fig5d", "Confusion matrices and energy distributions",
			"How the chip classifies the test set, and the mean score of each class by true class (Fig. 5d).",
			example, drawFig5d),
		fig("ed9", "Number of internal states",
			"DAT in unitary mode with internal states behind two meshes, one, or none (Extended Data Fig. 9).",
			func(p Profile) []experiment.Run {
				return sweep(p, p.first(), p.ladder(), datLarge, oneState, isLarge)
			}, drawED9),
		fig("ed10", "Cost of a training step, counted",
			"Real multiplications and additions of one training step by method, against the number of ports and of meshes, layer by layer and compiled (Extended Data Fig. 10, mesh part).",
			nil, drawED10),
	}, datLight()...)
}

// ladder are the error levels of Extended Data Fig. 9.
func (p Profile) ladder() (s []float64) {
	for _, v := range p.Severe {
		if v == 0.06 || v == 0.08 || v == 0.10 {
			s = append(s, v)
		}
	}
	return s
}
