package figures

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"lightfast/pnn/artifact"
	"lightfast/pnn/figure"
	"lightfast/pnn/ring"
)

// The measured ring of Fig. 2c: resonances in nm without current and with the
// largest, half width at half maximum, and the transmission in resonance where it is
// 1 far from it. The half width is that of our fit to the measured spectrum.
const (
	ringCold, ringHot = 1543.122, 1555.128
	ringWide          = 1.72
	ringDeep          = -0.918
)

// The bank that the text describes: resonances 0.8 nm apart, each with Q = 1e4.
const (
	bankRings   = 4
	bankFirst   = 1542.0
	bankSpacing = 0.8
	bankQ       = 1e4
)

// drawRing2c draws spectra of a ring and of a bank.
func drawRing2c(p Profile, _ Results) (Drawing, error) {
	d := Drawing{}
	alone := figure.Lines{Title: "one ring", XLabel: "wavelength (nm)", YLabel: "normalised transmission", XMin: 1537, XMax: 1561, XTicks: []float64{1540, 1545, 1550, 1555, 1560}}
	var names []string
	var at, value []float64
	add := func(panel *figure.Lines, s figure.Series) {
		panel.Series = append(panel.Series, s)
		for i := range s.X {
			names, at, value = append(names, panel.Title+", "+s.Label), append(at, s.X[i]), append(value, s.Y[i])
		}
	}
	dip := func(centre, half, depth float64) ring.Curve {
		return ring.Curve{Base: 1, Amp: depth - 1, Resonance: centre, HalfWidth: half}
	}
	sample := func(c ring.Curve, label string, variant int, lo, hi float64) figure.Series {
		s := figure.Series{Label: label, Method: label, Variant: variant, X: axis(lo, hi, 481)}
		for _, x := range s.X {
			s.Y = append(s.Y, c.Weight(x))
		}
		return s
	}
	add(&alone, sample(dip(ringCold, ringWide, ringDeep), "start", 0, 1537, 1561))
	add(&alone, sample(dip(ringHot, ringWide, ringDeep), "end", 0, 1537, 1561))
	m, err := p.measured("Figure2c")
	if err != nil {
		return d, err
	}
	if m != nil {
		x, err := m.column(0)
		if err != nil {
			return d, err
		}
		for i, label := range []string{"start", "end"} {
			y, err := m.column(i + 1)
			if err != nil {
				return d, err
			}
			alone.Series = append(alone.Series, figure.Series{Label: label, X: x, Y: y, Paper: true})
			c, rest, err := ring.Fit(ring.Measured{Label: label, Control: x, Weight: y}, 1)
			if err != nil {
				return d, fmt.Errorf("figures: %s: %w", m.path, err)
			}
			d.Notes = append(d.Notes, fmt.Sprintf("Lorentzian fitted to the authors' curve \"%s\": resonance at %.3f nm, half width %.2f nm, %.3f in resonance, %.3f far from it; root mean square of the rest %.3f.", label, c.Resonance, c.HalfWidth, c.Base+c.Amp, c.Base, rest))
		}
	}
	bank := figure.Lines{Title: "a bank of four, Q = 10⁴", XLabel: "wavelength (nm)", YLabel: "transmission", YMin: 0, YMax: 1.05, XMin: 1541.4, XMax: 1545, XTicks: []float64{1542, 1543, 1544, 1545}}
	for _, k := range []float64{0, -1} {
		s := figure.Series{Label: "as set", X: axis(1541.4, 1545, 481)}
		if k != 0 {
			s.Label = fmt.Sprintf("%g K colder", -k)
		}
		for _, x := range s.X {
			t := 1.0
			for i := range bankRings {
				centre := bankFirst + float64(bankSpacing*float64(i))
				// A colder ring resonates at a shorter wavelength.
				c := dip(centre+ring.Drift(k, ring.DriftPerKelvin), centre/(2*bankQ), -1)
				t *= ring.Transmission(c.Weight(x))
			}
			s.Y = append(s.Y, t)
		}
		add(&bank, s)
	}
	d.Image = &figure.Figure{Title: title("sat-fig2c"), Columns: 2, PanelLegends: true, Panels: []figure.Panel{alone, bank}, Footer: computed(p)}
	d.Notes = append(d.Notes,
		fmt.Sprintf("The ring of the figure is drawn as a Lorentzian of half width %g nm, which fits the authors' spectrum; the bank has the Q of 10⁴ that the text tells, a half width of %.3f nm.", ringWide, bankFirst/(2*bankQ)),
		fmt.Sprintf("A kelvin moves a resonance by %g pm in the authors' simulations.", 1000*ring.DriftPerKelvin))
	d.Sweep = artifact.Table{Columns: []artifact.Column{
		texts("curve", len(at), func(i int) string { return names[i] }),
		floats("wavelength", "nm", len(at), func(i int) float64 { return at[i] }),
		floats("transmission", "1", len(at), func(i int) float64 { return value[i] }),
	}}
	return d, nil
}

// axis is n points from lo to hi.
func axis(lo, hi float64, n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = (float64(lo*float64(n-1-i)) + float64(hi*float64(i))) / float64(n-1)
	}
	return list
}

// shown are weights as the authors show them: stretched to -1..1 over the range of
// the plot.
func shown(c ring.Curve, current []float64) []float64 {
	w := make([]float64, len(current))
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, x := range current {
		w[i] = c.Weight(x)
		lo, hi = min(lo, w[i]), max(hi, w[i])
	}
	for i := range w {
		w[i] = float64(2*(w[i]-lo))/(hi-lo) - 1
	}
	return w
}

// inCurrent is the curve of training for currents: in resonance at 4 mA.
func inCurrent(halfWidth float64) ring.Curve {
	c := ring.Device()
	c.HalfWidth = halfWidth
	return c
}

// apart is the largest difference of two lists, infinite if one is longer.
func apart(a, b []float64) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	var most float64
	for i := range a {
		most = max(most, math.Abs(a[i]-b[i]))
	}
	return most
}

// drawRing2d draws the law of the device and measured rings.
func drawRing2d(p Profile, _ Results) (Drawing, error) {
	d := Drawing{}
	current := axis(0, 5, 1000)
	weight := shown(ring.Device(), current)
	law := figure.Lines{Title: "law of the device", XLabel: "current (mA)", YLabel: "weight", YMin: -1.1, YMax: 1.1,
		Series: []figure.Series{{Label: "law, half width 0.6 mA", X: current, Y: weight}}}
	panels := []figure.Panel{law}
	var rings []ring.Measured
	if p.Measured != "" {
		m, err := p.measured("Figure2d")
		if err != nil {
			return d, err
		}
		if m != nil {
			if rings, err = ring.ReadMeasured(filepath.Join(p.Measured, "Figure2d.csv")); err != nil {
				return d, fmt.Errorf("figures: %w", err)
			}
		}
	}
	names, at, value := []string{}, []float64{}, []float64{}
	add := func(name string, x, y []float64) {
		for i := range x {
			names, at, value = append(names, name), append(at, x[i]), append(value, y[i])
		}
	}
	add("law", current, weight)
	for _, m := range rings {
		if m.Label == "Model" {
			d.Notes = append(d.Notes, fmt.Sprintf("The model of the authors' file differs from the law by %.0e at most.", apart(m.Weight, weight)))
			continue
		}
		panel := figure.Lines{Title: "ring " + m.Label, XLabel: "current (mA)", YLabel: "weight", YMin: -1.2, YMax: 1.2, XMin: 0, XMax: 6}
		panel.Series = append(panel.Series, figure.Series{Label: "measured", X: m.Control, Y: m.Weight, Paper: true, Scatter: true})
		for i, power := range []int{1, 2} {
			c, rest, err := ring.Fit(m, power)
			if err != nil {
				return d, fmt.Errorf("figures: %w", err)
			}
			s := figure.Series{Label: [...]string{"fit, shift as the current", "fit, as its square"}[i], X: axis(0, 6, 241)}
			for _, x := range s.X {
				s.Y = append(s.Y, c.Weight(x))
			}
			panel.Series = append(panel.Series, s)
			add(fmt.Sprintf("ring %s, power %d", m.Label, power), s.X, s.Y)
			d.Notes = append(d.Notes, fmt.Sprintf("Ring %s, shift as the current to the power of %d: resonance at %.3f mA, half width %.3f mA%s, root mean square of the rest %.3f.", m.Label, power, c.Resonance, c.HalfWidth, [...]string{"", "²"}[i], rest))
		}
		panels = append(panels, panel)
	}
	if len(panels) == 1 {
		d.Notes = append(d.Notes, "Measured rings are drawn from the authors' data (`--measured FOLDER`), which are not part of this project.")
	}
	d.Image = &figure.Figure{Title: title("sat-fig2d"), Columns: min(len(panels), 3), Panels: panels, Footer: computed(p)}
	if len(panels) == 1 {
		d.Image.WidthCM = 11
	}
	d.Notes = append(d.Notes, "As in the paper the law is stretched to −1 … 1 over the range of the plot.")
	d.Sweep = artifact.Table{Columns: []artifact.Column{
		texts("curve", len(at), func(i int) string { return names[i] }),
		floats("current", "mA", len(at), func(i int) float64 { return at[i] }),
		floats("weight", "1", len(at), func(i int) float64 { return value[i] }),
	}}
	return d, nil
}

// drawRingS3 draws the law of training.
func drawRingS3(p Profile, _ Results) (Drawing, error) {
	d := Drawing{}
	current := axis(0, 6, 1000)
	laws := []struct {
		label string
		c     ring.Curve
	}{{"training, half width 0.15 mA", inCurrent(ring.TrainingHalfWidth)}, {"device, half width 0.6 mA", inCurrent(ring.DeviceHalfWidth)}}
	curve := figure.Lines{Title: "tuning curve", XLabel: "current (mA)", YLabel: "weight", YMin: -1.1, YMax: 1.1}
	slope := figure.Lines{Title: "how much a weight moves", XLabel: "current (mA)", YLabel: "|dw/dI| (1/mA)"}
	var names []string
	var at, value, steep []float64
	for _, l := range laws {
		w := shown(l.c, current)
		s := figure.Series{Label: l.label, X: current, Y: w}
		curve.Series = append(curve.Series, s)
		g := figure.Series{Label: l.label, X: current}
		for i, x := range current {
			g.Y = append(g.Y, math.Abs(l.c.Slope(x)))
			names, at, value, steep = append(names, strings.SplitN(l.label, ",", 2)[0]), append(at, x), append(value, w[i]), append(steep, g.Y[i])
		}
		slope.Series = append(slope.Series, g)
	}
	m, err := p.measured("FigureS3")
	if err != nil {
		return d, err
	}
	if m != nil {
		x, err := m.column(0)
		if err != nil {
			return d, err
		}
		y, err := m.column(1)
		if err != nil {
			return d, err
		}
		curve.Series = append(curve.Series, figure.Series{Label: laws[0].label, X: x, Y: y, Paper: true})
		d.Notes = append(d.Notes, fmt.Sprintf("The authors' curve differs from that of training by %.0e at most.", apart(y, value[:len(current)])))
	}
	d.Image = &figure.Figure{Title: title("sat-figs3"), Columns: 2, Panels: []figure.Panel{curve, slope}, Footer: computed(p)}
	d.Notes = append(d.Notes, "Slopes are those of the laws before they are stretched to −1 … 1 over the range of the plot. A weight stands still in resonance (−1) and far from it (1).")
	d.Sweep = artifact.Table{Columns: []artifact.Column{
		texts("law", len(at), func(i int) string { return names[i] }),
		floats("current", "mA", len(at), func(i int) float64 { return at[i] }),
		floats("weight", "1", len(at), func(i int) float64 { return value[i] }),
		floats("slope", "1/mA", len(at), func(i int) float64 { return steep[i] }),
	}}
	return d, nil
}
