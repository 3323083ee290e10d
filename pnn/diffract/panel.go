package diffract

import "fmt"

// Panel is what the hardware of a modulator makes of the values that it is asked
// to show. The zero value is perfect.
//
// Values are rounded to levels (gradients pass unchanged: straight through),
// then run into the neighbouring pixels, then err; the transmission of a pixel
// is the mean over its area,
//
//	t = Fill exp(i phase) + (1 - Fill) Gap
//
// or the same with an amplitude in place of exp(i phase).
type Panel struct {
	// Bits is the number of bits of a level, up to 16; 0: continuous. Levels of a
	// phase are fractions of a turn, to which the phase is wrapped.
	Bits int
	// Fill is the share of a pixel's area that modulates, in (0, 1]; 0 stands
	// for 1.
	Fill float64
	// Gap is the amplitude transmission of the rest, 0 (opaque) to 1 (clear).
	Gap float64
	// Crosstalk is the share of its value that a pixel takes from its four
	// neighbours, 0 to 1. At the border the pixel stands in for its missing
	// neighbours.
	Crosstalk float64
	// Errors are added pixel by pixel, in radians to phases, else to amplitudes;
	// nil: none. See [PhaseErrors].
	Errors []float64
}

func (p Panel) check(g Grid) error {
	switch {
	case p.Bits < 0 || p.Bits > 16:
		return fmt.Errorf("diffract: Panel.Bits is %d, expected 1 to 16, or 0 for continuous values", p.Bits)
	case !(p.Fill >= 0 && p.Fill <= 1):
		return fmt.Errorf("diffract: Panel.Fill is %g, expected a share of the area above 0 and up to 1, or 0 for all of it", p.Fill)
	case !(p.Gap >= 0 && p.Gap <= 1):
		return fmt.Errorf("diffract: Panel.Gap is %g, expected an amplitude transmission from 0 to 1", p.Gap)
	case !(p.Crosstalk >= 0 && p.Crosstalk <= 1):
		return fmt.Errorf("diffract: Panel.Crosstalk is %g, expected a share from 0 to 1", p.Crosstalk)
	case p.Errors != nil && len(p.Errors) != g.Pixels():
		return fmt.Errorf("diffract: Panel.Errors has %d values, expected %d for %d x %d pixels", len(p.Errors), g.Pixels(), g.Rows, g.Cols)
	}
	for i, e := range p.Errors {
		if !finite(e) {
			return fmt.Errorf("diffract: Panel.Errors of pixel (%d, %d) is %g, expected a finite number", i/g.Cols, i%g.Cols, e)
		}
	}
	return nil
}

// fill is the share of the area that modulates.
func (p *Panel) fill() float64 {
	if p.Fill == 0 {
		return 1
	}
	return p.Fill
}

// mix is what pixel i of v takes from itself and its neighbours. The map is
// symmetric, v + c/4 sum (neighbour - v), so that it is its own adjoint.
func (p *Panel) mix(v []float64, i, rows, cols int) float64 {
	own := v[i]
	if p.Crosstalk == 0 {
		return own
	}
	row, col := i/cols, i%cols
	var d float64
	if row > 0 {
		d += v[i-cols] - own
	}
	if col > 0 {
		d += v[i-1] - own
	}
	if col < cols-1 {
		d += v[i+1] - own
	}
	if row < rows-1 {
		d += v[i+cols] - own
	}
	return own + float64(float64(p.Crosstalk/4)*d)
}
