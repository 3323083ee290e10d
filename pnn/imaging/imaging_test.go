package imaging

import (
	"math"
	"strings"
	"testing"

	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
)

var (
	_ nn.Layer[float32] = (*Dense[float32])(nil)
	_ nn.Trainable      = (*Dense[float32])(nil)
)

func random(n int, index uint64) []float64 {
	s, v := lane.NewStream(1, "imaging test", index), make([]float64, n)
	for i := range v {
		v[i] = s.Normal()
	}
	return v
}

func project(t *testing.T, l Layout, e Encoding, how diffract.Resampling, a diffract.Affine, w []float64) []float64 {
	t.Helper()
	p, err := NewProjector(l, e, how)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Set(a); err != nil {
		t.Fatal(err)
	}
	met := make([]float64, len(w))
	if err := p.Forward(nil, met, w); err != nil {
		t.Fatal(err)
	}
	return met
}

// The pictures of the free-space network, by the sizes that its authors give.
func TestFreeSpaceLayout(t *testing.T) {
	first, second := FreeSpace()
	for _, c := range []struct {
		l                                     Layout
		inputs, weights, pictures, rows, cols int
	}{{first, 784, 144 * 784, 12, 96, 240}, {second, 144, 1440, 1, 96, 240}} {
		if err := c.l.Check(); err != nil {
			t.Fatal(err)
		}
		if c.l.Inputs() != c.inputs || c.l.Weights() != c.weights || c.l.Pictures() != c.pictures || c.l.Rows() != c.rows || c.l.Cols() != c.cols {
			t.Errorf("%+v: %d inputs, %d weights, %d pictures of %d x %d", c.l, c.l.Inputs(), c.l.Weights(), c.l.Pictures(), c.l.Rows(), c.l.Cols())
		}
	}
	// Weight (row 3, column 5) of neuron 12 + 7 stands in picture 1, cell (1, 3).
	pixel := -1
	first.each(func(weight, at int) {
		if weight == (19*28+3)*28 {
			pixel = at + 5*2
		}
	})
	if want := (1*96+32+2+3)*240 + (3*30+1+5)*2; pixel != want {
		t.Errorf("the weight stands at pixel %d, expected %d", pixel, want)
	}
}

// A shift by whole cells brings every neuron the weights of its neighbour, and one
// of less than half a pixel changes nothing with the nearest pixel.
func TestShifts(t *testing.T) {
	l := Layout{Outputs: 9, ImageRows: 4, ImageCols: 5, MarginRows: 2, MarginCols: 1, GridRows: 3, GridCols: 3, Repeat: 2}
	w := random(l.Weights(), 0)
	for _, how := range []diffract.Resampling{diffract.Nearest, diffract.Bilinear} {
		met := project(t, l, Signed, how, diffract.Affine{ShiftY: 8, ShiftX: 14}, w)
		for i, v := range met {
			n := i / l.Inputs()
			want := 0.0
			if n >= 3 && n%3 > 0 {
				want = w[i-4*l.Inputs()]
			}
			if math.Abs(v-want) > 1e-12 {
				t.Fatalf("resampling %d: weight %d of neuron %d is %g, expected %g", how, i%l.Inputs(), n, v, want)
			}
		}
	}
	for i, v := range project(t, l, Signed, diffract.Nearest, diffract.Affine{ShiftY: 0.4}, w) {
		if v != w[i] {
			t.Fatalf("weight %d has changed by a shift of 0.4 pixels", i)
		}
	}
	down := project(t, l, Signed, diffract.Nearest, diffract.Affine{ShiftY: 1}, w)
	if down[0] != 0 || down[5] != w[0] {
		t.Errorf("a shift by one pixel down gives %g, %g in the first column, expected 0 and %g", down[0], down[5], w[0])
	}
	// A quarter of a pixel to the right, each column being two pixels wide.
	right := project(t, l, Signed, diffract.Bilinear, diffract.Affine{ShiftX: 0.25}, w)
	if want := 0.75*w[1] + 0.25*w[0]; math.Abs(right[1]-want) > 1e-12 {
		t.Errorf("a shift by a quarter of a pixel gives %g, expected %g", right[1], want)
	}
}

// The adjoint is the transpose: <forward w, v> = <w, backward v>.
func TestAdjoint(t *testing.T) {
	first, second := FreeSpace()
	for i, a := range []diffract.Affine{{}, {Rotation: 2}, {ShiftY: -1, ShiftX: 0.6}, {Scale: 1.05}, {Rotation: -1, ShiftY: 2, Scale: 0.95}} {
		for _, l := range []Layout{first, second} {
			for _, how := range []diffract.Resampling{diffract.Nearest, diffract.Bilinear} {
				for _, e := range []Encoding{Signed, Offset} {
					p, err := NewProjector(l, e, how)
					if err != nil {
						t.Fatal(err)
					}
					if err := p.Set(a); err != nil {
						t.Fatal(err)
					}
					w, v := random(l.Weights(), uint64(i)), random(l.Weights(), 99)
					met, dark, g := make([]float64, len(w)), make([]float64, len(w)), make([]float64, len(w))
					for _, c := range []struct{ met, w []float64 }{{met, w}, {dark, make([]float64, len(w))}} {
						if err := p.Forward(lane.NewPool(2), c.met, c.w); err != nil {
							t.Fatal(err)
						}
					}
					if err := p.Backward(nil, g, v); err != nil {
						t.Fatal(err)
					}
					var left, right float64
					for i := range w {
						left += (met[i] - dark[i]) * v[i] // what an offset adds is not linear
						right += w[i] * g[i]
					}
					if math.Abs(left-right) > 1e-9*math.Abs(left) {
						t.Errorf("%+v, resampling %d, encoding %d: %.12g and %.12g", a, how, e, left, right)
					}
					// A gradient leaves nothing behind in the margins.
					again := make([]float64, len(w))
					if err := p.Forward(nil, again, w); err != nil {
						t.Fatal(err)
					}
					for i := range met {
						if again[i] != met[i] {
							t.Fatalf("%+v: a second pass gives another weight %d", a, i)
						}
					}
				}
			}
		}
	}
}

func TestOffsetEncoding(t *testing.T) {
	_, l := FreeSpace()
	w := random(l.Weights(), 4)
	met := project(t, l, Offset, diffract.Nearest, diffract.Affine{ShiftY: 20}, w)
	for i, v := range met {
		// Twenty rows further down there is nothing but margin for the upper images.
		if i/l.Inputs() < 4 && v != -1 {
			t.Fatalf("weight %d is %g where the modulator is dark, expected -1", i, v)
		}
	}
}

func TestLayerGradients(t *testing.T) {
	l := Layout{Outputs: 3, ImageRows: 2, ImageCols: 3, MarginRows: 1, MarginCols: 1, GridRows: 2, GridCols: 2}
	layer := &Dense[float64]{Name: "fc1", Layout: l, Bias: true}
	net, err := nn.New(nn.Vector(6), nn.Layer[float64](layer))
	if err != nil {
		t.Fatal(err)
	}
	net.Initialise(2)
	if err := layer.Misalign(diffract.Affine{Rotation: 10, ShiftX: 0.3, Scale: 1.1}); err != nil {
		t.Fatal(err)
	}
	net.Update(nil)
	x, labels := lane.NewBatch[float64](20, 6), make([]uint8, 20)
	for i, v := range random(120, 3) {
		x.Set(i/6, i%6, v)
		labels[i/6] = uint8(i / 6 % 3)
	}
	o, p, g := nn.Objective[float64]{Loss: nn.CrossEntropy[float64]{}}, &nn.Pass{Mode: nn.Train}, lane.NewBatch[float64](20, 3)
	params := net.Parameters()
	optim.ZeroGrad(params)
	o.Score(nil, g, net.Forward(p, x), labels)
	net.Backward(p, nil, g)
	for _, param := range params {
		for i, v := range param.Value {
			const h = 1e-6
			at := func(v float64) float64 {
				param.Value[i] = v
				net.Update(nil)
				loss, _ := o.Score(nil, nil, net.Forward(p, x), labels)
				return loss
			}
			numeric := (at(v+h) - at(v-h)) / (2 * h)
			at(v)
			if math.Abs(param.Grad[i]-numeric) > 1e-7 {
				t.Errorf("%s[%d]: gradient %.9g, by differences %.9g", param.Name, i, param.Grad[i], numeric)
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	refused := func(err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want something with %q", err, want)
		}
	}
	_, second := FreeSpace()
	bad := second
	bad.GridRows = 0
	refused(bad.Check(), "GridRows of a layout is 0, expected 1")
	bad = second
	bad.MarginCols = -1
	refused(bad.Check(), "MarginCols of a layout is -1")
	refused(Layout{Outputs: 1 << 16, ImageRows: 1 << 10, ImageCols: 1 << 10, GridRows: 1, GridCols: 1}.Check(), "pixels in all")
	_, err := NewProjector(second, Encoding(7), diffract.Nearest)
	refused(err, "encoding 7")
	_, err = NewProjector(second, Signed, diffract.Resampling(7))
	refused(err, "resampling 7")
	p, err := NewProjector(second, Signed, diffract.Nearest)
	if err != nil {
		t.Fatal(err)
	}
	refused(p.Set(diffract.Affine{Scale: -1}), "Scale is -1")
	refused(p.Set(diffract.Affine{Rotation: math.NaN()}), "finite")
	refused(p.Forward(nil, nil, nil), "expected 1440")
	refused(p.Backward(nil, nil, make([]float64, 1440)), "expected 1440")
	for _, scale := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		_, err = Misaligned(0, 0, 0, scale)
		refused(err, "expected 0.001 to 1000")
	}
	_, err = Misaligned(math.Inf(1), 0, 0, 1)
	refused(err, "finite")
	layer := &Dense[float32]{Name: "fc2", Layout: second}
	refused(layer.Misalign(diffract.Affine{Rotation: 1}), "nn.New")
	_, err = nn.New(nn.Vector(100), nn.Layer[float32](layer))
	refused(err, "12 x 12 weights for 100 inputs")
}

func BenchmarkMisalignment(b *testing.B) {
	first, _ := FreeSpace()
	p, err := NewProjector(first, Signed, diffract.Nearest)
	if err != nil {
		b.Fatal(err)
	}
	w, met := random(first.Weights(), 0), make([]float64, first.Weights())
	for i := range b.N {
		if err := p.Set(diffract.Affine{Rotation: float64(i%7) + 0.5}); err != nil {
			b.Fatal(err)
		}
		if err := p.Forward(nil, met, w); err != nil {
			b.Fatal(err)
		}
	}
}
