package optim_test

import (
	"fmt"

	"lightfast/pnn/optim"
)

// One step of sharpness-aware training takes two gradients: the second, where the
// loss is worst nearby, is the one that is followed.
func ExampleSAM() {
	p := optim.NewParameter("p", "", 2)
	p.Value[0], p.Value[1] = 3, 1
	gradient := func() { // of 2 p0^2 + 4 p1^2, which adds to what is there
		p.Grad[0] += 4 * p.Value[0]
		p.Grad[1] += 8 * p.Value[1]
	}
	params := []*optim.Parameter{p}
	descent := optim.NewSGD(params, 0.5)
	sam, err := optim.NewSAM(params, 0.5, false)
	if err != nil {
		fmt.Println(err)
		return
	}

	optim.ZeroGrad(params)
	gradient()
	norm, err := sam.Ascend()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("gradient norm %.2f, moved to %.3f\n", norm, p.Value)
	optim.ZeroGrad(params)
	gradient()
	if err := sam.Restore(); err != nil {
		fmt.Println(err)
		return
	}
	descent.Step(0.1)
	fmt.Printf("after the step %.3f\n", p.Value)
	// Output:
	// gradient norm 14.42, moved to [3.416 1.277]
	// after the step [1.634 -0.022]
}
