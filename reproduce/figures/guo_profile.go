package figures

import (
	"slices"

	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/optical"
	"lightfast/pnn/train"
)

// Optics says how much of the protocol of optical backpropagation is run. The
// batch, and in the profile paper all else, is that of the publication.
type Optics struct {
	// Sets are the data sets of Fig. 4b, the first that of all other figures.
	Sets  []string `json:"sets"`
	Train int      `json:"train"` // images of each set; 0: all
	Test  int      `json:"test"`
	Rate  float64  `json:"rate"` // of learning; 0: as published

	// Seeds, numbered from 1, of dense networks, of convolutional ones, and of
	// what goes beyond the paper.
	Seeds       int `json:"seeds"`
	ConvSeeds   int `json:"conv_seeds"`
	BeyondSeeds int `json:"beyond_seeds"`

	Epochs   int   `json:"epochs"`   // of dense networks with two hidden layers
	Shallow  int   `json:"shallow"`  // epochs with one
	Deep     int   `json:"deep"`     // epochs with up to eight, beyond the paper
	Conv     int   `json:"conv"`     // epochs of convolutional networks of absorbers
	Baseline int   `json:"baseline"` // epochs of those that they are compared with
	Channels []int `json:"channels"` // of the convolutions

	Depths []float64 `json:"depths"` // optical depths a0 of Fig. 4a
	Gains  []float64 `json:"gains"`  // gains g0 of Fig. S3
	Random int       `json:"random"` // functions of Fig. 3d
	// BothLosses trains the two derivatives of Fig. 3d with softmax cross-entropy too.
	BothLosses bool      `json:"both_losses,omitempty"`
	Noise      []float64 `json:"noise"`  // standard deviations, in units of a reading
	Layers     []int     `json:"layers"` // numbers of hidden layers
}

// quickOptics is a few epochs on generated images.
func quickOptics() Optics {
	return Optics{
		Sets: []string{"glyphs"}, Train: 4000, Test: 2000, Rate: 1e-3,
		Seeds: 1, ConvSeeds: 1, BeyondSeeds: 1,
		Epochs: 14, Shallow: 8, Deep: 6, Conv: 6, Baseline: 6, Channels: []int{8, 16},
		Depths: []float64{1, 10, 30}, Gains: []float64{0.3, 3}, Random: 15, Noise: []float64{1, 4}, Layers: []int{1, 3, 8},
	}
}

// standardOptics is all images of MNIST, with fewer epochs and seeds than
// published.
func standardOptics() Optics {
	return Optics{
		Sets: []string{"mnist"}, Seeds: 2, ConvSeeds: 1, BeyondSeeds: 1,
		Epochs: 10, Shallow: 6, Deep: 6, Conv: 4, Baseline: 4, Channels: []int{32, 64},
		Depths: publishedDepths, Gains: []float64{0.3, 1, 3, 5}, Random: 60, Noise: []float64{0.3, 1, 4}, Layers: []int{1, 2, 4, 8},
	}
}

// paperOptics is the published protocol.
func paperOptics() Optics {
	return Optics{
		Sets: []string{"mnist", "kmnist", "emnist-balanced"}, Seeds: 5, ConvSeeds: 5, BeyondSeeds: 3,
		Epochs: 50, Shallow: 50, Deep: 20, Conv: 40, Baseline: 20, Channels: []int{32, 64},
		Depths: publishedDepths, Gains: []float64{0.1, 0.3, 0.5, 1, 2, 3, 4, 5}, Random: 200, BothLosses: true, Noise: []float64{0.1, 0.3, 1, 2, 4}, Layers: []int{1, 2, 3, 4, 6, 8},
	}
}

var publishedDepths = []float64{0.1, 0.3, 1, 2, 4, 8, 10, 15, 20, 30, 40, 50}

// first is the data set of all figures but 4b; none if there is no set at all.
func (o Optics) first() string {
	if len(o.Sets) == 0 {
		return ""
	}
	return o.Sets[0]
}

// deep is the optical depth that the paper compares with other neurons.
func (o Optics) deep() float64 {
	if n := len(o.Depths); n > 0 && !slices.Contains(o.Depths, 30) {
		return o.Depths[n-1]
	}
	return 30
}

// absorbing is a run of a network on a data set.
func (p Profile) absorbing(net optical.Spec, data string, epochs int, seed uint64) experiment.Run {
	if _, _, labels, err := dataset.Size(data); err == nil {
		net.Classes = labels
	}
	r := experiment.AbsorberRun(net, data, epochs, seed)
	if o := p.Optics; o.Train > 0 {
		r.Train, r.Test = o.Train, o.Test
	}
	if p.Optics.Rate > 0 {
		r.Rate = p.Optics.Rate
	}
	if p.Template.Protocol == train.HeldOut {
		r.Protocol, r.Validation = train.HeldOut, r.Train/12
	}
	return r
}
