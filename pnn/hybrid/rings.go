package hybrid

import (
	"fmt"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/ring"
)

// RingLeNet describes a LeNet of 62,158 parameters whose weights are set by rings,
//
//	784 pixels, conv1 to 6 channels, norm1, conv2 to 16, norm2,
//	fc1 to 120, norm3, fc2 to 84, norm4, fc3 to 10,
//
// with rectifiers behind each norm. The zero value is an ordinary network.
type RingLeNet struct {
	// Laws by which currents set the weights of each layer; nil: weights are set
	// directly. ring.InWeights makes weights pass through rings that drift.
	Conv1, Conv2, FC1, FC2, FC3 nn.Tuning

	// Bank2 and Bank3, if not nil, hold fc2 and fc3 on banks of rings with
	// crosstalk and noisy detectors, trained in Domain; FC2 and FC3 must be nil.
	Bank2, Bank3 *ring.Bank
	Domain       ring.Domain
	Noise        float64 // of the detectors of the banks, see ring.Dense

	// Linear leaves out the rectifiers behind norm3 and norm4, as the authors do
	// where they compute Hessians.
	Linear bool
}

// InCurrents is the network whose weights are all set by the same law: the
// authors' current domain with ring.Training.
func InCurrents(c ring.Curve) RingLeNet {
	law := &ring.Law{Curves: []ring.Curve{c}}
	return RingLeNet{Conv1: law, Conv2: law, FC1: law, FC2: law, FC3: law}
}

// Drifting is the network in the weight domain whose last two layers, those that
// are on the chip, pass through rings of the curve c; changes of the law's fields
// take effect with the next update.
func Drifting(c ring.Curve) (RingLeNet, *ring.Law) {
	law := &ring.Law{Curves: []ring.Curve{c}}
	return RingLeNet{FC2: ring.InWeights{Law: law}, FC3: ring.InWeights{Law: law}}, law
}

// tunings are the laws of a description.
func (r RingLeNet) tunings() []nn.Tuning {
	return []nn.Tuning{r.Conv1, r.Conv2, r.FC1, r.FC2, r.FC3}
}

// ringWeights is how many weights each of the five layers has.
var ringWeights = [...]int{6 * 25, 16 * 6 * 25, 120 * 400, 84 * 120, 10 * 84}

// NewRingLeNet builds the network.
func NewRingLeNet[T lane.Float](r RingLeNet) (*nn.Net[T], error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	return nn.New(nn.Vector(784), append(ringFront[T](r), ringBanks[T](r)...)...)
}

// check finds laws and banks that do not fit the layers.
func (r RingLeNet) check() error {
	for i, t := range r.tunings() {
		if w, ok := t.(ring.InWeights); ok {
			t = w.Law
		}
		law, ok := t.(*ring.Law)
		if !ok {
			continue
		}
		if law == nil {
			return fmt.Errorf("hybrid: a ring law of layer %d that is a nil pointer; give it curves, or leave the field out", i+1)
		}
		if err := law.Check(ringWeights[i]); err != nil {
			return fmt.Errorf("hybrid: layer %d: %w", i+1, err)
		}
	}
	if r.Bank2 != nil && r.FC2 != nil || r.Bank3 != nil && r.FC3 != nil {
		return fmt.Errorf("hybrid: a layer with both a law and a bank of rings, expected one of them")
	}
	return nil
}

// ringFront is everything in front of the two layers that are on the chip.
func ringFront[T lane.Float](r RingLeNet) []nn.Layer[T] {
	layers := append(convolutions[T](r.Conv1, r.Conv2), &nn.Dense[T]{Name: "fc1", Out: 120, Bias: true, Tuning: r.FC1}, &nn.BatchNorm[T]{Name: "norm3"})
	if !r.Linear {
		layers = append(layers, &nn.ReLU[T]{})
	}
	return layers
}

// ringBanks is the two layers that are on the chip, and the digital norm between
// them.
func ringBanks[T lane.Float](r RingLeNet) []nn.Layer[T] {
	last := func(name string, out int, bank *ring.Bank, law nn.Tuning) nn.Layer[T] {
		if bank != nil {
			return &ring.Dense[T]{Name: name, Out: out, Bias: true, Bank: bank, Domain: r.Domain, Noise: r.Noise}
		}
		return &nn.Dense[T]{Name: name, Out: out, Bias: true, Tuning: law}
	}
	layers := []nn.Layer[T]{last("fc2", 84, r.Bank2, r.FC2), &nn.BatchNorm[T]{Name: "norm4"}}
	if !r.Linear {
		layers = append(layers, &nn.ReLU[T]{})
	}
	return append(layers, last("fc3", 10, r.Bank3, r.FC3))
}

// WeightLimit is where the authors hold the weights of both ring and free-space
// systems after each step; +1 would need an infinite detuning.
const WeightLimit = 0.999

// ClampWeights holds the weights of all layers but the norms in -limit..limit.
func ClampWeights[T lane.Float](net *nn.Net[T], limit float64) {
	for _, p := range net.Parameters() {
		if len(p.Shape) < 2 { // biases, and scale and shift of the norms
			continue
		}
		for i, v := range p.Value {
			p.Value[i] = min(max(v, -limit), limit)
		}
		p.Round()
	}
}
