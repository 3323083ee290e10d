package hybrid

import (
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/nn"
)

// MeshPorts is the number of ports of the mesh.
const MeshPorts = 64

// NewMeshLeNet builds the network
//
//	784 pixels, conv1 to 6 channels, norm1, conv2 to 16, norm2,
//	fc1 to 120, norm3, fc2 to 64, mesh layer1,
//
// with rectifiers behind the convolutions only. outputs is how many of the 64
// normalised intensities are scores: 10, or all where the authors compute Hessians.
// errs are those of a chip (nil: ideal).
func NewMeshLeNet[T lane.Float](outputs int, errs *mesh.Errors) (*nn.Net[T], *MeshLayer[T], error) {
	m := &MeshLayer[T]{Name: "layer1", Out: outputs, Errors: errs}
	net, err := nn.New(nn.Vector(784), append(meshFront[T](), m)...)
	return net, m, err
}

// meshFront is everything in front of the mesh.
func meshFront[T lane.Float]() []nn.Layer[T] {
	return append(convolutions[T](nil, nil),
		&nn.Dense[T]{Name: "fc1", Out: 120, Bias: true}, &nn.BatchNorm[T]{Name: "norm3"},
		&nn.Dense[T]{Name: "fc2", Out: MeshPorts, Bias: true})
}
