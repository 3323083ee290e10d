package figures

import (
	"lightfast/pnn/experiment"
)

// datLight lists the figures of dual adaptive training of diffractive networks.
func datLight() []Figure {
	cites := []string{"zheng2023", "lin2018", "matsushima2009", "wright2022"}
	fig := func(id, title, caption string, attempts func(Profile) []attempt, draw func(Profile, Results) (Drawing, error)) Figure {
		f := Figure{ID: "dat-" + id, Paper: "zheng2023", Title: title, Caption: caption, Cites: cites, Draw: draw}
		if attempts != nil {
			f.Runs = func(p Profile) []experiment.Run { return runsOfAttempts(attempts(p)) }
		}
		return f
	}
	return []Figure{
		fig("dpnn", "Diffractive networks without errors",
			"Accuracy on the test set while networks of diffractive blocks are trained in silico, whose hardware is what the model says: one block of three modulators (DPNN-S), one of five as Lin et al. (2018) build them, and three blocks of three (DPNN-M) (Zheng et al. 2023, the networks of Fig. 2; our own setup).",
			idealLight, drawIdealLight),
		fig("fig2", "Diffractive networks: geometric errors",
			"One block of three modulators (DPNN-S) and three such blocks (DPNN-M) whose detectors are shifted, rotated, or too near or too far: direct deployment of the in-silico result, physics-aware training, dual adaptive training without and, for DPNN-M, with internal states (Zheng et al. 2023, Fig. 2; our own setup).",
			func(p Profile) []attempt { return sweepLight(p, geometric) }, drawFig2),
		fig("ed5", "Diffractive networks: scale and phase errors",
			"The same networks with magnified planes, and with modulators whose phases are wrong, half smoothly and half from pixel to pixel (Extended Data Fig. 5; our own setup).",
			func(p Profile) []attempt { return sweepLight(p, further) }, drawED5),
		fig("ed4", "Diffractive networks: joint errors",
			"DPNN-M with all kinds of errors at once: internal states of one image, phases of the modulators, accuracy and confusion matrices under four methods (Extended Data Fig. 4; our own setup).",
			jointLight, drawED4),
		fig("ed6", "Diffractive networks: convergence",
			"Accuracy in the laboratory after each epoch (Extended Data Fig. 6; our own setup).",
			convergence, drawED6),
		fig("fig3", "A diffractive network in the laboratory",
			"Three blocks of one modulator (DPNN-C) on a simulated optical table with noisy cameras: planes of one image in the laboratory and in the model with and without predicted errors, and the accuracy of the methods (Fig. 3; our own setup).",
			tableLight, drawFig3),
		fig("ed8", "Planes in the laboratory, averaged over the test set",
			"The planes of DPNN-C on average over the test set, and how far the model is from them with and without predicted errors (Extended Data Fig. 8; our own setup).",
			tableLight, drawED8),
		fig("ed7", "A laboratory that drifts",
			"Successive frames of DPNN-C fluctuate; over six days its accuracy decays, until it is calibrated by markers (Extended Data Fig. 7; our own setup).",
			driftLight, drawED7),
		fig("ed10b", "Cost of a training step of a diffractive network, counted",
			"Real multiplications and additions of one training step by method, against the side of the planes and the number of blocks, with and without the angular spectrum (Extended Data Fig. 10, diffractive part).",
			nil, drawED10Light),
	}
}
