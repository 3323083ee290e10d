package figure

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// printed is a piece of text on the page, as the corners of its letters' box.
type printed struct {
	text string
	box  [4]vg.Point
}

// proof is a canvas that keeps the text drawn on it and nothing else.
type proof struct {
	width, height vg.Length
	at            transform
	saved         []transform
	texts         []printed
}

// transform maps (x, y) to (a x - b y + dx, b x + a y + dy).
type transform struct {
	a, b   float64
	dx, dy vg.Length
}

func (t transform) apply(p vg.Point) vg.Point {
	a, b := vg.Length(t.a), vg.Length(t.b)
	return vg.Point{X: a*p.X - b*p.Y + t.dx, Y: b*p.X + a*p.Y + t.dy}
}

func (c *proof) Size() (w, h vg.Length)                  { return c.width, c.height }
func (c *proof) SetLineWidth(vg.Length)                  {}
func (c *proof) SetLineDash([]vg.Length, vg.Length)      {}
func (c *proof) SetColor(color.Color)                    {}
func (c *proof) Scale(x, y float64)                      {}
func (c *proof) Stroke(vg.Path)                          {}
func (c *proof) Fill(vg.Path)                            {}
func (c *proof) DrawImage(r vg.Rectangle, i image.Image) {}
func (c *proof) Push()                                   { c.saved = append(c.saved, c.at) }

func (c *proof) Pop() {
	c.at, c.saved = c.saved[len(c.saved)-1], c.saved[:len(c.saved)-1]
}

func (c *proof) Rotate(rad float64) {
	cos, sin := math.Cos(rad), math.Sin(rad)
	c.at.a, c.at.b = c.at.a*cos-c.at.b*sin, c.at.b*cos+c.at.a*sin
}

func (c *proof) Translate(p vg.Point) {
	q := c.at.apply(p)
	c.at.dx, c.at.dy = q.X, q.Y
}

// FillString keeps the box from the base line to the top of the capitals.
func (c *proof) FillString(f font.Face, p vg.Point, s string) {
	top := p.Y + f.Font.Size*capHeight
	w := f.Width(s)
	b := [4]vg.Point{p, {X: p.X + w, Y: p.Y}, {X: p.X + w, Y: top}, {X: p.X, Y: top}}
	for i := range b {
		b[i] = c.at.apply(b[i])
	}
	c.texts = append(c.texts, printed{s, b})
}

// overlap says whether two upright or turned boxes share more than a sliver:
// no side of either has the other box beyond it.
func overlap(a, b [4]vg.Point) bool {
	const sliver = 0.4
	beyond := func(a, b [4]vg.Point) bool {
		for i := range a {
			p, q := a[i], a[(i+1)%4]
			length := vg.Length(math.Hypot(float64(q.X-p.X), float64(q.Y-p.Y)))
			out := true
			for _, r := range b { // the inside is left of each side
				out = out && ((q.X-p.X)*(r.Y-p.Y)-(q.Y-p.Y)*(r.X-p.X))/length < sliver
			}
			if out {
				return true
			}
		}
		return false
	}
	return !beyond(a, b) && !beyond(b, a)
}

// readProof draws a figure and reports text that leaves the page or lies on
// other text.
func readProof(t *testing.T, f *Figure) {
	t.Helper()
	p, err := f.page()
	if err != nil {
		t.Error(err)
		return
	}
	c := &proof{width: p.width, height: p.height, at: transform{a: 1}}
	if err := p.draw(&surface{Canvas: draw.New(c)}); err != nil {
		t.Error(err)
		return
	}
	for i, a := range c.texts {
		for _, q := range a.box {
			if q.X < 0 || q.Y < 0 || q.X > p.width || q.Y > p.height {
				t.Errorf("%q reaches (%.1f, %.1f) on a page of %.1f x %.1f points", a.text, q.X, q.Y, p.width, p.height)
				break
			}
		}
		for _, b := range c.texts[:i] {
			if overlap(a.box, b.box) {
				t.Errorf("%q lies on %q", a.text, b.text)
			}
		}
	}
}

func TestProofSeesOverlaps(t *testing.T) {
	at := func(x, y vg.Length) [4]vg.Point {
		return [4]vg.Point{{X: x, Y: y}, {X: x + 10, Y: y}, {X: x + 10, Y: y + 5}, {X: x, Y: y + 5}}
	}
	slanted := [4]vg.Point{{X: 11, Y: 0}, {X: 18, Y: 7}, {X: 15, Y: 10}, {X: 8, Y: 3}}
	for _, c := range []struct {
		a, b [4]vg.Point
		want bool
	}{
		{at(0, 0), at(9, 4), true},
		{at(0, 0), at(10, 0), false},
		{at(0, 0), at(0, 5), false},
		{at(0, 0), slanted, true},
		{at(0, 9), slanted, false},
	} {
		if got := overlap(c.a, c.b); got != c.want {
			t.Errorf("%v and %v: overlap %v, expected %v", c.a, c.b, got, c.want)
		}
	}
}

func TestNoTextIsClippedOrCovered(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) { readProof(t, s.make()) })
	}
}

// TestHardPanelsStayReadable draws what rarely fits: long labels and names,
// short axes, many bars, in columns of several widths.
func TestHardPanelsStayReadable(t *testing.T) {
	long := "energy that reaches the detectors behind the third mesh (percent of the light at the input)"
	wide := plane(20, 60, func(y, x float64) float64 { return 1e-4 * wave(4*x, 3*y) })
	curve := func(label string, x, y []float64) []Series { return []Series{{Label: label, X: x, Y: y}} }
	panels := map[string]Panel{
		"long labels":   Lines{Title: long, XLabel: long, YLabel: long, Series: curve("DAT w/ IS", []float64{0, 1}, []float64{0, 1})},
		"under 2 dec":   Lines{XLabel: "x (m)", YLabel: "y (m)", XLog: true, YLog: true, Series: curve("PAT", []float64{0.015, 0.9}, []float64{2, 90})},
		"one value":     Lines{XLabel: "x (m)", YLabel: "y (m)", XLog: true, YLog: true, Series: curve("PAT", []float64{3}, []float64{4e-7})},
		"zero":          Lines{XLabel: "x (m)", YLabel: "y (m)", Series: curve("PAT", []float64{0}, []float64{0})},
		"tiny":          Lines{XLabel: "x (m)", YLabel: "y (m)", Series: curve("PAT", []float64{5e-324, 1e-320}, []float64{1e-310, 1e-310})},
		"many decades":  Lines{XLabel: "x (m)", YLabel: "y (m)", XLog: true, YLog: true, Series: curve("PAT", []float64{1e-99, 1e99}, []float64{1e-99, 1e99})},
		"far from zero": Lines{XLabel: "x (m)", YLabel: "y (m)", Series: curve("PAT", []float64{1e6 + 1, 1e6 + 2}, []float64{-1e6 - 1, -1e6 - 2})},
		"no bars": Bars{YLabel: "accuracy (%)", Annotate: true, Groups: []string{"MNIST"},
			Series: []BarSeries{{Label: "PAT", Values: []float64{0}}}},
		"long words": Bars{YLabel: "accuracy (%)", XLabel: "data set", Groups: []string{"Kuzushiji-MNIST-generated", "Fashion-MNIST-generated", "MNIST-as-published"},
			Series: []BarSeries{{Label: "PAT", Values: []float64{1, 2, 3}}, {Label: "AT", Values: []float64{-1, 2, 3}}}},
		"low plane":  Map{Values: wide, Width: 3e4, Height: 1e4, XLabel: "x (μm)", YLabel: "y (μm)", Label: "power (mW)"},
		"low phase":  Map{Values: wide, XLabel: long, Colours: Phase, Label: "phase (rad)"},
		"high plane": Map{Values: plane(60, 6, func(y, x float64) float64 { return y }), Width: 1, Height: 10, XLabel: "x (mm)", YLabel: "y (mm)", Label: "power (mW)"},
		"long names": Matrix{XLabel: "predicted", YLabel: "true", Values: [][]float64{{1, 2}, {3, 4}}, RowNames: []string{"ankle boot", "T-shirt"}, ColumnNames: []string{"a class with a long name", "T-shirt"}, Label: "images"},
	}
	for name, p := range panels {
		for _, f := range []Figure{
			{Panels: []Panel{p}},
			{Panels: []Panel{p}, PanelHeightCM: 3},
			{Panels: []Panel{p, p, p}, Columns: 3},
			{Panels: []Panel{p, p}, Columns: 2, WidthCM: 12, PanelLegends: true},
		} {
			f.Footer = Footer("quick", "glyphs")
			t.Run(fmt.Sprintf("%s/%d on %g cm", name, len(f.Panels), f.WidthCM), func(t *testing.T) { readProof(t, &f) })
		}
	}
}

func TestLegendsFitThePage(t *testing.T) {
	var series []Series
	for i := range 9 {
		name := fmt.Sprintf("method %d with a rather long name that explains everything about it", i)
		series = append(series, Series{Label: name, X: []float64{0, 1}, Y: []float64{0, float64(i)}})
	}
	p := Lines{XLabel: "x (m)", YLabel: "y (m)", Series: series}
	for _, own := range []bool{false, true} {
		readProof(t, &Figure{Footer: Footer("quick", "glyphs"), PanelLegends: own, Panels: []Panel{p, p}})
	}
}

func TestNumbersKeepTheirSignOfPerCent(t *testing.T) {
	const title = "network (in silico 84.6 %), shift"
	for width := labelFace.width("network"); width <= labelFace.width(title)+1; width++ {
		lines := labelFace.wrap(title, width)
		if got := strings.Join(lines, " "); got != title {
			t.Fatalf("%q has become %q", title, got)
		}
		for _, l := range lines {
			if strings.HasPrefix(l, "%") {
				t.Errorf("at a width of %g points: %q", width, lines)
			}
		}
	}
}
