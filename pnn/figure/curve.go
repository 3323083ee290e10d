package figure

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// curve is a series on its axes.
type curve struct {
	Series
	look look
	x, y axis
}

// Beyond so many points a curve carries a band instead of error bars, and
// only some of its markers.
const (
	fewPoints   = 40
	manyMarkers = 9
)

// stretches returns the unbroken runs of indices at which both coordinates
// are numbers.
func (c curve) stretches() [][2]int {
	var out [][2]int
	start := -1
	for i := 0; i <= len(c.Y); i++ {
		ok := i < len(c.Y) && finite(c.X[i]) && finite(c.Y[i])
		if ok && start < 0 {
			start = i
		}
		if !ok && start >= 0 {
			out = append(out, [2]int{start, i})
			start = -1
		}
	}
	return out
}

func (c curve) at(area vg.Rectangle, i int) vg.Point {
	return vg.Point{
		X: c.x.place(c.X[i], area.Min.X, area.Max.X),
		Y: c.y.place(c.Y[i], area.Min.Y, area.Max.Y),
	}
}

// drawErrors draws the error bars, or the band of a long curve.
func (c curve) drawErrors(s *surface, area vg.Rectangle) {
	if len(c.YErr) == 0 {
		return
	}
	for _, r := range c.stretches() {
		if len(c.Y) > fewPoints && !c.Scatter {
			c.band(s, area, r)
			continue
		}
		for i := r[0]; i < r[1]; i++ {
			c.bar(s, area, i)
		}
	}
}

// draw draws the line and its markers.
func (c curve) draw(s *surface, area vg.Rectangle) {
	inside := draw.Canvas{Canvas: s.Canvas.Canvas, Rectangle: area}
	line := stroke{colour: c.look.colour, width: 1.2, dashes: c.look.dashes}
	if c.Paper {
		line.width = 0.9
	}
	for _, r := range c.stretches() {
		if c.Scatter {
			continue
		}
		points := make([]vg.Point, 0, r[1]-r[0])
		for i := r[0]; i < r[1]; i++ {
			points = append(points, c.at(area, i))
		}
		for _, l := range inside.ClipLinesXY(thin(points)) {
			s.path(line, l...)
		}
	}
	every := 1
	if len(c.Y) > fewPoints && !c.Scatter {
		every = len(c.Y) / manyMarkers
	}
	for _, r := range c.stretches() {
		for i := r[0]; i < r[1]; i++ {
			p := c.at(area, i)
			// A lone point has no line to show it.
			if (i%every == every/2 || r[1]-r[0] == 1) && inside.Contains(p) {
				s.mark(c.look, p)
			}
		}
	}
}

// ends returns the ends of an error bar held inside the area, and whether any
// of it is there.
func (c curve) ends(area vg.Rectangle, i int) (lo, hi vg.Length, ok bool) {
	e := 0.0
	if finite(c.YErr[i]) {
		e = c.YErr[i]
	}
	lo, hi = area.Min.Y, c.y.place(c.Y[i]+e, area.Min.Y, area.Max.Y)
	if low := c.Y[i] - e; !c.y.log || low > 0 {
		lo = c.y.place(low, area.Min.Y, area.Max.Y)
	}
	if hi < area.Min.Y || lo > area.Max.Y {
		return 0, 0, false
	}
	return max(lo, area.Min.Y), min(hi, area.Max.Y), true
}

// bar draws the error bar of point i; an end beyond the axes has no cap.
func (c curve) bar(s *surface, area vg.Rectangle, i int) {
	lo, hi, ok := c.ends(area, i)
	x := c.at(area, i).X
	if !ok || !finite(c.YErr[i]) || c.YErr[i] == 0 || x < area.Min.X || x > area.Max.X {
		return
	}
	st := stroke{colour: c.look.colour, width: 0.8}
	s.path(st, vg.Point{X: x, Y: lo}, vg.Point{X: x, Y: hi})
	const cap = 2
	if lo > area.Min.Y {
		s.path(st, vg.Point{X: x - cap, Y: lo}, vg.Point{X: x + cap, Y: lo})
	}
	if hi < area.Max.Y {
		s.path(st, vg.Point{X: x - cap, Y: hi}, vg.Point{X: x + cap, Y: hi})
	}
}

// band fills the error of the stretch r.
func (c curve) band(s *surface, area vg.Rectangle, r [2]int) {
	var upper, lower []vg.Point
	for i := r[0]; i < r[1]; i++ {
		lo, hi, ok := c.ends(area, i)
		x := c.at(area, i).X
		if !ok || x < area.Min.X || x > area.Max.X {
			continue
		}
		upper = append(upper, vg.Point{X: x, Y: hi})
		lower = append(lower, vg.Point{X: x, Y: lo})
	}
	if len(upper) < 2 {
		return
	}
	upper, lower = thin(upper), thin(lower)
	for i := len(lower) - 1; i >= 0; i-- {
		upper = append(upper, lower[i])
	}
	shade := c.look.colour
	shade.A = 0x38
	s.fill(shade, polygon(upper...))
}

// thin replaces points that follow each other within a quarter of a point
// along x by the first, the lowest, the highest and the last of them, in
// their order: what a pen would draw, in far fewer strokes.
func thin(points []vg.Point) []vg.Point {
	const cell = 0.25
	var out []vg.Point
	for i := 0; i < len(points); {
		j := i + 1
		for j < len(points) && points[j].X-points[i].X < cell && points[i].X-points[j].X < cell {
			j++
		}
		lo, hi := i, i
		for k := i; k < j; k++ {
			if points[k].Y < points[lo].Y {
				lo = k
			}
			if points[k].Y > points[hi].Y {
				hi = k
			}
		}
		last := -1
		for _, k := range [...]int{i, min(lo, hi), max(lo, hi), j - 1} {
			if k != last {
				out = append(out, points[k])
			}
			last = k
		}
		i = j
	}
	return out
}
