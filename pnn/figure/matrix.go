package figure

import (
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
)

// Matrix is a panel of cells with named rows and columns: a confusion matrix
// (rows the true class, columns the predicted one), or the share of energy
// that each class sends to each detector. Row 0 is on top.
type Matrix struct {
	Title          string
	XLabel, YLabel string // what columns and rows are

	Values                [][]float64 // [row][column]; NaN cells are grey
	RowNames, ColumnNames []string    // nil: 0, 1, 2, ...

	// Annotate writes the value into each cell.
	Annotate bool

	Label   string // of the colour bar, with the unit
	HideBar bool   // no colour bar, where another panel has it
	Colours ColourMap
	// Limits of the colours; both zero: from the data. Phase always runs from 0
	// to 2π.
	Min, Max float64
}

func (p Matrix) heading() string { return p.Title }

func (p Matrix) check(where string) error {
	if err := checkCells(where, p.Values, p.Colours, p.Min, p.Max); err != nil {
		return err
	}
	for _, err := range []error{
		checkText(where+": Title", p.Title),
		checkLabel(where, "XLabel", p.XLabel),
		checkLabel(where, "YLabel", p.YLabel),
		checkBarLabel(where, p.Label, p.HideBar),
		checkNames(where, "RowNames", p.RowNames, len(p.Values)),
		checkNames(where, "ColumnNames", p.ColumnNames, len(p.Values[0])),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkBarLabel(where, label string, hidden bool) error {
	if hidden {
		return checkText(where+": Label", label)
	}
	return checkLabel(where, "Label (of the colour bar)", label)
}

func checkNames(where, field string, names []string, n int) error {
	if names != nil && len(names) != n {
		return fmt.Errorf("%s: %s has %d names but Values has %d; give one for each, or nil for numbers", where, field, len(names), n)
	}
	for i, name := range names {
		if err := checkText(fmt.Sprintf("%s: %s[%d]", where, field, i), name); err != nil {
			return err
		}
	}
	return nil
}

type matrixLayout struct {
	Matrix
	cells  cells
	bar    colourBar
	xLabel []string
	yLabel []string
	turned bool // the column names stand upright
}

func (p Matrix) lay(width, height vg.Length, _ *wardrobe) layout {
	l := &matrixLayout{Matrix: p, cells: newCells(p.Values, p.Colours, Blues, p.Min, p.Max)}
	l.RowNames, l.ColumnNames = names(p.RowNames, l.cells.rows()), names(p.ColumnNames, l.cells.cols())
	height = likely(height, l.height(width))
	l.bar = newColourBar(l.cells, p.Label, height)
	l.yLabel = labelFace.wrap(p.YLabel, height+8)
	return l
}

func names(given []string, n int) []string {
	if given != nil {
		return given
	}
	out := make([]string, n)
	for i := range out {
		out[i] = strconv.Itoa(i)
	}
	return out
}

func (l *matrixLayout) sides() (left, right vg.Length) {
	left = tickGap + tickFace.widest(l.RowNames) + labelGap + labelDepth(len(l.yLabel))
	if l.HideBar {
		return left, 4
	}
	return left, l.bar.room()
}

// aspect keeps cells square unless the matrix is very long.
func (l *matrixLayout) aspect() float64 {
	return min(max(float64(l.cells.cols())/float64(l.cells.rows()), 0.5), 4)
}

func (l *matrixLayout) height(width vg.Length) vg.Length {
	return min(width/vg.Length(l.aspect()), 9*vg.Centimeter)
}

func (l *matrixLayout) below(width vg.Length) vg.Length {
	w := min(width, l.height(width)*vg.Length(l.aspect()))
	l.turned = tickFace.widest(l.ColumnNames)+2 > w/vg.Length(l.cells.cols()) && !numbers(l.ColumnNames)
	l.xLabel = wrapX(l.XLabel, width)
	return l.depth() + labelHeight(l.xLabel)
}

// numbers says whether all names are short enough to leave some out rather
// than turn them.
func numbers(names []string) bool {
	for _, n := range names {
		if _, err := strconv.ParseFloat(n, 64); err != nil {
			return false
		}
	}
	return true
}

func (l *matrixLayout) depth() vg.Length {
	if l.turned {
		return tickGap + tickFace.widest(l.ColumnNames)
	}
	return tickGap + sizeTick
}

func (l *matrixLayout) entries() []entry { return nil }

func (l *matrixLayout) draw(s *surface, area vg.Rectangle, left vg.Length) error {
	r := fit(area, l.aspect())
	l.cells.draw(s, r)
	if cell := l.cells.cell(r, 0, 0); min(cell.Size().X, cell.Size().Y) > 7 {
		l.lines(s, r)
	}
	s.outline(axisStroke, r.Path())
	if l.Annotate {
		if err := l.annotate(s, r); err != nil {
			return err
		}
	}
	l.writeNames(s, r)
	// The label keeps to its matrix where that is narrower than the column.
	own, _ := l.sides()
	if r.Min.X > area.Min.X+1 {
		left = own
	}
	s.labelY(r, left, l.yLabel)
	s.labelX(r, l.depth(), l.xLabel)
	if !l.HideBar {
		l.bar.draw(s, r)
	}
	return nil
}

// lines draws the thin white lines between cells, each on one row of dots.
func (l *matrixLayout) lines(s *surface, r vg.Rectangle) {
	st := stroke{colour: white, width: 0.5}
	for i := 1; i < l.cells.rows(); i++ {
		y := r.Max.Y - s.edge(i, l.cells.rows(), r.Size().Y)
		s.path(st, vg.Point{X: r.Min.X, Y: y}, vg.Point{X: r.Max.X, Y: y})
	}
	for i := 1; i < l.cells.cols(); i++ {
		x := r.Min.X + s.edge(i, l.cells.cols(), r.Size().X)
		s.path(st, vg.Point{X: x, Y: r.Min.Y}, vg.Point{X: x, Y: r.Max.Y})
	}
}

// edge returns where cell i starts when n cells share the length; in a PNG
// the middle of the cell's first dot, by the rule of resample.
func (s *surface) edge(i, n int, length vg.Length) vg.Length {
	if !s.raster {
		return length * vg.Length(i) / vg.Length(n)
	}
	dots := int(length/dot + 0.5)
	return (vg.Length((i*dots+n-1)/n) + 0.5) * dot
}

// writeNames writes row and column names, every second, third, ... where they
// would touch.
func (l *matrixLayout) writeNames(s *surface, r vg.Rectangle) {
	size := l.cells.cell(r, 0, 0).Size()
	every := max(1, int(math.Ceil(float64((sizeTick+0.5)/size.Y))))
	for i := 0; i < l.cells.rows(); i += every {
		q := l.cells.cell(r, i, 0)
		s.text(tickFace, vg.Point{X: r.Min.X - tickGap, Y: (q.Min.Y + q.Max.Y) / 2}, anchor{1, 0.5}, l.RowNames[i])
	}
	room := tickFace.widest(l.ColumnNames) + 2
	if l.turned {
		room = sizeTick + 0.5
	}
	every = max(1, int(math.Ceil(float64(room/size.X))))
	for i := 0; i < l.cells.cols(); i += every {
		q := l.cells.cell(r, 0, i)
		at := vg.Point{X: (q.Min.X + q.Max.X) / 2, Y: r.Min.Y - tickGap}
		if l.turned {
			s.textTurned(tickFace, at, anchor{1, 0.5}, math.Pi/2, l.ColumnNames[i])
		} else {
			s.text(tickFace, at, anchor{0.5, 1}, l.ColumnNames[i])
		}
	}
}

// annotate writes the values into the cells, in the largest type that fits.
func (l *matrixLayout) annotate(s *surface, r vg.Rectangle) error {
	decimals := l.decimals()
	size := l.cells.cell(r, 0, 0).Size()
	face := typeface{size: min(sizeTick, size.Y*0.8)}
	var widest vg.Length
	for _, row := range l.Values {
		for _, v := range row {
			if finite(v) {
				widest = max(widest, face.width(number(v, decimals)))
			}
		}
	}
	if room := size.X - 2; widest > room {
		face.size *= room / widest
	}
	if face.size < sizeCellMin {
		return fmt.Errorf("%d x %d cells of %.1f x %.1f points are too small for numbers of %d decimals (type of %.1f points, at least %.1f needed); set Annotate false, fewer Columns or a larger WidthCM",
			l.cells.rows(), l.cells.cols(), float64(size.X), float64(size.Y), decimals, float64(face.size), float64(sizeCellMin))
	}
	colours := l.cells.colour.palette()
	for i, row := range l.Values {
		for j, v := range row {
			if !finite(v) {
				continue
			}
			q := l.cells.cell(r, i, j)
			face.colour = inkOn(toNRGBA(colours[l.cells.colour.shade(v, l.cells.lo, l.cells.hi)]))
			s.text(face, vg.Point{X: (q.Min.X + q.Max.X) / 2, Y: (q.Min.Y + q.Max.Y) / 2}, anchor{0.5, 0.5}, number(v, decimals))
		}
	}
	return nil
}

// decimals returns how many decimals the cells are written with: none for
// counts, one for percentages, two for shares.
func (l *matrixLayout) decimals() int {
	whole, top := true, 0.0
	for _, row := range l.Values {
		for _, v := range row {
			if finite(v) {
				whole = whole && v == math.Floor(v)
				top = max(top, math.Abs(v))
			}
		}
	}
	switch {
	case whole:
		return 0
	case top >= 10:
		return 1
	}
	return 2
}
