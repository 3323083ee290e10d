package figure

import (
	"fmt"

	"gonum.org/v1/plot/vg"
)

// Map is a panel that shows a plane: a phase mask (Colours: Phase), the
// intensity of a field, an image. Row 0 is on top.
type Map struct {
	Title  string
	Values [][]float64 // [row][column]; NaN cells are grey

	// Width and Height are the size of the plane in the unit named by XLabel
	// and YLabel, with the origin of both axes in its middle. Both zero: no
	// axes, and square cells.
	Width, Height  float64
	XLabel, YLabel string

	Label   string // of the colour bar, with the unit, as in "phase (rad)"
	HideBar bool   // no colour bar, where another panel has it
	Colours ColourMap
	// Limits of the colours; both zero: from the data. Phase always runs from 0
	// to 2π.
	Min, Max float64
}

func (p Map) heading() string { return p.Title }

// scaled says whether the panel has axes.
func (p Map) scaled() bool { return p.Width != 0 || p.Height != 0 }

func (p Map) check(where string) error {
	for _, err := range []error{
		checkText(where+": Title", p.Title),
		checkCells(where, p.Values, p.Colours, p.Min, p.Max),
		checkBarLabel(where, p.Label, p.HideBar),
		checkText(where+": XLabel", p.XLabel),
		checkText(where+": YLabel", p.YLabel),
	} {
		if err != nil {
			return err
		}
	}
	if !p.scaled() {
		return nil
	}
	if !(p.Width > tiniest && p.Height > tiniest && p.Width < hugest && p.Height < hugest) {
		return fmt.Errorf("%s: Width %g and Height %g must both be above 0, or both 0 for a panel without axes", where, p.Width, p.Height)
	}
	if err := checkLabel(where, "XLabel", p.XLabel); err != nil {
		return err
	}
	return checkLabel(where, "YLabel", p.YLabel)
}

type mapLayout struct {
	Map
	cells cells
	bar   colourBar
	y     axis

	xLabel []string
	yLabel []string
}

func (p Map) lay(width, height vg.Length, _ *wardrobe) layout {
	l := &mapLayout{Map: p, cells: newCells(p.Values, p.Colours, Viridis, p.Min, p.Max)}
	own := l.height(width)
	if height == 0 || height > own {
		height = own
	}
	l.bar = newColourBar(l.cells, p.Label, height)
	l.yLabel = labelFace.wrap(p.YLabel, height+8)
	if p.scaled() {
		l.y = newAxis(-p.Height/2, p.Height/2, false, min(max(int(height/14), 3), 5))
	}
	return l
}

func (l *mapLayout) aspect() float64 {
	if l.scaled() {
		return min(max(l.Width/l.Height, 0.2), 10)
	}
	return min(max(float64(l.cells.cols())/float64(l.cells.rows()), 0.2), 10)
}

func (l *mapLayout) sides() (left, right vg.Length) {
	left, right = 2, 2
	if l.scaled() {
		left, right = besideY(l.y, l.yLabel), 9
	} else if l.YLabel != "" {
		left = labelGap + labelDepth(len(l.yLabel))
	}
	if !l.HideBar {
		right = l.bar.room()
	}
	return left, right
}

func (l *mapLayout) height(width vg.Length) vg.Length {
	return min(width/vg.Length(l.aspect()), 1.25*width, 9*vg.Centimeter)
}

func (l *mapLayout) below(width vg.Length) vg.Length {
	l.xLabel = wrapX(l.XLabel, width)
	if !l.scaled() {
		return max(labelHeight(l.xLabel), 2)
	}
	return belowX(l.xLabel)
}

// axisX returns the x axis of a plane drawn that wide, with as many labels as
// stand apart.
func (l *mapLayout) axisX(width vg.Length) axis {
	return fitAxis(-l.Width/2, l.Width/2, false, 5, width)
}

func (l *mapLayout) entries() []entry { return nil }

func (l *mapLayout) draw(s *surface, area vg.Rectangle, left vg.Length) error {
	r := fit(area, l.aspect())
	if r.Min.X > area.Min.X+1 {
		left, _ = l.sides() // the label keeps to its narrower map
	}
	if l.scaled() {
		s.drawY(r, left, l.y, l.yLabel)
		s.drawX(r, l.axisX(r.Size().X), l.xLabel)
	} else {
		if l.YLabel != "" {
			s.labelY(r, left, l.yLabel)
		}
		s.labelX(r, 0, l.xLabel)
	}
	l.cells.draw(s, r)
	s.outline(minorStroke, r.Path())
	if !l.HideBar {
		l.bar.draw(s, r)
	}
	return nil
}
