package figure_test

import (
	"bytes"
	"fmt"
	"image/png"
	"math"

	"lightfast/pnn/figure"
)

// A grid of panels of different kinds, with a letter on each.
func ExampleFigure_panels() {
	phases, err := figure.Grid([]float32{0, 1.5, 3, 4.5}, 2, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	f := &figure.Figure{
		Title:  "A mesh and what it confuses",
		Footer: figure.Footer("quick", "glyphs", "3 chips, ± 1 s.d."),
		Panels: []figure.Panel{
			figure.Map{Title: "θ of mesh 1", Values: phases, Colours: figure.Phase, Label: "phase (rad)"},
			figure.Matrix{
				Title: "Confusion", XLabel: "predicted class", YLabel: "true class",
				Values: [][]float64{{98, 2}, {5, 95}}, Annotate: true, Label: "images",
			},
			figure.Bars{
				Title: "Accuracy", YLabel: "accuracy (%)", Groups: []string{"glyphs"}, Annotate: true,
				Series: []figure.BarSeries{
					{Label: "PAT", Values: []float64{88.1}, Err: []float64{1.2}, Paper: []float64{89}},
					{Label: "DAT w/ IS", Values: []float64{96.5}, Err: []float64{0.3}, Paper: []float64{96.4}},
				},
			},
			figure.Lines{
				Title: "Cost", XLabel: "ports N", YLabel: "operations (FLOP)", XLog: true, YLog: true,
				Series: []figure.Series{{Label: "PAT", X: []float64{16, 64, 256}, Y: []float64{4e3, 2e5, math.NaN()}}},
			},
		},
	}
	var out bytes.Buffer
	if err := f.WritePNG(&out); err != nil {
		fmt.Println(err)
		return
	}
	img, err := png.Decode(&out)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(img.Bounds().Dx(), "dots wide")
	// Output: 1063 dots wide
}

// What is wrong is named by panel and series, with the remedy.
func ExampleFigure_Check() {
	f := &figure.Figure{Title: "Drift", Footer: figure.Footer("quick", "glyphs"), Panels: []figure.Panel{
		figure.Lines{Title: "One ring", XLabel: "time (s)", YLabel: "weight", Series: []figure.Series{
			{Label: "SAT", X: []float64{0, 1, 2}, Y: []float64{0.5, 0.4}},
		}},
	}}
	fmt.Println(f.Check())
	// Output: figure "Drift", panel a ("One ring"), series 0 ("SAT"): X has 3 values but Y has 2; they must be as many
}

func ExampleMethodStyle() {
	fmt.Println(figure.MethodStyle("DAT w/ IS") == figure.MethodStyle("DAT (with IS)"))
	c := figure.MethodStyle("PAT").Colour
	fmt.Printf("#%02X%02X%02X\n", c.R, c.G, c.B)
	// Output:
	// true
	// #E69F00
}

func ExampleFooter() {
	fmt.Println(figure.Footer("quick", "glyphs"))
	// Output: profile quick | data glyphs | lightfast
}
