package figures

import (
	"lightfast/pnn/diffract"
	"lightfast/pnn/experiment"
	"lightfast/pnn/train"
)

// lightRun is what the runs of diffractive networks share in every profile.
var lightRun = experiment.Run{
	System: experiment.DPNN, Chip: experiment.Chip{Seed: 1}, Protocol: train.Published, Seed: 1,
	Batch: 32, Rate: 0.05, SEPNRate: 5e-3,
}

// tableCamera reads 8 bits with 0.5 % read noise and the shot noise of 10,000
// electrons.
var tableCamera = experiment.Camera{ReadNoise: 0.005, FullWell: 10000, Bits: 8}

// quickLight has planes of 48 x 48 pixels and one level of every error.
func quickLight() Diffractive {
	d := Diffractive{
		Run: lightRun,
		Optics: experiment.Diffracting{
			Side: 48, Pitch: 8e-6, Wavelength: 532e-9, Distance: 6e-3, Picture: 36, Detector: 6, Window: 40, Sharpness: 20,
		},
		Correlation: 6,
		Joint:       diffract.Deviations{Shift: 1, Rotation: 2, Scale: 0.02, Z: 0.5e-3, Phase: 0.3, Correlation: 6},
		Table:       diffract.Deviations{Shift: 1, Rotation: 2, Scale: 0.02, Z: 0.5e-3, Phase: 0.3, Correlation: 6},
		Camera:      tableCamera,
		Drift:       experiment.Drift{Shift: 0.3, Rotation: 0.3, Scale: 0.003},
		Days:        []int{0, 1, 2, 3, 4, 5, 6},
		Ideal:       Ideal{Train: 1536, Test: 500, Epochs: 5, HalveEvery: 3},

		TableDistance: 10e-3, TableBatch: 16, TableRate: 0.1,
	}
	d.Run.Train, d.Run.Test, d.Run.Epochs, d.Run.HalveEvery, d.Run.CorrectFrom = 768, 500, 5, 3, 3
	d.Run.Features = [3]int{2, 3, 4}
	d.Single = []Errors{{"shift", []float64{2}}, {"rotation", []float64{10}}, {"Z shift", []float64{1}}, {"scale", []float64{10}}, {"phase error", []float64{0.5}}}
	d.Multi = []Errors{{"shift", []float64{2}}, {"rotation", []float64{10}}, {"Z shift", []float64{1}}, {"phase error", []float64{0.5}}}
	return d
}

// fullPlanes are those of the setup that stands in for the paper's.
var fullPlanes = experiment.Diffracting{
	Side: 200, Pitch: 8e-6, Wavelength: 532e-9, Distance: 50e-3, Picture: 120, Detector: 20, Window: 120, Sharpness: 20,
}

// standardLight has full planes, all but the smallest level of every error, each
// from four seeds (on data sets after the first the largest level from one), and as
// few images and epochs as show the order of the methods. Seed 1 is not among the
// four: the levels were chosen with it. DPNN-M trained without its internal states,
// which is slow and which nothing is compared with, has two of them. Batches of 16
// bring small numbers of images further than the 32 of the ideal networks.
func standardLight() Diffractive {
	d := paperLight()
	d.Ideal.Epochs, d.Ideal.HalveEvery, d.Ideal.Batch = 5, 1, d.Run.Batch
	d.Run.Train, d.Run.Test, d.Run.Epochs, d.Run.HalveEvery, d.Run.CorrectFrom, d.Run.Batch = 384, 500, 5, 3, 3, 16
	d.Longer, d.Largest = 0, 1
	d.Seeds, d.FirstSeed, d.Blind = 4, 2, 2
	for _, es := range [][]Errors{d.Single, d.Multi} {
		for i := range es {
			es[i].Levels = es[i].Levels[1:]
		}
	}
	return d
}

// paperLight trains on all images: DAT ten epochs, other methods fifty.
func paperLight() Diffractive {
	d := Diffractive{
		Run: lightRun, Optics: fullPlanes, Longer: 50,
		Correlation: 20,
		Joint:       diffract.Deviations{Shift: 3, Rotation: 3, Scale: 0.03, Z: 3e-3, Phase: 0.4, Correlation: 20},
		Table:       diffract.Deviations{Shift: 4, Rotation: 2, Scale: 0.02, Z: 2e-3, Phase: 0.3, Correlation: 20},
		Camera:      tableCamera,
		Drift:       experiment.Drift{Shift: 0.6, Rotation: 0.3, Scale: 0.003},
		Days:        []int{0, 1, 2, 3, 4, 5, 6},
		Ideal:       Ideal{Train: 60000, Test: 10000, Epochs: 20, HalveEvery: 5},
		TableBatch:  16, TableRate: 0.1,
	}
	d.Run.Train, d.Run.Test, d.Run.Epochs, d.Run.HalveEvery, d.Run.CorrectFrom = 60000, 10000, 10, 3, 4
	d.Run.Features = [3]int{4, 6, 8}
	// Chosen after trials at profile standard with seed 1: at smaller errors training
	// through an ideal model copes, at much larger ones (rotations of 18 and 24 degrees
	// of DPNN-S, a scale error of 20 % of DPNN-M) its few images do not suffice for dual
	// adaptive training either. The largest rotations were added after the others had
	// run from seeds 1 to 3, the largest Z shift of DPNN-M after seeds 2 to 5: at the
	// smallest there was no difference.
	d.Single = []Errors{{"shift", []float64{4, 8, 12, 16}}, {"rotation", []float64{8, 10, 12, 14, 16}}, {"Z shift", []float64{8, 16, 24, 32}}, {"scale", []float64{24, 28, 32, 36}}, {"phase error", []float64{0.3, 0.6, 0.9, 1.2}}}
	d.Multi = []Errors{{"shift", []float64{2, 4, 6, 8}}, {"rotation", []float64{4, 6, 8, 10, 12}}, {"Z shift", []float64{3, 6, 9, 12, 15}}, {"scale", []float64{12, 14, 16, 18}}, {"phase error", []float64{0.5, 0.6, 0.7, 0.8}}}
	return d
}
