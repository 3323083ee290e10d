package landscape

import (
	"context"
	"math"
)

// DefaultStep is the relative step of difference quotients. On a smooth loss the
// best is about the cube root of the machine's precision, 6e-6; networks with
// rectifiers and max pools have kinks, each of which that lies between the two
// gradients adds an error of the order of 1/step, and the fewer lie there the
// smaller the step. At 2^-22 rounding leaves errors of 1e-8 of a product.
const DefaultStep = 0x1p-22

// HessianVector computes hv = H v, both of length Size, which may not be the same
// slice. v need not have the length 1.
func (l *Landscape) HessianVector(ctx context.Context, hv, v []float64) error {
	if err := l.fit("vector", v); err != nil {
		return err
	}
	if err := l.fit("result", hv); err != nil {
		return err
	}
	return l.hold(l.gradients(1), func() error { return l.product(ctx, hv, v) })
}

// gradients is the number of gradients for a number of products.
func (l *Landscape) gradients(products int) int {
	if l.Richardson {
		return 4 * products
	}
	return 2 * products
}

// product is HessianVector while values are held.
func (l *Landscape) product(ctx context.Context, hv, v []float64) error {
	var top float64
	for _, x := range v {
		top = max(top, math.Abs(x))
	}
	if top == 0 {
		clear(hv)
		return ctx.Err()
	}
	h := l.Step
	if h == 0 {
		h = DefaultStep
	}
	if l.rms > 0 {
		h *= l.rms
	}
	h /= top
	if err := l.difference(ctx, hv, v, h); err != nil {
		return err
	}
	if !l.Richardson {
		return nil
	}
	coarse := append([]float64(nil), hv...)
	if err := l.difference(ctx, hv, v, h/2); err != nil {
		return err
	}
	for i, c := range coarse {
		hv[i] = (float64(4*hv[i]) - c) / 3
	}
	return nil
}

// difference computes the central difference quotient of the gradient.
func (l *Landscape) difference(ctx context.Context, hv, v []float64, h float64) error {
	l.move(h, v, 0, nil)
	if _, err := l.gradient(ctx, l.up); err != nil {
		return err
	}
	l.move(-h, v, 0, nil)
	if _, err := l.gradient(ctx, l.down); err != nil {
		return err
	}
	for i, g := range l.up {
		hv[i] = (g - l.down[i]) / (2 * h)
	}
	return nil
}
