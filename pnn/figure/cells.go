package figure

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
)

// cells is a grid of coloured values, row 0 on top: what Matrix and Map share.
type cells struct {
	values [][]float64
	colour ColourMap
	lo, hi float64
}

// Grid cuts a flat row-major slice into rows for Matrix and Map. It returns
// an error if flat does not hold rows x cols values.
func Grid[T float32 | float64](flat []T, rows, cols int) ([][]float64, error) {
	if rows < 1 || cols < 1 || len(flat)/rows != cols || len(flat)%rows != 0 {
		return nil, fmt.Errorf("figure: a grid of %d rows x %d columns does not hold %d values; rows x columns must equal the number of values", rows, cols, len(flat))
	}
	out := make([][]float64, rows)
	for r := range out {
		out[r] = make([]float64, cols)
		for c := range out[r] {
			out[r][c] = float64(flat[r*cols+c])
		}
	}
	return out, nil
}

// maxCells bounds a grid; more than that no figure can show.
const maxCells = 1 << 24

func checkCells(where string, values [][]float64, m ColourMap, lo, hi float64) error {
	if len(values) == 0 || len(values[0]) == 0 {
		return fmt.Errorf("%s: Values is empty; it needs at least one row of one value", where)
	}
	if m < 0 || m >= colourMapCount {
		return fmt.Errorf("%s: Colours is %d, expected one of the ColourMap constants", where, int(m))
	}
	if err := checkLimits(where, "", lo, hi, false); err != nil {
		return err
	}
	if len(values)*len(values[0]) > maxCells {
		return fmt.Errorf("%s: Values has %d x %d cells, more than %d; average it down first", where, len(values), len(values[0]), maxCells)
	}
	some := false
	for r, row := range values {
		if len(row) != len(values[0]) {
			return fmt.Errorf("%s: Values[%d] has %d columns but Values[0] has %d; rows must be equally long", where, r, len(row), len(values[0]))
		}
		for c, v := range row {
			some = some || finite(v)
			if finite(v) && math.Abs(v) > hugest {
				return fmt.Errorf("%s: Values[%d][%d] is %g, beyond the %g that a scale shows; change the unit", where, r, c, v, hugest)
			}
		}
	}
	if !some {
		return fmt.Errorf("%s: Values holds no finite number (%d x %d cells); leave the panel out, or check the run that made it", where, len(values), len(values[0]))
	}
	return nil
}

// newCells settles the range of colours: the limits given, or the data's.
func newCells(values [][]float64, m, usual ColourMap, lo, hi float64) cells {
	if m == Usual {
		m = usual
	}
	if m == Phase {
		return cells{values, m, 0, 2 * math.Pi}
	}
	if lo == 0 && hi == 0 {
		lo, hi = math.Inf(1), math.Inf(-1)
		for _, row := range values {
			for _, v := range row {
				lo, hi = bounds(lo, hi, v)
			}
		}
		if m == Diverging {
			hi = max(math.Abs(lo), math.Abs(hi))
			lo = -hi
		}
		if alike(lo, hi) {
			lo, hi = span(lo, hi, false)
		}
	}
	return cells{values, m, lo, hi}
}

func (c cells) rows() int { return len(c.values) }
func (c cells) cols() int { return len(c.values[0]) }

// fit returns the largest rectangle in area, at its top and middle, whose
// width is aspect times its height, with edges on dots.
func fit(area vg.Rectangle, aspect float64) vg.Rectangle {
	w, h := area.Max.X-area.Min.X, area.Max.Y-area.Min.Y
	if w > h*vg.Length(aspect) {
		w = h * vg.Length(aspect)
	} else {
		h = w / vg.Length(aspect)
	}
	x := onDots((area.Min.X + area.Max.X - w) / 2)
	y := onDots(area.Max.Y)
	return box(x, y-max(onDots(h), dot), x+max(onDots(w), dot), y)
}

// cell returns the rectangle of a cell in r.
func (c cells) cell(r vg.Rectangle, row, col int) vg.Rectangle {
	w, h := (r.Max.X-r.Min.X)/vg.Length(c.cols()), (r.Max.Y-r.Min.Y)/vg.Length(c.rows())
	return box(r.Min.X+w*vg.Length(col), r.Max.Y-h*vg.Length(row+1), r.Min.X+w*vg.Length(col+1), r.Max.Y-h*vg.Length(row))
}

// fewCells is how many cells an SVG draws as shapes rather than as an image.
const fewCells = 1024

// draw colours the cells in r.
func (c cells) draw(s *surface, r vg.Rectangle) {
	img := c.image()
	switch {
	case s.raster:
		w := int((r.Max.X-r.Min.X)/dot + 0.5)
		h := int((r.Max.Y-r.Min.Y)/dot + 0.5)
		s.picture(r, resample(img, w, h))
	case c.rows()*c.cols() <= fewCells:
		c.shapes(s, r, img)
	default:
		// Enlarged, so that viewers that smooth images keep the cells sharp.
		w, h := c.cols(), c.rows()
		if most := max(w, h); most < 300 {
			n := (300 + most - 1) / most
			w, h = w*n, h*n
		}
		s.picture(r, resample(img, min(w, 1000), min(h, 1000)))
	}
}

// shapes draws each cell as a rectangle. All but those in the last row and
// column reach under the next ones, so that no seam shows between them.
func (c cells) shapes(s *surface, r vg.Rectangle, img *image.Paletted) {
	for row := range c.rows() {
		for col := range c.cols() {
			q := c.cell(r, row, col)
			if row+1 < c.rows() {
				q.Min.Y -= 0.4
			}
			if col+1 < c.cols() {
				q.Max.X += 0.4
			}
			s.fill(img.At(col, row), q.Path())
		}
	}
}

// image returns the cells as an image, one dot a cell.
func (c cells) image() *image.Paletted {
	img := image.NewPaletted(image.Rect(0, 0, c.cols(), c.rows()), c.colour.palette())
	for row, values := range c.values {
		for col, v := range values {
			img.SetColorIndex(col, row, c.colour.shade(v, c.lo, c.hi))
		}
	}
	return img
}

// resample returns src at w x h dots: cells larger than a dot are repeated,
// smaller ones averaged in colour (not in value, which would be wrong for
// phases).
func resample(src *image.Paletted, w, h int) image.Image {
	cols, rows := src.Rect.Dx(), src.Rect.Dy()
	part := func(i, n, of int) (from, to int) {
		from = i * of / n
		return from, max(from+1, (i+1)*of/n)
	}
	if w >= cols && h >= rows {
		out := image.NewPaletted(image.Rect(0, 0, w, h), src.Palette)
		for y := range h {
			row, _ := part(y, h, rows)
			for x := range w {
				col, _ := part(x, w, cols)
				out.SetColorIndex(x, y, src.ColorIndexAt(col, row))
			}
		}
		return out
	}
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		r0, r1 := part(y, h, rows)
		for x := range w {
			c0, c1 := part(x, w, cols)
			var sum [3]int
			n := (r1 - r0) * (c1 - c0)
			for r := r0; r < r1; r++ {
				for c := c0; c < c1; c++ {
					p := src.Palette[src.ColorIndexAt(c, r)].(color.NRGBA)
					sum[0] += int(p.R)
					sum[1] += int(p.G)
					sum[2] += int(p.B)
				}
			}
			mean := func(v int) uint8 { return uint8((v + n/2) / n) }
			out.SetNRGBA(x, y, color.NRGBA{R: mean(sum[0]), G: mean(sum[1]), B: mean(sum[2]), A: 0xFF})
		}
	}
	return out
}
