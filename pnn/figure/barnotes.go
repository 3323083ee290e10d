package figure

import (
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
)

// noting is how the numbers at the bars of a panel are written: all alike.
type noting struct {
	face     typeface
	decimals int  // of fixed numbers
	float    bool // three figures instead
	upright  bool
	length   vg.Length // that a number takes beyond its bar
}

// Number sizes at bars, in points.
const (
	noteSize vg.Length = 6
	noteMin  vg.Length = 5.2
	noteGap  vg.Length = 2
)

// noting settles the numbers for an axis from lo to hi and bars of the width
// slot: fixed numbers to about a thousandth of the axis, lying where they fit
// side by side and upright where not.
func (l *barsLayout) noting(lo, hi float64, slot vg.Length) noting {
	n := noting{face: typeface{size: noteSize, colour: ink}}
	exp := int(math.Floor(math.Log10((hi - lo) / 2)))
	n.float = l.YLog || exp > 5 || exp < -4
	n.decimals = l.needed(min(max(0, 2-exp), 6))
	var widest vg.Length
	for _, s := range l.Series {
		for _, values := range [][]float64{s.Values, s.Paper} {
			for _, v := range values {
				if finite(v) {
					widest = max(widest, n.face.width(n.write(v)))
				}
			}
		}
	}
	n.length = noteGap + noteSize*capHeight
	if size := noteSize * (slot - 2) / widest; widest > slot-2 {
		if size >= noteMin {
			n.face.size = size
		} else {
			n.upright, n.length = true, noteGap+widest
		}
	}
	return n
}

// needed returns how many decimals, at most most, tell the panel's numbers.
func (l *barsLayout) needed(most int) int {
	for d := range most {
		p, exact := math.Pow10(d), true
		for _, s := range l.Series {
			for _, values := range [][]float64{s.Values, s.Paper} {
				for _, v := range values {
					exact = exact && (!finite(v) || math.Abs(math.Round(v*p)-v*p) < 1e-6)
				}
			}
		}
		if exact {
			return d
		}
	}
	return most
}

func (n noting) write(v float64) string {
	if n.float {
		v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'e', 2, 64), 64)
		return short(v)
	}
	return number(v, n.decimals)
}

// makeRoom widens the range of the y axis so that the numbers at the longest
// bars stay within it.
func (l *barsLayout) makeRoom(lo, hi float64, width, height vg.Length) (float64, float64) {
	_, slot, _ := l.divide(width)
	n := l.noting(lo, hi, slot)
	share := min(float64((n.length+1)/height), 0.35)
	if l.YLog {
		return lo, hi * math.Pow(hi/lo, share/(1-share))
	}
	up, down := hi > 0, lo < 0
	if up && down {
		share = min(share, 0.25)
		extra := (hi - lo) * share / (1 - 2*share)
		return lo - extra, hi + extra
	}
	extra := (hi - lo) * share / (1 - share)
	if down {
		return lo - extra, hi
	}
	return lo, hi + extra
}

// annotate writes v beyond its bar and error bar, or, where the axis leaves no
// room there, into the bar.
func (l *barsLayout) annotate(s *surface, area vg.Rectangle, look look, middle, top, reach vg.Length, v float64) {
	n := l.notes
	side := vg.Length(1)
	if v < 0 {
		side = -1
	}
	y, from := reach+side*noteGap, 0.0 // the number starts at y, away from the bar
	if end := reach + side*n.length; end > area.Max.Y+3 || end < area.Min.Y-1 {
		y, from = top-side*noteGap, 1
		if !look.hollow {
			n.face.colour = inkOn(look.colour)
		}
	}
	if side < 0 {
		from = 1 - from
	}
	at := vg.Point{X: middle, Y: y}
	if n.upright {
		s.textTurned(n.face, at, anchor{from, 0.5}, math.Pi/2, n.write(v))
		return
	}
	s.text(n.face, at, anchor{0.5, from}, n.write(v))
}
