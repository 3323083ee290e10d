package train

import (
	"context"
	"fmt"

	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/model"
)

// Fields are the encoded samples of a data set: [lane.Samples] that are kept in
// memory, or something that encodes them as they are asked for.
type Fields interface {
	// Len is the number of samples, Numbers how many each has: 2N of N ports.
	Len() int
	Numbers() int
	// Gather fills a batch with the samples index[0], index[1], ...; lanes beyond
	// become zero. It may be called by one goroutine at a time.
	Gather(b *lane.Batch[float32], index []int)
}

// Labelled is a set of encoded samples with their classes.
type Labelled struct {
	Fields Fields
	Labels []uint8
	// First is the number of the first label's sample in Fields.
	First int
}

// Len is the number of samples.
func (l *Labelled) Len() int { return len(l.Labels) }

// Gather fills a batch with samples of the set.
func (l *Labelled) Gather(b *lane.Batch[float32], index []int) {
	if l.First == 0 {
		l.Fields.Gather(b, index)
		return
	}
	shifted := make([]int, len(index))
	for i, at := range index {
		shifted[i] = l.First + at
	}
	l.Fields.Gather(b, shifted)
}

// slice returns samples lo..hi-1.
func (l *Labelled) slice(lo, hi int) *Labelled {
	return &Labelled{l.Fields, l.Labels[lo:hi], l.First + lo}
}

func (l *Labelled) check(name string, rows, classes int) error {
	if l == nil || l.Len() == 0 {
		return fmt.Errorf("train: the %s set is empty", name)
	}
	if l.Fields.Numbers() != rows || l.Fields.Len() < l.First+l.Len() {
		return fmt.Errorf("train: the %s set has %d fields of %d numbers for %d labels, expected %d numbers a field", name, l.Fields.Len()-l.First, l.Fields.Numbers(), l.Len(), rows)
	}
	for i, c := range l.Labels {
		if int(c) >= classes {
			return fmt.Errorf("train: label %d of the %s set is %d, expected a class below %d", i, name, c, classes)
		}
	}
	return nil
}

// portion is how many samples with the fields of a wide network are evaluated at
// a time; those of others are all laid out once.
const portion = 128

// Test is a set laid out in lanes for evaluation, in portions.
type Test struct {
	*Labelled
	labels []uint8
	size   int // of a portion
	fields *lane.Batch[float32]
	kept   bool // fields holds the whole set
	index  []int
}

// NewTest lays out a set for a network.
func NewTest(l *Labelled, m *model.Network[float32]) *Test {
	t := &Test{Labelled: l, labels: l.Labels, size: l.Len()}
	if m.Group() < lane.Group {
		t.size = min(t.size, portion)
	}
	t.fields = lane.NewBatch[float32](0, l.Fields.Numbers())
	return t
}

// Each calls f with the portions of the set.
func (t *Test) Each(f func(fields *lane.Batch[float32], labels []uint8) error) error {
	for lo := 0; lo < len(t.labels); lo += t.size {
		hi := min(lo+t.size, len(t.labels))
		if !t.kept {
			t.index = t.index[:0]
			for i := lo; i < hi; i++ {
				t.index = append(t.index, i)
			}
			t.Gather(t.fields, t.index)
			t.kept = t.size == len(t.labels)
		}
		if err := f(t.fields, t.labels[lo:hi]); err != nil {
			return err
		}
	}
	return nil
}

// nextPortion is what the number of a shot grows by from portion to portion of a
// set: more than there are steps, so that the first has the number of the step.
const nextPortion = 1 << 40

// measure returns the fraction of the samples that a device gets right with the
// settings it has. net reads out the scores.
func (t *Test) measure(ctx context.Context, dev device.Device, net *model.Network[float32], shot uint64, r *device.Reading) (float64, error) {
	correct := 0
	err := t.Each(func(fields *lane.Batch[float32], labels []uint8) error {
		if err := dev.Measure(ctx, fields, device.Want{Shot: shot}, r); err != nil {
			return err
		}
		shot += nextPortion
		scores, norm := lane.NewBatch[float32](fields.Samples, net.Classes), lane.NewBatch[float32](fields.Samples, 1)
		net.Scores(scores, norm, r.Output.Data, 0, fields.Blocks())
		correct += countCorrect(scores, labels)
		return nil
	})
	return float64(correct) / float64(len(t.labels)), err
}

// classify returns the fraction of the samples that a model gets right. It fails
// only when ctx ends.
func (t *Test) classify(ctx context.Context, net *model.Network[float32], tr *model.Trace[float32], work []*model.Workspace[float32], pool *lane.Pool, corrected bool) (float64, error) {
	correct := 0
	err := t.Each(func(fields *lane.Batch[float32], labels []uint8) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		tr.Resize(fields.Samples)
		own := tr.In[0]
		tr.In[0] = fields
		defer func() { tr.In[0] = own }()
		blocks, size := fields.Blocks(), net.Group()
		pool.For(net.Groups(blocks), func(g, worker int) {
			net.Forward(tr, work[worker], g*size, min((g+1)*size, blocks), corrected)
		})
		correct += countCorrect(tr.Scores, labels)
		return nil
	})
	return float64(correct) / float64(len(t.labels)), err
}

// ModelAccuracy is the fraction of the samples of a set that a model gets right
// with the parameters of its last Update, without predicted errors.
func ModelAccuracy(ctx context.Context, net *model.Network[float32], set *Labelled, pool *lane.Pool) (float64, error) {
	if err := set.check("classified", 2*net.Ports(), net.Classes); err != nil {
		return 0, err
	}
	t := NewTest(set, net)
	var work []*model.Workspace[float32]
	for range pool.Workers() {
		work = append(work, net.NewWorkspace())
	}
	return t.classify(ctx, net, net.NewTrace(t.size), work, pool, false)
}

// MeasureAccuracy measures the fraction of the samples of a set that a device gets
// right with the settings it has. net reads out the scores; shot numbers the
// measurement, as in [device.Want].
func MeasureAccuracy(ctx context.Context, dev device.Device, net *model.Network[float32], set *Labelled, shot uint64) (float64, error) {
	if err := set.check("measured", 2*net.Ports(), net.Classes); err != nil {
		return 0, err
	}
	return NewTest(set, net).measure(ctx, dev, net, shot, &device.Reading{})
}
