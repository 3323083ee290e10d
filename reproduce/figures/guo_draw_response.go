package figures

import (
	"fmt"
	"math"

	"lightfast/pnn/absorb"
	"lightfast/pnn/artifact"
	"lightfast/pnn/figure"
	"lightfast/pnn/lane"
)

// medium is an absorber or amplifier as figures show it: its functions with the
// factor by which the optical derivative is rescaled, so that over inputs from
// N(0, sigma^2) it is closest to the exact one.
type medium struct {
	absorb.Absorber
	edge, sigma       float64 // of the unsaturated region; half of it
	similarity, scale float64
}

// newMedium finds the region and the factor. 2 sigma is the width of the region.
func newMedium(a absorb.Absorber) (m medium, err error) {
	m.Absorber = a
	if m.edge, err = a.Edge(); err != nil {
		return m, err
	}
	m.sigma = m.edge / 2
	m.similarity, m.scale, err = absorb.Similarity(absorb.Optical{Absorber: a}.At, absorb.Exact{Absorber: a}.At, m.sigma)
	return m, err
}

// grid is n numbers from -reach to reach.
func grid(reach float64, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = reach * (float64(2*i)/float64(n-1) - 1)
	}
	return x
}

// plot is a function on a grid.
func plot(label string, x []float64, f func(x float64) float64) figure.Series {
	s := figure.Series{Label: label, X: x}
	for _, v := range x {
		s.Y = append(s.Y, f(v))
	}
	return s
}

// region marks the edges of the unsaturated region (i) from lo to hi.
func (m medium) region(lo, hi float64) figure.Series {
	e := m.edge
	return figure.Series{Label: "edge of the unsaturated region", Method: "edge", Variant: 1,
		X: []float64{-e, -e, math.NaN(), e, e}, Y: []float64{lo, hi, math.NaN(), lo, hi}}
}

// transmission is a panel of t(E), slopes one of the derivatives.
func (m medium) transmission(title string, x []float64) figure.Lines {
	l := figure.Lines{Title: title, XLabel: "field E (saturation amplitudes)", YLabel: "transmission of the field",
		Series: []figure.Series{plot("transmission", x, m.Transmission)}}
	return m.bordered(l)
}

func (m medium) slopes(title string, x []float64) figure.Lines {
	l := figure.Lines{Title: title, XLabel: "field E (saturation amplitudes)", YLabel: "derivative of the response",
		Series: []figure.Series{
			plot(exactSA, x, m.Slope),
			plot(opticalSA+", rescaled", x, func(v float64) float64 { return float64(m.scale * m.Transmission(v)) }),
		}}
	l.Series[1].Method = opticalSA
	return m.bordered(l)
}

// bordered gives a panel its limits and the edges of the region.
func (m medium) bordered(l figure.Lines) figure.Lines {
	top := 0.0
	for _, s := range l.Series {
		for _, y := range s.Y {
			top = max(top, y)
		}
	}
	x := l.Series[0].X
	l.XMin, l.XMax, l.YMax = x[0], x[len(x)-1], 1.08*top
	l.Series = append(l.Series, m.region(0, l.YMax))
	return l
}

// mediaTable is the table of media on grids.
func mediaTable(ms []medium, xs [][]float64) artifact.Table {
	type row struct {
		m medium
		x float64
	}
	var rows []row
	for i, m := range ms {
		for _, x := range xs[i] {
			rows = append(rows, row{m, x})
		}
	}
	n := len(rows)
	column := func(name string, f func(r row) float64) artifact.Column {
		return floats(name, "1", n, func(i int) float64 { return f(rows[i]) })
	}
	return artifact.Table{Columns: []artifact.Column{
		column("optical_depth", func(r row) float64 { return r.m.Depth }),
		column("field", func(r row) float64 { return r.x }),
		column("transmission", func(r row) float64 { return r.m.Transmission(r.x) }),
		column("response", func(r row) float64 { return r.m.Response(r.x) }),
		column("exact_derivative", func(r row) float64 { return r.m.Slope(r.x) }),
		column("optical_derivative", func(r row) float64 { return float64(r.m.scale * r.m.Transmission(r.x)) }),
	}}
}

// computed is the footer of what needs no training.
func computed(p Profile) string { return figure.Footer(p.Name, "none (computed)") }

// regionNote says how the region is chosen.
const regionNote = "The unsaturated region, region (i) of the paper, is taken to end where the exact derivative is largest; the paper does not say where. The factor is that of least squares over inputs of half the region's extent as standard deviation."

// drawGuo2 draws transmission and derivatives at two depths.
func drawGuo2(p Profile, _ Results) (Drawing, error) {
	d := Drawing{Image: &figure.Figure{Title: title("guo-fig2"), Footer: computed(p), Columns: 2, PanelHeightCM: 4.2}, Notes: []string{regionNote}}
	var ms []medium
	var xs [][]float64
	var slopes []figure.Panel
	for _, v := range []struct{ a0, reach, factor float64 }{{1, 6, 1.2}, {30, 15, 2.5}} {
		m, err := newMedium(absorb.Absorber{Depth: v.a0})
		if err != nil {
			return d, fmt.Errorf("figures: guo-fig2: %w", err)
		}
		x := grid(v.reach, 241)
		name := fmt.Sprintf("a₀ = %g", v.a0)
		d.Image.Panels = append(d.Image.Panels, m.transmission(name, x))
		slopes = append(slopes, m.slopes(fmt.Sprintf("%s, factor %.2f", name, m.scale), x))
		d.Values = append(d.Values, Value{What: "factor of the optical derivative, " + name, Ours: m.scale, Paper: v.factor})
		ms, xs = append(ms, m), append(xs, x)
	}
	d.Image.Panels = append(d.Image.Panels, slopes...)
	d.Sweep = mediaTable(ms, xs)
	return d, nil
}

// drawGuo3c draws response and derivatives at the depth of Fig. 3.
func drawGuo3c(p Profile, _ Results) (Drawing, error) {
	m, err := newMedium(absorb.Absorber{Depth: hiddenDepth})
	if err != nil {
		return Drawing{}, fmt.Errorf("figures: guo-fig3c: %w", err)
	}
	x := grid(10, 241)
	response := figure.Lines{Title: "response", XLabel: "input z (saturation amplitudes)", YLabel: "output g(z)", XMin: -10, XMax: 10,
		Series: []figure.Series{plot("response", x, m.Response), m.region(-10, 10)}, YMin: -10, YMax: 10}
	slopes := m.slopes(fmt.Sprintf("derivatives, factor %.2f, 1 − S = %.1f %%", m.scale, 100*(1-m.similarity)), x)
	slopes.XLabel = "input z (saturation amplitudes)"
	slopes.Series = append(slopes.Series, plot("weight of inputs in S", x, func(z float64) float64 {
		u := z / m.sigma
		return lane.Exp(-float64(u*u) / 2)
	}))
	return Drawing{
		Image: &figure.Figure{Title: title("guo-fig3c"), Footer: computed(p), Columns: 2, Panels: []figure.Panel{response, slopes}},
		Sweep: mediaTable([]medium{m}, [][]float64{x}),
		Notes: []string{regionNote},
	}, nil
}

// drawGuo3e draws 1 - S against the optical depth.
func drawGuo3e(p Profile, _ Results) (Drawing, error) {
	const n = 61
	depth, loss := make([]float64, n), make([]float64, n)
	for i := range n {
		depth[i] = 0.1 * lane.Exp(float64(math.Ln10*float64(i))/20) // twenty a decade, to 100
		m, err := newMedium(absorb.Absorber{Depth: depth[i]})
		if err != nil {
			return Drawing{}, fmt.Errorf("figures: guo-fig3e: %w", err)
		}
		loss[i] = 100 * (1 - m.similarity)
	}
	last, err := newMedium(absorb.Absorber{Depth: publishedDepths[len(publishedDepths)-1]})
	if err != nil {
		return Drawing{}, fmt.Errorf("figures: guo-fig3e: %w", err)
	}
	return Drawing{
		Image: &figure.Figure{Title: title("guo-fig3e"), Footer: computed(p), WidthCM: 11, Panels: []figure.Panel{figure.Lines{
			XLabel: "optical depth a₀", YLabel: "dissimilarity 1 − S (%)", XLog: true, XTicks: []float64{0.1, 0.3, 1, 3, 10, 30, 100}, YMax: 12,
			Series: []figure.Series{{Label: opticalSA, X: depth, Y: loss}},
		}}},
		Sweep: artifact.Table{Columns: []artifact.Column{
			floats("optical_depth", "1", n, func(i int) float64 { return depth[i] }),
			floats("dissimilarity", "1", n, func(i int) float64 { return loss[i] / 100 }),
		}},
		Values: []Value{{What: fmt.Sprintf("similarity S of the optical derivative, a₀ = %g", last.Depth), Ours: 100 * last.similarity, Paper: 100 - guoAbsorption, Unit: "%", Tolerance: 1}},
		Notes:  []string{regionNote, "The paper reads: 1 − S saturates near 10 %."},
	}, nil
}
