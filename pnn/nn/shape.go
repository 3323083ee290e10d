package nn

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Shape is the shape of one sample: a vector of Channels numbers if H and W are
// zero, else an image of Channels planes of H x W pixels.
type Shape struct{ Channels, H, W int }

// Vector is the shape of n numbers in n rows.
func Vector(n int) Shape { return Shape{Channels: n} }

// Image is the shape of an image. Its channel c takes the rows c*lane.Plane(h, w)
// and following, pixel by pixel; the row behind each channel belongs to nobody.
func Image(channels, h, w int) Shape { return Shape{channels, h, w} }

// IsImage tells images, also of one pixel, from vectors.
func (s Shape) IsImage() bool { return s.H > 0 }

// Size is how many numbers a sample has.
func (s Shape) Size() int {
	if s.IsImage() {
		return s.Channels * s.H * s.W
	}
	return s.Channels
}

// Rows is how many rows of a batch a sample takes.
func (s Shape) Rows() int {
	if s.IsImage() {
		return s.Channels * lane.Plane(s.H, s.W)
	}
	return s.Channels
}

// plane is the number of rows from one channel to the next, pixels that of the
// rows of one channel that are used.
func (s Shape) plane() int {
	if s.IsImage() {
		return lane.Plane(s.H, s.W)
	}
	return 1
}

func (s Shape) pixels() int { return max(1, s.H*s.W) }

func (s Shape) valid() bool {
	return s.Channels > 0 && (s.H > 0 && s.W > 0 || s.H == 0 && s.W == 0)
}

func (s Shape) String() string {
	if s.IsImage() {
		return fmt.Sprintf("%d x %d x %d", s.Channels, s.H, s.W)
	}
	return fmt.Sprint(s.Channels)
}
