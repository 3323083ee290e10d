package figures

import (
	"lightfast/pnn/experiment"
	"lightfast/pnn/hybrid"
)

// meshWay is a way of training the network before the mesh, with what was published
// of it: accuracy on the stored chip in per cent, largest eigenvalue of the Hessian,
// time in units of that of backpropagation, accuracies after every tenth epoch (Xu
// et al. 2026, Fig. 4c and training logs).
type meshWay struct {
	label, method         string
	accuracy, eigen, time float64
	learning              []float64
	// tolerance is how far below the published accuracy that on the stored chip may
	// lie, in points; 0: not held to it.
	tolerance float64
}

// meshWays lists them in the order of the paper. Of noise-aware training the
// published numbers are those of a program that never adds its phase noise, with
// which ours is not compared.
var meshWays = []meshWay{
	{"BP", experiment.InSilico, 68.64, 93.5, 1, []float64{62.04, 66.22, 67.84, 68.64}, 4},
	{"NAT", experiment.NAT, 79.77, 96.8, 0.95, []float64{71.08, 81.41, 73.85, 79.77}, 0},
	{"PAT", experiment.PAT, 70.17, 114.7, 1.11, []float64{66.96, 69.21, 69.74, 70.17}, 4},
	{"DAT", experiment.DAT, 94.64, 252.4, 3.57, []float64{69.75, 73.58, 93.65, 94.21, 94.44, 94.64}, 1.14},
	{"SAT in silico", experiment.SAT, 92.31, 0.3, 1.44, []float64{69.75, 72.64, 82.59, 92.31}, 4.31},
	{"SAT in situ", experiment.InSitu, 97.05, 0.6, 1.75, []float64{77.65, 88.52, 94.56, 97.05}, 1.05},
}

// spaceWay is a way of training the display-modulator system.
type spaceWay struct {
	label, method string
	epochs        int // published
	rho           float64
	axes          []hybrid.Axis // nil: those of the joint training, or none
}

// What the display-modulator system is trained for.
var (
	spaceBP    = spaceWay{label: "BP", method: experiment.InSilico}
	spaceJoint = spaceWay{label: "SAT for all three", method: experiment.SAT}
	spaceAngle = spaceWay{"SAT for rotation", experiment.SAT, 5, 0.3, []hybrid.Axis{{Name: hybrid.Rotation, Reach: 1, Gain: 0.8}}}
	spaceShift = spaceWay{"SAT for shift", experiment.SAT, 10, 0.3, []hybrid.Axis{{Name: hybrid.Shift, Reach: 1, Gain: 0.8}}}
	spaceScale = spaceWay{"SAT for scale", experiment.SAT, 15, 0.3, []hybrid.Axis{{Name: hybrid.Scaling, Reach: 0.05, Gain: 0.01}}}
	spaceWays  = []spaceWay{spaceBP, spaceAngle, spaceShift, spaceScale, spaceJoint}
)

// meshTrials are the runs of some ways from all seeds.
func (p Profile) meshTrials(ways ...meshWay) (ts []hybridTrial) {
	for _, w := range ways {
		t, seeds := hybridTrial{label: w.label}, p.Hybrids.Seeds
		if n := p.Hybrids.SharpSeeds; n > 0 && (w.method == experiment.SAT || w.method == experiment.InSitu) {
			seeds = n
		}
		for seed := range seeds {
			t.runs = append(t.runs, p.mesh(w.method, uint64(seed+1)))
		}
		ts = append(ts, t)
	}
	return ts
}

// spaceTrials are the runs of all ways from all seeds.
func (p Profile) spaceTrials() (ts []hybridTrial) {
	for _, w := range spaceWays {
		t := hybridTrial{label: w.label}
		for seed := range p.Hybrids.Seeds {
			t.runs = append(t.runs, p.space(w, uint64(seed+1)))
		}
		ts = append(ts, t)
	}
	return ts
}

// hybridFigures lists the figures of networks before a mesh or a display-modulator
// product.
func hybridFigures() []Figure {
	fig := func(id, title, caption string, trials func(Profile) []hybridTrial, draw func(Profile, Results) (Drawing, error), cites ...string) Figure {
		f := Figure{ID: "sat-" + id, Paper: "xu2026", Title: title, Caption: caption, Cites: append([]string{"xu2026"}, cites...), Draw: draw}
		if trials != nil {
			f.Runs = func(p Profile) []experiment.Run { return runsOfHybrids(trials(p)) }
		}
		return f
	}
	mesh := func(p Profile) []hybridTrial { return p.meshTrials(meshWays...) }
	return []Figure{
		fig("fig4c", "LeNet before a mesh: accuracy and sharpness",
			"A network whose last layer is a mesh of 64 ports with phase and splitter errors of 0.15, trained by six methods: accuracy on the chip, largest eigenvalue of the Hessian, and accuracy on the chip while it learns (Xu et al. 2026, Fig. 4c).",
			mesh, drawSAT4c, "zheng2023", "wright2022", "lecun1998"),
		fig("fig4d", "LeNet before a mesh: transfer to fresh chips",
			"The trained networks of Fig. 4c on five fresh chips for each pair of phase and splitter errors: maps for sharpness-aware training in situ and dual adaptive training, and their diagonal for all methods (Fig. 4d).",
			mesh, drawSAT4d, "zheng2023", "wright2022", "lecun1998"),
		fig("fig5e", "Display and modulator: misalignment",
			"Two layers of products between a display and a modulator, trained by backpropagation and by sharpness-aware training with finite differences for rotation, shift, scale or all three, then rotated, shifted and scaled (Fig. 5e).",
			Profile.spaceTrials, drawSAT5e, "lecun1998"),
		fig("figs8", "Display and modulator: loaded weights",
			"Weights as they are to be and as the camera reads them (Supplement, Fig. S8). Ours is simulated: a readout with normal noise of the standard deviation that the authors measured.",
			nil, drawSATS8),
		fig("figs10", "Stability of one channel",
			"The reading of one channel in time, without and with stabilisation (Supplement, Fig. S10). Ours is simulated: a normal process whose standard deviation and memory are like those that the authors measured.",
			nil, drawSATS10),
		fig("figs11", "Stability of two channels",
			"The readings of two channels and their sum in time, without and with stabilisation (Supplement, Fig. S11). Ours is simulated: two independent normal processes whose standard deviations and memory are like those that the authors measured.",
			nil, drawSATS11),
		fig("table1", "Methods for networks of light",
			"What methods reach on the chip that they are trained on and on fresh chips, and how many passes of the network a step takes, beside the paper's words (Table 1).",
			mesh, drawSATTable1, "zheng2023", "wright2022", "lecun1998"),
	}
}
