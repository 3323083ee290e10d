// Package nn holds the ordinary digital layers that hybrid networks put before,
// between and behind their optics: each with its forward pass and its adjoint,
// on batches in which sixteen samples ride together.
//
//	shape.go      vectors and images, and the rows they take
//	layer.go      what a layer is; passes and their modes
//	net.go        layers one after another
//	dense.go      fully connected
//	conv.go       convolution, nothing copied into columns
//	weights.go    what these two share; weights set by a device's controls
//	matrix.go     products shared out among workers
//	batchnorm.go  batch norm of vectors and images
//	relu.go       rectifier
//	activate.go   functions applied number by number, and noise on their gradients
//	sigmoid.go    sigmoid and tanh
//	pool.go       mean pooling
//	maxpool.go    max pooling
//	dropout.go    dropout, a function of seed, step and sample
//	flatten.go    images to vectors and back
//	init.go       initial weights
//	loss.go       softmax cross-entropy, squared error
//	objective.go  the loss of a batch, and how much of it is right
//
// A network is a list of layers, each a plain struct:
//
//	net, err := nn.New(nn.Vector(784),
//		&nn.Dense[float32]{Name: "fc1", Out: 128, Bias: true},
//		&nn.ReLU[float32]{},
//		&nn.Dense[float32]{Name: "fc2", Out: 10, Bias: true},
//	)
//
// Gradients are those of the loss with respect to real numbers. Single precision
// is for training, double for checks; parameters and their gradients are float64
// in both, rounded to single precision with the first. Every layer has one result
// for each of them, bit for bit, on every machine and for any number of workers:
// sums over samples are formed for groups of 64 and added in the order of the
// groups.
//
// A step of LeNet on 64 images takes 3.3 ms on one core of a Xeon of 2023 and 2.0 ms on
// two, 1.66 times less. By the times of its loops on one worker and on two, of the
// 0.35 ms that are missing 0.1 ms are lost in the gradients of the convolutions and 0.1 ms
// in batch norms: convolutions give workers blocks of samples, batch norms channels,
// whose sums have an order, and so each worker reads half of every image from the other's
// cache (see BenchmarkHandover of package lane). 0.04 ms are lost because one worker puts
// all images into lanes, the rest in some seventy loops of a few microseconds.
package nn
