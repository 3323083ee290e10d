package experiment

import (
	"context"
	"fmt"
	"math"

	"lightfast/pnn/artifact"
	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/model"
)

// Later is the method that trains nothing: it measures, some days later, a network
// that dual adaptive training has trained on a laboratory aligned by markers on
// day 0. With Calibrated the laboratory is aligned anew on the day.
const Later = "later"

// Drift is how a laboratory moves from day to day; see [device.Drift].
type Drift struct {
	Shift    float64 `json:"shift_px"`     // standard deviation a day, in both directions
	Rotation float64 `json:"rotation_deg"` // degrees
	Scale    float64 `json:"scale"`        // relative
	Z        float64 `json:"z_m"`          // metres
}

// onDayZero is the training whose result a Later run measures.
func (r Run) onDayZero() Run {
	r.Method = DAT
	if r.Diffracting != nil {
		d := *r.Diffracting
		d.Drift, d.Day, d.Calibrated = nil, 0, true
		r.Diffracting = &d
	}
	return r
}

// checkLater finds drifts that cannot be.
func (r Run) checkLater() error {
	d := r.Diffracting
	if r.Method != Later {
		if d.Drift != nil || d.Day != 0 {
			return fmt.Errorf("experiment: drift, day are given, expected none with method %q: only %q measures on another day", r.Method, Later)
		}
		return nil
	}
	if d.Drift == nil || d.Day < 0 || d.Day > 10_000 {
		return fmt.Errorf("experiment: day is %d and drift %+v, expected a day from 0 to 10000 and how the laboratory drifts", d.Day, d.Drift)
	}
	for _, v := range []struct {
		name string
		by   float64
	}{{"shift_px", d.Drift.Shift}, {"rotation_deg", d.Drift.Rotation}, {"scale", d.Drift.Scale}, {"z_m", d.Drift.Z}} {
		if !(v.by >= 0) || math.IsInf(v.by, 0) {
			return fmt.Errorf("experiment: drift %s is %g, expected a standard deviation a day from 0", v.name, v.by)
		}
	}
	return nil
}

// settle calibrates a laboratory and lets it drift, as the run says.
func (r Run) settle(ctx context.Context, l *device.Laboratory) error {
	d := r.Diffracting
	if r.Method == Later && !d.Calibrated || r.Method != Later && d.Calibrated {
		if _, err := l.Calibrate(ctx); err != nil {
			return err
		}
	}
	if r.Method != Later {
		return nil
	}
	if err := l.SetDay(d.Day); err != nil {
		return err
	}
	if d.Calibrated {
		_, err := l.Calibrate(ctx)
		return err
	}
	return nil
}

// watched is the number of successive frames that a Later run takes.
const watched = 30

// Frames are successive measurements of the first test image.
type Frames struct {
	Scores [][]float64 // by frame, of the classes
	// Deviation is, by block and frame, the root mean square difference of the
	// intensities from their mean over the frames, as a share of the mean intensity
	// of the plane.
	Deviation [][]float64
	Label     int
}

// watch measures the first test image again and again and stores what fluctuates.
func (l *Lab) watch(ctx context.Context, r Run, net *model.Network[float32], dev device.Device, data *Encoded) error {
	in := lane.NewBatch[float32](0, 2*net.Ports())
	data.Test.Gather(in, make([]int, watched))
	var reading device.Reading
	if err := dev.Measure(ctx, in, device.Want{States: dev.Capabilities().States}, &reading); err != nil {
		return err
	}
	f := &Frames{Label: int(data.Test.Labels[0])}
	scores := lane.NewBatch[float32](watched, net.Classes)
	net.Scores(scores, lane.NewBatch[float32](watched, 1), reading.Output.Data, 0, in.Blocks())
	for i := range watched {
		var s []float64
		for k := range net.Classes {
			s = append(s, float64(scores.At(i, k)))
		}
		f.Scores = append(f.Scores, s)
	}
	for b := range net.Stages {
		plane := reading.Output
		if b < len(net.Stages)-1 {
			plane = reading.States[b]
		}
		f.Deviation = append(f.Deviation, fluctuation(plane, net.Ports()))
	}
	return writeFrames(file(l.Dir, r, "frames"), provenance(r, data.Refs), f)
}

// fluctuation is the deviation of each sample of a batch of intensities from the
// mean of all.
func fluctuation(b *lane.Batch[float32], n int) []float64 {
	mean, total := make([]float64, n), 0.0
	for i := range mean {
		for s := range b.Samples {
			mean[i] += float64(b.At(s, i)) / float64(b.Samples)
		}
		total += mean[i] / float64(n)
	}
	out := make([]float64, b.Samples)
	for s := range out {
		for i, m := range mean {
			d := float64(b.At(s, i)) - m
			out[s] += float64(d*d) / float64(n)
		}
		out[s] = math.Sqrt(out[s]) / math.Max(total, 1e-12)
	}
	return out
}

func writeFrames(path string, p artifact.Provenance, f *Frames) error {
	frames, labels := make([]int64, len(f.Scores)), make([]int64, len(f.Scores))
	for i := range frames {
		frames[i], labels[i] = int64(i+1), int64(f.Label)
	}
	t := artifact.Table{Columns: []artifact.Column{{Name: "frame", Ints: frames}, {Name: "label", Ints: labels}}}
	for k := range f.Scores[0] {
		var v []float64
		for i := range f.Scores {
			v = append(v, f.Scores[i][k])
		}
		t.Columns = append(t.Columns, artifact.Column{Name: fmt.Sprintf("score_%d", k), Unit: "1", Floats: v})
	}
	for b, v := range f.Deviation {
		t.Columns = append(t.Columns, artifact.Column{Name: fmt.Sprintf("deviation_%d", b+1), Unit: "1", Floats: v})
	}
	_, err := artifact.WriteTable(path, p, t)
	return err
}

// Frames reads the successive frames of a Later run.
func (r *Result) Frames() (*Frames, error) {
	path := file(r.dir, r.Run, "frames")
	t, p, err := artifact.ReadTable(path)
	if err != nil {
		return nil, err
	}
	if err := mine(path, r.Run, p); err != nil {
		return nil, err
	}
	label, err := t.Column("label")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f := &Frames{Scores: make([][]float64, t.Rows())}
	if len(label.Ints) > 0 {
		f.Label = int(label.Ints[0])
	}
	for k := range r.Run.spec().Classes {
		c, err := t.Column(fmt.Sprintf("score_%d", k))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for i, v := range c.Floats {
			f.Scores[i] = append(f.Scores[i], v)
		}
	}
	for b := range r.Run.Diffracting.Blocks {
		c, err := t.Column(fmt.Sprintf("deviation_%d", b+1))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		f.Deviation = append(f.Deviation, c.Floats)
	}
	return f, nil
}
