package imaging

import "fmt"

// Layout says where on the modulator the weights of a layer stand. Every output
// has an image of ImageRows x ImageCols weights, row by row, in a cell of its own
// with dark margins around it; GridRows x GridCols cells make a picture, and as
// many pictures follow each other as outputs need. Each column of a picture is
// shown Repeat times side by side.
type Layout struct {
	Outputs                int
	ImageRows, ImageCols   int
	MarginRows, MarginCols int // above and below, left and right of each image
	GridRows, GridCols     int
	Repeat                 int // 0: 1
}

// FreeSpace is the layout of the free-space network of Xu et al. (2026): 144
// outputs from 28 x 28 pixels on twelve pictures of 96 x 240, and 10 outputs from
// 12 x 12 numbers on one.
func FreeSpace() (first, second Layout) {
	first = Layout{Outputs: 144, ImageRows: 28, ImageCols: 28, MarginRows: 2, MarginCols: 1, GridRows: 3, GridCols: 4, Repeat: 2}
	second = Layout{Outputs: 10, ImageRows: 12, ImageCols: 12, MarginRows: 10, MarginCols: 9, GridRows: 3, GridCols: 4, Repeat: 2}
	return first, second
}

// maxPixels bounds the memory of a layout's pictures.
const maxPixels = 1 << 28

// Check finds layouts that cannot be drawn.
func (l Layout) Check() error {
	for _, f := range []struct {
		name  string
		v, lo int
	}{{"Outputs", l.Outputs, 1}, {"ImageRows", l.ImageRows, 1}, {"ImageCols", l.ImageCols, 1}, {"MarginRows", l.MarginRows, 0},
		{"MarginCols", l.MarginCols, 0}, {"GridRows", l.GridRows, 1}, {"GridCols", l.GridCols, 1}, {"Repeat", l.Repeat, 0}} {
		if f.v < f.lo || f.v > 1<<16 {
			return fmt.Errorf("imaging: %s of a layout is %d, expected %d to %d", f.name, f.v, f.lo, 1<<16)
		}
	}
	if pixels := float64(l.Pictures()) * float64(l.Rows()) * float64(l.Cols()); pixels > maxPixels {
		return fmt.Errorf("imaging: a layout of %d pictures of %d x %d pixels, expected at most %d pixels in all", l.Pictures(), l.Rows(), l.Cols(), maxPixels)
	}
	return nil
}

// Inputs is the number of weights of an output, Weights that of all.
func (l Layout) Inputs() int  { return l.ImageRows * l.ImageCols }
func (l Layout) Weights() int { return l.Outputs * l.Inputs() }

// Pictures is the number of pictures, Rows x Cols the pixels of each.
func (l Layout) Pictures() int { return (l.Outputs + l.cells() - 1) / l.cells() }
func (l Layout) Rows() int     { return l.GridRows * (l.ImageRows + 2*l.MarginRows) }
func (l Layout) Cols() int     { return l.GridCols * (l.ImageCols + 2*l.MarginCols) * l.repeat() }

func (l Layout) cells() int  { return l.GridRows * l.GridCols }
func (l Layout) repeat() int { return max(1, l.Repeat) }

// each calls do with every row of the images: the number of its first weight, and
// the pixel of that in all the pictures.
func (l Layout) each(do func(weight, pixel int)) {
	for n := range l.Outputs {
		picture, cell := n/l.cells(), n%l.cells()
		top := cell/l.GridCols*(l.ImageRows+2*l.MarginRows) + l.MarginRows
		left := (cell%l.GridCols*(l.ImageCols+2*l.MarginCols) + l.MarginCols) * l.repeat()
		for r := range l.ImageRows {
			do((n*l.ImageRows+r)*l.ImageCols, (picture*l.Rows()+top+r)*l.Cols()+left)
		}
	}
}
