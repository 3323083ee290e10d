package hardware

import (
	"math"

	"lightfast/pnn/mesh"
)

// A mesh in the simulation and a mesh of heaters differ by phases that are common
// to both lines of an interferometer. In package mesh theta acts as theta/2 on
// the upper and -theta/2 on the lower arm, so that theta + 2 pi is another matrix
// than theta, -M; the heater of a chip is on the upper arm alone,
//
//	C(theta, phi) = exp(i theta/2) M(theta, phi)
//
// which is the same for theta + 2 pi, as it must be where phases are set up to
// whole turns. The common phase is made up for in front of the interferometer,
// by the phi heaters of the layer before:
//
//	diag(e^(i a), e^(i b)) C(theta, phi) = e^(i b) C(theta, phi + a - b)
//
// and so on until it reaches the heaters in front of the mesh. Lines that pass a
// layer without an interferometer have no phase on the chip; where the simulation
// has the wrap pair in the bar state, -i, that is made up for likewise.

// heaterPhases are the phases of heaters that give a chip the matrix that an
// ideal mesh has with phases p.
func heaterPhases(l *mesh.Layout, p *mesh.Phases) *mesh.Phases { return carry(l, p, 1) }

// modelPhases are the phases of a mesh that has the matrix of the heaters' chip.
func modelPhases(l *mesh.Layout, p *mesh.Phases) *mesh.Phases { return carry(l, p, -1) }

// carry takes the common phases from the outputs to the inputs.
func carry(l *mesh.Layout, p *mesh.Phases, sign float64) *mesh.Phases {
	q := &mesh.Phases{Theta: make([]float64, l.Slots()), Phi: make([]float64, l.Slots()), Gamma: make([]float64, l.Ports)}
	carried := make([]float64, l.Ports) // by line, at the outputs of a layer
	active := l.Active()
	for layer := l.Columns() - 1; layer >= 0; layer-- {
		if l.Kind == "rectangular" && l.Ports%2 == 0 && layer%2 == 1 {
			carried[0] -= float64(sign * (math.Pi / 2))
			carried[l.Ports-1] -= float64(sign * (math.Pi / 2))
		}
		for pair := range l.Pairs {
			slot := layer*l.Pairs + pair
			if !active[slot] {
				continue
			}
			upper, lower := lines(layer, pair)
			q.Theta[slot] = p.Theta[slot]
			q.Phi[slot] = p.Phi[slot] + (carried[upper] - carried[lower])
			common := carried[lower] - float64(sign*p.Theta[slot]/2)
			carried[upper], carried[lower] = common, common
		}
	}
	for k, v := range p.Gamma {
		q.Gamma[k] = v + carried[k]
	}
	return q
}

// lines are those of an interferometer, in both layouts.
func lines(layer, pair int) (upper, lower int) {
	upper = 2*pair + layer%2
	return upper, upper + 1
}
