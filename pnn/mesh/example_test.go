package mesh_test

import (
	"fmt"
	"math/cmplx"

	"lightfast/pnn/mesh"
)

// A unitary matrix is loaded into a mesh by its decomposition, and comes out as
// the mesh's transfer matrix; a chip with errors multiplies by another one.
func Example() {
	layout, err := mesh.Rectangular(8)
	if err != nil {
		panic(err)
	}
	u := mesh.RandomUnitary(8, 1, 0)
	phases, err := layout.Decompose(u)
	if err != nil {
		panic(err)
	}
	worst := func(errors *mesh.Errors) float64 {
		m, err := mesh.New[float64]("mesh", layout, errors)
		if err != nil {
			panic(err)
		}
		phases.CopyTo(m.Theta.Value, m.Phi.Value, m.Gamma.Value)
		m.Update(nil)
		d := 0.0
		for i, z := range m.TransferMatrix() {
			d = max(d, cmplx.Abs(z-u[i]))
		}
		return d
	}
	fmt.Println(layout.Interferometers(), "interferometers")
	fmt.Println("ideal mesh exact to 1e-12:", worst(nil) < 1e-12)
	fmt.Println("with phase errors of 0.1 rad exact to 1e-12:", worst(layout.Fabricate(mesh.Sigma{Phase: 0.1}, 1, 0)) < 1e-12)
	// Output:
	// 28 interferometers
	// ideal mesh exact to 1e-12: true
	// with phase errors of 0.1 rad exact to 1e-12: false
}
