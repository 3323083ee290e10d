package fft_test

import (
	"fmt"

	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
)

// Two fields of 4 x 6 points: a plane wave has one spatial frequency.
func ExamplePlane() {
	x, err := fft.NewImages[float32](2, 4, 6)
	if err != nil {
		fmt.Println(err)
		return
	}
	re, _ := x.Image(1)
	for i := range re {
		re[i] = float32(1 - i%6%2*2) // + - + - + - along x: frequency 3 of 6
	}
	plan, err := fft.NewPlane[float32](4, 6)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := plan.Forward(lane.NewPool(2), x); err != nil {
		fmt.Println(err)
		return
	}
	for k := range 4 {
		fmt.Println(re[6*k : 6*k+6])
	}
	// Output:
	// [0 0 0 24 0 0]
	// [0 0 0 0 0 0]
	// [0 0 0 0 0 0]
	// [0 0 0 0 0 0]
}

// A field of 2 x 2 points in a plane of 4 x 4, moved down by one row: the
// transfer function of a move is a phase that grows with frequency.
func ExampleConvolution() {
	phase := []complex128{1, -1i, -1, 1i}
	transfer := make([]complex128, 16)
	for i := range transfer {
		transfer[i] = phase[i/4]
	}
	window := fft.Window{Y: 1, X: 1, Height: 2, Width: 2}
	filter, err := fft.NewConvolution[float32](4, 4, window, window, transfer)
	if err != nil {
		fmt.Println(err)
		return
	}
	in, out := &fft.Images[float32]{Count: 1, Height: 2, Width: 2}, &fft.Images[float32]{Count: 1, Height: 2, Width: 2}
	in.Data = []float32{1, 2, 3, 4 /* imaginary parts: */, 0, 0, 0, 0}
	out.Data = make([]float32, 8)
	if err := filter.Apply(nil, out, in); err != nil {
		fmt.Println(err)
		return
	}
	re, _ := out.Image(0)
	fmt.Println(re[:2])
	fmt.Println(re[2:])
	// Output:
	// [0 0]
	// [1 2]
}

func ExampleForward() {
	x := []complex64{1, 0, 0, 0}
	if err := fft.Forward(x); err != nil {
		fmt.Println(err)
	}
	fmt.Println(x)
	// Output: [(1+0i) (1+0i) (1+0i) (1+0i)]
}
