package nn

import "lightfast/pnn/lane"

// Objective scores a batch by a [Loss]. It serves one goroutine.
type Objective[T lane.Float] struct {
	Loss Loss[T]

	g, scores *lane.Batch[T] // of the call under way
	labels    []uint8
	parts     []part
	body      func(item, worker int)
}

// part is what one group of blocks adds.
type part struct {
	loss    float64
	correct int
}

// Score returns the loss of a batch and how many of its samples have their
// largest score, the first if there are several, where the label is. It writes
// the gradient of the scores into g unless that is nil. Labels must be below the
// number of classes, scores.Rows, of which there are at most 256.
func (o *Objective[T]) Score(pool *lane.Pool, g, scores *lane.Batch[T], labels []uint8) (loss float64, correct int) {
	if o.body == nil {
		o.body = o.group
	}
	if g != nil {
		g.Resize(scores.Samples)
	}
	o.g, o.scores, o.labels = g, scores, labels
	n := lane.Groups(scores.Blocks())
	if cap(o.parts) < n {
		o.parts = make([]part, n)
	}
	o.parts = o.parts[:n]
	pool.For(n, o.body)
	for _, p := range o.parts {
		loss += p.loss
		correct += p.correct
	}
	return loss, correct
}

func (o *Objective[T]) group(item, _ int) {
	lo, hi := blocksOf(o.scores.Blocks(), item)
	classes, scores := o.scores.Rows, o.scores.Block(lo, hi)
	labels := o.labels[lo*lane.Width : min(hi*lane.Width, len(o.labels))]
	var g []T
	if o.g != nil {
		g = o.g.Block(lo, hi)
		clear(g)
	}
	p := part{loss: o.Loss.Group(g, scores, labels, classes, o.scores.Samples)}
	for i, label := range labels {
		if best(scores[i/lane.Width*classes*lane.Width+i%lane.Width:], classes) == int(label) {
			p.correct++
		}
	}
	o.parts[item] = p
}
