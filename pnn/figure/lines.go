package figure

import (
	"fmt"
	"math"
	"sort"

	"gonum.org/v1/plot/vg"
)

// Lines is a panel of curves.
type Lines struct {
	Title          string
	XLabel, YLabel string // what and in which unit, as in "phase error σ (rad)"
	XLog, YLog     bool

	// Limits of the axes; both zero: from the data.
	XMin, XMax, YMin, YMax float64
	// XTicks are the places of the labels on the x axis; nil: round numbers.
	XTicks []float64

	Series []Series
}

// Series is one curve. NaN and infinite values are gaps.
type Series struct {
	Label  string // in the legend; empty: not in the legend
	Method string // decides colour and marker (MethodStyle); empty: the label does

	X, Y []float64
	// YErr is the half length of the error bars, in the unit of Y, such as one
	// standard deviation over repeats; nil for none, NaN for none at a point.
	YErr []float64

	// Paper marks values taken from a paper: hollow and dashed.
	Paper bool
	// Scatter draws the points without a line.
	Scatter bool
	// Variant 0, 1, 2 tells series of one method apart by tint and dashes.
	Variant int
}

func (s Series) method() string {
	if s.Method != "" {
		return s.Method
	}
	return s.Label
}

// name is how errors call the series.
func (s Series) name(i int) string {
	kind := ""
	if s.Paper {
		kind = " of the paper"
	}
	switch {
	case s.Label != "":
		return fmt.Sprintf("series %d (%q)%s", i, s.Label, kind)
	case s.Method != "":
		return fmt.Sprintf("series %d (%q)%s", i, s.Method, kind)
	}
	return fmt.Sprintf("series %d%s", i, kind)
}

func (p Lines) heading() string { return p.Title }

func (p Lines) check(where string) error {
	if len(p.Series) == 0 {
		return fmt.Errorf("%s: Lines without Series; add one or leave the panel out", where)
	}
	for _, err := range []error{
		checkText(where+": Title", p.Title),
		checkLabel(where, "XLabel", p.XLabel),
		checkLabel(where, "YLabel", p.YLabel),
		checkLimits(where, "X", p.XMin, p.XMax, p.XLog),
		checkLimits(where, "Y", p.YMin, p.YMax, p.YLog),
	} {
		if err != nil {
			return err
		}
	}
	if p.XTicks != nil {
		if err := checkNumbers(where, "XTicks", p.XTicks, p.XLog); err != nil {
			return err
		}
	}
	for i, s := range p.Series {
		if err := p.checkSeries(where+", "+s.name(i), s); err != nil {
			return err
		}
		for j, t := range p.Series[:i] {
			if t.Paper == s.Paper && t.Variant == s.Variant && methodKey(t.method()) == methodKey(s.method()) && t.Scatter == s.Scatter {
				return fmt.Errorf("%s: %s and %s would look the same; give one of them another Method, or Variant 1 or 2", where, t.name(j), s.name(i))
			}
			if s.Label != "" && t.Label == s.Label && t.Paper == s.Paper && (t.Variant != s.Variant || methodKey(t.method()) != methodKey(s.method())) {
				return fmt.Errorf("%s: %s and %s look different but have one Label, so the legend cannot tell them apart; give each its own", where, t.name(j), s.name(i))
			}
		}
	}
	return nil
}

func (p Lines) checkSeries(where string, s Series) error {
	if len(s.X) != len(s.Y) {
		return fmt.Errorf("%s: X has %d values but Y has %d; they must be as many", where, len(s.X), len(s.Y))
	}
	if len(s.YErr) != 0 && len(s.YErr) != len(s.Y) {
		return fmt.Errorf("%s: YErr has %d values but Y has %d; they must be as many, or YErr nil", where, len(s.YErr), len(s.Y))
	}
	if err := checkErrors(where, "YErr", s.YErr); err != nil {
		return err
	}
	if err := checkVariant(where, s.Variant); err != nil {
		return err
	}
	if s.Variant != 0 && s.Paper {
		return fmt.Errorf("%s: Variant %d of a paper's values cannot be told from Variant 0, both are dashed; use Variant 0", where, s.Variant)
	}
	if err := checkText(where+": Label", s.Label); err != nil {
		return err
	}
	if err := checkNumbers(where, "X", s.X, p.XLog); err != nil {
		return err
	}
	if err := checkNumbers(where, "Y", s.Y, p.YLog); err != nil {
		return err
	}
	for i, y := range s.Y {
		if finite(s.X[i]) && finite(y) {
			return nil
		}
	}
	return fmt.Errorf("%s: none of the %d points has both X and Y; leave it out, or check the run that made it", where, len(s.Y))
}

func checkVariant(where string, v int) error {
	if v < 0 || v >= variants {
		return fmt.Errorf("%s: Variant is %d, expected 0..%d", where, v, variants-1)
	}
	return nil
}

// limits returns the axes' ranges: those given, or those of the data with
// their error bars.
func (p Lines) limits() (x0, x1, y0, y1 float64) {
	x0, x1, y0, y1 = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, s := range p.Series {
		for i, y := range s.Y {
			if !finite(s.X[i]) || !finite(y) {
				continue
			}
			x0, x1 = bounds(x0, x1, s.X[i])
			y0, y1 = bounds(y0, y1, y)
			if i < len(s.YErr) && finite(s.YErr[i]) {
				y0, y1 = bounds(y0, y1, y+s.YErr[i])
				if low := y - s.YErr[i]; !p.YLog || low > 0 {
					y0, y1 = bounds(y0, y1, low)
				}
			}
		}
	}
	return x0, x1, y0, y1
}

type linesLayout struct {
	Lines
	x, y   axis
	xLabel []string
	yLabel []string
	looks  []look
}

func (p Lines) lay(width, height vg.Length, w *wardrobe) layout {
	x0, x1, y0, y1 := p.limits()
	x0, x1 = roomy(x0, x1, p.XLog)
	y0, y1 = span(y0, y1, p.YLog)
	if p.XMin != 0 || p.XMax != 0 {
		x0, x1 = p.XMin, p.XMax
	}
	if p.YMin != 0 || p.YMax != 0 {
		y0, y1 = p.YMin, p.YMax
	}
	l := &linesLayout{Lines: p, x: axis{lo: x0, hi: x1, log: p.XLog}}
	height = likely(height, l.height(width))
	l.y = newAxis(y0, y1, p.YLog, yTicks(height))
	l.yLabel = labelFace.wrap(p.YLabel, height+8)
	for _, s := range p.Series {
		l.looks = append(l.looks, w.style(s.method()).dress(s.Variant, s.Paper))
	}
	return l
}

func (l *linesLayout) sides() (left, right vg.Length) { return besideY(l.y, l.yLabel), 9 }

func (l *linesLayout) height(width vg.Length) vg.Length { return min(0.74*width, 7*vg.Centimeter) }

// below also chooses the ticks: as many labels as stand apart.
func (l *linesLayout) below(width vg.Length) vg.Length {
	l.xLabel = wrapX(l.XLabel, width)
	if l.XTicks != nil {
		l.x.ticks = nil
		at := append([]float64(nil), l.XTicks...)
		sort.Float64s(at)
		for _, v := range at {
			if finite(v) && v >= l.x.lo && v <= l.x.hi {
				l.x.ticks = append(l.x.ticks, tick{v, short(v)})
			}
		}
		l.x, _ = l.x.spaced(width)
		return belowX(l.xLabel)
	}
	l.x = fitAxis(l.x.lo, l.x.hi, l.XLog, 8, width)
	return belowX(l.xLabel)
}

func (l *linesLayout) entries() []entry {
	var out []entry
	for i, s := range l.Series {
		if s.Label != "" {
			out = append(out, entry{label: s.Label, look: l.looks[i], paper: s.Paper, scatter: s.Scatter, style: methodKey(s.method())})
		}
	}
	return out
}

func (l *linesLayout) draw(s *surface, area vg.Rectangle, left vg.Length) error {
	s.drawY(area, left, l.y, l.yLabel)
	s.drawX(area, l.x, l.xLabel)
	for i, series := range l.Series { // errors below all curves
		curve{series, l.looks[i], l.x, l.y}.drawErrors(s, area)
	}
	for _, paper := range []bool{true, false} { // measured values on top
		for i, series := range l.Series {
			if series.Paper == paper {
				curve{series, l.looks[i], l.x, l.y}.draw(s, area)
			}
		}
	}
	s.spines(area)
	return nil
}
