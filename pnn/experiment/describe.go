package experiment

import (
	"fmt"
	"strings"

	"lightfast/pnn/hybrid"
	"lightfast/pnn/model"
	"lightfast/pnn/optical"
)

// Describe says what a run trains or measures, in a few words.
func (r Run) Describe() string {
	switch {
	case r.System == DPNN && r.Diffracting != nil:
		d := r.Diffracting
		return fmt.Sprintf("diffractive network of %s of %s, %d x %d pixels of %.6g um, %.6g mm behind each modulator, at %.6g nm",
			number(d.Blocks, "block"), number(d.Layers, "phase modulator"), d.Side, d.Side, 1e6*d.Pitch, 1e3*d.Distance, 1e9*d.Wavelength)
	case r.System == D2NN:
		d := model.XuD2NN
		return fmt.Sprintf("diffractive network of %s with saturable absorbers, %d x %d pixels of %.6g um, at %.6g nm",
			number(len(d.Distances)-2, "phase plate"), d.Side, d.Side, 1e6*d.Pitch, 1e9*d.Wavelength)
	case r.System == Absorber && r.Absorbing != nil:
		return absorbing(r.Absorbing)
	case r.System == HybridSystem && r.Hybrid != nil:
		switch r.Hybrid.System {
		case hybrid.Mesh:
			return fmt.Sprintf("digital LeNet with a mesh of %d ports", hybrid.MeshPorts)
		case hybrid.Rings:
			return "LeNet with weights set by microrings"
		case hybrid.Space:
			return "dense network with weights on a modulator in front of a display"
		}
	}
	return fmt.Sprintf("%s of %d ports", number(r.Meshes, "mesh"), r.Ports)
}

// absorbing describes the network of an [Absorber].
func absorbing(a *Absorbing) string {
	var layers []string
	for _, c := range a.Channels {
		layers = append(layers, fmt.Sprintf("%d channels", c))
	}
	for _, h := range a.Hidden {
		layers = append(layers, fmt.Sprint(h))
	}
	layers = append(layers, fmt.Sprint(a.Classes))
	neuron := a.Neuron
	switch neuron {
	case optical.Absorber:
		neuron = fmt.Sprintf("saturable absorbers of optical depth %g", a.Depth)
	case optical.Gain:
		neuron = fmt.Sprintf("saturable amplifiers of gain %g", a.Depth)
	}
	return fmt.Sprintf("%s to %s outputs with %s", a.Network, strings.Join(layers, ", "), neuron)
}

// number counts things; a mesh is followed by meshes.
func number(n int, what string) string {
	switch {
	case n == 1:
		return "1 " + what
	case strings.HasSuffix(what, "sh"):
		what += "e"
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Describe says what errors a chip has.
func (c Chip) Describe() string {
	switch {
	case c.Phase == 0 && c.Splitter == 0:
		return "no errors"
	case c.Splitter == 0:
		return fmt.Sprintf("phase error %g", c.Phase)
	case c.Phase == 0:
		return fmt.Sprintf("splitter error %g", c.Splitter)
	}
	return fmt.Sprintf("splitter error %g and phase error %g", c.Splitter, c.Phase)
}
