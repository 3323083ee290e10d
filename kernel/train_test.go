package kernel

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/janpfeifer/gonb/gonbui/protocol"

	"lightfast/pnn/artifact"
	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// hooked calls before each step.
type hooked struct {
	train.PAT
	before func(step uint64)
}

func (h hooked) Step(ctx context.Context, s *train.Session, b train.Batch) (train.Loss, error) {
	h.before(b.Shot)
	return h.PAT.Step(ctx, s, b)
}

// small is a session of milliseconds, with four steps an epoch.
func small(t *testing.T, epochs int, before func(step uint64)) *train.Session {
	t.Helper()
	pool := lane.NewPool(1)
	spec := model.MPNN{Ports: 16, Meshes: 2, Classes: 2, Features: [3]int{2, 3, 4}}
	net, err := model.NewMPNN[float32](spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	net.Initialise(1)
	errs, err := device.Fabricate(spec, mesh.Sigma{Phase: 0.1}, 1)
	if err != nil {
		t.Fatal(err)
	}
	chip, err := device.NewChip(spec, errs, device.ChipOptions{States: []int{0}, Pool: pool})
	if err != nil {
		t.Fatal(err)
	}
	fields := &lane.Samples[float32]{Rows: 32}
	data := &train.Labelled{Fields: fields}
	random := lane.NewStream(1, "data", 0)
	for i := range 64 {
		data.Labels = append(data.Labels, uint8(i%2))
		for r := range 32 {
			v := random.Normal()
			if r < 16 == (i%2 == 0) {
				v *= 2
			}
			fields.Data = append(fields.Data, float32(v))
		}
	}
	if before == nil {
		before = func(uint64) {}
	}
	s, err := train.New(net, chip, hooked{before: before}, data, data, train.Settings{
		Epochs: epochs, Batch: 16, Seed: 1, Protocol: train.Published, Rate: optim.Halving{Rate: 1e-2}, SEPNRate: optim.Halving{Rate: 1e-3},
	}, pool)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func values(s *train.Session) (v []float64) {
	for _, p := range s.Save() {
		v = append(v, p.Value...)
	}
	return v
}

func TestTrainOutsideANotebook(t *testing.T) {
	text := outside(t)
	s, plain := small(t, 3, nil), small(t, 3, nil)
	if err := Train(t.Context(), "curves", s); err != nil {
		t.Fatal(err)
	}
	if err := plain.Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(values(s), values(plain)) {
		t.Error("watching has changed the result")
	}
	if _, err := os.Stat("curves.png"); err != nil {
		t.Error(err)
	}
	for _, w := range []string{"curves: 0 of 3 epochs\n", "3 of 3 epochs, best at epoch ", "curves.png and curves.svg written"} {
		if !strings.Contains(text.String(), w) {
			t.Errorf("said\n%swithout %q", text, w)
		}
	}
}

func TestTrainInANotebookUpdatesInPlace(t *testing.T) {
	got := inside(t)
	s := small(t, 3, func(uint64) { time.Sleep(time.Millisecond) })
	if err := Train(t.Context(), "curves", s); err != nil {
		t.Fatal(err)
	}
	places := map[string]int{}
	for _, d := range *got {
		if d.DisplayID == "" {
			t.Errorf("output %v is not in place", d.Data[protocol.MIMETextPlain])
		}
		places[d.DisplayID]++
	}
	last := (*got)[len(*got)-2]
	if page, _ := last.Data[protocol.MIMETextHTML].(string); !strings.Contains(page, `max="3" value="3"`) || !strings.Contains(page, "3 of 3 epochs") {
		t.Errorf("at last %q", page)
	}
	if _, ok := (*got)[len(*got)-1].Data[protocol.MIMEImagePNG]; !ok || len(places) != 2 {
		t.Errorf("%d places, at last %v", len(places), (*got)[len(*got)-1].Data)
	}
}

// An interrupt in the middle of the third epoch leaves the session as it was
// after the second, and it can go on as if nothing had been.
func TestInterruptKeepsTheLastEpoch(t *testing.T) {
	text := outside(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	s := small(t, 4, func(step uint64) {
		if step == 10 {
			cancel(ErrInterrupted)
		}
	})
	if err := Train(ctx, "cut", s); err != nil {
		t.Fatal(err)
	}
	two := small(t, 4, nil)
	stop := errors.New("enough")
	if err := two.Run(t.Context(), func(e train.Epoch) error {
		if e.Number == 2 {
			return stop
		}
		return nil
	}); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if len(s.Curve) != 2 || !slices.Equal(values(s), values(two)) {
		t.Errorf("after the interrupt there are %d epochs, and the state is not that after the second", len(s.Curve))
	}
	if w := "interrupted: the network is that of epoch 2"; !strings.Contains(text.String(), w) {
		t.Errorf("said\n%swithout %q", text, w)
	}
	whole := small(t, 4, nil)
	if err := whole.Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := Train(t.Context(), "cut", s); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(values(s), values(whole)) {
		t.Error("an interrupted and continued session ends in other bits")
	}
}

func TestTrainEndsWithItsContextAndItsErrors(t *testing.T) {
	outside(t)
	ctx, cancel := context.WithCancel(t.Context())
	s := small(t, 2, func(step uint64) {
		if step == 1 {
			cancel()
		}
	})
	before := values(s)
	if err := Train(ctx, "cut", s); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, expected %v", err, context.Canceled)
	}
	if !slices.Equal(values(s), before) {
		t.Error("a session stopped in its first epoch is not as it was")
	}
	s = small(t, 2, nil)
	s.Model.Parameters()[0].Value[0] = math.NaN()
	s.Model.Update(s.Pool)
	mentions(t, Train(t.Context(), "broken", s), "theta[0] is NaN")
}

// A real signal to a real process.
func TestSignalEndsContext(t *testing.T) {
	if os.Getenv("LIGHTFAST_TEST_SIGNAL") != "" {
		s := small(t, 1_000_000, func(step uint64) {
			if step == 9 {
				fmt.Println("under way")
			}
		})
		if err := Train(Context(), "signal", s); err != nil {
			t.Fatal(err)
		}
		if err := context.Cause(Context()); !errors.Is(err, ErrInterrupted) || len(s.Curve) < 2 {
			t.Fatal(err, len(s.Curve))
		}
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=TestSignalEndsContext", "-test.timeout=60s")
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "LIGHTFAST_TEST_SIGNAL=1")
	ready := &signaller{cmd: cmd}
	cmd.Stdout = ready
	if err := cmd.Run(); err != nil {
		t.Errorf("%v\n%s", err, ready.said.String())
	}
	if !strings.Contains(ready.said.String(), "interrupted: the network is that of epoch") {
		t.Errorf("said\n%s", ready.said.String())
	}
}

// signaller interrupts a process once it says that it is under way.
type signaller struct {
	cmd  *exec.Cmd
	said strings.Builder
	sent bool
}

func (s *signaller) Write(p []byte) (int, error) {
	s.said.Write(p)
	if !s.sent && strings.Contains(s.said.String(), "under way") {
		s.sent = true
		if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

func TestAxisOfEpochs(t *testing.T) {
	for _, c := range [][3]int{{0, 1, 2}, {1, 8, 8}, {1, 300, 10}, {10, 300, 10}, {11, 300, 20}, {60, 300, 100}, {201, 300, 300}, {300, 300, 300}} {
		if got := reach(c[0], c[1]); got != c[2] {
			t.Errorf("after %d of %d epochs the axis ends at %d, expected %d", c[0], c[1], got, c[2])
		}
	}
	for d, want := range map[time.Duration]string{400 * time.Millisecond: "0 s", 59 * time.Second: "59 s", 90 * time.Second: "2 min", 125 * time.Minute: "2 h 05 min"} {
		if got := short(d); got != want {
			t.Errorf("%v is written %q, expected %q", d, got, want)
		}
	}
}

func TestSaveNetwork(t *testing.T) {
	text := outside(t)
	s := small(t, 2, nil)
	mentions(t, SaveNetwork("out/early", From{}, s), "no epoch yet")
	if err := s.Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	from := From{Settings: s.Settings, Data: []artifact.DataRef{{Name: "noise", SHA256: strings.Repeat("0", 64)}}, References: []string{"wright2022"}}
	if err := SaveNetwork("out/net", from, s); err != nil {
		t.Fatal(err)
	}
	ts, p, err := artifact.ReadCheckpoint("out/net.checkpoint.arrow")
	if err != nil {
		t.Fatal(err)
	}
	if q := s.Model.Parameters()[0]; ts[0].Name != q.Name || !slices.Equal(ts[0].Values, q.Value) {
		t.Errorf("first tensor %+v, expected %s", ts[0], q.Name)
	}
	if c := string(p.Config); !strings.Contains(c, `"Epochs":2`) || strings.Contains(c, "program") || p.Data[0].Name != "noise" || p.References[0] != "wright2022" || p.Code == "" {
		t.Errorf("provenance %+v with %s", p, c)
	}
	curve, _, err := artifact.ReadTable("out/net.curve.arrow")
	if err != nil {
		t.Fatal(err)
	}
	c, err := curve.Column("device_test_accuracy")
	if err != nil || len(c.Floats) != 2 || c.Floats[1] != s.Curve[1].DeviceTest {
		t.Errorf("column %+v, %v", c, err)
	}
	if c, err := curve.Column("device_validation_accuracy"); err != nil || c.Missing == nil || !c.Missing[0] {
		t.Errorf("what was not measured: %+v, %v", c, err)
	}
	if !strings.Contains(text.String(), "out/net.curve.arrow written, content ") {
		t.Errorf("said\n%s", text)
	}
}
