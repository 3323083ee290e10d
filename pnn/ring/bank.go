package ring

// Bank is all the rings of a layer.
type Bank struct {
	Law
	Crosstalk Crosstalk // nil: none
}

// Check finds banks that do not fit a layer of n weights.
func (b *Bank) Check(n int) error {
	if err := b.Law.Check(n); err != nil {
		return err
	}
	if b.Crosstalk != nil {
		return b.Crosstalk.Check(n)
	}
	return nil
}

// heat computes q = x^Power of every ring as disturbed by its neighbours, drift
// and errors; room is as long.
func (b *Bank) heat(q, room, x []float64) {
	to := q
	if b.Crosstalk != nil {
		to = room
	}
	for i, v := range x {
		to[i] = b.curve(i).raise(v)
	}
	if b.Crosstalk != nil {
		b.Crosstalk.Apply(q, room)
	}
	for i := range q {
		q[i] += b.shift(i)
	}
}

// Forward computes the weights that the bank has at controls x.
func (b *Bank) Forward(w, x []float64) {
	b.heat(w, make([]float64, len(x)), x)
	for i, q := range w {
		w[i] = b.curve(i).weight(q)
	}
}

// Backward adds to gx the gradient of the controls x for the gradient gw of the
// weights:
//
//	dL/dx_i = p x_i^(p-1) sum_j (1 + K)_ji dw/dq_j dL/dw_j.
func (b *Bank) Backward(gx, gw, x []float64) {
	q, room := make([]float64, len(x)), make([]float64, len(x))
	b.heat(q, room, x)
	for i := range q {
		q[i] = float64(b.curve(i).slope(q[i]) * gw[i])
	}
	if b.Crosstalk != nil {
		b.Crosstalk.Adjoint(room, q)
		q = room
	}
	for i, v := range x {
		gx[i] += float64(q[i] * b.curve(i).lift(v))
	}
}
