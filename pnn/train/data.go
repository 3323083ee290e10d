package train

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Labelled is a set of encoded samples with their classes.
type Labelled struct {
	Fields *lane.Samples[float32] // 2N numbers a sample
	Labels []uint8
}

// Len is the number of samples.
func (l *Labelled) Len() int { return len(l.Labels) }

// slice returns samples lo..hi-1.
func (l *Labelled) slice(lo, hi int) *Labelled {
	r := l.Fields.Rows
	return &Labelled{&lane.Samples[float32]{Rows: r, Data: l.Fields.Data[lo*r : hi*r]}, l.Labels[lo:hi]}
}

func (l *Labelled) check(name string, rows, classes int) error {
	if l == nil || l.Len() == 0 {
		return fmt.Errorf("train: the %s set is empty", name)
	}
	if l.Fields.Rows != rows || l.Fields.Len() != l.Len() {
		return fmt.Errorf("train: the %s set has %d fields of %d numbers for %d labels, expected %d numbers a field", name, l.Fields.Len(), l.Fields.Rows, l.Len(), rows)
	}
	for i, c := range l.Labels {
		if int(c) >= classes {
			return fmt.Errorf("train: label %d of the %s set is %d, expected a class below %d", i, name, c, classes)
		}
	}
	return nil
}

// test is a set laid out in lanes for evaluation.
type test struct {
	fields *lane.Batch[float32]
	labels []uint8
}

func newTest(l *Labelled) *test {
	index := make([]int, l.Len())
	for i := range index {
		index[i] = i
	}
	t := &test{lane.NewBatch[float32](l.Len(), l.Fields.Rows), l.Labels}
	t.fields.Gather(l.Fields, index)
	return t
}
