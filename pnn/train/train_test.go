package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/device"
	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
)

// toy is a small learnable task: noisy complex prototypes of four classes.
func toy(samples, ports int, purpose string) *Labelled {
	proto := lane.NewStream(1, "prototypes", 0)
	p := make([]float64, 4*2*ports)
	for i := range p {
		p[i] = proto.Normal()
	}
	s := lane.NewStream(2, purpose, 0)
	fields := &lane.Samples[float32]{Rows: 2 * ports}
	l := &Labelled{Fields: fields}
	for range samples {
		c := s.Intn(4)
		l.Labels = append(l.Labels, uint8(c))
		for r := range 2 * ports {
			fields.Data = append(fields.Data, float32(p[c*2*ports+r]+0.6*s.Normal()))
		}
	}
	return l
}

// methods lists one of every kind.
func methods(epochs int) map[string]Method {
	return map[string]Method{
		"in silico":         InSilico{},
		"AT":                Adaptive{Epochs: epochs, Stages: 3},
		"PAT":               PAT{},
		"DAT without IS":    DAT{CorrectFrom: 1},
		"DAT one IS":        DAT{States: []int{1}, CorrectFrom: 1},
		"DAT unitary":       DAT{States: []int{0, 1}, CorrectFrom: 1},
		"DAT separable":     DAT{States: []int{0, 1}, Separable: true, CorrectFrom: 1},
		"DAT literal":       DAT{States: []int{0, 1}, CorrectFrom: 1, Literal: true},
		"DAT never applied": DAT{CorrectFrom: epochs},
		"SAT":               Sharp{Of: InSilico{}, Rho: 0.3},
		"SAT in situ":       Sharp{Of: PAT{}, Rho: 0.1, Adaptive: true},
		"NAT":               Noisy{Of: InSilico{}, Sigma: 0.02},
		"NAT literal":       Noisy{Of: PAT{}, Sigma: 0.001, Literal: true},
	}
}

var spec = model.MPNN{Ports: 16, Meshes: 3, Classes: 4, Features: [3]int{2, 3, 4}}

func session(t testing.TB, m Method, workers, epochs int, set Settings) *Session {
	t.Helper()
	pool := lane.NewPool(workers)
	net, err := model.NewMPNN[float32](spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	net.Initialise(1)
	e, err := device.Fabricate(spec, mesh.Sigma{Phase: 0.15, Splitter: 0.15}, 3)
	if err != nil {
		t.Fatal(err)
	}
	var dev device.Device
	if measures, _ := m.Needs(net); measures {
		if dev, err = device.NewChip(spec, e, device.ChipOptions{States: []int{0, 1}, Phase: true, Noise: device.Noise{Relative: 0.01}, Pool: pool}); err != nil {
			t.Fatal(err)
		}
	}
	set.Epochs, set.Batch = epochs, 50
	set.Rate, set.SEPNRate = optim.Halving{Rate: 1e-2, Every: 4}, optim.Halving{Rate: 2e-3, Every: 4}
	if set.Protocol == "" {
		set.Protocol = Published
	}
	s, err := New(net, dev, m, toy(600, 16, "training"), toy(200, 16, "test"), set, pool)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fingerprint is the state of a session in comparable form.
func fingerprint(s *Session) string {
	var b strings.Builder
	for _, p := range s.Save() {
		fmt.Fprintf(&b, "%s %x\n", p.Name, p.Value)
	}
	return b.String()
}

func TestEveryMethodLearnsWithTheSameBitsForAnyWorkers(t *testing.T) {
	for name, m := range methods(6) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want string
			for _, workers := range []int{1, 2, 3, 7} {
				s := session(t, m, workers, 6, Settings{})
				if err := s.Run(context.Background(), nil); err != nil {
					t.Fatal(err)
				}
				first, last := s.Curve[0], s.Curve[5]
				if !(last.TaskLoss < first.TaskLoss) || s.Accuracy() < 0.45 {
					t.Errorf("loss %.4f -> %.4f, accuracy %.3f", first.TaskLoss, last.TaskLoss, s.Accuracy())
				}
				if m.Name() == "DAT w/ IS" && !(last.Similarity < first.Similarity) {
					t.Errorf("similarity loss %.5f -> %.5f", first.Similarity, last.Similarity)
				}
				if got := fingerprint(s); want == "" {
					want = got
				} else if got != want {
					t.Errorf("%d workers end in other bits than one", workers)
				}
			}
		})
	}
}

func TestResumedRunEndsInTheSameBits(t *testing.T) {
	for name, m := range methods(4) {
		whole := session(t, m, 2, 4, Settings{Protocol: HeldOut, Validation: 100})
		if err := whole.Run(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		// Stop in the middle of the third epoch, then continue from what was saved
		// after the second.
		ctx, cancel := context.WithCancel(context.Background())
		broken := session(t, m, 1, 4, Settings{Protocol: HeldOut, Validation: 100})
		var saved State
		err := broken.Run(ctx, func(e Epoch) error {
			saved = broken.Save()
			if e.Number == 2 {
				cancel()
			}
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("%s: stopped run returns %v", name, err)
		}
		rest := session(t, m, 3, 4, Settings{Protocol: HeldOut, Validation: 100})
		if err := rest.Load(saved); err != nil {
			t.Fatal(err)
		}
		if err := rest.Run(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		if fingerprint(rest) != fingerprint(whole) {
			t.Errorf("%s: the resumed run ends in other bits", name)
		}
	}
}

func TestLoadRefusesForeignStates(t *testing.T) {
	s := session(t, PAT{}, 1, 2, Settings{})
	if err := s.Run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	before := fingerprint(s)
	for i, p := range s.Save() {
		st := s.Save()
		if strings.HasPrefix(p.Name, "curve") || len(p.Value) == 0 {
			continue
		}
		st[i].Value = st[i].Value[1:]
		if err := s.Load(st); err == nil {
			t.Errorf("a state with a short %s was loaded", p.Name)
		}
		if err := s.Load(append(st[:i:i], st[i+1:]...)); err == nil {
			t.Errorf("a state without %s was loaded", p.Name)
		}
	}
	if fingerprint(s) != before {
		t.Error("a refused state changed the session")
	}
}

func TestRefusals(t *testing.T) {
	net, err := model.NewMPNN[float32](spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	bare := spec
	bare.Features = [3]int{}
	plain, err := model.NewMPNN[float32](bare, nil)
	if err != nil {
		t.Fatal(err)
	}
	chip, err := device.NewChip(spec, nil, device.ChipOptions{})
	if err != nil {
		t.Fatal(err)
	}
	taps, err := device.NewChip(spec, nil, device.ChipOptions{States: []int{0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	good := Settings{Epochs: 1, Batch: 10, Rate: optim.Halving{Rate: 1e-3}, Protocol: Published}
	data := toy(20, 16, "training")
	bad := toy(20, 16, "training")
	bad.Labels[7] = 4
	for name, f := range map[string]func() (*Session, error){
		"states that the chip does not give": func() (*Session, error) {
			return New(net, chip, DAT{States: []int{0}}, data, data, good, nil)
		},
		"phases that the chip does not give": func() (*Session, error) {
			return New(net, taps, DAT{States: []int{0, 1}, Separable: true}, data, data, good, nil)
		},
		"AT without phases": func() (*Session, error) { return New(net, taps, Adaptive{3, 3}, data, data, good, nil) },
		"AT of more stages": func() (*Session, error) { return New(net, taps, Adaptive{3, 4}, data, data, good, nil) },
		"AT without epochs": func() (*Session, error) { return New(net, taps, Adaptive{0, 3}, data, data, good, nil) },
		"no device":         func() (*Session, error) { return New(net, nil, PAT{}, data, data, good, nil) },
		"no predictors":     func() (*Session, error) { return New(plain, chip, DAT{}, data, data, good, nil) },
		"separable, one tap": func() (*Session, error) {
			return New(net, taps, DAT{States: []int{0}, Separable: true}, data, data, good, nil)
		},
		"other image size":   func() (*Session, error) { return New(net, chip, PAT{}, toy(20, 9, "x"), data, good, nil) },
		"label out of range": func() (*Session, error) { return New(net, chip, PAT{}, bad, data, good, nil) },
		"no epochs": func() (*Session, error) {
			return New(net, chip, PAT{}, data, data, Settings{Batch: 1, Protocol: Published}, nil)
		},
		"unknown protocol": func() (*Session, error) {
			s := good
			s.Protocol = "best"
			return New(net, chip, PAT{}, data, data, s, nil)
		},
		"all held out": func() (*Session, error) {
			s := good
			s.Protocol, s.Validation = HeldOut, 20
			return New(net, chip, PAT{}, data, data, s, nil)
		},
	} {
		if _, err := f(); err == nil {
			t.Errorf("%s: accepted", name)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
}

func TestDeviceFailureEndsTheRun(t *testing.T) {
	s := session(t, PAT{}, 1, 3, Settings{})
	s.Device = &brokenDevice{Device: s.Device, after: 3}
	if err := s.Run(context.Background(), nil); err == nil || !strings.Contains(err.Error(), "laser") {
		t.Errorf("run on a failing device returns %v", err)
	}
}

type brokenDevice struct {
	device.Device
	after int
}

func (b *brokenDevice) Measure(ctx context.Context, in *lane.Batch[float32], w device.Want, r *device.Reading) error {
	if b.after--; b.after < 0 {
		return errors.New("the laser went out")
	}
	return b.Device.Measure(ctx, in, w, r)
}

func TestHeldOutChoosesByValidation(t *testing.T) {
	s := session(t, PAT{}, 1, 6, Settings{Protocol: HeldOut, Validation: 150})
	if err := s.Run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	best := 0
	for i, e := range s.Curve {
		if math.IsNaN(e.DeviceTune) {
			t.Fatalf("epoch %d has no validation accuracy", e.Number)
		}
		if e.DeviceTune > s.Curve[best].DeviceTune {
			best = i
		}
	}
	if s.BestEpoch != best+1 || s.Accuracy() != s.Curve[best].DeviceTest {
		t.Errorf("best epoch %d, accuracy %g; by validation epoch %d, %g", s.BestEpoch, s.Accuracy(), best+1, s.Curve[best].DeviceTest)
	}
}

func TestStepsAllocateNothing(t *testing.T) {
	for name, m := range methods(3) {
		for _, workers := range []int{1, 2} {
			s := session(t, m, workers, 3, Settings{})
			index := make([]int, 50)
			for i := range index {
				index[i] = i
			}
			s.train.Gather(s.batch, index)
			b := Batch{s.batch, s.train.Labels[:50], 0}
			if _, deployed := m.(Adaptive); deployed {
				s.Curve = make([]Epoch, 2) // measured internal states
			}
			step := func() {
				if _, err := m.Step(context.Background(), s, b); err != nil {
					t.Fatal(err)
				}
			}
			step()
			step()
			if n := testing.AllocsPerRun(10, step); n != 0 {
				t.Errorf("%s, %d workers: %g allocations a step", name, workers, n)
			}
		}
	}
}

func benchmarkStep(b *testing.B, m Method) {
	paper := model.MPNN{Ports: 64, Meshes: 3, Classes: 10, Features: [3]int{4, 8, 16}}
	pool := lane.NewPool(1)
	net, err := model.NewMPNN[float32](paper, nil)
	if err != nil {
		b.Fatal(err)
	}
	net.Initialise(1)
	e, err := device.Fabricate(paper, mesh.Sigma{Phase: 0.06}, 3)
	if err != nil {
		b.Fatal(err)
	}
	chip, err := device.NewChip(paper, e, device.ChipOptions{States: []int{0, 1}, Phase: true, Pool: pool})
	if err != nil {
		b.Fatal(err)
	}
	data := toy(500, 64, "training")
	s, err := New(net, chip, m, data, data, Settings{Epochs: 1, Batch: 500, Rate: optim.Halving{Rate: 1e-3}, SEPNRate: optim.Halving{Rate: 1e-3}, Protocol: Published}, pool)
	if err != nil {
		b.Fatal(err)
	}
	index := make([]int, 500)
	for i := range index {
		index[i] = i
	}
	s.train.Gather(s.batch, index)
	batch := Batch{s.batch, data.Labels, 0}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		if _, err := m.Step(context.Background(), s, batch); err != nil {
			b.Fatal(err)
		}
	}
}

// One training step of the three-mesh network, batch 500, on one worker.
func BenchmarkStepInSilico(b *testing.B) { benchmarkStep(b, InSilico{}) }
func BenchmarkStepPAT(b *testing.B)      { benchmarkStep(b, PAT{}) }
func BenchmarkStepDAT(b *testing.B)      { benchmarkStep(b, DAT{States: []int{0, 1}}) }
func BenchmarkStepDATSeparable(b *testing.B) {
	benchmarkStep(b, DAT{States: []int{0, 1}, Separable: true})
}

// cameras is a laboratory of three blocks, whose cameras give intensities alone,
// and a session on it. The pictures are of four kinds of spots.
func cameras(t testing.TB, m Method, workers, epochs int) *Session {
	t.Helper()
	pool := lane.NewPool(workers)
	spec := model.DPNN{Side: 20, Pitch: 8e-6, Wavelength: 532e-9, Distance: 1.5e-3, Blocks: 3, Layers: 1, Classes: 4, Detector: 4, Window: 16, Features: [3]int{2, 2, 2}, Sharpness: 10}
	net, err := model.NewDPNN[float32](spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	net.Initialise(1)
	built := make([]diffract.Misalignment, spec.Blocks)
	for i := range built {
		built[i].Affine = diffract.Affine{ShiftX: 1.2, ShiftY: float64(i) - 1, Rotation: 2}
	}
	lab, err := device.NewLaboratory(spec, device.LaboratoryOptions{Built: built, Camera: diffract.Exposure{ReadNoise: 0.005, FullWell: 10000, Bits: 8}, Pool: pool})
	if err != nil {
		t.Fatal(err)
	}
	spots := func(samples int, purpose string) *Labelled {
		s := lane.NewStream(5, purpose, 0)
		pixels := spec.Side * spec.Side
		fields := &lane.Samples[float32]{Rows: 2 * pixels}
		l := &Labelled{Fields: fields}
		for range samples {
			c := s.Intn(4)
			picture := make([]float32, 2*pixels)
			for y := range spec.Side / 2 {
				for x := range spec.Side / 2 {
					picture[(y+c/2*3+3)*spec.Side+x+c%2*3+3] = float32(s.Float64())
				}
			}
			l.Labels, fields.Data = append(l.Labels, uint8(c)), append(fields.Data, picture...)
		}
		return l
	}
	s, err := New(net, lab, m, spots(192, "training"), spots(96, "test"), Settings{
		Epochs: epochs, Batch: 32, Protocol: Published,
		Rate: optim.Halving{Rate: 0.03}, SEPNRate: optim.Halving{Rate: 2e-3},
	}, pool)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestMethodsThatMeasureInsideNeedNoPhasesOfCameras: where measured intensities
// are what enters the next stage, methods that go on from them ask for no more,
// and train as on a chip with coherent detection.
func TestMethodsThatMeasureInsideNeedNoPhasesOfCameras(t *testing.T) {
	chip := session(t, PAT{}, 1, 3, Settings{}).Model
	for name, m := range map[string]Method{
		"AT":            Adaptive{Epochs: 6, Stages: 3},
		"DAT separable": DAT{States: []int{0, 1}, Separable: true, CorrectFrom: 1},
	} {
		var want string
		for _, workers := range []int{1, 3} {
			s := cameras(t, m, workers, 6)
			if _, need := m.Needs(s.Model); need.Phase {
				t.Errorf("%s asks cameras for phases", name)
			}
			if _, need := m.Needs(chip); !need.Phase {
				t.Errorf("%s asks a chip whose phases go on to the next mesh for none", name)
			}
			if err := s.Run(context.Background(), nil); err != nil {
				t.Fatal(err)
			}
			if s.Curve[5].TaskLoss >= s.Curve[4].TaskLoss || s.Curve[5].DeviceTest < s.Curve[0].DeviceTest+0.1 {
				t.Errorf("%s: losses %.4f, %.4f in the last epochs, accuracy %.3f -> %.3f", name, s.Curve[4].TaskLoss, s.Curve[5].TaskLoss, s.Curve[0].DeviceTest, s.Curve[5].DeviceTest)
			}
			if got := fingerprint(s); want == "" {
				want = got
			} else if got != want {
				t.Errorf("%s: %d workers end in other bits than one", name, workers)
			}
		}
	}
}

// TestDeployedStagesAreMeasured: adaptive training of what follows a camera begins
// with the frames that the camera took, not with those that the model expects.
func TestDeployedStagesAreMeasured(t *testing.T) {
	s := cameras(t, Adaptive{Epochs: 3, Stages: 3}, 1, 3)
	s.Curve = make([]Epoch, 2) // stages 1 and 2 are on the table
	index := make([]int, 32)
	for i := range index {
		index[i] = i
	}
	s.train.Gather(s.batch, index)
	before := append([]float64(nil), s.elements[1].Value...)
	if _, err := s.Method.Step(context.Background(), s, Batch{s.batch, s.train.Labels[:32], 7}); err != nil {
		t.Fatal(err)
	}
	var r device.Reading
	if err := s.setDevice(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := s.Device.Measure(context.Background(), s.batch, device.Want{States: []int{1}, Shot: 7}, &r); err != nil {
		t.Fatal(err)
	}
	n := s.Model.Ports()
	for _, sample := range []int{0, 31} {
		var sum float64
		for p := range n {
			sum += float64(r.States[1].At(sample, p))
		}
		for p := range n {
			want := float64(r.States[1].At(sample, p)) / (sum / float64(n))
			if got := float64(s.trace.In[2].At(sample, p)); math.Abs(got-want) > 1e-5*(1+want) {
				t.Fatalf("sample %d, pixel %d: %g enters the third block, the camera saw %g", sample, p, got, want)
			}
		}
	}
	if !slices.Equal(before, s.elements[1].Value) {
		t.Error("a stage that is on the table was trained")
	}
}
