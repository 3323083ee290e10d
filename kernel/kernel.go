// Package kernel is what a notebook cell imports to show things: figures appear
// in the notebook under the GoNB kernel, and as files everywhere else.
//
//	fig := &figure.Figure{...}
//	err := kernel.Show("accuracy", fig)
package kernel

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/janpfeifer/gonb/gonbui"

	"lightfast/pnn/figure"
)

// Out is where [Show] says what it wrote when it runs outside a notebook.
var Out io.Writer = os.Stdout

// Show shows a figure: in a notebook as an image below the cell, elsewhere as
// the files name.png and name.svg.
func Show(name string, f *figure.Figure) error {
	if !gonbui.IsNotebook {
		if err := f.Save(name); err != nil {
			return err
		}
		_, err := fmt.Fprintf(Out, "%s.png and %s.svg written\n", name, name)
		return err
	}
	var png bytes.Buffer
	if err := f.WritePNG(&png); err != nil {
		return err
	}
	gonbui.DisplayPng(png.Bytes())
	// A cell that ends right after showing something must not lose it.
	gonbui.Sync()
	return gonbui.Error()
}
