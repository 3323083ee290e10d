package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// Law says how a trainable number w sets a pixel of a modulator.
type Law int

const (
	// PhaseSigmoid is a phase of 2 pi/(1 + exp(-w)): bounded, as dual adaptive
	// training has it.
	PhaseSigmoid Law = iota
	// PhaseRadians is a phase of w.
	PhaseRadians
	// PhaseTurns is a phase of 2 pi w, as sharpness-aware training has it.
	PhaseTurns
	// AmplitudeSigmoid is an amplitude of 1/(1 + exp(-w)).
	AmplitudeSigmoid
	// AmplitudeClipped is an amplitude of w held between 0 and 1, without gradient
	// beyond.
	AmplitudeClipped
)

var laws = [...]struct{ name, unit string }{
	PhaseSigmoid:     {"phase 2 pi sigmoid(w)", ""},
	PhaseRadians:     {"phase w", "rad"},
	PhaseTurns:       {"phase 2 pi w", "turns"},
	AmplitudeSigmoid: {"amplitude sigmoid(w)", ""},
	AmplitudeClipped: {"amplitude w in 0..1", ""},
}

func (l Law) String() string {
	if l.check() != nil {
		return fmt.Sprintf("law %d", int(l))
	}
	return laws[l].name
}

func (l Law) check() error {
	if l < 0 || int(l) >= len(laws) {
		return fmt.Errorf("diffract: unknown law %d of a modulator, expected PhaseSigmoid, PhaseRadians, PhaseTurns, AmplitudeSigmoid or AmplitudeClipped", int(l))
	}
	return nil
}

// phase tells whether the law sets phases, else it sets amplitudes.
func (l Law) phase() bool { return l <= PhaseTurns }

// value is the phase in turns or the amplitude of w, and its derivative.
func (l Law) value(w float64) (v, slope float64) {
	switch l {
	case PhaseSigmoid, AmplitudeSigmoid:
		s := 1 / (1 + lane.Exp(-w))
		return s, s * (1 - s)
	case PhaseRadians:
		return w / (2 * math.Pi), 1 / (2 * math.Pi)
	case AmplitudeClipped:
		if w < 0 || w > 1 {
			return max(0, min(1, w)), 0
		}
	}
	return w, 1
}

// Weight is a number by which the law sets a pixel to v, the inverse of what it
// does: v is a phase in radians, of which whole turns do not count, or an
// amplitude from 0 to 1. The ends of a sigmoid, which no number reaches, are met
// to 1e-17. It fails where v is not finite or no amplitude.
func (l Law) Weight(v float64) (float64, error) {
	if err := l.check(); err != nil {
		return 0, err
	}
	if !l.phase() && !(v >= 0 && v <= 1) {
		return 0, fmt.Errorf("diffract: an amplitude of %g, expected 0 to 1", v)
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("diffract: a phase of %g, expected a finite number of radians", v)
	}
	switch l {
	case PhaseTurns:
		return v / (2 * math.Pi), nil
	case PhaseSigmoid:
		v /= 2 * math.Pi
		v -= math.Floor(v)
	case PhaseRadians, AmplitudeClipped:
		return v, nil
	}
	const end = 40
	return max(-end, min(end, lane.Log(v)-lane.Log(1-v))), nil
}

// level rounds a value to one of 2^bits levels: phases to fractions of a turn,
// amplitudes to fractions of full transmission.
func (l Law) level(v float64, bits int) float64 {
	n := float64(int64(1) << bits)
	if !l.phase() {
		n--
		return math.RoundToEven(float64(v*n)) / n
	}
	k := math.RoundToEven(float64((v - math.Floor(v)) * n))
	if k == n {
		k = 0
	}
	return k / n
}

// transmit is the transmission of the modulating part of a pixel.
func (l Law) transmit(v float64) complex128 {
	if l.phase() {
		return turn(v)
	}
	return complex(v, 0)
}
