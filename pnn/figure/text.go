package figure

import (
	"fmt"
	"image/color"
	"strings"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	vgfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"
)

// Type sizes of the house style, in points.
const (
	sizeTitle   vg.Length = 10
	sizeLetter  vg.Length = 9.5
	sizeHeading vg.Length = 8
	sizeLabel   vg.Length = 8
	sizeTick    vg.Length = 7
	sizeLegend  vg.Length = 7.5
	sizeFooter  vg.Length = 6.5
	sizeCellMin vg.Length = 4.5
	sizeLeast   vg.Length = 5.5 // of labels that had to be fitted
)

// Heights of Liberation Sans as fractions of the type size.
const (
	capHeight  = 0.72
	lineHeight = 1.22
	descent    = 0.21
)

var (
	ink      = color.NRGBA{R: 0x1A, G: 0x1A, B: 0x1A, A: 0xFF}
	inkFaint = color.NRGBA{R: 0x6A, G: 0x6A, B: 0x6A, A: 0xFF}
	white    = color.NRGBA{R: 0xFF, G: 0xFF, B: 0xFF, A: 0xFF}
)

var fonts = vgfont.NewCache(liberation.Collection())

// typeface is a size, weight and colour of Liberation Sans.
type typeface struct {
	size   vg.Length
	bold   bool
	colour color.Color
}

func (t typeface) face(scale float64) vgfont.Face {
	f := vgfont.Font{Typeface: "Liberation", Variant: "Sans"}
	if t.bold {
		f.Weight = font.WeightBold
	}
	return fonts.Lookup(f, t.size*vg.Length(scale))
}

// run is a stretch of text on one level: 0 on the line, +1 raised, -1 lowered.
type run struct {
	text  string
	level int
}

func (r run) scale() float64 {
	if r.level != 0 {
		return 0.7
	}
	return 1
}

// splitRuns reads the two marks that text may hold: ^{...} raises, _{...}
// lowers. A mark without its closing brace is ordinary text.
func splitRuns(s string) []run {
	var out []run
	for s != "" {
		at, level, end := nextMark(s)
		if at < 0 {
			return append(out, run{text: s})
		}
		if at > 0 {
			out = append(out, run{text: s[:at]})
		}
		if end > at+2 {
			out = append(out, run{text: s[at+2 : end], level: level})
		}
		s = s[end+1:]
	}
	return out
}

// nextMark returns where the first complete mark of s starts, its level and
// the place of its closing brace; at is -1 if there is none.
func nextMark(s string) (at, level, end int) {
	for i := 0; i+1 < len(s); i++ {
		if (s[i] != '^' && s[i] != '_') || s[i+1] != '{' {
			continue
		}
		n := strings.IndexByte(s[i:], '}')
		if n < 0 {
			return -1, 0, 0
		}
		if s[i] == '^' {
			return i, +1, i + n
		}
		return i, -1, i + n
	}
	return -1, 0, 0
}

// width returns the width of one line of text.
func (t typeface) width(s string) vg.Length {
	var w vg.Length
	for _, r := range splitRuns(s) {
		f := t.face(r.scale())
		w += f.Width(r.text)
	}
	return w
}

// fitted returns t, smaller if that is what s needs to fit the width, but never
// so small that it cannot be read.
func (t typeface) fitted(s string, width vg.Length) typeface {
	if w := t.width(s); w > width {
		t.size = max(t.size*width/w, min(t.size, sizeLeast))
	}
	return t
}

// widest returns the width of the widest of the lines.
func (t typeface) widest(lines []string) vg.Length {
	var w vg.Length
	for _, l := range lines {
		w = max(w, t.width(l))
	}
	return w
}

// wrap breaks s at spaces so that every line fits the width; a single word, or a
// number with its sign of per cent, that is wider stands on a line of its own.
func (t typeface) wrap(s string, width vg.Length) []string {
	var lines []string
	words := strings.Fields(s)
	for i := 0; i < len(words); i++ {
		word := words[i]
		for i+1 < len(words) && strings.HasPrefix(words[i+1], "%") {
			i++
			word += " " + words[i]
		}
		if n := len(lines); n > 0 && t.width(lines[n-1]+" "+word) <= width {
			lines[n-1] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}

// checkText refuses text that the font cannot show, rather than draw boxes.
func checkText(where, s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("%s: %q is not valid UTF-8", where, s)
	}
	var buf sfnt.Buffer
	face := typeface{size: sizeLabel}.face(1)
	for _, r := range s {
		if i, err := face.Face.GlyphIndex(&buf, r); err != nil || i == 0 {
			return fmt.Errorf("%s: %q holds %q (%U), which the figure font Liberation Sans cannot show; write it in Latin, Greek or Cyrillic letters, superscripts as ^{...}", where, s, r, r)
		}
	}
	return nil
}
