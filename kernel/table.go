package kernel

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"lightfast/pnn/artifact"
)

// shownRows is the number of rows that a long table shows, half of them from
// its end.
const shownRows = 40

func checkTable(name string, t artifact.Table) error {
	if len(t.Columns) == 0 {
		return fmt.Errorf("kernel: table %q has no columns; expected at least one", name)
	}
	for _, c := range t.Columns {
		if c.Type() == "" {
			return fmt.Errorf("kernel: table %q, column %q: expected exactly one of Ints, Floats, Strings and Bools", name, c.Name)
		}
		if c.Len() != t.Columns[0].Len() {
			return fmt.Errorf("kernel: table %q, column %q: %d rows; expected %d, as column %q has", name, c.Name, c.Len(), t.Columns[0].Len(), t.Columns[0].Name)
		}
	}
	return nil
}

// heading is the name of a column with its unit.
func heading(c artifact.Column) string {
	if c.Unit == "" || c.Unit == "1" {
		return c.Name
	}
	return c.Name + " (" + c.Unit + ")"
}

// cell writes row i of a column.
func cell(c artifact.Column, i int) string {
	switch {
	case c.Ints != nil:
		return strconv.FormatInt(c.Ints[i], 10)
	case c.Strings != nil:
		return c.Strings[i]
	case c.Bools != nil:
		return strconv.FormatBool(c.Bools[i])
	case c.Missing != nil && c.Missing[i]:
		return ""
	case math.IsNaN(c.Floats[i]):
		return "NaN"
	}
	return strconv.FormatFloat(c.Floats[i], 'g', 6, 64)
}

// each calls row with the indices of the rows to show, and gap once with the
// number of those left out.
func each(rows int, row func(i int), gap func(left int)) {
	for i := 0; i < rows; i++ {
		if rows > shownRows && i == shownRows/2 {
			i = rows - shownRows/2
			gap(rows - shownRows)
		}
		row(i)
	}
}

func numeric(c artifact.Column) bool { return c.Ints != nil || c.Floats != nil }

func tableHTML(t artifact.Table) string {
	var b strings.Builder
	b.WriteString("<table><thead><tr>")
	line := func(tag string, text func(artifact.Column) string) {
		for _, c := range t.Columns {
			side := "left"
			if numeric(c) {
				side = "right"
			}
			fmt.Fprintf(&b, `<%s style="text-align:%s">%s</%s>`, tag, side, html.EscapeString(text(c)), tag)
		}
	}
	line("th", heading)
	b.WriteString("</tr></thead><tbody>")
	each(t.Rows(), func(i int) {
		b.WriteString("<tr>")
		line("td", func(c artifact.Column) string { return cell(c, i) })
		b.WriteString("</tr>")
	}, func(left int) {
		fmt.Fprintf(&b, `<tr><td colspan="%d" style="text-align:center">%d more rows</td></tr>`, len(t.Columns), left)
	})
	b.WriteString("</tbody></table>")
	return b.String()
}

func tableText(t artifact.Table) string {
	width := make([]int, len(t.Columns))
	for k, c := range t.Columns {
		width[k] = utf8.RuneCountInString(heading(c))
		each(t.Rows(), func(i int) { width[k] = max(width[k], utf8.RuneCountInString(cell(c, i))) }, func(int) {})
	}
	var b strings.Builder
	line := func(text func(artifact.Column) string) {
		var l strings.Builder
		for k, c := range t.Columns {
			if k > 0 {
				l.WriteString("  ")
			}
			s := text(c)
			room := strings.Repeat(" ", width[k]-utf8.RuneCountInString(s))
			if numeric(c) {
				s = room + s
			} else {
				s += room
			}
			l.WriteString(s)
		}
		b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
	line(heading)
	each(t.Rows(), func(i int) {
		line(func(c artifact.Column) string { return cell(c, i) })
	}, func(left int) { fmt.Fprintf(&b, "... %d more rows ...\n", left) })
	return b.String()
}
