package sepn

import (
	"math"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

func TestParameterCounts(t *testing.T) {
	// Zheng et al. 2023: "~4k" and "~10k" complex numbers, biases included twice.
	for _, c := range []struct {
		f    [3]int
		want int
	}{{[3]int{4, 6, 8}, 8070}, {[3]int{4, 8, 16}, 19514}} {
		n, err := UNet[float32]("s", 8, 8, c.f)
		if err != nil {
			t.Fatal(err)
		}
		if n.Count() != c.want {
			t.Errorf("features %v: %d parameters, want %d", c.f, n.Count(), c.want)
		}
	}
}

func TestBadShapes(t *testing.T) {
	if _, err := UNet[float32]("s", 6, 8, [3]int{4, 6, 8}); err == nil {
		t.Error("a U-Net on 6 x 8 pixels was accepted")
	}
	if _, err := UNet[float32]("s", 8, 8, [3]int{4, 0, 8}); err == nil {
		t.Error("a U-Net without features was accepted")
	}
	if _, err := Residual[float32]("s", 8, 8, 0, 4); err == nil {
		t.Error("a residual network without layers was accepted")
	}
}

// direct computes a complex convolution as its definition says, for one sample:
// x[channel][y][x], weights in PyTorch's order.
func direct(c *conv[float64], x []complex128) []complex128 {
	out := make([]complex128, c.out*c.OutH*c.OutW)
	for o := range c.out {
		for p := range c.OutH * c.OutW {
			re, im := c.br.Value[o]-c.bi.Value[o], c.br.Value[o]+c.bi.Value[o]
			out[o*c.OutH*c.OutW+p] = complex(re, im)
		}
		for i := range c.in {
			for ty := range 3 {
				for tx := range 3 {
					w := complex(c.wr.Value[c.weight(o, i)+ty*3+tx], c.wi.Value[c.weight(o, i)+ty*3+tx])
					for oy := range c.OutH {
						for ox := range c.OutW {
							for iy := range c.InH {
								for ix := range c.InW {
									hit := iy == oy*c.Stride-1+ty && ix == ox*c.Stride-1+tx
									if c.Transposed {
										hit = oy == iy*c.Stride-1+ty && ox == ix*c.Stride-1+tx
									}
									if hit {
										out[(o*c.OutH+oy)*c.OutW+ox] += w * x[(i*c.InH+iy)*c.InW+ix]
									}
								}
							}
						}
					}
				}
			}
		}
	}
	return out
}

func TestConvolutionsMatchTheirDefinition(t *testing.T) {
	for name, g := range map[string]lane.Convolution{"same": same(5, 4), "down": down(6, 4), "up": up(3, 2), "tiny": same(2, 2)} {
		c := newConv[float64]("c", g, 2, 3)
		s := lane.NewStream(1, "weights", 0)
		for _, p := range c.parameters() {
			for i := range p.Value {
				p.Value[i] = s.Normal()
			}
		}
		c.update()
		const samples = 3
		in := lane.NewBatch[float64](samples, 2*c.in*g.InPlane())
		out := lane.NewBatch[float64](samples, 2*c.out*g.OutPlane())
		for i := range samples {
			for r := range in.Rows {
				in.Set(i, r, s.Normal())
			}
		}
		lane.Product(out.Data, out.Rows, c.w, in.Data, in.Rows, 1, c.forward, c.bias, lane.Store)
		for i := range samples {
			size, plane := g.InH*g.InW, g.InPlane()
			x := make([]complex128, c.in*size)
			for k := range x {
				at := k/size*2*plane + k%size
				x[k] = complex(in.At(i, at), in.At(i, at+plane))
			}
			size, plane = g.OutH*g.OutW, g.OutPlane()
			for k, want := range direct(c, x) {
				at := k/size*2*plane + k%size
				if math.Hypot(out.At(i, at)-real(want), out.At(i, at+plane)-imag(want)) > 1e-12 {
					t.Fatalf("%s: sample %d, output %d is (%g, %g), want %v", name, i, k, out.At(i, at), out.At(i, at+plane), want)
				}
			}
		}
	}
}

func nets(t *testing.T) map[string]*Net[float64] {
	u, err := UNet[float64]("s", 8, 4, [3]int{2, 3, 4})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Residual[float64]("s", 3, 5, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*Net[float64]{"unet": u, "residual": r}
}

func TestGradientsAgainstDifferences(t *testing.T) {
	for name, n := range nets(t) {
		n.Initialise(4, 0)
		const blocks = 2
		s := lane.NewStream(2, "fields", 0)
		size := blocks * n.Rows() * lane.Width
		in, g, out, dIn := make([]float64, size), make([]float64, size), make([]float64, size), make([]float64, size)
		for i := range in {
			in[i], g[i] = s.Normal(), s.Normal()
		}
		ws := n.NewWorkspace(lane.Group)
		loss := func() (l float64) {
			n.Update()
			n.Forward(ws, out, in, blocks)
			for i := range out {
				l += out[i] * g[i]
			}
			return l
		}
		loss()
		sums := n.NewPartial()
		n.Backward(ws, dIn, g, blocks, sums)
		n.Collect([]Partial[float64]{sums})
		const h = 1e-6
		check := func(what string, v, grad []float64) {
			dir := make([]float64, len(v))
			var predicted float64
			for i := range v {
				dir[i] = s.Normal()
				predicted += dir[i] * grad[i]
			}
			move := func(by float64) {
				for i := range v {
					v[i] += by * dir[i]
				}
			}
			move(h)
			up := loss()
			move(-2 * h)
			down := loss()
			move(h)
			if d := (up - down) / (2 * h); math.Abs(d-predicted) > 1e-5*(1+math.Abs(d)) {
				t.Errorf("%s, %s: difference quotient %.9g, gradient %.9g", name, what, d, predicted)
			}
		}
		check("input", in, dIn)
		for _, p := range n.Parameters() {
			check(p.Name, p.Value, p.Grad)
		}
	}
}

func TestFrozenWeightsGiveTheSameInputGradient(t *testing.T) {
	for name, n := range nets(t) {
		n.Initialise(4, 0)
		size := n.Rows() * lane.Width
		in, g := make([]float64, size), make([]float64, size)
		s := lane.NewStream(2, "fields", 0)
		for i := range in {
			in[i], g[i] = s.Normal(), s.Normal()
		}
		ws := n.NewWorkspace(lane.Group)
		a, b := make([]float64, size), make([]float64, size)
		n.Forward(ws, a, in, 1)
		n.Backward(ws, a, g, 1, n.NewPartial())
		n.Backward(ws, b, g, 1, nil)
		for i := range a {
			if a[i] != b[i] {
				t.Fatalf("%s: gradient of row %d differs", name, i)
			}
		}
	}
}

func benchmarkNet(b *testing.B, f func(n *Net[float32], ws *Workspace[float32], z, out []float32, p Partial[float32])) {
	n, err := UNet[float32]("s", 8, 8, [3]int{4, 8, 16})
	if err != nil {
		b.Fatal(err)
	}
	n.Initialise(1, 0)
	s := lane.NewStream(2, "fields", 0)
	z := make([]float32, lane.Group*n.Rows()*lane.Width)
	for i := range z {
		z[i] = float32(s.Normal())
	}
	out, ws, p := make([]float32, len(z)), n.NewWorkspace(lane.Group), n.NewPartial()
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		for range 8 { // a batch of 512 samples
			f(n, ws, z, out, p)
		}
	}
}

func BenchmarkForward512(b *testing.B) {
	benchmarkNet(b, func(n *Net[float32], ws *Workspace[float32], z, out []float32, p Partial[float32]) {
		n.Forward(ws, out, z, lane.Group)
	})
}

func BenchmarkForwardAndAdjoint512(b *testing.B) {
	benchmarkNet(b, func(n *Net[float32], ws *Workspace[float32], z, out []float32, p Partial[float32]) {
		n.Forward(ws, out, z, lane.Group)
		n.Backward(ws, out, z, lane.Group, p)
		optim.ZeroGrad(n.Parameters())
	})
}
