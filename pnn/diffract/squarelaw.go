package diffract

import (
	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
)

// SquareLaw is detection: intensities I = |E|^2 of fields.
type SquareLaw[T lane.Float] struct {
	field, dField *fft.Images[T]
	frames        *Frames[T]
	detect, pull  *sweep
}

// NewSquareLaw returns a detector for planes of any size.
func NewSquareLaw[T lane.Float]() *SquareLaw[T] {
	d := &SquareLaw[T]{}
	d.detect, d.pull = newSweep(d.detectStrip), newSweep(d.pullStrip)
	return d
}

// Forward takes a frame of every field.
func (d *SquareLaw[T]) Forward(pool *lane.Pool, frames *Frames[T], field *fft.Images[T]) error {
	if err := checkPlanes("detection", frames, field); err != nil {
		return err
	}
	d.frames, d.field = frames, field
	d.detect.run(pool, field.Count, field.Height*field.Width)
	d.frames, d.field = nil, nil
	return nil
}

// Backward pulls gradients of the intensities back to the fields, dL/dE = 2 E
// dL/dI. dField may be field.
func (d *SquareLaw[T]) Backward(pool *lane.Pool, dField *fft.Images[T], dFrames *Frames[T], field *fft.Images[T]) error {
	if err := checkPlanes("detection gradient", dFrames, field); err != nil {
		return err
	}
	if err := checkPair("detection gradient", dField, field, field.Height, field.Width); err != nil {
		return err
	}
	d.dField, d.frames, d.field = dField, dFrames, field
	d.pull.run(pool, field.Count, field.Height*field.Width)
	d.dField, d.frames, d.field = nil, nil, nil
	return nil
}

func (d *SquareLaw[T]) detectStrip(image, lo, hi int) {
	re, im := d.field.Image(image)
	re, im, out := re[lo:hi], im[lo:hi], d.frames.Frame(image)[lo:hi]
	im, out = im[:len(re)], out[:len(re)]
	for p, a := range re {
		b := im[p]
		out[p] = T(a*a) + T(b*b)
	}
}

func (d *SquareLaw[T]) pullStrip(image, lo, hi int) {
	re, im := d.field.Image(image)
	dr, di := d.dField.Image(image)
	g := d.frames.Frame(image)
	for p := lo; p < hi; p++ {
		k := 2 * g[p]
		dr[p], di[p] = k*re[p], k*im[p]
	}
}

// Display is the way back into light: fields whose amplitudes are the numbers of
// frames and whose phases are zero.
type Display[T lane.Float] struct {
	field      *fft.Images[T]
	frames     *Frames[T]
	show, pull *sweep
}

// NewDisplay returns a display for planes of any size.
func NewDisplay[T lane.Float]() *Display[T] {
	d := &Display[T]{}
	d.show, d.pull = newSweep(d.showStrip), newSweep(d.pullStrip)
	return d
}

// Forward shows every frame.
func (d *Display[T]) Forward(pool *lane.Pool, field *fft.Images[T], frames *Frames[T]) error {
	return d.run(pool, "display", frames, field, d.show)
}

// Backward pulls gradients of the fields back to the frames.
func (d *Display[T]) Backward(pool *lane.Pool, dFrames *Frames[T], dField *fft.Images[T]) error {
	return d.run(pool, "display gradient", dFrames, dField, d.pull)
}

func (d *Display[T]) run(pool *lane.Pool, what string, frames *Frames[T], field *fft.Images[T], s *sweep) error {
	if err := checkPlanes(what, frames, field); err != nil {
		return err
	}
	d.frames, d.field = frames, field
	s.run(pool, field.Count, field.Height*field.Width)
	d.frames, d.field = nil, nil
	return nil
}

func (d *Display[T]) showStrip(image, lo, hi int) {
	re, im := d.field.Image(image)
	copy(re[lo:hi], d.frames.Frame(image)[lo:hi])
	clear(im[lo:hi])
}

func (d *Display[T]) pullStrip(image, lo, hi int) {
	re, _ := d.field.Image(image)
	copy(d.frames.Frame(image)[lo:hi], re[lo:hi])
}

// checkPlanes tells whether frames and fields have the same size and number.
func checkPlanes[T lane.Float](what string, frames *Frames[T], field *fft.Images[T]) error {
	rows, cols := 1, 1
	if field != nil {
		rows, cols = field.Height, field.Width
	}
	if err := checkField(what, "detected or shown", field, rows, cols); err != nil {
		return err
	}
	if err := frames.check(what, "detected or shown", rows, cols); err != nil {
		return err
	}
	return sameCount(what, frames.Count, field.Count)
}
