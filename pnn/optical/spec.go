package optical

import (
	"fmt"
	"math"

	"lightfast/pnn/absorb"
	"lightfast/pnn/nn"
)

// Names that a [Spec] knows.
const (
	MLP, CNN = "mlp", "cnn"

	Absorber, Gain      = "absorber", "gain"
	ReLU, Tanh, Sigmoid = "relu", "tanh", "sigmoid"
	Linear              = "linear"

	Exact    = "exact"    // the derivative of the response
	Optical  = "optical"  // the transmission that a probe sees
	Random   = "random"   // a random even function; see Table
	Constant = "constant" // the same number everywhere

	MeanPool, MaxPool = "mean", "max"

	HalfSquares  = "half-squares" // half the sum over outputs, mean over the batch: the paper's text
	MeanSquares  = "mean-squares" // mean over batch and outputs: the authors' code
	CrossEntropy = "cross-entropy"
)

// Spec describes a network on images of 28 x 28 pixels as plain data: layers
// without biases, the last one linear.
type Spec struct {
	Network  string `json:"network"`            // MLP or CNN
	Hidden   []int  `json:"hidden"`             // outputs of the hidden dense layers
	Channels []int  `json:"channels,omitempty"` // of a CNN's convolutions, before the dense layers
	Kernel   int    `json:"kernel,omitempty"`   // side of their kernels, pixels; stride 1, no padding
	Pool     string `json:"pool,omitempty"`     // of windows of 2 x 2 behind each convolution: MeanPool or MaxPool
	Classes  int    `json:"classes"`

	Neuron string  `json:"neuron"`          // Absorber, Gain, ReLU, Tanh, Sigmoid or Linear
	Depth  float64 `json:"depth,omitempty"` // optical depth a0 of an Absorber, g0 of a Gain
	// Intensity says that numbers are intensities, not amplitudes.
	Intensity bool `json:"intensity,omitempty"`
	// Derivative is what gradients are multiplied by at an Absorber or Gain.
	Derivative string  `json:"derivative,omitempty"`
	Table      *Table  `json:"table,omitempty"`    // of a Random derivative
	Constant   float64 `json:"constant,omitempty"` // of a Constant one
	Probe      *Probe  `json:"probe,omitempty"`    // noise of the probe; nil: none

	Scale   float64 `json:"scale"`             // inputs run from 0 to Scale
	Dropout float64 `json:"dropout,omitempty"` // before the first dense layer of a CNN, the first hidden one of an MLP
	Loss    string  `json:"loss"`
	Initial Initial `json:"initial"`

	// Conserving asks for weights that conserve energy, with amplifiers behind
	// them. Only a device has such.
	Conserving bool `json:"conserving,omitempty"`
}

// Table describes a derivative (1-Share) g' + Share f with f from
// [absorb.RandomTable]: Knots numbers from 0 to Reach, number Index of the family
// that Seed names.
type Table struct {
	Seed  uint64  `json:"seed"`
	Index uint64  `json:"index"`
	Knots int     `json:"knots"`
	Reach float64 `json:"reach"`
	Share float64 `json:"share"`
}

// Probe is the noise of [absorb.Probe].
type Probe struct {
	Relative float64 `json:"relative"`
	Floor    float64 `json:"floor"`
}

// Initial says how weights begin: those of dense layers from N(Mean, SD^2) with a
// random sign if Mean is not zero, those of convolutions from N(0, ConvSD^2).
type Initial struct {
	Mean   float64 `json:"mean,omitempty"`
	SD     float64 `json:"sd"`
	ConvSD float64 `json:"conv_sd,omitempty"`
}

// Bounds of what a network may ask of a machine.
const (
	side      = 28
	maxLayers = 64
	maxWidth  = 4096
	maxKnots  = 1 << 16
)

// Check finds what cannot be built.
func (s Spec) Check() error {
	bad := func(field string, v any, want string) error {
		return fmt.Errorf("optical: %s is %v, expected %s", field, v, want)
	}
	finite := func(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
	switch s.Network {
	case MLP:
		if len(s.Channels) > 0 || s.Kernel != 0 || s.Pool != "" || s.Initial.ConvSD != 0 {
			return bad("channels, kernel, pool, conv_sd", fmt.Sprintf("%v, %d, %q, %g", s.Channels, s.Kernel, s.Pool, s.Initial.ConvSD), "none: an mlp has no convolutions")
		}
	case CNN:
		if len(s.Channels) == 0 {
			return bad("channels", "empty", "those of at least one convolution")
		}
		if s.Pool != MeanPool && s.Pool != MaxPool {
			return bad("pool", fmt.Sprintf("%q", s.Pool), "mean or max")
		}
		if !(s.Initial.ConvSD > 0) || !finite(s.Initial.ConvSD) {
			return bad("initial conv_sd", s.Initial.ConvSD, "a positive standard deviation")
		}
		for i, w := 0, side; i < len(s.Channels); i++ {
			if s.Kernel < 1 || s.Kernel > w-1 {
				return bad("kernel", s.Kernel, fmt.Sprintf("1 to %d pixels at convolution %d, whose images are %d wide", w-1, i+1, w))
			}
			w = (w - s.Kernel + 1) / 2
		}
	default:
		return bad("network", fmt.Sprintf("%q", s.Network), "mlp or cnn")
	}
	if n := len(s.Hidden) + len(s.Channels); n > maxLayers {
		return bad("number of hidden layers", n, fmt.Sprintf("at most %d", maxLayers))
	}
	for _, f := range []struct {
		name   string
		widths []int
	}{{"hidden", s.Hidden}, {"channels", s.Channels}} {
		for _, w := range f.widths {
			if w < 1 || w > maxWidth {
				return bad(f.name, f.widths, fmt.Sprintf("widths of 1 to %d", maxWidth))
			}
		}
	}
	if s.Classes < 2 || s.Classes > 256 {
		return bad("classes", s.Classes, "2 to 256")
	}
	switch s.Loss {
	case HalfSquares, MeanSquares, CrossEntropy:
	default:
		return bad("loss", fmt.Sprintf("%q", s.Loss), "half-squares, mean-squares or cross-entropy")
	}
	if !(s.Scale > 0) || !finite(s.Scale) {
		return bad("scale", s.Scale, "a positive number")
	}
	if !(s.Dropout >= 0 && s.Dropout < 1) {
		return bad("dropout", s.Dropout, "0 to 1, below 1")
	}
	if !(s.Initial.SD >= 0) || !finite(s.Initial.SD) || !finite(s.Initial.Mean) || s.Initial.SD == 0 && s.Initial.Mean == 0 {
		return bad("initial", fmt.Sprintf("%+v", s.Initial), "a finite mean and standard deviation, not both zero")
	}
	return s.checkNeuron(bad)
}

func (s Spec) checkNeuron(bad func(field string, v any, want string) error) error {
	switch s.Neuron {
	case Absorber, Gain:
	case ReLU, Tanh, Sigmoid, Linear:
		if s.Depth != 0 || s.Intensity || s.Derivative != "" || s.Table != nil || s.Constant != 0 || s.Probe != nil {
			return bad("neuron", fmt.Sprintf("%q", s.Neuron), "absorber or gain, which alone have a depth, a derivative to choose and a probe")
		}
		return nil
	default:
		return bad("neuron", fmt.Sprintf("%q", s.Neuron), "absorber, gain, relu, tanh, sigmoid or linear")
	}
	if !(s.Depth >= 0) {
		return bad("depth", s.Depth, "a number from 0; the neuron gain amplifies")
	}
	if err := s.medium().Check(); err != nil {
		return err
	}
	if (s.Derivative == Random) != (s.Table != nil) || s.Derivative != Constant && s.Constant != 0 {
		return bad("derivative", fmt.Sprintf("%q", s.Derivative), "a table with random, a constant with constant, and neither with the others")
	}
	if t := s.Table; t != nil && (t.Knots > maxKnots || !(t.Share >= 0 && t.Share <= 1)) {
		return bad("table", fmt.Sprintf("%+v", *t), fmt.Sprintf("at most %d knots and a share of 0 to 1", maxKnots))
	}
	if p := s.Probe; p != nil && (!(p.Relative >= 0 && p.Floor >= 0) || math.IsInf(p.Relative, 0) || math.IsInf(p.Floor, 0)) {
		return bad("probe", fmt.Sprintf("%+v", *p), "standard deviations from 0")
	}
	if math.IsNaN(s.Constant) || math.IsInf(s.Constant, 0) {
		return bad("constant", s.Constant, "a finite number")
	}
	_, err := s.Slope()
	return err
}

// medium is the substance of an Absorber or Gain.
func (s Spec) medium() absorb.Absorber {
	a := absorb.Absorber{Depth: s.Depth}
	if s.Neuron == Gain {
		a.Depth = -s.Depth
	}
	if s.Intensity {
		a.Encoding = absorb.Intensity
	}
	return a
}

// Slope is what gradients are multiplied by at an Absorber or Gain, as a function
// of the neuron's input.
func (s Spec) Slope() (absorb.Derivative, error) {
	a := s.medium()
	switch s.Derivative {
	case Exact:
		return absorb.Exact{Absorber: a}, nil
	case Optical:
		return absorb.Optical{Absorber: a}, nil
	case Constant:
		return absorb.Constant(s.Constant), nil
	case Random:
		f, err := absorb.RandomTable(s.Table.Seed, s.Table.Index, s.Table.Knots, s.Table.Reach)
		if err != nil {
			return nil, err
		}
		return absorb.Blend{A: absorb.Exact{Absorber: a}, B: f, Share: s.Table.Share}, nil
	}
	return nil, fmt.Errorf("optical: derivative is %q, expected exact, optical, random or constant", s.Derivative)
}

// loss is the loss of the network.
func (s Spec) loss() nn.Loss[float32] {
	switch s.Loss {
	case HalfSquares:
		return nn.Squares[float32]{Averaging: nn.HalfSum}
	case MeanSquares:
		return nn.Squares[float32]{Averaging: nn.Mean}
	}
	return nn.CrossEntropy[float32]{}
}

// neuron is the activation behind the weights of the given name; nil if linear.
func (s Spec) neuron(name string) (nn.Layer[float32], error) {
	switch s.Neuron {
	case ReLU:
		return &nn.ReLU[float32]{}, nil
	case Tanh:
		return nn.Tanh[float32](), nil
	case Sigmoid:
		return nn.Sigmoid[float32](), nil
	case Linear:
		return nil, nil
	}
	d, err := s.Slope()
	if err != nil {
		return nil, err
	}
	a, err := absorb.Layer[float32](s.medium(), d)
	if err != nil {
		return nil, err
	}
	if s.Probe != nil {
		a.Noise = &absorb.Probe[float32]{Name: name, Relative: s.Probe.Relative, Floor: s.Probe.Floor}
	}
	return a, nil
}

// Layers lists the layers of the network as the stages of a [Chain]: what light
// meets before each weights, and these.
func (s Spec) Layers() ([]Stage, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	var stages []Stage
	var before []nn.Layer[float32]
	add := func(name string, weights nn.Layer[float32]) error {
		stages = append(stages, Stage{Before: before, Weights: weights})
		before = nil
		n, err := s.neuron(name)
		if n != nil {
			before = append(before, n)
		}
		return err
	}
	if s.Network == CNN {
		before = append(before, &nn.Spread[float32]{Channels: 1, H: side, W: side})
	}
	for i, c := range s.Channels {
		name := fmt.Sprintf("conv%d", i+1)
		if err := add(name, &nn.Conv[float32]{Name: name, Out: c, Kernel: s.Kernel, InitWeight: nn.Normal{SD: s.Initial.ConvSD}}); err != nil {
			return nil, err
		}
		if s.Pool == MaxPool {
			before = append(before, &nn.MaxPool[float32]{Size: 2})
		} else {
			before = append(before, &nn.MeanPool[float32]{Size: 2})
		}
	}
	if s.Network == CNN {
		before = append(before, &nn.Flatten[float32]{})
	}
	var draw nn.Initialiser = nn.Normal{SD: s.Initial.SD}
	if s.Initial.Mean != 0 {
		draw = nn.TwoPeaks{Mean: s.Initial.Mean, SD: s.Initial.SD}
	}
	for i := range len(s.Hidden) + 1 {
		out := s.Classes
		if i < len(s.Hidden) {
			out = s.Hidden[i]
		}
		if s.Dropout > 0 && (s.Network == CNN && i == 0 || s.Network == MLP && i == 1) {
			before = append(before, &nn.Dropout[float32]{P: s.Dropout})
		}
		name := fmt.Sprintf("fc%d", i+1)
		if err := add(name, &nn.Dense[float32]{Name: name, Out: out, InitWeight: draw}); err != nil {
			return nil, err
		}
	}
	return stages, nil
}

// Neurons is the number of hidden stages.
func (s Spec) Neurons() int { return len(s.Channels) + len(s.Hidden) }

// Build makes the network of the spec, with weights of zero.
func (s Spec) Build() (*Chain, error) {
	stages, err := s.Layers()
	if err != nil {
		return nil, err
	}
	return NewChain(nn.Vector(side*side), stages)
}

// pixels are the inputs for each grey level.
func (s Spec) pixels() (t [256]float32) {
	for v := range t {
		t[v] = float32(float64(s.Scale*float64(v)) / 255)
	}
	return t
}
