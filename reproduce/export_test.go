package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/pnn/hardware"
	"lightfast/pnn/lane"
	"lightfast/pnn/train"
)

// trained writes a checkpoint with a mask of phases in radians and a mesh.
func trained(t *testing.T, config string) string {
	t.Helper()
	phase := func(n int) (v []float64) {
		for i := range n {
			v = append(v, 0.37*float64(i*i%53))
		}
		return v
	}
	path := filepath.Join(t.TempDir(), "net.checkpoint.arrow")
	_, err := artifact.WriteCheckpoint(path, artifact.Provenance{Config: []byte(config), Code: "test"}, []artifact.Tensor{
		{Name: "block1.layer1", Unit: "rad", Shape: []int{6, 8}, Values: phase(48)},
		{Name: "mesh1.theta", Shape: []int{4, 2}, Values: phase(8)},
		{Name: "mesh1.phi", Shape: []int{4, 2}, Values: phase(8)},
		{Name: "mesh1.gamma", Shape: []int{1, 4}, Values: phase(4)},
		{Name: "fc.weight", Shape: []int{10, 4}, Values: phase(40)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestExport writes every form and reads the files as a laboratory would.
func TestExport(t *testing.T) {
	path := trained(t, `{"optics":{"pitch":8e-6,"Wavelength_m":532e-9}}`)
	dir := filepath.Join(t.TempDir(), "new", "folder")
	out, err := command("export", path, "--to", "stl,slm,height,csv,heaters", "--index", "1.46", "--turn-power-mw", "25", "--bits", "10",
		"--panel", "40x30", "--out", dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := hardware.ReadBitmap(filepath.Join(dir, "net.block1.layer1.slm.png"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := b.Phase()
	if err != nil {
		t.Fatal(err)
	}
	want := 0.37 * 49 // pixel 7
	if d := math.Abs(math.Remainder(p.Rad[7]-want, 2*math.Pi)); d > math.Pi/1024+1e-9 || p.Grid.Pitch != 8e-6 || p.Grid.Wavelength != 532e-9 {
		t.Errorf("pixel 7 is %g rad off, on a plane of %v", d, p.Grid)
	}
	for _, f := range []string{"net.block1.layer1.stl", "net.block1.layer1.height.png", "net.block1.layer1.csv", "net.heaters.csv"} {
		if _, err := os.Stat(filepath.Join(dir, f)); err != nil || !strings.Contains(out, f) {
			t.Errorf("%s: %v; the command said\n%s", f, err, out)
		}
	}
	s, err := hardware.ReadSettings(filepath.Join(dir, "net.heaters.csv"))
	if err != nil || len(s) != 4+2*6 {
		t.Errorf("%d heaters, want 16: %v", len(s), err)
	}
	if out, err := command("export", path, "--to", "amplitude,csv", "--law", "amplitude-sigmoid", "--out", dir); err != nil || !strings.Contains(out, "amplitude.png") {
		t.Errorf("amplitudes: %v\n%s", err, out)
	}
}

func TestExportRefuses(t *testing.T) {
	path, dir := trained(t, `{"pitch":8e-6}`), t.TempDir()
	for _, c := range []struct {
		want string
		args []string
	}{
		{`required flag(s) "to"`, nil},
		{"nothing to write", []string{"--to", ""}},
		{`did you mean "height"`, []string{"--to", "heigth"}},
		{"give --wavelength-nm", []string{"--to", "slm"}},
		{`did you mean "mesh1"`, []string{"--to", "heaters", "--tensor", "mesh2"}},
		{"meshes go --to heaters", []string{"--to", "slm", "--tensor", "mesh1"}},
		{"no meshes", []string{"--to", "heaters", "--tensor", "block1.layer1"}},
		{"--turn-power-mw", []string{"--to", "heaters"}},
		{"--index", []string{"--to", "stl", "--wavelength-nm", "532"}},
		{"--law", []string{"--to", "amplitude", "--wavelength-nm", "532"}},
		{"17 bits", []string{"--to", "slm", "--wavelength-nm", "532", "--bits", "17"}},
		{"as 1920x1080", []string{"--to", "slm", "--wavelength-nm", "532", "--panel", "1920*1080"}},
		{"needs 6 x 8 pixels", []string{"--to", "slm", "--wavelength-nm", "532", "--panel", "7x9"}},
		{"none.csv", []string{"--to", "slm", "--wavelength-nm", "532", "--response", "none.csv"}},
		{"has 8 twice", []string{"--to", "slm", "--wavelength-nm", "532", "--bits", "8,4,8"}},
		{"give --test", []string{"--to", "slm", "--wavelength-nm", "532", "--images", "10"}},
		{"not that of a run", []string{"--to", "slm", "--wavelength-nm", "532", "--test"}},
		{"leave out --to amplitude", []string{"--to", "amplitude", "--wavelength-nm", "532", "--test"}},
		{"expected up to 1 mW", []string{"--to", "heaters", "--turn-power-mw", "25", "--max-power-mw", "1"}},
	} {
		out, err := command(append([]string{"export", path, "--out", dir}, c.args...)...)
		if err == nil {
			t.Errorf("%v succeeded: %s", c.args, out)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v; want something with %q", c.args, err, c.want)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 0 {
		t.Errorf("refused exports left %d files: %v", len(files), err)
	}
}

// accuracies finds the table behind an export: percent by name.
func accuracies(t *testing.T, out string) map[string]float64 {
	t.Helper()
	_, table, ok := strings.Cut(out, "\naccuracy on ")
	if !ok {
		t.Fatalf("no accuracies:\n%s", out)
	}
	found := map[string]float64{}
	for _, line := range strings.Split(strings.TrimSpace(table), "\n")[1:] {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), "  ")
		var percent float64
		if _, err := fmt.Sscanf(strings.TrimSpace(rest), "%f", &percent); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		found[name] = percent
	}
	return found
}

// TestExportTellsTheAccuracyOfWhatItWrote trains a small network of each kind,
// writes it in every form, and classifies with what is read back.
func TestExportTellsTheAccuracyOfWhatItWrote(t *testing.T) {
	ctx := context.Background()
	plates := experiment.Run{
		System: experiment.DPNN, Data: "glyphs", Train: 400, Test: 200, Method: experiment.InSilico, Epochs: 2, Batch: 20, Rate: 0.1, Protocol: train.Published, Seed: 1,
		Diffracting: &experiment.Diffracting{Side: 36, Pitch: 8e-6, Wavelength: 532e-9, Distance: 4e-3, Blocks: 1, Layers: 2, Picture: 28, Detector: 4, Window: 30, Sharpness: 10},
	}
	meshes := experiment.Run{
		System: experiment.MPNN, Ports: 16, Meshes: 2, Data: "glyphs", Train: 400, Test: 200, Method: experiment.PAT, Epochs: 2, Batch: 20, Rate: 0.02, Protocol: train.Published, Seed: 1,
		Chip: experiment.Chip{Phase: 0.05, Seed: 2},
	}
	turns := experiment.Run{System: experiment.D2NN, Data: "glyphs", Train: 64, Test: 24, Method: experiment.InSilico, Epochs: 1, Batch: 16, Rate: 0.05, Protocol: train.Published, Seed: 1}
	lab := &experiment.Lab{Dir: t.TempDir(), Data: &experiment.Data{}, Pool: lane.NewPool(2)}
	for _, c := range []struct {
		run   experiment.Run
		where string
		args  []string
		exact []string // forms that change nothing
	}{
		{plates, "the ideal model", []string{"--to", "slm,height,stl,csv", "--bits", "1,4,12", "--panel", "60x40", "--index", "1.5"}, []string{"slm, 12 bits", "height", "stl", "csv"}},
		{turns, "the ideal model", []string{"--to", "slm,height", "--bits", "1,4,12", "--panel", "300x300", "--panel-pitch-um", "1", "--index", "1.5"}, []string{"slm, 12 bits", "height"}},
		{meshes, "the chip of the run", []string{"--to", "heaters", "--turn-power-mw", "25"}, []string{"heaters"}},
	} {
		if _, err := lab.Execute(ctx, c.run); err != nil {
			t.Fatal(err)
		}
		path, dir := filepath.Join(lab.Dir, c.run.ID()+".checkpoint.arrow"), t.TempDir()
		args := append([]string{"export", path, "--out", dir, "--test"}, c.args...)
		out, err := command(args...)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out, fmt.Sprintf("%d test images of glyphs, on %s", c.run.Test, c.where)) {
			t.Errorf("nothing says what was classified on %s:\n%s", c.where, out)
		}
		a := accuracies(t, out)
		ideal := a["as trained"]
		if ideal < 20 && c.run.System != experiment.D2NN {
			t.Errorf("accuracy as trained is %g %%:\n%s", ideal, out)
		}
		for _, form := range c.exact {
			if v, ok := a[form]; !ok || math.Abs(v-ideal) > 0.5 {
				t.Errorf("%s: accuracy %g %%, as trained %g %%", form, v, ideal)
			}
		}
		if c.run.System == experiment.DPNN {
			if !(a["slm, 1 bit"] < ideal-5 && a["slm, 4 bits"] > a["slm, 1 bit"]) {
				t.Errorf("one bit leaves %g %%, four %g %% of %g %%", a["slm, 1 bit"], a["slm, 4 bits"], ideal)
			}
			if _, err := os.Stat(filepath.Join(dir, c.run.ID()+".block1.layer2.slm.4-bit.png")); err != nil {
				t.Error(err)
			}
		}
		few, err := command(append(args, "--images", "20")...)
		if err != nil || !strings.Contains(few, "on 20 test images") {
			t.Errorf("twenty images: %v\n%s", err, few)
		}
		if _, err := command(append(args, "--images", "4000")...); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("expected 1 to the %d of the run", c.run.Test)) {
			t.Errorf("more images than there are: %v", err)
		}
	}
}

// TestExportRemarksOnCoarseSampling: what was trained over a distance that its planes
// carry badly is written with a warning.
func TestExportRemarksOnCoarseSampling(t *testing.T) {
	run := experiment.Run{
		System: experiment.DPNN, Data: "glyphs", Train: 16, Test: 16, Method: experiment.InSilico, Epochs: 1, Batch: 16, Rate: 0.1, Protocol: train.Published, Seed: 1,
		Diffracting: &experiment.Diffracting{Side: 36, Pitch: 8e-6, Wavelength: 532e-9, Distance: 4e-3, Blocks: 1, Layers: 2, Picture: 28, Detector: 4, Window: 30, Sharpness: 10},
	}
	lab := &experiment.Lab{Dir: t.TempDir(), Data: &experiment.Data{}}
	for _, c := range []struct {
		distance float64
		warnings int
	}{{4e-3, 0}, {20e-3, 2}} {
		d := *run.Diffracting
		d.Distance = c.distance
		run.Diffracting = &d
		if _, err := lab.Execute(context.Background(), run); err != nil {
			t.Fatal(err)
		}
		out, err := command("export", filepath.Join(lab.Dir, run.ID()+".checkpoint.arrow"), "--out", t.TempDir(), "--to", "slm")
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(out, "warning: diffractive network of 1 block"); n != c.warnings || strings.Contains(out, "for 20 mm: light may come back") != (n > 0) {
			t.Errorf("over %g m %d warnings, expected %d:\n%s", c.distance, n, c.warnings, out)
		}
	}
}
