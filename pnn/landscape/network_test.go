package landscape

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/model"
)

// chain is a small network of two meshes on random fields.
func chain(t *testing.T, pool *lane.Pool) (*Landscape, System) {
	t.Helper()
	n, err := model.NewMPNN[float64](model.MPNN{Ports: 8, Meshes: 2, Classes: 4}, nil)
	if err != nil {
		t.Fatal(err)
	}
	n.Initialise(3)
	const samples = 150
	x, labels := lane.NewBatch[float64](samples, 16), make([]uint8, samples)
	s := lane.NewStream(2, "fields", 0)
	for i := range samples {
		labels[i] = uint8(s.Intn(4))
		for r := range 16 {
			x.Set(i, r, s.Normal())
		}
	}
	system, err := OfNetwork(n, pool, x, labels)
	if err != nil {
		t.Fatal(err)
	}
	l, err := New(system)
	if err != nil {
		t.Fatal(err)
	}
	l.Pool = pool
	if _, err := OfNetwork(n, pool, lane.NewBatch[float64](samples, 8), labels); err == nil || !strings.Contains(err.Error(), "takes 16") {
		t.Errorf("fields of 8 rows: %v", err)
	}
	if _, err := OfNetwork(n, pool, x, labels[1:]); err == nil || !strings.Contains(err.Error(), "149 labels") {
		t.Errorf("a label too few: %v", err)
	}
	return l, system
}

func TestMeshes(t *testing.T) {
	l, system := chain(t, nil)
	v, hv := l.normal(1, "test", 0), make([]float64, l.Size())
	if err := l.HessianVector(context.Background(), hv, v); err != nil {
		t.Fatal(err)
	}
	want := eighthOrder(t, system, v, 1e-2)
	var off float64
	for i := range hv {
		off += (hv[i] - want[i]) * (hv[i] - want[i])
	}
	if off = math.Sqrt(off / dot(want, want)); off > 1e-6 {
		t.Errorf("relative error of a product %.2g", off)
	}
	loss, err := l.Loss(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if again, err := l.Gradient(context.Background(), hv); err != nil || again != loss {
		t.Errorf("loss %.17g alone and %.17g with its gradient, %v", loss, again, err)
	}
	three, _ := chain(t, lane.NewPool(3))
	if !slices.Equal(everything(t, l), everything(t, three)) {
		t.Error("one worker and three differ")
	}
}
