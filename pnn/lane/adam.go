package lane

import "math"

// AdamStep holds the constants of one step of the optimiser Adam.
type AdamStep struct {
	Beta1, Beta2, Eps float64
	Rate              float64
	// Bias1 = 1 - Beta1^t and Bias2 = sqrt(1 - Beta2^t) in step t.
	Bias1, Bias2 float64
	// Single rounds the values to float32.
	Single bool
}

// Apply updates values and their moments m and v from the gradient, number by
// number:
//
//	m <- Beta1 m + (1-Beta1) g,   v <- Beta2 v + ((1-Beta2) g) g
//	value <- value - Rate (m / Bias1) / (sqrt(v) / Bias2 + Eps)
//
// each operation rounded. All slices are as long as value.
func (s AdamStep) Apply(value, m, v, gradient []float64) {
	n := len(value)
	adam(&s, value, m[:n], v[:n], gradient[:n])
}

// adamGo is the meaning of the kernel behind [AdamStep.Apply].
func adamGo(s *AdamStep, value, m, v, gradient []float64) {
	for i, g := range gradient {
		m[i] = float64(s.Beta1*m[i]) + float64((1-s.Beta1)*g)
		v[i] = float64(s.Beta2*v[i]) + float64(float64((1-s.Beta2)*g)*g)
		x := value[i] - float64(s.Rate*(m[i]/s.Bias1))/(math.Sqrt(v[i])/s.Bias2+s.Eps)
		if s.Single {
			x = float64(float32(x))
		}
		value[i] = x
	}
}

// near are the constants by which kernels may do without divisions and roots where
// values are rounded to single precision: Beta1, 1-Beta1, Beta2, 1-Beta2, Eps times
// Bias1/Rate, Bias1/(Rate Bias2), the first terms of the series of (1-e)^(-1/2), the
// greatest reciprocal root that is used, 1 - 2^-39 and 1 + 2^-39; then Rate, Bias1,
// Bias2 and Eps. The step m times the reciprocal of the root of v times the sixth and
// the fifth, all known to forty bits, differs from the one that is asked for by less
// than one part in 2^39, unless it is far too small to move a single number or so great
// that both overflow. So if the value less a little more and less a little less than it
// round to the same single number, then, rounding being monotonic, this is the result.
// Where they do not, or are zero (whose sign may differ), infinite or no numbers, the
// kernel divides. ok tells whether the constants are ordinary enough for all this.
func (s *AdamStep) near() (c [16]float64, ok bool) {
	ok = s.Single
	for _, v := range []float64{s.Bias1, s.Bias2, s.Rate, s.Eps} {
		ok = ok && v >= 0x1p-64 && v <= 0x1p64
	}
	per := s.Bias1 / s.Rate
	return [16]float64{s.Beta1, 1 - s.Beta1, s.Beta2, 1 - s.Beta2, float64(s.Eps * per), per / s.Bias2,
		1, 0.5, 0.375, 0x1p500, 1 - 0x1p-39, 1 + 0x1p-39, s.Rate, s.Bias1, s.Bias2, s.Eps}, ok
}
