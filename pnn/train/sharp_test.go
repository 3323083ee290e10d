package train

import (
	"context"
	"math"
	"testing"
)

// TestNothingAroundAMethodIsTheMethod: a climb of length zero and noise of zero
// change no bit.
func TestNothingAroundAMethodIsTheMethod(t *testing.T) {
	for _, of := range []Descending{InSilico{}, PAT{}} {
		ends := map[string]string{}
		for name, m := range map[string]Method{"itself": of, "sharp": Sharp{Of: of}, "noisy": Noisy{Of: of}, "noisy, literal": Noisy{Of: of, Literal: true}} {
			s := session(t, m, 2, 2, Settings{})
			if err := s.Run(context.Background(), nil); err != nil {
				t.Fatal(err)
			}
			ends[name] = fingerprint(s)
		}
		for name, got := range ends {
			if got != ends["itself"] {
				t.Errorf("%s around %s ends in other bits than %s", name, of.Name(), of.Name())
			}
		}
	}
}

// TestSharpnessAwareTrainingFindsFlatterPhases: noise on the phases costs a network
// that was trained with the climb less than one that was not.
func TestSharpnessAwareTrainingFindsFlatterPhases(t *testing.T) {
	loss := func(m Method) (clean, noisy float64) {
		s := session(t, m, 2, 12, Settings{})
		if err := s.Run(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		index := make([]int, s.train.Len())
		for i := range index {
			index[i] = i
		}
		s.batch.Resize(len(index))
		s.train.Gather(s.batch, index)
		at := func() float64 {
			s.Model.Update(s.Pool)
			l, err := InSilico{}.Gradient(context.Background(), s, Batch{s.batch, s.train.Labels, 0})
			if err != nil {
				t.Fatal(err)
			}
			return l.Task
		}
		clean = at()
		const draws = 20
		for d := range draws {
			var kept [][]float64
			for _, p := range s.elements {
				kept = append(kept, append([]float64(nil), p.Value...))
			}
			s.steps = uint64(1000 + d)
			Noisy{Sigma: 0.2}.disturb(s, 1)
			noisy += at() / draws
			for i, p := range s.elements {
				copy(p.Value, kept[i])
			}
		}
		return clean, noisy
	}
	plain, plainNoisy := loss(InSilico{})
	flat, flatNoisy := loss(Sharp{Of: InSilico{}, Rho: 1})
	t.Logf("loss without and with phase noise: in silico %.4f, %.4f; sharpness-aware %.4f, %.4f", plain, plainNoisy, flat, flatNoisy)
	if !(flatNoisy-flat < plainNoisy-plain) {
		t.Errorf("noise costs %.4f after sharpness-aware training and %.4f after plain training", flatNoisy-flat, plainNoisy-plain)
	}
}

func TestUnfitSharpnessAndNoise(t *testing.T) {
	data := toy(20, 16, "training")
	good := session(t, InSilico{}, 1, 1, Settings{})
	for name, m := range map[string]Method{
		"rho below zero":   Sharp{Of: InSilico{}, Rho: -0.1},
		"rho NaN":          Sharp{Of: InSilico{}, Rho: math.NaN()},
		"around nothing":   Sharp{Rho: 0.1},
		"sigma below zero": Noisy{Of: InSilico{}, Sigma: -1},
		"noise on nothing": Noisy{Sigma: 1},
	} {
		if _, err := New(good.Model, good.Device, m, data, data, good.Settings, nil); err == nil {
			t.Errorf("%s: accepted", name)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
}
