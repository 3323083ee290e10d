package diffract

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Frames is a batch of real images, row by row and one after the other: what a
// camera takes, or the amplitudes that a display shows.
type Frames[T lane.Float] struct {
	Count, Rows, Cols int
	Data              []T
}

// NewFrames returns count dark frames.
func NewFrames[T lane.Float](count, rows, cols int) (*Frames[T], error) {
	if count < 0 || rows < 1 || cols < 1 {
		return nil, fmt.Errorf("diffract: %d frames of %d x %d pixels: the count must not be negative, the sides must be at least 1", count, rows, cols)
	}
	return &Frames[T]{count, rows, cols, make([]T, count*rows*cols)}, nil
}

// Frame returns the pixels of frame i. It shares memory with the batch.
func (f *Frames[T]) Frame(i int) []T {
	n := f.Rows * f.Cols
	return f.Data[i*n : (i+1)*n : (i+1)*n]
}

func (f *Frames[T]) check(element, side string, rows, cols int) error {
	switch {
	case f == nil:
		return fmt.Errorf("diffract: %s: the %s frames are missing", element, side)
	case f.Rows != rows || f.Cols != cols:
		return fmt.Errorf("diffract: %s: %s frames of %d x %d pixels, expected %d x %d", element, side, f.Rows, f.Cols, rows, cols)
	case f.Count < 0 || len(f.Data) != f.Count*rows*cols:
		return fmt.Errorf("diffract: %s: %d numbers for %d %s frames of %d x %d, expected %d", element, len(f.Data), f.Count, side, rows, cols, f.Count*rows*cols)
	}
	return nil
}

// checkFrames tells whether two batches of frames fit a plane and each other.
func checkFrames[T lane.Float](element string, out, in *Frames[T], rows, cols int) error {
	if err := in.check(element, "input", rows, cols); err != nil {
		return err
	}
	if err := out.check(element, "output", rows, cols); err != nil {
		return err
	}
	return sameCount(element, out.Count, in.Count)
}
