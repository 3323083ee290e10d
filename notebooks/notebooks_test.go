// Package notebooks holds no code, only notebooks; its test finds what is wrong
// with them as files. That they run is for a real Jupyter to show (.ci/notebooks.py).
package notebooks

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lightfast/reproduce/figures"
)

// largest is the size of a notebook in bytes that a reader does not wait for.
const largest = 300_000

type notebook struct {
	Cells    []cell
	Metadata struct {
		Kernelspec struct {
			Name        string
			DisplayName string `json:"display_name"`
		}
	}
	Format int `json:"nbformat"`
	Minor  int `json:"nbformat_minor"`
}

type cell struct {
	Type     string `json:"cell_type"`
	ID       string
	Source   []string
	Metadata struct {
		Lightfast struct{ Output any }
	}
	Outputs []output
}

type output struct {
	Type string `json:"output_type"`
	Name string // of a stream
	Text []string
	Data map[string]any
}

// kind is the name of a stream or the richest form of what is shown.
func (o output) kind() string {
	for _, k := range []string{"image/png", "image/svg+xml", "text/html", "text/markdown"} {
		if _, ok := o.Data[k]; ok {
			return k
		}
	}
	if o.Type == "stream" {
		return o.Name
	}
	return o.Type
}

// wants are the kinds of output that the metadata announces.
func (c cell) wants() (kinds []string) {
	switch w := c.Metadata.Lightfast.Output.(type) {
	case string:
		kinds = []string{w}
	case []any:
		for _, k := range w {
			s, _ := k.(string)
			kinds = append(kinds, s)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// gives are the kinds of the committed outputs.
func (c cell) gives() (kinds []string) {
	for _, o := range c.Outputs {
		kinds = append(kinds, o.kind())
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

func (c cell) source() string { return strings.Join(c.Source, "") }

// elsewhere finds what another machine or another day would show differently.
var elsewhere = regexp.MustCompile(`(^|[\s"'(\x60=])(/|[A-Z]:\\)\w+[/\\]\w|\b\d+(\.\d+)? ?(ms|min|minutes|seconds)\b|\bs left\b`)

func TestNotebooks(t *testing.T) {
	paths, err := filepath.Glob("*.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"00-start-here.ipynb", "01-your-own-chip.ipynb", "02-sharing.ipynb"}
	for _, f := range figures.All() {
		want = append(want, f.ID+".ipynb")
	}
	for _, name := range want {
		if !slices.Contains(paths, name) {
			t.Errorf("no %s", name)
		}
	}
	for _, path := range paths {
		t.Run(path, func(t *testing.T) { check(t, path) })
	}
}

func check(t *testing.T, path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > largest {
		t.Errorf("%d bytes, want %d at most", len(data), largest)
	}
	if !bytes.Equal(canonical(t, data), data) {
		t.Error("not in the form that Jupyter's nbformat writes; make the outputs with .ci/notebooks.py --keep")
	}
	var n notebook
	if err := json.Unmarshal(data, &n); err != nil {
		t.Fatal(err)
	}
	if n.Format != 4 || n.Minor != 5 {
		t.Errorf("format %d.%d, want 4.5", n.Format, n.Minor)
	}
	if k := n.Metadata.Kernelspec; k.Name != "lightfast" || k.DisplayName != "Go (Lightfast)" {
		t.Errorf("kernelspec %+v", k)
	}
	if len(n.Cells) == 0 {
		t.Fatal("no cells")
	}
	first, last := n.Cells[0], n.Cells[len(n.Cells)-1]
	if first.Type != "markdown" || !strings.HasPrefix(first.source(), "# ") {
		t.Error("does not begin with a title")
	}
	if last.Type != "markdown" || !strings.HasPrefix(last.source(), "## What to try next\n") {
		t.Error("does not end with what to try next")
	}
	seen := map[string]bool{}
	for _, c := range n.Cells {
		if seen[c.ID] || c.ID == "" {
			t.Errorf("cell id %q is empty or there twice", c.ID)
		}
		seen[c.ID] = true
		if c.Type == "markdown" {
			links(t, c)
			continue
		}
		if w, g := c.wants(), c.gives(); len(w) == 0 || !slices.Equal(w, g) {
			t.Errorf("cell %s announces %v and gives %v", c.ID, w, g)
		}
		for _, o := range c.Outputs {
			said := strings.Join(o.Text, "")
			for _, k := range []string{"text/plain", "text/html", "text/markdown"} {
				lines, _ := o.Data[k].([]any)
				for _, l := range lines {
					s, _ := l.(string)
					said += s
				}
			}
			if found := elsewhere.FindString(said); found != "" {
				t.Errorf("cell %s: its output has %q, which differs elsewhere", c.ID, found)
			}
		}
	}
}

// canonical writes JSON as nbformat does: keys sorted, an indent of one space.
func canonical(t *testing.T, data []byte) []byte {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var link = regexp.MustCompile(`\]\(([^):]+)\)`)

// links checks that the files exist which a text refers to.
func links(t *testing.T, c cell) {
	t.Helper()
	for _, m := range link.FindAllStringSubmatch(c.source(), -1) {
		if _, err := os.Stat(m[1]); err != nil {
			t.Errorf("cell %s: %v", c.ID, err)
		}
	}
}

func TestElsewhereFindsWhatDiffers(t *testing.T) {
	for _, s := range []string{"written to /home/x/y", `in C:\Users\x`, "done in 12 ms", "3.5 seconds", "4 s left"} {
		if !elsewhere.MatchString(s) {
			t.Errorf("%q is not found", s)
		}
	}
	for _, s := range []string{"out/dat/runs/quick", "1/m", "</td><td>", "8 of 8 epochs, best at epoch 7: 86.90 %", "compiled / layer by layer"} {
		if f := elsewhere.FindString(s); f != "" {
			t.Errorf("%q in %q is found", f, s)
		}
	}
}
