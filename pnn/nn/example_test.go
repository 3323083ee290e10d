package nn_test

import (
	"fmt"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
)

// A network of three layers learns the exclusive or.
func Example() {
	net, err := nn.New(nn.Vector(2),
		&nn.Dense[float32]{Name: "fc1", Out: 16, Bias: true}, nn.Tanh[float32](),
		&nn.Dense[float32]{Name: "fc2", Out: 2, Bias: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	net.Initialise(1)
	x, labels := lane.NewBatch[float32](4, 2), []uint8{0, 1, 1, 0}
	for s := range 4 {
		x.Set(s, 0, float32(s/2))
		x.Set(s, 1, float32(s%2))
	}
	params := net.Parameters()
	adam := optim.NewAdam(params)
	pass := &nn.Pass{Pool: lane.NewPool(0), Mode: nn.Train}
	objective := nn.Objective[float32]{Loss: nn.CrossEntropy[float32]{}}
	g := lane.NewBatch[float32](4, 2)
	for range 200 {
		optim.ZeroGrad(params)
		objective.Score(pass.Pool, g, net.Forward(pass, x), labels)
		net.Backward(pass, nil, g)
		adam.Step(0.02)
		net.Update(pass.Pool)
		pass.Step++
	}
	_, correct := objective.Score(nil, nil, net.Forward(&nn.Pass{}, x), labels)
	fmt.Println(correct, "of 4 right")
	// Output: 4 of 4 right
}

// A layer that does not fit is refused with what would make it fit.
func ExampleNew() {
	_, err := nn.New(nn.Image(1, 28, 28), &nn.Dense[float32]{Name: "fc1", Out: 10})
	fmt.Println(err)
	// Output: nn: layer 0 on an input of shape 1 x 28 x 28: Dense fc1 expects a vector; put Flatten before it
}
