package figures

import (
	"lightfast/pnn/experiment"
	"lightfast/pnn/hybrid"
)

// Rings says how much of sharpness-aware training is run for networks before a bank
// of microrings. What is 0 is as published.
type Rings struct {
	Set   string `json:"set"`
	Train int    `json:"train"` // images; 0: all
	Test  int    `json:"test"`
	Seeds int    `json:"seeds"` // numbered from 1
	Batch int    `json:"batch"`

	// Epochs of backpropagation and sharpness-aware training, and of methods that
	// learn more slowly.
	Epochs  int `json:"epochs"`
	NAT     int `json:"nat_epochs"`
	Pruning int `json:"pruning_epochs"`
	PAT     int `json:"pat_epochs"`

	Noise float64 `json:"nat_noise"` // of weights in noise-aware training
	Rate  float64 `json:"slow_rate"` // of pruning and physics-aware training

	// Radii of the climb without adaptation, from seed 1; 0 is none.
	Radii       []float64 `json:"radii"`
	RadiiEpochs int       `json:"radii_epochs"`
	RadiiRate   float64   `json:"radii_rate"`

	Images int `json:"hessian_images"` // of the test set, whose loss the Hessian is of
	Points int `json:"surface_points"` // of the loss along each of two directions
}

// quickRings is a few thousand steps in all, with less noise for noise-aware
// training than published, with which it needs ten times as many.
func quickRings() Rings {
	return Rings{
		Set: "glyphs", Train: 3000, Test: 500, Seeds: 1, Batch: 32,
		Epochs: 6, NAT: 10, Pruning: 8, PAT: 8, Noise: 0.1, Rate: 0.05,
		Radii: []float64{0, 0.01, 0.1, 1}, RadiiEpochs: 5, RadiiRate: 3e-3,
		Images: 32, Points: 21,
	}
}

// standardRings is MNIST with fewer epochs.
func standardRings() Rings {
	return Rings{
		Set: "mnist", Seeds: 1, Epochs: 6, Pruning: 12, PAT: 8, Rate: 0.05,
		Radii: []float64{0, 1e-3, 1e-2, 0.1, 1, 10}, RadiiEpochs: 4, Points: 31,
	}
}

func paperRings() Rings {
	return Rings{Set: "mnist", Seeds: 3, Radii: publishedRadii}
}

// run is the run of a method.
func (g Rings) run(method string, seed uint64) experiment.Run {
	r := experiment.HybridRun(hybrid.Rings, method, g.Set, seed)
	if g.Train > 0 {
		r.Train, r.Test = g.Train, g.Test
	}
	if g.Batch > 0 {
		r.Batch = g.Batch
	}
	epochs, slow := g.Epochs, false
	switch method {
	case experiment.NAT:
		epochs = g.NAT
		if g.Noise > 0 {
			r.Noise = g.Noise
		}
	case experiment.Pruning:
		epochs, slow = g.Pruning, true
	case experiment.PAT:
		epochs, slow = g.PAT, true
	}
	if epochs > 0 {
		r.Epochs = epochs
	}
	if slow && g.Rate > 0 {
		r.Rate = g.Rate
	}
	r.Hybrid.HessianImages, r.Hybrid.SurfacePoints = g.Images, g.Points
	return r
}

// climb is the run of sharpness-aware training that is not adaptive, as the authors
// vary its radius.
func (g Rings) climb(rho float64) experiment.Run {
	r := g.run(experiment.SAT, 1)
	r.Rho, r.Adaptive, r.Rate = rho, false, publishedRadiiRate
	if g.RadiiRate > 0 {
		r.Rate = g.RadiiRate
	}
	if g.RadiiEpochs > 0 {
		r.Epochs = g.RadiiEpochs
	}
	return r
}
