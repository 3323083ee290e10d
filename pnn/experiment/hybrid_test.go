package experiment

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/hybrid"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/train"
)

// hybridRun is a run of a second.
func hybridRun(system, method string) Run {
	r := HybridRun(system, method, "glyphs", 1)
	r.Train, r.Test, r.Epochs, r.Batch = 96, 40, 2, 48
	if method == DAT {
		r.Features, r.Hybrid.Predictors, r.CorrectFrom = [3]int{2, 2, 2}, 1, 1
	}
	if system == hybrid.Rings {
		r.Hybrid.HessianImages, r.Hybrid.SurfacePoints = 4, 3
	}
	return r
}

// everyHybrid is each published way of training each system.
func everyHybrid() (rs []Run) {
	for _, c := range []struct {
		system  string
		methods []string
	}{
		{hybrid.Mesh, []string{DAT, NAT, InSilico, PAT, SAT, InSitu}},
		{hybrid.Rings, []string{PAT, SAT, InSilico, NAT, Pruning, InSitu}},
		{hybrid.Space, []string{InSilico, InSitu, PAT, NAT, SAT}},
	} {
		for _, m := range c.methods {
			rs = append(rs, hybridRun(c.system, m))
		}
	}
	return rs
}

func TestHybridsLeaveCompleteArtifacts(t *testing.T) {
	done := map[string]int{}
	for _, r := range everyHybrid() {
		if err := r.Check(); err != nil {
			t.Errorf("%s: %v", r.ID(), err)
		}
		// Package hybrid tries all methods; here two of each system are enough.
		if done[r.Hybrid.System]++; done[r.Hybrid.System] > 2 {
			continue
		}
		t.Run(r.ID(), func(t *testing.T) {
			l := lab(t)
			res, err := l.Execute(context.Background(), r)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range Files(l.Dir, r) {
				if info, err := artifact.Inspect(f); err != nil || len(info.Provenance.Data) != 2 || info.Provenance.References[0] != "xu2026" {
					t.Errorf("%s: %v, provenance %+v", f, err, info.Provenance)
				}
			}
			c, err := res.Confusion()
			if err != nil {
				t.Fatal(err)
			}
			var right, all int64
			for i := range c.Count {
				right += c.Count[i][i]
				for _, n := range c.Count[i] {
					all += n
				}
			}
			if all != 40 || float64(right)/40 != res.Accuracy() || res.BestEpoch != r.Epochs {
				t.Errorf("%d of %d right, accuracy %g at epoch %d", right, all, res.Accuracy(), res.BestEpoch)
			}
			model, device, err := res.Running()
			if err != nil || len(model) != r.Epochs || math.IsNaN(model[1]) || math.IsNaN(device[1]) == r.measured() {
				t.Errorf("with running statistics %v and %v: %v", model, device, err)
			}
			s, err := res.Sweep()
			if err != nil {
				t.Fatal(err)
			}
			// Where nothing is disturbed the sweep has what the curve has, but for rings
			// that export their controls and are tested in other batches, and for a mesh
			// whose predictors are left at home.
			undisturbed := map[string][]float64{hybrid.Mesh: {0, 0}, hybrid.Rings: {0}, hybrid.Space: {0, 0, 1}}[r.Hybrid.System]
			if got, want := s.Share(undisturbed...), res.Curve[1].ModelTest; math.Abs(got-want) > 1e-12 && r.Hybrid.System != hybrid.Rings && r.Method != DAT || math.IsNaN(got) {
				t.Errorf("undisturbed %g in the sweep, %g in the curve", got, want)
			}
			y, err := res.Hybrid(nil)
			if err != nil {
				t.Fatal(err)
			}
			again, err := sweepHybrid(context.Background(), lane.NewPool(2), y, testSet(t, l, r))
			if err != nil || !slices.Equal(again.Accuracy, s.Accuracy) || !slices.Equal(again.Running, s.Running) {
				t.Errorf("the stored network has another sweep: %v", err)
			}
			if _, err := res.Network(); err == nil {
				t.Error("a hybrid network is read as a chain of meshes")
			}
			if left, _ := filepath.Glob(filepath.Join(l.Dir, "*.state.arrow")); len(left) > 0 {
				t.Errorf("states were left behind: %v", left)
			}
		})
	}
}

// A run that is stopped after an epoch, and again while it is being stored, leaves
// the same bytes as one that is not.
func TestHybridResumes(t *testing.T) {
	r := hybridRun(hybrid.Mesh, InSitu)
	whole, parts := lab(t), lab(t)
	if _, err := whole.Execute(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	for range r.Epochs {
		ctx, stop := context.WithCancel(context.Background())
		parts.Progress = func(Progress) { stop() }
		if _, err := parts.Execute(ctx, r); err == nil {
			t.Fatal("a run that was stopped has a result")
		}
		stop()
	}
	parts.Progress, parts.Pool = func(Progress) { t.Error("an epoch was trained twice") }, lane.NewPool(3)
	if _, err := parts.Execute(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	if a, b := contents(t, whole.Dir, r), contents(t, parts.Dir, r); !slices.Equal(a, b) {
		t.Errorf("contents %v without and %v with interruptions", a, b)
	}
}

func TestHybridOnAGivenChip(t *testing.T) {
	layout, err := mesh.Rectangular(hybrid.MeshPorts)
	if err != nil {
		t.Fatal(err)
	}
	given := []*mesh.Errors{layout.Fabricate(mesh.Sigma{Phase: 0.15, Splitter: 0.15}, 1, 0)}
	drawn := hybridRun(hybrid.Mesh, PAT)
	r := drawn
	r.Chip.Sample, r.Chip.Seed = Sample(given), 0
	l := lab(t)
	if _, err := l.Execute(context.Background(), r); err == nil || !strings.Contains(err.Error(), "not at hand") {
		t.Errorf("a chip that is not at hand: %v", err)
	}
	l.Given = map[string][]*mesh.Errors{r.Chip.Sample: given}
	a, err := l.Execute(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Execute(context.Background(), drawn)
	if err != nil || a.Accuracy() != b.Accuracy() {
		t.Errorf("the same chip, given and drawn: %v", err)
	}
}

func TestHybridRefusals(t *testing.T) {
	for want, change := range map[string]func(*Run){
		"hybrid is missing":                  func(r *Run) { r.Hybrid = nil },
		`hybrid system is "prism"`:           func(r *Run) { r.Hybrid.System = "prism" },
		`method is "at"`:                     func(r *Run) { r.Method = Adaptive },
		"the last epoch counts":              func(r *Run) { r.Protocol = train.HeldOut },
		"ports is given":                     func(r *Run) { r.Ports = 64 },
		"currents is given":                  func(r *Run) { r.Hybrid.Currents = true },
		"axes is given":                      func(r *Run) { r.Hybrid.Axes = []hybrid.Axis{{Name: hybrid.Shift, Reach: 1}} },
		"rho is -1":                          func(r *Run) { r.Rho = -1 },
		"rho is NaN":                         func(r *Run) { r.Rho = math.NaN() },
		"noise, splitter_noise is":           func(r *Run) { r.Noise = 0.1 },
		"literal is true":                    func(r *Run) { r.Literal = true },
		"train, test is 0, 40":               func(r *Run) { r.Train = 0 },
		"phase_sigma is -1":                  func(r *Run) { r.Chip.Phase = -1 },
		"a device for method sat-in-situ":    func(r *Run) { r.Chip = Chip{} },
		"learning rate 0":                    func(r *Run) { r.Rate = 0 },
		"sepn_rate, sepn_every is 0":         func(r *Run) { *r = hybridRun(hybrid.Mesh, DAT); r.SEPNRate = 0 },
		"dual adaptive training of the ring": func(r *Run) { *r = hybridRun(hybrid.Rings, PAT); r.Method, r.SEPNRate = DAT, 1 },
		"scale 0":                            func(r *Run) { *r = hybridRun(hybrid.Space, PAT); r.Hybrid.Misaligned.Scale = 0 },
		"reach 0":                            func(r *Run) { *r = hybridRun(hybrid.Space, SAT); r.Hybrid.Axes[0].Reach = 0 },
		"features":                           func(r *Run) { *r = hybridRun(hybrid.Mesh, DAT); r.Features[1] = 0 },
	} {
		r := hybridRun(hybrid.Mesh, InSitu)
		change(&r)
		if err := r.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want something with %q", err, want)
		}
	}
	r := smallRunWithHybrid()
	if err := r.Check(); err == nil || !strings.Contains(err.Error(), "hybrid is given") {
		t.Errorf("a hybrid network in another system: %v", err)
	}
}

func smallRunWithHybrid() Run {
	r := absorberRun(smallMLP())
	r.Hybrid = &Hybrid{System: hybrid.Mesh}
	return r
}

// Settings that are left out must not change the names of other systems' results.
func TestHybridIsLeftOutOfOtherRuns(t *testing.T) {
	if c := absorberRun(smallMLP()).Canonical(); strings.Contains(string(c), "hybrid") {
		t.Errorf("%s", c)
	}
	if id := hybridRun(hybrid.Space, SAT).ID(); !strings.HasPrefix(id, "free-space_sat_rotation_shift_scale_rho0.1_glyphs_seed1_") {
		t.Error(id)
	}
}

// testSet is the test set of a run.
func testSet(t *testing.T, l *Lab, r Run) *dataset.Set {
	t.Helper()
	pair, _, err := l.Data.Images(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return pair.Test
}
