package lane

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// fence is memory between two pages that must not be touched: what a kernel
// reads or writes beyond its arrays ends the test with a fault.
type fence struct {
	t    *testing.T
	room []byte
	end  bool // arrays touch the far page, otherwise the near one
}

func newFence(t *testing.T) *fence {
	page := unix.Getpagesize()
	m, err := unix.Mmap(-1, 0, 66*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Munmap(m) })
	for _, p := range [][]byte{m[:page], m[65*page:]} {
		if err := unix.Mprotect(p, unix.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	return &fence{t: t, room: m[page : 65*page]}
}

// fenced returns n numbers of type T at one end of a fence. Each array of a
// kernel needs a fence of its own.
func fenced[T any](f *fence, n int) []T {
	var zero T
	size := n * int(unsafe.Sizeof(zero))
	if size > len(f.room) {
		f.t.Fatalf("%d bytes do not fit between the fences", size)
	}
	if n == 0 {
		return nil
	}
	at := 0
	if f.end {
		at = len(f.room) - size
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&f.room[at])), n)
}

func TestKernelsStayInBounds(t *testing.T) {
	fences := make([]*fence, 8)
	for i := range fences {
		fences[i] = newFence(t)
	}
	onEachISA(t, func(t *testing.T) {
		s := NewStream(11, "fences", 0)
		for trial := range 1500 {
			for _, f := range fences {
				f.end = s.Intn(2) == 0
			}
			f32s := func(i, n int) []float32 {
				v := fenced[float32](fences[i], n)
				hostile(s, v, trial%3 == 0)
				return v
			}
			n := s.Intn(200)
			SinCosRows(f32s(0, n), f32s(1, n), f32s(2, n))
			ExpRows(f32s(0, n), f32s(1, n))
			LogRows(f32s(0, n), f32s(1, n))
			ReLU(f32s(0, n), f32s(1, n))
			Mask(f32s(0, n), f32s(1, n))
			Add(f32s(0, n), f32s(1, n))
			Times(f32s(0, n), f32s(1, n), f32s(2, n))
			Unsaturated(f32s(0, n), f32s(1, n), f32s(2, n), 3)

			f64s := func(i int) []float64 { return fenced[float64](fences[i], n) }
			AdamStep{Bias1: 1, Bias2: 1, Single: trial%2 == 0}.Apply(f64s(0), f64s(1), f64s(2), f64s(3))

			lines, blocks := 2+s.Intn(6), s.Intn(7)
			size := blocks * 2 * lines * Width
			ElectroOptic(f32s(0, size), f32s(1, size), lines, blocks, 1, 1, 1)
			ElectroOpticAdjoint(f32s(0, size), f32s(1, size), f32s(2, size), f32s(3, size), lines, blocks, 1, 1, 1)
			Detect(f32s(0, size/2), f32s(1, size), lines, blocks)
			Turn(f32s(0, size), f32s(1, lines), f32s(2, lines), blocks)
			SumRows(f32s(0, size), 2*lines, 2*lines, blocks)

			pairs := lines / 2
			top, next := fenced[int32](fences[0], pairs), fenced[int32](fences[1], pairs)
			for i := range top {
				top[i], next[i] = int32(2*i), int32(2*i+1)
			}
			rotors := fenced[Rotor[float32]](fences[2], pairs)
			Rotate(f32s(3, size), lines, blocks, top, next, rotors)
			RotateAdjoint(fenced[Rotor[float32]](fences[4], pairs), f32s(3, size), f32s(5, size), lines, blocks, top, next, rotors)

			rows, cols := 1+s.Intn(9), 1+s.Intn(30)
			if trial%20 == 0 {
				cols += denseRun
			}
			if blocks*cols*Width > 64<<10 {
				blocks = 2
			}
			w := &Packed[float32]{rows, cols, f32s(0, (rows+3)/4*4*cols)}
			w.Load(fenced[float64](fences[1], rows*cols), cols, 1)
			w.Load(fenced[float64](fences[1], rows*cols), 1, rows)
			bias := f32s(1, (rows+3)/4*4)
			if trial%4 == 0 {
				bias = nil
			}
			Product(f32s(2, blocks*rows*Width), rows, w, f32s(3, blocks*cols*Width), cols, blocks, Dense(cols), bias, Finish(trial%3))
			y, x := f32s(2, blocks*rows*Width), f32s(3, blocks*cols*Width)
			plan := NewOuterPlan([]Pair{{}})
			Outer(f32s(4, rows*cols), rows, cols, y, rows, 1, x, cols, 1, blocks, plan)
			py := &Panels[float32]{Rows: rows, blocks: blocks, data: f32s(5, (rows+3)/4*4*blocks*Width)}
			px := &Panels[float32]{Rows: cols, blocks: blocks, data: f32s(6, (cols+3)/4*4*blocks*Width)}
			for i := range py.Count() {
				py.Pack(i, y)
			}
			for i := range px.Count() {
				px.Pack(i, x)
			}
			OuterPanels(f32s(4, rows*cols), 0, py.Count(), py, px)
			AddOuterPanels(fenced[float64](fences[4], rows*cols), trial%2 == 0, 0, py.Count(), py, px)
			if turns[float32]() && blocks == Group {
				px := &Panels[float32]{Rows: cols, blocks: blocks, turned: true, data: f32s(6, (cols+31)/32*32*blocks*Width)}
				for i := range px.Count() {
					px.Pack(i, x)
				}
				AddOuterPanels(fenced[float64](fences[4], rows*cols), trial%2 == 0, 0, py.Count(), py, px)
			}
		}
	})
}
