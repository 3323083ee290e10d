package report

import (
	"fmt"
	"math"

	"lightfast/reproduce/figures"
)

// strip shows all differences of a figure on one axis, a dot for each, piled up
// where they are close.
type strip struct {
	Width, Height  string
	From, To       string // ends of the axis
	Base           string // y of the axis
	TickEnd, Label string // y of the ends of its ticks and of the labels
	Zero           string
	Band, Bandwide string // what the tolerance allows, where all have the same
	Dots           []dot
	Ticks          []mark
}

type dot struct{ X, Y, Class, Title string }

type mark struct{ X, Label string }

// Measures of a strip.
const (
	stripWidth  = 720.0
	stripMargin = 44.0
	stripPitch  = 8.0  // between piles, and between the dots of one
	stripMost   = 12.0 // dots in a pile before they overlap
)

// newStrip is nil where fewer than two numbers have one of ours.
func newStrip(values []figures.Value) *strip {
	t := newTable(values)
	if t.Compared+t.Orientation < 2 {
		return nil
	}
	lo, hi := ends(values)
	at := func(v float64) float64 {
		return stripMargin + float64((stripWidth-2*stripMargin)*((v-lo)/(hi-lo)))
	}
	// Piles stand at whole pitches from zero.
	pile := func(d float64) int { return int(math.Round((at(d) - at(0)) / stripPitch)) }
	count, highest := map[int]int{}, 0
	for _, v := range values {
		if d, ok := difference(v); ok {
			count[pile(d)]++
			highest = max(highest, count[pile(d)])
		}
	}
	pitch := min(stripPitch, stripPitch*stripMost/float64(highest))
	base := float64(pitch*float64(highest-1)) + 18
	s := &strip{
		Width: coordinate(stripWidth), Height: coordinate(base + 28), Base: coordinate(base),
		From: coordinate(at(lo) - 8), To: coordinate(at(hi) + 8),
		TickEnd: coordinate(base + 5), Label: coordinate(base + 20), Zero: coordinate(at(0)),
	}
	if tolerance, ok := oneTolerance(values); ok {
		s.Band, s.Bandwide = coordinate(at(-tolerance)), coordinate(at(hi)+8-at(-tolerance))
	}
	fill := map[int]int{}
	for i, v := range values {
		d, ok := difference(v)
		if !ok {
			continue
		}
		k, r := pile(d), t.Rows[i]
		s.Dots = append(s.Dots, dot{
			X: coordinate(at(0) + float64(stripPitch*float64(k))), Y: coordinate(base - 6 - float64(pitch*float64(fill[k]))), Class: r.Class,
			Title: fmt.Sprintf("%s: %s, paper %s (%s)", r.What, r.Ours, r.Paper, r.Difference),
		})
		fill[k]++
	}
	for _, v := range []float64{lo, lo / 2, 0, hi / 2, hi} {
		switch label := signed(v); {
		case v == 0:
			s.Ticks = append(s.Ticks, mark{coordinate(at(v)), "as published"})
		case math.Abs(at(v)-at(0)) > 70: // beside the words in the middle
			s.Ticks = append(s.Ticks, mark{coordinate(at(v)), trimZeros(label)})
		}
	}
	return s
}

// ends are round numbers around all differences, one below zero and one above.
func ends(values []figures.Value) (lo, hi float64) {
	for _, v := range values {
		if d, ok := difference(v); ok {
			lo, hi = min(lo, d, -v.Tolerance), max(hi, d)
		}
	}
	// Either side has a tenth of the strip at least.
	lo, hi = min(lo, -hi/10), max(hi, -lo/10)
	return -roundUp(-lo), roundUp(hi)
}

// oneTolerance is the tolerance that all comparable values share.
func oneTolerance(values []figures.Value) (t float64, ok bool) {
	for _, v := range values {
		if v.Tolerance > 0 {
			if ok && v.Tolerance != t {
				return 0, false
			}
			t, ok = v.Tolerance, true
		}
	}
	return t, ok
}
