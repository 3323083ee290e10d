package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Deviations say how far a network that is built is from its design: every block
// is off by these amounts, in a direction of its own.
type Deviations struct {
	Shift    float64 `json:"shift_px"`     // pixels, in a random direction
	Rotation float64 `json:"rotation_deg"` // degrees, to either side
	Scale    float64 `json:"scale"`        // relative, larger or smaller
	Z        float64 `json:"z_m"`          // metres, nearer or farther
	// Phase is the standard deviation of errors of the modulators in radians: half
	// of the variance is independent from pixel to pixel, half varies smoothly over
	// Correlation pixels.
	Phase       float64 `json:"phase_rad"`
	Correlation float64 `json:"correlation_px"`
}

// Check finds amounts that cannot be.
func (d Deviations) Check() error {
	for _, v := range []struct {
		name string
		by   float64
	}{{"Shift", d.Shift}, {"Rotation", d.Rotation}, {"Scale", d.Scale}, {"Z", d.Z}, {"Phase", d.Phase}, {"Correlation", d.Correlation}} {
		if !(v.by >= 0) || !finite(v.by) {
			return fmt.Errorf("diffract: Deviations.%s is %g, expected an amount from 0", v.name, v.by)
		}
	}
	return nil
}

// Draw returns the misalignment of block number index with so many modulators: a
// function of the seed and the index. Equal seeds give equal directions whatever
// the amounts are.
func (d Deviations) Draw(g Grid, modulators int, seed uint64, index int) (m Misalignment, err error) {
	if err := d.Check(); err != nil {
		return m, err
	}
	s := lane.NewStream(seed, "directions of the deviations", uint64(index))
	sin, cos := lane.SinCos(2 * math.Pi * s.Float64())
	sign := func() float64 { return float64(2*s.Intn(2) - 1) }
	rotate, grow, far := sign(), sign(), sign()
	m.Affine = Affine{ShiftX: d.Shift * cos, ShiftY: d.Shift * sin, Rotation: d.Rotation * rotate, Scale: 1 + float64(d.Scale*grow)}
	m.Z = d.Z * far
	if d.Phase == 0 {
		return m, nil
	}
	e := PhaseErrors{Random: d.Phase * math.Sqrt(0.5), Smooth: d.Phase * math.Sqrt(0.5), Correlation: d.Correlation}
	if d.Correlation == 0 {
		e.Random, e.Smooth = d.Phase, 0
	}
	for l := range modulators {
		p, err := e.Draw(g, seed, index*1000+l)
		if err != nil {
			return m, err
		}
		m.Phase = append(m.Phase, p)
	}
	return m, nil
}
