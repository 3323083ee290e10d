package figure

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

func labels(a axis) string {
	var out []string
	for _, t := range a.labelled() {
		out = append(out, t.label)
	}
	return strings.Join(out, " ")
}

func TestTickLabels(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		log    bool
		n      int
		want   string
	}{
		{0, 100, false, 7, "0 20 40 60 80 100"},
		{0, 0.1, false, 7, "0 0.02 0.04 0.06 0.08 0.10"},
		{-1, 1, false, 5, "−1.0 −0.5 0 0.5 1.0"},
		{0, 1, false, 5, "0 0.25 0.50 0.75 1.00"},
		{0, 2.5e6, false, 4, "0 1×10^{6} 2×10^{6}"},
		{-3e-7, 3e-7, false, 3, "−2×10^{−7} 0 2×10^{−7}"},
		{0.01, 1000, true, 7, "10^{−2} 10^{−1} 10^{0} 10^{1} 10^{2} 10^{3}"},
		{1e-6, 1e6, true, 4, "10^{−6} 10^{−2} 10^{2} 10^{6}"},
		{2, 90, true, 7, "2 5 10 20 50"},
		{2, 90, true, 4, "5 10 50"},
		{3, 5, true, 7, "3.0 3.5 4.0 4.5 5.0"},
	} {
		if got := labels(newAxis(c.lo, c.hi, c.log, c.n)); got != c.want {
			t.Errorf("%g to %g, log %v, at most %d labels: %q, expected %q", c.lo, c.hi, c.log, c.n, got, c.want)
		}
	}
}

// TestAxesOfAnyData draws axes for single, equal, tiny, huge and far values:
// all data are inside, there are labels, in order and all different.
func TestAxesOfAnyData(t *testing.T) {
	values := []float64{0, 5e-324, 1e-320, 1e-100, 3e-7, 1, 1 + 1e-12, 100, 1e6, 1e6 + 1, 1e100}
	for _, log := range []bool{false, true} {
		for _, lo := range values {
			for _, hi := range values {
				for _, sign := range []float64{1, -1} {
					if lo > hi || (log && (sign < 0 || lo < tiniest)) {
						continue
					}
					from, to := min(sign*lo, sign*hi), max(sign*lo, sign*hi)
					a0, a1 := span(from, to, log)
					if !(a0 <= from && to <= a1 && a0 < a1) {
						t.Errorf("%g to %g, log %v: axis from %g to %g", from, to, log, a0, a1)
						continue
					}
					a := newAxis(a0, a1, log, 5)
					shown := a.labelled()
					if len(shown) < 2 || len(shown) > 9 {
						t.Errorf("%g to %g, log %v: labels %q", from, to, log, labels(a))
					}
					for i := 1; i < len(shown); i++ {
						if shown[i].at <= shown[i-1].at || shown[i].label == shown[i-1].label {
							t.Errorf("%g to %g, log %v: labels %q", from, to, log, labels(a))
							break
						}
					}
				}
			}
		}
	}
}

func TestLabelsInARowStandApart(t *testing.T) {
	for length := vg.Length(20); length < 400; length += 13 {
		for _, log := range []bool{false, true} {
			a := fitAxis(0.3, 12345, log, 8, length)
			end := vg.Length(math.Inf(-1))
			for _, k := range a.labelled() {
				at, half := vg.Length(a.frac(k.at))*length, tickFace.width(k.label)/2
				if at-half < end+4 || at+half > length+beyondEnd {
					t.Errorf("%v points, log %v: labels %q touch or run out", length, log, labels(a))
				}
				end = at + half
			}
		}
	}
}

func TestNumbersAreWrittenForReaders(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", math.Copysign(0, -1): "0", -2.5: "−2.5", 1024: "1024", 1e5: "1×10^{5}", 0.001: "0.001", -2.5e-4: "−2.5×10^{−4}",
	} {
		if got := short(v); got != want {
			t.Errorf("%g is written %q, expected %q", v, got, want)
		}
	}
	if got := number(-0.004, 2); got != "0" {
		t.Errorf("-0.004 to two decimals is written %q", got)
	}
	if got := number(-1.5, 2); got != "−1.50" {
		t.Errorf("-1.5 to two decimals is written %q", got)
	}
}
