package jupyter

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"path/filepath"

	"lightfast/pnn/whole"
)

// writeLogos writes the two sizes that Jupyter's launcher and tabs show.
func writeLogos(folder string) error {
	for _, side := range []int{32, 64} {
		var data bytes.Buffer
		if err := png.Encode(&data, logo(side)); err != nil {
			return err
		}
		if err := whole.Write(filepath.Join(folder, fmt.Sprintf("logo-%dx%d.png", side, side)), data.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// logo draws two waveguides that exchange places, as light does in a directional
// coupler: the smallest part of a mesh.
func logo(side int) image.Image {
	const fine = 4 // samples a pixel along both axes
	ground, upper, lower := [3]float64{0.08, 0.13, 0.24}, [3]float64{0.90, 0.62, 0}, [3]float64{0.34, 0.71, 0.91}
	img := image.NewNRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			var sum [3]float64
			cover := 0.0
			for j := range fine {
				for i := range fine {
					u := (float64(x) + (float64(i)+0.5)/fine) / float64(side)
					v := (float64(y) + (float64(j)+0.5)/fine) / float64(side)
					if !inSquare(u, v) {
						continue
					}
					c := ground
					// A smooth step from one side to the other, in between a
					// stretch where the guides meet.
					t := min(max((u-0.2)/0.6, 0), 1)
					step := t * t * (3 - 2*t)
					if math.Abs(v-(0.72-0.44*step)) < 0.055 {
						c = lower
					}
					if math.Abs(v-(0.28+0.44*step)) < 0.055 {
						c = upper
					}
					cover++
					for k := range c {
						sum[k] += c[k]
					}
				}
			}
			if cover == 0 {
				continue
			}
			part := func(k int) uint8 { return uint8(255*sum[k]/cover + 0.5) }
			img.SetNRGBA(x, y, color.NRGBA{part(0), part(1), part(2), uint8(255*cover/(fine*fine) + 0.5)})
		}
	}
	return img
}

// inSquare tells whether (u, v) lies in the unit square with rounded corners.
func inSquare(u, v float64) bool {
	const r = 0.18
	du, dv := max(r-u, u-(1-r), 0), max(r-v, v-(1-r), 0)
	return du*du+dv*dv <= r*r
}
