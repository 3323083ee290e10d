package hardware

import (
	"fmt"
	"math"

	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
)

// PhaseMask is a phase for every pixel of a plane.
type PhaseMask struct {
	Grid diffract.Grid
	Rad  []float64 // radians, row by row
}

// AmplitudeMask is an amplitude transmission for every pixel of a plane.
type AmplitudeMask struct {
	Grid      diffract.Grid
	Amplitude []float64 // 0 (opaque) to 1 (clear), row by row
}

// PhaseOf is what a phase modulator is set to as of its last Update. It has no
// crosstalk and no errors in it: the hardware adds its own.
func PhaseOf[T lane.Float](m *diffract.Modulator[T]) (PhaseMask, error) {
	if !isPhase(m.Law) {
		return PhaseMask{}, fmt.Errorf("hardware: modulator %s sets an %v, expected a phase; use AmplitudeOf", m.Weights.Name, m.Law)
	}
	p := PhaseMask{Grid: m.Grid, Rad: m.Shown()}
	return p, p.check()
}

// AmplitudeOf is what an amplitude modulator is set to as of its last Update,
// likewise.
func AmplitudeOf[T lane.Float](m *diffract.Modulator[T]) (AmplitudeMask, error) {
	if isPhase(m.Law) {
		return AmplitudeMask{}, fmt.Errorf("hardware: modulator %s sets a %v, expected an amplitude; use PhaseOf", m.Weights.Name, m.Law)
	}
	a := AmplitudeMask{Grid: m.Grid, Amplitude: m.Shown()}
	return a, a.check()
}

func isPhase(l diffract.Law) bool {
	return l == diffract.PhaseSigmoid || l == diffract.PhaseRadians || l == diffract.PhaseTurns
}

func (p PhaseMask) check() error {
	if err := checkPixels(p.Grid, len(p.Rad)); err != nil {
		return err
	}
	for i, v := range p.Rad {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("hardware: the phase of pixel (row %d, column %d) is %g, expected a finite number of radians; look for the step of the training that diverged", i/p.Grid.Cols, i%p.Grid.Cols, v)
		}
	}
	return nil
}

func (a AmplitudeMask) check() error {
	if err := checkPixels(a.Grid, len(a.Amplitude)); err != nil {
		return err
	}
	for i, v := range a.Amplitude {
		if !(v >= 0 && v <= 1) {
			return fmt.Errorf("hardware: the amplitude of pixel (row %d, column %d) is %g, expected a transmission from 0 to 1", i/a.Grid.Cols, i%a.Grid.Cols, v)
		}
	}
	return nil
}

func checkPixels(g diffract.Grid, n int) error {
	if err := g.Check(); err != nil {
		return err
	}
	if n != g.Pixels() {
		return fmt.Errorf("hardware: a mask of %d values for %d x %d pixels, expected %d values", n, g.Rows, g.Cols, g.Pixels())
	}
	return nil
}

// checkBits tells whether a grey level can have so many bits.
func checkBits(bits int) error {
	if bits < 1 || bits > 16 {
		return fmt.Errorf("hardware: %d bits of a grey level, expected 1 to 16", bits)
	}
	return nil
}

// turns is the part of a phase in radians beyond whole turns, in [0, 1).
func turns(rad float64) float64 { return fraction(rad / (2 * math.Pi)) }

// fraction is what x is above the next lower whole number, in [0, 1).
func fraction(x float64) float64 {
	f := x - math.Floor(x)
	if f >= 1 { // a little below a whole number, rounded up to it
		return 0
	}
	return f
}

// level is the nearest of n levels of a turn; the one beyond the last is the
// first again. Halves go to the even one, as in diffract.Panel.
func level(turns float64, n int) int {
	k := int(math.RoundToEven(float64(turns * float64(n))))
	if k == n {
		return 0
	}
	return k
}

// radians is a fraction of a turn as an angle.
func radians(turns float64) float64 { return float64(2 * math.Pi * turns) }

// Apart is the largest difference between two phases of a and b, radians from 0
// to pi: whole turns do not count. It is NaN if the masks differ in size.
func (p PhaseMask) Apart(q PhaseMask) float64 {
	if len(p.Rad) != len(q.Rad) {
		return math.NaN()
	}
	var worst float64
	for i, v := range p.Rad {
		worst = max(worst, apart(v, q.Rad[i]))
	}
	return worst
}

// apart is the angle between two directions.
func apart(a, b float64) float64 {
	f := turns(a - b)
	return radians(min(f, 1-f))
}
