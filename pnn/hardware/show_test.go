package hardware

import (
	"math"
	"path/filepath"
	"testing"

	"lightfast/pnn/diffract"
)

func plate(t *testing.T, law diffract.Law, p diffract.Panel) *diffract.Modulator[float32] {
	t.Helper()
	g := diffract.Grid{Rows: 8, Cols: 6, Pitch: 8e-6, Wavelength: 532e-9}
	m, err := diffract.NewModulator[float32]("plate", g, law, p)
	if err != nil {
		t.Fatal(err)
	}
	m.DrawNormal(1, 2)
	m.Update(nil)
	return m
}

// TestShowIsThePanel: a mask that went through a picture of 4 bits acts on light
// as the simulation's panel of 4 bits does, fill factor and crosstalk and all.
func TestShowIsThePanel(t *testing.T) {
	for _, law := range []diffract.Law{diffract.PhaseSigmoid, diffract.PhaseRadians, diffract.PhaseTurns} {
		hardware := diffract.Panel{Fill: 0.9, Crosstalk: 0.1}
		m := plate(t, law, hardware)
		ideal := m.Transmission()
		p, err := PhaseOf(m)
		if err != nil {
			t.Fatal(err)
		}
		b, err := panel(4).Bitmap(p)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "a.png")
		if err := b.WritePNG(path); err != nil {
			t.Fatal(err)
		}
		if b, err = ReadBitmap(path); err != nil {
			t.Fatal(err)
		}
		if p, err = b.Phase(); err != nil {
			t.Fatal(err)
		}
		restore, err := Show(m, p)
		if err != nil {
			t.Fatal(err)
		}
		shown := m.Transmission()
		restore()
		same := 0
		for i, z := range m.Transmission() {
			if z != ideal[i] {
				t.Fatalf("%v: pixel %d is %v after restore, was %v", law, i, z, ideal[i])
			}
			if z == shown[i] {
				same++
			}
		}
		if same == len(ideal) {
			t.Errorf("%v: 4 bits change nothing", law)
		}
		hardware.Bits = 4
		if err := m.SetPanel(hardware); err != nil {
			t.Fatal(err)
		}
		m.Update(nil)
		for i, z := range m.Transmission() {
			if d := z - shown[i]; math.Hypot(real(d), imag(d)) > 1e-6 {
				t.Errorf("%v: pixel %d is %v, the panel of 4 bits gives %v", law, i, shown[i], z)
			}
		}
	}
}

func TestShowAmplitude(t *testing.T) {
	m := plate(t, diffract.AmplitudeSigmoid, diffract.Panel{})
	a, err := AmplitudeOf(m)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.png")
	if err := a.WritePNG(path, Grey{Bits: 3}); err != nil {
		t.Fatal(err)
	}
	if a, _, err = ReadAmplitude(path); err != nil {
		t.Fatal(err)
	}
	restore, err := ShowAmplitude(m, a)
	if err != nil {
		t.Fatal(err)
	}
	shown := m.Shown()
	restore()
	if err := m.SetPanel(diffract.Panel{Bits: 3}); err != nil {
		t.Fatal(err)
	}
	m.Update(nil)
	for i, v := range m.Shown() {
		if math.Abs(v-shown[i]) > 1e-12 {
			t.Errorf("pixel %d shows %g, the panel of 3 bits %g", i, shown[i], v)
		}
	}
}

func TestShowRefuses(t *testing.T) {
	m, dim := plate(t, diffract.PhaseSigmoid, diffract.Panel{}), plate(t, diffract.AmplitudeClipped, diffract.Panel{})
	_, err := Show(m, randomMask(8, 7, 1))
	wants(t, "another size", err, "8 x 7", "plate", "8 x 6")
	p := randomMask(8, 6, 1)
	p.Grid.Pitch = 9e-6
	_, err = Show(m, p)
	wants(t, "another pitch", err, "9 um", "8 um")
	p = randomMask(8, 6, 1)
	p.Rad[7] = math.NaN()
	_, err = Show(m, p)
	wants(t, "NaN", err, "row 1, column 1")
	_, err = Show(dim, randomMask(8, 6, 1))
	wants(t, "phases on amplitudes", err, "expected a phase")
	_, err = ShowAmplitude(m, AmplitudeMask{})
	wants(t, "amplitudes on phases", err, "expected an amplitude")
	_, err = PhaseOf(dim)
	wants(t, "PhaseOf an amplitude", err, "AmplitudeOf")
	_, err = AmplitudeOf(m)
	wants(t, "AmplitudeOf a phase", err, "PhaseOf")
}
