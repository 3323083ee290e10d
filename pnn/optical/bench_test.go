package optical_test

import (
	"context"
	"testing"

	"lightfast/pnn/dataset"
	"lightfast/pnn/lane"
	"lightfast/pnn/optical"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// benchmarkEpoch measures epochs on as many of the generated images as it needs to
// tell how long one of 60,000 takes.
func benchmarkEpoch(b *testing.B, spec optical.Spec, images int) {
	pair, err := dataset.Load(context.Background(), "glyphs", dataset.Options{Train: images, Test: 512})
	if err != nil {
		b.Fatal(err)
	}
	for _, workers := range []int{1, 2} {
		b.Run(map[int]string{1: "one worker", 2: "two workers"}[workers], func(b *testing.B) {
			s, err := optical.New(spec, nil, optical.Digital{}, pair, train.Settings{Epochs: b.N, Batch: 64, Rate: optim.Halving{Rate: 5e-4}, Seed: 1, Protocol: train.Published}, lane.NewPool(workers))
			if err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			if err := s.Run(context.Background(), nil); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*60000/float64(images), "s/epoch")
		})
	}
}

func BenchmarkMLP(b *testing.B) {
	benchmarkEpoch(b, optical.PublishedMLP(30, optical.Optical), 12000)
}
func BenchmarkCNN(b *testing.B) {
	benchmarkEpoch(b, optical.PublishedCNN(10, optical.Optical, 10), 1200)
}
