package figure

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"testing"
)

// lab returns the CIELAB coordinates of an sRGB colour (D65).
func lab(c color.NRGBA) (l, a, b float64) {
	linear := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	r, g, bl := linear(c.R), linear(c.G), linear(c.B)
	x := f((0.4124*r + 0.3576*g + 0.1805*bl) / 0.95047)
	y := f(0.2126*r + 0.7152*g + 0.0722*bl)
	z := f((0.0193*r + 0.1192*g + 0.9505*bl) / 1.08883)
	return 116*y - 16, 500 * (x - y), 200 * (y - z)
}

// difference is the CIE 1976 colour difference; about 2.3 is just noticeable.
func difference(c, d color.NRGBA) float64 {
	l1, a1, b1 := lab(c)
	l2, a2, b2 := lab(d)
	return math.Sqrt((l1-l2)*(l1-l2) + (a1-a2)*(a1-a2) + (b1-b2)*(b1-b2))
}

func TestLightnessOfSequentialMapsIsMonotone(t *testing.T) {
	for _, c := range []struct {
		m    ColourMap
		sign float64
	}{{Viridis, 1}, {Blues, -1}} {
		last, _, _ := lab(c.m.At(0))
		first := last
		for i := 1; i <= 200; i++ {
			l, _, _ := lab(c.m.At(float64(i) / 200))
			if c.sign*(l-last) < -0.4 { // a step of 8-bit rounding
				t.Errorf("map %d: lightness turns back at %g: %.1f after %.1f", c.m, float64(i)/200, l, last)
			}
			last = l
		}
		if c.sign*(last-first) < 60 {
			t.Errorf("map %d: lightness spans %.0f to %.0f only", c.m, first, last)
		}
	}
}

func TestPhaseMapIsCyclicAndEven(t *testing.T) {
	if Phase.At(0) != Phase.At(1) {
		t.Errorf("the turn ends in %v but starts in %v", Phase.At(1), Phase.At(0))
	}
	least, most := math.Inf(1), 0.0
	for i := range 64 {
		d := difference(Phase.At(float64(i)/64), Phase.At(float64(i+1)/64))
		least, most = math.Min(least, d), math.Max(most, d)
	}
	if most > 3.2*least {
		t.Errorf("steps of 1/64 turn differ by %.2f to %.2f in CIELAB: not even", least, most)
	}
	// Lightness falls to pi and rises again: it alone tells the distance from 0.
	for i := range 32 {
		here, _, _ := lab(Phase.At(float64(i) / 64))
		next, _, _ := lab(Phase.At(float64(i+1) / 64))
		mirror, _, _ := lab(Phase.At(1 - float64(i)/64))
		if next > here || math.Abs(here-mirror) > 3 {
			t.Errorf("at %d/64 turn: lightness %.1f, then %.1f, mirrored %.1f", i, here, next, mirror)
		}
	}
}

func TestPhasesAreShownModuloATurn(t *testing.T) {
	for _, v := range []float64{0, 0.7, 3, 6.2} {
		for _, k := range []float64{-2, -1, 1, 3} {
			if a, b := Phase.shade(v, 0, 0), Phase.shade(v+k*2*math.Pi, 0, 0); a != b {
				t.Errorf("phase %g is shade %d, but %d after %g turns", v, a, b, k)
			}
		}
	}
	if got := Phase.shade(2*math.Pi-1e-9, 0, 0); got != Phase.shade(0, 0, 0) {
		t.Errorf("just before a whole turn the shade is %d", got)
	}
}

func TestShades(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want uint8
	}{{-5, 0}, {0, 0}, {5, 127}, {10, 254}, {99, 254}, {math.NaN(), shades}, {math.Inf(1), shades}} {
		if got := Viridis.shade(c.v, 0, 10); got != c.want {
			t.Errorf("shade(%g) on 0..10 = %d, want %d", c.v, got, c.want)
		}
	}
	if got := Viridis.palette()[shades]; got != noValue {
		t.Errorf("a missing value is %v", got)
	}
}

// The numbers in cells must be legible: WCAG asks a contrast of 3 of large
// text, and every shade of every map must give it.
func TestInkOnShades(t *testing.T) {
	luminance := func(c color.NRGBA) float64 {
		l, _, _ := lab(c)
		f := (l + 16) / 116
		return f * f * f
	}
	for m := Viridis; m < colourMapCount; m++ {
		for _, p := range m.palette() {
			c := toNRGBA(p)
			a, b := luminance(c), luminance(inkOn(c))
			if contrast := (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05); contrast < 3 {
				t.Errorf("map %d: ink on %v has contrast %.2f", m, c, contrast)
			}
		}
	}
}

func TestMethodColoursAreFarApart(t *testing.T) {
	all := append([]color.NRGBA{black, orange, skyBlue, green, blue, vermillion, purple, grey, brown, darkGreen}, spare[:]...)
	for i, a := range all {
		for _, b := range all[:i] {
			if d := difference(a, b); d < 20 { // nine times what is just noticeable
				t.Errorf("%v and %v differ by %.1f only", a, b, d)
			}
		}
	}
}

// Names without a colour of their own still differ within a figure.
func TestUnknownNamesInOneFigureDiffer(t *testing.T) {
	var w wardrobe
	seen := map[color.NRGBA]string{}
	for _, name := range []string{"PAT", "DAT w/ IS", "DAT", "rho 0.1", "rho 0.2", "rho 0.3", "rho 0.4", "rho 0.5", "rho 0.6"} {
		c := w.style(name).Colour
		if other, ok := seen[c]; ok {
			t.Errorf("%q and %q have the same colour", name, other)
		}
		seen[c] = name
	}
	first := w.style("rho 0.3")
	w.style("rho 0.7")
	if again := w.style("Rho-0.3"); again != first {
		t.Errorf("a name changed its style from %v to %v", first, again)
	}
}

// Cells larger than a dot are repeated, smaller ones averaged.
func TestResample(t *testing.T) {
	black, white := color.NRGBA{A: 0xFF}, color.NRGBA{R: 0xFF, G: 0xFF, B: 0xFF, A: 0xFF}
	src := image.NewPaletted(image.Rect(0, 0, 2, 1), color.Palette{black, white})
	src.SetColorIndex(1, 0, 1)
	big := resample(src, 4, 2)
	for x, want := range []color.NRGBA{black, black, white, white} {
		if got := toNRGBA(big.At(x, 1)); got != want {
			t.Errorf("enlarged: column %d is %v, want %v", x, got, want)
		}
	}
	if got := toNRGBA(resample(src, 1, 1).At(0, 0)); got != (color.NRGBA{R: 128, G: 128, B: 128, A: 0xFF}) {
		t.Errorf("reduced: %v, want middle grey", got)
	}
}

// Fewer colours must not show: no dot moves far, solid colours not at all.
func TestIndexedImageIsTheSameToTheEye(t *testing.T) {
	p, err := accuracyFigure().page()
	if err != nil {
		t.Fatal(err)
	}
	full := p.raster(t)
	few, ok := p.indexed(full).(*image.Paletted)
	if !ok {
		t.Fatal("a figure of curves keeps all its colours")
	}
	solid := 0
	for i := range few.Pix {
		x, y := i%few.Stride, i/few.Stride
		a, b := toNRGBA(full.At(x, y)), toNRGBA(few.At(x, y))
		if d := farness([3]uint8{a.R, a.G, a.B}, [3]uint8{b.R, b.G, b.B}); d > farthest {
			t.Fatalf("dot %d,%d moved from %v to %v", x, y, a, b)
		}
		if a == vermillion {
			solid++
			if difference(a, b) > 1 {
				t.Fatalf("solid vermillion became %v", b)
			}
		}
	}
	if solid < 500 {
		t.Errorf("%d solid dots of DAT w/ IS", solid)
	}
}

func TestSizeOfAFigureOfCurves(t *testing.T) {
	data, svg := render(t, accuracyFigure())
	if len(data) > 80_000 || len(svg) > 200_000 {
		t.Errorf("PNG of %d bytes, expected at most 80,000; SVG of %d, expected at most 200,000", len(data), len(svg))
	}
	if !bytes.Contains(data[:60], []byte("pHYs")) {
		t.Error("the PNG does not say its resolution")
	}
	if c, err := png.DecodeConfig(bytes.NewReader(data)); err != nil || c.Width != 1063 {
		t.Errorf("%d dots wide (%v), want 1063: 18 cm at 150 dots an inch", c.Width, err)
	}
}
