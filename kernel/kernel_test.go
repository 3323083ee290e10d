package kernel

import (
	"bytes"
	"strings"
	"testing"

	"github.com/janpfeifer/gonb/gonbui/protocol"

	"lightfast/pnn/figure"
)

// outside makes the package write text to what it returns, in a folder of the
// test's own.
func outside(t *testing.T) *bytes.Buffer {
	t.Helper()
	t.Chdir(t.TempDir())
	var text bytes.Buffer
	Out = &text
	t.Cleanup(func() { Out = nil })
	return &text
}

// inside makes the package think that it is in a notebook, and returns what the
// notebook gets.
func inside(t *testing.T) *[]*protocol.DisplayData {
	t.Helper()
	outside(t)
	var got []*protocol.DisplayData
	notebook, send = true, func(d *protocol.DisplayData) error {
		got = append(got, d)
		return nil
	}
	t.Cleanup(func() { notebook, send = false, deliver })
	return &got
}

// mentions checks that an error says all that a reader needs.
func mentions(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; expected one about %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not mention %q", err, w)
		}
	}
}

func curve() *figure.Figure {
	return &figure.Figure{Panels: []figure.Panel{
		figure.Lines{XLabel: "x", YLabel: "y", Series: []figure.Series{{Label: "PAT", X: []float64{0, 1}, Y: []float64{1, 2}}}},
	}}
}
