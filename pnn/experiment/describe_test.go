package experiment

import (
	"strings"
	"testing"

	"lightfast/pnn/hybrid"
	"lightfast/pnn/optical"
)

// TestDescribe: runs of every system say what they are of.
func TestDescribe(t *testing.T) {
	mesh := Run{System: MPNN, Ports: 64, Meshes: 3}
	single := Run{System: MPNN, Ports: 16, Meshes: 1}
	for want, r := range map[string]Run{
		"3 meshes of 64 ports": mesh,
		"1 mesh of 16 ports":   single,
		"diffractive network of 2 blocks of 1 phase modulator, 36 x 36 pixels of 8 um, 4 mm behind each modulator, at 532 nm": tinyDPNN(PAT),
		"diffractive network of 2 phase plates with saturable absorbers, 128 x 128 pixels of 2 um, at 532 nm":                 {System: D2NN},
		"mlp to 128, 10 outputs with saturable absorbers of optical depth 30":                                                 AbsorberRun(optical.Spec{Network: optical.MLP, Hidden: []int{128}, Classes: 10, Neuron: optical.Absorber, Depth: 30}, "glyphs", 1, 1),
		"mlp to 10 outputs with relu": AbsorberRun(optical.Spec{Network: optical.MLP, Classes: 10, Neuron: optical.ReLU}, "glyphs", 1, 1),
		"cnn to 32 channels, 64 channels, 128, 10 outputs with saturable amplifiers of gain 2": AbsorberRun(optical.Spec{Network: optical.CNN, Channels: []int{32, 64}, Hidden: []int{128}, Classes: 10, Neuron: optical.Gain, Depth: 2}, "glyphs", 1, 1),
		"digital LeNet with a mesh of 64 ports":                                                HybridRun(hybrid.Mesh, SAT, "glyphs", 1),
		"LeNet with weights set by microrings":                                                 HybridRun(hybrid.Rings, SAT, "glyphs", 1),
		"dense network with weights on a modulator in front of a display":                      HybridRun(hybrid.Space, SAT, "glyphs", 1),
	} {
		got := r.Describe()
		if got != want {
			t.Errorf("%q, expected %q", got, want)
		}
		if strings.Contains(got, "0 meshes") {
			t.Errorf("%s is said to be of no meshes", r.System)
		}
	}
}
