package fft

import (
	"unsafe"

	"lightfast/pnn/lane"
)

// transform transforms sixteen lines of any length: exactly one of its fields
// is set.
type transform[T lane.Float] struct {
	n      int
	smooth *smooth[T]
	chirp  *chirp[T]
}

// newTransform returns a plan for lines of n numbers; window says that they will
// often be half empty or half wanted.
func newTransform[T lane.Float](n int, window bool) *transform[T] {
	radix := factors(n)
	if radix == nil {
		return &transform[T]{n: n, chirp: newChirp[T](n)}
	}
	if window {
		radix = windowed(radix)
	}
	return &transform[T]{n: n, smooth: newSmooth[T](n, radix)}
}

// order tells where inside expects each element of a line.
func (t *transform[T]) order() []int32 {
	if t.smooth != nil {
		return t.smooth.order
	}
	return t.chirp.order
}

// span is the number of elements of scratch memory that one transform works on.
func (t *transform[T]) span() int {
	if t.smooth != nil {
		return t.n
	}
	return t.chirp.inner.n
}

// across transforms the first live elements of src, followed by zeros, into the
// first want elements of dst: see [smooth.across].
func (t *transform[T]) across(dst, src view[T], live, want int, w *workspace[T]) {
	if t.smooth != nil {
		t.smooth.across(dst, src, live, want, w.work, w.pad)
		return
	}
	t.chirp.across(dst, src, live, want, w.chirp, w.work, w.pad)
}

// inside transforms a line in place whose elements are in that order.
func (t *transform[T]) inside(line view[T], live, want int, w *workspace[T]) {
	if t.smooth != nil {
		t.smooth.inside(line, live, want)
		return
	}
	t.chirp.across(line, line, live, want, w.chirp, w.work, w.pad)
}

// workspace is the scratch memory of one worker.
type workspace[T lane.Float] struct {
	line, work, pad, chirp []T // elements of sixteen lanes
	edge                   []T // the last columns of an image, fewer than sixteen
	tile                   []T // the last rows of an image, fewer than sixteen: two planes
}

// newWorkspace returns scratch memory for these transforms and for rows of so
// many numbers.
func newWorkspace[T lane.Float](row int, ts ...*transform[T]) *workspace[T] {
	span, n, chirps := 0, 0, 0
	for _, t := range ts {
		span, n = max(span, t.span()), max(n, t.n)
		if t.chirp != nil {
			chirps = max(chirps, t.span())
		}
	}
	return &workspace[T]{
		line: aligned[T](n * elementSize), work: aligned[T](span * elementSize), pad: aligned[T](span * elementSize),
		chirp: aligned[T](chirps * elementSize), edge: aligned[T](n * elementSize), tile: aligned[T](2 * width * row),
	}
}

// aligned allocates n numbers at the start of a cache line, so that no vector of
// scratch memory lies in two.
func aligned[T lane.Float](n int) []T {
	const line = 64
	size := int(unsafe.Sizeof(T(0)))
	s := make([]T, n+line/size)
	skip := 0
	if at := int(uintptr(unsafe.Pointer(unsafe.SliceData(s))) % line); at != 0 {
		skip = (line - at) / size
	}
	return s[skip:][:n:n]
}
