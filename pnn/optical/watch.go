package optical

import (
	"math"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
)

// Bins of a histogram of neuron inputs: BinWidth wide, from -BinReach to BinReach;
// the first and the last also count what is beyond.
const (
	BinWidth = 0.25
	BinReach = 20.0
	Bins     = 160
)

// Watch is what happened in a network: records before training and after each
// epoch.
type Watch struct {
	Neurons, Weights int // hidden stages; stages of dense weights
	// Counts are, by record, hidden stage and bin, how often neurons had such an
	// input on a fixed part of the validation images.
	Counts []float64
	// Gains are, by record and stage of dense weights, the bounds of [GainBounds].
	Gains []float64
}

// Records is the number of records.
func (w *Watch) Records() int {
	if w.Weights == 0 {
		return 0
	}
	return len(w.Gains) / (2 * w.Weights)
}

// Histogram returns the counts of a record and a hidden stage by bin.
func (w *Watch) Histogram(record, stage int) []float64 {
	at := (record*w.Neurons + stage) * Bins
	return w.Counts[at : at+Bins]
}

// Gain returns the bounds of a record and a stage of dense weights.
func (w *Watch) Gain(record, stage int) (low, high float64) {
	at := 2 * (record*w.Weights + stage)
	return w.Gains[at], w.Gains[at+1]
}

// watched is how many images histograms are made of.
func watched(s Spec) int {
	if s.Network == CNN {
		return 100
	}
	return 1000
}

// record adds a record: out is what left the weights of all stages.
func (w *Watch) record(net *Chain) {
	for i, p := range net.Parameters() {
		if _, dense := net.layers[i].(*nn.Dense[float32]); dense {
			low, high := GainBounds(p.Value, p.Shape[0], p.Shape[1])
			w.Gains = append(w.Gains, low, high)
		}
	}
}

// count adds a batch to the last record.
func count(bins []float64, z *lane.Batch[float32], shape nn.Shape) {
	pixels, plane := 1, 1
	if shape.IsImage() {
		pixels, plane = shape.H*shape.W, lane.Plane(shape.H, shape.W)
	}
	for blk := range z.Blocks() {
		in := z.Block(blk, blk+1)
		lanes := min(lane.Width, z.Samples-blk*lane.Width)
		for c := range shape.Channels {
			for r := c * plane; r < c*plane+pixels; r++ {
				for _, v := range in[r*lane.Width:][:lanes] {
					bins[bin(v)]++
				}
			}
		}
	}
}

func bin(v float32) int {
	b := math.Floor((float64(v) + BinReach) / BinWidth)
	return int(min(max(b, 0), Bins-1)) // NaN ends training before it comes here
}
