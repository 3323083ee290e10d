package figure

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
)

// TestErrorsNamePanelAndSeries spoils the third series of the second panel in
// every way that Check knows and expects the error to lead there.
func TestErrorsNamePanelAndSeries(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := func(label string) Series {
		return Series{Label: label, X: []float64{1, 2}, Y: []float64{3, 4}}
	}
	for _, c := range []struct {
		spoil func(p *Lines, s *Series)
		want  string
	}{
		{func(_ *Lines, s *Series) { s.Y = s.Y[:1] }, "X has 2 values but Y has 1"},
		{func(_ *Lines, s *Series) { s.YErr = []float64{1} }, "YErr has 1 values but Y has 2"},
		{func(_ *Lines, s *Series) { s.YErr = []float64{1, -2} }, "YErr[1] is -2"},
		{func(_ *Lines, s *Series) { s.YErr = []float64{1e200, 0} }, "YErr[0] is 1e+200"},
		{func(_ *Lines, s *Series) { s.X, s.Y = nil, nil }, "X holds no finite number (0 values)"},
		{func(_ *Lines, s *Series) { s.Y = []float64{nan, inf} }, "Y holds no finite number (2 values)"},
		{func(_ *Lines, s *Series) { s.X, s.Y = []float64{nan, 1}, []float64{1, nan} }, "none of the 2 points has both X and Y"},
		{func(_ *Lines, s *Series) { s.Y[0] = 1e200 }, "Y[0] is 1e+200"},
		{func(p *Lines, s *Series) { p.YLog, s.Y[1] = true, 0 }, "Y[1] is 0, but the axis is logarithmic"},
		{func(p *Lines, s *Series) { p.XLog, s.X[0] = true, -1 }, "X[0] is -1, but the axis is logarithmic"},
		{func(_ *Lines, s *Series) { s.Variant = 3 }, "Variant is 3, expected 0..2"},
		{func(_ *Lines, s *Series) { s.Variant, s.Paper = 1, true }, "Variant 1 of a paper's values"},
		{func(_ *Lines, s *Series) { s.Label = "第三" }, `'第'`},
		{func(_ *Lines, s *Series) { s.Method = "PAT" }, "would look the same"},
		{func(_ *Lines, s *Series) { s.Label, s.Method = "PAT", "AT" }, "look different but have one Label"},
	} {
		p := Lines{Title: "under errors", XLabel: "x (m)", YLabel: "y (m)", Series: []Series{good("PAT"), good("BP"), good("third")}}
		c.spoil(&p, &p.Series[2])
		f := line(good("PAT"))
		f.Panels = append(f.Panels, p)
		expect(t, f, `figure "A title", panel b ("under errors")`, "series 2 (", c.want)
	}
}

// expect checks that neither format can be written and that the error says all
// of want.
func expect(t *testing.T, f *Figure, want ...string) {
	t.Helper()
	var out bytes.Buffer
	for kind, write := range []func(*Figure) error{
		func(f *Figure) error { return f.WritePNG(&out) },
		func(f *Figure) error { return f.WriteSVG(&out) },
	} {
		err := write(f)
		if err == nil {
			t.Errorf("format %d: drawn, expected an error with %q", kind, want)
			continue
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%v\nexpected it to say %q", err, w)
			}
		}
	}
	if out.Len() != 0 {
		t.Errorf("%d bytes were written before the error %q", out.Len(), want)
	}
}

func TestErrorsNamePanelAndField(t *testing.T) {
	lines := func(change func(*Lines)) Panel {
		p := Lines{Title: "heading", XLabel: "x (m)", YLabel: "y (m)", Series: []Series{{Label: "PAT", X: []float64{1, 2}, Y: []float64{3, 4}}}}
		change(&p)
		return p
	}
	bars := func(change func(*Bars)) Panel {
		p := Bars{Title: "heading", YLabel: "y (m)", Groups: []string{"u", "v"}, Series: []BarSeries{{Label: "PAT", Values: []float64{3, 4}}, {Label: "AT", Values: []float64{3, 4}}}}
		change(&p)
		return p
	}
	matrix := func(change func(*Matrix)) Panel {
		p := Matrix{Title: "heading", XLabel: "x", YLabel: "y", Label: "images", Values: [][]float64{{1, 2}, {3, 4}}}
		change(&p)
		return p
	}
	plane := func(change func(*Map)) Panel {
		p := Map{Title: "heading", Label: "phase (rad)", Values: [][]float64{{1, 2}, {3, 4}}}
		change(&p)
		return p
	}
	nan := math.NaN()
	for _, c := range []struct {
		panel Panel
		want  string
	}{
		{lines(func(p *Lines) { p.Series = nil }), "Lines without Series"},
		{lines(func(p *Lines) { p.XLabel = "" }), "XLabel is empty"},
		{lines(func(p *Lines) { p.YLabel = "" }), "YLabel is empty"},
		{lines(func(p *Lines) { p.YLabel = "a\xff" }), "not valid UTF-8"},
		{lines(func(p *Lines) { p.YMin, p.YMax = 2, 1 }), "YMin 2 and YMax 1 enclose no range"},
		{lines(func(p *Lines) { p.XMin = nan }), "XMin NaN"},
		{lines(func(p *Lines) { p.XMax, p.XLog = 9, true }), "XMin 0 must be above 0 on a logarithmic axis"},
		{lines(func(p *Lines) { p.YMin, p.YMax = -1.7e308, 1.7e308 }), "YMax 1.7e+308 is beyond"},
		{lines(func(p *Lines) { p.YMin, p.YMax, p.YLog = 1e-300, 1, true }), "YMin 1e-300"},
		{lines(func(p *Lines) { p.XTicks = []float64{} }), "XTicks holds no finite number"},
		{lines(func(p *Lines) { p.XTicks, p.XLog = []float64{0, 1}, true }), "XTicks[0] is 0"},
		{bars(func(p *Bars) { p.Groups = nil }), "0 Groups"},
		{bars(func(p *Bars) { p.Series = nil }), "0 Series"},
		{bars(func(p *Bars) { p.YLabel = "" }), "YLabel is empty"},
		{bars(func(p *Bars) { p.Groups[1] = "→□\U0001F600" }), "Groups[1]"},
		{bars(func(p *Bars) { p.Series[1].Values = nil }), `series 1 ("AT"): Values has 0 values for 2 groups`},
		{bars(func(p *Bars) { p.Series[1].Values = []float64{nan, nan} }), `series 1 ("AT"): Values holds no finite number`},
		{bars(func(p *Bars) { p.Series[1].Err = []float64{1} }), `series 1 ("AT"): Err has 1 values`},
		{bars(func(p *Bars) { p.Series[1].Err = []float64{1, -1} }), `series 1 ("AT"): Err[1] is -1`},
		{bars(func(p *Bars) { p.Series[1].Paper = []float64{1} }), `series 1 ("AT"): Paper has 1 values`},
		{bars(func(p *Bars) { p.YLog, p.Series[1].Values[0] = true, 0 }), `series 1 ("AT"): Values[0] is 0, but the axis is logarithmic`},
		{bars(func(p *Bars) { p.Series[1].Variant = -1 }), `series 1 ("AT"): Variant is -1`},
		{bars(func(p *Bars) { p.Series[1].Method = "PAT" }), `series 1 ("PAT") would look like series 0`},
		{bars(func(p *Bars) { p.Series[1].Method, p.Series[1].Label = "AT", "PAT" }), `series 1 ("AT") looks different from series 0`},
		{matrix(func(p *Matrix) { p.Values = nil }), "Values is empty"},
		{matrix(func(p *Matrix) { p.Values[1] = []float64{1} }), "Values[1] has 1 columns but Values[0] has 2"},
		{matrix(func(p *Matrix) { p.Values = [][]float64{{nan}} }), "no finite number"},
		{matrix(func(p *Matrix) { p.Values[1][0] = 1e200 }), "Values[1][0] is 1e+200"},
		{matrix(func(p *Matrix) { p.RowNames = []string{"one"} }), "RowNames has 1 names but Values has 2"},
		{matrix(func(p *Matrix) { p.ColumnNames = []string{"one", "二"} }), "ColumnNames[1]"},
		{matrix(func(p *Matrix) { p.Label = "" }), "Label (of the colour bar) is empty"},
		{matrix(func(p *Matrix) { p.Colours = 99 }), "Colours is 99"},
		{matrix(func(p *Matrix) { p.Min, p.Max = 1, 1 }), "Min 1 and Max 1 enclose no range"},
		{plane(func(p *Map) { p.Values = [][]float64{{}} }), "Values is empty"},
		{plane(func(p *Map) { p.Label = "" }), "Label (of the colour bar) is empty"},
		{plane(func(p *Map) { p.Width = 3 }), "Width 3 and Height 0"},
		{plane(func(p *Map) { p.Width, p.Height = 3, 3 }), "XLabel is empty"},
		{plane(func(p *Map) { p.Values = make([][]float64, maxCells+1); fill(p.Values) }), "average it down first"},
	} {
		expect(t, &Figure{Title: "A title", Footer: "x", Panels: []Panel{c.panel}}, `figure "A title", panel a ("heading")`, c.want)
	}
}

func fill(rows [][]float64) {
	row := []float64{1}
	for i := range rows {
		rows[i] = row
	}
}

func TestErrorsOfTheWholeFigure(t *testing.T) {
	for _, c := range []struct {
		spoil func(*Figure)
		want  string
	}{
		{func(f *Figure) { f.Panels = nil }, "no Panels"},
		{func(f *Figure) { f.Panels[0] = nil }, "panel a: panel is nil"},
		{func(f *Figure) { f.Footer = "" }, "figure.Footer(profile, data)"},
		{func(f *Figure) { f.Footer = "二" }, "Footer"},
		{func(f *Figure) { f.Title = "A title 二" }, "Title"},
		{func(f *Figure) { f.Columns = -1 }, "Columns is -1"},
		{func(f *Figure) { f.WidthCM = 2 }, "WidthCM is 2"},
		{func(f *Figure) { f.WidthCM = math.NaN() }, "WidthCM is NaN"},
		{func(f *Figure) { f.PanelHeightCM = 0.5 }, "PanelHeightCM is 0.5"},
		{func(f *Figure) { f.WidthCM, f.Columns = 5, 4; repeat(f, 4) }, "4 columns on 5.0 cm"},
		{func(f *Figure) { f.PanelHeightCM, f.Columns = 30, 1; repeat(f, 5) }, "5 panels in 1 columns"},
		{func(f *Figure) {
			f.Panels = []Panel{Matrix{XLabel: "x", YLabel: "y", Label: "z", Values: confusion(60, 1000), Annotate: true}}
		}, "too small for numbers"},
	} {
		f := line(Series{Label: "PAT", X: []float64{1, 2}, Y: []float64{3, 4}})
		c.spoil(f)
		expect(t, f, `figure "A title`, c.want)
	}
}

func repeat(f *Figure, n int) {
	for len(f.Panels) < n {
		f.Panels = append(f.Panels, f.Panels[0])
	}
}

func TestGrid(t *testing.T) {
	g, err := Grid([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	if err != nil || fmt.Sprint(g) != "[[1 2 3] [4 5 6]]" {
		t.Errorf("%v, %v", g, err)
	}
	for _, size := range [][2]int{{2, 2}, {4, 2}, {0, 6}, {-2, -3}, {3, 0}, {1 << 62, 4}} {
		if _, err := Grid(make([]float64, 6), size[0], size[1]); err == nil {
			t.Errorf("6 values as %d x %d: no error", size[0], size[1])
		} else if !strings.Contains(err.Error(), "6 values") {
			t.Error(err)
		}
	}
}
