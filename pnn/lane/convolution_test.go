package lane

import (
	"math"
	"testing"
)

// direct is a convolution by its definition, for one sample.
func direct(c Convolution, w, x []float64) []float64 {
	y := make([]float64, c.Out*c.OutH*c.OutW)
	for o := range c.Out {
		for i := range c.In {
			for ty := range c.Kernel {
				for tx := range c.Kernel {
					for oy := range c.OutH {
						for ox := range c.OutW {
							iy, ix := oy*c.Stride-c.Pad+ty, ox*c.Stride-c.Pad+tx
							if iy >= 0 && iy < c.InH && ix >= 0 && ix < c.InW {
								y[(o*c.OutH+oy)*c.OutW+ox] += w[((o*c.In+i)*c.Kernel+ty)*c.Kernel+tx] * x[(i*c.InH+iy)*c.InW+ix]
							}
						}
					}
				}
			}
		}
	}
	return y
}

func TestConvolutionsMatchTheirDefinition(t *testing.T) {
	s := NewStream(1, "convolutions", 0)
	for _, v := range [][7]int{{1, 5, 4, 2, 3, 1, 1}, {3, 7, 7, 5, 5, 1, 2}, {2, 8, 6, 3, 3, 2, 1}, {2, 6, 6, 4, 5, 1, 0}, {5, 1, 1, 3, 1, 1, 0}} {
		c, err := Convolve(v[0], v[1], v[2], v[3], v[4], v[5], v[6])
		if err != nil {
			t.Fatal(err)
		}
		k2 := c.Kernel * c.Kernel
		w := make([]float64, c.Out*c.In*k2)
		packed, back := NewPacked[float64](c.Out, c.In*k2), NewPacked[float64](c.In, c.Out*k2)
		for i := range w {
			w[i] = s.Normal()
			o, in, tap := i/(c.In*k2), i/k2%c.In, i%k2
			packed.Set(o, in*k2+tap, w[i])
			back.Set(in, o*k2+tap, w[i])
		}
		x, y, g, d := NewBatch[float64](1, c.In*c.InPlane()), NewBatch[float64](1, c.Out*c.OutPlane()), NewBatch[float64](1, c.Out*c.OutPlane()), NewBatch[float64](1, c.In*c.InPlane())
		plain, upper := make([]float64, c.In*c.InH*c.InW), make([]float64, c.Out*c.OutH*c.OutW)
		for i := range plain {
			plain[i] = s.Normal()
			x.Set(0, i/(c.InH*c.InW)*c.InPlane()+i%(c.InH*c.InW), plain[i])
		}
		for i := range upper {
			upper[i] = s.Normal()
			g.Set(0, i/(c.OutH*c.OutW)*c.OutPlane()+i%(c.OutH*c.OutW), upper[i])
		}
		forward, adjoint, weights := c.Plans()
		Product(y.Data, y.Rows, packed, x.Data, x.Rows, 1, forward, nil, Store)
		Product(d.Data, d.Rows, back, g.Data, g.Rows, 1, adjoint, nil, Store)
		dot := 0.0
		for i, want := range direct(c, w, plain) {
			got := y.At(0, i/(c.OutH*c.OutW)*c.OutPlane()+i%(c.OutH*c.OutW))
			if math.Abs(got-want) > 1e-12 {
				t.Fatalf("%+v: output %d is %g, want %g", c, i, got, want)
			}
			dot += got * upper[i]
		}
		other := 0.0
		for i, v := range plain {
			other += v * d.At(0, i/(c.InH*c.InW)*c.InPlane()+i%(c.InH*c.InW))
		}
		if math.Abs(dot-other) > 1e-10*math.Abs(dot) {
			t.Errorf("%+v: <Ax, g> = %g, <x, A'g> = %g", c, dot, other)
		}
		// The gradient of the weights, in the direction of the weights, is <Ax, g>.
		third := 0.0
		dst := make([]float64, c.Out*c.In)
		for tap, plan := range weights {
			Outer(dst, c.Out, c.In, g.Data, g.Rows, c.OutPlane(), x.Data, x.Rows, c.InPlane(), 1, plan)
			for o := range c.Out {
				for i := range c.In {
					third += dst[o*c.In+i] * w[(o*c.In+i)*k2+tap]
				}
			}
		}
		// Columns give the same sums, where they can.
		if columns := c.Columns(); columns != nil {
			all := make([]float64, c.Out*len(columns))
			for first := 0; first < c.Out; first += panel {
				OuterColumns(all, first, c.Out, columns, g.Data, g.Rows, c.OutPlane(), x.Data, x.Rows, 1, weights[0])
			}
			for tap, plan := range weights {
				Outer(dst, c.Out, c.In, g.Data, g.Rows, c.OutPlane(), x.Data, x.Rows, c.InPlane(), 1, plan)
				for at, v := range dst {
					if got := all[at*k2+tap]; got != v {
						t.Fatalf("%+v: sum %d of tap %d is %g by columns, %g by taps", c, at, tap, got, v)
					}
				}
			}
		} else if c.Pad == 0 && !c.Transposed {
			t.Errorf("%+v: no columns", c)
		}
		if math.Abs(dot-third) > 1e-10*math.Abs(dot) {
			t.Errorf("%+v: <Ax, g> = %g, <w, dw> = %g", c, dot, third)
		}
	}
	for _, v := range [][7]int{{0, 5, 5, 1, 3, 1, 1}, {1, 2, 9, 1, 3, 1, 0}, {1, 5, 5, 1, 3, 0, 1}, {1, 5, 5, 1, 3, 1, 3}} {
		if _, err := Convolve(v[0], v[1], v[2], v[3], v[4], v[5], v[6]); err == nil {
			t.Errorf("%v was accepted", v)
		}
	}
}

// Ordinary channel counts: 32 to 64 channels of 16 x 16 pixels.
func BenchmarkConvolution32x64(b *testing.B) {
	c, err := Convolve(32, 16, 16, 64, 3, 1, 1)
	if err != nil {
		b.Fatal(err)
	}
	forward, _, _ := c.Plans()
	w := NewPacked[float32](c.Out, c.In*9)
	x, y := NewBatch[float32](64, c.In*c.InPlane()), NewBatch[float32](64, c.Out*c.OutPlane())
	s := NewStream(1, "bench", 0)
	hostile(s, w.Data, false)
	hostile(s, x.Data, false)
	b.ResetTimer()
	for range b.N {
		Product(y.Data, y.Rows, w, x.Data, x.Rows, Group, forward, nil, Store)
	}
	b.ReportMetric(float64(c.In*c.Out*c.Pairs()*64)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFMA/s")
}
