package kernel

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightfast/pnn/figure"
)

func TestShowOutsideANotebookWritesFiles(t *testing.T) {
	var out bytes.Buffer
	Out = &out
	defer func() { Out = os.Stdout }()
	name := filepath.Join(t.TempDir(), "curve")
	f := &figure.Figure{Footer: figure.Footer("none", "none"), Panels: []figure.Panel{
		figure.Lines{XLabel: "x", YLabel: "y", Series: []figure.Series{{Label: "PAT", X: []float64{0, 1}, Y: []float64{1, 2}}}},
	}}
	if err := Show(name, f); err != nil {
		t.Fatal(err)
	}
	png, err := os.ReadFile(name + ".png")
	if err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) {
		t.Errorf("no PNG file: %v", err)
	}
	if !strings.Contains(out.String(), "curve.svg") {
		t.Errorf("said %q", out.String())
	}
	if err := Show(name, &figure.Figure{}); err == nil {
		t.Error("an empty figure was shown")
	}
}
