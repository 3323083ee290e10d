package figures

import (
	"math"

	"lightfast/pnn/optical"
)

// paperMean is a published mean accuracy in percent with its standard deviation
// over five seeds (NaN: not given), and how far below it ours may lie, in points.
type paperMean struct{ mean, deviation, tolerance float64 }

var unpublished = paperMean{math.NaN(), math.NaN(), 0}

// Accuracies of Guo et al. 2021 on MNIST that stand in its text.
var (
	guoReLU        = paperMean{98.0, 0.2, 0.3}
	guoLinear      = paperMean{85.7, 0.4, 1}
	guoOneHidden   = paperMean{97.3, 0.1, 0.3} // a0 = 10, exact or optical derivative
	guoGain        = paperMean{97.3, 0.1, 0.3} // supplement, Fig. S3, g0 = 3
	guoAbsorption  = 10.0                      // percent that 1 - S of the optical derivative comes to, Fig. 3e
	guoSimilarEdge = 15.0                      // percent of 1 - S up to which accuracies are near the best, Fig. 3d
)

// guoDepths are the accuracies of Fig. 4a(iii) against the optical depth: read off
// the plot to 0.2 points, those at 30 as in the text.
var guoDepths = map[string]map[float64]paperMean{
	optical.Optical: {
		0.1: read(87.8), 0.3: read(93.3), 1: read(96.5), 2: read(97.3), 4: read(97.5), 8: read(97.5), 15: read(97.6),
		20: read(97.9), 30: {98.0, 0.2, 0.3}, 40: read(97.1), 50: read(97.3),
	},
	optical.Exact: {
		0.1: read(88.9), 0.3: read(94.4), 1: read(96.5), 2: read(97.4), 4: read(97.8), 8: read(98.0), 15: read(98.0),
		20: read(98.0), 30: {98.1, 0.3, 0.3}, 40: read(98.0), 50: read(97.9),
	},
}

func read(mean float64) paperMean { return paperMean{mean, math.NaN(), 0.5} }

// guoConv is Fig. 4b(ii): by data set and label.
var guoConv = map[string]map[string]paperMean{
	"mnist": {
		opticalSA: {99.3, 0.1, 0.3}, exactSA: {99.4, 0.1, 0.3}, "ReLU": {99.3, 0.1, 0.3}, "tanh": {99.2, 0.1, 0.3},
		"sigmoid": {99.0, 0.1, 0.3}, "linear": {92.3, 0.2, 0.3},
	},
	"kmnist": {
		opticalSA: {95.4, 0.3, 0.6}, exactSA: {96.3, 0.1, 0.6}, "ReLU": {96.1, 0.3, 0.6}, "tanh": {95.6, 0.2, 0.6},
		"sigmoid": {95.8, 0.2, 0.6}, "linear": {69.6, 0.7, 0.7},
	},
	"emnist-balanced": {
		opticalSA: {87.9, 0.4, 0.6}, exactSA: {88.1, 0.3, 0.6}, "ReLU": {88.6, 0.2, 0.6}, "tanh": {87.5, 0.2, 0.6},
		"sigmoid": {87.7, 0.3, 0.6}, "linear": {67.8, 0.3, 0.6},
	},
}

// on is the published value where the data set is the paper's.
func (v paperMean) on(data string) paperMean {
	if data != "mnist" {
		return unpublished
	}
	return v
}

// lookUp looks up a published value.
func lookUp[K comparable](m map[K]paperMean, key K) paperMean {
	if v, ok := m[key]; ok {
		return v
	}
	return unpublished
}
