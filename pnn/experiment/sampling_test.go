package experiment

import (
	"strings"
	"testing"

	"lightfast/pnn/train"
)

// far is a run of a small diffractive network over a distance in metres.
func far(distance float64) Run {
	return Run{
		System: DPNN, Data: "glyphs", Train: 16, Test: 16, Method: InSilico, Epochs: 1, Batch: 16, Rate: 0.1, Protocol: train.Published, Seed: 1,
		Diffracting: &Diffracting{Side: 36, Pitch: 8e-6, Wavelength: 532e-9, Distance: distance, Blocks: 2, Layers: 3, Picture: 28, Detector: 4, Window: 30, Sharpness: 10},
	}
}

func TestWarningsOfSampling(t *testing.T) {
	for _, c := range []struct {
		run  Run
		want string // empty: none
	}{
		{far(4e-3), ""},
		{far(20e-3), "72 x 72 points is small for 20 mm"},
		{far(20e-3), "43 % of the bandwidth"},
		{tinyD2NN(InSilico), ""},
		{Run{System: MPNN, Ports: 16, Meshes: 2}, ""},
		{Run{System: DPNN}, ""},
	} {
		ws, err := c.run.Warnings()
		if err != nil || (len(ws) == 0) != (c.want == "") || !strings.Contains(strings.Join(ws, "; "), c.want) {
			t.Errorf("%s: warnings %q, error %v, expected %q", c.run.Describe(), ws, err, c.want)
		}
		if len(ws) > 2 {
			t.Errorf("six equal distances are warned of by %q", ws)
		}
	}
	_, err := far(10).Warnings()
	if err == nil || !strings.Contains(err.Error(), "10000 mm is more than") {
		t.Errorf("10 m: %v", err)
	}
}

// TestWhatDoesNotFitThePlane: pictures and detectors larger than a plane are named
// before anything is loaded.
func TestWhatDoesNotFitThePlane(t *testing.T) {
	for want, change := range map[string]func(*Diffracting){
		"picture is 40, expected a side of 1 to the 36 pixels": func(d *Diffracting) { d.Picture = 40 },
		"window is 37, expected at most the 36 pixels":         func(d *Diffracting) { d.Window = 37 },
	} {
		r := far(4e-3)
		change(r.Diffracting)
		if err := r.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, expected %q", err, want)
		}
	}
}
