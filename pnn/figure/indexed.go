package figure

import (
	"image"
	"image/color"
	"sort"
)

// farthest is how far, in steps of 1/255 of a channel, a dot's colour may be
// moved by indexed: as far as nobody sees on the soft edge of a line.
const farthest = 16

// indexed returns the image with a palette of at most 256 colours, which
// makes drawings of lines and text half as large: the commonest colours (all
// solid ink) stay as they are, rarer ones on soft edges move to a near one. A
// page with maps or matrices, where colours are data, and an image that would
// have to change too far come back unchanged.
func (p *page) indexed(img image.Image) image.Image {
	for _, panel := range p.Panels {
		switch panel.(type) {
		case Map, Matrix:
			return img
		}
	}
	src, ok := img.(*image.RGBA)
	if !ok {
		return img
	}
	colours := byCount(src)
	for tolerance := 2; tolerance <= farthest; tolerance += 2 {
		if palette, places := condense(colours, tolerance); palette != nil {
			out := image.NewPaletted(src.Rect, palette)
			for i := range out.Pix {
				out.Pix[i] = places[[3]uint8(src.Pix[4*i:4*i+3])]
			}
			return out
		}
	}
	return img
}

// byCount returns the colours of the image, the commonest first, equally
// common ones by their value.
func byCount(img *image.RGBA) [][3]uint8 {
	count := map[[3]uint8]int{}
	for i := 0; i+4 <= len(img.Pix); i += 4 {
		count[[3]uint8(img.Pix[i:i+3])]++
	}
	colours := make([][3]uint8, 0, len(count))
	for c := range count {
		colours = append(colours, c)
	}
	value := func(c [3]uint8) int { return int(c[0])<<16 | int(c[1])<<8 | int(c[2]) }
	sort.Slice(colours, func(i, j int) bool {
		a, b := colours[i], colours[j]
		if count[a] != count[b] {
			return count[a] > count[b]
		}
		return value(a) < value(b)
	})
	return colours
}

// condense gives each colour a place in a palette whose colour is no farther
// than the tolerance in any channel; the palette is nil if 256 do not suffice.
func condense(colours [][3]uint8, tolerance int) (color.Palette, map[[3]uint8]uint8) {
	var kept [][3]uint8
	places := make(map[[3]uint8]uint8, len(colours))
	for _, c := range colours {
		best, at := tolerance+1, -1
		for i, k := range kept {
			if d := farness(c, k); d < best {
				best, at = d, i
			}
		}
		if at < 0 {
			if len(kept) == 256 {
				return nil, nil
			}
			kept = append(kept, c)
			at = len(kept) - 1
		}
		places[c] = uint8(at)
	}
	palette := make(color.Palette, len(kept))
	for i, k := range kept {
		palette[i] = color.NRGBA{R: k[0], G: k[1], B: k[2], A: 0xFF}
	}
	return palette, places
}

// farness is the largest difference of two colours in a channel.
func farness(a, b [3]uint8) int {
	var d int
	for i := range a {
		d = max(d, int(a[i])-int(b[i]), int(b[i])-int(a[i]))
	}
	return d
}
