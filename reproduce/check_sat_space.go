package main

import (
	"context"

	"lightfast/pnn/diffract"
	"lightfast/pnn/hybrid"
	"lightfast/pnn/imaging"
	"lightfast/pnn/nn"
	"lightfast/pnn/published"
)

// satSpace is the free-space network, once for each worker.
type satSpace struct {
	systems []*hybrid.FreeSpace[float32]
	nets    []*nn.Net[float32]
}

// space checks a file of the free-space system.
func (d *satCheck) space(ctx context.Context) error {
	var s satSpace
	for range d.pool.Workers() {
		f, err := hybrid.NewFreeSpace[float32](imaging.Signed, diffract.Nearest)
		if err != nil {
			return err
		}
		if err := published.LoadSAT(d.file, f.Net); err != nil {
			return err
		}
		s.systems, s.nets = append(s.systems, f), append(s.nets, f.Net)
	}
	percent, err := s.percent(ctx, d, diffract.Affine{Scale: 1})
	if err != nil {
		return err
	}
	d.accuracy("accuracy, %, aligned", satAccuracy, percent, "")
	for _, axis := range []struct {
		quantity satQuantity
		what     string
		set      func(v float64) diffract.Affine
	}{
		{satAngle, "% by rotation, degrees", func(v float64) diffract.Affine { return diffract.Affine{Rotation: v, Scale: 1} }},
		{satShift, "% by shift down, pixels", func(v float64) diffract.Affine { return diffract.Affine{ShiftY: v, Scale: 1} }},
		{satScale, "% by scale", func(v float64) diffract.Affine { return diffract.Affine{Scale: v} }},
	} {
		for _, e := range d.expected(axis.quantity) {
			var ours []float64
			for _, v := range e.at {
				percent, err := s.percent(ctx, d, axis.set(v))
				if err != nil {
					return err
				}
				ours = append(ours, percent)
			}
			d.compare(axis.what+span(e.at), e, ours, "")
		}
	}
	for _, e := range d.expected(satGrid) {
		var ours []float64
		for i := range 11 {
			for j := range 11 {
				percent, err := s.percent(ctx, d, diffract.Affine{Rotation: float64(i) / 5, ShiftY: float64(j) / 5, Scale: 1})
				if err != nil {
					return err
				}
				ours = append(ours, percent)
			}
		}
		d.compare("% by rotation and shift, 0 to 2 each", e, ours, "")
	}
	return nil
}

// percent classifies all test images through a misalignment.
func (s *satSpace) percent(ctx context.Context, d *satCheck, a diffract.Affine) (float64, error) {
	for _, f := range s.systems {
		if err := f.Misalign(a); err != nil {
			return 0, err
		}
		f.Update(d.pool)
	}
	r, err := hybrid.Score(ctx, d.pool, s.nets, hybrid.Test{Set: d.test, Batch: 500, Encoding: hybrid.Normalised})
	return r.Percent(), err
}
