package hybrid

import (
	"context"
	"fmt"
	"testing"

	"lightfast/pnn/dataset"
	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

// BenchmarkStep times steps of all methods of a system on one worker; an epoch of
// 60,000 images has 938 of the batch 64 and 10 of 6000.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		batch int
		name  string
		m     Method
	}{
		{64, "rings BP", Ideal{}}, {64, "rings SAT", nil}, {64, "rings PAT", nil},
		{64, "free space BP", nil}, {64, "free space SAT joint", nil},
		{6000, "mesh BP", nil}, {6000, "mesh NAT", nil}, {6000, "mesh PAT", nil}, {6000, "mesh SAT", nil}, {6000, "mesh SAT in situ", nil},
		{6000, "mesh DAT", DAT{Predictors: 6, Features: [3]int{4, 8, 16}, CorrectFrom: 20}},
		{6000, "mesh DAT", DAT{Predictors: 6, Features: [3]int{4, 8, 16}}},
	} {
		b.Run(fmt.Sprintf("%s/%d", c.name, c.batch), func(b *testing.B) {
			pair, err := dataset.Load(context.Background(), "glyphs", dataset.Options{Train: c.batch, Test: 1})
			if err != nil {
				b.Fatal(err)
			}
			tr, pool := trainings[c.name], lane.NewPool(1)
			y, err := tr.system()
			if err != nil {
				b.Fatal(err)
			}
			var dev Physical
			if tr.device != nil {
				if dev, err = tr.device(y, pool); err != nil {
					b.Fatal(err)
				}
			}
			m := tr.method
			if c.m != nil {
				m = c.m
			}
			s, err := New(y, dev, m, pair, Settings{Epochs: 1, Batch: c.batch, Rate: optim.Decay{Rate: 1e-4}, SEPNRate: optim.Decay{Rate: 1e-4}, Adam: tr.adam, Momentum: 0.5, Clamp: tr.clamp}, pool)
			if err != nil {
				b.Fatal(err)
			}
			index := make([]int, c.batch)
			for i := range index {
				index[i] = i
			}
			for b.Loop() {
				if _, err := s.Step(context.Background(), index); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
