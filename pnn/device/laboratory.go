package device

import (
	"context"
	"fmt"
	"math"

	"lightfast/pnn/diffract"
	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
	"lightfast/pnn/model"
)

// Drift is how a laboratory moves from day to day: every block takes a normal
// step of these standard deviations in every coordinate.
type Drift struct {
	Shift    float64 // pixels, in both directions
	Rotation float64 // degrees
	Scale    float64 // relative
	Z        float64 // metres
}

// LaboratoryOptions describe a diffractive network that was built.
type LaboratoryOptions struct {
	// Built are the misalignments of the blocks on day 0; nil: none.
	Built  []diffract.Misalignment
	Camera diffract.Exposure
	Drift  Drift
	Seed   uint64 // of noise and drift
	Pool   *lane.Pool
}

// Laboratory is a simulated diffractive network on an optical table: its cameras
// are noisy, its planes are not aligned, and it drifts over the days. What a
// camera reads is what the next block shows. It can be aligned by markers
// ([Laboratory.Calibrate]): from then on frames are resampled so that markers
// are seen where they belong (Zheng et al. 2023, Extended Data Fig. 7).
type Laboratory struct {
	*Chip
	spec   model.DPNN
	opt    LaboratoryOptions
	blocks []*diffract.Block[float32]
	day    int
	now    []diffract.Misalignment // of the day
	fixed  []diffract.Affine       // by block: what undoes the misalignment, as calibrated
	eyes   []*eye                  // by worker
}

// eye is what one worker needs to read frames.
type eye struct {
	camera *diffract.Camera[float32]
	frames *diffract.Frames[float32]
	seen   *diffract.Frames[float32]
	warp   []*diffract.Warp[float32] // by block; nil: not calibrated
}

// NewLaboratory builds a network. It gives intensities behind every block.
func NewLaboratory(spec model.DPNN, opt LaboratoryOptions) (*Laboratory, error) {
	spec.Features = [3]int{}
	if opt.Built == nil {
		opt.Built = make([]diffract.Misalignment, spec.Blocks)
	}
	for _, v := range []struct {
		name  string
		sigma float64
	}{{"Shift", opt.Drift.Shift}, {"Rotation", opt.Drift.Rotation}, {"Scale", opt.Drift.Scale}, {"Z", opt.Drift.Z}} {
		if !(v.sigma >= 0) || math.IsInf(v.sigma, 0) {
			return nil, fmt.Errorf("device: Drift.%s is %g a day, expected a standard deviation from 0", v.name, v.sigma)
		}
	}
	net, err := model.NewDPNN[float32](spec, opt.Built)
	if err != nil {
		return nil, fmt.Errorf("device: %w", err)
	}
	o := ChipOptions{Seed: opt.Seed, Pool: opt.Pool}
	for i := range spec.Blocks - 1 {
		o.States = append(o.States, i)
	}
	c, err := simulate(net, o)
	if err != nil {
		return nil, err
	}
	l := &Laboratory{Chip: c, spec: spec, opt: opt, now: append([]diffract.Misalignment(nil), opt.Built...), fixed: make([]diffract.Affine, spec.Blocks)}
	for _, s := range net.Stages {
		l.blocks = append(l.blocks, s.Element.(*diffract.Block[float32]))
	}
	for range opt.Pool.Workers() {
		e := &eye{warp: make([]*diffract.Warp[float32], spec.Blocks)}
		if e.camera, err = diffract.NewCamera[float32](spec.Side, spec.Side, opt.Camera); err != nil {
			return nil, err
		}
		if e.frames, err = diffract.NewFrames[float32](lane.Width, spec.Side, spec.Side); err != nil {
			return nil, err
		}
		if e.seen, err = diffract.NewFrames[float32](lane.Width, spec.Side, spec.Side); err != nil {
			return nil, err
		}
		l.eyes = append(l.eyes, e)
	}
	c.read = l.expose
	return l, nil
}

// Day is the number of days since the network was built.
func (l *Laboratory) Day() int { return l.day }

// SetDay lets the laboratory drift to a day, from 0. The drift is a function of
// the seed: days may be visited in any order.
func (l *Laboratory) SetDay(day int) error {
	if day < 0 || day > 100_000 {
		return fmt.Errorf("device: day %d, expected 0 to 100000", day)
	}
	d := l.opt.Drift
	for i, b := range l.blocks {
		m := l.opt.Built[i]
		if m.Affine.Scale == 0 {
			m.Affine.Scale = 1
		}
		for t := 1; t <= day; t++ {
			s := lane.NewStream(l.opt.Seed, fmt.Sprintf("drift of block %d", i+1), uint64(t))
			m.Affine.ShiftX += float64(d.Shift * s.Normal())
			m.Affine.ShiftY += float64(d.Shift * s.Normal())
			m.Affine.Rotation += float64(d.Rotation * s.Normal())
			m.Affine.Scale += float64(d.Scale * s.Normal())
			m.Z += float64(d.Z * s.Normal())
		}
		if err := b.Misalign(m); err != nil {
			return fmt.Errorf("device: day %d, block %d: %w", day, i+1, err)
		}
		l.now[i] = m
	}
	l.day = day
	return nil
}

// markers is how many there are in a row.
const markers = 5

// Alignment is what a calibration found of one block.
type Alignment struct {
	Found diffract.Affine // how the camera sees the plane in front of it
	RMS   float64         // distance of the markers from it, in pixels
}

// Calibrate shows markers in front of the camera of each block, fits an affine map
// to where they are seen, and from now on resamples frames by its inverse.
func (l *Laboratory) Calibrate(ctx context.Context) ([]Alignment, error) {
	side := l.spec.Side
	m, err := diffract.NewMarkers(side, side, markers)
	if err != nil {
		return nil, fmt.Errorf("device: %w", err)
	}
	shown := make([]float64, side*side)
	m.Amplitude(shown)
	camera, err := diffract.NewCamera[float64](side, side, l.opt.Camera)
	if err != nil {
		return nil, err
	}
	var found []Alignment
	for i := range l.blocks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		frame, err := l.see(camera, i, shown)
		if err != nil {
			return nil, err
		}
		seen, err := m.Find(frame)
		if err != nil {
			return nil, fmt.Errorf("device: block %d: %w", i+1, err)
		}
		a, rms, err := diffract.FitAffine(m.Places, seen)
		if err != nil {
			return nil, fmt.Errorf("device: block %d: %w", i+1, err)
		}
		found = append(found, Alignment{a, rms})
	}
	for i, f := range found {
		l.fixed[i] = f.Found.Inverse()
		for _, e := range l.eyes {
			if e.warp[i], err = diffract.NewWarp[float32](side, side, l.fixed[i], diffract.Bilinear); err != nil {
				return nil, fmt.Errorf("device: block %d: %w", i+1, err)
			}
		}
	}
	return found, nil
}

// Uncalibrate forgets the calibration.
func (l *Laboratory) Uncalibrate() {
	for i := range l.blocks {
		l.fixed[i] = diffract.Affine{}
		for _, e := range l.eyes {
			e.warp[i] = nil
		}
	}
}

// see takes a frame of amplitudes that stand in front of the camera of a block.
func (l *Laboratory) see(camera *diffract.Camera[float64], block int, amplitude []float64) ([]float64, error) {
	side := l.spec.Side
	w, err := diffract.NewWarp[float64](side, side, l.now[block].Affine, l.now[block].Resampling)
	if err != nil {
		return nil, err
	}
	field := &fft.Images[float64]{Count: 1, Height: side, Width: side, Data: make([]float64, 2*side*side)}
	copy(field.Data, amplitude)
	if err := w.Forward(nil, field, &fft.Images[float64]{Count: 1, Height: side, Width: side, Data: append([]float64(nil), field.Data...)}); err != nil {
		return nil, err
	}
	frame, err := diffract.NewFrames[float64](1, side, side)
	if err != nil {
		return nil, err
	}
	if err := diffract.NewSquareLaw[float64]().Forward(nil, frame, field); err != nil {
		return nil, err
	}
	seed := lane.NewStream(l.opt.Seed, fmt.Sprintf("markers behind block %d", block+1), uint64(l.day)).Uint64()
	if err := camera.Measure(nil, frame, frame, seed, 0); err != nil {
		return nil, err
	}
	return frame.Data, nil
}

// expose is the [detector] of the laboratory: the camera, and what calibration
// makes of its frames.
func (l *Laboratory) expose(v, _ *lane.Batch[float32], shot uint64, stage, lo, hi, worker int) {
	e := l.eyes[worker]
	if l.opt.Camera == (diffract.Exposure{}) && e.warp[stage] == nil {
		return
	}
	n := l.net.Ports()
	seed := lane.NewStream(l.opt.Seed, fmt.Sprintf("frames behind block %d on day %d", stage+1, l.day), shot).Uint64()
	for b := lo; b < hi; b++ {
		rows := v.Block(b, b+1)
		count := min(lane.Width, v.Samples-b*lane.Width)
		for i := range count {
			f := e.frames.Frame(i)
			for p := range n {
				f[p] = rows[p*lane.Width+i]
			}
		}
		in, out := *e.frames, *e.seen
		in.Count, in.Data = count, e.frames.Data[:count*n]
		out.Count, out.Data = count, e.seen.Data[:count*n]
		if err := e.camera.Measure(nil, &in, &in, seed, uint64(b*lane.Width)); err != nil {
			panic(err) // sizes are the laboratory's own
		}
		read := &in
		if w := e.warp[stage]; w != nil {
			if err := w.ForwardFrames(nil, &out, &in); err != nil {
				panic(err)
			}
			read = &out
		}
		for i := range count {
			f := read.Frame(i)
			for p := range n {
				rows[p*lane.Width+i] = f[p]
			}
		}
	}
}
