package kernel

import (
	"image"

	"lightfast/pnn/artifact"
	"lightfast/pnn/figure"
)

// Show shows a figure: in a notebook as an image below the cell, elsewhere as
// the files name.png and name.svg.
func Show(name string, f *figure.Figure) error { return once(name).Figure(f) }

// ShowSVG shows a figure as a drawing that stays sharp when the page is
// enlarged. Some readers of notebooks, GitHub among them, show images only.
func ShowSVG(name string, f *figure.Figure) error { return once(name).SVG(f) }

// ShowImage shows a picture, such as a sheet of [Images]; outside a notebook it
// becomes the file name.png.
func ShowImage(name string, m image.Image) error { return once(name).Image(m) }

// ShowTable shows a table, outside a notebook as text. Long tables are
// shortened in the middle; Save keeps all rows.
func ShowTable(name string, t artifact.Table) error { return once(name).Table(t) }

// ShowMarkdown shows text with formulas ($x^2$), outside a notebook as it is.
func ShowMarkdown(text string) error { return once("text").Markdown(text) }

// once is an output of its own that nothing replaces.
func once(name string) *Output { return &Output{name: name} }
