package kernel

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"

	"lightfast/pnn/artifact"
	"lightfast/pnn/figure"
	"lightfast/pnn/whole"
)

// Out is where the package writes text: which files were written and, outside a
// notebook, tables and progress. nil: os.Stdout.
var Out io.Writer

func out() io.Writer {
	if Out == nil {
		return os.Stdout
	}
	return Out
}

// Output is a place below the cell: what is shown there replaces what was shown
// before. Outside a notebook it is the files with its name, replaced likewise.
type Output struct {
	name string // of files, without extension; may begin with folders
	id   string // by which Jupyter knows the place; empty: each time a new one

	status *Output // of training shown here: one line above the curves
}

// NewOutput returns an empty place called name, which appears when it is first
// filled.
func NewOutput(name string) *Output {
	return &Output{name: name, id: gonbui.UniqueId()}
}

// Figure shows a figure as an image, outside a notebook as name.png and
// name.svg. A figure without a footer gets one that says where it was made.
func (o *Output) Figure(f *figure.Figure) error {
	f = footed(f)
	if !notebook {
		if err := f.Save(o.name); err != nil {
			return err
		}
		return o.wrote(o.name + ".png and " + o.name + ".svg")
	}
	var data bytes.Buffer
	if err := f.WritePNG(&data); err != nil {
		return err
	}
	return o.put(protocol.MIMEImagePNG, data.Bytes(), "["+o.name+"]")
}

// SVG shows a figure as a drawing that stays sharp when the page is enlarged,
// outside a notebook as Figure does.
func (o *Output) SVG(f *figure.Figure) error {
	if !notebook {
		return o.Figure(f)
	}
	var data bytes.Buffer
	if err := footed(f).WriteSVG(&data); err != nil {
		return err
	}
	return o.put(protocol.MIMEImageSVG, data.String(), "["+o.name+"]")
}

// Image shows a picture, outside a notebook as name.png.
func (o *Output) Image(m image.Image) error {
	if m == nil || m.Bounds().Empty() {
		return fmt.Errorf("kernel: image %q is empty; expected at least one pixel", o.name)
	}
	var data bytes.Buffer
	if err := png.Encode(&data, m); err != nil {
		return fmt.Errorf("kernel: image %q: %w", o.name, err)
	}
	if !notebook {
		return o.file(".png", data.Bytes())
	}
	return o.put(protocol.MIMEImagePNG, data.Bytes(), "["+o.name+"]")
}

// Table shows a table, outside a notebook as text.
func (o *Output) Table(t artifact.Table) error {
	if err := checkTable(o.name, t); err != nil {
		return err
	}
	if !notebook {
		_, err := io.WriteString(out(), tableText(t))
		return err
	}
	return o.put(protocol.MIMETextHTML, tableHTML(t), tableText(t))
}

// Markdown shows text with formulas ($x^2$), outside a notebook as it is.
func (o *Output) Markdown(text string) error {
	if !notebook {
		_, err := fmt.Fprintln(out(), text)
		return err
	}
	return o.put(protocol.MIMETextMarkdown, text, text)
}

// html shows a piece of a page; plain is what it says without markup. There are
// no pages outside a notebook.
func (o *Output) html(page, plain string) error {
	return o.put(protocol.MIMETextHTML, page, plain)
}

// put hands the notebook content of a kind, and plain text for consoles and
// readers aloud.
func (o *Output) put(kind protocol.MIMEType, content any, plain string) error {
	return send(&protocol.DisplayData{DisplayID: o.id, Data: map[protocol.MIMEType]any{
		kind:                   content,
		protocol.MIMETextPlain: plain,
	}})
}

func (o *Output) file(extension string, data []byte) error {
	path := o.name + extension
	if dir := filepath.Dir(path); dir != "." {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return whole.Explain(path, err)
		}
	}
	if err := whole.Write(path, data); err != nil {
		return err
	}
	return o.wrote(path)
}

func (o *Output) wrote(what string) error {
	_, err := fmt.Fprintf(out(), "%s written\n", what)
	return err
}

// footed returns f with a footer.
func footed(f *figure.Figure) *figure.Figure {
	if f.Footer != "" {
		return f
	}
	g := *f
	g.Footer = "from a notebook | lightfast"
	return &g
}
