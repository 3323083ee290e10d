package hybrid

import (
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
)

// convolutions are the layers from 784 pixels to 400 features: twice a convolution
// by 5 x 5, batch norm, rectifier and the largest of 2 x 2.
func convolutions[T lane.Float](first, second nn.Tuning) []nn.Layer[T] {
	return []nn.Layer[T]{
		&nn.Spread[T]{Channels: 1, H: 28, W: 28},
		&nn.Conv[T]{Name: "conv1", Out: 6, Kernel: 5, Pad: 2, Bias: true, Tuning: first}, &nn.BatchNorm[T]{Name: "norm1"}, &nn.ReLU[T]{}, &nn.MaxPool[T]{Size: 2},
		&nn.Conv[T]{Name: "conv2", Out: 16, Kernel: 5, Bias: true, Tuning: second}, &nn.BatchNorm[T]{Name: "norm2"}, &nn.ReLU[T]{}, &nn.MaxPool[T]{Size: 2},
		&nn.Flatten[T]{},
	}
}
