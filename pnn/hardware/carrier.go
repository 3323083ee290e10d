package hardware

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Carrier is a blazed grating that is added to a mask: it sends the light that
// the modulator modulates to one side of the light that it only reflects. The
// zero value is none. A grating of period d pixels of pitch p deflects by
// asin(wavelength/(d p)).
type Carrier struct {
	Period    float64 // pixels of the modulator, at least 2; 0: no carrier
	Direction float64 // degrees in which the phase rises: 0 to the right, 90 downwards
}

func (c Carrier) check() error {
	if c.Period != 0 && !(c.Period >= 2 && c.Period <= 1e6) {
		return fmt.Errorf("hardware: the carrier has a period of %g pixels, expected at least 2, or 0 for none", c.Period)
	}
	if math.IsNaN(c.Direction) || math.Abs(c.Direction) > 360 {
		return fmt.Errorf("hardware: the direction of the carrier is %g degrees, expected -360 to 360", c.Direction)
	}
	return nil
}

// slopes are the turns a pixel, to the right and downwards.
func (c Carrier) slopes() (x, y float64) {
	if c.Period == 0 {
		return 0, 0
	}
	sin, cos := 0.0, 0.0
	switch math.Mod(c.Direction+360, 360) { // exact along the axes
	case 0:
		cos = 1
	case 90:
		sin = 1
	case 180:
		cos = -1
	case 270:
		sin = -1
	default:
		sin, cos = lane.SinCos(float64(c.Direction*math.Pi) / 180)
	}
	return cos / c.Period, sin / c.Period
}
