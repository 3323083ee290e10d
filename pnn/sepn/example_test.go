package sepn_test

import (
	"fmt"

	"lightfast/pnn/sepn"
)

// The error predictor of the paper for the 64 outputs of a mesh.
func ExampleUNet() {
	n, err := sepn.UNet[float32]("sepn", 8, 8, [3]int{4, 8, 16})
	if err != nil {
		panic(err)
	}
	n.Initialise(1, 0)
	forward, _, _ := n.Operations()
	fmt.Println(n.Count(), "real parameters,", forward, "operations a sample")
	_, err = sepn.UNet[float32]("sepn", 8, 9, [3]int{4, 8, 16})
	fmt.Println(err)
	// Output:
	// 19514 real parameters, 478112 operations a sample
	// sepn: U-Net network for 8 x 9 pixels, expected sides that are multiples of 4
}
