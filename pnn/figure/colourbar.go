package figure

import (
	"image"
	"math"

	"gonum.org/v1/plot/vg"
)

const (
	barGap   vg.Length = 5
	barWidth vg.Length = 7
	barTick  vg.Length = 2
)

// colourBar is the key of the colours beside a matrix or map.
type colourBar struct {
	colour ColourMap
	label  []string
	scale  axis
}

func newColourBar(c cells, label string, height vg.Length) colourBar {
	b := colourBar{colour: c.colour, label: labelFace.wrap(label, height+8)}
	b.scale = newAxis(c.lo, c.hi, false, min(max(int(height/14), 3), 5))
	if c.colour == Phase && height < 50 {
		b.scale.ticks = []tick{{0, "0"}, {math.Pi, "π"}, {2 * math.Pi, "2π"}}
	} else if c.colour == Phase {
		b.scale.ticks = []tick{{0, "0"}, {math.Pi / 2, "π/2"}, {math.Pi, "π"}, {3 * math.Pi / 2, "3π/2"}, {2 * math.Pi, "2π"}}
	}
	return b
}

// room returns the width of the bar with its labels and the gap before it.
func (b colourBar) room() vg.Length {
	w := barGap + barWidth + barTick + tickGap + b.scale.widestLabel()
	if len(b.label) > 0 {
		w += labelGap + labelDepth(len(b.label)) - sizeLabel*(1-capHeight-descent)
	}
	return w
}

// draw draws the bar right of r, as high as r.
func (b colourBar) draw(s *surface, r vg.Rectangle) {
	x := onDots(r.Max.X + barGap)
	bar := box(x, r.Min.Y, x+onDots(barWidth), r.Max.Y)
	img := image.NewPaletted(image.Rect(0, 0, 1, shades), b.colour.palette())
	for i := range shades {
		img.SetColorIndex(0, shades-1-i, uint8(i))
	}
	w, h := 1, shades
	if s.raster {
		w, h = int((bar.Max.X-bar.Min.X)/dot+0.5), int((bar.Max.Y-bar.Min.Y)/dot+0.5)
	}
	s.picture(bar, resample(img, w, h))
	s.outline(minorStroke, bar.Path())
	for _, t := range b.scale.ticks {
		y := b.scale.place(t.at, bar.Min.Y, bar.Max.Y)
		s.path(minorStroke, vg.Point{X: bar.Max.X, Y: y}, vg.Point{X: bar.Max.X + barTick, Y: y})
		s.text(tickFace, vg.Point{X: bar.Max.X + barTick + tickGap, Y: y}, anchor{0, 0.5}, t.label)
	}
	s.turnedLines(vg.Point{X: bar.Max.X + barTick + tickGap + b.scale.widestLabel() + labelGap, Y: (bar.Min.Y + bar.Max.Y) / 2}, b.label)
}
