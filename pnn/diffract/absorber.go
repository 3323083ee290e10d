package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
)

// Saturation is the threshold of a saturable absorber,
//
//	threshold = Threshold + OfMean * (mean intensity of the image)
type Saturation struct {
	Threshold float64 // intensity
	OfMean    float64 // share of the mean over the plane, image by image
}

// Absorber is a saturable absorber that takes a threshold off the intensity I =
// |E|^2 and leaves the phase:
//
//	E <- E sqrt(max(0, I - threshold)/I)
//
// (the nonlinear plates of sharpness-aware training have OfMean 1/2). The
// gradient also flows through the mean; where nothing passes it is taken as zero,
// since the square root has none.
type Absorber[T lane.Float] struct {
	Rows, Cols int
	Saturation Saturation

	out, in, dIn, dOut *fft.Images[T] // of the call that runs
	mean, pulled       sums
	// The loops that are shared out.
	measure, absorb, pull, spread *sweep
}

// NewAbsorber returns an absorber that fills the plane.
func NewAbsorber[T lane.Float](g Grid, s Saturation) (*Absorber[T], error) {
	if err := g.Check(); err != nil {
		return nil, err
	}
	if !(s.Threshold >= 0) || !(s.OfMean >= 0) || !finite(s.Threshold) || !finite(s.OfMean) {
		return nil, fmt.Errorf("diffract: a saturable absorber with threshold %g and %g of the mean, expected finite numbers, not negative", s.Threshold, s.OfMean)
	}
	a := &Absorber[T]{Rows: g.Rows, Cols: g.Cols, Saturation: s}
	a.measure, a.absorb = newSweep(a.measureStrip), newSweep(a.absorbStrip)
	a.pull, a.spread = newSweep(a.pullStrip), newSweep(a.spreadStrip)
	return a, nil
}

// Forward absorbs every field of in. out may be in.
func (a *Absorber[T]) Forward(pool *lane.Pool, out, in *fft.Images[T]) error {
	if err := checkPair("absorber", out, in, a.Rows, a.Cols); err != nil {
		return err
	}
	a.out, a.in = out, in
	a.thresholds(pool)
	a.absorb.run(pool, in.Count, a.Rows*a.Cols)
	a.out, a.in = nil, nil
	return nil
}

// Backward pulls gradients of the outputs back to the inputs in. dIn may be
// dOut.
func (a *Absorber[T]) Backward(pool *lane.Pool, dIn, dOut, in *fft.Images[T]) error {
	if err := checkPair("absorber gradient", dIn, dOut, a.Rows, a.Cols); err != nil {
		return err
	}
	if err := checkField("absorber gradient", "input", in, a.Rows, a.Cols); err != nil {
		return err
	}
	if err := sameCount("absorber gradient", dOut.Count, in.Count); err != nil {
		return err
	}
	a.dIn, a.dOut, a.in = dIn, dOut, in
	a.thresholds(pool)
	if a.Saturation.OfMean > 0 {
		a.pulled.fit(in.Count, a.Rows*a.Cols)
		a.pull.run(pool, in.Count, a.Rows*a.Cols)
	}
	a.spread.run(pool, in.Count, a.Rows*a.Cols)
	a.dIn, a.dOut, a.in = nil, nil, nil
	return nil
}

func (a *Absorber[T]) thresholds(pool *lane.Pool) {
	if a.Saturation.OfMean > 0 {
		a.mean.fit(a.in.Count, a.Rows*a.Cols)
		a.measure.run(pool, a.in.Count, a.Rows*a.Cols)
	}
}

func (a *Absorber[T]) threshold(image int) T {
	t := a.Saturation.Threshold
	if a.Saturation.OfMean > 0 {
		t += float64(a.Saturation.OfMean * (a.mean.total(image) / float64(a.Rows*a.Cols)))
	}
	return T(t)
}

func (a *Absorber[T]) measureStrip(image, lo, hi int) {
	re, im := a.in.Image(image)
	var s float64
	for p := lo; p < hi; p++ {
		s += float64(T(re[p]*re[p]) + T(im[p]*im[p]))
	}
	a.mean.put(image, lo, s)
}

// passes is the factor sqrt((I - threshold)/I) of an amplitude, 0 where nothing
// passes.
func passes[T lane.Float](intensity, threshold T) T {
	if intensity <= threshold {
		return 0
	}
	return T(math.Sqrt(float64((intensity - threshold) / intensity)))
}

func (a *Absorber[T]) absorbStrip(image, lo, hi int) {
	threshold := a.threshold(image)
	xr, xi := a.in.Image(image)
	yr, yi := a.out.Image(image)
	for p := lo; p < hi; p++ {
		s := passes(T(xr[p]*xr[p])+T(xi[p]*xi[p]), threshold)
		yr[p], yi[p] = s*xr[p], s*xi[p]
	}
}

// pulls is (g . E)/(s I), with s the factor and g the gradient of the output:
// minus twice the gradient of the threshold, without the sum.
func pulls[T lane.Float](gr, gi, xr, xi, intensity, s T) T {
	if s == 0 {
		return 0
	}
	return (T(gr*xr) + T(gi*xi)) / T(s*intensity)
}

func (a *Absorber[T]) pullStrip(image, lo, hi int) {
	threshold := a.threshold(image)
	xr, xi := a.in.Image(image)
	gr, gi := a.dOut.Image(image)
	var sum float64
	for p := lo; p < hi; p++ {
		intensity := T(xr[p]*xr[p]) + T(xi[p]*xi[p])
		sum += float64(pulls(gr[p], gi[p], xr[p], xi[p], intensity, passes(intensity, threshold)))
	}
	a.pulled.put(image, lo, sum)
}

// spreadStrip computes dL/dE = g s + E (k threshold/I - OfMean/N sum k) with the
// k of pulls.
func (a *Absorber[T]) spreadStrip(image, lo, hi int) {
	threshold := a.threshold(image)
	var common T
	if a.Saturation.OfMean > 0 {
		common = T(-float64(a.Saturation.OfMean*a.pulled.total(image)) / float64(a.Rows*a.Cols))
	}
	xr, xi := a.in.Image(image)
	gr, gi := a.dOut.Image(image)
	yr, yi := a.dIn.Image(image)
	for p := lo; p < hi; p++ {
		u, v := xr[p], xi[p]
		intensity := T(u*u) + T(v*v)
		s := passes(intensity, threshold)
		e := common
		if s != 0 {
			e += T(pulls(gr[p], gi[p], u, v, intensity, s) * (threshold / intensity))
		}
		yr[p], yi[p] = T(gr[p]*s)+T(u*e), T(gi[p]*s)+T(v*e)
	}
}
