package hardware

import (
	"fmt"
	"math"

	"lightfast/pnn/whole"
)

// Grey says how a grey mask is written.
type Grey struct {
	Bits int // of a level, 1 to 16
	// Power makes samples the power transmission, the square of the amplitude, as
	// films and displays are specified.
	Power bool
}

const kindTransmission = "transmission"

type transmissionLabel struct {
	label
	Bits  int  `json:"bits"`
	Power bool `json:"power"`
}

// WritePNG writes a picture with a pixel for each pixel of the mask, black where
// it is opaque and white where it is clear: levels of g.Bits bits stretched over
// samples of 8 bits, or 16 if there are more.
func (a AmplitudeMask) WritePNG(path string, g Grey) error {
	if err := checkBits(g.Bits); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := a.check(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	p := &picture{rows: a.Grid.Rows, cols: a.Grid.Cols, wide: g.Bits > 8, samples: make([]uint16, len(a.Amplitude)), pitch: a.Grid.Pitch}
	for i, v := range a.Amplitude {
		if g.Power {
			v *= v
		}
		n := 1<<g.Bits - 1
		p.samples[i] = uint16(stretch(int(math.RoundToEven(float64(v*float64(n)))), n, p.top()))
	}
	data, err := p.encode(transmissionLabel{label: newLabel(kindTransmission, a.Grid), Bits: g.Bits, Power: g.Power})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return whole.Write(path, data)
}

// stretch takes level k of 0..from to the nearest of 0..to.
func stretch(k, from, to int) int { return (2*k*to + from) / (2 * from) }

// ReadAmplitude reads a picture that [AmplitudeMask.WritePNG] wrote.
func ReadAmplitude(path string) (AmplitudeMask, Grey, error) {
	var l transmissionLabel
	p, err := readPicture(path, kindTransmission, &l)
	if err != nil {
		return AmplitudeMask{}, Grey{}, err
	}
	g := Grey{Bits: l.Bits, Power: l.Power}
	a := AmplitudeMask{Grid: l.grid()}
	if err := checkBits(g.Bits); err != nil {
		return a, g, fmt.Errorf("%s: its description: %w", path, err)
	}
	if p.rows != a.Grid.Rows || p.cols != a.Grid.Cols || p.wide != (g.Bits > 8) {
		return a, g, fmt.Errorf("%s: %d x %d pixels of %d bits, its description says %d x %d pixels with levels of %d bits", path, p.rows, p.cols, p.depth(), a.Grid.Rows, a.Grid.Cols, g.Bits)
	}
	n := 1<<g.Bits - 1
	for i, v := range p.samples {
		k := stretch(int(v), p.top(), n)
		if stretch(k, n, p.top()) != int(v) {
			return AmplitudeMask{}, g, fmt.Errorf("%s: pixel (row %d, column %d) is %d, not one of the levels of %d bits; was the picture scaled or smoothed?", path, i/p.cols, i%p.cols, v, g.Bits)
		}
		t := float64(k) / float64(n)
		if g.Power {
			t = math.Sqrt(t)
		}
		a.Amplitude = append(a.Amplitude, t)
	}
	return a, g, nil
}

// WriteCSV writes a table of the pixels: row, column, x_um, y_um (from the
// optical axis, to the right and downwards), amplitude and power.
func (a AmplitudeMask) WriteCSV(path string) error {
	if err := a.check(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	power := make([]float64, len(a.Amplitude))
	for i, v := range a.Amplitude {
		power[i] = v * v
	}
	return writePixels(path, newLabel(kindTransmission, a.Grid), a.Grid, pixelColumn{"amplitude", a.Amplitude}, pixelColumn{"power", power})
}

// ReadAmplitudeCSV reads the amplitudes of a table that [AmplitudeMask.WriteCSV]
// wrote.
func ReadAmplitudeCSV(path string) (AmplitudeMask, error) {
	var l label
	v, g, err := readPixels(path, kindTransmission, &l, "amplitude")
	if err != nil {
		return AmplitudeMask{}, err
	}
	a := AmplitudeMask{Grid: g, Amplitude: v}
	if err := a.check(); err != nil {
		return AmplitudeMask{}, fmt.Errorf("%s: %w", path, err)
	}
	return a, nil
}
