package diffract

import (
	"math"
	"slices"
	"testing"

	"lightfast/pnn/lane"
)

// TestMovedModulators: with the transmission fixed, a moved modulator is
// a linear element, and the gradient of its weights is what differences say.
func TestMovedModulators(t *testing.T) {
	errors := must(PhaseErrors{Random: 0.3}.Draw(small, 5, 0))
	for _, a := range []Affine{{Rotation: 7, Scale: 1}, {ShiftX: -3.2, ShiftY: 1.4}, {Scale: 0.8}} {
		for law, panel := range map[Law]Panel{PhaseTurns: {}, PhaseSigmoid: {Fill: 0.8, Gap: 0.4, Crosstalk: 0.3, Errors: errors}, AmplitudeSigmoid: {Crosstalk: 0.1}} {
			m := must(NewModulator[float64]("m", small, law, panel))
			m.DrawNormal(1, 1)
			m.Update(nil)
			still := slices.Clone(m.Transmission())
			ok(t, m.Move(a))
			m.Update(nil)
			x, y, ax, aty := randomField(small, 2, 1), randomField(small, 2, 2), must(NewField[float64](small, 2)), must(NewField[float64](small, 2))
			ok(t, m.Forward(nil, ax, x))
			ok(t, m.Backward(nil, aty, y))
			transposed(t, "moved modulator", ax.Data, y.Data, x.Data, aty.Data)
			// The gradient of Re <y, out> with respect to the weights.
			ok(t, m.Accumulate(nil, x, y))
			derivative(t, "weights of a moved modulator", m.Weights.Value, m.Weights.Grad, func() float64 {
				m.Update(nil)
				ok(t, m.Forward(nil, ax, x))
				s, _ := dot(ax.Data, y.Data)
				return s
			})
			ok(t, m.Move(Affine{}))
			m.Update(nil)
			if !slices.Equal(m.Transmission(), still) {
				t.Errorf("%s: put back from %+v the modulator is not what it was", law, a)
			}
		}
	}
}

// TestGradientsOfMovedPixelsAreTransposed holds what a moved plate shows, which is
// linear in its phases, to its adjoint.
func TestGradientsOfMovedPixelsAreTransposed(t *testing.T) {
	m := must(NewModulator[float64]("m", small, PhaseTurns, Panel{Crosstalk: 0.2}))
	ok(t, m.Move(Affine{Rotation: -11, ShiftY: 2}))
	w, v := fill(m.Weights.Value, 1), fill(make([]float64, small.Pixels()), 2)
	m.Update(nil)
	seen := make([]float64, small.Pixels())
	for i := range seen {
		seen[i] = m.met(i)
	}
	copy(m.pixel, v)
	m.pull()
	m.collect.run(nil, 1, small.Pixels())
	transposed(t, "what a moved plate shows", seen, v, w, m.Weights.Grad)
}

// TestMovedPlatesAreTheResampledOnes: to light a moved plate is one whose phases have
// been resampled, without phase where it does not reach.
func TestMovedPlatesAreTheResampledOnes(t *testing.T) {
	a := Affine{Rotation: 4}
	m, other := must(NewModulator[float32]("m", small, PhaseTurns, Panel{})), must(NewModulator[float32]("m", small, PhaseTurns, Panel{}))
	m.DrawUniform(3, 0, 1)
	w := must(NewWarp[float64](small.Rows, small.Cols, a, Nearest))
	ok(t, w.Plane(other.Weights.Value, m.Weights.Value))
	kept := slices.Clone(m.Weights.Value)
	ok(t, m.Move(a))
	m.Update(lane.NewPool(3))
	other.Update(nil)
	if !slices.Equal(m.Transmission(), other.Transmission()) {
		t.Error("the moved plate transmits something else than its resampled phases")
	}
	if got := m.Transmission()[0]; got != 1 {
		t.Errorf("beyond its edge a phase plate transmits %v, expected 1", got)
	}
	if !slices.Equal(m.Weights.Value, kept) {
		t.Error("moving a plate has changed its weights")
	}
	refused(t, "a move", m.Move(Affine{Rotation: math.NaN()}), "finite")
	b := must(NewBlock[float32]("b", Layers{Grid: small, Count: 2, Distance: 1e-3}))
	refused(t, "a move of a block", b.Move(Affine{Scale: -1}), "Affine.Scale")
}
