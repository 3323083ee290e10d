package optim

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Trajectory is the loss by which sharpness-aware training becomes almost free (SAF:
// Du et al., NeurIPS 2022): outputs z of each sample are kept for Lag epochs and
// held against those of now,
//
//	Weight T^2/batch sum over samples of KL(softmax(z_then/T) || softmax(z_now/T)),
//
// with T the Temperature, as in the authors' code, whose constants are those called
// published. A loss that fell steeply along the way is one in a sharp valley, and
// this pulls it back; no second gradient is taken. A trainer
//
//   - calls [AddTrajectory] in each batch between the gradient of its own loss
//     and the backward pass, with the numbers of the samples in the training set;
//   - shows every sample once an epoch, in any order. Samples that were not shown
//     Lag epochs ago take no part, nor do they before epoch Start;
//   - keeps [Trajectory.State] in its checkpoints.
//
// Memory is Lag (classes + 1) numbers a sample. Outputs may be those of a device:
// the gradient is that of the loss with respect to them.
type Trajectory struct {
	Weight      float64 // published: 0.3
	Temperature float64 // published: 5
	Start       int     // first epoch it counts in, from 0; published: 6

	lag, samples, classes int
	// By epoch modulo lag and sample: number of the epoch plus 1, which is 0 if
	// there is none, then the outputs. What a batch reads, it overwrites.
	kept *Parameter

	parts []float64 // losses, by group of blocks
}

// NewTrajectory returns a Trajectory with the published constants for a training
// set of samples samples that remembers outputs of classes numbers for lag epochs
// (published: 2 or 3).
func NewTrajectory(samples, classes, lag int) (*Trajectory, error) {
	if samples < 1 || classes < 2 || lag < 1 {
		return nil, fmt.Errorf("optim: trajectory of %d samples, %d classes, %d epochs; expected at least 1, 2 and 1", samples, classes, lag)
	}
	t := &Trajectory{Weight: 0.3, Temperature: 5, Start: 6, lag: lag, samples: samples, classes: classes}
	t.kept = NewParameter("trajectory", "", lag, samples, classes+1)
	t.kept.Single = true
	return t, nil
}

// State is what must be kept to go on later with the same bits; it is restored by
// writing into its values.
func (t *Trajectory) State() []*Parameter { return []*Parameter{t.kept} }

// AddTrajectory adds the loss of t for a batch of scores, whose sample i is number
// index[i] of the training set, in the given epoch, counted from 0. It returns the
// loss, adds its gradient to g (nil: not wanted) and remembers the scores. It fails
// if sizes do not fit, an index is out of range or occurs twice in the batch, or
// the constants are unfit; nothing is changed then.
func AddTrajectory[T lane.Float](pool *lane.Pool, t *Trajectory, g, scores *lane.Batch[T], index []int, epoch int) (loss float64, err error) {
	if err := t.check(scores.Rows, scores.Samples, index, epoch); err != nil {
		return 0, err
	}
	if g != nil && (g.Rows != scores.Rows || g.Samples != scores.Samples) {
		return 0, fmt.Errorf("optim: trajectory: gradient of %d samples of %d, scores of %d samples of %d; expected the same", g.Samples, g.Rows, scores.Samples, scores.Rows)
	}
	groups := lane.Groups(scores.Blocks())
	if len(t.parts) < groups {
		t.parts = make([]float64, groups)
	}
	pool.For(groups, func(item, _ int) {
		now, then := make([]float64, t.classes), make([]float64, t.classes)
		var sum float64
		first := item * lane.Group * lane.Width
		for s := first; s < min(first+lane.Group*lane.Width, scores.Samples); s++ {
			kept := t.kept.Value[(epoch%t.lag*t.samples+index[s])*(t.classes+1):][:t.classes+1]
			for c := range now {
				now[c], then[c] = float64(scores.At(s, c)), kept[1+c]
			}
			known := epoch >= max(t.Start, t.lag) && int(kept[0]) == epoch-t.lag+1
			kept[0] = float64(epoch + 1)
			for c, v := range now {
				kept[1+c] = float64(float32(v))
			}
			if !known {
				continue
			}
			sum += t.diverge(now, then)
			if g == nil {
				continue
			}
			// d KL/d z_now = (softmax(z_now/T) - softmax(z_then/T))/T
			k := t.Weight * t.Temperature / float64(scores.Samples)
			for c := range now {
				g.Set(s, c, g.At(s, c)+T(float64(k*(now[c]-then[c]))))
			}
		}
		t.parts[item] = sum
	})
	for _, v := range t.parts[:groups] {
		loss += v
	}
	return t.Weight * (t.Temperature * t.Temperature) * loss / float64(scores.Samples), nil
}

func (t *Trajectory) check(classes, samples int, index []int, epoch int) error {
	switch {
	case classes != t.classes || samples != len(index) || samples == 0:
		return fmt.Errorf("optim: trajectory: %d samples of %d scores and %d indices; expected samples of %d scores and an index for each", samples, classes, len(index), t.classes)
	case epoch < 0 || epoch >= 1<<24:
		return fmt.Errorf("optim: trajectory: epoch %d; expected 0 to %d", epoch, 1<<24-1)
	case !(t.Weight >= 0) || !(t.Temperature > 0) || math.IsInf(t.Weight, 0) || math.IsInf(t.Temperature, 0):
		return fmt.Errorf("optim: trajectory: Weight = %g, Temperature = %g; expected finite numbers, the first at least 0, the second positive", t.Weight, t.Temperature)
	}
	seen := make(map[int]bool, len(index))
	for i, n := range index {
		if n < 0 || n >= t.samples || seen[n] {
			return fmt.Errorf("optim: trajectory: index[%d] = %d; expected each of 0 to %d at most once in a batch", i, n, t.samples-1)
		}
		seen[n] = true
	}
	return nil
}

// diverge turns the outputs of a sample into probabilities at the temperature and
// returns their divergence.
func (t *Trajectory) diverge(now, then []float64) (kl float64) {
	a, b := t.soften(now), t.soften(then)
	for c := range now {
		// then ln(then/now), from the logarithms: no probability is divided by
		kl += float64(lane.Exp(then[c]-b) * ((then[c] - b) - (now[c] - a)))
	}
	for c := range now {
		now[c], then[c] = lane.Exp(now[c]-a), lane.Exp(then[c]-b)
	}
	return kl
}

// soften divides scores by the temperature and returns ln sum exp of them.
func (t *Trajectory) soften(z []float64) float64 {
	top := math.Inf(-1)
	for c := range z {
		z[c] /= t.Temperature
		top = max(top, z[c])
	}
	var sum float64
	for _, v := range z {
		sum += lane.Exp(v - top)
	}
	return top + lane.Log(sum)
}
