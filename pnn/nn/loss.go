package nn

import "lightfast/pnn/lane"

// Loss is a loss of class scores. [Objective] applies it to a batch.
type Loss[T lane.Float] interface {
	// Group computes the part that the samples of one group of blocks have in the
	// loss of a batch of batch samples: one sample a label, classes rows a block.
	// Unless g is nil it writes the gradient of the scores into g, which is zero
	// before.
	Group(g, scores []T, labels []uint8, classes, batch int) float64
}

// CrossEntropy is the softmax cross-entropy, the mean over the batch of
//
//	ln sum_c exp(s_c) - s_label.
type CrossEntropy[T lane.Float] struct{}

// Group implements [Loss].
func (CrossEntropy[T]) Group(g, scores []T, labels []uint8, classes, batch int) (loss float64) {
	var e [256]float64
	for i, label := range labels {
		at := i/lane.Width*classes*lane.Width + i%lane.Width
		top := scores[at+best(scores[at:], classes)*lane.Width]
		var sum float64
		for c := range classes {
			e[c] = lane.Exp(float64(scores[at+c*lane.Width] - top))
			sum += e[c]
		}
		loss += lane.Log(sum) - float64(scores[at+int(label)*lane.Width]-top)
		if g == nil {
			continue
		}
		for c := range classes {
			p := e[c] / sum
			if c == int(label) {
				p--
			}
			g[at+c*lane.Width] = T(p / float64(batch))
		}
	}
	return loss / float64(batch)
}

// Averaging says what a sum of squares is divided by.
type Averaging int

const (
	// HalfSum is half the sum over outputs, averaged over the batch: the textbook's.
	HalfSum Averaging = iota
	// Mean is the mean over batch and outputs: PyTorch's MSELoss.
	Mean
	// Sum is the sum over batch and outputs.
	Sum
)

// Squares is the squared distance of the scores from a target that is On for the
// class of the label and zero for the others.
type Squares[T lane.Float] struct {
	Averaging Averaging
	On        float64 // 0: 1
}

// Group implements [Loss].
func (s Squares[T]) Group(g, scores []T, labels []uint8, classes, batch int) (loss float64) {
	on, k := s.On, 1.0
	if on == 0 {
		on = 1
	}
	switch s.Averaging {
	case HalfSum:
		k = 0.5 / float64(batch)
	case Mean:
		k = 1 / (float64(batch) * float64(classes))
	}
	for i, label := range labels {
		at := i/lane.Width*classes*lane.Width + i%lane.Width
		for c := range classes {
			d := float64(scores[at+c*lane.Width])
			if c == int(label) {
				d -= on
			}
			loss += float64(d * d)
			if g != nil {
				g[at+c*lane.Width] = T(2 * k * d)
			}
		}
	}
	return k * loss
}

// best is the class with the largest score, the first if there are several.
func best[T lane.Float](scores []T, classes int) int {
	b := 0
	for c := 1; c < classes; c++ {
		if scores[c*lane.Width] > scores[b*lane.Width] {
			b = c
		}
	}
	return b
}
