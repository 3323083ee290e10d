package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Inverse is the map that undoes a: what a detector sees through a and then
// through Inverse lies where it lay, up to resampling.
func (a Affine) Inverse() Affine {
	s := a.Scale
	if s == 0 {
		s = 1
	}
	sin, cos := lane.SinCos(a.Rotation * math.Pi / 180)
	return Affine{
		ShiftX:   -(float64(cos*a.ShiftX) + float64(sin*a.ShiftY)) / s,
		ShiftY:   -(float64(cos*a.ShiftY) - float64(sin*a.ShiftX)) / s,
		Rotation: -a.Rotation, Scale: 1 / s,
	}
}

// Point is a place on a plane in pixels from its middle, X to the right and Y
// downwards.
type Point struct{ X, Y float64 }

// Image is where a point of the first plane of a map is seen on the second.
func (a Affine) Image(p Point) Point {
	s := a.Scale
	if s == 0 {
		s = 1
	}
	sin, cos := lane.SinCos(a.Rotation * math.Pi / 180)
	return Point{
		X: float64(s*(float64(cos*p.X)-float64(sin*p.Y))) + a.ShiftX,
		Y: float64(s*(float64(sin*p.X)+float64(cos*p.Y))) + a.ShiftY,
	}
}

// FitAffine finds the map under which the images of the points from lie nearest
// to the points to, in the sense of least squares, and the root mean square of
// the distances that remain, in pixels. It needs two points or more, not all in
// one place.
//
// With points as complex numbers p and q about their means, the factor of
// rotation and scale is sum conj(p) q / sum |p|^2 (Umeyama, IEEE Trans. PAMI 13,
// 376 (1991)).
func FitAffine(from, to []Point) (a Affine, rms float64, err error) {
	if len(from) != len(to) || len(from) < 2 {
		return a, 0, fmt.Errorf("diffract: an affine fit of %d points to %d, expected as many, and at least 2", len(from), len(to))
	}
	mean := func(ps []Point) (m Point) {
		for _, p := range ps {
			m.X += p.X
			m.Y += p.Y
		}
		return Point{m.X / float64(len(ps)), m.Y / float64(len(ps))}
	}
	p0, q0 := mean(from), mean(to)
	var re, im, square float64
	for i := range from {
		px, py, qx, qy := from[i].X-p0.X, from[i].Y-p0.Y, to[i].X-q0.X, to[i].Y-q0.Y
		re += float64(px*qx) + float64(py*qy)
		im += float64(px*qy) - float64(py*qx)
		square += float64(px*px) + float64(py*py)
	}
	scale := math.Sqrt(float64(re*re)+float64(im*im)) / square
	if !(scale > 0) || !finite(scale) {
		return a, 0, fmt.Errorf("diffract: an affine fit of points that lie in one place, expected markers spread over the plane")
	}
	a = Affine{Rotation: lane.Atan2(im, re) * 180 / math.Pi, Scale: scale}
	shown := a.Image(p0)
	a.ShiftX, a.ShiftY = q0.X-shown.X, q0.Y-shown.Y
	var rest float64
	for i := range from {
		d := a.Image(from[i])
		dx, dy := d.X-to[i].X, d.Y-to[i].Y
		rest += float64(dx*dx) + float64(dy*dy)
	}
	return a, math.Sqrt(rest / float64(len(from))), nil
}
