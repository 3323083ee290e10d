package kernel

import (
	"bytes"
	"image"
	"os"
	"strings"
	"testing"

	"github.com/janpfeifer/gonb/gonbui/protocol"

	"lightfast/pnn/artifact"
	"lightfast/pnn/figure"
)

func TestShowOutsideANotebookWritesFiles(t *testing.T) {
	text := outside(t)
	f := curve()
	if err := Show("folder/curve", f); err != nil {
		t.Fatal(err)
	}
	for name, begin := range map[string]string{"folder/curve.png": "\x89PNG", "folder/curve.svg": "<?xml"} {
		if data, err := os.ReadFile(name); err != nil || !bytes.HasPrefix(data, []byte(begin)) {
			t.Errorf("%s: %.10q, %v", name, data, err)
		}
	}
	if err := ShowImage("deep/er/square", image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat("deep/er/square.png"); err != nil {
		t.Error(err)
	}
	if err := ShowMarkdown("*hello*"); err != nil {
		t.Error(err)
	}
	if want := "folder/curve.png and folder/curve.svg written\ndeep/er/square.png written\n*hello*\n"; text.String() != want {
		t.Errorf("said %q, expected %q", text, want)
	}
	if f.Footer != "" {
		t.Error("the figure that was shown has got a footer")
	}
	mentions(t, Show("none", &figure.Figure{}), "Panels")
	mentions(t, ShowImage("none", image.NewGray(image.Rectangle{})), "none", "empty")
	if err := os.WriteFile("file", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	mentions(t, ShowImage("file/in/file", image.NewGray(image.Rect(0, 0, 1, 1))), "file/in/file", "not written")
}

func TestShowInANotebook(t *testing.T) {
	got := inside(t)
	show := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	table := artifact.Table{Columns: []artifact.Column{{Name: "n", Ints: []int64{1}}}}
	show(Show("a", curve()))
	show(ShowSVG("b", curve()))
	show(ShowImage("c", image.NewGray(image.Rect(0, 0, 1, 1))))
	show(ShowTable("d", table))
	show(ShowMarkdown("e"))
	out := NewOutput("f")
	show(out.Figure(curve()))
	show(out.Table(table))
	want := []struct {
		kind         protocol.MIMEType
		begin, plain string
	}{
		{protocol.MIMEImagePNG, "\x89PNG", "[a]"}, {protocol.MIMEImageSVG, "<?xml", "[b]"}, {protocol.MIMEImagePNG, "\x89PNG", "[c]"},
		{protocol.MIMETextHTML, "<table>", "n\n1\n"}, {protocol.MIMETextMarkdown, "e", "e"},
		{protocol.MIMEImagePNG, "\x89PNG", "[f]"}, {protocol.MIMETextHTML, "<table>", "n\n1\n"},
	}
	if len(*got) != len(want) {
		t.Fatalf("%d outputs, expected %d", len(*got), len(want))
	}
	for i, w := range want {
		d := (*got)[i]
		var content string
		switch c := d.Data[w.kind].(type) {
		case string:
			content = c
		case []byte:
			content = string(c)
		}
		if !strings.HasPrefix(content, w.begin) || d.Data[protocol.MIMETextPlain] != w.plain || len(d.Data) != 2 {
			t.Errorf("output %d: %.40q with %q, expected %s that begins with %q, with %q", i, content, d.Data[protocol.MIMETextPlain], w.kind, w.begin, w.plain)
		}
		if (d.DisplayID != "") != (i >= 5) {
			t.Errorf("output %d has display id %q", i, d.DisplayID)
		}
	}
	if (*got)[5].DisplayID != (*got)[6].DisplayID || NewOutput("f").id == out.id {
		t.Error("an Output is not a place of its own")
	}
	mentions(t, Show("none", &figure.Figure{}), "Panels")
	if entries, err := os.ReadDir("."); err != nil || len(entries) != 0 {
		t.Errorf("files in a notebook: %v, %v", entries, err)
	}
}
