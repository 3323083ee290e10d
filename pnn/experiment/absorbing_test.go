package experiment

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"lightfast/pnn/artifact"
	"lightfast/pnn/lane"
	"lightfast/pnn/optical"
	"lightfast/pnn/train"
)

// absorberRun is a run of a second.
func absorberRun(s optical.Spec) Run {
	return Run{System: Absorber, Method: InSilico, Data: "glyphs", Train: 200, Test: 90, Epochs: 3, Batch: 64, Rate: 5e-4, Protocol: train.Published, Seed: 1, Absorbing: &s}
}

func smallMLP() optical.Spec { return optical.PublishedMLP(10, optical.Optical, 24, 20) }

func smallCNN() optical.Spec {
	s := optical.PublishedCNN(10, optical.Optical, 10)
	s.Channels, s.Hidden = []int{4, 6}, []int{16}
	s.Probe = &optical.Probe{Relative: 0.05, Floor: 0.01}
	return s
}

func TestAbsorbersLeaveCompleteArtifacts(t *testing.T) {
	l := lab(t)
	light := absorberRun(smallMLP())
	light.Method = Optical
	linear := absorberRun(optical.PublishedMLP(10, optical.Exact).Baseline(optical.Linear))
	linear.Absorbing.Hidden = []int{}
	for _, r := range []Run{absorberRun(smallMLP()), absorberRun(smallCNN()), light, linear} {
		res, err := l.Execute(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range Files(l.Dir, r) {
			if info, err := artifact.Inspect(f); err != nil || len(info.Provenance.Data) != 2 || info.Provenance.Code != Code || info.Provenance.References[0] != "guo2021" {
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
		if all != 45 || float64(right)/45 != res.Accuracy() {
			t.Errorf("%s: %d of %d right, accuracy %.4f", r.ID(), right, all, res.Accuracy())
		}
		w, err := res.Watch()
		if err != nil {
			t.Fatal(err)
		}
		if w.Records() != r.Epochs+1 || w.Neurons != r.Absorbing.Neurons() {
			t.Errorf("%s: %d records of %d stages of neurons", r.ID(), w.Records(), w.Neurons)
		}
		for e := range w.Records() {
			if low, high := w.Gain(e, 0); !(low > 0 && high >= low) {
				t.Errorf("%s: gain bounds %g and %g", r.ID(), low, high)
			}
			for i := range w.Neurons {
				sum := 0.0
				for _, n := range w.Histogram(e, i) {
					sum += n
				}
				if net, _ := r.Absorbing.Build(); sum != float64(45*net.Shape(i).Size()) {
					t.Errorf("%s: epoch %d, stage %d: %g inputs counted", r.ID(), e, i+1, sum)
				}
			}
		}
		net, err := res.Chain(nil)
		if err != nil {
			t.Fatal(err)
		}
		if v := net.Parameters()[0].Value[0]; v == 0 {
			t.Errorf("%s: weights were not read", r.ID())
		}
		// The result stays usable without its weights.
		if err := os.Remove(file(l.Dir, r, "checkpoint")); err != nil {
			t.Fatal(err)
		}
		if again, err := l.Execute(context.Background(), r); err != nil || again.Accuracy() != res.Accuracy() {
			t.Errorf("%s without weights: %v", r.ID(), err)
		}
		if _, err := res.Chain(nil); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s without weights: %v", r.ID(), err)
		}
	}
	if m, _ := filepath.Glob(filepath.Join(l.Dir, "*.state.arrow")); len(m) > 0 {
		t.Errorf("states were left behind: %v", m)
	}
}

// contents are the content hashes of a run's artifacts.
func contents(t *testing.T, dir string, r Run) (c []string) {
	t.Helper()
	for _, f := range append(Files(dir, r), file(dir, r, "checkpoint")) {
		info, err := artifact.Inspect(f)
		if err != nil {
			t.Fatal(err)
		}
		c = append(c, info.Provenance.Content)
	}
	return c
}

// TestAbsorbersResumeWithTheSameBits stops runs after each epoch, on changing
// numbers of workers.
func TestAbsorbersResumeWithTheSameBits(t *testing.T) {
	for _, s := range []optical.Spec{smallMLP(), smallCNN()} {
		r := absorberRun(s)
		whole, broken := lab(t), lab(t)
		if _, err := whole.Execute(context.Background(), r); err != nil {
			t.Fatal(err)
		}
		for n := 1; ; n++ {
			ctx, cancel := context.WithCancel(context.Background())
			broken.Pool = lane.NewPool(n%3 + 1)
			broken.Progress = func(p Progress) {
				if p.Epoch.Number < r.Epochs {
					cancel()
				}
			}
			_, err := broken.Execute(ctx, r)
			cancel()
			if err == nil && n >= r.Epochs {
				break
			}
			if !errors.Is(err, context.Canceled) || n > r.Epochs {
				t.Fatalf("attempt %d: %v", n, err)
			}
		}
		if a, b := contents(t, whole.Dir, r), contents(t, broken.Dir, r); !reflect.DeepEqual(a, b) {
			t.Errorf("%s: contents %v without and %v with interruptions", r.ID(), a, b)
		}
	}
}

// pinnedAbsorbers are content hashes of checkpoints of smallMLP and smallCNN. They
// change only when the numerics do, and then Code has to change too.
const pinnedAbsorbers = "a4840f25829a20ec2e2ffb8f31c3c3eb477be748310aa7dbeb01fd42e1c1a015 12e6fedf3ac9e303529374893b9b5c71983214f1d4f1ceee7505ecd8fe9e1a08"

// TestAbsorbersSameBitsOnEveryInstructionSet runs this test binary anew with each
// instruction set.
func TestAbsorbersSameBitsOnEveryInstructionSet(t *testing.T) {
	if os.Getenv("LIGHTFAST_TEST_CHILD") != "" {
		l := lab(t)
		var sums []string
		for _, s := range []optical.Spec{smallMLP(), smallCNN()} {
			r := absorberRun(s)
			if _, err := l.Execute(context.Background(), r); err != nil {
				t.Fatal(err)
			}
			info, err := artifact.Inspect(file(l.Dir, r, "checkpoint"))
			if err != nil {
				t.Fatal(err)
			}
			sums = append(sums, info.Provenance.Content)
		}
		fmt.Println("contents", strings.Join(sums, " "), lane.ISA())
		return
	}
	for _, isa := range []string{"generic", "avx2", "avx512", "neon"} {
		child := exec.Command(os.Args[0], "-test.run", "^TestAbsorbersSameBitsOnEveryInstructionSet$", "-test.v")
		child.Env = append(os.Environ(), "LIGHTFAST_TEST_CHILD=1", "LIGHTFAST_ISA="+isa)
		out, err := child.CombinedOutput()
		if strings.Contains(string(out), "this processor offers") {
			t.Logf("%s: %s", isa, out)
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", isa, err, out)
		}
		if want := "contents " + pinnedAbsorbers + " " + isa; !strings.Contains(string(out), want) {
			t.Errorf("%s: want %q in\n%s", isa, want, out)
		}
	}
}

// TestOtherRunsKeepTheirNames holds the encoding of runs that were there before
// absorbers.
func TestOtherRunsKeepTheirNames(t *testing.T) {
	for r, want := range map[*Run]string{
		{}: `{"system":"","ports":0,"meshes":0,"data":"","train":0,"test":0,"chip":{"phase_sigma":0,"splitter_sigma":0,"seed":0},"method":"","features":[0,0,0],"states":[],"separable":false,"literal":false,"correct_from":0,"epochs":0,"batch":0,"rate":0,"halve_every":0,"sepn_rate":0,"protocol":"","validation":0,"seed":0}`,
	} {
		if got := string(r.Canonical()); got != want {
			t.Errorf("canonical encoding\n%s, expected\n%s", got, want)
		}
	}
	r := absorberRun(smallMLP())
	if want := "mlp-24-20_sa10_optical_glyphs_seed1_"; !strings.HasPrefix(r.ID(), want) {
		t.Errorf("name %s, expected it to begin with %s", r.ID(), want)
	}
}

func TestAbsorbersThatCannotBe(t *testing.T) {
	l := lab(t)
	for name, change := range map[string]func(*Run){
		"no network":       func(r *Run) { r.Absorbing = nil },
		"method":           func(r *Run) { r.Method = DAT },
		"ports":            func(r *Run) { r.Ports = 64 },
		"chip":             func(r *Run) { r.Chip.Phase = 1 },
		"data":             func(r *Run) { r.Data = "gliphs" },
		"no training":      func(r *Run) { r.Train = 0 },
		"one test image":   func(r *Run) { r.Test = 1 },
		"rate":             func(r *Run) { r.Rate = 0 },
		"epochs":           func(r *Run) { r.Epochs = 0 },
		"batch":            func(r *Run) { r.Batch = 0 },
		"protocol":         func(r *Run) { r.Protocol = "best" },
		"neuron":           func(r *Run) { r.Absorbing.Neuron = "spike" },
		"too few classes":  func(r *Run) { r.Absorbing.Classes = 9 },
		"exact with light": func(r *Run) { r.Method, r.Absorbing.Derivative = Optical, optical.Exact },
		"amplifiers":       func(r *Run) { r.Absorbing.Conserving = true },
		"of a mesh":        func(r *Run) { r.System, r.Ports, r.Meshes = MPNN, 64, 3 },
	} {
		r := absorberRun(smallMLP())
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
