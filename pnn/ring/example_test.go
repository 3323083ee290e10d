package ring_test

import (
	"fmt"

	"lightfast/pnn/ring"
)

// A weight of 0.5, one kelvin colder than when its current was set.
func Example() {
	c := ring.Training()
	x := c.Control(0.5)
	fmt.Printf("detuning %.3f nm: weight %.2f\n", x, c.Weight(x))
	x += ring.Drift(-1, ring.DriftPerKelvin)
	fmt.Printf("detuning %.3f nm: weight %.2f\n", x, c.Weight(x))
	// Output:
	// detuning 0.260 nm: weight 0.50
	// detuning 0.180 nm: weight 0.18
}
