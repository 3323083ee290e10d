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
