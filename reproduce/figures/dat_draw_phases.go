package figures

import (
	"fmt"
	"math"

	"lightfast/pnn/artifact"
	"lightfast/pnn/figure"
	"lightfast/pnn/mesh"
)

// setting is one phase shifter pair of a trained network; the phases are NaN
// where the mesh has no interferometer.
type setting struct {
	method             string
	mesh, column, pair int
	theta, phi         float64
}

// drawFig5b draws a row for each method: theta and phi of each mesh, columns of
// the mesh from left to right, pairs of lines from top to bottom.
func drawFig5b(p Profile, r Results) (Drawing, error) {
	s, err := gather("dat-fig5b", p, r, p.last(), jointChips(p.worst()), jointWays)
	if err != nil {
		return Drawing{}, err
	}
	l, err := mesh.Rectangular(p.Template.Ports)
	if err != nil {
		return Drawing{}, fmt.Errorf("figures: %s: %w", s.id, err)
	}
	var all []setting
	f := &figure.Figure{Columns: 2 * p.Template.Meshes, WidthCM: 26}
	for _, pt := range s.points {
		if pt.result == nil {
			continue
		}
		net, err := pt.result.Network()
		if err != nil {
			return Drawing{}, err
		}
		ps := net.Parameters() // theta, phi, gamma of each mesh
		for m := range p.Template.Meshes {
			theta, phi := active(l, ps[3*m].Value), active(l, ps[3*m+1].Value)
			f.Panels = append(f.Panels,
				phaseMap(l, fmt.Sprintf("%s, θ of mesh %d", pt.way.style(), m+1), theta, true),
				phaseMap(l, fmt.Sprintf("%s, φ of mesh %d", pt.way.style(), m+1), phi, m+1 < p.Template.Meshes))
			for i := range theta {
				all = append(all, setting{pt.way.label, m + 1, i / l.Pairs, i % l.Pairs, theta[i], phi[i]})
			}
		}
	}
	d := s.drawing(f)
	d.Sweep = settingTable(all)
	if len(all) > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("Phases modulo 2π; columns of interferometers from left to right, pairs of lines from top to bottom; grey: the places of a column without an interferometer. All methods begin with the same phases (seed %d).", p.Template.Seed))
	}
	return d, nil
}

// active are the phases of a mesh, NaN where it has no interferometer.
func active(l *mesh.Layout, phases []float64) []float64 {
	out := make([]float64, len(phases))
	for i, on := range l.Active() {
		out[i] = math.NaN()
		if on {
			out[i] = phases[i]
		}
	}
	return out
}

// phaseMap shows phases stored column by column.
func phaseMap(l *mesh.Layout, heading string, phases []float64, hideBar bool) figure.Panel {
	m := figure.Map{Title: heading, Colours: figure.Phase, HideBar: hideBar}
	if !hideBar {
		m.Label = "phase (rad)"
	}
	for pair := range l.Pairs {
		row := make([]float64, l.Columns())
		for c := range row {
			row[c] = phases[c*l.Pairs+pair]
		}
		m.Values = append(m.Values, row)
	}
	return m
}

// settingTable lists the phases as they are set, in radians and not reduced.
func settingTable(all []setting) artifact.Table {
	n := len(all)
	return artifact.Table{Columns: []artifact.Column{
		texts("method", n, func(i int) string { return all[i].method }),
		ints("mesh", n, func(i int) int { return all[i].mesh }),
		ints("column", n, func(i int) int { return all[i].column }),
		ints("pair", n, func(i int) int { return all[i].pair }),
		floats("theta", "rad", n, func(i int) float64 { return all[i].theta }),
		floats("phi", "rad", n, func(i int) float64 { return all[i].phi }),
	}}
}
