package report

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"

	"lightfast/pnn/figure"
)

// look is how a series is drawn on a light and on a dark page: the colour and
// the marker that the method has in every figure.
type look struct {
	Light  string `json:"light"`
	Dark   string `json:"dark"`
	Marker int    `json:"marker"`
	Dash   string `json:"dash,omitempty"`
}

// looks hands out the looks of one figure. Two methods that have no colour of
// their own never share one there.
type looks struct {
	methods []string
	styles  []figure.Style
}

func (l *looks) of(method string, variant int) look {
	return dress(l.style(method), variant)
}

func (l *looks) style(method string) figure.Style {
	for i, m := range l.methods {
		if m == method {
			return l.styles[i]
		}
	}
	s := figure.MethodStyle(method)
	for i := 0; i < 64 && l.taken(s.Colour); i++ {
		s.Colour = figure.MethodStyle("method " + strconv.Itoa(i)).Colour
	}
	l.methods, l.styles = append(l.methods, method), append(l.styles, s)
	return s
}

func (l *looks) taken(c color.NRGBA) bool {
	for _, s := range l.styles {
		if s.Colour == c {
			return true
		}
	}
	return false
}

// dress tells variants of a method apart by tint and dashes, as the pictures do.
func dress(s figure.Style, variant int) look {
	c, l := s.Colour, look{Marker: int(s.Marker)}
	dark := onDark(c)
	switch variant {
	case 1:
		c, dark, l.Dash = mix(c, white, 0.35), mix(dark, ground, 0.3), "2 3"
	case 2:
		c, dark, l.Dash = mix(c, white, 0.55), mix(dark, ground, 0.45), "9 3 2 3"
	}
	l.Light, l.Dark = hex(c), hex(dark)
	return l
}

var (
	white  = color.NRGBA{R: 0xFF, G: 0xFF, B: 0xFF, A: 0xFF}
	ground = color.NRGBA{R: 0x17, G: 0x1B, B: 0x20, A: 0xFF} // of a dark page
)

// onDark is a colour as it is seen as well on the dark ground: greys the other
// way round, colours with as much white as they need.
func onDark(c color.NRGBA) color.NRGBA {
	if c.R == c.G && c.G == c.B {
		v := 0xF0 - uint8(uint16(c.R)*0x70/0x80)
		return color.NRGBA{R: v, G: v, B: v, A: 0xFF}
	}
	const least = 0.26 // luminance for a contrast of about 5 with the ground
	for t := 0.0; t < 1; t += 0.0625 {
		if m := mix(c, white, t); luminance(m) >= least {
			return m
		}
	}
	return white
}

// luminance is the relative luminance, with a gamma of 2.
func luminance(c color.NRGBA) float64 {
	part := func(v uint8, weight float64) float64 { x := float64(v) / 255; return float64(weight * float64(x*x)) }
	return part(c.R, 0.2126) + part(c.G, 0.7152) + part(c.B, 0.0722)
}

// mix is a colour with a share t of another.
func mix(c, with color.NRGBA, t float64) color.NRGBA {
	part := func(a, b uint8) uint8 { return uint8(float64(float64(a)*(1-t)) + float64(float64(b)*t) + 0.5) }
	return color.NRGBA{R: part(c.R, with.R), G: part(c.G, with.G), B: part(c.B, with.B), A: 0xFF}
}

func hex(c color.NRGBA) string { return strings.ToLower(fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B)) }
