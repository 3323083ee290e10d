package figure

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func render(t testing.TB, f *Figure) (pngData, svg []byte) {
	t.Helper()
	var p, s bytes.Buffer
	if err := f.WritePNG(&p); err != nil {
		t.Fatal(err)
	}
	if err := f.WriteSVG(&s); err != nil {
		t.Fatal(err)
	}
	return p.Bytes(), s.Bytes()
}

func TestSameFigureSameBytes(t *testing.T) {
	for _, s := range samples {
		p1, s1 := render(t, s.make())
		p2, s2 := render(t, s.make())
		if !bytes.Equal(p1, p2) || !bytes.Equal(s1, s2) {
			t.Errorf("%s is drawn differently the second time", s.name)
		}
		if len(p1) > 320_000 {
			t.Errorf("%s: PNG of %d bytes, expected at most 320,000", s.name, len(p1))
		}
		if _, err := png.Decode(bytes.NewReader(p1)); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
	}
}

// line is a small panel of curves.
func line(series ...Series) *Figure {
	return &Figure{Title: "A title", Footer: Footer("quick", "glyphs"), Panels: []Panel{
		Lines{Title: "a heading", XLabel: "phase error σ (rad)", YLabel: "accuracy (%)", Series: series},
	}}
}

func TestFaceOfAFigure(t *testing.T) {
	_, svg := render(t, line(Series{Label: "PAT", X: []float64{0, 0.05, 0.1}, Y: []float64{97, 90, 70}}))
	for _, want := range []string{"A title", "a heading", "phase error", "accuracy (%)", "PAT", "profile quick", "data glyphs", "lightfast"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("the SVG does not show %q", want)
		}
	}
}

// pixels counts the pixels near a colour.
func pixels(img image.Image, c color.NRGBA) (n int) {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, _ := img.At(x, y).RGBA()
			d := math.Abs(float64(r>>8)-float64(c.R)) + math.Abs(float64(g>>8)-float64(c.G)) + math.Abs(float64(bl>>8)-float64(c.B))
			if d < 24 {
				n++
			}
		}
	}
	return n
}

func decode(t testing.TB, f *Figure) image.Image {
	t.Helper()
	p, _ := render(t, f)
	img, err := png.Decode(bytes.NewReader(p))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestCurvesAreDrawnInTheColourOfTheirMethod(t *testing.T) {
	x, y := []float64{0, 1, 2}, []float64{1, 3, 2}
	img := decode(t, line(Series{Label: "DAT w/ IS", X: x, Y: y}))
	if n := pixels(img, MethodStyle("DAT w/ IS").Colour); n < 300 {
		t.Errorf("%d pixels in the colour of DAT w/ IS", n)
	}
	if n := pixels(img, MethodStyle("PAT").Colour); n > 0 {
		t.Errorf("%d pixels in the colour of PAT, which is not in the figure", n)
	}
	full := pixels(img, MethodStyle("DAT w/ IS").Colour)
	paper := decode(t, line(Series{Label: "DAT w/ IS", X: x, Y: y, Paper: true}))
	if n := pixels(paper, MethodStyle("DAT w/ IS").Colour); n == 0 || n >= full {
		t.Errorf("a paper's values cover %d pixels, ours %d: expected fewer, hollow and dashed", n, full)
	}
}

func TestMissingValuesAreGaps(t *testing.T) {
	nan := math.NaN()
	whole := decode(t, line(Series{Label: "PAT", X: []float64{0, 1, 2, 3, 4}, Y: []float64{1, 2, 3, 4, 5}}))
	gap := decode(t, line(Series{Label: "PAT", X: []float64{0, 1, 2, 3, 4}, Y: []float64{1, 2, nan, 4, 5}}))
	c := MethodStyle("PAT").Colour
	if a, b := pixels(whole, c), pixels(gap, c); b >= a || b == 0 {
		t.Errorf("%d pixels with a gap, %d without", b, a)
	}
	f := &Figure{Footer: Footer("quick", "none"), Panels: []Panel{Map{Values: [][]float64{{0, nan}, {1, 2}}, Label: "x (1)"}}}
	render(t, f)
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	f := line(Series{Label: "PAT", X: []float64{0, 1}, Y: []float64{1, 2}})
	if err := f.Save(filepath.Join(dir, "new", "curve")); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(filepath.Join(dir, "new"))
	if err != nil || len(files) != 2 {
		t.Errorf("%d files, error %v", len(files), err)
	}
	blocked := filepath.Join(dir, "file")
	if err := os.WriteFile(blocked, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(filepath.Join(blocked, "curve")); err == nil || !strings.Contains(err.Error(), blocked) {
		t.Errorf("a folder below a file: %v", err)
	}
	if err := (&Figure{}).Save(filepath.Join(dir, "none")); err == nil {
		t.Error("an empty figure was saved")
	}
	if _, err := os.Stat(filepath.Join(dir, "none.png")); err == nil {
		t.Error("an empty figure left a file")
	}
}
