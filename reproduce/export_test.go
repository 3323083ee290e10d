package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightfast/pnn/artifact"
	"lightfast/pnn/hardware"
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
