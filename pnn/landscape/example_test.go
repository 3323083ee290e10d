package landscape_test

import (
	"context"
	"fmt"

	"lightfast/pnn/landscape"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
)

// How sharp is the loss of a net around its weights?
func Example() {
	net, err := nn.New(nn.Vector(4),
		&nn.Dense[float64]{Name: "fc1", Out: 6, Bias: true}, nn.Tanh[float64](), &nn.Dense[float64]{Name: "fc2", Out: 3, Bias: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	net.Initialise(1)
	x, labels := lane.NewBatch[float64](30, 4), make([]uint8, 30)
	s := lane.NewStream(1, "samples", 0)
	for i := range labels {
		labels[i] = uint8(i % 3)
		for r := range 4 {
			x.Set(i, r, s.Normal())
		}
	}

	system, err := landscape.OfNet(net, &nn.Pass{Mode: nn.Evaluate}, nn.CrossEntropy[float64]{}, x, labels)
	if err != nil {
		fmt.Println(err)
		return
	}
	look, err := landscape.New(system)
	if err != nil {
		fmt.Println(err)
		return
	}
	eigen, err := look.Lanczos(context.Background(), landscape.Lanczos{Count: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range eigen.Pairs {
		fmt.Printf("eigenvalue %.4f, found to 1e-4: %v\n", p.Value, p.Residual < 1e-4*p.Value)
	}
	axis := landscape.Axis(-1, 1, 3)
	z, err := look.Surface(context.Background(), eigen.Pairs[0].Vector, eigen.Pairs[1].Vector, axis, axis)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("loss %.4f, at a corner %.4f\n", z[4], z[0])
	// Output:
	// eigenvalue 0.7040, found to 1e-4: true
	// eigenvalue 0.5041, found to 1e-4: true
	// loss 1.1319, at a corner 1.8598
}

// Any loss will do: here p0^2 - 3 p0 p1, whose Hessian is [[2, -3], [-3, 0]].
func ExampleSystem() {
	p := optim.NewParameter("p", "", 2)
	look, err := landscape.New(landscape.System{
		Parameters: []*optim.Parameter{p},
		Gradient: func() (float64, error) {
			x, y := p.Value[0], p.Value[1]
			p.Grad[0] += 2*x - 3*y
			p.Grad[1] -= 3 * x
			return x*x - 3*x*y, nil
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	hv := make([]float64, 2)
	if err := look.HessianVector(context.Background(), hv, []float64{1, 0}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.6f\n", hv)
	// Output: [2.000000 -3.000000]
}
