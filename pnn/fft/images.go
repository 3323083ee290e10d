package fft

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Images is a batch of complex fields on a grid, row by row, with real and
// imaginary parts apart: image i is Height*Width real parts, then Height*Width
// imaginary parts. Lines of length Width are the rows.
type Images[T lane.Float] struct {
	Count, Height, Width int
	Data                 []T
}

// NewImages returns count fields of height x width zeros.
func NewImages[T lane.Float](count, height, width int) (*Images[T], error) {
	if count < 0 || height <= 0 || width <= 0 {
		return nil, fmt.Errorf("fft: %d images of %d x %d: the count must not be negative, the sides must be at least 1", count, height, width)
	}
	return &Images[T]{count, height, width, aligned[T](count * 2 * height * width)}, nil
}

// Image returns real and imaginary parts of image i, Height*Width each.
func (x *Images[T]) Image(i int) (re, im []T) {
	n := x.Height * x.Width
	at := x.Data[2*n*i:][:2*n]
	return at[:n:n], at[n:]
}

// check tells what is wrong with a batch that should hold images of this size.
func (x *Images[T]) check(what string, height, width int) error {
	switch {
	case x == nil:
		return fmt.Errorf("fft: %s: no images", what)
	case x.Height != height || x.Width != width:
		return fmt.Errorf("fft: %s: images are %d x %d, the plan is for %d x %d", what, x.Height, x.Width, height, width)
	case x.Count < 0 || len(x.Data) != x.Count*2*height*width:
		return fmt.Errorf("fft: %s: %d numbers for %d complex images of %d x %d, expected %d", what, len(x.Data), x.Count, height, width, x.Count*2*height*width)
	}
	return nil
}

// columns is the view of up to sixteen columns of image i from column x on; it
// may touch rows elements.
func (x *Images[T]) columns(i, column, rows int) view[T] {
	at := i*2*x.Height*x.Width + column
	return view[T]{data: x.Data, re: at, im: at + x.Height*x.Width, row: x.Width, n: rows}
}
