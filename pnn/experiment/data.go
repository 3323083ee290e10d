package experiment

import (
	"context"
	"fmt"
	"math"
	"sync"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/lane"
	"lightfast/pnn/train"
)

// Encoded is a data set as a network sees it.
type Encoded struct {
	Train, Test *train.Labelled
	Refs        []artifact.DataRef
	Image       []uint8 // the first test image, 28 x 28

	pictures *dataset.Set // test images of systems that take them as they are
}

// Data loads and encodes data sets, each once.
type Data struct {
	Options dataset.Options // where they come from; Train and Test are set here

	mu    sync.Mutex
	cache map[string]*Encoded

	images map[string]dataset.Pair // of systems that take images as they are
}

// Get returns the data of a run. It may be called from several goroutines.
func (d *Data) Get(ctx context.Context, r Run, pool *lane.Pool) (*Encoded, error) {
	if r.System == DPNN || r.System == D2NN {
		return d.pictures(ctx, r, pool)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	key := fmt.Sprintf("%s/%d/%d/%d", r.Data, r.Train, r.Test, r.Ports)
	if e, ok := d.cache[key]; ok {
		return e, nil
	}
	opt := d.Options
	opt.Train, opt.Test = r.Train, r.Test
	pair, err := dataset.Load(ctx, r.Data, opt)
	if err != nil {
		return nil, err
	}
	e := &Encoded{Image: pair.Test.Image(0)}
	side := int(math.Sqrt(float64(r.Ports)))
	for _, part := range []struct {
		name string
		set  *dataset.Set
		to   **train.Labelled
	}{{"train", pair.Train, &e.Train}, {"test", pair.Test, &e.Test}} {
		if err := part.set.Demand(28, 28, 10); err != nil {
			return nil, err
		}
		f, err := dataset.FourierCrop(part.set, side, pool)
		if err != nil {
			return nil, err
		}
		*part.to = &train.Labelled{Fields: f, Labels: part.set.Labels}
		e.Refs = append(e.Refs, artifact.DataRef{Name: fmt.Sprintf("%s %s %d", r.Data, part.name, part.set.Len()), SHA256: part.set.SHA256})
	}
	if d.cache == nil {
		d.cache = map[string]*Encoded{}
	}
	d.cache[key] = e
	return e, nil
}
