package figure

import "math"

// The figures below are the kinds that the papers need; the tests draw them.

// wave is a smooth made-up number in [0, 1] that depends on its arguments.
func wave(a, b float64) float64 { return 0.5 + 0.5*math.Sin(1.7*a+2.3*b) }

// accuracyFigure has four panels of accuracy against an error, five methods
// with error bars, and a paper's values for two of them.
func accuracyFigure() *Figure {
	f := &Figure{
		Title:  "Accuracy under fabrication errors",
		Footer: Footer("quick", "glyphs", "5 repeats, ± 1 s.d."),
	}
	for i, title := range []string{"Phase error", "Beam splitter error", "Phase error, with internal states behind both meshes", "Joint error"} {
		p := Lines{Title: title, XLabel: "error σ (rad)", YLabel: "test accuracy (%)", YMin: 0, YMax: 100}
		for m, name := range []string{"in silico", "PAT", "AT", "DAT w/o IS", "DAT w/ IS"} {
			s := Series{Label: name}
			for k := range 6 {
				x := 0.02 * float64(k)
				s.X = append(s.X, x)
				s.Y = append(s.Y, 97-float64((5-m)*k*k)*(0.5+0.2*float64(i)))
				s.YErr = append(s.YErr, 0.5+float64(k)*wave(float64(i), float64(m)))
			}
			p.Series = append(p.Series, s)
			if m == 1 || m == 4 {
				paper := Series{Label: name, Paper: true, X: s.X}
				for _, y := range s.Y {
					paper.Y = append(paper.Y, math.Min(y+3, 98))
				}
				p.Series = append(p.Series, paper)
			}
		}
		f.Panels = append(f.Panels, p)
	}
	return f
}

// curveFigure has long noisy curves with gaps, a log-log panel with a slope
// and a scatter plot.
func curveFigure() *Figure {
	loss := Lines{Title: "Training", XLabel: "step", YLabel: "loss (cross-entropy)", YLog: true}
	for m, name := range []string{"BP", "SAT in situ", "NAT"} {
		s := Series{Label: name}
		for k := range 3000 {
			x := float64(k)
			y := math.Exp(-x/700*float64(m+1)) + 0.02 + 0.01*wave(x*1.3, float64(m))
			if m == 2 && k > 1200 && k < 1500 {
				y = math.NaN()
			}
			s.X, s.Y, s.YErr = append(s.X, x), append(s.Y, y), append(s.YErr, y*0.2)
		}
		loss.Series = append(loss.Series, s)
	}
	cost := Lines{Title: "Complexity", XLabel: "input size N", YLabel: "operations per step (FLOP)", XLog: true, YLog: true, XTicks: []float64{16, 64, 256, 1024}}
	for m, name := range []string{"PAT", "AT", "DAT w/ IS"} {
		s := Series{Label: name, Method: name}
		d := Series{Label: name + ", 2 blocks", Method: name, Variant: 1}
		for n := 16.0; n <= 1024; n *= 2 {
			s.X, s.Y = append(s.X, n), append(s.Y, float64(m+1)*n*n*3)
			d.X, d.Y = append(d.X, n), append(d.Y, float64(m+1)*n*n*n*2)
		}
		cost.Series = append(cost.Series, s, d)
	}
	cloud := Lines{Title: "Target against measured weight", XLabel: "target weight", YLabel: "measured weight"}
	s := Series{Label: "one ring", Scatter: true}
	for k := range 120 {
		x := 2*wave(float64(k), 0.3) - 1
		s.X, s.Y = append(s.X, x), append(s.Y, x+0.1*(wave(0.2, 7*float64(k))-0.5))
	}
	cloud.Series = []Series{s, {Label: "ideal", X: []float64{-1, 1}, Y: []float64{-1, 1}}}
	return &Figure{Title: "Curves", Footer: Footer("standard", "MNIST"), PanelLegends: true, Panels: []Panel{loss, cost, cloud}, Columns: 3}
}

func barFigure() *Figure {
	nan := math.NaN()
	return &Figure{Footer: Footer("paper", "MNIST, FMNIST"), Columns: 2, Panels: []Panel{
		Bars{
			Title: "MPNN, one chip", YLabel: "test accuracy (%)", Groups: []string{"MNIST", "FMNIST"}, Annotate: true,
			Series: []BarSeries{
				{Label: "in silico", Values: []float64{23.4, 31.25}, Err: []float64{4, 5}, Paper: []float64{25.2, 33.1}},
				{Label: "PAT", Values: []float64{87.1, 74.4}, Err: []float64{2, 1}, Paper: []float64{88.0, nan}},
				{Label: "DAT w/ IS", Values: []float64{96.2, 85}, Err: []float64{0.4, 0.8}, Paper: []float64{96.4, 84.2}},
			},
		},
		Bars{
			Title: "Change under drift", XLabel: "stored device", YLabel: "change of accuracy (%)",
			Groups: []string{"mesh without recalibration", "mesh recalibrated daily", "ring bank", "diffractive blocks"},
			Series: []BarSeries{
				{Label: "BP", Values: []float64{-31, -12, -46, nan}},
				{Label: "SAT in situ", Values: []float64{-3, 1.5, -4, -7}},
			},
		},
	}}
}

func confusion(n int, top float64) [][]float64 {
	out := make([][]float64, n)
	for r := range out {
		out[r] = make([]float64, n)
		for c := range out[r] {
			out[r][c] = math.Floor(top * 0.08 * wave(float64(r*3), float64(c*5)))
			if r == c {
				out[r][c] = math.Floor(top * (0.7 + 0.3*wave(float64(r), 1)))
			}
		}
	}
	return out
}

func matrixFigure() *Figure {
	energy := confusion(10, 100)
	for r := range energy {
		for c := range energy[r] {
			energy[r][c] /= 100
		}
	}
	energy[3][4] = math.NaN()
	clothes := []string{"T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"}
	return &Figure{Title: "What the classes are taken for", Footer: Footer("quick", "FMNIST"), Panels: []Panel{
		Matrix{Title: "Confusion, DAT w/ IS", XLabel: "predicted class", YLabel: "true class", Values: confusion(10, 1000), RowNames: clothes, ColumnNames: clothes, Annotate: true, Label: "images"},
		Matrix{Title: "Energy distribution", XLabel: "detector", YLabel: "true class", Values: energy, Annotate: true, Label: "share of energy"},
	}}
}

func plane(rows, cols int, f func(y, x float64) float64) [][]float64 {
	out := make([][]float64, rows)
	for r := range out {
		out[r] = make([]float64, cols)
		for c := range out[r] {
			out[r][c] = f(2*float64(r)/float64(rows-1)-1, 2*float64(c)/float64(cols-1)-1)
		}
	}
	return out
}

func mapFigure() *Figure {
	lens := plane(200, 200, func(y, x float64) float64 { return 40 * (x*x + y*y) })
	spot := plane(600, 600, func(y, x float64) float64 {
		r := math.Hypot(x, y) * 12
		if r == 0 {
			return 1
		}
		v := math.Sin(r) / r
		return v * v
	})
	coarse := plane(14, 14, func(y, x float64) float64 { return math.Atan2(y, x) })
	coarse[3][4] = math.NaN()
	signed := plane(64, 64, func(y, x float64) float64 { return x*y + 0.3*x })
	wide := plane(20, 60, func(y, x float64) float64 { return 1e-4 * wave(4*x, 3*y) })
	return &Figure{Title: "Masks and fields", Footer: Footer("quick", "glyphs"), Columns: 3, Panels: []Panel{
		Map{Title: "Phase mask, block 1", Values: lens, Colours: Phase, Label: "phase (rad)"},
		Map{Title: "Intensity behind block 3", Values: spot, Width: 1.2, Height: 1.2, XLabel: "x (mm)", YLabel: "y (mm)", Label: "intensity (a.u.)"},
		Map{Title: "Phase of each cell", Values: coarse, Colours: Phase, Label: "phase (rad)"},
		Map{Title: "Difference, with SEPN", Values: signed, Colours: Diverging, Label: "field difference (a.u.)"},
		Map{Title: "Input", Values: coarse, Colours: Blues, HideBar: true},
		Map{Title: "A wide plane", Values: wide, Width: 300, Height: 100, XLabel: "x (μm)", YLabel: "y (μm)", Label: "power (mW)"},
	}}
}

func mixedFigure() *Figure {
	one := accuracyFigure()
	m := matrixFigure()
	b := barFigure()
	return &Figure{Title: "One of each kind", Footer: Footer("quick", "glyphs"), Columns: 2, Panels: []Panel{
		one.Panels[0], m.Panels[0], b.Panels[0], mapFigure().Panels[0],
	}}
}

func singleFigure() *Figure {
	f := accuracyFigure()
	f.Panels = f.Panels[:1]
	return f
}

var samples = []struct {
	name string
	make func() *Figure
}{
	{"accuracy", accuracyFigure},
	{"curves", curveFigure},
	{"bars", barFigure},
	{"matrices", matrixFigure},
	{"maps", mapFigure},
	{"mixed", mixedFigure},
	{"single", singleFigure},
}
