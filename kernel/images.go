package kernel

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"lightfast/pnn/figure"
)

// Picture is one small picture of a sheet.
type Picture struct {
	Caption string
	Values  [][]float64 // [row][column], row 0 on top; NaN is a neutral blue-grey
	// Colours of the values; figure.Usual: from black to white.
	Colours figure.ColourMap
	// Limits of the colours; both zero: from the values. Phases always run from
	// 0 to 2π.
	Min, Max float64
}

// Grey makes a picture of the pixels of a data set's image, rows x cols of them.
func Grey(pixels []uint8, rows, cols int, caption string) (Picture, error) {
	if rows < 1 || cols < 1 || len(pixels) != rows*cols {
		return Picture{}, fmt.Errorf("kernel: picture %q: %d pixels; expected %d x %d", caption, len(pixels), rows, cols)
	}
	p := Picture{Caption: caption, Max: 255}
	for r := range rows {
		row := make([]float64, cols)
		for c := range row {
			row[c] = float64(pixels[r*cols+c])
		}
		p.Values = append(p.Values, row)
	}
	return p, nil
}

// Sizes in pixels.
const (
	tileSide = 84 // at least, along the longer side of a picture
	gap      = 8
	caption  = 16 // height of a line below the pictures
	letter   = 7  // width
)

// Images draws pictures of equal size on a sheet, columns in a row, enlarged
// without smoothing, with their captions below.
func Images(columns int, pictures []Picture) (image.Image, error) {
	if len(pictures) == 0 || columns < 1 {
		return nil, fmt.Errorf("kernel: a sheet of %d pictures in %d columns; expected at least one of both", len(pictures), columns)
	}
	rows, cols := len(pictures[0].Values), 0
	if rows > 0 {
		cols = len(pictures[0].Values[0])
	}
	line := 0
	for i, p := range pictures {
		if rows == 0 || cols == 0 || len(p.Values) != rows {
			return nil, fmt.Errorf("kernel: picture %d (%q) has %d rows; expected %d, as the first, and at least one pixel", i, p.Caption, len(p.Values), rows)
		}
		for r, v := range p.Values {
			if len(v) != cols {
				return nil, fmt.Errorf("kernel: picture %d (%q), row %d: %d columns; expected %d", i, p.Caption, r, len(v), cols)
			}
		}
		if p.Caption != "" {
			line = caption
		}
	}
	scale := max(1, (tileSide+max(rows, cols)-1)/max(rows, cols))
	w, h := cols*scale, rows*scale
	down := (len(pictures) + columns - 1) / columns
	across := min(columns, len(pictures))
	sheet := image.NewRGBA(image.Rect(0, 0, gap+across*(w+gap), gap+down*(h+line+gap)))
	draw.Draw(sheet, sheet.Bounds(), image.White, image.Point{}, draw.Src)
	for i, p := range pictures {
		x, y := gap+i%columns*(w+gap), gap+i/columns*(h+line+gap)
		p.draw(sheet, x, y, scale)
		text := []rune(p.Caption)
		if room := max(1, (w+gap-1)/letter); len(text) > room {
			text = append(text[:room-1], '~') // the font has no ellipsis
		}
		d := font.Drawer{Dst: sheet, Src: image.Black, Face: basicfont.Face7x13,
			Dot: fixed.P(x+(w-letter*len(text))/2, y+h+caption-4)}
		d.DrawString(string(text))
	}
	return sheet, nil
}

func (p Picture) draw(on *image.RGBA, x, y, scale int) {
	lo, hi := p.Min, p.Max
	if p.Colours == figure.Phase {
		lo, hi = 0, 2*math.Pi
	} else if lo == 0 && hi == 0 {
		lo, hi = math.Inf(1), math.Inf(-1)
		for _, row := range p.Values {
			for _, v := range row {
				if !math.IsNaN(v) && !math.IsInf(v, 0) {
					lo, hi = min(lo, v), max(hi, v)
				}
			}
		}
	}
	for r, row := range p.Values {
		for c, v := range row {
			t := 0.0
			if hi > lo {
				t = (v - lo) / (hi - lo)
			}
			if p.Colours == figure.Phase {
				t -= math.Floor(t)
			}
			box := image.Rect(x+c*scale, y+r*scale, x+(c+1)*scale, y+(r+1)*scale)
			draw.Draw(on, box, image.NewUniform(p.colour(t, v)), image.Point{}, draw.Src)
		}
	}
}

func (p Picture) colour(t, v float64) color.Color {
	switch {
	case math.IsNaN(v):
		return color.NRGBA{0x9f, 0xb0, 0xc8, 0xff}
	case p.Colours == figure.Usual:
		return color.Gray{uint8(255*min(max(t, 0), 1) + 0.5)}
	}
	return p.Colours.At(t)
}
