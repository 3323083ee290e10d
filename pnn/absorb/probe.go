package absorb

import (
	"math"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
)

// Probe is the noise with which the probe behind the neurons of a layer is
// measured: each reading r of a sample becomes
//
//	r + n sqrt((Relative r)^2 + (Floor R)^2),
//
// n from N(0, 1), R the root mean square of the sample's readings, to which a
// detector's range is set. It is a function of the seed and the step of the pass,
// the name, and the number of the sample in the batch.
type Probe[T lane.Float] struct {
	Name            string // tells the layers of a net apart, at most 80 bytes
	Relative, Floor float64
}

// Disturb implements [nn.Noise].
func (n *Probe[T]) Disturb(p *nn.Pass, g []T, shape nn.Shape, first, samples int) {
	pixels, plane := 1, 1
	if shape.IsImage() {
		pixels, plane = shape.H*shape.W, lane.Plane(shape.H, shape.W)
	}
	var room [96]byte
	purpose := append(append(room[:0], "probe "...), n.Name...)
	for l := range min(lane.Width, samples-first) {
		var power float64
		for c := range shape.Channels {
			for at := c * plane; at < c*plane+pixels; at++ {
				v := float64(g[at*lane.Width+l])
				power += float64(v * v)
			}
		}
		floor := float64(float64(n.Floor*n.Floor) * (power / float64(shape.Size())))
		var s lane.Stream
		p.Begin(&s, purpose, first+l)
		for c := range shape.Channels {
			for at := c * plane; at < c*plane+pixels; at++ {
				v := float64(g[at*lane.Width+l])
				r := float64(n.Relative * v)
				g[at*lane.Width+l] = T(v + float64(s.Normal()*math.Sqrt(float64(r*r)+floor)))
			}
		}
	}
}
