package report

import (
	"bytes"
	"html/template"
	"regexp"
)

var viewBox = regexp.MustCompile(`viewBox="0 0 ([0-9.]+) ([0-9.]+)"`)

// How our drawings name their font, and what most of their texts look like.
const (
	fontFamily = "font-family:'Liberation Sans',Arial,Helvetica,sans-serif;"
	usualText  = "font-size:7px;fill:#1A1A1A"
)

// picture takes the drawing into the card: without what an SVG file has in front
// of its root element, and with a name, by which the thumbnail shows it again
// without a second copy.
func (c *card) picture(svg []byte) {
	i := bytes.Index(svg, []byte("<svg"))
	if i < 0 {
		return
	}
	svg = svg[i+len("<svg"):]
	// Said once for the picture instead of by each text: a seventh of the page.
	svg = bytes.ReplaceAll(svg, []byte(fontFamily+"font-variant:normal;"), nil)
	svg = bytes.ReplaceAll(svg, []byte("font-weight:normal;font-style:normal;"), nil)
	svg = bytes.ReplaceAll(svg, []byte(`style="`+usualText+`"`), nil)
	// The SVG is our own drawing code's output.
	c.Picture = template.HTML(`<svg id="picture-` + c.Anchor + `" role="img" aria-label="` + template.HTMLEscapeString(c.Title) + `" style="` + fontFamily + usualText + `"` + string(svg))
	if m := viewBox.FindSubmatch(svg); m != nil {
		c.Width, c.Height = string(m[1]), string(m[2])
		c.Box = "0 0 " + c.Width + " " + c.Height
	}
}
