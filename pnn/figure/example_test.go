package figure_test

import (
	"bytes"
	"fmt"
	"image/png"
	"math"
	"os"
	"path/filepath"

	"lightfast/pnn/figure"
)

// A curve with the values of a paper beside it, saved as PNG and SVG.
func ExampleFigure() {
	folder, err := os.MkdirTemp("", "figures")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	sigma := []float64{0, 0.02, 0.04}
	f := &figure.Figure{
		Title:  "Accuracy under phase errors",
		Footer: figure.Footer("quick", "glyphs"),
		Panels: []figure.Panel{figure.Lines{
			XLabel: "phase error σ (rad)", YLabel: "accuracy (%)",
			Series: []figure.Series{
				{Label: "PAT", X: sigma, Y: []float64{96.8, 96.0, 93.6}, YErr: []float64{0.1, 0.2, 0.4}},
				{Label: "PAT", X: sigma, Y: []float64{96.8, 96.1, 94.0}, Paper: true},
			},
		}},
	}
	if err := f.Save(filepath.Join(folder, "accuracy")); err != nil {
		fmt.Println(err)
		return
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, file := range files {
		fmt.Println(file.Name())
	}
	// Output:
	// accuracy.png
	// accuracy.svg
}

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
