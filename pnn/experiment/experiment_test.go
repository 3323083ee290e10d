package experiment

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
)

// tiny is a run of a second.
func tiny(method string) Run {
	r := Run{System: MPNN, Ports: 64, Meshes: 3, Data: "glyphs", Train: 96, Test: 48, Chip: Chip{Phase: 0.05, Splitter: 0.05, Seed: 1},
		Method: method, Epochs: 2, Batch: 40, Rate: 5e-3, HalveEvery: 1, Protocol: "published", Seed: 1}
	switch method {
	case DAT:
		r.Features, r.States, r.SEPNRate, r.CorrectFrom = [3]int{4, 6, 8}, []int{0, 1}, 2e-3, 1
	case InSilico:
		r.Chip = Chip{}
	}
	return r
}

func lab(t testing.TB) *Lab {
	t.Helper()
	return &Lab{Dir: t.TempDir(), Data: &Data{Options: dataset.Options{Offline: true}}, Pool: lane.NewPool(2)}
}

func TestEveryMethodLeavesCompleteArtifacts(t *testing.T) {
	l := lab(t)
	for _, method := range []string{InSilico, Direct, Adaptive, PAT, DAT} {
		r := tiny(method)
		res, err := l.Execute(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range Files(l.Dir, r) {
			if info, err := artifact.Inspect(f); err != nil || len(info.Provenance.Data) != 2 || info.Provenance.Code != Code {
				t.Errorf("%s: %v, provenance %+v", f, err, info.Provenance)
			}
		}
		c, err := res.Confusion()
		if err != nil {
			t.Fatal(err)
		}
		right, all := int64(0), int64(0)
		for i := range c.Count {
			right += c.Count[i][i]
			for _, n := range c.Count[i] {
				all += n
			}
		}
		if all != 48 || math.Abs(float64(right)/48-res.Accuracy()) > 1e-12 {
			t.Errorf("%s: %d of %d right, accuracy %.4f", method, right, all, res.Accuracy())
		}
		e, err := res.Example()
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Device) != 4 || len(e.Device[3]) != 64 || len(e.Scores) != 10 {
			t.Errorf("%s: example of %d stages, %d scores", method, len(e.Device), len(e.Scores))
		}
		// The meshes are lossless: the power that enters the first one leaves it.
		var in, out float64
		for k := range 64 {
			in += e.Device[0][k]
			out += e.Device[1][k]
		}
		if math.Abs(out/in-1) > 1e-5 {
			t.Errorf("%s: power %.6g in, %.6g behind the first mesh", method, in, out)
		}
		if _, err := res.Network(); err != nil {
			t.Errorf("%s: %v", method, err)
		}
	}
	if m, _ := filepath.Glob(filepath.Join(l.Dir, "*.state.arrow")); len(m) > 0 {
		t.Errorf("states were left behind: %v", m)
	}
}

func TestGivenErrorsEqualDrawnOnes(t *testing.T) {
	l := lab(t)
	drawn := tiny(PAT)
	errs, err := device.Fabricate(drawn.Spec(), mesh.Sigma{Phase: 0.05, Splitter: 0.05}, 1)
	if err != nil {
		t.Fatal(err)
	}
	given := drawn
	given.Chip.Seed, given.Chip.Sample = 0, Sample(errs)
	if _, err := l.Execute(context.Background(), given); err == nil || !strings.Contains(err.Error(), "--errors") {
		t.Errorf("errors that are not at hand: %v", err)
	}
	l.Given = map[string][]*mesh.Errors{given.Chip.Sample: errs}
	a, err := l.Execute(context.Background(), given)
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Execute(context.Background(), drawn)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(a.Curve) != fmt.Sprint(b.Curve) {
		t.Errorf("the same chip gives %v and %v", a.Curve, b.Curve)
	}
}

func TestDamagedStateIsNamed(t *testing.T) {
	l := lab(t)
	r := tiny(PAT)
	ctx, cancel := context.WithCancel(context.Background())
	l.Progress = func(Progress) { cancel() }
	if _, err := l.Execute(ctx, r); err == nil {
		t.Fatal("the run was not stopped")
	}
	path := file(l.Dir, r, "state")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/3] ^= 1
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Execute(context.Background(), r); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "remove") {
		t.Errorf("a damaged state gives %v", err)
	}
}

func TestForeignArtifactUnderTheRunsName(t *testing.T) {
	l := lab(t)
	r := tiny(PAT)
	if _, err := l.Execute(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	other := r
	other.Seed = 2
	for i, f := range Files(l.Dir, r) {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(Files(l.Dir, other)[i], b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Execute(context.Background(), other); err == nil || !strings.Contains(err.Error(), "another run") {
		t.Errorf("artifacts of another run give %v", err)
	}
}

func TestRunsThatCannotBe(t *testing.T) {
	l := lab(t)
	for name, change := range map[string]func(*Run){
		"method":       func(r *Run) { r.Method = "magic" },
		"system":       func(r *Run) { r.System = "" },
		"data":         func(r *Run) { r.Data = "gliphs" },
		"ports":        func(r *Run) { r.Ports = 63 },
		"one port":     func(r *Run) { r.Ports = 1 },
		"no training":  func(r *Run) { r.Train = 0 },
		"sigma":        func(r *Run) { r.Chip.Phase = math.NaN() },
		"rate":         func(r *Run) { r.Rate = 0 },
		"epochs":       func(r *Run) { r.Epochs = 0 },
		"protocol":     func(r *Run) { r.Protocol = "best" },
		"predictor":    func(r *Run) { r.Features = [3]int{4, 0, 8} },
		"chip of none": func(r *Run) { r.Method = InSilico },
	} {
		r := tiny(DAT)
		change(&r)
		if _, err := l.Execute(context.Background(), r); err == nil {
			t.Errorf("%s: accepted", name)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
	if files, _ := filepath.Glob(filepath.Join(l.Dir, "*")); len(files) > 0 {
		t.Errorf("refused runs left %v", files)
	}
}

// pinned is the content hash of the checkpoint of tiny(DAT). It changes only
// when the numerics do, and then Code has to change too.
const pinned = "000b4c3695984e216cb98aea7d05035fb692d2efe85f76fe1c3503cda18a6c82"

// TestSameBitsOnEveryInstructionSet runs this test binary anew with each
// instruction set.
func TestSameBitsOnEveryInstructionSet(t *testing.T) {
	if os.Getenv("LIGHTFAST_TEST_CHILD") != "" {
		l := lab(t)
		if _, err := l.Execute(context.Background(), tiny(DAT)); err != nil {
			t.Fatal(err)
		}
		info, err := artifact.Inspect(file(l.Dir, tiny(DAT), "checkpoint"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("content", info.Provenance.Content, lane.ISA())
		return
	}
	for _, isa := range []string{"generic", "avx2", "avx512", "neon"} {
		child := exec.Command(os.Args[0], "-test.run", "^TestSameBitsOnEveryInstructionSet$", "-test.v")
		child.Env = append(os.Environ(), "LIGHTFAST_TEST_CHILD=1", "LIGHTFAST_ISA="+isa)
		out, err := child.CombinedOutput()
		if strings.Contains(string(out), "this processor offers") {
			t.Logf("%s: %s", isa, out)
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", isa, err, out)
		}
		if want := "content " + pinned + " " + isa; !strings.Contains(string(out), want) {
			t.Errorf("%s: want %q in\n%s", isa, want, out)
		}
	}
}

// TestResultsWithoutWeights: curves can be drawn without the checkpoint, what needs
// weights says what to do, and executing the run makes the same checkpoint again.
func TestResultsWithoutWeights(t *testing.T) {
	l := &Lab{Dir: t.TempDir(), Data: &Data{}, Pool: lane.NewPool(2)}
	r := tiny(PAT)
	if _, err := l.Execute(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	path := file(l.Dir, r, "checkpoint")
	before, err := artifact.Inspect(path)
	if err != nil || !Complete(l.Dir, r) {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	res, err := Load(l.Dir, r)
	if err != nil || len(res.Curve) == 0 || Complete(l.Dir, r) {
		t.Fatalf("%v, %v", res, err)
	}
	if _, err := res.Network(); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "without weights") {
		t.Errorf("error %v, expected one that says that there are no weights", err)
	}
	if _, err := l.Execute(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	after, err := artifact.Inspect(path)
	if err != nil || after.Provenance.Content != before.Provenance.Content {
		t.Errorf("checkpoint %v, %v", after, err)
	}
}
