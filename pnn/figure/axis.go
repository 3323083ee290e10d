package figure

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
)

// tick is a mark on an axis; a minor mark has no label.
type tick struct {
	at    float64
	label string
}

// axis maps data to the unit interval and carries its ticks.
type axis struct {
	lo, hi float64
	log    bool
	ticks  []tick
}

// newAxis returns an axis over [lo, hi] with about n labels at most, and at
// least two, without which no scale can be read.
func newAxis(lo, hi float64, log bool, n int) axis {
	a := axis{lo: lo, hi: hi, log: log}
	for most := n; most <= n+4; most++ {
		if log {
			a.ticks = logTicks(lo, hi, most)
		} else {
			a.ticks = linearTicks(lo, hi, most)
		}
		if len(a.labelled()) >= 2 {
			break
		}
	}
	return a
}

// frac returns where v stands between lo (0) and hi (1).
func (a axis) frac(v float64) float64 {
	if a.log {
		low := math.Log10(a.lo)
		return (math.Log10(v) - low) / (math.Log10(a.hi) - low)
	}
	return (v - a.lo) / (a.hi - a.lo)
}

// place returns the coordinate of v on a stretch from p0 to p1. Values far
// outside are held at a thousand stretches, so that arithmetic stays finite.
func (a axis) place(v float64, p0, p1 vg.Length) vg.Length {
	f := min(max(a.frac(v), -1000), 1000)
	return settle(p0 + vg.Length(vg.Length(f)*(p1-p0)))
}

// labelled returns the ticks that have a label.
func (a axis) labelled() []tick {
	var out []tick
	for _, t := range a.ticks {
		if t.label != "" {
			out = append(out, t)
		}
	}
	return out
}

// widestLabel returns the width of the widest tick label.
func (a axis) widestLabel() vg.Length {
	var w vg.Length
	for _, t := range a.ticks {
		w = max(w, tickFace.width(t.label))
	}
	return w
}

// beyondEnd is how far a tick label may reach past the end of its axis.
const beyondEnd vg.Length = 14

// spaced returns the axis, drawn that long, without the labels that would touch
// the one before or reach too far past the end; dropped tells how many.
func (a axis) spaced(length vg.Length) (out axis, dropped int) {
	end := vg.Length(math.Inf(-1))
	out = a
	out.ticks = append([]tick(nil), a.ticks...)
	for i, t := range out.ticks {
		if t.label == "" {
			continue
		}
		half := tickFace.width(t.label) / 2
		at := vg.Length(a.frac(t.at)) * length
		if at-half < end+5 || at+half > length+beyondEnd {
			out.ticks[i].label = ""
			dropped++
			continue
		}
		end = at + half
	}
	return out, dropped
}

// fitAxis returns an axis of at most n labels, fewer where those would touch.
func fitAxis(lo, hi float64, log bool, n int, length vg.Length) axis {
	for ; ; n-- {
		a, dropped := newAxis(lo, hi, log, n).spaced(length)
		if dropped == 0 || n <= 2 {
			return a
		}
	}
}

var (
	tickFace  = typeface{size: sizeTick, colour: ink}
	labelFace = typeface{size: sizeLabel, colour: ink}
)

// span returns the limits of an axis for data from lo to hi: a margin of 4 %
// on both sides that does not cross zero, and room around a single value.
func span(lo, hi float64, log bool) (float64, float64) {
	if log {
		if alike(lo, hi) {
			return lo / 2, hi * 2
		}
		r := math.Pow(hi/lo, 0.04)
		return lo / r, hi * r
	}
	if alike(lo, hi) {
		d := math.Abs(lo) * 0.1
		if d < tiniest {
			d = 1
		}
		return lo - d, hi + d
	}
	d := float64(0.04 * (hi - lo))
	from, to := lo-d, hi+d
	if lo >= 0 && from < 0 {
		from = 0
	}
	if hi <= 0 && to > 0 {
		to = 0
	}
	return from, to
}

// roomy returns the limits of an x axis: as span, but across zero too, so that
// a first point at zero stands clear of the y axis.
func roomy(lo, hi float64, log bool) (float64, float64) {
	if log || alike(lo, hi) {
		return span(lo, hi, log)
	}
	d := float64(0.04 * (hi - lo))
	return lo - d, hi + d
}

// alike says whether two limits are too close to divide an axis between them.
func alike(lo, hi float64) bool {
	return hi-lo <= max(1e-9*max(math.Abs(lo), math.Abs(hi)), tiniest)
}

// Magnitudes that an axis can show.
const (
	tiniest = 1e-100
	hugest  = 1e100
)

// linearTicks puts ticks at multiples of 1, 2, 2.5 or 5 times a power of ten,
// the finest step that gives at most n of them.
func linearTicks(lo, hi float64, n int) []tick {
	exp := int(math.Floor(math.Log10((hi-lo)/float64(n)))) - 1
	for ; ; exp++ {
		for _, m := range [...]float64{1, 2, 2.5, 5} {
			step := m * math.Pow10(exp)
			first, last := math.Ceil(lo/step-1e-9), math.Floor(hi/step+1e-9)
			if last-first+1 > float64(n) {
				continue
			}
			var at []float64
			for i := first; i <= last; i++ {
				at = append(at, i*step)
			}
			if m == 2.5 {
				return labelTicks(at, exp-1)
			}
			return labelTicks(at, exp)
		}
	}
}

// labelTicks writes ticks whose last digit counts 10^digit as plain numbers,
// or as m x 10^e where plain numbers would be long.
func labelTicks(at []float64, digit int) []tick {
	var top float64
	for _, v := range at {
		top = max(top, math.Abs(v))
	}
	exp := 0
	if top >= 1e5 || (top > 0 && top < 1e-2 && digit < -3) {
		exp = int(math.Floor(math.Log10(top) + 1e-9))
	}
	ticks := make([]tick, len(at))
	for i, v := range at {
		ticks[i] = tick{v, number(v/math.Pow10(exp), max(0, exp-digit))}
		if exp != 0 && v != 0 {
			ticks[i].label += "×10^{" + integer(exp) + "}"
		}
	}
	return ticks
}

// logTicks puts labels at powers of ten; over less than two decades at 1, 2
// and 5 times them, and over less than that where a linear axis has them.
func logTicks(lo, hi float64, n int) []tick {
	const slack = 1e-9
	low, high := math.Log10(lo), math.Log10(hi)
	first, last := int(math.Ceil(low-slack)), int(math.Floor(high+slack))
	if last-first < 1 {
		return shortLogTicks(lo, hi, n)
	}
	every := max(1, (last-first)/max(n, 1)+1)
	if last-first+1 <= n {
		every = 1
	}
	var ticks []tick
	for e := first - 1; e <= last; e++ {
		base := math.Pow10(e)
		if e >= first {
			t := tick{at: base}
			if (e-first)%every == 0 {
				t.label = "10^{" + integer(e) + "}"
			}
			ticks = append(ticks, t)
		}
		for m := 2.0; m <= 9 && every == 1; m++ {
			if v := m * base; v >= lo && v <= hi {
				ticks = append(ticks, tick{at: v})
			}
		}
	}
	return ticks
}

// shortLogTicks labels as many of 1, 2 and 5 times a power of ten as at most n
// labels allow, but at least two.
func shortLogTicks(lo, hi float64, n int) []tick {
	for _, which := range [...]string{"125", "15", "1"} {
		ticks := logTicksAt(lo, hi, which)
		labels := 0
		for _, t := range ticks {
			if t.label != "" {
				labels++
			}
		}
		if labels >= 2 && labels <= n {
			return ticks
		}
	}
	return linearTicks(lo, hi, n)
}

// logTicksAt puts ticks at all multiples of powers of ten and labels at those
// whose first digit is one of which.
func logTicksAt(lo, hi float64, which string) []tick {
	var ticks []tick
	for e := int(math.Floor(math.Log10(lo))) - 1; float64(e) <= math.Log10(hi)+1; e++ {
		for m := 1.0; m <= 9; m++ {
			v := m * math.Pow10(e)
			if v < lo*(1-1e-9) || v > hi*(1+1e-9) {
				continue
			}
			t := tick{at: v}
			if strings.Contains(which, strconv.Itoa(int(m))) {
				t.label = short(v)
			}
			ticks = append(ticks, t)
		}
	}
	return ticks
}

// number writes v with a fixed number of decimals and a true minus sign.
func number(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Trim(s, "-0.") == "" {
		return "0"
	}
	return strings.Replace(s, "-", "−", 1)
}

// integer writes an integer with a true minus sign.
func integer(n int) string { return strings.Replace(strconv.Itoa(n), "-", "−", 1) }

// short writes v in as few digits as tell it exactly.
func short(v float64) string {
	a := math.Abs(v)
	if a == 0 {
		return "0" // also for minus zero
	}
	if a >= 1e5 || a < 1e-3 {
		s := strconv.FormatFloat(v, 'e', -1, 64)
		m, e, _ := strings.Cut(s, "e")
		exp, _ := strconv.Atoi(e)
		return strings.Replace(m, "-", "−", 1) + "×10^{" + integer(exp) + "}"
	}
	return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), "-", "−", 1)
}

// Lengths around the axes, in points.
const (
	tickLength vg.Length = 3
	tickGap    vg.Length = 2.5
	labelGap   vg.Length = 4
	labelOver  vg.Length = 8 // how much longer than its axis a label may be
)

var (
	axisStroke  = stroke{colour: ink, width: 0.7}
	minorStroke = stroke{colour: ink, width: 0.4}
	gridStroke  = stroke{colour: tint(black, 0.90), width: 0.5}
)

// labelPitch is the distance of the lines of a wrapped axis label.
const labelPitch = sizeLabel * lineHeight

// labelDepth is the room that a turned label of so many lines needs.
func labelDepth(lines int) vg.Length {
	if lines == 0 {
		return 0
	}
	return vg.Length(lines-1)*labelPitch + sizeLabel
}

// besideY returns the room that a vertical axis needs left of the data.
func besideY(y axis, label []string) vg.Length {
	return tickLength + tickGap + y.widestLabel() + labelGap + labelDepth(len(label))
}

// belowX is the room that a horizontal axis needs below the data.
func belowX(label []string) vg.Length {
	return tickLength + tickGap + sizeTick + labelHeight(label)
}

// wrapX breaks the label of a horizontal axis of that width into lines.
func wrapX(label string, width vg.Length) []string { return labelFace.wrap(label, width+labelOver) }

// labelHeight is the room that the lines of a label need, with the gap above.
func labelHeight(lines []string) vg.Length {
	if len(lines) == 0 {
		return 0
	}
	return labelGap + vg.Length(len(lines)-1)*labelPitch + sizeLabel*(capHeight+descent)
}

// drawY draws a vertical axis on the left edge of area, light lines across
// the data at its labels, and the axis label turned, at the distance left.
func (s *surface) drawY(area vg.Rectangle, left vg.Length, y axis, label []string) {
	for _, t := range y.ticks {
		at := y.place(t.at, area.Min.Y, area.Max.Y)
		if at < area.Min.Y-0.1 || at > area.Max.Y+0.1 {
			continue
		}
		if t.label == "" {
			s.path(minorStroke, vg.Point{X: area.Min.X - tickLength*0.55, Y: at}, vg.Point{X: area.Min.X, Y: at})
			continue
		}
		if at > area.Min.Y+1 {
			y := onDots(at) + dot/2 // on one row of dots, so that all lines are equally grey
			s.path(gridStroke, vg.Point{X: area.Min.X, Y: y}, vg.Point{X: area.Max.X, Y: y})
		}
		s.path(axisStroke, vg.Point{X: area.Min.X - tickLength, Y: at}, vg.Point{X: area.Min.X, Y: at})
		s.text(tickFace, vg.Point{X: area.Min.X - tickLength - tickGap, Y: at}, anchor{1, 0.5}, t.label)
	}
	s.labelY(area, left, label)
}

// labelY writes the turned label of a vertical axis, its top at distance left
// from the data.
func (s *surface) labelY(area vg.Rectangle, left vg.Length, label []string) {
	s.turnedLines(vg.Point{X: area.Min.X - left, Y: (area.Min.Y + area.Max.Y) / 2}, label)
}

// turnedLines writes lines that are read from below, the top of the first at
// the point.
func (s *surface) turnedLines(at vg.Point, lines []string) {
	for _, line := range lines {
		s.textTurned(labelFace, at, anchor{0.5, 1}, math.Pi/2, line)
		at.X += labelPitch
	}
}

// drawX draws a horizontal axis on the lower edge of area.
func (s *surface) drawX(area vg.Rectangle, x axis, label []string) {
	for _, t := range x.ticks {
		at := x.place(t.at, area.Min.X, area.Max.X)
		if at < area.Min.X-0.1 || at > area.Max.X+0.1 {
			continue
		}
		if t.label == "" {
			s.path(minorStroke, vg.Point{X: at, Y: area.Min.Y - tickLength*0.55}, vg.Point{X: at, Y: area.Min.Y})
			continue
		}
		s.path(axisStroke, vg.Point{X: at, Y: area.Min.Y - tickLength}, vg.Point{X: at, Y: area.Min.Y})
		s.text(tickFace, vg.Point{X: at, Y: area.Min.Y - tickLength - tickGap}, anchor{0.5, 1}, t.label)
	}
	s.labelX(area, tickLength+tickGap+sizeTick, label)
}

// labelX writes the label of a horizontal axis below tick labels that reach
// down by depth.
func (s *surface) labelX(area vg.Rectangle, depth vg.Length, label []string) {
	middle := vg.Point{X: (area.Min.X + area.Max.X) / 2, Y: area.Min.Y - depth - labelGap}
	for _, line := range label {
		s.text(labelFace, middle, anchor{0.5, 1}, line)
		middle.Y -= labelPitch
	}
}

// spines draws the two axis lines, left and bottom.
func (s *surface) spines(area vg.Rectangle) {
	s.path(axisStroke, vg.Point{X: area.Min.X, Y: area.Max.Y}, area.Min, vg.Point{X: area.Max.X, Y: area.Min.Y})
}
