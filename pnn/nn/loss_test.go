package nn_test

import (
	"math"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
)

func TestLossesAgainstTheirDefinitions(t *testing.T) {
	const samples, classes = 70, 7
	s := lane.NewStream(1, "scores", 0)
	scores := random(s, nn.Vector(classes), samples, 3)
	labels := make([]uint8, samples)
	right := 0
	for i := range labels {
		labels[i] = uint8(s.Intn(classes))
		best := 0
		for c := range classes {
			if scores.At(i, c) > scores.At(i, best) {
				best = c
			}
		}
		if best == int(labels[i]) {
			right++
		}
	}
	entropy, squares, tenth := 0.0, 0.0, 0.0
	for i, label := range labels {
		sum := 0.0
		for c := range classes {
			v := scores.At(i, c)
			sum += math.Exp(v)
			on := map[bool]float64{true: 1}[c == int(label)]
			squares += (v - on) * (v - on)
			tenth += (v - 0.1*on) * (v - 0.1*on)
		}
		entropy += math.Log(sum) - scores.At(i, int(label))
	}
	for _, c := range []struct {
		name string
		loss nn.Loss[float64]
		want float64
	}{
		{"cross-entropy", nn.CrossEntropy[float64]{}, entropy / samples},
		{"half sum of squares", nn.Squares[float64]{}, squares / 2 / samples},
		{"mean of squares", nn.Squares[float64]{Averaging: nn.Mean}, squares / samples / classes},
		{"sum of squares", nn.Squares[float64]{Averaging: nn.Sum, On: 0.1}, tenth},
	} {
		o := nn.Objective[float64]{Loss: c.loss}
		g := lane.NewBatch[float64](0, classes)
		loss, correct := o.Score(lane.NewPool(2), g, scores, labels)
		if math.Abs(loss-c.want) > 1e-12*c.want || correct != right {
			t.Errorf("%s: loss %.15g with %d right, want %.15g with %d", c.name, loss, correct, c.want, right)
		}
		for i := samples; i < g.Blocks()*lane.Width; i++ {
			if g.At(i, 0) != 0 {
				t.Errorf("%s: lane %d behind the last sample has a gradient", c.name, i)
			}
		}
		v := random(s, nn.Vector(classes), samples, 0)
		const h = 1e-4
		value := func(by float64) float64 {
			moved := clone(scores)
			for i := range moved.Data {
				moved.Data[i] += by * v.Data[i]
			}
			l, _ := o.Score(nil, nil, moved, labels)
			return l
		}
		want := (value(h) - value(-h)) / (2 * h)
		if got := dot(nn.Vector(classes), g, v); math.Abs(got-want) > 1e-7*(1+math.Abs(want)) {
			t.Errorf("%s: gradient %.12g, difference quotient %.12g", c.name, got, want)
		}
	}
}
