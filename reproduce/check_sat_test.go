package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// copyFiles copies files of a folder into another that keeps their places.
func copyFiles(t *testing.T, to, from string, names ...string) {
	t.Helper()
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(from, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(to, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A few of the authors' files; .ci/run checks all.
func TestCheckSAT(t *testing.T) {
	reference, data := os.Getenv("LIGHTFAST_REFERENCE"), os.Getenv("LIGHTFAST_DATA")
	if reference == "" || data == "" {
		t.Skip("LIGHTFAST_REFERENCE and LIGHTFAST_DATA name no reference data")
	}
	const (
		rings = "System1-MRR Weight Bank/Training results/"
		mesh  = "System2-MZI Mesh/Training Results/"
		space = "System3-Free space PNN/Training Results/"
	)
	dir := t.TempDir()
	copyFiles(t, dir, filepath.Join(reference, "sat"), rings+"04-SAT.pth", rings+"02-Standard NJ-lambda.pth", rings+satEmpty, space+"sat-angle.pth", space+"sat.pth")
	copyFiles(t, dir, filepath.Join(reference, "dat-mpnn"), "logs/PureMZINet_N3_MNIST_L64/Base/train.pth")
	check := []string{"check", "sat", "--weights", dir, "--data", data, "--eigenvalues=false"}
	out, err := command(check...)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"98.50  the same; with running statistics 98.80",
		"99 99 99 99 99 99 99 99 99 98 98 98 98 98 97 95 94 91 90 89 88  the same",
		"1.50603  the same",
		"49.47 83.27 94.03 97.05 96.71 91.78 68.47  the same",
		satEmpty + ": the file is empty (0 bytes)",
		"train.pth: not known",
		"nothing is published of: System3/sat.pth",
		"published but not there: System1/01-Standard BP.pth",
		"compared 31 numbers, missed 0",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the check does not say %q:\n%s", want, out)
		}
	}
	// Weights under another's name are a miss, and so is a file that ends early.
	if err := os.Rename(filepath.Join(dir, filepath.FromSlash(space+"sat.pth")), filepath.Join(dir, filepath.FromSlash(space+"sat-angle.pth"))); err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(dir, filepath.FromSlash(rings+"05-PAT.pth"))
	if err := os.WriteFile(cut, []byte("PK\x03\x04"), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err = command(check...)
	if err != errMissed || !strings.Contains(out, "MISSED 96.91 instead of 97.05") || !strings.Contains(out, "MISSED: torchfile: "+cut) {
		t.Errorf("wrong and damaged files: %v\n%s", err, out)
	}
	// A mesh without its chip.
	lone := t.TempDir()
	copyFiles(t, lone, filepath.Join(reference, "sat"), mesh+"02-PAT.pth")
	_, err = command("check", "sat", "--weights", lone, "--data", data)
	if err == nil || !strings.Contains(err.Error(), "MZI_Error with N64/phaseE0.15/theta.npy") {
		t.Errorf("a mesh without its chip: %v", err)
	}
	// The accuracy on fresh chips is known to within its scatter, and still tells
	// methods apart.
	if err := os.Rename(filepath.Join(lone, filepath.FromSlash(mesh+"02-PAT.pth")), filepath.Join(lone, filepath.FromSlash(mesh+"04-SAT-In situ.pth"))); err != nil {
		t.Fatal(err)
	}
	copyFiles(t, lone, filepath.Join(reference, "sat"), mesh+"05-DAT.pth")
	out, err = command("check", "sat", "--weights", lone, "--errors", filepath.Join(reference, "sat", "System2-MZI Mesh"), "--data", data)
	if err != errMissed || !strings.Contains(out, "instead of 95.21; chips from") || !strings.Contains(out, "of 53.65; chips from") || strings.Contains(out, "instead of 53.65") {
		t.Errorf("fresh chips with one method's weights under another's name: %v\n%s", err, out)
	}
	// Files by themselves.
	for path, want := range map[string]string{
		filepath.Join(dir, filepath.FromSlash(rings+satEmpty)):         "the file is empty (0 bytes)",
		filepath.Join(dir, "logs"):                                     "no weight file there of which anything is published",
		filepath.Join(dir, "nowhere"):                                  "expected a file of the authors' weights",
		t.TempDir():                                                    "no weight file (.pth, .pt) there",
		filepath.Join(reference, "sat", "figure-data", "Figure2d.csv"): "Figure2d.csv",
	} {
		if out, err := command("check", "sat", "--weights", path, "--data", data); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want something with %q\n%s", path, err, want, out)
		}
	}
}

// Expectations name each number once, and sweeps have as many numbers as places.
func TestSATExpectationsAreWhole(t *testing.T) {
	type key struct {
		system, file string
		quantity     satQuantity
		places       int
	}
	seen := map[key]bool{}
	for _, e := range satExpected {
		k := key{e.system.String(), e.file, e.quantity, len(e.at)}
		if seen[k] {
			t.Errorf("%v is expected twice", k)
		}
		seen[k] = true
		want := map[satQuantity]int{satDrift: 21, satGrid: 121, satEigen: 2, satTrainedEigen: 2}[e.quantity]
		if len(e.at) > 0 {
			want = len(e.at)
		}
		if want = max(want, 1); len(e.want) != want || e.source == "" || e.file == "" {
			t.Errorf("%v: %d numbers from %q, expected %d from somewhere", k, len(e.want), e.source, want)
		}
	}
	e := satExpectation{decimals: 2}
	if !e.agrees(98.9949, 98.99) || e.agrees(98.996, 98.99) {
		t.Error("two decimals are compared in another way")
	}
}
