package hybrid

import (
	"context"
	"fmt"

	"lightfast/pnn/dataset"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
)

// Encoding turns pixels into inputs, (pixel/255 - Mean)/SD. The zero value leaves
// them in 0..1.
type Encoding struct{ Mean, SD float64 }

// Normalised is the usual encoding of MNIST: mean 0 and variance 1.
var Normalised = Encoding{Mean: 0.1307, SD: 0.3081}

// Encode makes a batch of images first..first+count-1 of a set.
func Encode[T lane.Float](e Encoding, set *dataset.Set, first, count int) *lane.Batch[T] {
	level := levels[T](e)
	x := lane.NewBatch[T](count, set.Rows*set.Cols)
	for s := range count {
		for r, v := range set.Image(first + s) {
			x.Set(s, r, level[v])
		}
	}
	return x
}

// Test says on what a network is tested and how.
type Test struct {
	Set          *dataset.Set
	First, Count int // which images; Count 0: all from First on
	Batch        int // images of a batch, which batch norms may look at; 0: all at once
	Encoding     Encoding
	Mode         nn.Mode // Evaluate, or EvaluateBatch for the statistics of each batch
}

// Result is what a test has found.
type Result struct {
	Loss           float64 // mean over all images
	Correct, Count int
}

// Percent is the share of right answers in per cent.
func (r Result) Percent() float64 { return 100 * float64(r.Correct) / float64(r.Count) }

// Score tests a network of which there are several copies with the same values, so
// that as many batches go through at a time, each on one worker of the pool; of a
// single network the workers share each batch. Results do not depend on it.
func Score[T lane.Float](ctx context.Context, pool *lane.Pool, nets []*nn.Net[T], t Test) (Result, error) {
	if len(nets) == 0 {
		return Result{}, fmt.Errorf("hybrid: no network to test")
	}
	if t.Count == 0 {
		t.Count = t.Set.Len() - t.First
	}
	if t.Batch == 0 {
		t.Batch = t.Count
	}
	if t.First < 0 || t.Count < 1 || t.Count > t.Set.Len()-t.First || t.Batch < 1 {
		return Result{}, fmt.Errorf("hybrid: a test on images %d to %d of %s in batches of %d, it holds %d images", t.First, t.First+t.Count-1, t.Set.Name, t.Batch, t.Set.Len())
	}
	if t.Mode == nn.Train {
		return Result{}, fmt.Errorf("hybrid: a test in mode Train would move running statistics; use EvaluateBatch for the statistics of each batch")
	}
	n := nets[0]
	if n.In.Size() != t.Set.Rows*t.Set.Cols || n.Out.Size() < t.Set.Classes {
		return Result{}, fmt.Errorf("hybrid: images of %s have %d x %d pixels in %d classes, the network takes %d numbers and has %d outputs", t.Set.Name, t.Set.Rows, t.Set.Cols, t.Set.Classes, n.In.Size(), n.Out.Size())
	}
	parts := make([]Result, (t.Count+t.Batch-1)/t.Batch)
	one := func(i int, net *nn.Net[T], pool *lane.Pool) {
		if ctx.Err() != nil {
			return
		}
		first := t.First + i*t.Batch
		count := min(t.Batch, t.First+t.Count-first)
		o := nn.Objective[T]{Loss: nn.CrossEntropy[T]{}}
		x := Encode[T](t.Encoding, t.Set, first, count)
		loss, correct := o.Score(pool, nil, net.Forward(&nn.Pass{Mode: t.Mode, Pool: pool}, x), t.Set.Labels[first:][:count])
		parts[i] = Result{Loss: loss, Correct: correct, Count: count}
	}
	if len(nets) < pool.Workers() || len(parts) == 1 {
		for i := range parts {
			one(i, nets[0], pool)
		}
	} else {
		pool.For(len(parts), func(i, worker int) { one(i, nets[worker], nil) })
	}
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	var r Result
	for _, p := range parts {
		r.Loss += float64(p.Loss * float64(p.Count))
		r.Correct += p.Correct
		r.Count += p.Count
	}
	r.Loss /= float64(r.Count)
	return r, nil
}
