package train

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
)

// plates is a session of a small diffractive network with two plates.
func plates(t testing.TB, m Method, workers, epochs int) *Session {
	t.Helper()
	const side = 32
	net, err := model.NewD2NN[float32](model.D2NN{Side: side, Pitch: 2e-6, Wavelength: 532e-9, Focal: 1e-3, Distances: []float64{5e-4, 3e-4, 4e-4, 1e-3}, Threshold: 0.5, Detector: 3, Window: 20, Offset: 6})
	if err != nil {
		t.Fatal(err)
	}
	net.Initialise(1)
	set := Settings{Epochs: epochs, Batch: 20, Rate: optim.Halving{Rate: 1e-2}, Protocol: Published, Seed: 5}
	s, err := New(net, nil, m, toy(50, side*side, "training"), toy(20, side*side, "test"), set, lane.NewPool(workers))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// finish runs a session to its end and returns what is left.
func finish(t testing.TB, s *Session) string {
	t.Helper()
	if err := s.Run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	return fingerprint(s)
}

func astray(rho, gain, reach float64) Astray {
	return Astray{Sharp{Of: InSilico{}, Rho: rho, Adaptive: true}, Probing{Axes: []Axis{{Name: Rotation, Reach: reach, Gain: gain}}}}
}

// TestNothingAstrayIsTheMethod: probes that lead nowhere leave sharpness-aware
// training, and backpropagation without a climb, bit for bit.
func TestNothingAstrayIsTheMethod(t *testing.T) {
	for _, rho := range []float64{0, 0.1} {
		want := finish(t, plates(t, Sharp{Of: InSilico{}, Rho: rho, Adaptive: true}, 1, 2))
		if rho == 0 && want != finish(t, plates(t, InSilico{}, 1, 2)) {
			t.Error("a climb of length zero changes bits")
		}
		forget := astray(rho, 0, 8)
		forget.Forget = true
		for name, m := range map[string]Method{"a gain of 0": forget, "a rotation that moves no pixel": astray(rho, 0, 0.1)} {
			if finish(t, plates(t, m, 2, 2)) != want {
				t.Errorf("rho %g: %s changes bits", rho, name)
			}
		}
		if finish(t, plates(t, astray(rho, 0, 8), 1, 2)) == want {
			t.Errorf("rho %g: rotations of up to 8 degrees change nothing", rho)
		}
	}
}

// TestAStepAstray computes a step with plates that are resampled one by one.
func TestAStepAstray(t *testing.T) {
	m := astray(0, 900, 8)
	s, by := plates(t, m, 1, 1), plates(t, InSilico{}, 1, 1)
	index := []int{3, 1, 4, 15, 9, 2, 6}
	batch := func(s *Session) Batch {
		s.train.Gather(s.batch, index)
		var labels []uint8
		for _, i := range index {
			labels = append(labels, s.train.Labels[i])
		}
		return Batch{s.batch, labels, 0}
	}
	if _, err := m.Step(context.Background(), s, batch(s)); err != nil {
		t.Fatal(err)
	}
	// turned is the loss and the gradient of the plates as they are when turned.
	turned := func(degrees float64) float64 {
		w, err := diffract.NewWarp[float64](32, 32, diffract.Affine{Rotation: degrees}, diffract.Nearest)
		if err != nil {
			t.Fatal(err)
		}
		var kept [][]float64
		for _, p := range by.elements {
			kept = append(kept, slices.Clone(p.Value))
			if err := w.Plane(p.Value, kept[len(kept)-1]); err != nil {
				t.Fatal(err)
			}
		}
		by.Model.Update(nil)
		l, err := InSilico{}.Gradient(context.Background(), by, batch(by))
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range by.elements {
			if err := w.PlaneBackward(p.Value, p.Grad); err != nil {
				t.Fatal(err)
			}
			copy(p.Grad, p.Value)
			copy(p.Value, kept[i])
		}
		return l.Task
	}
	d := 8 * lane.NewStream(5, "probe of the alignment", 0).Float64()
	g := (turned(d) - turned(0)) / d
	if math.Abs(900*g) < 0.1 {
		t.Fatalf("a slope of %g leads nowhere: the test has too small a gain", g)
	}
	turned(d + 900*g)
	by.apply(0)
	for i, p := range s.elements {
		for k, v := range p.Value {
			if want := by.elements[i].Value[k]; v != want {
				t.Fatalf("%s: number %d is %.9g, expected %.9g", p.Name, k, v, want)
			}
		}
	}
}

// bitsAstray stands for the state after two epochs on every instruction set and for any
// number of workers; it was computed with LIGHTFAST_ISA=generic.
const bitsAstray = "34ad59a38ffeafee"

func TestAstrayHasTheSameBitsEverywhere(t *testing.T) {
	all := astray(0.1, 6, 3)
	all.Axes = append(all.Axes, Axis{Name: Shift, Reach: 2, Gain: 6}, Axis{Name: Scaling, Reach: 0.2, Gain: 1})
	for _, workers := range []int{1, 2, 3, 7} {
		sum := sha256.Sum256([]byte(finish(t, plates(t, all, workers, 2))))
		if got := hex.EncodeToString(sum[:8]); got != bitsAstray {
			t.Errorf("%d workers: %s, expected %s", workers, got, bitsAstray)
		}
	}
	// Stopped in the second epoch and continued.
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var saved State
	broken := plates(t, all, 1, 2)
	err := broken.Run(ctx, func(Epoch) error {
		saved = broken.Save()
		cancel()
		return nil
	})
	rest := plates(t, all, 2, 2)
	if !errors.Is(err, context.Canceled) || rest.Load(saved) != nil {
		t.Fatalf("stopped: %v", err)
	}
	if sum := sha256.Sum256([]byte(finish(t, rest))); hex.EncodeToString(sum[:8]) != bitsAstray {
		t.Error("the resumed run ends in other bits")
	}
}

// TestAstrayLearnsToBeTurned: plates that were turned while they learned lose less
// when they are turned afterwards.
func TestAstrayLearnsToBeTurned(t *testing.T) {
	costs := func(m Method) (cost float64) {
		s := plates(t, m, 2, 12)
		finish(t, s)
		s.train.Gather(s.batch, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
		s.enter(Batch{s.batch, s.train.Labels[:10], 0})
		for _, a := range []float64{0, 1.5, 3} {
			if err := s.move(diffract.Affine{Rotation: a}); err != nil {
				t.Fatal(err)
			}
			s.Model.Update(s.Pool)
			if l := s.look(); a == 0 {
				cost -= 2 * l
			} else {
				cost += l
			}
		}
		return cost
	}
	still, turned := costs(Sharp{Of: InSilico{}, Rho: 0.1, Adaptive: true}), costs(astray(0.1, 6, 3))
	t.Logf("rotations of 1.5 and 3 degrees cost %.4f after sharpness-aware training, %.4f where they were probed", still, turned)
	if !(turned < 0.7*still) {
		t.Errorf("rotations cost %.4f after sharpness-aware training and %.4f where they were probed", still, turned)
	}
}

func TestWhatCannotGoAstray(t *testing.T) {
	meshes := session(t, InSilico{}, 1, 1, Settings{})
	good := plates(t, InSilico{}, 1, 1)
	for want, change := range map[string]func(m *Astray){
		"Rho = -0.1":         func(m *Astray) { m.Rho = -0.1 },
		"no method":          func(m *Astray) { m.Of = nil },
		"without an axis":    func(m *Astray) { m.Axes = nil },
		`along "tilt"`:       func(m *Astray) { m.Axes[0].Name = "tilt" },
		"reach 0 ":           func(m *Astray) { m.Axes[0].Reach = 0 },
		"reach -1 ":          func(m *Astray) { m.Axes[0].Reach = -1 },
		"reach NaN":          func(m *Astray) { m.Axes[0].Reach = math.NaN() },
		"gain -6":            func(m *Astray) { m.Axes[0].Gain = -6 },
		"gain +Inf":          func(m *Astray) { m.Axes[0].Gain = math.Inf(1) },
		"scale below 1":      func(m *Astray) { m.Axes[0] = Axis{Name: Scaling, Reach: 1} },
		"measures a device":  func(m *Astray) { m.Of = PAT{} },
		"modulators in free": nil,
	} {
		m, s, data := astray(0.1, 6, 1), good, toy(20, 32*32, "training")
		if change != nil {
			change(&m)
		} else {
			s, data = meshes, toy(20, 16, "training")
		}
		_, err := New(s.Model, nil, m, data, data, s.Settings, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, expected one about %q", err, want)
		}
	}
}

// TestProbes: where the loss grows with the misalignment one goes farther, enlargements
// end where the authors' do, and no difference is divided by zero.
func TestProbes(t *testing.T) {
	p := Probing{Axes: []Axis{{Rotation, 2, 10}, {Scaling, 0.05, 1}}}
	if a, b := p.Turn(4, 1), p.Turn(5, 0); a.Name != Rotation || b.Name != Scaling {
		t.Errorf("steps 4 and 5 probe %s and %s", a.Name, b.Name)
	}
	p.PerEpoch = true
	if a := p.Turn(4, 1); a.Name != Scaling {
		t.Errorf("epoch 1 probes %s", a.Name)
	}
	if v := p.Adverse(p.Axes[0], 0.5, 0.1, 0.2); math.Abs(v-2.5) > 1e-15 {
		t.Errorf("adverse at %g, expected 0.5 + 10 (0.2 - 0.1)/0.5", v)
	}
	for _, c := range []struct{ d, probed, want float64 }{{0.05, 1, 0.1}, {0.05, -1, 0}, {0.05, 0, 0.05}} {
		if v := p.Adverse(p.Axes[1], c.d, 0, c.probed); v != c.want {
			t.Errorf("adverse scale %g, expected %g", v, c.want)
		}
	}
	p.BothSides = true
	if v := p.Adverse(p.Axes[1], 0.05, 0, -1); v != -0.1 {
		t.Errorf("adverse scale %g, expected -0.1 to both sides", v)
	}
	p.Axes[0].Reach = 1e-12
	if d := p.Draw(p.Axes[0], 1, 0); d != 1e-6 {
		t.Errorf("a probe of %g, expected at least 1e-6", d)
	}
}
