package figure

import (
	"image/color"
	"strings"

	"gonum.org/v1/plot/vg"
)

// Style is how a method looks in every figure.
type Style struct {
	Colour color.NRGBA
	Marker Marker
}

// The colours of Okabe and Ito (2008) without yellow, which is too light for
// lines on white paper, joined by grey and two colours that keep their
// distance from the others.
var (
	black      = color.NRGBA{A: 0xFF}
	orange     = color.NRGBA{R: 0xE6, G: 0x9F, A: 0xFF}
	skyBlue    = color.NRGBA{R: 0x56, G: 0xB4, B: 0xE9, A: 0xFF}
	green      = color.NRGBA{G: 0x9E, B: 0x73, A: 0xFF}
	blue       = color.NRGBA{G: 0x72, B: 0xB2, A: 0xFF}
	vermillion = color.NRGBA{R: 0xD5, G: 0x5E, A: 0xFF}
	purple     = color.NRGBA{R: 0xCC, G: 0x79, B: 0xA7, A: 0xFF}
	grey       = color.NRGBA{R: 0x7F, G: 0x7F, B: 0x7F, A: 0xFF}
	brown      = color.NRGBA{R: 0x8C, G: 0x5A, B: 0x2B, A: 0xFF}
	darkGreen  = color.NRGBA{G: 0x58, B: 0x4A, A: 0xFF}
)

// spare are the colours of names that have none of their own, most of them
// from Paul Tol's muted scheme, none close to a colour above.
var spare = [...]color.NRGBA{
	{R: 0x33, G: 0x22, B: 0x88, A: 0xFF},
	{R: 0xCC, G: 0x66, B: 0x77, A: 0xFF},
	{R: 0x11, G: 0x77, B: 0x33, A: 0xFF},
	{R: 0x99, G: 0x99, B: 0x33, A: 0xFF},
	{R: 0x88, G: 0x22, B: 0x55, A: 0xFF},
	{R: 0x80, G: 0xA8, A: 0xFF},
	{R: 0xAA, G: 0x44, B: 0x99, A: 0xFF},
	{R: 0x66, G: 0x11, A: 0xFF},
}

// known gives the methods of the literature their style, by methodKey.
var known = map[string]Style{
	"insilico":       {black, Circle},
	"insilicodirect": {black, Circle},
	"direct":         {black, Circle},
	"pat":            {orange, Square},
	"at":             {skyBlue, TriangleUp},
	"datwois":        {blue, Diamond},
	"datwis":         {vermillion, Star},
	"dat":            {vermillion, Star},
	"bp":             {grey, Cross},
	"bpinsilico":     {grey, Cross},
	"insilicobp":     {grey, Cross},
	"sat":            {green, TriangleDown},
	"satinsitu":      {green, TriangleDown},
	"insitusat":      {green, TriangleDown},
	"satinsilico":    {darkGreen, TriangleUp},
	"insilicosat":    {darkGreen, TriangleUp},
	"nat":            {purple, Pentagon},
	"natinsilico":    {purple, Pentagon},
	"pruning":        {brown, Square},
}

// longNames spells the names that are also written out.
var longNames = strings.NewReplacer(
	"backpropagation", "bp",
	"physicsawaretraining", "pat",
	"dualadaptivetraining", "dat",
	"adaptivetraining", "at",
	"sharpnessawaretraining", "sat",
	"noiseawaretraining", "nat",
	"directdeployment", "direct",
	"insilicotraining", "insilico",
	"internalstates", "is",
	"without", "wo",
	"with", "w",
)

// methodKey makes "DAT w/ IS", "dat (with IS)" and "DAT-w-IS" one name.
func methodKey(method string) string {
	key := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '_', '/', '.', ',', '(', ')':
			return -1
		}
		return r
	}, strings.ToLower(method))
	return longNames.Replace(key)
}

// MethodStyle returns the colour and marker of a training method, the same in
// every figure. It knows in silico (direct), PAT, AT, DAT w/o IS, DAT w/ IS,
// BP, SAT (in situ, in silico), NAT and pruning in their usual spellings. Any
// other name gets one of eight further colours and a marker by a hash of the
// name; where two such names meet in one figure with the same colour, the
// figure moves the later one on to the next free colour.
func MethodStyle(method string) Style {
	key := methodKey(method)
	if s, ok := known[key]; ok {
		return s
	}
	h := hash(key)
	return Style{
		Colour: spare[h%uint32(len(spare))],
		Marker: Marker(h / uint32(len(spare)) % uint32(markerCount)),
	}
}

// hash is FNV-1a.
func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h ^ h>>15
}

// wardrobe hands out the styles of one figure: no two methods alike.
type wardrobe struct {
	keys   []string
	styles []Style
}

func (w *wardrobe) style(method string) Style {
	key := methodKey(method)
	for i, k := range w.keys {
		if k == key {
			return w.styles[i]
		}
	}
	s := MethodStyle(method)
	if w.worn(s.Colour) {
		for i := range spare {
			if c := spare[(int(hash(key)%uint32(len(spare)))+i)%len(spare)]; !w.worn(c) {
				s.Colour = c
				break
			}
		}
	}
	for i := 0; i < int(markerCount) && w.wornWhole(s); i++ {
		s.Marker = (s.Marker + 1) % markerCount
	}
	w.keys = append(w.keys, key)
	w.styles = append(w.styles, s)
	return s
}

func (w *wardrobe) worn(c color.NRGBA) bool {
	for _, s := range w.styles {
		if s.Colour == c {
			return true
		}
	}
	return false
}

func (w *wardrobe) wornWhole(s Style) bool {
	for _, t := range w.styles {
		if t == s {
			return true
		}
	}
	return false
}

// look is a style as drawn for one series.
type look struct {
	colour color.NRGBA
	marker Marker
	dashes []vg.Length
	hollow bool
}

var paperDashes = []vg.Length{3, 2}

// variants is how many series of one method a panel can tell apart.
const variants = 3

// dress returns the look of a series: variants of one method keep its colour
// and marker, with a lighter tint and another dash pattern; values of a paper
// are hollow and dashed.
func (s Style) dress(variant int, paper bool) look {
	l := look{colour: s.Colour, marker: s.Marker, hollow: paper}
	switch variant {
	case 1:
		l.colour, l.dashes = tint(s.Colour, 0.35), []vg.Length{1.2, 1.6}
	case 2:
		l.colour, l.dashes = tint(s.Colour, 0.55), []vg.Length{6, 1.6, 1.2, 1.6}
	}
	if paper {
		l.dashes = paperDashes
	}
	return l
}

// tint mixes a colour with white; t is the share of white.
func tint(c color.NRGBA, t float64) color.NRGBA {
	mix := func(v uint8) uint8 { return uint8(float64(float64(v)*(1-t)) + float64(255*t) + 0.5) }
	return color.NRGBA{R: mix(c.R), G: mix(c.G), B: mix(c.B), A: c.A}
}
