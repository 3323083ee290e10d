package diffract

import (
	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
)

// Fields are images, one after the other, where light propagates, and lanes, one
// sample a lane, where networks compute with it. A plane of h x w pixels is 2 h w
// rows of lanes: real parts row by row, then imaginary parts.

// tile is how many pixels cross over at a time: 16 lanes of them stay in the
// first-level cache.
const tile = 16

// toImages copies the first images.Count lanes of one block of rows to images.
func toImages[T lane.Float](images *fft.Images[T], block []T) {
	n := images.Height * images.Width
	for plane := range 2 {
		rows := block[plane*n*lane.Width:][:n*lane.Width]
		for p := 0; p < n; p += tile {
			hi := min(p+tile, n)
			for i := range images.Count {
				out := images.Data[(2*i+plane)*n:][p:hi]
				for k := range out {
					out[k] = rows[(p+k)*lane.Width+i]
				}
			}
		}
	}
}

// toLanes copies images to the first lanes of one block of rows and clears the
// others.
func toLanes[T lane.Float](block []T, images *fft.Images[T]) {
	n := images.Height * images.Width
	if images.Count < lane.Width {
		clear(block)
	}
	for plane := range 2 {
		rows := block[plane*n*lane.Width:][:n*lane.Width]
		for p := 0; p < n; p += tile {
			hi := min(p+tile, n)
			for i := range images.Count {
				in := images.Data[(2*i+plane)*n:][p:hi]
				for k, v := range in {
					rows[(p+k)*lane.Width+i] = v
				}
			}
		}
	}
}

// some returns images lo..hi-1.
func some[T lane.Float](x *fft.Images[T], lo, hi int) *fft.Images[T] {
	n := 2 * x.Height * x.Width
	return &fft.Images[T]{Count: hi - lo, Height: x.Height, Width: x.Width, Data: x.Data[lo*n : hi*n]}
}
