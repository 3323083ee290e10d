package hybrid

import (
	"context"
	"fmt"

	"lightfast/pnn/dataset"
	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
	"lightfast/pnn/ring"
	"lightfast/pnn/train"
)

// Shares are the right answers of a test, as fractions: with the statistics of the
// test batches, and with running ones.
type Shares struct{ Batch, Running float64 }

// features are what leaves the front end for all images of a set.
type features struct {
	set     *dataset.Set
	modes   []nn.Mode
	batches [][]*lane.Batch[float32] // by mode
	labels  [][]uint8
}

// look sends a set through the front end of a trained system, once for all tests of
// what is behind it.
func (y *System) look(ctx context.Context, pool *lane.Pool, set *dataset.Set) (*features, error) {
	if set.Len() < 1 {
		return nil, fmt.Errorf("hybrid: a test without images")
	}
	f := &features{set: set, modes: []nn.Mode{nn.EvaluateBatch}}
	if len(y.Buffers()) > 0 {
		f.modes = append(f.modes, nn.Evaluate)
	}
	for i, mode := range f.modes {
		f.batches = append(f.batches, nil)
		err := y.each(ctx, pool, set, mode, func(in *lane.Batch[float32], labels []uint8) error {
			c := lane.NewBatch[float32](in.Samples, in.Rows)
			copy(c.Data, in.Data)
			f.batches[i] = append(f.batches[i], c)
			if i == 0 {
				f.labels = append(f.labels, append([]uint8(nil), labels...))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return f, nil
}

// classify counts the right answers of what is behind the front end.
func (f *features) classify(ctx context.Context, pool *lane.Pool, net behind) (Shares, error) {
	o := nn.Objective[float32]{Loss: nn.CrossEntropy[float32]{}}
	var right [2]int
	for i, mode := range f.modes {
		for k, in := range f.batches[i] {
			if err := ctx.Err(); err != nil {
				return Shares{}, err
			}
			scores, err := net(in, mode)
			if err != nil {
				return Shares{}, err
			}
			_, n := o.Score(pool, nil, scores, f.labels[k])
			right[i] += n
		}
	}
	if len(f.modes) == 1 {
		right[1] = right[0]
	}
	n := float64(f.set.Len())
	return Shares{Batch: float64(right[0]) / n, Running: float64(right[1]) / n}, nil
}

// Transfer is how a trained mesh does on fresh chips with errors of such standard
// deviations.
type Transfer struct {
	Sigma  mesh.Sigma
	Device int // number of the chip, from 0
	Shares
}

// Transfers loads the trained mesh system into devices fresh chips for each pair of
// phase and splitter errors, functions of the seed. Errors of splitters are held at
// +-1.
func Transfers(ctx context.Context, y *System, set *dataset.Set, sigmas []mesh.Sigma, devices int, seed uint64, pool *lane.Pool) (ts []Transfer, err error) {
	if y.Name != Mesh {
		return nil, fmt.Errorf("hybrid: fresh chips for the %s system, expected %s", y.Name, Mesh)
	}
	f, err := y.look(ctx, pool, set)
	if err != nil {
		return nil, err
	}
	l := y.mesh.whole.Layout
	for i, sigma := range sigmas {
		for k := range devices {
			// Chips of training have low numbers.
			chip, err := Fabricate(l.Fabricate(sigma, seed, 1<<20+i*devices+k), pool)
			if err != nil {
				return nil, err
			}
			if err := chip.Set(ctx, y.Back.Parameters(), nil); err != nil {
				return nil, err
			}
			r, err := f.classify(ctx, pool, func(in *lane.Batch[float32], mode nn.Mode) (*lane.Batch[float32], error) {
				return chip.Measure(ctx, in, mode, uint64(k))
			})
			if err != nil {
				return nil, err
			}
			ts = append(ts, Transfer{Sigma: sigma, Device: k, Shares: r})
		}
	}
	return ts, nil
}

// Drifts tests the trained ring system while the chip, which holds the last two
// layers, has another temperature by so many kelvins. Weights, also those that were
// trained as controls, are loaded into rings as the controls that ought to give them.
// Batch norms of the first value look at batch images at a time.
func Drifts(ctx context.Context, y *System, set *dataset.Set, batch int, kelvin []float64, pool *lane.Pool) (shares []Shares, err error) {
	f, at, err := y.drifting(ctx, set, batch, pool)
	if err != nil {
		return nil, err
	}
	for _, k := range kelvin {
		net, err := at(k)
		if err != nil {
			return nil, err
		}
		r, err := f.classify(ctx, pool, net)
		if err != nil {
			return nil, err
		}
		shares = append(shares, r)
	}
	return shares, nil
}

// Drifted is what Drifts finds at one temperature, image by image: how many of each
// class, the first index, are taken for which, batch norms looking at batch images
// at a time.
func Drifted(ctx context.Context, y *System, set *dataset.Set, batch int, kelvin float64, pool *lane.Pool) (count [][]int64, err error) {
	f, at, err := y.drifting(ctx, set, batch, pool)
	if err != nil {
		return nil, err
	}
	net, err := at(kelvin)
	if err != nil {
		return nil, err
	}
	classes := y.Back.Out.Size()
	for range classes {
		count = append(count, make([]int64, classes))
	}
	for k, in := range f.batches[0] {
		scores, err := net(in, f.modes[0])
		if err != nil {
			return nil, err
		}
		for i, label := range f.labels[k] {
			count[label][train.Predict(scores, i)]++
		}
	}
	return count, nil
}

// behind is what lies behind the front end.
type behind func(in *lane.Batch[float32], mode nn.Mode) (*lane.Batch[float32], error)

// drifting sends a set through the front end, and gives the chip at a temperature
// that differs by so many kelvins; of several the last counts.
func (y *System) drifting(ctx context.Context, set *dataset.Set, batch int, pool *lane.Pool) (*features, func(kelvin float64) (behind, error), error) {
	if y.Name != Rings {
		return nil, nil, fmt.Errorf("hybrid: thermal drift of the %s system, expected %s", y.Name, Rings)
	}
	if batch < 1 {
		return nil, nil, fmt.Errorf("hybrid: a test in batches of %d images", batch)
	}
	was := y.TestBatch
	y.TestBatch = batch
	f, err := y.look(ctx, pool, set)
	y.TestBatch = was
	if err != nil {
		return nil, nil, err
	}
	law := &ring.Law{Curves: []ring.Curve{y.curve}}
	net, err := nn.New(y.Front.Out, ringBanks[float32](RingLeNet{FC2: ring.InWeights{Law: law}, FC3: ring.InWeights{Law: law}})...)
	if err != nil {
		return nil, nil, err
	}
	twin := newTwin(net, pool)
	return f, func(kelvin float64) (behind, error) {
		law.Detuning = ring.Drift(kelvin, ring.DriftPerKelvin)
		if err := twin.Set(ctx, y.exported(), y.Back.Buffers()); err != nil {
			return nil, err
		}
		return func(in *lane.Batch[float32], mode nn.Mode) (*lane.Batch[float32], error) {
			return twin.Measure(ctx, in, mode, 0)
		}, nil
	}, nil
}

// exported are the parameters of the chip of rings with weights instead of
// controls.
func (y *System) exported() []*optim.Parameter {
	ps := y.Back.Parameters()
	if !y.InCurrents() {
		return ps
	}
	for i, p := range ps {
		if len(p.Shape) < 2 {
			continue
		}
		w := *p
		w.Value = make([]float64, len(p.Value))
		for k, x := range p.Value {
			w.Value[k] = y.curve.Weight(x)
		}
		ps[i] = &w
	}
	return ps
}

// Misalignments tests the trained display-modulator system through misalignments,
// and leaves it aligned.
func Misalignments(ctx context.Context, y *System, set *dataset.Set, as []diffract.Affine, pool *lane.Pool) ([]Shares, error) {
	if y.space == nil {
		return nil, fmt.Errorf("hybrid: misalignments of the %s system, expected %s", y.Name, Space)
	}
	f, err := y.look(ctx, pool, set)
	if err != nil {
		return nil, err
	}
	defer func() {
		y.space.Misalign(diffract.Affine{Scale: 1}) // cannot fail: it is where New begins
		y.Update(pool)
	}()
	var shares []Shares
	for _, a := range as {
		if err := y.Misalign(a); err != nil {
			return nil, err
		}
		y.Update(pool)
		r, err := f.classify(ctx, pool, func(in *lane.Batch[float32], mode nn.Mode) (*lane.Batch[float32], error) {
			return y.Back.Forward(&nn.Pass{Pool: pool, Mode: mode}, in), nil
		})
		if err != nil {
			return nil, err
		}
		shares = append(shares, r)
	}
	return shares, nil
}
