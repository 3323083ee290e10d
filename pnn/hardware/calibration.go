package hardware

import (
	"fmt"
	"math"
)

// Shifter names a heater of an interferometer, as in package mesh.
type Shifter string

const (
	Theta Shifter = "theta" // inside the interferometer
	Phi   Shifter = "phi"   // on its upper arm, behind it
	Gamma Shifter = "gamma" // on a line in front of the mesh
)

// Place is where a heater is: in which layer (column) of a mesh and on which of
// its pairs of lines, both counted from 0 as in the phase arrays. Gamma heaters
// have the layer -1 and the line as the pair.
type Place struct {
	Mesh        string
	Layer, Pair int
	Shifter     Shifter
}

func (p Place) String() string {
	if p.Shifter == Gamma {
		return fmt.Sprintf("heater gamma of %s, line %d", p.Mesh, p.Pair)
	}
	return fmt.Sprintf("heater %s of %s, layer %d, pair %d", p.Shifter, p.Mesh, p.Layer, p.Pair)
}

// Calibration is what is known of the heaters of a chip, and of the source that
// drives them.
type Calibration struct {
	Default Heater           // for heaters without an entry; TurnPower 0: there must be an entry for each
	Each    map[Place]Heater // as measured
	// Bits of the voltage source, 1 to 16, whose levels go from 0 to FullScale
	// volts; 0: continuous.
	Bits      int
	FullScale float64 // volts
}

func (c Calibration) check() error {
	if c.Default != (Heater{}) {
		if err := c.Default.check(); err != nil {
			return fmt.Errorf("hardware: Calibration.Default: %w", err)
		}
	}
	if c.Bits != 0 {
		if c.Bits < 1 || c.Bits > 16 {
			return fmt.Errorf("hardware: a voltage source of %d bits, expected 1 to 16, or 0 for continuous voltages", c.Bits)
		}
		if !(c.FullScale > 0) || math.IsInf(c.FullScale, 0) {
			return fmt.Errorf("hardware: a voltage source of %d bits up to %g V, expected a positive voltage", c.Bits, c.FullScale)
		}
	}
	return nil
}

// of is the heater at a place.
func (c Calibration) of(p Place) (Heater, error) {
	h, ok := c.Each[p]
	if !ok {
		if h = c.Default; h == (Heater{}) {
			return h, fmt.Errorf("hardware: no calibration of the %v; add it to the table or give a default", p)
		}
	}
	if err := h.check(); err != nil {
		return h, fmt.Errorf("hardware: %v: %w", p, err)
	}
	return h, nil
}

// set is the power in mW and the voltage for a phase, as the source can give them.
func (c Calibration) set(p Place, h Heater, phase float64) (power, volts float64, err error) {
	power = h.Power(phase)
	volts = h.Voltage(power)
	if c.Bits != 0 {
		if h.Resistance == 0 {
			return 0, 0, fmt.Errorf("hardware: %v has no resistance, so that there is no voltage to round to %d bits; give one", p, c.Bits)
		}
		if volts > c.FullScale {
			return 0, 0, fmt.Errorf("hardware: %v needs %.4g V for a phase of %.4g rad, the source gives up to %g V", p, volts, phase, c.FullScale)
		}
		n := float64(int(1)<<c.Bits - 1)
		volts = float64(c.FullScale*math.RoundToEven(float64(volts/c.FullScale*n))) / n
		power = float64(volts*volts) / h.Resistance * 1e3
	}
	if h.MaxPower > 0 && power > float64(h.MaxPower*(1+1e-9)) {
		return 0, 0, fmt.Errorf("hardware: %v needs %.6g mW for a phase of %.4g rad, expected up to %g mW; raise its max_power_mW if it stands more, or train with phases that it reaches", p, power, phase, h.MaxPower)
	}
	return power, volts, nil
}

// ReadCalibration reads a CSV table of heaters with the columns mesh, layer, pair,
// heater (theta, phi or gamma), turn_power_mW and offset_rad and, if known,
// resistance_ohm and max_power_mW.
func ReadCalibration(path string) (map[Place]Heater, error) {
	s, err := readSheet(path, "mesh", "layer", "pair", "heater", "turn_power_mW", "offset_rad")
	if err != nil {
		return nil, err
	}
	each := make(map[Place]Heater, len(s.rows))
	for i := range s.rows {
		p, err := s.place(i)
		if err != nil {
			return nil, err
		}
		if _, ok := each[p]; ok {
			return nil, fmt.Errorf("%s, line %d: a second calibration of the %v; keep one", path, s.lines[i], p)
		}
		if each[p], err = s.heater(i); err != nil {
			return nil, err
		}
	}
	return each, nil
}

// place reads where the heater of a row is.
func (s *sheet) place(row int) (p Place, err error) {
	p.Mesh, p.Shifter = s.text(row, "mesh"), Shifter(s.text(row, "heater"))
	if p.Layer, err = s.integer(row, "layer"); err != nil {
		return p, err
	}
	if p.Pair, err = s.integer(row, "pair"); err != nil {
		return p, err
	}
	switch {
	case p.Mesh == "":
		return p, s.fault(row, "mesh", "expected the name of a mesh")
	case p.Shifter != Theta && p.Shifter != Phi && p.Shifter != Gamma:
		return p, s.fault(row, "heater", "expected theta, phi or gamma")
	case p.Shifter == Gamma && p.Layer != -1:
		return p, s.fault(row, "layer", "expected -1, in front of the mesh, for a gamma heater")
	case p.Shifter != Gamma && p.Layer < 0:
		return p, s.fault(row, "layer", "expected 0 or more")
	case p.Pair < 0:
		return p, s.fault(row, "pair", "expected 0 or more")
	}
	return p, nil
}

// heater reads the calibration in a row.
func (s *sheet) heater(row int) (h Heater, err error) {
	for _, f := range []struct {
		column   string
		to       *float64
		optional bool
	}{{"turn_power_mW", &h.TurnPower, false}, {"offset_rad", &h.Offset, false}, {"resistance_ohm", &h.Resistance, true}, {"max_power_mW", &h.MaxPower, true}} {
		if f.optional && !s.has(row, f.column) {
			continue
		}
		if *f.to, err = s.number(row, f.column); err != nil {
			return h, err
		}
	}
	if err := h.check(); err != nil {
		return h, fmt.Errorf("%s, line %d: %w", s.path, s.lines[row], err)
	}
	return h, nil
}
