package hardware

import (
	"fmt"

	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
)

// Show makes a modulator show a mask that came back from a file, so that the
// network it stands in can be measured as the laboratory will have it, beside the
// ideal one. Fill factor, crosstalk and errors of the modulator's panel act on
// it as before. restore gives the modulator its own weights back; until then it
// must not be trained.
func Show[T lane.Float](m *diffract.Modulator[T], p PhaseMask) (restore func(), err error) {
	if !isPhase(m.Law) {
		return nil, fmt.Errorf("hardware: modulator %s sets an %v, expected a phase", m.Weights.Name, m.Law)
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	return show(m, p.Grid, diffract.PhaseRadians, p.Rad)
}

// ShowAmplitude does the same with a grey mask.
func ShowAmplitude[T lane.Float](m *diffract.Modulator[T], a AmplitudeMask) (restore func(), err error) {
	if isPhase(m.Law) {
		return nil, fmt.Errorf("hardware: modulator %s sets a %v, expected an amplitude", m.Weights.Name, m.Law)
	}
	if err := a.check(); err != nil {
		return nil, err
	}
	return show(m, a.Grid, diffract.AmplitudeClipped, a.Amplitude)
}

func show[T lane.Float](m *diffract.Modulator[T], g diffract.Grid, law diffract.Law, values []float64) (restore func(), err error) {
	if err := m.Grid.Joins(g); err != nil {
		return nil, fmt.Errorf("modulator %s: %w", m.Weights.Name, err)
	}
	if g.Rows != m.Grid.Rows || g.Cols != m.Grid.Cols {
		return nil, fmt.Errorf("hardware: a mask of %d x %d pixels for modulator %s of %d x %d", g.Rows, g.Cols, m.Weights.Name, m.Grid.Rows, m.Grid.Cols)
	}
	own, ownLaw := append([]float64(nil), m.Weights.Value...), m.Law
	set := func(l diffract.Law, v []float64) {
		m.Law = l
		copy(m.Weights.Value, v)
		m.Update(nil)
	}
	set(law, values)
	return func() { set(ownLaw, own) }, nil
}

// ShowPhases makes a mesh use phases that came back from a file, likewise.
func ShowPhases[T lane.Float](pool *lane.Pool, m *mesh.Mesh[T], p *mesh.Phases) (restore func(), err error) {
	if len(p.Theta) != len(m.Theta.Value) || len(p.Phi) != len(m.Phi.Value) || len(p.Gamma) != len(m.Gamma.Value) {
		return nil, fmt.Errorf("hardware: %d theta, %d phi and %d gamma, expected %d, %d and %d for the mesh of %d ports",
			len(p.Theta), len(p.Phi), len(p.Gamma), len(m.Theta.Value), len(m.Phi.Value), len(m.Gamma.Value), m.Ports())
	}
	_, now := PhasesOf(m)
	own := &mesh.Phases{Theta: append([]float64(nil), now.Theta...), Phi: append([]float64(nil), now.Phi...), Gamma: append([]float64(nil), now.Gamma...)}
	set := func(p *mesh.Phases) {
		p.CopyTo(m.Theta.Value, m.Phi.Value, m.Gamma.Value)
		m.Update(pool)
	}
	set(p)
	if err := m.CheckFinite(); err != nil {
		set(own)
		return nil, err
	}
	return func() { set(own) }, nil
}
