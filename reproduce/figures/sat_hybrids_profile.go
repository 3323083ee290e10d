package figures

import (
	"lightfast/pnn/experiment"
	"lightfast/pnn/hybrid"
)

// Hybrids says how much of sharpness-aware training is run for networks before a mesh
// or a display-modulator product. What is 0 is as published.
type Hybrids struct {
	Set   string `json:"set"`
	Train int    `json:"train"` // images; 0: all
	Test  int    `json:"test"`
	Seeds int    `json:"seeds"` // numbered from 1
	// SharpSeeds are those of sharpness-aware training of the mesh, whose outcome
	// depends on them more; 0: Seeds.
	SharpSeeds int `json:"sharp_seeds,omitempty"`

	Mesh    HybridSteps `json:"mesh"`
	Dual    HybridSteps `json:"dual"`           // of dual adaptive training
	Predict float64     `json:"predictor_rate"` // of its error predictors
	Hessian int         `json:"hessian_images"` // test images that the sharpness is of

	Space HybridSteps `json:"space"`
	Aside int         `json:"space_sharp_epochs"` // of sharpness-aware training there
}

// HybridSteps are the steps of training a hybrid network.
type HybridSteps struct {
	Epochs int     `json:"epochs"`
	Batch  int     `json:"batch"`
	Rate   float64 `json:"rate"`       // of backpropagation and what is like it
	Sharp  float64 `json:"sharp_rate"` // of sharpness-aware training
}

// quickHybrids is a few hundred steps in small batches.
func quickHybrids() Hybrids {
	return Hybrids{
		Set: "glyphs", Train: 2000, Test: 500, Seeds: 1,
		Mesh: HybridSteps{Epochs: 20, Batch: 100, Sharp: 0.02}, Dual: HybridSteps{Epochs: 15, Batch: 50}, Predict: 2e-3, Hessian: 48,
		Space: HybridSteps{Epochs: 10, Batch: 20, Rate: 2e-3, Sharp: 2e-3}, Aside: 8,
	}
}

// standardHybrids is MNIST with as many steps from a tenth of the images.
func standardHybrids() Hybrids {
	return Hybrids{
		Set: "mnist", Train: 20000, Test: 10000, Seeds: 1,
		Mesh: HybridSteps{Epochs: 10, Batch: 500, Sharp: 0.05}, Dual: HybridSteps{Epochs: 15, Batch: 500}, Predict: 2e-3, Hessian: 250,
		Space: HybridSteps{Epochs: 5}, Aside: 5,
	}
}

func paperHybrids() Hybrids { return Hybrids{Set: "mnist", Seeds: 3, SharpSeeds: 5} }

// meshChip are the standard deviations of splitters and phases of the chip of the
// mesh, of which the authors stored one.
var meshChip = [2]float64{0.15, 0.15}

// MeshChip are the splitter and the phase error of the chip on which hybrid networks
// are trained: the level of errors under which [Profile.Given] names it.
func MeshChip() (level [2]float64) { return meshChip }

// mesh is the run of a method for the network before the mesh.
func (p Profile) mesh(method string, seed uint64) experiment.Run {
	g := p.Hybrids
	steps := g.Mesh
	if method == experiment.DAT {
		steps = g.Dual
	}
	r := p.on(g.shorten(experiment.HybridRun(hybrid.Mesh, method, g.Set, seed), steps), meshChip[0], meshChip[1])
	r.Hybrid.HessianImages = g.Hessian
	if steps.Epochs > 0 {
		r.HalveEvery = (steps.Epochs + 1) / 2
	}
	if method == experiment.DAT && steps.Epochs > 0 {
		// In few steps the rate must fall sooner: once predictions are added, that of
		// backpropagation drives the parameters out of where they hold.
		r.CorrectFrom, r.HalveEvery, r.SEPNRate = steps.Epochs/5, (steps.Epochs+4)/5, g.Predict
	}
	return r
}

// space is the run of backpropagation for the display-modulator system, or with axes
// that of sharpness-aware training for these misalignments.
func (p Profile) space(w spaceWay, seed uint64) experiment.Run {
	g := p.Hybrids
	steps := g.Space
	if w.method == experiment.SAT && g.Aside > 0 {
		steps.Epochs = g.Aside
	}
	r := experiment.HybridRun(hybrid.Space, w.method, g.Set, seed)
	if w.axes != nil {
		r.Epochs, r.Rho, r.Hybrid.Axes = w.epochs, w.rho, w.axes
	}
	return g.shorten(r, steps)
}

// shorten makes a run as short as the profile has it.
func (g Hybrids) shorten(r experiment.Run, s HybridSteps) experiment.Run {
	if g.Train > 0 {
		r.Train = g.Train
	}
	if g.Test > 0 {
		r.Test = g.Test
	}
	if s.Epochs > 0 {
		r.Epochs = s.Epochs
	}
	if s.Batch > 0 {
		r.Batch = s.Batch
	}
	rate := s.Rate
	if r.Method == experiment.SAT || r.Method == experiment.InSitu {
		rate = s.Sharp
	}
	if rate > 0 {
		r.Rate = rate
	}
	return r
}
