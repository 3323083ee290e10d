package diffract

import (
	"math"
	"testing"
)

// TestWeightsSetWhatTheyWereAskedFor: a law sets a pixel by the weight of a value
// to that value, up to whole turns.
func TestWeightsSetWhatTheyWereAskedFor(t *testing.T) {
	for law := PhaseSigmoid; law <= AmplitudeClipped; law++ {
		for _, v := range []float64{0, 1e-12, 1e-3, 0.3, 0.5, 1, 1 - 1e-9, -0.2, 2.5, 2*math.Pi - 1e-9, 2 * math.Pi, 55} {
			w, err := law.Weight(v)
			if !law.phase() && (v < 0 || v > 1) {
				if err == nil {
					t.Errorf("%v: a weight of %g for an amplitude of %g", law, w, v)
				}
				continue
			}
			if err != nil {
				t.Errorf("%v: %v", law, err)
				continue
			}
			set, _ := law.value(w)
			off := set - v
			if law.phase() {
				off = math.Remainder(float64(2*math.Pi*set)-v, 2*math.Pi)
			}
			if math.Abs(off) > 1e-13*(1+math.Abs(v)) {
				t.Errorf("%v: the weight %g of %g sets %g", law, w, v, set)
			}
		}
		for _, v := range []float64{math.NaN(), math.Inf(1)} {
			if w, err := law.Weight(v); err == nil {
				t.Errorf("%v: a weight of %g for %g", law, w, v)
			}
		}
	}
	if _, err := Law(-1).Weight(0); err == nil {
		t.Error("an unknown law sets weights")
	}
}
