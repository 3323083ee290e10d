package figure

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"
)

// Figure is a grid of panels with a title, a common legend and a footer.
type Figure struct {
	Title string // above the panels; may be empty
	// Footer says on the face of the figure where it comes from; see [Footer].
	Footer string

	Columns       int     // panels in a row; 0: 1, 2 or 3, by their number
	WidthCM       float64 // of the whole figure; 0: 9 for one column, else 18
	PanelHeightCM float64 // of each data area; 0: what suits the panels
	PanelLegends  bool    // a legend below each panel rather than one for all

	Panels []Panel // row by row; lettered a, b, c if there are several
}

// Footer returns the line that every figure carries: the profile and data set
// that made it, then anything else worth saying, then the name of the project.
func Footer(profile, data string, more ...string) string {
	parts := append([]string{"profile " + profile, "data " + data}, more...)
	return strings.Join(append(parts, "lightfast"), " | ")
}

// Lengths of the page in points.
const (
	pageMargin vg.Length = 6
	columnGap  vg.Length = 12
	rowGap     vg.Length = 11
	highest              = 150 * vg.Centimeter // an image of some 40 megapixels
)

var (
	titleFace   = typeface{size: sizeTitle, bold: true, colour: ink}
	letterFace  = typeface{size: sizeLetter, bold: true, colour: ink}
	headingFace = typeface{size: sizeHeading, colour: ink}
	footerFace  = typeface{size: sizeFooter, colour: inkFaint}
)

// Check reports what would keep the figure from being drawn, naming panel and
// series. Writing a figure checks it first.
func (f *Figure) Check() error {
	if len(f.Panels) == 0 {
		return fmt.Errorf("figure %q: no Panels; add at least one", f.Title)
	}
	if f.Footer == "" {
		return fmt.Errorf("figure %q: Footer is empty; say which profile and data set made it, with figure.Footer(profile, data)", f.Title)
	}
	if f.Columns < 0 || f.Columns > 12 {
		return fmt.Errorf("figure %q: Columns is %d, expected 1..12, or 0 to choose by the number of panels", f.Title, f.Columns)
	}
	if !(f.WidthCM == 0 || f.WidthCM >= 4 && f.WidthCM <= 60) {
		return fmt.Errorf("figure %q: WidthCM is %g, expected 4..60, or 0 for the usual width", f.Title, f.WidthCM)
	}
	if !(f.PanelHeightCM == 0 || f.PanelHeightCM >= 1 && f.PanelHeightCM <= 30) {
		return fmt.Errorf("figure %q: PanelHeightCM is %g, expected 1..30, or 0 for what suits the panels", f.Title, f.PanelHeightCM)
	}
	if err := checkText(fmt.Sprintf("figure %q: Title", f.Title), f.Title); err != nil {
		return err
	}
	if err := checkText(fmt.Sprintf("figure %q: Footer", f.Title), f.Footer); err != nil {
		return err
	}
	for i, p := range f.Panels {
		if p == nil {
			return fmt.Errorf("%s: panel is nil; expected Lines, Bars, Matrix or Map", f.where(i))
		}
		if err := p.check(f.where(i)); err != nil {
			return err
		}
	}
	return nil
}

// where is how errors call panel i.
func (f *Figure) where(i int) string {
	name := ""
	if p := f.Panels[i]; p != nil && p.heading() != "" {
		name = fmt.Sprintf(" (%q)", p.heading())
	}
	return fmt.Sprintf("figure %q, panel %s%s", f.Title, letter(i), name)
}

// letter returns the name of panel i: a, b, ..., z, aa, ab, ...
func letter(i int) string {
	if i < 26 {
		return string(rune('a' + i))
	}
	return letter(i/26-1) + letter(i%26)
}

// page is a figure with every place settled.
type page struct {
	*Figure
	width, height vg.Length
	columns       int
	layouts       []layout
	left, right   []vg.Length // room beside the data areas of each column
	data          vg.Length   // width of every data area
	rows          []row
	shared        legend
	title, footer []string
}

// row is one row of panels.
type row struct {
	headings [][]string
	above    vg.Length // height of the headings
	data     vg.Length
	below    vg.Length
	legends  []legend
	legend   vg.Length // height of the highest
}

// page checks the figure and settles its layout.
func (f *Figure) page() (*page, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	p := &page{Figure: f, columns: f.columns()}
	p.width = vg.Length(f.WidthCM) * vg.Centimeter
	if p.width == 0 {
		p.width = 18 * vg.Centimeter
		if p.columns == 1 {
			p.width = 9 * vg.Centimeter
		}
	}
	p.width = onDots(p.width)
	if err := p.setColumns(); err != nil {
		return nil, err
	}
	p.setLegends()
	p.setRows()
	inner := p.width - 2*pageMargin
	p.title = titleFace.wrap(f.Title, inner)
	p.footer = footerFace.wrap(f.Footer, inner)
	p.height = p.measureHeight()
	if p.height > highest {
		return nil, fmt.Errorf("figure %q: %d panels in %d columns make it %.0f cm high, at most %.0f can be drawn; split it, or use more Columns or a smaller PanelHeightCM",
			p.Title, len(p.Panels), p.columns, float64(p.height/vg.Centimeter), float64(highest/vg.Centimeter))
	}
	return p, nil
}

func (f *Figure) columns() int {
	n := len(f.Panels)
	switch {
	case f.Columns > 0:
		return min(f.Columns, n)
	case n <= 1:
		return 1
	case n <= 4:
		return 2
	}
	return 3
}

// setColumns lays the panels and shares the width so that all data areas are
// equally wide.
func (p *page) setColumns() error {
	cell := (p.width - 2*pageMargin) / vg.Length(p.columns)
	width := max(cell-columnGap-44, 30) // 44 is usual beside the data
	p.left, p.right = make([]vg.Length, p.columns), make([]vg.Length, p.columns)
	var clothes wardrobe
	for i, panel := range p.Panels {
		l := panel.lay(width, vg.Length(p.PanelHeightCM)*vg.Centimeter, &clothes)
		left, right := l.sides()
		c := i % p.columns
		p.left[c], p.right[c] = max(p.left[c], left), max(p.right[c], right)
		p.layouts = append(p.layouts, l)
	}
	p.data = p.width - 2*pageMargin - vg.Length(p.columns-1)*columnGap
	for c := range p.left {
		p.data -= p.left[c] + p.right[c]
	}
	p.data /= vg.Length(p.columns)
	const least = 36
	if p.data < least {
		return fmt.Errorf("figure %q: %d columns on %.1f cm leave %.1f points for each panel's data, at least %d are needed; use fewer Columns, a larger WidthCM or shorter labels",
			p.Title, p.columns, float64(p.width/vg.Centimeter), float64(p.data), least)
	}
	return nil
}

// setLegends chooses between one legend for all panels and one for each: one
// for each if asked for, or if a label would mean two things.
func (p *page) setLegends() {
	entries := make([][]entry, len(p.layouts))
	for i, l := range p.layouts {
		entries[i] = l.entries()
	}
	all, conflict := collect(entries...)
	p.rows = make([]row, (len(p.layouts)+p.columns-1)/p.columns)
	if !p.PanelLegends && !conflict {
		p.shared = arrange(all, p.width-2*pageMargin)
		return
	}
	for i := range p.layouts {
		own, _ := collect(entries[i])
		c := i % p.columns
		l := arrange(own, p.left[c]+p.data+p.right[c])
		r := &p.rows[i/p.columns]
		r.legends = append(r.legends, l)
		r.legend = max(r.legend, l.height())
	}
}

func (p *page) setRows() {
	for i, l := range p.layouts {
		r := &p.rows[i/p.columns]
		lines := headingFace.wrap(p.Panels[i].heading(), p.left[i%p.columns]+p.data+p.right[i%p.columns]-p.headingIndent(i))
		r.headings = append(r.headings, lines)
		n := len(lines)
		if len(p.Panels) > 1 {
			n = max(n, 1) // the letter
		}
		above := vg.Length(5)
		if n > 0 {
			above = vg.Length(n)*sizeHeading*lineHeight + 5
		}
		r.above = max(r.above, above)
		r.below = max(r.below, l.below(p.data))
		if p.PanelHeightCM > 0 {
			r.data = vg.Length(p.PanelHeightCM) * vg.Centimeter
		} else {
			r.data = max(r.data, l.height(p.data))
		}
	}
}

// headingIndent is where the heading of panel i starts, from the left of its
// cell: over the data, or behind the letter if that reaches further.
func (p *page) headingIndent(i int) vg.Length {
	if len(p.Panels) == 1 {
		return p.left[i%p.columns]
	}
	return max(p.left[i%p.columns], letterFace.width(letter(i))+5)
}

func (p *page) titleHeight() vg.Length {
	if len(p.title) == 0 {
		return 0
	}
	return vg.Length(len(p.title))*sizeTitle*lineHeight + 3
}

func (p *page) footerHeight() vg.Length {
	return vg.Length(len(p.footer))*sizeFooter*lineHeight + 8
}

func (p *page) measureHeight() vg.Length {
	h := 2*pageMargin + p.titleHeight() + p.shared.height() + p.footerHeight() + rowGap*vg.Length(len(p.rows)-1)
	for _, r := range p.rows {
		h += r.above + r.data + r.below + r.legend
	}
	return onDots(h)
}

// draw draws the page.
func (p *page) draw(s *surface) error {
	s.fill(white, box(0, 0, p.width, p.height).Path())
	y := p.height - pageMargin
	for i, line := range p.title {
		s.text(titleFace, vg.Point{X: pageMargin, Y: y - vg.Length(i)*sizeTitle*lineHeight}, anchor{0, 1}, line)
	}
	y -= p.titleHeight()
	for i := range p.rows {
		if i > 0 {
			y -= rowGap
		}
		if err := p.drawRow(s, i, y); err != nil {
			return err
		}
		r := p.rows[i]
		y -= r.above + r.data + r.below + r.legend
	}
	p.shared.draw(s, p.width/2, y)
	p.drawFooter(s)
	return nil
}

// drawRow draws row i, its top at y.
func (p *page) drawRow(s *surface, i int, y vg.Length) error {
	r, x := p.rows[i], pageMargin
	for c := range r.headings {
		n := i*p.columns + c
		left := x + p.left[c]
		if len(p.Panels) > 1 {
			s.text(letterFace, vg.Point{X: x, Y: y}, anchor{0, 1}, letter(n))
		}
		for j, line := range r.headings[c] {
			s.text(headingFace, vg.Point{X: x + p.headingIndent(n), Y: y - vg.Length(j)*sizeHeading*lineHeight}, anchor{0, 1}, line)
		}
		top := onDots(y - r.above)
		area := box(onDots(left), onDots(top-r.data), onDots(left+p.data), top)
		if err := p.layouts[n].draw(s, area, p.left[c]); err != nil {
			return fmt.Errorf("%s: %w", p.where(n), err)
		}
		if len(r.legends) > 0 {
			middle := x + (p.left[c]+p.data+p.right[c])/2
			r.legends[c].draw(s, middle, y-r.above-r.data-r.below)
		}
		x += p.left[c] + p.data + p.right[c] + columnGap
	}
	return nil
}

func (p *page) drawFooter(s *surface) {
	n := len(p.footer)
	for i, line := range p.footer {
		y := pageMargin + sizeFooter*descent + vg.Length(n-1-i)*sizeFooter*lineHeight
		s.text(footerFace, vg.Point{X: p.width - pageMargin, Y: y}, anchor{1, 0}, line)
	}
}
