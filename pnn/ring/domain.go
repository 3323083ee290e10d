package ring

// InWeights is the nn.Tuning of a network whose parameters are weights, each loaded
// into a ring as the control that ought to give it. Without drift and errors the
// rings give what is wanted; with them
//
//	w' = w(x(w)^p + shift).
//
// Weights beyond what a ring can reach are loaded as the nearest that it can.
type InWeights struct{ *Law }

// Weights implements nn.Tuning; the slopes are dw'/dw.
func (d InWeights) Weights(got, slope, want []float64, first int) {
	for k, v := range want {
		c := d.curve(first + k)
		x := c.Control(v)
		got[k], slope[k] = c.Weight(x), 0
		in := c.Slope(x)
		shift := d.shift(first + k)
		if shift == 0 {
			// The inverse has no slope where the curve has none, their product has.
			if got[k] == v || in != 0 {
				slope[k] = 1
			}
			continue
		}
		q := c.raise(x) + shift
		got[k] = c.weight(q)
		if in != 0 {
			slope[k] = float64(c.slope(q)*c.lift(x)) / in
		}
	}
}

// Controls implements nn.Tuning: parameters are weights already.
func (d InWeights) Controls(x, w []float64, _ int) { copy(x, w) }
