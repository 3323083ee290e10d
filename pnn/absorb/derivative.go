package absorb

// Derivative is what a gradient is multiplied by on its way back past a neuron
// with input x: the derivative of the response, or what stands in for it.
type Derivative interface {
	At(x float64) float64
}

// Exact is the derivative of an absorber's response, which a computer knows.
type Exact struct{ Absorber }

// At implements [Derivative].
func (e Exact) At(x float64) float64 { return e.Slope(x) }

// Optical is an absorber's transmission, which a probe beam measures.
type Optical struct{ Absorber }

// At implements [Derivative].
func (o Optical) At(x float64) float64 { return o.Transmission(x) }

// Constant is the same number everywhere: a control, which tells nothing of the
// neuron.
type Constant float64

// At implements [Derivative].
func (c Constant) At(float64) float64 { return float64(c) }

// Blend is (1-Share) A + Share B.
type Blend struct {
	A, B  Derivative
	Share float64
}

// At implements [Derivative].
func (b Blend) At(x float64) float64 {
	return float64((1-b.Share)*b.A.At(x)) + float64(b.Share*b.B.At(x))
}

// few is how many inputs [many] takes at most.
const few = 128

// many computes y = d(x). What d is is asked once, not for each input.
func many(d Derivative, y, x []float64) {
	switch d := d.(type) {
	case Exact:
		for i, v := range x {
			y[i] = d.Slope(v)
		}
	case *Table:
		for i, v := range x {
			y[i] = d.At(v)
		}
	case Blend:
		var b [few]float64
		many(d.A, y, x)
		many(d.B, b[:len(x)], x)
		for i, a := range y {
			y[i] = float64((1-d.Share)*a) + float64(d.Share*b[i])
		}
	default:
		for i, v := range x {
			y[i] = d.At(v)
		}
	}
}
