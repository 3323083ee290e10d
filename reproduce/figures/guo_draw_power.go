package figures

import (
	"fmt"
	"math"

	"lightfast/pnn/artifact"
	"lightfast/pnn/figure"
)

// Constants and the D2 line of rubidium 87, as the paper takes them.
const (
	planck     = 1.054571817e-34 // J s, reduced
	light      = 299792458.0     // m/s
	wavelength = 780.24e-9       // m
	linewidth  = 2 * math.Pi * 6e6
	paperWaist = 100e-6 // m
	paperWidth = 1000.0 // neurons of a layer
)

// saturation is the saturation intensity in W/m^2: hbar omega Gamma/(2 sigma_0),
// sigma_0 = 3 lambda^2/(2 pi).
func saturation() float64 {
	omega := 2 * math.Pi * light / wavelength
	sigma := 3 * wavelength * wavelength / (2 * math.Pi)
	return planck * omega * linewidth / (2 * sigma)
}

// neuronPower is the power in W of a beam of the saturation intensity and the
// given waist in m.
func neuronPower(waist float64) float64 { return saturation() * math.Pi * waist * waist }

// lifetime is the shortest pulse in s that saturates: 1/Gamma.
func lifetime() float64 { return 1 / linewidth }

// operationEnergy is the energy in J of one multiply-add of a layer of n neurons
// with as many inputs, with pulses of the given duration in s.
func operationEnergy(n, pulse float64) float64 {
	return neuronPower(paperWaist) * pulse / n
}

// quantity is a row of the table.
type quantity struct {
	what        string
	ours, paper float64
	tolerance   float64
	unit        string
}

func quantities() []quantity {
	return []quantity{
		{"saturation intensity of the rubidium D₂ line", saturation(), 16.6, 0.2, "µW/mm²"},
		{"power of a neuron, waist 100 µm", neuronPower(paperWaist) * 1e9, 500, 50, "nW"},
		{"power of a layer of 1,000 neurons", neuronPower(paperWaist) * paperWidth * 1e6, 500, 50, "µW"},
		{"shortest pulse", lifetime() * 1e9, 26, 1, "ns"},
		{"energy of a multiply-add, 1,000 neurons, shortest pulse (paper: below)", operationEnergy(paperWidth, lifetime()) * 1e15, 1, 0, "fJ"},
		{"energy of a multiply-add, 1,000 neurons, pulse of 1 µs (paper: below)", operationEnergy(paperWidth, 1e-6) * 1e15, 1, 0, "fJ"},
	}
}

// drawGuoPower draws the power of a layer and the energy of an operation.
func drawGuoPower(p Profile, _ Results) (Drawing, error) {
	neurons := []float64{10, 30, 100, 300, 1000, 3000, 10000}
	series := func(label string, f func(n float64) float64) figure.Series {
		return plot(label, neurons, f)
	}
	power := figure.Lines{Title: "power", XLabel: "neurons of a layer", YLabel: "power (µW)", XLog: true, YLog: true}
	for _, waist := range []float64{50, 100, 200} {
		power.Series = append(power.Series, series(fmt.Sprintf("waist %g µm", waist), func(n float64) float64 { return n * neuronPower(waist*1e-6) * 1e6 }))
	}
	energy := figure.Lines{Title: "energy, waist 100 µm", XLabel: "neurons of a layer", YLabel: "energy of a multiply-add (fJ)", XLog: true, YLog: true}
	for _, pulse := range []struct {
		name string
		s    float64
	}{{fmt.Sprintf("pulse of %.1f ns", lifetime()*1e9), lifetime()}, {"pulse of 1 µs", 1e-6}} {
		energy.Series = append(energy.Series, series(pulse.name, func(n float64) float64 { return operationEnergy(n, pulse.s) * 1e15 }))
	}
	qs := quantities()
	d := Drawing{
		Image: &figure.Figure{Title: title("guo-power"), Footer: computed(p), Columns: 2, PanelLegends: true, Panels: []figure.Panel{power, energy}},
		Sweep: artifact.Table{Columns: []artifact.Column{
			texts("quantity", len(qs), func(i int) string { return qs[i].what }),
			floats("value", "", len(qs), func(i int) float64 { return qs[i].ours }),
			floats("published", "", len(qs), func(i int) float64 { return qs[i].paper }),
			texts("unit", len(qs), func(i int) string { return qs[i].unit }),
		}},
		Notes: []string{
			"I_sat = ħωΓ/(2σ₀), σ₀ = 3λ²/(2π), λ = 780.24 nm, Γ = 2π · 6 MHz; a neuron has I_sat over the area π · waist².",
			"A layer of N neurons with N inputs each does N² multiply-adds with one pulse, which must be longer than 1/Γ.",
		},
	}
	for _, q := range qs {
		d.Values = append(d.Values, Value{What: q.what, Ours: q.ours, Paper: q.paper, Unit: q.unit, Tolerance: q.tolerance})
	}
	return d, nil
}
