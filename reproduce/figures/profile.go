package figures

import (
	"fmt"
	"strings"

	"lightfast/pnn/experiment"
	"lightfast/pnn/nearest"
	"lightfast/pnn/train"
)

// Profile says how much of the published protocol is run.
type Profile struct {
	Name string
	// About says in a line what it is.
	About string
	// DataSets of the figures that the paper shows for several.
	DataSets []string
	// Sigmas are the error levels of the sweeps of Fig. 4b,c and 4d,e.
	Sigmas, Severe []float64
	// Joint are the splitter and phase errors of Fig. 5.
	Joint [][2]float64
	// Template holds what all runs share.
	Template experiment.Run
	// Diffractive is what is run for diffractive networks.
	Diffractive Diffractive
	// Plates is what the runs of the nonlinear diffractive network share.
	Plates experiment.Run
	// Optics is how much of optical backpropagation is run.
	Optics Optics
	// Rings and Hybrids are how much of sharpness-aware training is run: of networks
	// before a bank of microrings, and before a mesh or a display-modulator product.
	Rings   Rings
	Hybrids Hybrids
	// Measured is a folder with the authors' data files (CSV), drawn beside ours;
	// empty: none. It changes pictures, no artifact.
	Measured string
	// Given names the samples of error arrays (experiment.Sample) to use instead
	// of chips drawn from a seed, by splitter and phase error; nil: none.
	Given map[[2]float64]string
}

// Folder is the name of the folder for the figures of the profile: those on
// given chips, or of the held-out protocol, stand beside the others.
func (p Profile) Folder() string {
	name := p.Name
	if p.Given != nil {
		name += "-given-chips"
	}
	if p.Template.Protocol != train.Published {
		name += "-" + p.Template.Protocol
	}
	return name
}

// HoldOut chooses the best epoch of each run on the last twelfth of the training
// samples (5,000 of 60,000) instead of the test set.
func (p *Profile) HoldOut() {
	for _, r := range []*experiment.Run{&p.Template, &p.Diffractive.Run, &p.Plates} {
		r.Protocol, r.Validation = train.HeldOut, r.Train/12
	}
}

// on puts a run on its chip.
func (p Profile) on(r experiment.Run, splitter, phase float64) experiment.Run {
	r.Chip = experiment.Chip{Splitter: splitter, Phase: phase, Seed: p.Template.Chip.Seed}
	if p.Given == nil {
		return r
	}
	r.Chip.Seed = 0
	r.Chip.Sample = p.Given[[2]float64{splitter, phase}]
	if r.Chip.Sample == "" {
		r.Chip.Sample = "missing" // refused by name when it is executed
	}
	return r
}

// Profiles lists all profiles, the default first.
func Profiles() []Profile {
	run := experiment.Run{System: experiment.MPNN, Ports: 64, Meshes: 3, Chip: experiment.Chip{Seed: 1}, Protocol: train.Published, Seed: 1}
	quick, standard, paper := run, run, run
	quick.Train, quick.Test, quick.Epochs, quick.Batch = 4096, 2000, 8, 64
	quick.Rate, quick.SEPNRate, quick.HalveEvery, quick.CorrectFrom = 5e-3, 2e-3, 3, 3
	standard.Train, standard.Test, standard.Epochs, standard.Batch = 20000, 10000, 8, 200
	standard.Rate, standard.SEPNRate, standard.HalveEvery, standard.CorrectFrom = 1e-3, 2e-3, 4, 4
	paper.Train, paper.Test, paper.Epochs, paper.Batch = 60000, 10000, 50, 500
	paper.Rate, paper.SEPNRate, paper.HalveEvery, paper.CorrectFrom = 1e-3, 1e-3, 10, 20
	quickPlates, standardPlates, paperPlates := platesRun, platesRun, platesRun
	quickPlates.Data, quickPlates.Train, quickPlates.Test, quickPlates.Epochs, quickPlates.Batch, quickPlates.Rate = "glyphs", 512, 300, 2, 32, 0.01
	standardPlates.Data, standardPlates.Train, standardPlates.Test, standardPlates.Epochs = "mnist", 20000, 10000, 4
	paperPlates.Data, paperPlates.Train, paperPlates.Test, paperPlates.Epochs = "mnist", 60000, 10000, 10
	full := []float64{0.02, 0.04, 0.06, 0.08, 0.10}
	severe := []float64{0.06, 0.07, 0.08, 0.09, 0.10, 0.11}
	joint := [][2]float64{{0.04, 0.04}, {0.04, 0.06}, {0.06, 0.04}, {0.08, 0.02}, {0.06, 0.06}}
	real := []string{"mnist", "fashion-mnist"}
	return []Profile{
		{Name: "quick", About: "embedded generated data, small sets, few epochs: minutes on two cores", Diffractive: quickLight(), Plates: quickPlates, Optics: quickOptics(), Rings: quickRings(), Hybrids: quickHybrids(),
			DataSets: []string{"glyphs"}, Sigmas: []float64{0.05, 0.10}, Severe: []float64{0.10}, Joint: [][2]float64{{0.06, 0.06}}, Template: quick},
		{Name: "standard", About: "MNIST and Fashion-MNIST, 20,000 images, 8 epochs instead of 60,000 and 50: about half an hour on two cores; diffractive networks with errors on 384 images: hours; optical backpropagation on 60,000 images, 4 to 10 epochs instead of 20 to 50: a quarter of an hour", Diffractive: standardLight(), Plates: standardPlates, Optics: standardOptics(), Rings: standardRings(), Hybrids: standardHybrids(),
			DataSets: real, Sigmas: full, Severe: severe, Joint: joint, Template: standard},
		{Name: "paper", About: "the published protocol: 60,000 images, batch 500, 50 epochs; diffractive networks in batches of 32, DAT 10 epochs", Diffractive: paperLight(), Plates: paperPlates, Optics: paperOptics(), Rings: paperRings(), Hybrids: paperHybrids(),
			DataSets: real, Sigmas: full, Severe: severe, Joint: joint, Template: paper},
	}
}

// FindProfile returns the profile with the given name or an error with a
// suggestion.
func FindProfile(name string) (Profile, error) {
	var names []string
	for _, p := range Profiles() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Profile{}, fmt.Errorf("no profile %q%s; the profiles are %s", name, nearest.Suggest(name, names), strings.Join(names, ", "))
}
