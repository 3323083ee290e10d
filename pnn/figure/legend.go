package figure

import "gonum.org/v1/plot/vg"

// entry is one line of a legend.
type entry struct {
	label   string
	style   string // the method's key: what colour stands for
	look    look
	paper   bool
	bar     bool // a swatch rather than a stroke with a marker
	scatter bool // a marker without a stroke
}

// collect joins the entries of panels: each label once, in the order of
// first appearance. Values of a paper whose method is explained already need
// one common entry, at the end. It reports whether a label means two looks,
// in which case the panels need legends of their own.
func collect(panels ...[]entry) (all []entry, conflict bool) {
	var papers []entry
	for _, entries := range panels {
		for _, e := range entries {
			if e.paper {
				papers = append(papers, e)
				continue
			}
			i := indexLabel(all, e.label)
			if i < 0 {
				all = append(all, e)
			} else if all[i].style != e.style || all[i].look.colour != e.look.colour {
				conflict = true
			}
		}
	}
	var common []entry
	for _, e := range papers {
		switch {
		case indexStyle(all, e.style) < 0:
			if e.label += " (paper)"; indexLabel(all, e.label) < 0 {
				all = append(all, e)
			}
		case common == nil:
			e.label, e.look.colour, e.look.marker = "paper", inkFaint, Circle
			common = []entry{e}
		}
	}
	return append(all, common...), conflict
}

func indexLabel(entries []entry, label string) int {
	for i, e := range entries {
		if e.label == label {
			return i
		}
	}
	return -1
}

func indexStyle(entries []entry, style string) int {
	for i, e := range entries {
		if e.style == style && !e.paper {
			return i
		}
	}
	return -1
}

// legend is a set of entries arranged in columns.
type legend struct {
	entries []entry
	columns int
	widths  []vg.Length // of the columns
	most    vg.Length   // width of the text of an entry, at most
}

const (
	sampleWidth  vg.Length = 22
	sampleGap    vg.Length = 4
	legendGap    vg.Length = 14
	legendLine   vg.Length = 12
	legendMargin vg.Length = 7
)

var legendFace = typeface{size: sizeLegend, colour: ink}

// arrange puts the entries into the fewest rows that fit the width.
func arrange(entries []entry, width vg.Length) legend {
	l := legend{entries: entries, most: width - sampleWidth - sampleGap}
	for l.columns = len(entries); l.columns > 1; l.columns-- {
		l.measure()
		if l.width() <= width {
			break
		}
	}
	if l.columns > 1 { // the same number of rows, better balanced
		rows := l.rows()
		for (len(entries)+l.columns-2)/(l.columns-1) == rows {
			l.columns--
			if l.columns == 1 {
				break
			}
		}
	}
	l.measure()
	return l
}

func (l *legend) measure() {
	l.widths = make([]vg.Length, l.columns)
	for i, e := range l.entries {
		w := sampleWidth + sampleGap + legendFace.fitted(e.label, l.most).width(e.label)
		l.widths[i%l.columns] = max(l.widths[i%l.columns], w)
	}
}

func (l *legend) width() vg.Length {
	w := legendGap * vg.Length(l.columns-1)
	for _, c := range l.widths {
		w += c
	}
	return w
}

func (l *legend) rows() int {
	if l.columns == 0 {
		return 0
	}
	return (len(l.entries) + l.columns - 1) / l.columns
}

// height returns the height of the legend with the gap above it.
func (l *legend) height() vg.Length {
	if len(l.entries) == 0 {
		return 0
	}
	return legendMargin + vg.Length(l.rows())*legendLine
}

// draw draws the legend centred on x, its gap starting at top.
func (l *legend) draw(s *surface, x, top vg.Length) {
	for i, e := range l.entries {
		left := x - l.width()/2
		for _, w := range l.widths[:i%l.columns] {
			left += w + legendGap
		}
		y := top - legendMargin - legendLine*(vg.Length(i/l.columns)+0.5)
		e.sample(s, vg.Point{X: left, Y: y})
		s.text(legendFace.fitted(e.label, l.most), vg.Point{X: left + sampleWidth + sampleGap, Y: y}, anchor{0, 0.5}, e.label)
	}
}

// sample draws the look of an entry, its left middle at p.
func (e entry) sample(s *surface, p vg.Point) {
	if e.bar {
		s.swatch(e.look, box(p.X+6, p.Y-3.5, p.X+sampleWidth, p.Y+3.5))
		return
	}
	if !e.scatter {
		st := stroke{colour: e.look.colour, width: 1.2, dashes: e.look.dashes}
		if e.paper {
			st.width = 0.9
		}
		s.path(st, p, vg.Point{X: p.X + sampleWidth, Y: p.Y})
	}
	s.mark(e.look, vg.Point{X: p.X + sampleWidth/2, Y: p.Y})
}
