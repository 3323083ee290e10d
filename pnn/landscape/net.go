package landscape

import (
	"fmt"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
)

// OfNet is the system of a net, hybrid or digital, whose loss is that of one batch of
// labelled samples. The pass says how batch norm is to be done: with running
// statistics (nn.Evaluate) or those of the batch (nn.EvaluateBatch). nn.Train, which
// moves what is no parameter, is refused, as are labels and samples that do not fit.
func OfNet(net *nn.Net[float64], p *nn.Pass, loss nn.Loss[float64], x *lane.Batch[float64], labels []uint8) (System, error) {
	if p.Mode == nn.Train {
		return System{}, fmt.Errorf("landscape: a pass in mode Train moves running statistics; use Evaluate or EvaluateBatch")
	}
	classes := net.Out.Size()
	if net.Out.IsImage() {
		return System{}, fmt.Errorf("landscape: the net gives an image of shape %v; expected a score for each class", net.Out)
	}
	if x.Rows != net.In.Rows() {
		return System{}, fmt.Errorf("landscape: samples of %d rows; the net takes %d", x.Rows, net.In.Rows())
	}
	if err := checkLabels(labels, x.Samples, classes); err != nil {
		return System{}, err
	}
	objective := &nn.Objective[float64]{Loss: loss}
	g := lane.NewBatch[float64](x.Samples, classes)
	return System{
		Parameters: net.Parameters(),
		Gradient: func() (float64, error) {
			l, _ := objective.Score(p.Pool, g, net.Forward(p, x), labels)
			net.Backward(p, nil, g)
			return l, nil
		},
		Loss: func() (float64, error) {
			l, _ := objective.Score(p.Pool, nil, net.Forward(p, x), labels)
			return l, nil
		},
		Update: func() { net.Update(p.Pool) },
	}, nil
}

func checkLabels(labels []uint8, samples, classes int) error {
	if samples == 0 || len(labels) != samples {
		return fmt.Errorf("landscape: %d labels for %d samples; expected one for each of at least one", len(labels), samples)
	}
	for i, label := range labels {
		if int(label) >= classes {
			return fmt.Errorf("landscape: label %d of sample %d; expected 0 to %d", label, i, classes-1)
		}
	}
	return nil
}
