package hardware

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
)

// Setting is what a heater of a mesh is set to.
type Setting struct {
	Place
	Upper, Lower int     // lines of the interferometer; both are the line of a gamma heater
	Phase        float64 // radians that are wanted, from 0 to 2 pi
	Power        float64 // mW that set them, as the voltage source can
	Voltage      float64 // volts; 0 if the resistance is not known
	Heater       Heater
}

// Off is how far the phase that the power sets is from what is wanted, in radians.
func (s Setting) Off() float64 { return apart(s.Heater.Phase(s.Power), s.Phase) }

// PhasesOf are the phases of a mesh and its name.
func PhasesOf[T lane.Float](m *mesh.Mesh[T]) (string, *mesh.Phases) {
	name := strings.TrimSuffix(m.Theta.Name, ".theta")
	return name, &mesh.Phases{Theta: m.Theta.Value, Phi: m.Phi.Value, Gamma: m.Gamma.Value}
}

// Settings sets the heaters of a mesh: those in front of it, and two for each
// interferometer, layer by layer. Their phases are those of heaters on single
// arms, theta on the upper arm inside an interferometer and phi on the upper arm
// behind it; phi and gamma therefore differ from those of package mesh, where
// theta acts on both arms, and the chip does the same (see arms.go).
func Settings(name string, l *mesh.Layout, p *mesh.Phases, c Calibration) ([]Setting, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	places := wiring(name, l)
	known := make(map[Place]bool, len(places))
	for _, s := range places {
		known[s.Place] = true
	}
	// One error, whichever comes first in a map: the least.
	stranger := ""
	for at := range c.Each {
		if at.Mesh == name && !known[at] && (stranger == "" || at.String() < stranger) {
			stranger = at.String()
		}
	}
	if stranger != "" {
		return nil, fmt.Errorf("hardware: the calibration has a %s, which is not in the %s mesh of %d ports; layers and pairs are counted from 0", stranger, l.Kind, l.Ports)
	}
	for _, a := range []struct {
		name string
		v    []float64
		want int
	}{{"theta", p.Theta, l.Slots()}, {"phi", p.Phi, l.Slots()}, {"gamma", p.Gamma, l.Ports}} {
		if len(a.v) != a.want {
			return nil, fmt.Errorf("hardware: %s.%s has %d phases, expected %d for the %s mesh of %d ports", name, a.name, len(a.v), a.want, l.Kind, l.Ports)
		}
	}
	for _, s := range places {
		if v := *phaseAt(p, l, s.Place); math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("hardware: the phase of the %v is %g, expected a finite number of radians; look for the step of the training that diverged", s.Place, v)
		}
	}
	heaters := heaterPhases(l, p)
	for i := range places {
		s := &places[i]
		s.Phase = radians(turns(*phaseAt(heaters, l, s.Place)))
		var err error
		if s.Heater, err = c.of(s.Place); err != nil {
			return nil, err
		}
		if s.Power, s.Voltage, err = c.set(s.Place, s.Heater, s.Phase); err != nil {
			return nil, err
		}
	}
	return places, nil
}

// wiring lists the heaters of a mesh.
func wiring(name string, l *mesh.Layout) (s []Setting) {
	for line := range l.Ports {
		s = append(s, Setting{Place: Place{name, -1, line, Gamma}, Upper: line, Lower: line})
	}
	for slot, active := range l.Active() {
		if !active {
			continue
		}
		layer, pair := slot/l.Pairs, slot%l.Pairs
		upper, lower := lines(layer, pair)
		for _, h := range []Shifter{Theta, Phi} {
			s = append(s, Setting{Place: Place{name, layer, pair, h}, Upper: upper, Lower: lower})
		}
	}
	return s
}

// phaseAt is where the phase of a heater is kept.
func phaseAt(p *mesh.Phases, l *mesh.Layout, at Place) *float64 {
	switch at.Shifter {
	case Gamma:
		return &p.Gamma[at.Pair]
	case Theta:
		return &p.Theta[at.Layer*l.Pairs+at.Pair]
	}
	return &p.Phi[at.Layer*l.Pairs+at.Pair]
}

// Phases are the phases of a mesh, as package mesh has them, that does what the
// powers of settings make a chip do. Slots without an interferometer have phases
// of 0. Settings of other meshes are left out.
func Phases(settings []Setting, name string, l *mesh.Layout) (*mesh.Phases, error) {
	p := &mesh.Phases{Theta: make([]float64, l.Slots()), Phi: make([]float64, l.Slots()), Gamma: make([]float64, l.Ports)}
	left := map[Place]bool{}
	places := wiring(name, l)
	for _, s := range places {
		left[s.Place] = true
	}
	for _, s := range settings {
		if s.Mesh != name {
			continue
		}
		if !left[s.Place] {
			return nil, fmt.Errorf("hardware: the %v is set twice or is not in the %s mesh of %d ports; expected one setting for each of %d heaters", s.Place, l.Kind, l.Ports, len(places))
		}
		delete(left, s.Place)
		*phaseAt(p, l, s.Place) = s.Heater.Phase(s.Power)
	}
	for _, s := range places {
		if left[s.Place] {
			return nil, fmt.Errorf("hardware: the %v is not set; expected one setting for each of %d heaters of %s", s.Place, len(places), name)
		}
	}
	return modelPhases(l, p), nil
}

var settingColumns = []string{"mesh", "layer", "pair", "upper_line", "lower_line", "heater", "phase_rad", "power_mW", "voltage_V",
	"turn_power_mW", "offset_rad", "resistance_ohm", "max_power_mW"}

// WriteSettings writes a CSV table with a row for each heater: mesh, layer, pair,
// upper_line, lower_line, heater (theta, phi or gamma), phase_rad, power_mW,
// voltage_V, and its calibration, turn_power_mW, offset_rad, resistance_ohm and
// max_power_mW. What is not known is left empty.
func WriteSettings(path string, settings []Setting) error {
	return writeSheet(path, "", settingColumns, func(add func(...string)) {
		known := func(v float64) string {
			if v == 0 {
				return ""
			}
			return decimal(v)
		}
		for _, s := range settings {
			volts := ""
			if s.Heater.Resistance > 0 {
				volts = decimal(s.Voltage)
			}
			add(s.Mesh, strconv.Itoa(s.Layer), strconv.Itoa(s.Pair), strconv.Itoa(s.Upper), strconv.Itoa(s.Lower), string(s.Shifter),
				decimal(s.Phase), decimal(s.Power), volts, decimal(s.Heater.TurnPower), decimal(s.Heater.Offset), known(s.Heater.Resistance), known(s.Heater.MaxPower))
		}
	})
}

// ReadSettings reads a table that [WriteSettings] wrote. What a heater does
// follows from its power; phase_rad says what was wanted.
func ReadSettings(path string) ([]Setting, error) {
	sh, err := readSheet(path, settingColumns[:len(settingColumns)-2]...)
	if err != nil {
		return nil, err
	}
	var all []Setting
	for i := range sh.rows {
		var s Setting
		if s.Place, err = sh.place(i); err != nil {
			return nil, err
		}
		if s.Heater, err = sh.heater(i); err != nil {
			return nil, err
		}
		for _, f := range []struct {
			column string
			to     *int
		}{{"upper_line", &s.Upper}, {"lower_line", &s.Lower}} {
			if *f.to, err = sh.integer(i, f.column); err != nil {
				return nil, err
			}
		}
		for _, f := range []struct {
			column string
			to     *float64
		}{{"phase_rad", &s.Phase}, {"power_mW", &s.Power}, {"voltage_V", &s.Voltage}} {
			if f.column == "voltage_V" && !sh.has(i, f.column) {
				continue
			}
			if *f.to, err = sh.number(i, f.column); err != nil {
				return nil, err
			}
		}
		// A source of few bits may round a power for a whole turn up to four times it.
		top := 4 * s.Heater.TurnPower
		if s.Heater.MaxPower > 0 {
			top = s.Heater.MaxPower
		}
		if !(s.Power >= 0 && s.Power <= float64(top*(1+1e-9))) {
			return nil, sh.fault(i, "power_mW", fmt.Sprintf("expected 0 to %g", top))
		}
		all = append(all, s)
	}
	return all, nil
}
