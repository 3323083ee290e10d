package figure

import (
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// dotsPerInch is the resolution of the PNG: text of 7 points is 15 dots high,
// and a figure of two columns is about 1060 dots wide.
const dotsPerInch = 150

// dot is the side of one PNG dot.
const dot = vg.Inch / dotsPerInch

// surface is a canvas to draw on: origin at the lower left, lengths in points.
type surface struct {
	draw.Canvas
	raster bool // dots of a PNG rather than the curves of an SVG
}

// stroke is a line's look; zero dashes mean solid.
type stroke struct {
	colour color.Color
	width  vg.Length
	dashes []vg.Length
}

// settle rounds a length to 1/64 point, far below what the eye sees, so that
// the last bit of a logarithm cannot move a drawn point.
func settle(v vg.Length) vg.Length {
	return vg.Length(math.Floor(float64(v)*64+0.5) / 64)
}

// onDots rounds a length to the PNG's dots, so that edges and upright images
// are sharp.
func onDots(v vg.Length) vg.Length {
	return vg.Length(math.Floor(float64(v/dot)+0.5)) * dot
}

func (s *surface) path(st stroke, points ...vg.Point) {
	s.StrokeLines(draw.LineStyle{Color: st.colour, Width: st.width, Dashes: st.dashes}, points)
}

func (s *surface) outline(st stroke, p vg.Path) {
	s.SetLineStyle(draw.LineStyle{Color: st.colour, Width: st.width, Dashes: st.dashes})
	s.Stroke(p)
}

func (s *surface) fill(c color.Color, p vg.Path) {
	s.SetColor(c)
	s.Fill(p)
}

// box returns the rectangle with corners (x0, y0) and (x1, y1).
func box(x0, y0, x1, y1 vg.Length) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: x0, Y: y0}, Max: vg.Point{X: x1, Y: y1}}
}

// polygon closes the points to a path.
func polygon(points ...vg.Point) vg.Path {
	var p vg.Path
	for i, q := range points {
		if i == 0 {
			p.Move(q)
		} else {
			p.Line(q)
		}
	}
	p.Close()
	return p
}

// circle returns a circle of four cubic curves (radial error 0.03 %).
func circle(c vg.Point, r vg.Length) vg.Path {
	const k = 0.5522847
	at := func(x, y vg.Length) vg.Point { return vg.Point{X: c.X + x*r, Y: c.Y + y*r} }
	var p vg.Path
	p.Move(at(1, 0))
	p.CubeTo(at(1, k), at(k, 1), at(0, 1))
	p.CubeTo(at(-k, 1), at(-1, k), at(-1, 0))
	p.CubeTo(at(-1, -k), at(-k, -1), at(0, -1))
	p.CubeTo(at(k, -1), at(1, -k), at(1, 0))
	p.Close()
	return p
}

// anchor says which part of a text stands at its point: x 0, 0.5, 1 is left,
// middle, right; y 0, 0.5, 1 is base line, middle, top of the capitals.
type anchor struct{ x, y float64 }

// text draws one line of text.
func (s *surface) text(t typeface, at vg.Point, a anchor, str string) {
	at.X -= vg.Length(a.x) * t.width(str)
	at.Y -= vg.Length(a.y*capHeight) * t.size
	s.runs(t, at, str)
}

// textTurned draws one line of text turned by angle (radians, counterclockwise)
// about its point.
func (s *surface) textTurned(t typeface, at vg.Point, a anchor, angle float64, str string) {
	s.Push()
	s.Translate(vg.Point{X: onDots(at.X), Y: onDots(at.Y)})
	s.Rotate(angle)
	s.runs(t, vg.Point{X: -vg.Length(a.x) * t.width(str), Y: -vg.Length(a.y*capHeight) * t.size}, str)
	s.Pop()
}

func (s *surface) runs(t typeface, at vg.Point, str string) {
	s.SetColor(t.colour)
	for _, r := range splitRuns(str) {
		f := t.face(r.scale())
		up := vg.Length(0)
		switch r.level {
		case +1:
			up = 0.36 * t.size
		case -1:
			up = -0.16 * t.size
		}
		s.FillString(f, vg.Point{X: settle(at.X), Y: settle(at.Y + up)}, r.text)
		at.X += f.Width(r.text)
	}
}

// picture draws an image into r, its first row on top.
func (s *surface) picture(r vg.Rectangle, img image.Image) { s.DrawImage(r, img) }
