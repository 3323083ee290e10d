package kernel

import (
	"bytes"
	"image/color"
	"math"
	"testing"

	"lightfast/pnn/figure"
)

// A field of light in one corner only: its amplitude and phase are known, and
// the dark rest has no phase.
func TestField(t *testing.T) {
	re := [][]float64{{3, 0}, {0, -2}, {1e-9, 0}}
	im := [][]float64{{4, 0}, {0, 0}, {0, 0}}
	f, err := Field("", re, im)
	if err != nil {
		t.Fatal(err)
	}
	amplitude, phase := f.Panels[0].(figure.Map).Values, f.Panels[1].(figure.Map).Values
	nan := math.NaN()
	for i, row := range [][][2]float64{{{5, math.Atan2(4, 3)}, {0, nan}}, {{0, nan}, {2, math.Pi}}, {{1e-9, nan}, {0, nan}}} {
		for j, w := range row {
			if a, p := amplitude[i][j], phase[i][j]; a != w[0] || p != w[1] && !(math.IsNaN(p) && math.IsNaN(w[1])) {
				t.Errorf("row %d, column %d: amplitude %g, phase %g, expected %g and %g", i, j, a, p, w[0], w[1])
			}
		}
	}
	draws(t, f)
	for _, bad := range [][2][][]float64{{nil, nil}, {re, im[:1]}, {{{}}, {{}}}, {{{1, 2}}, {{1}}}} {
		_, err := Field("beam", bad[0], bad[1])
		mentions(t, err, "beam", "expected")
	}
}

func TestPhaseMapAndConfusion(t *testing.T) {
	draws(t, PhaseMap("mask", [][]float64{{0, math.Pi}, {-7, math.NaN()}}))
	f, err := Confusion("chip", [][]int64{{8, 2}, {1, 9}}, []string{"shirt", "coat"})
	if err != nil {
		t.Fatal(err)
	}
	m := f.Panels[0].(figure.Matrix)
	if m.Title != "chip: 85.00 % right" || m.Values[1][0] != 1 || !m.Annotate {
		t.Errorf("matrix %+v", m)
	}
	draws(t, f)
	for _, bad := range [][][]int64{nil, {{1, 2}}, {{1, 2}, {3}}, {{-1}}} {
		_, err := Confusion("chip", bad, nil)
		mentions(t, err, "chip", "expected")
	}
}

func draws(t *testing.T, f *figure.Figure) {
	t.Helper()
	var b bytes.Buffer
	if err := footed(f).WritePNG(&b); err != nil {
		t.Error(err)
	}
}

func TestSheetOfImages(t *testing.T) {
	p := Picture{Values: [][]float64{{0, 1, 2}, {math.NaN(), 3, 4}}}
	q := p
	q.Caption = "a caption that is too long"
	sheet, err := Images(2, []Picture{p, q, p})
	if err != nil {
		t.Fatal(err)
	}
	// 3 x 2 values, each 28 x 28 pixels, in two rows of two and one.
	if got := sheet.Bounds().Max; got.X != 8+2*(84+8) || got.Y != 8+2*(56+16+8) {
		t.Errorf("sheet of %v", got)
	}
	at := func(x, y int, want color.Color) {
		t.Helper()
		r, g, b, _ := sheet.At(x, y).RGBA()
		wr, wg, wb, _ := want.RGBA()
		if r != wr || g != wg || b != wb {
			t.Errorf("pixel %d, %d is %v, expected %v", x, y, sheet.At(x, y), want)
		}
	}
	at(0, 0, color.White)
	at(8, 8, color.Black)                            // least
	at(8+83, 8+55, color.White)                      // most
	at(8+42, 8+10, color.Gray{64})                   // 1 of 0..4
	at(8, 8+55, color.NRGBA{0x9f, 0xb0, 0xc8, 0xff}) // NaN
	at(8+92, 8, color.Black)                         // second picture
	at(8+92, 8+80, color.White)                      // no fourth
	dark := 0
	for x := 100; x < 184; x++ {
		for y := 8 + 56; y < 8+56+16; y++ {
			if r, _, _, _ := sheet.At(x, y).RGBA(); r < 0x8000 {
				dark++
			}
		}
	}
	if dark < 50 {
		t.Errorf("the caption has %d dark pixels", dark)
	}
	for _, bad := range [][]Picture{nil, {{}}, {p, {Values: p.Values[:1]}}, {{Values: [][]float64{{1, 2}, {3}}}}} {
		_, err := Images(2, bad)
		mentions(t, err, "expected")
	}
	_, err = Images(0, []Picture{p})
	mentions(t, err, "0 columns")
}

func TestGreyAndColours(t *testing.T) {
	g, err := Grey([]uint8{0, 255, 128, 7}, 2, 2, "x")
	if err != nil || g.Values[1][0] != 128 || g.Max != 255 {
		t.Errorf("%+v, %v", g, err)
	}
	_, err = Grey(make([]uint8, 5), 2, 2, "x")
	mentions(t, err, "5 pixels", "2 x 2")
	// A phase and the same one turn on have one colour; equal values are no
	// division by zero.
	sheet, err := Images(1, []Picture{
		{Values: [][]float64{{1, 1 + 2*math.Pi}}, Colours: figure.Phase},
		{Values: [][]float64{{5, 5}}, Colours: figure.Viridis},
	})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := sheet.At(10, 10), sheet.At(8+80, 10); a != b {
		t.Errorf("phase 1 is %v, a turn on it is %v", a, b)
	}
}
