package bench

import (
	"fmt"
	"math"

	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
)

// images is how many images the peers transform.
const images = 64

// waves lists Fourier transforms and propagation. A plane of n pixels counts as
// 5 n log2 n operations, as is usual for Fourier transforms whatever the
// algorithm; the images are more than the caches of most machines hold, so they
// are read and written once at least.
func waves() (works []Work) {
	both := []string{fftwName, pyTorch}
	transform := func(side float64) float64 { return 2.5 * side * side * 2 * lane.Log(side) / math.Ln2 }
	for _, side := range []int{400, 512} {
		n := float64(side)
		works = append(works, Work{
			Name: fmt.Sprintf("fft2 %d", side), Peers: both, FMAs: images * transform(n), Bytes: 2 * 8 * images * n * n,
			Ours: func(workers int) (func() error, error) { return plane(side, workers) },
		})
	}
	// The transfer function and the columns of a plane of 200 pixels stay in a cache
	// of 2 MB beside each core, those of 400 do not.
	for _, side := range []int{100, 200} {
		n := float64(side)
		works = append(works, Work{
			Name: fmt.Sprintf("propagate %d", side), Peers: both,
			FMAs: images * (2*transform(2*n) + 4*4*n*n), Bytes: 2 * 8 * images * n * n,
			Ours: func(workers int) (func() error, error) { return propagate(side, images, workers) },
		})
	}
	return works
}

// plane transforms images in place. Every other step is the inverse, which does
// the same work, so that the numbers stay what they are.
func plane(side, workers int) (func() error, error) {
	p, err := fft.NewPlane[float32](side, side)
	if err != nil {
		return nil, err
	}
	x, err := fft.NewImages[float32](images, side, side)
	if err != nil {
		return nil, err
	}
	fill(x.Data)
	pool := lane.NewPool(workers)
	back := false
	return func() error {
		back = !back
		if back {
			return p.Forward(pool, x)
		}
		return p.Inverse(pool, x)
	}, nil
}

// propagate sets fields into the middle of frames of twice the side, transforms,
// multiplies by a transfer function, transforms back and crops.
func propagate(side, images, workers int) (func() error, error) {
	middle := fft.Window{Y: side / 2, X: side / 2, Height: side, Width: side}
	transfer := make([]complex128, 4*side*side)
	for i := range transfer {
		transfer[i] = complex(lane.SinCos(float64(i % 97)))
	}
	c, err := fft.NewConvolution[float32](2*side, 2*side, middle, middle, transfer)
	if err != nil {
		return nil, err
	}
	in, err := fft.NewImages[float32](images, side, side)
	if err != nil {
		return nil, err
	}
	out, err := fft.NewImages[float32](images, side, side)
	if err != nil {
		return nil, err
	}
	fill(in.Data)
	pool := lane.NewPool(workers)
	return func() error { return c.Apply(pool, out, in) }, nil
}
