package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"lightfast/pnn/hybrid"
	"lightfast/pnn/landscape"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/published"
	"lightfast/pnn/ring"
)

// satFirst and satCount are the fifteenth batch of 100 test images, on which the
// authors look at drift and Hessians.
const satFirst, satCount = 1400, 100

// rings checks a file of the ring system.
func (d *satCheck) rings(ctx context.Context) error {
	// Weights for Hessians belong to a network that classifies in another way.
	if !strings.Contains(filepath.Base(d.file.Path), "-lambda") {
		if err := d.ringAccuracy(ctx); err != nil {
			return err
		}
	}
	for _, e := range d.expected(satDrift) {
		if err := d.ringDrift(ctx, e); err != nil {
			return err
		}
	}
	for _, h := range []struct {
		loss, eigen   satQuantity
		linear        bool
		encoding      hybrid.Encoding
		lossOf, eigOf string
	}{
		{loss: satLoss, eigen: satEigen, linear: true, encoding: hybrid.Normalised, lossOf: "loss where Hessians are computed", eigOf: "two largest eigenvalues"},
		{loss: satTrainedLoss, eigen: satTrainedEigen, lossOf: "loss of the network as trained", eigOf: "two largest eigenvalues as trained"},
	} {
		losses, eigen := d.expected(h.loss), d.expected(h.eigen)
		if len(losses)+len(eigen) == 0 {
			continue
		}
		l, err := d.ringLandscape(h.linear, h.encoding)
		if err != nil {
			return err
		}
		for _, e := range losses {
			v, err := l.Loss(ctx)
			if err != nil {
				return err
			}
			d.compare(h.lossOf, e, []float64{v}, "")
		}
		for _, e := range eigen {
			if !d.eigen {
				continue
			}
			found, err := l.Lanczos(ctx, landscape.Lanczos{Count: len(e.want), Tolerance: 1e-2})
			if err != nil {
				return err
			}
			if !found.Converged {
				return fmt.Errorf("%s: the search for eigenvalues has not converged in %d products", d.file.Path, found.Products)
			}
			values := make([]float64, len(found.Pairs))
			for i, p := range found.Pairs {
				values[i] = p.Value
			}
			d.compare(h.eigOf, e, values, fmt.Sprintf("residuals %.1g and %.1g", found.Pairs[0].Residual, found.Pairs[1].Residual))
		}
	}
	return nil
}

// ringAccuracy classifies all test images.
func (d *satCheck) ringAccuracy(ctx context.Context) error {
	var shape hybrid.RingLeNet
	if d.file.HoldsControls() {
		shape = hybrid.InCurrents(ring.Training())
	}
	nets, err := copies(d.pool, func() (*nn.Net[float32], error) { return hybrid.NewRingLeNet[float32](shape) }, d.file)
	if err != nil {
		return err
	}
	batch, err := hybrid.Score(ctx, d.pool, nets, hybrid.Test{Set: d.test, Batch: 64, Mode: nn.EvaluateBatch})
	if err != nil {
		return err
	}
	running, err := hybrid.Score(ctx, d.pool, nets, hybrid.Test{Set: d.test, Batch: 64})
	if err != nil {
		return err
	}
	d.accuracy("accuracy, %, statistics of batches of 64", satAccuracy, batch.Percent(), runningSaid(running))
	return nil
}

func runningSaid(r hybrid.Result) string {
	return fmt.Sprintf("with running statistics %.2f", r.Percent())
}

// ringDrift classifies a hundred images while the chip cools down.
func (d *satCheck) ringDrift(ctx context.Context, e satExpectation) error {
	shape, law := hybrid.Drifting(ring.Training())
	net, err := hybrid.NewRingLeNet[float32](shape)
	if err != nil {
		return err
	}
	if err := published.LoadSAT(d.file, net); err != nil {
		return err
	}
	sweep := func(mode nn.Mode) (percent []float64, err error) {
		for i := range e.want {
			law.Detuning = ring.Drift(-float64(i)/10, ring.DriftPerKelvin)
			net.Update(nil)
			r, err := hybrid.Score(ctx, d.pool, []*nn.Net[float32]{net}, hybrid.Test{Set: d.test, First: satFirst, Count: satCount, Mode: mode})
			if err != nil {
				return nil, err
			}
			percent = append(percent, r.Percent())
		}
		return percent, nil
	}
	batch, err := sweep(nn.EvaluateBatch)
	if err != nil {
		return err
	}
	running, err := sweep(nn.Evaluate)
	if err != nil {
		return err
	}
	said := make([]string, len(running))
	for i, v := range running {
		said[i] = e.print(v)
	}
	for i := range e.want {
		e.at = append(e.at, -float64(i)/10)
	}
	d.compare("% at 0, -0.1 ... -2 K, statistics of 100", e, batch, "with running statistics "+strings.Join(said, " "))
	return nil
}

// ringLandscape is the loss of a hundred images over the controls of the rings, in
// double precision.
func (d *satCheck) ringLandscape(linear bool, encoding hybrid.Encoding) (*landscape.Landscape, error) {
	shape := hybrid.InCurrents(ring.Training())
	shape.Linear = linear
	net, err := hybrid.NewRingLeNet[float64](shape)
	if err != nil {
		return nil, err
	}
	if err := published.LoadSATControls(d.file, net, ring.Training()); err != nil {
		return nil, err
	}
	x := hybrid.Encode[float64](encoding, d.test, satFirst, satCount)
	system, err := landscape.OfNet(net, &nn.Pass{Pool: d.pool}, nn.CrossEntropy[float64]{}, x, d.test.Labels[satFirst:][:satCount])
	if err != nil {
		return nil, err
	}
	l, err := landscape.New(system)
	if err == nil {
		l.Pool = d.pool
	}
	return l, err
}

// copies makes a network for each worker and loads the same file into all of them.
func copies[T lane.Float](pool *lane.Pool, make func() (*nn.Net[T], error), file *published.SATWeights) (nets []*nn.Net[T], err error) {
	for range pool.Workers() {
		net, err := make()
		if err != nil {
			return nil, err
		}
		if err := published.LoadSAT(file, net); err != nil {
			return nil, err
		}
		nets = append(nets, net)
	}
	return nets, nil
}
