package figure

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
)

// Panel is one plot of a figure: Lines, Bars, Matrix or Map.
type Panel interface {
	// heading returns the text above the panel, which may be empty.
	heading() string
	// check refuses what cannot be drawn; where names the panel.
	check(where string) error
	// lay prepares the panel for drawing with the styles of the figure, given
	// about how wide its data area will be, and how high if that is settled (0
	// if the panel may choose).
	lay(width, height vg.Length, w *wardrobe) layout
}

// layout is a panel on its way to paper. The calls come in this order, since
// each needs what the one before decides: the sides, then the height at the
// width that the sides leave, then what hangs below.
type layout interface {
	// sides returns the room left and right of the data area.
	sides() (left, right vg.Length)
	// height returns the height the data area would like at this width.
	height(width vg.Length) vg.Length
	// below returns the room below a data area of this width.
	below(width vg.Length) vg.Length
	// entries returns what the legend must explain.
	entries() []entry
	// draw draws the panel; left is the room beside the area, which may be
	// more than asked for when the panels of a column are aligned.
	draw(s *surface, area vg.Rectangle, left vg.Length) error
}

// finite says whether v is a number that can be drawn.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// checkLabel refuses an empty axis label: every axis says what it shows.
func checkLabel(where, field, label string) error {
	if label == "" {
		return fmt.Errorf("%s: %s is empty; say what the axis shows and its unit, as in \"accuracy (%%)\"", where, field)
	}
	return checkText(where+": "+field, label)
}

// checkLimits refuses limits of an axis that do not enclose anything; two
// zeros mean that the data decide.
func checkLimits(where, field string, lo, hi float64, log bool) error {
	if lo == 0 && hi == 0 {
		return nil
	}
	if !finite(lo) || !finite(hi) || alike(lo, hi) {
		return fmt.Errorf("%s: %sMin %g and %sMax %g enclose no range; give Min < Max, or leave both 0 to follow the data", where, field, lo, field, hi)
	}
	if log && lo <= 0 {
		return fmt.Errorf("%s: %sMin %g must be above 0 on a logarithmic axis", where, field, lo)
	}
	if max(math.Abs(lo), math.Abs(hi)) > hugest || (log && lo < tiniest) {
		return fmt.Errorf("%s: %sMin %g or %sMax %g is beyond the %g..%g that an axis shows; change the unit", where, field, lo, field, hi, tiniest, hugest)
	}
	return nil
}

// checkNumbers refuses values that an axis cannot place. NaN and infinities
// are gaps and pass; at least one number must remain.
func checkNumbers(where, field string, values []float64, log bool) error {
	some := false
	for i, v := range values {
		if !finite(v) {
			continue
		}
		some = true
		if log && v <= 0 {
			return fmt.Errorf("%s: %s[%d] is %g, but the axis is logarithmic and shows values above 0 only; use NaN for a gap or a linear axis", where, field, i, v)
		}
		if a := math.Abs(v); a > hugest || (log && a < tiniest) {
			return fmt.Errorf("%s: %s[%d] is %g, beyond the %g..%g that an axis shows; change the unit", where, field, i, v, tiniest, hugest)
		}
	}
	if !some {
		return fmt.Errorf("%s: %s holds no finite number (%d values); leave it out, or check the run that made it", where, field, len(values))
	}
	return nil
}

// checkErrors refuses error bars that are no lengths. NaN is a missing one and
// passes, as does infinity.
func checkErrors(where, field string, values []float64) error {
	for i, e := range values {
		if e < 0 {
			return fmt.Errorf("%s: %s[%d] is %g; an error bar is a half length, 0 or more", where, field, i, e)
		}
		if finite(e) && e > hugest {
			return fmt.Errorf("%s: %s[%d] is %g, beyond the %g that an axis shows; change the unit", where, field, i, e, hugest)
		}
	}
	return nil
}

// bounds widens [lo, hi] to hold v, if v is a number.
func bounds(lo, hi, v float64) (float64, float64) {
	if !finite(v) {
		return lo, hi
	}
	return min(lo, v), max(hi, v)
}

// likely returns the height a data area will have: the one settled for the
// figure, or else the panel's own.
func likely(settled, own vg.Length) vg.Length {
	if settled > 0 {
		return settled
	}
	return own
}

// yTicks is how many labels a vertical axis of this height carries well.
func yTicks(height vg.Length) int { return min(max(int(height/20), 3), 7) }
