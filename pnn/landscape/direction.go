package landscape

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// RandomDirection returns direction number index of a seed: normally distributed,
// then scaled filter by filter to the length of the parameters' own (Li et al.,
// NeurIPS 2018), so that networks whose weights differ in scale can be compared. A
// filter is what belongs to one output: a slice of the first axis of the shape.
// Biases and the weights of norms, parameters with one axis and no unit, stay where
// they are; phases and currents with one axis are one filter. The length is thus
// about that of the parameters, and a range of -1 to 1 is usual.
func (l *Landscape) RandomDirection(seed, index uint64) ([]float64, error) {
	v := make([]float64, l.size)
	at, moved := 0, false
	for _, p := range l.system.Parameters {
		part := v[at : at+len(p.Value)]
		at += len(part)
		if len(part) == 0 || len(p.Shape) < 2 && p.Unit == "" {
			continue
		}
		filter := len(part)
		if len(p.Shape) > 1 && p.Shape[0] > 0 {
			filter /= p.Shape[0]
		}
		s := lane.NewStream(seed, "landscape direction "+p.Name, index)
		for i := range part {
			part[i] = s.Normal()
		}
		for lo := 0; lo < len(part); lo += filter {
			hi := min(lo+filter, len(part))
			own := math.Sqrt(dot(p.Value[lo:hi], p.Value[lo:hi]))
			scale(part[lo:hi], own/math.Sqrt(dot(part[lo:hi], part[lo:hi])))
			moved = moved || own > 0
		}
	}
	if !moved {
		return nil, fmt.Errorf("landscape: no random direction: all parameters have one axis and no unit, or are zero; expected weights with an axis for outputs and one for inputs")
	}
	return v, nil
}
