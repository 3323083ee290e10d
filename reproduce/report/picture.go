package report

import (
	"bytes"
	"html/template"
	"regexp"
)

var viewBox = regexp.MustCompile(`viewBox="0 0 ([0-9.]+) ([0-9.]+)"`)

// picture takes the drawing into the card: without what an SVG file has in front
// of its root element, and with a name, by which the thumbnail shows it again
// without a second copy.
func (c *card) picture(svg []byte) {
	i := bytes.Index(svg, []byte("<svg"))
	if i < 0 {
		return
	}
	svg = svg[i+len("<svg"):]
	// The SVG is our own drawing code's output.
	c.Picture = template.HTML(`<svg id="picture-` + c.Anchor + `" role="img" aria-label="` + template.HTMLEscapeString(c.Title) + `"` + string(svg))
	if m := viewBox.FindSubmatch(svg); m != nil {
		c.Width, c.Height = string(m[1]), string(m[2])
		c.Box = "0 0 " + c.Width + " " + c.Height
	}
}
