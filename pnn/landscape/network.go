package landscape

import (
	"fmt"

	"lightfast/pnn/lane"
	"lightfast/pnn/model"
)

// OfNetwork is the system of a chain of optical stages, meshes or diffractive
// blocks, whose loss is that of one batch of labelled fields, 2 rows a port. The
// parameters are those of the elements; error predictors take no part, as on a chip.
func OfNetwork(n *model.Network[float64], pool *lane.Pool, x *lane.Batch[float64], labels []uint8) (System, error) {
	if x.Rows != 2*n.Ports() {
		return System{}, fmt.Errorf("landscape: fields of %d rows; the network takes %d, a real and an imaginary part for each port", x.Rows, 2*n.Ports())
	}
	if err := checkLabels(labels, x.Samples, n.Classes); err != nil {
		return System{}, err
	}
	t := n.NewTrace(x.Samples)
	t.In[0] = x
	work := make([]*model.Workspace[float64], pool.Workers())
	for i := range work {
		work[i] = n.NewWorkspace()
	}
	g := lane.NewBatch[float64](x.Samples, n.Classes)
	losses := make([]float64, n.Groups(x.Blocks()))
	run := func(backward bool) (sum float64) {
		pool.For(len(losses), func(item, worker int) {
			lo, hi := item*n.Group(), min((item+1)*n.Group(), x.Blocks())
			n.Forward(t, work[worker], lo, hi, false)
			part := labels[lo*lane.Width : min(hi*lane.Width, len(labels))]
			losses[item], _ = n.Loss(g.Block(lo, hi), t.Scores.Block(lo, hi), part, n.Classes, x.Samples)
			if backward {
				n.Backward(0, t, work[worker], lo, hi, false, model.Gradient[float64]{Scores: g})
			}
		})
		for _, v := range losses {
			sum += v
		}
		if backward {
			n.Accumulate(pool, 0, t)
		}
		return sum / float64(x.Samples)
	}
	return System{
		Parameters: n.Parameters(),
		Gradient:   func() (float64, error) { return run(true), nil },
		Loss:       func() (float64, error) { return run(false), nil },
		Update:     func() { n.Update(pool) },
	}, nil
}
