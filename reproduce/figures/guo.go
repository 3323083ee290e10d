package figures

import (
	"lightfast/pnn/experiment"
	"lightfast/pnn/optical"
)

// What networks of absorbers are multiplied by on the way back, as legends name
// it.
const (
	exactSA   = "exact derivative"
	opticalSA = "optical derivative"

	entropy = ", cross-entropy" // behind either, where the loss is not the squared distance
)

// ways of training absorbers, the exact derivative first.
var derivatives = []struct{ label, name string }{{exactSA, optical.Exact}, {opticalSA, optical.Optical}}

// Neurons that absorbers are compared with.
var baselines = []struct{ label, neuron string }{
	{"ReLU", optical.ReLU}, {"tanh", optical.Tanh}, {"sigmoid", optical.Sigmoid},
}

// The paper's one hidden layer (Fig. 3), and the depth of its absorbers.
const (
	oneHidden   = 128
	hiddenDepth = 10
)

// Guo lists the figures of optical backpropagation.
func Guo() []Figure {
	fig := func(id, title, caption string, trials func(Profile) []trial, draw func(Profile, Results) (Drawing, error), cites ...string) Figure {
		f := Figure{ID: "guo-" + id, Paper: "guo2021", Title: title, Caption: caption, Cites: append([]string{"guo2021"}, cites...), Draw: draw}
		if trials != nil {
			f.Runs = func(p Profile) []experiment.Run { return runsOfTrials(trials(p)) }
		}
		return f
	}
	return []Figure{
		fig("fig2", "Transmission and derivatives of a saturable absorber",
			"Transmission of the field through an absorber of optical depth 1 and 30, the derivative of its response, and the transmission rescaled to it, which is all that a weak probe sees (Guo et al. 2021, Fig. 2).",
			nil, drawGuo2),
		fig("fig3b", "Where neurons work",
			"Inputs of the hidden neurons on validation images while a network of absorbers is trained with the optical derivative (Fig. 3b).",
			trials3b, drawGuo3b, "lecun1998"),
		fig("fig3c", "Response and derivatives at optical depth 10",
			"Response of the absorbers of Fig. 3, exact derivative and rescaled optical one, and the inputs by which they are compared (Fig. 3c).",
			nil, drawGuo3c),
		fig("fig3d", "How wrong a derivative may be",
			"A network with one hidden layer of absorbers trained once with each of many random functions instead of the derivative, against their dissimilarity 1 - S to it (Fig. 3d).",
			trials3d, drawGuo3d, "fritsch1980", "lecun1998"),
		fig("fig3e", "Similarity of the optical derivative",
			"Dissimilarity 1 - S of the optical derivative to the exact one against the optical depth (Fig. 3e).",
			nil, drawGuo3e),
		fig("fig4a", "Dense networks of absorbers",
			"Two hidden layers of absorbers trained with the exact and with the optical derivative, against the optical depth and beside networks of ReLU and without nonlinearity (Fig. 4a).",
			trials4a, drawGuo4a, "lecun1998"),
		fig("fig4b", "Convolutional networks of absorbers",
			"Two convolutions and two dense layers with absorbers, and with what computers use, on data sets of 28 x 28 pixels (Fig. 4b).",
			trials4b, drawGuo4b, "lecun1998", "clanuwat2018", "cohen2017"),
		fig("figs2", "Amplification before the second layer",
			"Bounds of the gain that amplifiers need so that the second layer can be of energy-conserving weights, epoch by epoch (Supplement, Fig. S2).",
			trialsS2, drawGuoS2, "lecun1998"),
		fig("figs3", "Gain saturation instead of absorption",
			"Transmission and derivatives of saturable gain, a network of such neurons while it learns from the probe, and its accuracy against the gain (Supplement, Fig. S3).",
			trialsS3, drawGuoS3, "lecun1998"),
		fig("power", "Optical power",
			"Light that a layer of absorbers of rubidium vapour takes, and the energy of an operation (Supplement, section 2.4).",
			nil, drawGuoPower),
		fig("noise", "Noise of the probe",
			"Two hidden layers of absorbers trained with a probe that is measured with noise: in proportion to each reading, or the same at all (beyond the paper).",
			trialsNoise, drawGuoNoise, "lecun1998"),
		fig("depth", "The optical derivative in deep networks",
			"Up to eight hidden layers of saturable absorbers or gain, trained with the exact and with the optical derivative (beyond the paper).",
			trialsDepth, drawGuoDepth, "lecun1998"),
	}
}
