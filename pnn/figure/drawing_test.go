package figure

import (
	"bytes"
	"fmt"
	"image"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

func (p *page) raster(t testing.TB) image.Image {
	t.Helper()
	c := vgimg.NewWith(vgimg.UseWH(p.width, p.height), vgimg.UseDPI(dotsPerInch))
	if err := p.draw(&surface{Canvas: draw.New(c), raster: true}); err != nil {
		t.Fatal(err)
	}
	return c.Image()
}

// No text or ink may touch the rim of any figure: nothing is clipped there.
func TestNothingReachesTheRim(t *testing.T) {
	for _, s := range samples {
		p, err := s.make().page()
		if err != nil {
			t.Fatal(err)
		}
		img := p.raster(t)
		b := img.Bounds()
		for x := b.Min.X; x < b.Max.X; x++ {
			for y := b.Min.Y; y < b.Max.Y; y++ {
				if rim := x < 5 || y < 5 || x >= b.Max.X-5 || y >= b.Max.Y-5; rim && toNRGBA(img.At(x, y)) != white {
					t.Fatalf("%s: ink at %d,%d on the rim of %d x %d dots", s.name, x, y, b.Dx(), b.Dy())
				}
			}
		}
	}
}

// A map's cells stand where they should: row 0 on top, column 0 left.
func TestCellsStandInTheirPlaces(t *testing.T) {
	values := [][]float64{{0, 1}, {2, math.NaN()}}
	f := &Figure{Footer: "x", Panels: []Panel{Map{Values: values, Colours: Blues, HideBar: true}}}
	p, err := f.page()
	if err != nil {
		t.Fatal(err)
	}
	img := p.raster(t)
	// The map fills the page's width between 2 points of room and the margin.
	side := int((p.data)/dot + 0.5)
	left, top := int((pageMargin+p.left[0])/dot+0.5), int((pageMargin+p.rows[0].above)/dot+0.5)
	for r, row := range values {
		for c, v := range row {
			want := toNRGBA(Blues.palette()[Blues.shade(v, 0, 2)])
			x, y := left+side*(2*c+1)/4, top+side*(2*r+1)/4
			if got := toNRGBA(img.At(x, y)); got != want {
				t.Errorf("cell %d,%d at dot %d,%d is %v, want %v", r, c, x, y, got, want)
			}
		}
	}
}

func texts(t testing.TB, f *Figure) string {
	t.Helper()
	var svg strings.Builder
	if err := f.WriteSVG(&svg); err != nil {
		t.Fatal(err)
	}
	return svg.String()
}

func TestLegendExplainsEachLookOnce(t *testing.T) {
	svg := texts(t, accuracyFigure())
	for _, name := range []string{"in silico", "PAT", "AT", "DAT w/o IS", "DAT w/ IS", "paper"} {
		if n := strings.Count(svg, ">"+name+"</text>"); n != 1 {
			t.Errorf("the legend says %q %d times", name, n)
		}
	}
	f := accuracyFigure()
	f.PanelLegends = true
	if n := strings.Count(texts(t, f), ">PAT</text>"); n != 4 {
		t.Errorf("four legends say PAT %d times", n)
	}
	// One label for two methods: the panels explain themselves.
	x := []float64{0, 1}
	lines := func(method string) Panel {
		return Lines{XLabel: "x", YLabel: "y", Series: []Series{{Label: "measured", Method: method, X: x, Y: x}}}
	}
	f = &Figure{Footer: "x", Panels: []Panel{lines("PAT"), lines("SAT")}}
	if n := strings.Count(texts(t, f), ">measured</text>"); n != 2 {
		t.Errorf("a label of two looks is explained %d times, want 2", n)
	}
	// A paper's values without a measured companion are named.
	f = &Figure{Footer: "x", Panels: []Panel{Lines{XLabel: "x", YLabel: "y", Series: []Series{{Label: "NAT", Paper: true, X: x, Y: x}}}}}
	if !strings.Contains(texts(t, f), ">NAT (paper)</text>") {
		t.Error("the legend does not name a paper's values that stand alone")
	}
}

func TestPanelsAreLettered(t *testing.T) {
	svg := texts(t, mixedFigure())
	for _, l := range []string{"a", "b", "c", "d"} {
		if strings.Count(svg, ">"+l+"</text>") != 1 {
			t.Errorf("panel %s has no letter", l)
		}
	}
	if strings.Contains(texts(t, singleFigure()), ">a</text>") {
		t.Error("a single panel has a letter")
	}
	if got := letter(25) + letter(26) + letter(27) + letter(52); got != "zaaabba" {
		t.Errorf("letters %q", got)
	}
}

func TestNumbersAtBars(t *testing.T) {
	svg := texts(t, barFigure())
	for _, want := range []string{">87.1</text>", ">88.0</text>", ">96.4</text>"} {
		if strings.Count(svg, want) != 1 {
			t.Errorf("no bar is marked %s", want)
		}
	}
	whole := &Figure{Footer: "x", Panels: []Panel{Bars{YLabel: "images", Groups: []string{"a"}, Annotate: true, Series: []BarSeries{{Label: "PAT", Values: []float64{41}}}}}}
	if !strings.Contains(texts(t, whole), ">41</text>") {
		t.Error("a count is not written as a whole number")
	}
}

func TestNumbersInCells(t *testing.T) {
	svg := texts(t, matrixFigure())
	for _, want := range []string{">999</text>", ">0.96</text>", ">ankle boot</text>"} {
		if !strings.Contains(svg, want) {
			t.Errorf("no cell says %s", want)
		}
	}
	m := matrixFigure().Panels[0].(Matrix)
	m.Values, m.RowNames, m.ColumnNames = confusion(60, 1e6), nil, nil
	err := (&Figure{Footer: "x", Panels: []Panel{m}}).WriteSVG(&bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "Annotate") || !strings.Contains(err.Error(), "panel a") {
		t.Errorf("numbers that do not fit their cells: %v", err)
	}
}

func TestSuperscripts(t *testing.T) {
	for _, c := range []struct {
		in   string
		want string
	}{
		{"accuracy (%)", "[{accuracy (%) 0}]"},
		{"cm^{2}/s", "[{cm 0} {2 1} {/s 0}]"},
		{"f_{0}", "[{f 0} {0 -1}]"},
		{"open^{2", "[{open^{2 0}]"},
		{"x^2", "[{x^2 0}]"},
		{"a^{}b", "[{a 0} {b 0}]"},
	} {
		if got := fmt.Sprint(splitRuns(c.in)); got != c.want {
			t.Errorf("splitRuns(%q) = %s, want %s", c.in, got, c.want)
		}
	}
	face := typeface{size: 10}
	if plain, raised := face.width("x2"), face.width("x^{2}"); raised >= plain || raised <= face.width("x") {
		t.Errorf("x2 is %.1f wide, x^{2} %.1f", float64(plain), float64(raised))
	}
}

// thin keeps the envelope of a dense curve.
func TestThinKeepsTheEnvelope(t *testing.T) {
	var points []vg.Point
	for i := range 10000 {
		points = append(points, vg.Point{X: vg.Length(i) / 100, Y: vg.Length(i * 7919 % 1000)})
	}
	out := thin(points)
	if len(out) > 2000 || len(out) < 400 {
		t.Errorf("%d points of %d are left", len(out), len(points))
	}
	extent := func(points []vg.Point) (lo, hi vg.Length) {
		lo, hi = points[0].Y, points[0].Y
		for _, p := range points {
			lo, hi = min(lo, p.Y), max(hi, p.Y)
		}
		return lo, hi
	}
	l0, h0 := extent(points)
	l1, h1 := extent(out)
	if l0 != l1 || h0 != h1 || out[0] != points[0] || out[len(out)-1] != points[len(points)-1] {
		t.Errorf("points from %v to %v became %v to %v", l0, h0, l1, h1)
	}
}

// Hostile but permitted numbers are drawn without a panic, a hang or a
// coordinate that is no number.
func TestHostileNumbersAreDrawn(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, y := range [][]float64{
		{1e99, -1e99, 0}, {1e15, 1e15 + 1, 1e15 + 2}, {5e-324, 0, 1}, {1e-99, 2e-99, 3e-99},
		{nan, 1, inf}, {0, 0, 0}, {-7, -7, -7}, {1, 1 + 1e-16, 1}, {nan, nan, -3},
	} {
		x := []float64{-1, 0, 1e6}
		f := &Figure{Footer: "x", Columns: 4, WidthCM: 30, Panels: []Panel{
			Lines{XLabel: "x", YLabel: "y", Series: []Series{{Label: "a", X: x, Y: y, YErr: []float64{1, nan, inf}}}},
			Lines{XLabel: "x", YLabel: "y", YMin: -1, YMax: 1, Series: []Series{{Label: "a", X: x, Y: y}}},
			Bars{YLabel: "y", Groups: []string{"1", "2", "3"}, Annotate: true, Series: []BarSeries{{Label: "a", Values: y, Err: []float64{1, nan, inf}}}},
			Map{Values: [][]float64{y}, Label: "v (1)", Width: 1e-9, Height: 3e-9, XLabel: "x", YLabel: "y"},
			Matrix{Values: [][]float64{y, y}, Label: "v (1)", XLabel: "x", YLabel: "y", Colours: Diverging},
		}}
		svg := texts(t, f)
		for _, bad := range []string{"NaN", "Inf"} {
			if strings.Contains(svg, bad) {
				t.Errorf("values %v: the SVG holds %s", y, bad)
			}
		}
	}
}
