package hardware

import (
	"fmt"
	"strings"

	"lightfast/pnn/artifact"
	"lightfast/pnn/diffract"
	"lightfast/pnn/mesh"
)

// Chip is a mesh of a checkpoint.
type Chip struct {
	Name   string
	Layout *mesh.Layout
	Phases *mesh.Phases
}

// Chips finds the meshes of a checkpoint: tensors name.theta, name.phi and
// name.gamma, in their order.
func Chips(ts []artifact.Tensor) ([]Chip, error) {
	find := func(name string) *artifact.Tensor {
		for i := range ts {
			if ts[i].Name == name {
				return &ts[i]
			}
		}
		return nil
	}
	var chips []Chip
	for _, t := range ts {
		name, ok := strings.CutSuffix(t.Name, ".theta")
		if !ok {
			continue
		}
		phi, gamma := find(name+".phi"), find(name+".gamma")
		if phi == nil || gamma == nil || len(t.Shape) != 2 {
			return nil, fmt.Errorf("hardware: tensor %s of shape %v, expected columns x pairs, and %s.phi and %s.gamma beside it", t.Name, t.Shape, name, name)
		}
		l, err := layoutOf(len(gamma.Values), t.Shape)
		if err != nil {
			return nil, fmt.Errorf("hardware: %s: %w", name, err)
		}
		if len(phi.Values) != len(t.Values) {
			return nil, fmt.Errorf("hardware: %s has %d values and %s %d, expected as many", phi.Name, len(phi.Values), t.Name, len(t.Values))
		}
		chips = append(chips, Chip{name, l, &mesh.Phases{Theta: t.Values, Phi: phi.Values, Gamma: gamma.Values}})
	}
	return chips, nil
}

// layoutOf is the layout whose phases have this shape.
func layoutOf(ports int, shape []int) (*mesh.Layout, error) {
	for _, make := range []func(int) (*mesh.Layout, error){mesh.Rectangular, mesh.Triangular} {
		l, err := make(ports)
		if err != nil {
			return nil, err
		}
		if l.Columns() == shape[0] && l.Pairs == shape[1] {
			return l, nil
		}
	}
	return nil, fmt.Errorf("phases of shape %v for %d ports, expected that of a rectangular or a triangular mesh", shape, ports)
}

// Planes finds the tensors of a checkpoint that can be masks: those with two
// extents that do not belong to a mesh or to a digital layer, in their order.
func Planes(ts []artifact.Tensor) (planes []artifact.Tensor) {
	for _, t := range ts {
		other := len(t.Shape) != 2
		for _, s := range []string{".theta", ".phi", ".gamma", ".weight", ".bias"} {
			other = other || strings.HasSuffix(t.Name, s)
		}
		if !other {
			planes = append(planes, t)
		}
	}
	return planes
}

// Weights makes the modulator whose weights a tensor holds. The size of the
// grid is that of the tensor; pitch and wavelength are to be given.
func Weights(t artifact.Tensor, g diffract.Grid, law diffract.Law) (*diffract.Modulator[float64], error) {
	if len(t.Shape) != 2 {
		return nil, fmt.Errorf("hardware: tensor %s of shape %v, expected rows x columns of a mask", t.Name, t.Shape)
	}
	g.Rows, g.Cols = t.Shape[0], t.Shape[1]
	m, err := diffract.NewModulator[float64](t.Name, g, law, diffract.Panel{})
	if err != nil {
		return nil, err
	}
	copy(m.Weights.Value, t.Values)
	m.Update(nil)
	return m, nil
}
