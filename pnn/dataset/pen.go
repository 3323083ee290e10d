package dataset

import (
	"math"

	"lightfast/pnn/lane"
)

// hand is what differs from one sample to the next: who writes, with which pen,
// how fast. Lengths are in pixels unless they say otherwise.
type hand struct {
	a, b, c, d float64 // the linear map from the unit box to pixels: x' = ax+by, y' = cx+dy
	shiftX     float64
	shiftY     float64

	wave [3]wave // smooth distortion of the paper, in the unit box

	width   float64 // of the stroke
	taper   float64 // relative change of the width from one end of a stroke to the other
	soft    float64 // over which the edge of the ink fades
	ink     float64 // the brightest pixel, 1 is white
	grain   float64 // relative unevenness of the ink, one standard deviation
	blurred float64 // share of the neighbours in the final blur, 0 to 1
}

// wave displaces the point p by amplitude times sin(frequency.p + phase).
type wave struct {
	fx, fy, phase float64 // radians a unit, radians
	ax, ay        float64 // unit boxes
}

// bell draws from a bounded bell curve of mean 0 and standard deviation 1, the
// sum of three uniform numbers (of 53 bits, so that fusing their scaling with the
// sum changes nothing): no sample lies beyond three deviations, so no
// digit is torn apart by a draw from the tail.
func bell(r *lane.Stream) float64 {
	return 2 * (r.Float64() + r.Float64() + r.Float64() - 1.5)
}

// between draws uniformly from lo to hi.
func between(r *lane.Stream, lo, hi float64) float64 {
	return lo + float64((hi-lo)*r.Float64())
}

// newHand draws a hand.
func newHand(r *lane.Stream) hand {
	var h hand
	sin, cos := lane.SinCos(float64(0.16 * bell(r))) // rotation, radians
	shear := 0.08 + float64(0.22*bell(r))            // most people's writing leans to the right
	height := 18.5 + float64(1.2*bell(r))
	breadth := float64(height * between(r, 0.55, 1.0))
	// Rotation times shear times scale; y points down, so a lean to the right is -shear.
	h.a = breadth * cos
	h.b = height * (float64(-shear*cos) - sin)
	h.c = breadth * sin
	h.d = height * (cos - float64(shear*sin))
	h.shiftX = float64(1.1 * bell(r))
	h.shiftY = float64(1.1 * bell(r))
	for i := range h.wave {
		w := &h.wave[i]
		w.fx = between(r, -5, 5)
		w.fy = between(r, -5, 5)
		w.phase = between(r, 0, 2*math.Pi)
		w.ax = 0.035 * bell(r)
		w.ay = 0.035 * bell(r)
	}
	h.width = between(r, 1.3, 3.4)
	h.taper = 0.18 * bell(r)
	h.soft = between(r, 0.9, 1.6)
	h.ink = between(r, 0.72, 1.08)
	h.grain = between(r, 0, 0.12)
	h.blurred = between(r, 0, 0.35)
	return h
}

// place maps a point of the unit box onto the image, centred at the origin.
func (h *hand) place(p knot) knot {
	x, y := p.x, p.y
	for i := range h.wave {
		w := &h.wave[i]
		s, _ := lane.SinCos(float64(w.fx*p.x) + float64(w.fy*p.y) + w.phase)
		x += float64(w.ax * s)
		y += float64(w.ay * s)
	}
	return knot{x: float64(h.a*x) + float64(h.b*y), y: float64(h.c*x) + float64(h.d*y), corner: p.corner}
}

// steps is how many straight pieces stand for the curve between two knots.
const steps = 5

// dab is a point of a drawn line, with half the width of the ink there.
type dab struct{ x, y, half float64 }

// trace appends to line the smooth curve through the knots of a stroke: between
// corners a Catmull-Rom spline, which passes through every knot.
func trace(line []dab, stroke []knot) []dab {
	for i := range len(stroke) - 1 {
		p1, p2 := stroke[i], stroke[i+1]
		// At an end or a corner the curve starts out straight.
		p0, p3 := p1, p2
		if i > 0 && !p1.corner {
			p0 = stroke[i-1]
		}
		if i+2 < len(stroke) && !p2.corner {
			p3 = stroke[i+2]
		}
		first := 1
		if i == 0 {
			first = 0
		}
		for k := first; k <= steps; k++ {
			t := float64(k) / steps
			line = append(line, dab{x: spline(p0.x, p1.x, p2.x, p3.x, t), y: spline(p0.y, p1.y, p2.y, p3.y, t)})
		}
	}
	return line
}

// spline is the Catmull-Rom cubic from p1 (t = 0) to p2 (t = 1).
func spline(p0, p1, p2, p3, t float64) float64 {
	m1, m2 := float64(0.5*(p2-p0)), float64(0.5*(p3-p1))
	d := p2 - p1
	c2 := float64(3*d) - float64(2*m1) - m2
	c3 := m1 + m2 - float64(2*d)
	return p1 + float64(t*(m1+float64(t*(c2+float64(t*c3)))))
}

// canvas is one image while it is drawn.
type canvas struct {
	near  [side * side]float64 // distance to the edge of the nearest ink, negative inside; pixels
	ink   [side * side]float64
	knots []knot
	line  []dab
}

// draw writes a digit in the given form into the side x side pixels of dst.
func (c *canvas) draw(dst []uint8, f form, r *lane.Stream) {
	h := newHand(r)
	c.knots = c.knots[:0]
	lo, hi := knot{x: math.Inf(1), y: math.Inf(1)}, knot{x: math.Inf(-1), y: math.Inf(-1)}
	for _, stroke := range f {
		for _, k := range stroke {
			// No two passes of a hand hit the same spot.
			k.x += float64(0.022 * bell(r))
			k.y += float64(0.022 * bell(r))
			p := h.place(k)
			lo.x, hi.x = min(lo.x, p.x), max(hi.x, p.x)
			lo.y, hi.y = min(lo.y, p.y), max(hi.y, p.y)
			c.knots = append(c.knots, p)
		}
	}
	// The middle of what was written goes to the middle of the image, then off by the shift.
	midX := float64(side)/2 + h.shiftX - float64(0.5*(lo.x+hi.x))
	midY := float64(side)/2 + h.shiftY - float64(0.5*(lo.y+hi.y))
	for i := range c.near {
		c.near[i] = math.Inf(1)
	}
	at := 0
	for _, stroke := range f {
		c.line = trace(c.line[:0], c.knots[at:at+len(stroke)])
		at += len(stroke)
		for i := range c.line {
			d := &c.line[i]
			d.x += midX
			d.y += midY
			along := float64(i)/float64(len(c.line)-1) - 0.5
			d.half = 0.5 * float64(h.width*(1+float64(2*h.taper*along)))
		}
		for i := range len(c.line) - 1 {
			c.segment(c.line[i], c.line[i+1], h.soft)
		}
	}
	c.develop(dst, &h, r)
}

// segment lowers near in every pixel that the ink from p to q may reach.
func (c *canvas) segment(p, q dab, soft float64) {
	reach := max(p.half, q.half) + soft
	x0, x1 := pixels(min(p.x, q.x)-reach, max(p.x, q.x)+reach)
	y0, y1 := pixels(min(p.y, q.y)-reach, max(p.y, q.y)+reach)
	dx, dy := q.x-p.x, q.y-p.y
	length2 := float64(dx*dx) + float64(dy*dy)
	for y := y0; y < y1; y++ {
		cy := float64(y) + 0.5 - p.y
		for x := x0; x < x1; x++ {
			cx := float64(x) + 0.5 - p.x
			t := 0.0
			if length2 > 0 {
				t = max(0, min(1, (float64(cx*dx)+float64(cy*dy))/length2))
			}
			ex, ey := cx-float64(t*dx), cy-float64(t*dy)
			d := math.Sqrt(float64(ex*ex)+float64(ey*ey)) - (p.half + float64(t*(q.half-p.half)))
			if i := y*side + x; d < c.near[i] {
				c.near[i] = d
			}
		}
	}
}

// pixels returns the range of pixels from lo to hi that lie on the image.
func pixels(lo, hi float64) (first, end int) {
	return max(0, min(side, int(math.Floor(lo)))), max(0, min(side, int(math.Floor(hi))+1))
}

// develop turns distances into grey values: the soft edge of the ink, its
// grain, a slight blur, contrast, and rounding. The paper stays black.
func (c *canvas) develop(dst []uint8, h *hand, r *lane.Stream) {
	for i, d := range c.near {
		// A smooth step over the width of the edge, centred on it.
		v := max(0, min(1, 0.5-d/h.soft))
		v = float64(float64(v*v) * (3 - float64(2*v)))
		if v > 0 {
			v = max(0, v*(1+float64(h.grain*bell(r))))
		}
		c.ink[i] = v
	}
	// [b/2, 1, b/2]/(1+b) along rows, then along columns.
	side2, middle := 0.5*h.blurred/(1+h.blurred), 1/(1+h.blurred)
	blur := func(dst, src *[side * side]float64, stride, across int) {
		for j := range side {
			for k := range side {
				i := j*across + k*stride
				v := float64(middle * src[i])
				if k > 0 {
					v += float64(side2 * src[i-stride])
				}
				if k < side-1 {
					v += float64(side2 * src[i+stride])
				}
				dst[i] = v
			}
		}
	}
	blur(&c.near, &c.ink, 1, side)
	blur(&c.ink, &c.near, side, 1)
	for i, v := range c.ink {
		dst[i] = uint8(math.Floor(float64(255*min(1, h.ink*v)) + 0.5))
	}
}
