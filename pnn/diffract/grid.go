package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
)

// Grid is a plane of pixels across the optical axis.
type Grid struct {
	Rows, Cols int
	Pitch      float64 // metres from pixel to pixel, in both directions
	Wavelength float64 // metres, in the medium around
}

// maxSide bounds what a plane may ask for: four fields of this size, padded,
// would fill the memory of a large machine.
const maxSide = 1 << 14

// Check tells what is wrong with the grid.
func (g Grid) Check() error {
	switch {
	case g.Rows < 1 || g.Cols < 1 || g.Rows > maxSide || g.Cols > maxSide:
		return fmt.Errorf("diffract: a grid of %d x %d pixels, expected 1 to %d a side", g.Rows, g.Cols, maxSide)
	case !(g.Pitch > 0) || math.IsInf(g.Pitch, 0):
		return fmt.Errorf("diffract: Grid.Pitch is %g m, expected a positive length such as 8e-6", g.Pitch)
	case !(g.Wavelength > 0) || math.IsInf(g.Wavelength, 0):
		return fmt.Errorf("diffract: Grid.Wavelength is %g m, expected a positive length such as 532e-9", g.Wavelength)
	}
	return nil
}

// Pixels is the number of pixels.
func (g Grid) Pixels() int { return g.Rows * g.Cols }

// Height is the extent along the columns, in metres.
func (g Grid) Height() float64 { return float64(float64(g.Rows) * g.Pitch) }

// Width is the extent along the rows, in metres.
func (g Grid) Width() float64 { return float64(float64(g.Cols) * g.Pitch) }

// X is the distance of a column from the optical axis, in metres.
func (g Grid) X(col int) float64 { return float64(float64(col-g.Cols/2) * g.Pitch) }

// Y is the distance of a row from the optical axis, in metres, downwards.
func (g Grid) Y(row int) float64 { return float64(float64(row-g.Rows/2) * g.Pitch) }

// String describes the grid for errors.
func (g Grid) String() string {
	return fmt.Sprintf("%d x %d pixels of %.6g um at %.6g nm", g.Rows, g.Cols, g.Pitch*1e6, g.Wavelength*1e9)
}

// Joins tells whether light can pass from plane g to plane to without being
// resampled: pitch and wavelength must be equal (up to rounding), sizes need not.
func (g Grid) Joins(to Grid) error {
	if err := g.Check(); err != nil {
		return err
	}
	if err := to.Check(); err != nil {
		return err
	}
	if !near(g.Pitch, to.Pitch) {
		return fmt.Errorf("diffract: the pitch changes from %.6g um to %.6g um between planes; give both planes the same pitch, or resample the field with a Warp of Scale %.6g in between",
			g.Pitch*1e6, to.Pitch*1e6, g.Pitch/to.Pitch)
	}
	if !near(g.Wavelength, to.Wavelength) {
		return fmt.Errorf("diffract: the wavelength changes from %.6g nm to %.6g nm between planes; give both planes the same wavelength", g.Wavelength*1e9, to.Wavelength*1e9)
	}
	return nil
}

// near allows for lengths that were written as 8e-6 here and computed there.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b)) }

// NewField returns count dark fields on the grid.
func NewField[T lane.Float](g Grid, count int) (*fft.Images[T], error) {
	if err := g.Check(); err != nil {
		return nil, err
	}
	return fft.NewImages[T](count, g.Rows, g.Cols)
}

// checkField tells whether a batch of fields has the size of a plane.
func checkField[T lane.Float](element, side string, x *fft.Images[T], rows, cols int) error {
	switch {
	case x == nil:
		return fmt.Errorf("diffract: %s: the %s fields are missing", element, side)
	case x.Height != rows || x.Width != cols:
		return fmt.Errorf("diffract: %s: %s fields of %d x %d pixels, the plane has %d x %d; pad or crop them, or change the plane", element, side, x.Height, x.Width, rows, cols)
	case x.Count < 0 || len(x.Data) != 2*x.Count*rows*cols:
		return fmt.Errorf("diffract: %s: %d numbers for %d complex %s fields of %d x %d, expected %d", element, len(x.Data), x.Count, side, rows, cols, 2*x.Count*rows*cols)
	}
	return nil
}

// checkPair tells whether input and output of an element fit the plane and each
// other.
func checkPair[T lane.Float](element string, out, in *fft.Images[T], rows, cols int) error {
	if err := checkField(element, "input", in, rows, cols); err != nil {
		return err
	}
	if err := checkField(element, "output", out, rows, cols); err != nil {
		return err
	}
	return sameCount(element, out.Count, in.Count)
}

func sameCount(element string, a, b int) error {
	if a != b {
		return fmt.Errorf("diffract: %s: %d and %d images, the counts must be equal", element, a, b)
	}
	return nil
}
