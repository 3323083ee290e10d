package dataset

import (
	"math"
	"testing"

	"lightfast/pnn/lane"
)

// classifier is a plain network with one hidden layer of rectifiers, or none,
// a softmax output, and stochastic gradient descent on one sample at a time.
type classifier struct {
	in, hidden int
	w1, w2     []float64 // [hidden][in+1], [classes][last+1]; the bias comes last
}

func newClassifier(in, hidden int) *classifier {
	r := lane.NewStream(1, "classifier", 0)
	n := &classifier{in: in, hidden: hidden, w1: make([]float64, hidden*(in+1))}
	last := in
	if hidden > 0 {
		last = hidden
	}
	n.w2 = make([]float64, classes*(last+1))
	for i := range n.w1 {
		n.w1[i] = r.Normal() * math.Sqrt(2/float64(in)) * 1.5
	}
	if hidden > 0 {
		for i := range n.w2 {
			n.w2[i] = r.Normal() * math.Sqrt(1/float64(hidden))
		}
	}
	return n
}

// input lists the pixels that are not black: most are, which makes this fast.
func input(image []uint8) (at []int, x []float64) {
	for i, v := range image {
		if v > 0 {
			at, x = append(at, i), append(x, float64(v)/255)
		}
	}
	return append(at, len(image)), append(x, 1)
}

// layer returns w.x for rows of the given length.
func layer(w []float64, length int, at []int, x []float64) []float64 {
	y := make([]float64, len(w)/length)
	for o := range y {
		row := w[o*length:]
		for k, i := range at {
			y[o] += row[i] * x[k]
		}
	}
	return y
}

// step returns the predicted class, and learns from label if rate is positive.
func (n *classifier) step(image []uint8, label int, rate float64) int {
	at0, x0 := input(image)
	at, x, length := at0, x0, n.in+1
	if n.hidden > 0 {
		h := layer(n.w1, n.in+1, at0, x0)
		at, x, length = nil, nil, n.hidden+1
		for i, v := range h {
			if v > 0 {
				at, x = append(at, i), append(x, v)
			}
		}
		at, x = append(at, n.hidden), append(x, 1)
	}
	y := layer(n.w2, length, at, x)
	best, sum := 0, 0.0
	for i := range y {
		if y[i] > y[best] {
			best = i
		}
	}
	if rate == 0 {
		return best
	}
	top := y[best]
	for i := range y {
		y[i] = math.Exp(y[i] - top)
		sum += y[i]
	}
	back := make([]float64, len(at))
	for o := range y {
		g := y[o] / sum
		if o == label {
			g--
		}
		row := n.w2[o*length:]
		for k, i := range at {
			back[k] += row[i] * g
			row[i] -= rate * g * x[k]
		}
	}
	if n.hidden > 0 {
		for k, i := range at[:len(at)-1] {
			row := n.w1[i*(n.in+1):]
			for j, l := range at0 {
				row[l] -= rate * back[k] * x0[j]
			}
		}
	}
	return best
}

// accuracy trains on the first part of p and returns the share of right answers on the second.
func accuracy(p Pair, hidden, epochs int, rate float64) float64 {
	n := newClassifier(p.Train.Rows*p.Train.Cols, hidden)
	for e := range epochs {
		for _, i := range lane.NewStream(1, "classifier order", uint64(e)).Perm(p.Train.Len()) {
			n.step(p.Train.Image(i), int(p.Train.Labels[i]), rate*(1-float64(e)/float64(epochs)))
		}
	}
	right := 0
	for i := range p.Test.Len() {
		if n.step(p.Test.Image(i), 0, 0) == int(p.Test.Labels[i]) {
			right++
		}
	}
	return float64(right) / float64(p.Test.Len())
}

// The generated digits must be worth learning: too hard for a straight line,
// not for a small network.
func TestGlyphsDifficulty(t *testing.T) {
	p := Glyphs(14000, 2000)
	lin := accuracy(p, 0, 5, 0.01)
	network := accuracy(p, 64, 6, 0.02)
	t.Logf("linear %.2f%%, one hidden layer of 64 %.2f%%", 100*lin, 100*network)
	if lin < 0.80 || lin > 0.92 {
		t.Errorf("a linear classifier reaches %.2f%%, 80 to 92%% was expected", 100*lin)
	}
	if network < 0.96 {
		t.Errorf("a small network reaches %.2f%%, more than 96%% was expected", 100*network)
	}
}
