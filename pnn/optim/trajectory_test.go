package optim

import (
	"math"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/lane"
)

// epochScores draws the scores of samples in one epoch.
func epochScores(samples, classes, epoch int) *lane.Batch[float64] {
	b := lane.NewBatch[float64](samples, classes)
	s := lane.NewStream(3, "scores", uint64(epoch))
	for i := range samples {
		for c := range classes {
			b.Set(i, c, float64(float32(3*s.Normal())))
		}
	}
	return b
}

func softmax(z []float64, temperature float64) []float64 {
	p := make([]float64, len(z))
	var sum float64
	for i, v := range z {
		p[i] = math.Exp(v / temperature)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

func numbers(n int) []int {
	index := make([]int, n)
	for i := range index {
		index[i] = (i*7 + 3) % n // n must not be a multiple of 7
	}
	return index
}

func TestTrajectoryFollowsItsDefinition(t *testing.T) {
	const samples, classes, lag = 90, 5, 2
	tr, err := NewTrajectory(samples, classes, lag)
	if err != nil {
		t.Fatal(err)
	}
	tr.Start = 3
	index := numbers(samples)
	for epoch := range 6 {
		now := epochScores(samples, classes, epoch)
		g := lane.NewBatch[float64](samples, classes)
		loss, err := AddTrajectory(lane.NewPool(2), tr, g, now, index, epoch)
		if err != nil {
			t.Fatal(err)
		}
		var want float64
		if epoch >= 3 {
			then := epochScores(samples, classes, epoch-lag)
			for s := range samples {
				a, b := make([]float64, classes), make([]float64, classes)
				for c := range classes {
					a[c], b[c] = now.At(s, c), then.At(s, c)
				}
				p, q := softmax(b, 5), softmax(a, 5)
				for c := range classes {
					want += 0.3 * 25 / samples * p[c] * math.Log(p[c]/q[c])
					if d := 0.3 * 5 / samples * (q[c] - p[c]); math.Abs(g.At(s, c)-d) > 1e-15 {
						t.Fatalf("epoch %d, sample %d, class %d: gradient %g, by definition %g", epoch, s, c, g.At(s, c), d)
					}
				}
			}
		}
		if math.Abs(loss-want) > 1e-13 || (epoch >= 3) != (loss > 0) {
			t.Errorf("epoch %d: loss %.17g, by definition %.17g", epoch, loss, want)
		}
	}
}

func TestTrajectoryResumesAndIgnoresWorkers(t *testing.T) {
	const samples, classes = 100, 4
	var losses [2][]float64
	var last [2][]float64
	for way := range 2 {
		tr, err := NewTrajectory(samples, classes, 2)
		if err != nil {
			t.Fatal(err)
		}
		tr.Start = 0
		pool := lane.NewPool(1 + 3*way)
		for epoch := range 5 {
			if way == 1 && epoch == 3 {
				again, err := NewTrajectory(samples, classes, 2)
				if err != nil {
					t.Fatal(err)
				}
				again.Start = 0
				copy(again.State()[0].Value, tr.State()[0].Value)
				tr = again
			}
			g := lane.NewBatch[float64](samples, classes)
			loss, err := AddTrajectory(pool, tr, g, epochScores(samples, classes, epoch), numbers(samples), epoch)
			if err != nil {
				t.Fatal(err)
			}
			losses[way], last[way] = append(losses[way], loss), g.Data
		}
	}
	if !slices.Equal(losses[0], losses[1]) || !slices.Equal(last[0], last[1]) {
		t.Errorf("losses %v and, resumed on four workers, %v", losses[0], losses[1])
	}
}

// Scores that have not changed since have no divergence and no gradient, however
// large they are.
func TestTrajectoryAtRest(t *testing.T) {
	tr, err := NewTrajectory(1, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	tr.Start = 1
	z := lane.NewBatch[float32](1, 3)
	z.Set(0, 0, 1e6)
	for epoch := range 3 {
		g := lane.NewBatch[float32](1, 3)
		loss, err := AddTrajectory(nil, tr, g, z, []int{0}, epoch)
		if err != nil || loss != 0 || g.At(0, 0) != 0 {
			t.Errorf("epoch %d: loss %g, gradient %g, %v", epoch, loss, g.At(0, 0), err)
		}
	}
	// Epoch 4 finds nothing of epoch 3.
	z.Set(0, 0, 0)
	if loss, err := AddTrajectory(nil, tr, nil, z, []int{0}, 4); err != nil || loss != 0 {
		t.Errorf("after a gap: loss %g, %v", loss, err)
	}
}

func TestTrajectoryRefuses(t *testing.T) {
	if _, err := NewTrajectory(0, 10, 3); err == nil {
		t.Error("no samples passed")
	}
	tr, err := NewTrajectory(10, 3, 3)
	if err != nil {
		t.Fatal(err)
	}
	z := lane.NewBatch[float32](2, 3)
	for _, c := range []struct {
		index []int
		epoch int
		want  string
	}{
		{[]int{0, 10}, 0, "index[1] = 10"},
		{[]int{4, 4}, 0, "index[1] = 4"},
		{[]int{0}, 0, "2 samples of 3 scores and 1 indices"},
		{[]int{0, 1}, -1, "epoch -1"},
	} {
		if _, err := AddTrajectory(nil, tr, nil, z, c.index, c.epoch); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("index %v, epoch %d: %v; expected %q", c.index, c.epoch, err, c.want)
		}
	}
	if _, err := AddTrajectory(nil, tr, lane.NewBatch[float32](1, 3), z, []int{0, 1}, 0); err == nil {
		t.Error("a gradient of another size passed")
	}
	tr.Temperature = 0
	if _, err := AddTrajectory(nil, tr, nil, z, []int{0, 1}, 0); err == nil || !strings.Contains(err.Error(), "Temperature") {
		t.Errorf("temperature 0: %v", err)
	}
}
