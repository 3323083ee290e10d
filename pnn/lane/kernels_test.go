package lane

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"testing"
)

// hostile fills v with ordinary numbers and, now and then, with numbers that
// break careless kernels.
func hostile(s *Stream, v []float32, bad bool) {
	odd := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 0, float32(math.Copysign(0, -1)),
		1e-45, -1e-45, 1.1754942e-38, math.MaxFloat32, -math.MaxFloat32}
	for i := range v {
		v[i] = float32(s.Normal())
		if bad && s.Intn(23) == 0 {
			v[i] = odd[s.Intn(len(odd))]
		}
	}
}

// sameBits compares float32 results; any NaN equals any other.
func sameBits(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) && !(got[i] != got[i] && want[i] != want[i]) {
			t.Fatalf("%s: element %d is %g (%08x), want %g (%08x)", what, i, got[i], math.Float32bits(got[i]), want[i], math.Float32bits(want[i]))
		}
	}
}

// useISA switches kernels; it returns the way back.
func useISA(name string) func() {
	old := isa
	isa = name
	return func() { isa = old }
}

// onEachISA runs f with every instruction set that is not the plain one.
func onEachISA(t *testing.T, f func(t *testing.T)) {
	for _, name := range supportedISA()[1:] {
		t.Run(name, func(t *testing.T) {
			defer useISA(name)()
			f(t)
		})
	}
}

func TestFMAIsCorrectlyRounded(t *testing.T) {
	s := NewStream(1, "fma", 0)
	exact := func(a, b, c float32) float32 {
		x := new(big.Float).SetPrec(2000).SetFloat64(float64(a))
		x.Mul(x, new(big.Float).SetFloat64(float64(b)))
		x.Add(x, new(big.Float).SetFloat64(float64(c)))
		f, _ := x.Float32()
		return f
	}
	for i := range 400_000 {
		// Random bit patterns, and sums that come close to ties of the rounding.
		a, b, c := math.Float32frombits(s.Uint32()), math.Float32frombits(s.Uint32()), math.Float32frombits(s.Uint32())
		switch i % 4 {
		case 1:
			a, b = float32(s.Intn(1<<12))/(1<<11), float32(1+s.Intn(1<<12))/(1<<11)
			c = float32(math.Ldexp(float64(1+s.Intn(1<<24)), s.Intn(60)-50))
		case 2: // subnormal results
			a, b, c = a*0x1p-100, float32(s.Normal())*0x1p-30, float32(s.Normal())*0x1p-127
		case 3: // c = half a unit in the last place of a*b
			a, b = float32(s.Normal()), float32(s.Normal())
			c = float32(math.Ldexp(float64(a*b), -24-s.Intn(3)))
		}
		if v := a*b + c; a != a || b != b || c != c || math.IsInf(float64(v), 0) || v != v {
			continue
		}
		got, want := fma32(a, b, c), exact(a, b, c)
		if got != want {
			t.Fatalf("fma32(%g, %g, %g) = %g, exactly %g", a, b, c, got, want)
		}
	}
}

func TestProductKernels(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		s := NewStream(2, "product", 0)
		for trial := range 300 {
			rows, cols, blocks, srcRows := 1+s.Intn(9), 1+s.Intn(40), 1+s.Intn(9), 40+s.Intn(5)
			if trial%10 == 4 { // more columns than are multiplied in one run
				cols = 3 * denseRun / 2
				srcRows = cols
			}
			w := NewPacked[float32](rows, cols)
			src := make([]float32, blocks*srcRows*Width)
			bias := make([]float32, 12)
			hostile(s, w.Data, trial%3 == 0)
			hostile(s, src, trial%3 == 1)
			hostile(s, bias, trial%7 == 1)
			plan := Dense(cols)
			if trial%2 == 1 { // a gather with several sites, and runs of a few terms
				var sites []PlanSite
				for o := range 3 {
					site := PlanSite{Out: o, Base: o}
					for k := range s.Intn(cols) + 1 {
						site.Col = append(site.Col, k)
						site.Row = append(site.Row, o+s.Intn(srcRows-2))
					}
					sites = append(sites, site)
				}
				plan = NewPlan(sites, 3)
				plan.run = 1 + s.Intn(50)
			}
			dstRows := 3*rows + 1
			got := make([]float32, blocks*dstRows*Width)
			hostile(s, got, trial%6 == 0)
			want := append([]float32(nil), got...)
			finish := Finish(trial / 2 % 3)
			if trial%5 == 0 {
				bias = nil
			}
			Product(got, dstRows, w, src, srcRows, blocks, plan, bias, finish)
			back := useISA("generic")
			Product(want, dstRows, w, src, srcRows, blocks, plan, bias, finish)
			back()
			sameBits(t, fmt.Sprintf("trial %d, %dx%d, %d blocks", trial, rows, cols, blocks), got, want)
		}
	})
}

func TestOuterKernels(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		s := NewStream(3, "outer", 0)
		for trial := range 200 {
			rows, cols, blocks := 1+s.Intn(9), 1+s.Intn(9), s.Intn(6)
			pixels := 1 + s.Intn(5)
			y, x := make([]float32, blocks*rows*pixels*Width), make([]float32, blocks*cols*pixels*Width)
			hostile(s, y, trial%3 == 0)
			hostile(s, x, trial%3 == 1)
			var pairs []Pair
			for range 1 + s.Intn(6) {
				pairs = append(pairs, Pair{s.Intn(pixels), s.Intn(pixels)})
			}
			plan := NewOuterPlan(pairs)
			got, want := make([]float32, rows*cols), make([]float32, rows*cols)
			Outer(got, rows, cols, y, rows*pixels, pixels, x, cols*pixels, pixels, blocks, plan)
			back := useISA("generic")
			Outer(want, rows, cols, y, rows*pixels, pixels, x, cols*pixels, pixels, blocks, plan)
			back()
			sameBits(t, fmt.Sprintf("trial %d, %dx%d, %d blocks", trial, rows, cols, blocks), got, want)
		}
	})
}

// TestOuterTaps also holds strips against the whole images of Outer.
func TestOuterTaps(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		s := NewStream(4, "taps", 0)
		strips := 0
		for trial := range 60 {
			side := 19
			if trial%5 == 1 {
				side = 60
			}
			g := Convolution{In: 1 + s.Intn(9), Out: 1 + s.Intn(9), InH: side - s.Intn(19), InW: side - s.Intn(19), Kernel: 3, Stride: 1 + trial%2, Pad: 1}
			g.OutH, g.OutW = (g.InH+g.Stride-1)/g.Stride, (g.InW+g.Stride-1)/g.Stride
			if trial%3 == 0 {
				g.Transposed, g.InH, g.InW, g.OutH, g.OutW = true, g.OutH, g.OutW, g.OutH*g.Stride, g.OutW*g.Stride
			}
			blocks := s.Intn(4)
			yRows, xRows := g.Out*g.OutPlane()+s.Intn(3), g.In*g.InPlane()+s.Intn(3)
			y, x := make([]float32, blocks*yRows*Width), make([]float32, blocks*xRows*Width)
			hostile(s, y, trial%5 == 0)
			hostile(s, x, trial%5 == 1)
			_, _, plans := g.Plans()
			n := g.Out * g.In
			got, want := make([]float32, len(plans)*n), make([]float32, len(plans)*n)
			taps := NewTaps(plans, g.OutH*g.OutW)
			if taps.strips > 1 {
				strips++
			}
			OuterTaps(got, g.Out, g.In, y, yRows, g.OutPlane(), x, xRows, g.InPlane(), blocks, taps)
			back := useISA("generic")
			for k, plan := range plans {
				Outer(want[k*n:], g.Out, g.In, y, yRows, g.OutPlane(), x, xRows, g.InPlane(), blocks, plan)
			}
			back()
			sameBits(t, fmt.Sprintf("trial %d, %+v, %d blocks", trial, g, blocks), got, want)
		}
		if strips == 0 {
			t.Error("no image was large enough for strips")
		}
	})
}

func TestLoadPacksRowsAndColumns(t *testing.T) {
	s := NewStream(8, "pack", 0)
	for trial := range 200 {
		rows, cols := 1+s.Intn(11), 1+s.Intn(20)
		row, col := cols+s.Intn(3), 1
		switch trial % 3 {
		case 1:
			row, col = 1, rows+s.Intn(3)
		case 2:
			row, col = 2*cols, 2
		}
		v := make([]float64, (rows-1)*row+(cols-1)*col+1)
		for i := range v {
			v[i] = s.Normal()
		}
		single, double, want := NewPacked[float32](rows, cols), NewPacked[float64](rows, cols), NewPacked[float32](rows, cols)
		single.Load(v, row, col)
		double.Load(v, row, col)
		for r := range rows {
			for k := range cols {
				x := v[r*row+k*col]
				want.Set(r, k, float32(x))
				if got := double.At(r, k); got != x {
					t.Fatalf("element (%d, %d) of %d x %d is %g, want %g", r, k, rows, cols, got, x)
				}
			}
		}
		sameBits(t, fmt.Sprintf("%d x %d, steps %d and %d", rows, cols, row, col), single.Data, want.Data)
		back := useISA("generic")
		clear(single.Data)
		single.Load(v, row, col)
		back()
		sameBits(t, "plain", single.Data, want.Data)
	}
}

func TestOuterPanels(t *testing.T) {
	testOuterPanels(t)
	onEachISA(t, testOuterPanels)
}

func testOuterPanels(t *testing.T) {
	s := NewStream(7, "panels", 0)
	for trial := range 60 {
		rows, cols, blocks := 1+s.Intn(9), 1+s.Intn(9), s.Intn(6)
		if trial%3 == 0 { // of which inputs may be turned
			cols, blocks = 1+s.Intn(80), Group
		}
		y, x := make([]float32, blocks*rows*Width), make([]float32, blocks*cols*Width)
		hostile(s, y, false)
		hostile(s, x, false)
		plan := NewOuterPlan([]Pair{{}})
		want, got := make([]float32, rows*cols), make([]float32, rows*cols)
		Outer(want, rows, cols, y, rows, 1, x, cols, 1, blocks, plan)
		var py, px Panels[float32]
		py.Fit(rows, blocks)
		px.Fit(cols, blocks)
		for i := range py.Count() {
			py.Pack(i, y)
		}
		for i := range px.Count() {
			px.Pack(i, x)
		}
		cut := s.Intn(py.Count() + 1)
		OuterPanels(got, 0, cut, &py, &px)
		OuterPanels(got, cut, py.Count(), &py, &px)
		sameBits(t, fmt.Sprintf("%d x %d, %d blocks", rows, cols, blocks), got, want)
		// Added to sums, and to sums that count as zero, from inputs in either order.
		sum := make([]float64, rows*cols)
		for i := range sum {
			sum[i] = s.Normal()
		}
		inputs := &Panels[float32]{}
		inputs.FitInputs(cols, blocks)
		for i := range inputs.Count() {
			inputs.Pack(i, x)
		}
		for _, px := range []*Panels[float32]{&px, inputs} {
			added := slices.Clone(sum)
			AddOuterPanels(added, false, 0, cut, &py, px)
			AddOuterPanels(added, false, cut, py.Count(), &py, px)
			set := slices.Clone(sum)
			AddOuterPanels(set, true, 0, cut, &py, px)
			AddOuterPanels(set, true, cut, py.Count(), &py, px)
			for i, v := range want {
				if added[i] != sum[i]+float64(v) || set[i] != float64(v) {
					t.Fatalf("%d x %d, %d blocks: %g added to %g gives %g, set %g", rows, cols, blocks, v, sum[i], added[i], set[i])
				}
			}
		}
	}
}

// A gradient that is learnt from at once changes what one does that is stored first.
func TestLearnOuterPanels(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		s := NewStream(8, "learn", 0)
		for trial := range 40 {
			rows, cols := 1+s.Intn(40), 1+s.Intn(80)
			if trial%2 == 0 {
				cols = (cols + Width - 1) / Width * Width // of which there are tiles
			}
			y, x := make([]float32, Group*rows*Width), make([]float32, Group*cols*Width)
			hostile(s, y, false)
			hostile(s, x, false)
			var py, px Panels[float32]
			py.Fit(rows, Group)
			px.FitInputs(cols, Group)
			for i := range py.Count() {
				py.Pack(i, y)
			}
			for i := range px.Count() {
				px.Pack(i, x)
			}
			n := rows * cols
			l := Learning{AdamStep: AdamStep{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Rate: 1e-3, Bias1: 0.1, Bias2: 0.03, Single: true}}
			for range n {
				l.Value, l.M, l.V = append(l.Value, float64(float32(s.Normal()))), append(l.M, s.Normal()), append(l.V, s.Float64())
			}
			want := Learning{l.AdamStep, slices.Clone(l.Value), slices.Clone(l.M), slices.Clone(l.V)}
			got, packed := NewPacked[float32](rows, cols), NewPacked[float32](rows, cols)
			LearnOuterPanels(&l, got, make([]float64, n), 0, py.Count(), &py, &px)
			func() {
				defer useISA("generic")()
				gradient, sum := make([]float32, n), make([]float64, n)
				Outer(gradient, rows, cols, y, rows, 1, x, cols, 1, Group, NewOuterPlan([]Pair{{}}))
				for i, g := range gradient {
					sum[i] += float64(g)
				}
				want.Apply(want.Value, want.M, want.V, sum)
				packed.Load(want.Value, cols, 1)
			}()
			what := fmt.Sprintf("%d x %d", rows, cols)
			sameBits(t, what, got.Data, packed.Data)
			for i := range n {
				if l.Value[i] != want.Value[i] || l.M[i] != want.M[i] || l.V[i] != want.V[i] {
					t.Fatalf("%s, number %d: %g, %g, %g, want %g, %g, %g", what, i, l.Value[i], l.M[i], l.V[i], want.Value[i], want.M[i], want.V[i])
				}
			}
		}
	})
}

// The plain-Go twins of what turns inputs, in no order that Outer knows.
func TestTurnedTwins(t *testing.T) {
	s := NewStream(9, "turned", 0)
	const rows, cols = 6, 32
	y, x := make([]float32, Group*rows*Width), make([]float32, Group*cols*Width)
	hostile(s, y, false)
	hostile(s, x, false)
	var py Panels[float32]
	py.Fit(rows, Group)
	for i := range py.Count() {
		py.Pack(i, y)
	}
	want, sum, turned := make([]float32, rows*cols), make([]float64, rows*cols), make([]float32, len(x))
	Outer(want, rows, cols, y, rows, 1, x, cols, 1, Group, NewOuterPlan([]Pair{{}}))
	for b := range Group {
		for lo := 0; lo < cols; lo += Width {
			turnRowsGo(turned[b*cols*Width+lo:], x[(b*cols+lo)*Width:])
		}
	}
	addTurnedGo(sum, cols, true, py.data, py.size(), rows, turned, cols)
	for i, v := range want {
		if sum[i] != float64(v) {
			t.Fatalf("number %d: %g, want %g", i, sum[i], v)
		}
	}
}

func TestRotateKernels(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		s := NewStream(4, "rotate", 0)
		for trial := range 200 {
			lines, blocks := 2+s.Intn(9), s.Intn(4)
			var top, next []int32
			for i := s.Intn(2); i+1 < lines; i += 2 {
				top, next = append(top, int32(i)), append(next, int32(i+1))
			}
			rotors := make([]Rotor[float32], len(top))
			for i := range rotors {
				v := make([]float32, 8)
				hostile(s, v, trial%5 == 0)
				rotors[i] = Rotor[float32]{v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]}
			}
			n := blocks * 2 * lines * Width
			got, grad := make([]float32, n), make([]float32, n)
			hostile(s, got, trial%3 == 0)
			hostile(s, grad, trial%4 == 0)
			want, state, wantGrad := append([]float32(nil), got...), append([]float32(nil), got...), append([]float32(nil), grad...)
			sum, wantSum := make([]Rotor[float32], len(top)), make([]Rotor[float32], len(top))
			elsewhere := make([]float32, n)
			RotateTo(elsewhere, got, lines, blocks, top, next, rotors)
			Rotate(got, lines, blocks, top, next, rotors)
			for b := range blocks {
				for _, l := range append(top, next...) {
					for _, at := range []int{(b*2*lines + int(l)) * Width, ((b*2+1)*lines + int(l)) * Width} {
						sameBits(t, "lines rotated elsewhere", elsewhere[at:at+Width], got[at:at+Width])
					}
				}
			}
			RotateAdjoint(sum, grad, state, lines, blocks, top, next, rotors)
			back := useISA("generic")
			Rotate(want, lines, blocks, top, next, rotors)
			RotateAdjoint(wantSum, wantGrad, state, lines, blocks, top, next, rotors)
			back()
			sameBits(t, "rotated lines", got, want)
			sameBits(t, "gradient of the lines", grad, wantGrad)
			for i, r := range sum {
				w := wantSum[i]
				sameBits(t, "gradient of a rotor", []float32{r.Ar, r.Ai, r.Br, r.Bi, r.Cr, r.Ci, r.Dr, r.Di}, []float32{w.Ar, w.Ai, w.Br, w.Bi, w.Cr, w.Ci, w.Dr, w.Di})
			}
		}
	})
}

func TestRowKernels(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		s := NewStream(5, "rows", 0)
		for trial := range 200 {
			g, y := make([]float32, s.Intn(200)), []float32(nil)
			y = make([]float32, len(g))
			hostile(s, g, trial%2 == 0)
			hostile(s, y, trial%3 == 0)
			want := append([]float32(nil), g...)
			Mask(g, y)
			back := useISA("generic")
			Mask(want, y)
			back()
			sameBits(t, "mask", g, want)
			Add(g, y)
			back = useISA("generic")
			Add(want, y)
			back()
			sameBits(t, "sum", g, want)
			Times(g, g, y)
			back = useISA("generic")
			Times(want, want, y)
			back()
			sameBits(t, "product", g, want)
			u, ku, wantU, wantKU := make([]float32, len(y)), make([]float32, len(y)), make([]float32, len(y)), make([]float32, len(y))
			k := float32(s.Normal())
			Unsaturated(u, ku, y, k)
			back = useISA("generic")
			Unsaturated(wantU, wantKU, y, k)
			back()
			sameBits(t, "unsaturated share", u, wantU)
			sameBits(t, "its multiple", ku, wantKU)
			blocks, yRows := 1+s.Intn(4), 3+s.Intn(5)
			v := make([]float32, blocks*yRows*Width)
			hostile(s, v, trial%4 == 0)
			got := SumRows(v, yRows, 3, blocks)
			back = useISA("generic")
			ref := SumRows(v, yRows, 3, blocks)
			back()
			sameBits(t, "sum of rows", []float32{got}, []float32{ref})
		}
	})
}

func TestSinCos32(t *testing.T) {
	s := NewStream(6, "sincos", 0)
	worst := 0.0
	for range 300_000 {
		x := float32(200 * (s.Float64() - 0.5))
		sin, cos := SinCos32(x)
		worst = max(worst, math.Abs(float64(sin)-math.Sin(float64(x))), math.Abs(float64(cos)-math.Cos(float64(x))))
	}
	if worst > 1e-7 {
		t.Errorf("worst error %.3g, want below 1e-7 (an ulp of 1 is 1.2e-7)", worst)
	}
	if sin, _ := SinCos32(float32(1e6)); math.Abs(float64(sin)-math.Sin(1e6)) > 1e-6 {
		t.Errorf("sin 1e6 = %g", sin)
	}
}

func BenchmarkProductComplex64x64x512(b *testing.B) {
	w := NewPacked[float32](128, 128)
	src, dst := NewBatch[float32](512, 128), NewBatch[float32](512, 128)
	s := NewStream(1, "bench", 0)
	hostile(s, w.Data, false)
	hostile(s, src.Data, false)
	plan := Dense(128)
	b.ResetTimer()
	for range b.N {
		for g := 0; g < src.Blocks(); g += Group {
			Product(dst.Block(g, g+Group), 128, w, src.Block(g, g+Group), 128, Group, plan, nil, Store)
		}
	}
	b.ReportMetric(128*128*512*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFMA/s")
}

func BenchmarkProduct512x512x512(b *testing.B) { benchmarkProduct(b, 512, 512, 512) }
func BenchmarkProduct128x784x512(b *testing.B) { benchmarkProduct(b, 128, 784, 512) }

func benchmarkProduct(b *testing.B, rows, cols, samples int) {
	w := NewPacked[float32](rows, cols)
	src, dst := NewBatch[float32](samples, cols), NewBatch[float32](samples, rows)
	s := NewStream(1, "bench", 0)
	hostile(s, w.Data, false)
	hostile(s, src.Data, false)
	plan := Dense(cols)
	b.ResetTimer()
	for range b.N {
		for g := 0; g < src.Blocks(); g += Group {
			Product(dst.Block(g, g+Group), rows, w, src.Block(g, g+Group), cols, Group, plan, nil, Store)
		}
	}
	b.ReportMetric(float64(rows*cols*samples)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFMA/s")
}

// BenchmarkOuterTaps is the weight gradient of a 3 x 3 convolution of planes of 200 x
// 200 pixels, strip by strip and tap by tap.
func BenchmarkOuterTaps(b *testing.B) {
	g := Convolution{In: 8, Out: 8, InH: 200, InW: 200, OutH: 200, OutW: 200, Kernel: 3, Stride: 1, Pad: 1}
	const blocks = 2
	rows, n := g.Out*g.OutPlane(), g.Out*g.In
	y, x := make([]float32, blocks*rows*Width), make([]float32, blocks*rows*Width)
	for i := range y {
		y[i], x[i] = float32(i%7), float32(i%5)
	}
	_, _, plans := g.Plans()
	taps, dst := NewTaps(plans, g.OutH*g.OutW), make([]float32, len(plans)*n)
	b.Run("strips", func(b *testing.B) {
		for range b.N {
			OuterTaps(dst, g.Out, g.In, y, rows, g.OutPlane(), x, rows, g.InPlane(), blocks, taps)
		}
	})
	b.Run("taps", func(b *testing.B) {
		for range b.N {
			for t, plan := range plans {
				Outer(dst[t*n:], g.Out, g.In, y, rows, g.OutPlane(), x, rows, g.InPlane(), blocks, plan)
			}
		}
	})
}

func BenchmarkOuterComplex64x64x512(b *testing.B) {
	x, y := NewBatch[float32](512, 128), NewBatch[float32](512, 128)
	s := NewStream(1, "bench", 0)
	hostile(s, x.Data, false)
	hostile(s, y.Data, false)
	dst := make([]float32, 128*128)
	var py, px Panels[float32]
	b.ResetTimer()
	for range b.N {
		py.Fit(128, y.Blocks())
		px.Fit(128, x.Blocks())
		for i := range px.Count() {
			py.Pack(i, y.Data)
			px.Pack(i, x.Data)
		}
		for i := 0; i < py.Count(); i += 2 {
			OuterPanels(dst, i, i+2, &py, &px)
		}
	}
	b.ReportMetric(128*128*512*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFMA/s")
}

// Bytes become lanes whatever the instruction set, the length of rows and their number.
func TestGatherLanes(t *testing.T) {
	onEachISA(t, func(t *testing.T) {
		s := NewStream(10, "gather", 0)
		var table [256]float32
		for i := range table {
			table[i] = float32(s.Normal())
		}
		for n := range 50 {
			for _, count := range []int{0, 1, 7, Width} {
				rows := make([][]uint8, count)
				for l := range rows {
					rows[l] = make([]uint8, n)
					for k := range rows[l] {
						rows[l][k] = uint8(s.Intn(256))
					}
				}
				got := make([]float32, n*Width)
				hostile(s, got, true)
				GatherLanes(got, &table, rows)
				for i, v := range got {
					want := float32(0)
					if l := i % Width; l < count {
						want = table[rows[l][i/Width]]
					}
					if v != want {
						t.Fatalf("%d rows of %d, element %d: %g, want %g", count, n, i, v, want)
					}
				}
			}
		}
	})
}
