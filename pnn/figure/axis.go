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

// newAxis returns an axis over [lo, hi] with at most n labels or so.
func newAxis(lo, hi float64, log bool, n int) axis {
	a := axis{lo: lo, hi: hi, log: log}
	if log {
		a.ticks = logTicks(lo, hi, n)
	} else {
		a.ticks = linearTicks(lo, hi, n)
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
	return settle(p0 + vg.Length(f)*(p1-p0))
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

// crowded says whether labels in a row would touch on an axis of this length.
func (a axis) crowded(length vg.Length) bool {
	end := vg.Length(math.Inf(-1))
	for _, t := range a.labelled() {
		half := tickFace.width(t.label) / 2
		at := vg.Length(a.frac(t.at)) * length
		if at-half < end+5 {
			return true
		}
		end = at + half
	}
	return false
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
		if d == 0 {
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

func shortLogTicks(lo, hi float64, n int) []tick {
	var ticks []tick
	labels := 0
	for e := int(math.Floor(math.Log10(lo))) - 1; float64(e) <= math.Log10(hi)+1; e++ {
		for m := 1.0; m <= 9; m++ {
			v := m * math.Pow10(e)
			if v < lo*(1-1e-9) || v > hi*(1+1e-9) {
				continue
			}
			t := tick{at: v}
			if m == 1 || m == 2 || m == 5 {
				t.label = short(v)
				labels++
			}
			ticks = append(ticks, t)
		}
	}
	if labels < 2 {
		return linearTicks(lo, hi, n)
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
	if a != 0 && (a >= 1e5 || a < 1e-3) {
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
)

var (
	axisStroke  = stroke{colour: ink, width: 0.7}
	minorStroke = stroke{colour: ink, width: 0.4}
	gridStroke  = stroke{colour: tint(black, 0.90), width: 0.5}
)

// besideY returns the room that a vertical axis needs left of the data.
func besideY(y axis) vg.Length {
	return tickLength + tickGap + y.widestLabel() + labelGap + sizeLabel
}

// belowX is the room that a horizontal axis needs below the data.
const belowX = tickLength + tickGap + sizeTick + labelGap + sizeLabel*(capHeight+descent)

// drawY draws a vertical axis on the left edge of area, light lines across
// the data at its labels, and the axis label turned, at the distance left.
func (s *surface) drawY(area vg.Rectangle, left vg.Length, y axis, label string) {
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
			s.path(gridStroke, vg.Point{X: area.Min.X, Y: at}, vg.Point{X: area.Max.X, Y: at})
		}
		s.path(axisStroke, vg.Point{X: area.Min.X - tickLength, Y: at}, vg.Point{X: area.Min.X, Y: at})
		s.text(tickFace, vg.Point{X: area.Min.X - tickLength - tickGap, Y: at}, anchor{1, 0.5}, t.label)
	}
	s.labelY(area, left, label)
}

// labelY writes the turned label of a vertical axis, its top at distance left
// from the data.
func (s *surface) labelY(area vg.Rectangle, left vg.Length, label string) {
	middle := vg.Point{X: area.Min.X - left, Y: (area.Min.Y + area.Max.Y) / 2}
	s.textTurned(labelFace, middle, anchor{0.5, 1}, math.Pi/2, label)
}

// drawX draws a horizontal axis on the lower edge of area.
func (s *surface) drawX(area vg.Rectangle, x axis, label string) {
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
func (s *surface) labelX(area vg.Rectangle, depth vg.Length, label string) {
	middle := vg.Point{X: (area.Min.X + area.Max.X) / 2, Y: area.Min.Y - depth - labelGap}
	s.text(labelFace, middle, anchor{0.5, 1}, label)
}

// spines draws the two axis lines, left and bottom.
func (s *surface) spines(area vg.Rectangle) {
	s.path(axisStroke, vg.Point{X: area.Min.X, Y: area.Max.Y}, area.Min, vg.Point{X: area.Max.X, Y: area.Min.Y})
}
