package figure

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSVGIsXMLWithEveryText reads an SVG back with a parser: text with
// characters that mean something in XML survives, and is text.
func TestSVGIsXMLWithEveryText(t *testing.T) {
	want := []string{`a < b & "c" style='x'`, "heading > 0", "σ/σ_0 (%)", "y & z (rad)", "DAT w/ IS", "0.4", "profile <quick> | data glyphs | lightfast"}
	f := &Figure{Title: want[0], Footer: Footer("<quick>", "glyphs"), Panels: []Panel{
		Lines{Title: want[1], XLabel: want[2], YLabel: want[3], Series: []Series{{Label: want[4], X: []float64{0, 1}, Y: []float64{0, 1}}}},
	}}
	_, svg := render(t, f)
	var lines []string
	inText := false
	for d := xml.NewDecoder(strings.NewReader(string(svg))); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the SVG is no XML: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			inText = token.Name.Local == "text"
		case xml.CharData:
			if inText {
				lines = append(lines, string(token))
			}
		case xml.EndElement:
			inText = false
		}
	}
	all := "\n" + strings.Join(lines, "\n") + "\n"
	for _, w := range want {
		if !strings.Contains(all, "\n"+w+"\n") {
			t.Errorf("%q is not among the texts %q", w, lines)
		}
	}
}

// TestSaveThatFailsLeavesNothing blocks each file with a folder of its name.
func TestSaveThatFailsLeavesNothing(t *testing.T) {
	f := line(Series{Label: "PAT", X: []float64{0, 1}, Y: []float64{1, 2}})
	for _, kind := range []string{".png", ".svg"} {
		folder := t.TempDir()
		blocked := filepath.Join(folder, "curve"+kind)
		if err := os.MkdirAll(filepath.Join(blocked, "in the way"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := f.Save(filepath.Join(folder, "curve")); err == nil || !strings.Contains(err.Error(), blocked) || !strings.Contains(err.Error(), "A title") {
			t.Errorf("error %v does not name the figure and %s", err, blocked)
		}
		files, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if name := file.Name(); name != "curve.png" && name != "curve.svg" {
				t.Errorf("%s was left behind", name)
			}
		}
	}
	for _, path := range []string{"", t.TempDir() + string(filepath.Separator)} {
		if err := f.Save(path); err == nil || !strings.Contains(err.Error(), "name") {
			t.Errorf("saved as %q: %v", path, err)
		}
	}
}
