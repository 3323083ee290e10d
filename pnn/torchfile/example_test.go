package torchfile_test

import (
	"fmt"
	"os"
	"path/filepath"

	"lightfast/pnn/torchfile"
)

// Share an array with NumPy, read it back and hold it against what is expected.
// A state dict is read in the same way: ReadState, then Want for each tensor.
func Example() {
	dir, err := os.MkdirTemp("", "torchfile")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	path := filepath.Join(dir, "theta_errors.npy")
	phases := torchfile.Tensor{Shape: []int{2, 2}, Values: []float64{0.01, -0.02, 0.03, 0}} // radians
	if err := torchfile.WriteNPY(path, phases); err != nil {
		fmt.Println(err)
		return
	}
	theta, err := torchfile.ReadNPY(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(theta.Name, theta.DType, theta.Shape, theta.Values, theta.CheckFinite(path))

	state := &torchfile.StateDict{Tensors: []torchfile.Tensor{theta}}
	_, err = state.Want("theta_errors", 64, 32)
	fmt.Println(err != nil, state.Names())
	// Output:
	// theta_errors f8 [2 2] [0.01 -0.02 0.03 0] <nil>
	// true [theta_errors]
}
