package model

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/sepn"
)

// MPNN describes a network of Mach-Zehnder meshes with electro-optic
// activations between them (Zheng et al. 2023: 3 rectangular meshes of 64
// ports, 10 classes).
type MPNN struct {
	Ports, Meshes, Classes int
	// Features of the error-prediction U-Nets behind the meshes; zero: none.
	Features [3]int
	// Triangular meshes instead of rectangular ones.
	Triangular bool
}

// Layout returns the layout of the meshes.
func (m MPNN) Layout() (*mesh.Layout, error) {
	if m.Triangular {
		return mesh.Triangular(m.Ports)
	}
	return mesh.Rectangular(m.Ports)
}

// NewMPNN builds the network with all phases zero. errors are the fabrication
// errors of each mesh; nil means an ideal model.
func NewMPNN[T lane.Float](m MPNN, errors []*mesh.Errors) (*Network[T], error) {
	if m.Meshes < 1 {
		return nil, fmt.Errorf("model: %d meshes, expected at least 1", m.Meshes)
	}
	if errors != nil && len(errors) != m.Meshes {
		return nil, fmt.Errorf("model: errors of %d meshes, expected %d", len(errors), m.Meshes)
	}
	l, err := m.Layout()
	if err != nil {
		return nil, err
	}
	if top := min(256, m.Ports); m.Classes < 2 || m.Classes > top {
		return nil, fmt.Errorf("model: %d classes for %d ports, expected 2 to %d", m.Classes, m.Ports, top)
	}
	n := &Network[T]{Classes: m.Classes, Readout: Ports[T]{m.Classes}, Loss: CrossEntropy[T], StateWeight: 1}
	for i := range m.Meshes {
		var e *mesh.Errors
		if errors != nil {
			e = errors[i]
		}
		el, err := mesh.New[T](fmt.Sprintf("mesh%d", i+1), l, e)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			el.Share(n.Stages[0].Element.(*mesh.Mesh[T]))
		}
		s := Stage[T]{Element: el, Activation: Modulation[T](DATActivation)}
		if m.Features != [3]int{} {
			side := int(math.Sqrt(float64(m.Ports)))
			if side*side != m.Ports {
				return nil, fmt.Errorf("model: error prediction sees the %d ports as a square image: expected a square number of ports", m.Ports)
			}
			if s.SEPN, err = sepn.UNet[T](fmt.Sprintf("sepn%d", i+1), side, side, m.Features); err != nil {
				return nil, err
			}
		}
		n.Stages = append(n.Stages, s)
	}
	return n, n.check()
}
