package fft

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"lightfast/pnn/lane"
)

// fence returns n numbers with a page behind them, or before them, that nobody
// may touch.
func fence(t *testing.T, n int, behind bool) []float32 {
	page := unix.Getpagesize()
	size := (4*n + page - 1) / page * page
	mem, err := unix.Mmap(-1, 0, size+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Munmap(mem); err != nil {
			t.Error(err)
		}
	})
	for _, p := range [][]byte{mem[:page], mem[page+size:]} {
		if err := unix.Mprotect(p, unix.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	inside := mem[page : page+size]
	if behind {
		inside = inside[size-4*n:]
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&inside[0])), n)
}

// Nothing outside of images, tables and scratch memory is read or written: a
// kernel that does so dies here.
func TestKernelsStayInBounds(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		for _, behind := range []bool{true, false} {
			fenced := func(v []float32) []float32 {
				f := fence(t, len(v), behind)
				copy(f, v)
				return f
			}
			for _, size := range [][2]int{{1, 1}, {1, 16}, {16, 1}, {16, 16}, {17, 33}, {31, 15}, {20, 48}, {64, 40}, {35, 21}, {13, 80}, {50, 18}, {128, 16}} {
				h, w := size[0], size[1]
				x := &Images[float32]{1, h, w, fenced(random[float32](1, 2*h*w))}
				plane, line := must(NewPlane[float32](h, w)), must(NewLine[float32](w))
				half := Window{h / 4, w / 4, (h + 1) / 2, (w + 1) / 2}
				y := &Images[float32]{1, half.Height, half.Width, fenced(make([]float32, 2*half.Height*half.Width))}
				filter := must(NewConvolution[float32](h, w, half, half, make([]complex128, h*w)))
				room := must(NewConvolution[float32](2*h, 2*w, Window{1, 1, h, w}, Window{0, 0, half.Height, half.Width}, make([]complex128, 4*h*w)))
				fenceSpace := func(rowLength int, ts ...*transform[float32]) []*workspace[float32] {
					s := newWorkspace(rowLength, ts...)
					for _, v := range []*[]float32{&s.line, &s.work, &s.pad, &s.chirp, &s.edge, &s.tile} {
						if len(*v) > 0 {
							*v = fenced(*v)
						}
					}
					return []*workspace[float32]{s}
				}
				plane.spaces = fenceSpace(w, plane.rows, plane.cols)
				line.spaces = fenceSpace(w, line.t)
				for _, c := range []*Convolution[float32]{filter, room} {
					c.spaces = fenceSpace(0, c.rows, c.cols)
					c.transfer = fenced(c.transfer)
					c.columns = []strips[float32]{newStrips[float32](c.h, max(c.in.Width, c.out.Width))}
					c.columns[0].data = fenced(c.columns[0].data)
				}
				for _, run := range []func() error{
					func() error { return plane.Forward(nil, x) },
					func() error { return plane.Inverse(nil, x) },
					func() error { return line.Forward(nil, x) },
					func() error { return line.Inverse(nil, x) },
					func() error { return filter.Apply(nil, y, y) },
					func() error { return filter.Adjoint(nil, y, y) },
					func() error { return room.Apply(nil, y, x) },
					func() error { return room.Adjoint(nil, x, y) },
				} {
					if err := run(); err != nil {
						t.Fatalf("%d x %d: %v", h, w, err)
					}
				}
			}
		}
	})
}

// Rows of an image may begin anywhere in a cache line.
func TestKernelsAtEveryAlignment(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		want := random[float32](1, 2*20*24)
		p := must(NewPlane[float32](20, 24))
		if err := p.Forward(lane.NewPool(1), &Images[float32]{1, 20, 24, want}); err != nil {
			t.Fatal(err)
		}
		for shift := range 17 {
			got := fence(t, 2*20*24+shift, false)[shift:]
			copy(got, random[float32](1, len(got)))
			if err := p.Forward(nil, &Images[float32]{1, 20, 24, got}); err != nil {
				t.Fatal(err)
			}
			sameBits(t, "a shifted image", got, want)
		}
	})
}
