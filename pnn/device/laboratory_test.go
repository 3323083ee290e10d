package device

import (
	"context"
	"math"
	"strings"
	"testing"

	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/model"
)

var table = model.DPNN{Side: 64, Pitch: 8e-6, Wavelength: 532e-9, Distance: 10e-3, Blocks: 2, Layers: 1, Classes: 10, Detector: 8, Window: 50}

// crooked is how the laboratory of the tests was built.
func crooked() []diffract.Misalignment {
	return []diffract.Misalignment{
		{Affine: diffract.Affine{ShiftX: 2.3, ShiftY: -1.4, Rotation: 1.5, Scale: 1.02}},
		{Affine: diffract.Affine{ShiftX: -1.1, ShiftY: 0.6, Rotation: -2, Scale: 0.97}},
	}
}

func pictures(samples int) *lane.Batch[float32] {
	b := lane.NewBatch[float32](samples, 2*table.Side*table.Side)
	s := lane.NewStream(4, "pictures", 0)
	for i := range samples {
		for y := range table.Side / 2 {
			for x := range table.Side / 2 {
				b.Set(i, (y+table.Side/4)*table.Side+x+table.Side/4, float32(s.Float64()))
			}
		}
	}
	return b
}

func laboratory(t *testing.T, opt LaboratoryOptions) *Laboratory {
	t.Helper()
	l, err := NewLaboratory(table, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Set(context.Background(), settings(l.Chip)); err != nil {
		t.Fatal(err)
	}
	return l
}

func take(t *testing.T, l *Laboratory, in *lane.Batch[float32], shot uint64) Reading {
	t.Helper()
	var r Reading
	if err := l.Measure(context.Background(), in, Want{States: []int{0}, Shot: shot}, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// difference is the root mean square difference of two batches in units of the
// root mean square of the second.
func difference(a, b *lane.Batch[float32]) float64 {
	var d, s float64
	for i := range a.Data {
		d += math.Pow(float64(a.Data[i]-b.Data[i]), 2)
		s += math.Pow(float64(b.Data[i]), 2)
	}
	return math.Sqrt(d / s)
}

// TestCalibrationFindsTheMisalignment: markers tell how the planes lie, and frames
// that are resampled accordingly are those of an aligned table, as far as a
// camera and resampling allow.
func TestCalibrationFindsTheMisalignment(t *testing.T) {
	ctx := context.Background()
	in := pictures(5)
	ideal := take(t, laboratory(t, LaboratoryOptions{}), in, 1)
	camera := diffract.Exposure{ReadNoise: 0.005, FullWell: 10000, Bits: 8}
	l := laboratory(t, LaboratoryOptions{Built: crooked(), Camera: camera, Seed: 3})
	before := take(t, l, in, 1)
	found, err := l.Calibrate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range found {
		want := crooked()[i].Affine
		if math.Abs(f.Found.ShiftX-want.ShiftX) > 0.1 || math.Abs(f.Found.ShiftY-want.ShiftY) > 0.1 || math.Abs(f.Found.Rotation-want.Rotation) > 0.2 || math.Abs(f.Found.Scale-want.Scale) > 0.005 || f.RMS > 0.3 {
			t.Errorf("block %d: found %+v (rms %.3f), built %+v", i+1, f.Found, f.RMS, want)
		}
	}
	after := take(t, l, in, 1)
	if b, a := difference(before.States[0], ideal.States[0]), difference(after.States[0], ideal.States[0]); !(a < 0.6*b) {
		t.Errorf("behind block 1 frames differ by %.3f from aligned ones before calibration and by %.3f after", b, a)
	}
	l.Uncalibrate()
	if again := take(t, l, in, 1); difference(again.Output, before.Output) != 0 {
		t.Error("frames differ after the calibration was forgotten")
	}
}

// TestDriftIsAFunctionOfTheDay: days may be visited in any order.
func TestDriftIsAFunctionOfTheDay(t *testing.T) {
	in := pictures(3)
	opt := LaboratoryOptions{Drift: Drift{Shift: 0.8, Rotation: 0.3, Scale: 0.005, Z: 1e-5}, Seed: 5}
	a, b := laboratory(t, opt), laboratory(t, opt)
	first := take(t, a, in, 0)
	for _, day := range []int{6, 2} {
		if err := a.SetDay(day); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.SetDay(2); err != nil {
		t.Fatal(err)
	}
	two := take(t, a, in, 0)
	if d := difference(two.Output, take(t, b, in, 0).Output); d != 0 || a.Day() != 2 {
		t.Errorf("day 2 differs by %g when it is reached by way of day 6", d)
	}
	if d := difference(two.Output, first.Output); d < 0.05 {
		t.Errorf("two days of drift change the output by %g only", d)
	}
	if err := a.SetDay(0); err != nil {
		t.Fatal(err)
	}
	if d := difference(take(t, a, in, 0).Output, first.Output); d != 0 {
		t.Errorf("day 0 differs by %g after a visit to day 2", d)
	}
}

// TestCamerasAreNoisyAndRepeatable: noise depends on the shot and on nothing else.
func TestCamerasAreNoisyAndRepeatable(t *testing.T) {
	in := pictures(37)
	opt := LaboratoryOptions{Built: crooked(), Camera: diffract.Exposure{ReadNoise: 0.01, FullWell: 5000, Bits: 8}, Seed: 9}
	want := take(t, laboratory(t, opt), in, 7)
	for _, workers := range []int{1, 2, 3} {
		opt.Pool = lane.NewPool(workers)
		l := laboratory(t, opt)
		got := take(t, l, in, 7)
		for i := range want.Output.Data {
			if want.Output.Data[i] != got.Output.Data[i] {
				t.Fatalf("%d workers: number %d of the output is %g, alone %g", workers, i, got.Output.Data[i], want.Output.Data[i])
			}
		}
		if difference(take(t, l, in, 8).States[0], want.States[0]) == 0 {
			t.Error("two shots have the same noise")
		}
	}
}

func TestLaboratoriesThatCannotBe(t *testing.T) {
	for want, f := range map[string]func(*LaboratoryOptions){
		"Drift.Shift":     func(o *LaboratoryOptions) { o.Drift.Shift = -1 },
		"misalignments":   func(o *LaboratoryOptions) { o.Built = make([]diffract.Misalignment, 1) },
		"ReadNoise":       func(o *LaboratoryOptions) { o.Camera.ReadNoise = math.NaN() },
		"Affine.Scale":    func(o *LaboratoryOptions) { o.Built = crooked(); o.Built[0].Affine.Scale = -1 },
		"distance":        func(o *LaboratoryOptions) { o.Built = crooked(); o.Built[1].Z = 50 },
		"other side":      func(o *LaboratoryOptions) { o.Built = crooked(); o.Built[1].Z = -11e-3 },
		"phase errors of": func(o *LaboratoryOptions) { o.Built = crooked(); o.Built[1].Phase = make([][]float64, 7) },
	} {
		var o LaboratoryOptions
		f(&o)
		if _, err := NewLaboratory(table, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, expected one about %q", err, want)
		}
	}
	l := laboratory(t, LaboratoryOptions{})
	if err := l.SetDay(-1); err == nil {
		t.Error("day -1 was accepted")
	}
}
