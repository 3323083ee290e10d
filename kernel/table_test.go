package kernel

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"lightfast/pnn/artifact"
)

var sweep = artifact.Table{Columns: []artifact.Column{
	{Name: "method", Strings: []string{"PAT", "DAT <w/ IS> & more"}},
	{Name: "σ", Unit: "rad", Floats: []float64{0.1, 1.0 / 3}},
	{Name: "accuracy", Unit: "1", Floats: []float64{math.NaN(), math.NaN()}, Missing: []bool{true, false}},
	{Name: "epochs", Ints: []int64{8, 1000}},
	{Name: "best", Bools: []bool{true, false}},
}}

func TestTableAsText(t *testing.T) {
	text := outside(t)
	if err := ShowTable("sweep", sweep); err != nil {
		t.Fatal(err)
	}
	want := `method               σ (rad)  accuracy  epochs  best
PAT                      0.1                 8  true
DAT <w/ IS> & more  0.333333       NaN    1000  false
`
	if text.String() != want {
		t.Errorf("table\n%s\nexpected\n%s", text, want)
	}
}

func TestTableAsHTML(t *testing.T) {
	page := tableHTML(sweep)
	for _, w := range []string{
		`<th style="text-align:left">method</th>`, `<th style="text-align:right">σ (rad)</th>`,
		`<td style="text-align:left">DAT &lt;w/ IS&gt; &amp; more</td>`, `<td style="text-align:right">0.333333</td>`,
	} {
		if !strings.Contains(page, w) {
			t.Errorf("no %s in\n%s", w, page)
		}
	}
	if n := strings.Count(page, "<tr>"); n != 3 || strings.Count(page, "</tr>") != n {
		t.Errorf("%d rows in\n%s", n, page)
	}
}

func TestLongTableIsShortenedInTheMiddle(t *testing.T) {
	var c artifact.Column
	for i := range 100 {
		c.Ints = append(c.Ints, int64(i))
	}
	c.Name = "i"
	text := tableText(artifact.Table{Columns: []artifact.Column{c}})
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) != 42 || lines[20] != "19" || lines[21] != "... 60 more rows ..." || lines[22] != "80" || lines[41] != "99" {
		t.Errorf("%d lines:\n%s", len(lines), text)
	}
	if page := tableHTML(artifact.Table{Columns: []artifact.Column{c}}); strings.Count(page, "<tr>") != 42 || !strings.Contains(page, "60 more rows") {
		t.Errorf("page\n%s", page)
	}
}

func TestTableMistakes(t *testing.T) {
	outside(t)
	for _, c := range []struct {
		t    artifact.Table
		said string
	}{
		{artifact.Table{}, "no columns"},
		{artifact.Table{Columns: []artifact.Column{{Name: "x"}}}, `column "x"`},
		{artifact.Table{Columns: []artifact.Column{{Name: "x", Ints: []int64{1}}, {Name: "y", Ints: []int64{1, 2}}}}, "2 rows; expected 1"},
	} {
		mentions(t, ShowTable("wrong", c.t), "wrong", c.said)
	}
	empty := artifact.Table{Columns: []artifact.Column{{Name: "x", Ints: []int64{}}}}
	if err := ShowTable("empty", empty); err != nil {
		t.Error(err)
	}
	if got := fmt.Sprint(tableText(empty)); got != "x\n" {
		t.Errorf("empty table %q", got)
	}
}
