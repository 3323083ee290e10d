package figure

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
)

// Bars is a panel of grouped bars.
type Bars struct {
	Title  string
	XLabel string // what the groups are; may be empty where their names say it
	YLabel string // what and in which unit
	YLog   bool   // bars then start at the lower limit

	// Limits of the y axis; both zero: from zero to the data.
	YMin, YMax float64

	Groups []string // names below the groups
	Series []BarSeries

	// Annotate writes each value above its bar.
	Annotate bool
}

// BarSeries is one bar in every group. NaN is a missing bar.
type BarSeries struct {
	Label  string
	Method string    // decides the colour; empty: the label does
	Values []float64 // one for each group
	Err    []float64 // half lengths of the error bars, or nil
	Paper  []float64 // a paper's values, drawn hollow beside the bars, or nil
	// Variant 0, 1, 2 tells series of one method apart by tint.
	Variant int
}

func (s BarSeries) method() string {
	if s.Method != "" {
		return s.Method
	}
	return s.Label
}

func (p Bars) heading() string { return p.Title }

func (p Bars) check(where string) error {
	if len(p.Groups) == 0 || len(p.Series) == 0 {
		return fmt.Errorf("%s: Bars with %d Groups and %d Series; it needs at least one of each", where, len(p.Groups), len(p.Series))
	}
	for _, err := range []error{
		checkText(where+": Title", p.Title),
		checkText(where+": XLabel", p.XLabel),
		checkLabel(where, "YLabel", p.YLabel),
		checkLimits(where, "Y", p.YMin, p.YMax, p.YLog),
	} {
		if err != nil {
			return err
		}
	}
	for i, g := range p.Groups {
		if err := checkText(fmt.Sprintf("%s: Groups[%d]", where, i), g); err != nil {
			return err
		}
	}
	for i, s := range p.Series {
		at := fmt.Sprintf("%s, series %d (%q)", where, i, s.method())
		if err := p.checkSeries(at, s); err != nil {
			return err
		}
		for j, t := range p.Series[:i] {
			if t.Variant == s.Variant && methodKey(t.method()) == methodKey(s.method()) {
				return fmt.Errorf("%s would look like series %d (%q); give it another Method, or Variant 1 or 2", at, j, t.method())
			}
			if s.Label != "" && t.Label == s.Label {
				return fmt.Errorf("%s looks different from series %d but has the same Label, so the legend cannot tell them apart; give each its own", at, j)
			}
		}
	}
	return nil
}

func (p Bars) checkSeries(where string, s BarSeries) error {
	if err := checkText(where+": Label", s.Label); err != nil {
		return err
	}
	if err := checkVariant(where, s.Variant); err != nil {
		return err
	}
	for _, f := range []struct {
		name   string
		values []float64
		need   bool
	}{{"Values", s.Values, true}, {"Err", s.Err, false}, {"Paper", s.Paper, false}} {
		if len(f.values) != len(p.Groups) && (f.need || len(f.values) != 0) {
			return fmt.Errorf("%s: %s has %d values for %d groups; give one for each, NaN where there is none", where, f.name, len(f.values), len(p.Groups))
		}
	}
	if err := checkErrors(where, "Err", s.Err); err != nil {
		return err
	}
	if err := checkNumbers(where, "Values", s.Values, p.YLog); err != nil {
		return err
	}
	if len(s.Paper) != 0 {
		return checkNumbers(where, "Paper", s.Paper, p.YLog)
	}
	return nil
}

// limits returns the range of the y axis.
func (p Bars) limits() (lo, hi float64) {
	if p.YMin != 0 || p.YMax != 0 {
		return p.YMin, p.YMax
	}
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, s := range p.Series {
		for i, v := range s.Values {
			lo, hi = bounds(lo, hi, v)
			if i < len(s.Err) {
				hi = max(hi, withError(v, s.Err[i]))
				if low := withError(v, -s.Err[i]); !p.YLog || low > 0 {
					lo, _ = bounds(lo, hi, low)
				}
			}
		}
		for _, v := range s.Paper {
			lo, hi = bounds(lo, hi, v)
		}
	}
	if p.YLog {
		lo, hi = span(lo, hi, true)
		return lo / 1.5, hi * 1.2 // the lowest bar keeps some height
	}
	if lo == 0 && hi == 0 {
		hi = 1
	}
	return span(min(lo, 0), max(hi, 0), false)
}

// withError returns v moved by e, or v itself where e is no number.
func withError(v, e float64) float64 {
	if finite(e) && finite(v) {
		return v + e
	}
	if finite(v) {
		return v
	}
	return math.Inf(-1)
}

type barsLayout struct {
	Bars
	y      axis
	xLabel []string
	yLabel []string
	looks  []look
	names  [][]string // the group names, wrapped
	turned bool       // the names stand upright
	notes  noting
}

func (p Bars) lay(width, height vg.Length, w *wardrobe) layout {
	lo, hi := p.limits()
	l := &barsLayout{Bars: p}
	height = likely(height, l.height(width))
	if p.Annotate && p.YMin == 0 && p.YMax == 0 {
		lo, hi = l.makeRoom(lo, hi, width, height)
	}
	l.y = newAxis(lo, hi, p.YLog, yTicks(height))
	l.yLabel = labelFace.wrap(p.YLabel, height+8)
	for _, s := range p.Series {
		l.looks = append(l.looks, w.style(s.method()).dress(s.Variant, false))
	}
	return l
}

func (l *barsLayout) sides() (left, right vg.Length) { return besideY(l.y, l.yLabel), 5 }

func (l *barsLayout) height(width vg.Length) vg.Length { return min(0.66*width, 6.5*vg.Centimeter) }

// below wraps the group names, or turns them where a word is wider than its
// group.
func (l *barsLayout) below(width vg.Length) vg.Length {
	room := width/vg.Length(len(l.Groups)) - 4
	l.names, l.turned = nil, false
	for _, g := range l.Groups {
		lines := tickFace.wrap(g, room)
		l.names = append(l.names, lines)
		l.turned = l.turned || tickFace.widest(lines) > room+2
	}
	depth := l.depth()
	l.xLabel = wrapX(l.XLabel, width)
	return depth + labelHeight(l.xLabel)
}

// depth returns how far the group names reach below the axis.
func (l *barsLayout) depth() vg.Length {
	var names vg.Length
	for i, lines := range l.names {
		if l.turned {
			names = max(names, tickFace.width(l.Groups[i]))
		} else {
			names = max(names, vg.Length(len(lines))*sizeTick*lineHeight)
		}
	}
	return tickGap + 1.5 + names
}

func (l *barsLayout) entries() []entry {
	var out, papers []entry
	for i, s := range l.Series {
		if s.Label == "" {
			continue
		}
		e := entry{label: s.Label, style: methodKey(s.method()), look: l.looks[i], bar: true}
		out = append(out, e)
		if len(s.Paper) != 0 {
			e.paper = true
			e.look.hollow, e.look.dashes = true, paperDashes
			papers = append(papers, e)
		}
	}
	return append(out, papers...)
}

func (l *barsLayout) draw(s *surface, area vg.Rectangle, left vg.Length) error {
	s.drawY(area, left, l.y, l.yLabel)
	group, slot, slots := l.divide(area.Size().X)
	l.notes = l.noting(l.y.lo, l.y.hi, slot)
	for g := range l.Groups {
		middle := area.Min.X + group*(vg.Length(g)+0.5)
		x := middle - slot*vg.Length(slots)/2
		for i, series := range l.Series {
			l.bar(s, area, x, slot, l.looks[i], series.Values[g], errorOf(series.Err, g))
			x += slot
			if len(series.Paper) != 0 {
				paper := l.looks[i]
				paper.hollow, paper.dashes = true, paperDashes
				l.bar(s, area, x, slot, paper, series.Paper[g], 0)
				x += slot
			}
		}
		l.name(s, area, middle, g)
	}
	s.spines(area)
	if zero := l.y.place(0, area.Min.Y, area.Max.Y); !l.YLog && zero > area.Min.Y+1 && zero < area.Max.Y {
		s.path(axisStroke, vg.Point{X: area.Min.X, Y: zero}, vg.Point{X: area.Max.X, Y: zero})
	}
	s.labelX(area, l.depth(), l.xLabel)
	return nil
}

// divide shares a width: among the groups, and a group among its bars.
func (l *barsLayout) divide(width vg.Length) (group, slot vg.Length, slots int) {
	for _, series := range l.Series {
		slots++
		if len(series.Paper) != 0 {
			slots++
		}
	}
	group = width / vg.Length(len(l.Groups))
	return group, min(group*0.82/vg.Length(slots), 26), slots
}

func errorOf(err []float64, g int) float64 {
	if g < len(err) && finite(err[g]) {
		return err[g]
	}
	return 0
}

// bar draws one bar in the slot that starts at x, with its error bar and,
// where asked for, its number.
func (l *barsLayout) bar(s *surface, area vg.Rectangle, x, slot vg.Length, look look, v, e float64) {
	if !finite(v) {
		return
	}
	hold := func(v float64) vg.Length {
		return min(max(l.y.place(v, area.Min.Y, area.Max.Y), area.Min.Y), area.Max.Y)
	}
	foot := area.Min.Y
	if !l.YLog {
		foot = hold(0)
	}
	top := hold(v)
	gap := slot * 0.06
	s.swatch(look, box(x+gap, min(foot, top), x+slot-gap, max(foot, top)))
	middle, reach := x+slot/2, top
	if e > 0 {
		lo := area.Min.Y
		if !l.YLog || v-e > 0 {
			lo = hold(v - e)
		}
		hi := hold(v + e)
		cap := min(2, slot*0.25)
		// A white rim shows the error bar on a dark bar too.
		for _, st := range []stroke{{colour: white, width: 2}, {colour: ink, width: 0.8}} {
			s.path(st, vg.Point{X: middle, Y: lo}, vg.Point{X: middle, Y: hi})
			for _, y := range []vg.Length{lo, hi} {
				if y > area.Min.Y && y < area.Max.Y { // beyond the axis: no end, no cap
					s.path(st, vg.Point{X: middle - cap, Y: y}, vg.Point{X: middle + cap, Y: y})
				}
			}
		}
		reach = hi
		if v < 0 {
			reach = lo
		}
	}
	if l.Annotate {
		l.annotate(s, area, look, middle, top, reach, v)
	}
}

// swatch fills a bar, or outlines it for a paper's value.
func (s *surface) swatch(look look, r vg.Rectangle) {
	if !look.hollow {
		s.fill(look.colour, r.Path())
		return
	}
	const inset = 0.5
	if r.Max.Y-r.Min.Y < 2*inset {
		s.path(stroke{colour: look.colour, width: 0.9}, r.Min, vg.Point{X: r.Max.X, Y: r.Min.Y})
		return
	}
	r = box(r.Min.X+inset, r.Min.Y, r.Max.X-inset, r.Max.Y-inset)
	s.fill(white, r.Path())
	s.outline(stroke{colour: look.colour, width: 0.9, dashes: look.dashes}, r.Path())
}

// name writes the name of group g below its middle.
func (l *barsLayout) name(s *surface, area vg.Rectangle, middle vg.Length, g int) {
	y := area.Min.Y - tickGap - 1.5
	if l.turned {
		s.textTurned(tickFace, vg.Point{X: middle, Y: y}, anchor{1, 0.5}, math.Pi/2, l.Groups[g])
		return
	}
	for _, line := range l.names[g] {
		s.text(tickFace, vg.Point{X: middle, Y: y}, anchor{0.5, 1}, line)
		y -= sizeTick * lineHeight
	}
}
