package nn

import "lightfast/pnn/lane"

// Sigmoid is the layer y = 1/(1 + exp(-x)).
func Sigmoid[T lane.Float]() *Activate[T] { return &Activate[T]{Function: sigmoid[T]{}} }

type sigmoid[T lane.Float] struct{}

func (sigmoid[T]) Apply(y, slope, x []T) {
	for i, v := range x {
		y[i] = -v
	}
	lane.ExpRows(y, y)
	slope = slope[:len(y)]
	for i, e := range y {
		s := 1 / (1 + e)
		y[i] = s
		slope[i] = s * (1 - s)
	}
}

// Tanh is the layer y = tanh x.
func Tanh[T lane.Float]() *Activate[T] { return &Activate[T]{Function: tanh[T]{}} }

type tanh[T lane.Float] struct{}

// Apply takes tanh x = 1 - 2/(1 + exp 2x) where |x| > 0.625. Below, where that
// would cancel, it takes Cephes' approximation x + x z P(z)/Q(z), z = x^2.
func (tanh[T]) Apply(y, slope, x []T) {
	for i, v := range x {
		y[i] = v + v
	}
	lane.ExpRows(y, y)
	slope = slope[:len(x)]
	for i, v := range x {
		t := 1 - 2/(1+y[i])
		if -0.625 < v && v < 0.625 {
			t = v + T(v*smallTanh(T(v*v)))
		}
		y[i] = t
		slope[i] = 1 - T(t*t)
	}
}

// smallTanh is tanh(x)/x - 1 as a function of z = x^2 < 0.4.
func smallTanh[T lane.Float](z T) T {
	p := T(z*-9.64399179425052238628e-1) - 9.92877231001918586564e1
	p = T(z*p) - 1.61468768441708447952e3
	q := z + 1.12811678491632931402e2
	q = T(z*q) + 2.23548839060100448583e3
	q = T(z*q) + 4.84406305325125486048e3
	return T(z*p) / q
}
