package ring

// Where only the through port is detected, a weight w in [-1, 1] is loaded as the
// transmission u = (w+1)/2 in [0, 1], and a signed product recovered from what the
// detector sees and from the sum of the inputs,
//
//	sum w x = 2 sum u x - sum x,
//
// so that noise of the detector counts twice.

// Transmission is the transmission that stands for weight w.
func Transmission(w float64) float64 { return (w + 1) / 2 }

// Signed is the signed product of a detector's reading, sum u x, and the sum of
// the inputs.
func Signed(reading, inputs float64) float64 { return float64(2*reading) - inputs }

// ReadoutNoise is the standard deviation of what the detectors of Xu et al. (2026)
// read, for products in [0, 1] (their Fig. S8b: 0.025 and 0.0265).
const ReadoutNoise = 0.026
