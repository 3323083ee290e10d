package bench

import (
	"runtime"
	"testing"
)

// TestMemoryOfADiffractiveStep: a step of three modulators of 200 x 200 pixels
// takes less than 1.5 GB at batch 32, and grows with the batch no faster than in
// proportion to it.
func TestMemoryOfADiffractiveStep(t *testing.T) {
	held := func(batch int) float64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		step, err := diffractiveStep(diffractive, batch, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := step(); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(step)
		return float64(after.HeapAlloc) - float64(before.HeapAlloc)
	}
	small, middle, large := held(16), held(32), held(64)
	t.Logf("16, 32 and 64 pictures: %.0f, %.0f and %.0f MB", small/1e6, middle/1e6, large/1e6)
	if middle > 1.5e9 {
		t.Errorf("a step of 32 pictures holds %.0f MB, expected less than 1500", middle/1e6)
	}
	if first, second := middle-small, large-middle; second > 2.2*first {
		t.Errorf("16 more pictures take %.0f MB, then 32 more %.0f MB", first/1e6, second/1e6)
	}
}
