package bench

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Waves are the works on wave fields. They take part where they are set: each
// prepares its work for a number of workers and returns what does it once, in
// single precision.
var Waves struct {
	// Plane is the forward transform of images complex images of side x side
	// pixels. Where it is done in place, every other step may be the inverse, so
	// that numbers stay finite.
	Plane func(side, images, workers int) (step func() error, err error)
	// Propagate places images of side x side pixels in frames of twice the side,
	// transforms, multiplies with a transfer function, transforms back and crops.
	Propagate func(side, images, workers int) (step func() error, err error)
	// Diffract is a training step of a diffractive network: batch 32, three phase
	// masks of 200 x 200 pixels, each followed by propagation in 400 x 400, ten
	// square detectors, Adam.
	Diffract func(workers int) (step func() error, err error)
}

// images is how many images the peers transform.
const images = 64

// waves lists the works of [Waves] that are there. A plane of n pixels counts as
// 5 n log2 n operations, as is usual for Fourier transforms whatever the
// algorithm; the images are more than the caches of most machines hold, so they
// are read and written once at least.
func waves() (works []Work) {
	both := []string{fftwName, pyTorch}
	transform := func(side float64) float64 { return 2.5 * side * side * 2 * lane.Log(side) / math.Ln2 }
	if Waves.Plane != nil {
		for _, side := range []int{400, 512} {
			n := float64(side)
			works = append(works, Work{
				Name: fmt.Sprintf("fft2 %d", side), Peers: both, FMAs: images * transform(n), Bytes: 2 * 8 * images * n * n,
				Ours: func(workers int) (func() error, error) { return Waves.Plane(side, images, workers) },
			})
		}
	}
	if Waves.Propagate != nil {
		const side = 200
		works = append(works, Work{
			Name: fmt.Sprintf("propagate %d", side), Peers: both,
			FMAs: images * (2*transform(2*side) + 4*4*side*side), Bytes: 2 * 8 * images * side * side,
			Ours: func(workers int) (func() error, error) { return Waves.Propagate(side, images, workers) },
		})
	}
	if Waves.Diffract != nil {
		works = append(works, Work{Name: "diffractive step", Ask: "dpnn", Peers: []string{pyTorch}, Ours: Waves.Diffract})
	}
	return works
}
