package fft

import (
	"fmt"
	"math"
	"testing"

	"lightfast/pnn/lane"
)

// hostile fills v with ordinary numbers and, now and then, with numbers that
// break careless kernels.
func hostile(s *lane.Stream, v []float32, bad bool) {
	odd := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 0, float32(math.Copysign(0, -1)),
		1e-45, -1e-45, 1.1754942e-38, math.MaxFloat32, -math.MaxFloat32}
	for i := range v {
		v[i] = float32(s.Normal())
		if bad && s.Intn(97) == 0 {
			v[i] = odd[s.Intn(len(odd))]
		}
		if bad && s.Intn(3) == 0 {
			v[i] = odd[3+s.Intn(2)] // zeros of both signs meet often enough to be added
		}
	}
}

// sameBits compares results; any NaN equals any other.
func sameBits(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) && !(got[i] != got[i] && want[i] != want[i]) {
			t.Fatalf("%s: number %d is %g (%08x), want %g (%08x)", what, i, got[i], math.Float32bits(got[i]), want[i], math.Float32bits(want[i]))
		}
	}
}

// useISA switches kernels; it returns the way back.
func useISA(name string) func() {
	old := isa
	isa = name
	return func() { isa = old }
}

// onEachISA runs f with every instruction set of this machine but the plain one.
func onEachISA(t *testing.T, f func(t *testing.T)) {
	for _, name := range map[string][]string{"avx2": {"avx2"}, "avx512": {"avx2", "avx512"}}[lane.ISA()] {
		t.Run(name, func(t *testing.T) {
			defer useISA(name)()
			f(t)
		})
	}
}

func TestButterflyKernels(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		s := lane.NewStream(1, "butterflies", 0)
		for _, r := range radices {
			for f := first; f <= head; f++ {
				if (f == half || f == head) && !halves(r.radix) {
					continue
				}
				for count := range 5 {
					p := pass[float32]{form: f, radix: r.radix, src: 1 + s.Intn(3), dst: 1 + s.Intn(3)}
					n := (r.radix-1)*3 + 5
					p.twiddles = make([]float32, 4*2*(r.radix-1))
					hostile(s, p.twiddles, count == 4)
					for range count {
						p.table = append(p.table, int32(s.Intn(4)), int32(s.Intn(4)), int32(s.Intn(4)*2*(r.radix-1)))
					}
					row := elementSize + s.Intn(9)
					data := make([]float32, 2*n*row)
					hostile(s, data, count%2 == 1)
					src := view[float32]{data: data, re: 3, im: n*row - 7, row: row, n: n}
					got, want := make([]float32, 2*n*elementSize), make([]float32, 2*n*elementSize)
					butterflies(&p, scratch(got, n).swapped(), src, 0, count)
					butterfliesGo(&p, scratch(want, n).swapped(), src, 0, count)
					sameBits(t, fmt.Sprintf("%d butterflies of radix %d, form %d", count, r.radix, f), got, want)
				}
			}
		}
	})
}

func TestElementKernels(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		s := lane.NewStream(2, "elements", 0)
		for trial := range 60 {
			n := s.Intn(9)
			x, y := make([]float32, n*elementSize), make([]float32, n*elementSize)
			hostile(s, x, trial%2 == 1)
			hostile(s, y, trial%3 == 1)
			want := append([]float32(nil), x...)
			multiply(x, y, n, trial%4 < 2)
			multiplyGo(want, y, n, trial%4 < 2)
			sameBits(t, "product", x, want)
			factors := make([]float32, 2*n)
			hostile(s, factors, trial%5 == 1)
			got := make([]float32, n*elementSize)
			turn(scratch(got, n), scratch(x, n).swapped(), n, factors)
			turnGo(scratch(want, n), scratch(x, n).swapped(), n, factors)
			sameBits(t, "turned elements", got, want)
		}
	})
}

// shuffled are the numbers below n in some order.
func shuffled(s *lane.Stream, n int) []int32 {
	order := make([]int32, n)
	for i := range order {
		j := s.Intn(i + 1)
		order[i], order[j] = order[j], int32(i)
	}
	return order
}

func TestTransposes(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		s := lane.NewStream(3, "transposes", 0)
		for n := 1; n < 70; n++ {
			row := n + s.Intn(5)
			data := make([]float32, 2*16*row+9)
			columns := newStrips[float32](48, n)
			lanes := make([]float32, n*elementSize)
			for _, v := range [][]float32{data, columns.data, lanes} {
				hostile(s, v, n%2 == 1)
			}
			order, scale := shuffled(s, n), float32(s.Normal())
			for _, at := range []rows[float32]{
				{data: data, re: 9, im: 16*row + 9, row: row, tile: width, last: n - width}, // of an image
				columns.sixteen(n%3, n),
			} {
				in := func() []float32 {
					got := make([]float32, n*elementSize)
					linesIn(scratch(got, n), at, order, scale)
					return got
				}
				out := func() []float32 {
					to := at
					to.data = append([]float32(nil), at.data...)
					linesOut(to, scratch(lanes, n), n)
					return to.data
				}
				for what, run := range map[string]func() []float32{"to lanes": in, "from lanes": out} {
					got := run()
					back := useISA("generic")
					sameBits(t, fmt.Sprintf("%d columns %s", n, what), got, run())
					back()
				}
			}
		}
	})
}

// Strips hold each row where its order says, give back what they were given, and
// touch nothing else.
func TestStrips(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		s := lane.NewStream(4, "strips", 0)
		for n := 1; n < 70; n++ {
			height := 1 + s.Intn(40)
			x, y := must(NewImages[float32](2, height, n)), must(NewImages[float32](2, height, n))
			hostile(s, x.Data, n%2 == 1)
			hostile(s, y.Data, false)
			order := shuffled(s, height+3)
			columns := newStrips[float32](height+3, n)
			for g := range groups(height) {
				columns.load(x, 1, g, order)
			}
			back := useISA("generic")
			want := newStrips[float32](height+3, n)
			for g := range groups(height) {
				want.load(x, 1, g, order)
			}
			back()
			sameBits(t, fmt.Sprintf("%d x %d in strips", height, n), columns.data, want.data)
			sorted := newStrips[float32](height+3, n)
			for g := range groups(n) {
				for e := range height {
					copy(sorted.strip(g).data[e*elementSize:][:elementSize], columns.strip(g).data[int(order[e])*elementSize:])
				}
			}
			expected := append([]float32(nil), y.Data[:2*height*n]...)
			expected = append(expected, x.Data[2*height*n:]...)
			for g := range groups(height) {
				sorted.store(y, 1, g)
			}
			sameBits(t, fmt.Sprintf("%d x %d there and back", height, n), y.Data, expected)
		}
	})
}

// Whole transforms give the same bits on every instruction set and for every
// number of workers.
func TestSameBitsEverywhere(t *testing.T) {
	sizes := [][3]int{{1, 5, 3}, {3, 16, 40}, {2, 33, 35}, {5, 64, 17}, {1, 100, 256}, {2, 22, 30}, {4, 21, 60}, {3, 80, 16}}
	for i, size := range sizes {
		s := lane.NewStream(uint64(i), "whole", 0)
		x := must(NewImages[float32](size[0], size[1], size[2]))
		hostile(s, x.Data, i%2 == 1)
		in := Window{s.Intn(2), s.Intn(2), size[1], size[2]}
		out := Window{s.Intn(size[1]), s.Intn(size[2]), 1 + s.Intn(size[1]), 1 + s.Intn(size[2])}
		transfer := randomTransfer(uint64(i), 4*size[1]*size[2])
		all := func(workers int) []float32 {
			pool := lane.NewPool(workers)
			plane := must(NewPlane[float32](size[1], size[2]))
			line := must(NewLine[float32](size[2]))
			filter := must(NewConvolution[float32](2*size[1], 2*size[2], in, out, transfer))
			var bits []float32
			y := &Images[float32]{x.Count, x.Height, x.Width, append([]float32(nil), x.Data...)}
			z := must(NewImages[float32](x.Count, out.Height, out.Width))
			for _, run := range []func() error{
				func() error { return filter.Apply(pool, z, y) },
				func() error { return plane.Forward(pool, y) },
				func() error { return line.Inverse(pool, y) },
				func() error { return plane.Inverse(pool, y) },
				func() error { return line.Forward(pool, y) },
				func() error { bits = append(bits, y.Data...); return filter.Adjoint(pool, y, z) },
			} {
				if err := run(); err != nil {
					t.Fatal(err)
				}
				bits = append(append(bits, y.Data...), z.Data...)
			}
			return bits
		}
		back := useISA("generic")
		want := all(1)
		back()
		sameBits(t, fmt.Sprintf("%v with 2 workers", size), all(2), want)
		onEachISA(t, func(t *testing.T) {
			for _, workers := range []int{1, 2, 3, 7} {
				sameBits(t, fmt.Sprintf("%v with %d workers", size, workers), all(workers), want)
			}
		})
	}
}
