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
