package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
)

// Encoder writes grey pictures on light: a picture is enlarged by bilinear
// interpolation (pixel areas kept aligned, edges repeated) and set into the
// middle of a plane, where its amplitude is the root of the pixel, so that the
// intensity is the picture. The phase is zero.
type Encoder[T lane.Float] struct {
	Grid          Grid
	Rows, Cols    int // of a picture
	Height, Width int // of its image on the plane, in pixels
	// Amplitude makes the amplitude the pixel itself instead of its root.
	Amplitude bool

	y, x   []tap
	out    *fft.Images[T]
	images []uint8
	encode func(item, worker int)
}

// tap is where a row or column of the image lies between two of the picture.
type tap struct {
	first, second int
	w             float64 // weight of the second
}

// NewEncoder returns an encoder of pictures of rows x cols pixels that makes
// them height x width pixels large on the plane.
func NewEncoder[T lane.Float](g Grid, rows, cols, height, width int) (*Encoder[T], error) {
	if err := g.Check(); err != nil {
		return nil, err
	}
	if rows < 1 || cols < 1 || height < 1 || width < 1 {
		return nil, fmt.Errorf("diffract: an encoder of pictures of %d x %d pixels as %d x %d, expected at least one pixel", rows, cols, height, width)
	}
	if height > g.Rows || width > g.Cols {
		return nil, fmt.Errorf("diffract: an image of %d x %d pixels is larger than the modulator of %d x %d; make it smaller or the plane larger", height, width, g.Rows, g.Cols)
	}
	e := &Encoder[T]{Grid: g, Rows: rows, Cols: cols, Height: height, Width: width, y: taps(rows, height), x: taps(cols, width)}
	e.encode = func(image, _ int) { e.write(image) }
	return e, nil
}

// taps spreads m points over n.
func taps(n, m int) []tap {
	t := make([]tap, m)
	for i := range t {
		at := float64((float64(i)+0.5)*float64(n))/float64(m) - 0.5
		at = max(0, min(float64(n-1), at))
		first := int(at)
		t[i] = tap{first, min(first+1, n-1), at - float64(first)}
	}
	return t
}

// Forward writes pictures, Rows*Cols bytes each, to the fields of out; there
// must be one for each field.
func (e *Encoder[T]) Forward(pool *lane.Pool, out *fft.Images[T], pictures []uint8) error {
	if err := checkField("encoder", "output", out, e.Grid.Rows, e.Grid.Cols); err != nil {
		return err
	}
	if len(pictures) != out.Count*e.Rows*e.Cols {
		return fmt.Errorf("diffract: encoder: %d bytes for %d pictures of %d x %d pixels, expected %d", len(pictures), out.Count, e.Rows, e.Cols, out.Count*e.Rows*e.Cols)
	}
	e.out, e.images = out, pictures
	pool.For(out.Count, e.encode)
	e.out, e.images = nil, nil
	return nil
}

func (e *Encoder[T]) write(image int) {
	picture := e.images[image*e.Rows*e.Cols:][:e.Rows*e.Cols]
	re, im := e.out.Image(image)
	clear(re)
	clear(im)
	top, left := e.Grid.Rows/2-e.Height/2, e.Grid.Cols/2-e.Width/2
	for i, y := range e.y {
		above, below := picture[y.first*e.Cols:][:e.Cols], picture[y.second*e.Cols:][:e.Cols]
		row := re[(top+i)*e.Grid.Cols+left:][:e.Width]
		for j, x := range e.x {
			a := between(above[x.first], above[x.second], x.w)
			b := between(below[x.first], below[x.second], x.w)
			v := (a + float64(y.w*(b-a))) / 255
			if !e.Amplitude {
				v = math.Sqrt(max(0, v))
			}
			row[j] = T(v)
		}
	}
}

func between(a, b uint8, w float64) float64 {
	return float64(a) + float64(w*(float64(b)-float64(a)))
}
