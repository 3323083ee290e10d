package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Affine is a misalignment between two planes: the picture on the second one is
// that of the first, enlarged and rotated about the middle of the plane and then
// shifted. The zero value is perfect alignment.
//
// Pixel (i, j) of h x w shows what lies, with x = j + 1/2 - w/2 - ShiftX and
// y = i + 1/2 - h/2 - ShiftY, at
//
//	x' = ( x cos a + y sin a)/Scale + w/2 - 1/2
//	y' = (-x sin a + y cos a)/Scale + h/2 - 1/2
//
// of the first plane.
type Affine struct {
	ShiftX, ShiftY float64 // pixels, to the right and downwards
	Rotation       float64 // degrees, clockwise
	Scale          float64 // above 1 enlarges; 0 stands for 1
}

func (a Affine) check() error {
	if !finite(a.ShiftX) || !finite(a.ShiftY) || !finite(a.Rotation) {
		return fmt.Errorf("diffract: an affine map with shift (%g, %g) and rotation %g, expected finite numbers", a.ShiftX, a.ShiftY, a.Rotation)
	}
	if !(a.Scale >= 0) || !finite(a.Scale) || a.Scale != 0 && (a.Scale < 1e-3 || a.Scale > 1e3) {
		return fmt.Errorf("diffract: Affine.Scale is %g, expected 0.001 to 1000, or 0 for 1", a.Scale)
	}
	return nil
}

// matrix is the rotation divided by the scale.
func (a Affine) matrix() (cos, sin float64) {
	s, c := lane.SinCos(a.Rotation * math.Pi / 180)
	if a.Scale == 0 {
		return c, s
	}
	return c / a.Scale, s / a.Scale
}

// source is the point of the first plane that a pixel shows.
type source func(i, j int) (y, x float64)

// bilinearSource computes in double precision.
func (a Affine) bilinearSource(rows, cols int) source {
	c, s := a.matrix()
	h, w := float64(rows)/2, float64(cols)/2
	return func(i, j int) (float64, float64) {
		x, y := float64(j)+0.5-w-a.ShiftX, float64(i)+0.5-h-a.ShiftY
		return float64(y*c) - float64(x*s) + (h - 0.5), float64(x*c) + float64(y*s) + (w - 0.5)
	}
}

// nearestSource computes in single precision, with coordinates that run from -1
// to 1 across the plane: pixels that lie half way between two go where torchvision
// lets them go, which the published accuracies depend on.
func (a Affine) nearestSource(rows, cols int) source {
	c, s := a.matrix()
	h, w := float32(rows), float32(cols)
	middleY, middleX := float64(float64(rows)/2), float64(float64(cols)/2)
	halfH, halfW := float32(middleY), float32(middleX)
	tx := -float64(c*a.ShiftX) - float64(s*a.ShiftY)
	ty := float64(s*a.ShiftX) - float64(c*a.ShiftY)
	x0, x1, x2 := float32(c)/halfW, float32(s)/halfW, float32(tx)/halfW
	y0, y1, y2 := float32(-s)/halfH, float32(c)/halfH, float32(ty)/halfH
	return func(i, j int) (float64, float64) {
		x, y := float32(float64(j)+0.5-middleX), float32(float64(i)+0.5-middleY)
		gx := float32(x*x0) + float32(y*x1) + x2
		gy := float32(x*y0) + float32(y*y1) + y2
		return float64((float32((gy+1)*h) - 1) / 2), float64((float32((gx+1)*w) - 1) / 2)
	}
}
