package experiment

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/hybrid"
	"lightfast/pnn/lane"
)

// Without its sharpness, as an older program leaves it or one that was stopped there,
// a run is not finished, and not trained again: what is missing is added, with the
// same bytes for any number of workers.
func TestSharpnessIsAddedToATrainedRun(t *testing.T) {
	r := hybridRun(hybrid.Mesh, InSilico)
	r.Epochs, r.Hybrid.HessianImages = 1, 8
	l := lab(t)
	res, err := l.Execute(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	s, err := res.Sharpness()
	if err != nil || s.Images != 8 || !s.Converged || !(s.Residual < math.Abs(s.Eigenvalue)/10) {
		t.Fatalf("%+v: %v", s, err)
	}
	// All 64 outputs are between 0 and 1: their cross-entropy is within 1 of ln 64.
	if math.Abs(s.Loss-math.Log(64)) > 1 {
		t.Errorf("loss %g of 64 intensities", s.Loss)
	}
	before := contents(t, l.Dir, r)
	path := filepath.Join(l.Dir, r.ID()+".sharpness.arrow")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(l.Dir, r); !os.IsNotExist(err) {
		t.Errorf("a run without sharpness loads: %v", err)
	}
	l.Progress, l.Pool = func(Progress) { t.Error("trained again") }, lane.NewPool(3)
	if _, err := l.Execute(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	if after := contents(t, l.Dir, r); !slices.Equal(before, after) {
		t.Errorf("contents %v became %v", before, after)
	}
	if err := os.WriteFile(path, []byte("no table"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Execute(context.Background(), r); err == nil || !strings.Contains(err.Error(), "sharpness") {
		t.Errorf("a damaged sharpness: %v", err)
	}
}

func TestSharpnessIsOfMeshes(t *testing.T) {
	r := hybridRun(hybrid.Space, InSilico)
	if _, err := (&Result{Run: r}).Sharpness(); err == nil {
		t.Error("the display-modulator system has a sharpness")
	}
	r.Hybrid.HessianImages = 5
	if err := r.Check(); err == nil || !strings.Contains(err.Error(), "hessian_images") {
		t.Errorf("images of a Hessian that nobody takes: %v", err)
	}
	m := hybridRun(hybrid.Mesh, InSilico)
	if a, b := m.ID(), HybridRun(hybrid.Mesh, InSilico, "glyphs", 1); a == b.ID() || strings.Contains(string(b.Canonical()), "hessian") {
		t.Errorf("the encoding of a published run has a field of its own for the Hessian: %s", b.Canonical())
	}
	m.Hybrid.HessianImages = -1
	if err := m.Check(); err == nil || !strings.Contains(err.Error(), "hessian_images") {
		t.Errorf("-1 images: %v", err)
	}
}
