package hardware

import (
	"fmt"
	"math"
)

// Heater is a thermo-optic phase shifter: its phase rises with the electric
// power,
//
//	phase = Offset + 2 pi P/TurnPower,   P = V^2/Resistance
type Heater struct {
	TurnPower  float64 // mW for a phase of 2 pi
	Offset     float64 // radians at no power
	Resistance float64 // ohms; 0: not known, so that there is no voltage
	MaxPower   float64 // mW that it stands; 0: at least TurnPower
}

func (h Heater) check() error {
	switch {
	case !(h.TurnPower > 0) || math.IsInf(h.TurnPower, 0):
		return fmt.Errorf("the power for 2 pi is %g mW, expected a positive number such as 25", h.TurnPower)
	case math.IsNaN(h.Offset) || math.IsInf(h.Offset, 0):
		return fmt.Errorf("the offset is %g rad, expected a finite number", h.Offset)
	case !(h.Resistance >= 0) || math.IsInf(h.Resistance, 0):
		return fmt.Errorf("the resistance is %g ohm, expected a positive number, or 0 if it is not known", h.Resistance)
	case !(h.MaxPower >= 0) || math.IsInf(h.MaxPower, 0):
		return fmt.Errorf("the largest power is %g mW, expected a positive number, or 0 if it stands that for 2 pi", h.MaxPower)
	}
	return nil
}

// Power is what sets a phase, in mW from 0 to TurnPower.
func (h Heater) Power(phase float64) float64 {
	return float64(turns(phase-h.Offset) * h.TurnPower)
}

// Phase is what a power sets, in [0, 2 pi).
func (h Heater) Phase(power float64) float64 {
	return radians(fraction(h.Offset/(2*math.Pi) + power/h.TurnPower))
}

// Voltage is that of a power in mW, in volts; 0 without a resistance.
func (h Heater) Voltage(power float64) float64 {
	return math.Sqrt(float64(power/1e3) * h.Resistance)
}
