package report

import (
	"testing"

	"lightfast/pnn/experiment"
	"lightfast/pnn/optical"
)

func TestNamesOfAbsorbers(t *testing.T) {
	r := experiment.AbsorberRun(optical.PublishedMLP(10, optical.Optical, 128), "kmnist", 5, 2)
	const want = "mlp-128_sa10_optical"
	if method, label, variant := naming(r, nil); method != want || label != want || variant != 0 {
		t.Errorf("a run is called %q, %q, variant %d, expected %q", method, label, variant, want)
	}
	if name := lessonName(r); name != "KMNIST, seed 2" {
		t.Errorf("its learning curve is with %q", name)
	}
}
