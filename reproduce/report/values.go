package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"lightfast/reproduce/figures"
)

// table is the numbers of a figure beside the paper's.
type table struct {
	Rows                         []row
	Compared, Short, Orientation int // held to a tolerance, of them short of it; the others that have both
	Summary                      string
}

// row is one number. Class is "within", "short", "orientation" or "none"; Mark
// and Word say the same without colour.
type row struct {
	What, Ours, Paper, Difference, Tolerance string
	Class, Mark, Word                        string
	Sort                                     string // the difference as a number, empty: none
	Bar                                      *bar   // nil: nothing to draw
}

// bar draws a difference from the middle of a field that is 100 wide.
type bar struct {
	X, Width       string
	Band, Bandwide string // what the tolerance allows; empty: no tolerance
}

func newTable(values []figures.Value) (t table) {
	reach := reach(values)
	var differences []float64
	units := map[string]bool{}
	for _, v := range values {
		r := row{What: v.What, Paper: number(v.Paper, v.Unit), Class: "none", Mark: "·", Word: "no run yet"}
		if d, ok := difference(v); ok {
			differences, units[v.Unit] = append(differences, d), true
			r.Ours, r.Difference, r.Sort = number(v.Ours, v.Unit), signed(d), strconv.FormatFloat(d, 'f', 4, 64)
			r.Bar = newBar(d, v.Tolerance, reach)
			switch {
			case v.Tolerance <= 0:
				t.Orientation++
				r.Class, r.Mark, r.Word = "orientation", "○", "for orientation"
			case v.Within():
				t.Compared++
				r.Class, r.Mark, r.Word = "within", "✓", "within tolerance"
			default:
				t.Compared++
				t.Short++
				r.Class, r.Mark, r.Word = "short", "▼", "short of the paper"
			}
		}
		if v.Tolerance > 0 {
			r.Tolerance = "−" + strconv.FormatFloat(v.Tolerance, 'g', -1, 64)
		}
		t.Rows = append(t.Rows, r)
	}
	if len(units) == 1 {
		t.Summary = summary(differences, values[0].Unit)
	}
	return t
}

// difference is ours less the paper's; there is none without a run.
func difference(v figures.Value) (d float64, ok bool) {
	d = v.Ours - v.Paper
	return d, !math.IsNaN(d) && !math.IsInf(d, 0)
}

// summary says in a line how far ours are from the paper's.
func summary(d []float64, unit string) string {
	sorted := slices.Clone(d)
	slices.Sort(sorted)
	n := len(sorted)
	median := (sorted[(n-1)/2] + sorted[n/2]) / 2
	switch unit {
	case "":
	case "%":
		unit = " points"
	default:
		unit = " " + unit
	}
	return fmt.Sprintf("Ours less the paper’s: median %s%s, from %s to %s.", signed(median), unit, signed(sorted[0]), signed(sorted[n-1]))
}

// reach is the end of the scale on which differences are drawn: a round number
// that none exceeds.
func reach(values []figures.Value) float64 {
	top := 0.0
	for _, v := range values {
		if d, ok := difference(v); ok {
			top = max(top, math.Abs(d), v.Tolerance)
		}
	}
	return roundUp(top)
}

// roundUp is the next round number, 1 for zero.
func roundUp(v float64) float64 {
	if v <= 0 {
		return 1
	}
	exp := int(math.Floor(math.Log10(v))) - 1
	for ; ; exp++ {
		for _, m := range []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8} {
			r := m * math.Pow10(exp)
			if exp < 0 {
				r = m / math.Pow10(-exp) // as a person writes it
			}
			if r >= v {
				return r
			}
		}
	}
}

func newBar(d, tolerance, reach float64) *bar {
	at := func(v float64) float64 { return 50 + float64(50*v/reach) }
	lo, hi := at(min(d, 0)), at(max(d, 0))
	if hi-lo < 1 {
		lo, hi = (lo+hi-1)/2, (lo+hi+1)/2 // so that no difference at all is seen too
	}
	b := &bar{X: coordinate(lo), Width: coordinate(hi - lo)}
	if tolerance > 0 {
		b.Band, b.Bandwide = coordinate(at(-tolerance)), coordinate(100-at(-tolerance))
	}
	return b
}

// coordinate writes a place in a drawing.
func coordinate(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func number(v float64, unit string) string {
	s := minus(strconv.FormatFloat(v, 'f', 2, 64))
	if unit != "" {
		s += " " + unit
	}
	return s
}

// signed writes a difference with its sign.
func signed(d float64) string {
	s := fmt.Sprintf("%+.2f", d)
	if s == "-0.00" || s == "+0.00" {
		return "0.00"
	}
	return minus(s)
}

// trimZeros leaves out what is no digit worth reading behind the point.
func trimZeros(s string) string { return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") }

// minus puts true minus signs.
func minus(s string) string { return strings.ReplaceAll(s, "-", "−") }
