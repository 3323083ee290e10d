package fft

import (
	"fmt"
	"sync"
)

// SetComplex sets image i, row by row.
func (x *Images[T]) SetComplex(i int, v []complex64) error {
	if err := x.checkComplex(i, v); err != nil {
		return err
	}
	re, im := x.Image(i)
	for j, c := range v {
		re[j], im[j] = T(real(c)), T(imag(c))
	}
	return nil
}

// Complex writes image i to v, row by row.
func (x *Images[T]) Complex(i int, v []complex64) error {
	if err := x.checkComplex(i, v); err != nil {
		return err
	}
	re, im := x.Image(i)
	for j := range v {
		v[j] = complex(float32(re[j]), float32(im[j]))
	}
	return nil
}

func (x *Images[T]) checkComplex(i int, v []complex64) error {
	height, width := 1, 1
	if x != nil {
		height, width = x.Height, x.Width
	}
	if err := x.check("images", height, width); err != nil {
		return err
	}
	if i < 0 || i >= x.Count {
		return fmt.Errorf("fft: image %d of %d: expected 0..%d", i, x.Count, x.Count-1)
	}
	if len(v) != x.Height*x.Width {
		return fmt.Errorf("fft: %d numbers for an image of %d x %d, expected %d", len(v), x.Height, x.Width, x.Height*x.Width)
	}
	return nil
}

// Forward replaces x by its transform, unscaled. It serves a single line now and
// then; [Line] transforms sixteen in the same time.
func Forward(x []complex64) error { return single(x, false) }

// Inverse is the inverse of [Forward].
func Inverse(x []complex64) error { return single(x, true) }

// plans of the lengths that Forward and Inverse have met.
var plans struct {
	sync.Mutex
	byLength map[int]*singlePlan
}

// maxPlans bounds the memory that lengths used once would hold for ever.
const maxPlans = 32

type singlePlan struct {
	sync.Mutex
	line *Line[float32]
	x    *Images[float32]
}

func single(x []complex64, inverse bool) error {
	p, err := planFor(len(x))
	if err != nil {
		return err
	}
	p.Lock()
	defer p.Unlock()
	if err := p.x.SetComplex(0, x); err != nil {
		return err
	}
	run := p.line.Forward
	if inverse {
		run = p.line.Inverse
	}
	if err := run(nil, p.x); err != nil {
		return err
	}
	return p.x.Complex(0, x)
}

func planFor(n int) (*singlePlan, error) {
	plans.Lock()
	defer plans.Unlock()
	if p := plans.byLength[n]; p != nil {
		return p, nil
	}
	line, err := NewLine[float32](n)
	if err != nil {
		return nil, err
	}
	x, err := NewImages[float32](1, 1, n)
	if err != nil {
		return nil, err
	}
	if plans.byLength == nil || len(plans.byLength) >= maxPlans {
		plans.byLength = map[int]*singlePlan{}
	}
	p := &singlePlan{line: line, x: x}
	plans.byLength[n] = p
	return p, nil
}
