package experiment

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strings"

	"lightfast/pnn/artifact"
	"lightfast/pnn/device"
	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/model"
	"lightfast/pnn/train"
)

// DPNN is the system of a [Run] of diffractive blocks with a camera behind each.
const DPNN = "dpnn"

// Diffracting describes the network of a DPNN and what was built of it.
type Diffracting struct {
	Side       int     `json:"side"` // pixels of a plane
	Pitch      float64 `json:"pitch_m"`
	Wavelength float64 `json:"wavelength_m"`
	Distance   float64 `json:"distance_m"`
	Blocks     int     `json:"blocks"`
	Layers     int     `json:"layers"`  // modulators of a block
	Picture    int     `json:"picture"` // side of the picture on the first plane, in pixels
	Detector   int     `json:"detector"`
	Window     int     `json:"window"`
	Sharpness  float64 `json:"sharpness"` // of the cross-entropy; 0: squared distance from one-hot

	// Built, Nearest and Camera are those of the laboratory; nil in silico. Directions
	// of the deviations are drawn from the seed of the run's chip.
	Built   *diffract.Deviations `json:"built,omitempty"`
	Nearest bool                 `json:"nearest,omitempty"` // nearest pixel instead of bilinear resampling
	Camera  *Camera              `json:"camera,omitempty"`

	// Calibrated says that the laboratory is aligned by markers before anything is
	// measured on it; for a [Later] run, on its day once more.
	Calibrated bool   `json:"calibrated,omitempty"`
	Drift      *Drift `json:"drift,omitempty"` // of Later runs, with the day
	Day        int    `json:"day,omitempty"`
}

// Camera is a [diffract.Exposure] with automatic full scale.
type Camera struct {
	ReadNoise float64 `json:"read_noise"`
	FullWell  float64 `json:"full_well"`
	Bits      int     `json:"bits"`
}

func (r Run) spec() model.DPNN {
	d := r.Diffracting
	m := model.DPNN{
		Side: d.Side, Pitch: d.Pitch, Wavelength: d.Wavelength, Distance: d.Distance, Blocks: d.Blocks, Layers: d.Layers,
		Classes: 10, Detector: d.Detector, Window: d.Window, Sharpness: d.Sharpness,
	}
	if r.Method == DAT || r.Method == Later {
		m.Features = r.Features
	}
	return m
}

// checkDiffracting finds settings of a DPNN that cannot be run.
func (r Run) checkDiffracting() error {
	bad := func(field string, v any, want string) error {
		return fmt.Errorf("experiment: %s is %v, expected %s", field, v, want)
	}
	d := r.Diffracting
	if d == nil {
		return bad("diffracting", "missing", "the network of system dpnn")
	}
	if r.Ports != 0 || r.Meshes != 0 || r.Chip.Phase != 0 || r.Chip.Splitter != 0 || r.Chip.Sample != "" {
		return bad("ports, meshes, chip", "given", "none but the chip's seed: system dpnn has no meshes")
	}
	if r.Method == InSilico && (d.Built != nil || d.Camera != nil || d.Calibrated || r.Chip.Seed != 0) {
		return bad("built, camera, calibrated", "given", "none: training in silico measures nothing (direct deployment does)")
	}
	if r.Method != InSilico && d.Built == nil {
		return bad("built", "missing", "the deviations of the laboratory")
	}
	for _, v := range []struct {
		name string
		v    float64
	}{{"pitch_m", d.Pitch}, {"wavelength_m", d.Wavelength}, {"distance_m", d.Distance}, {"sharpness", d.Sharpness}} {
		if !(v.v >= 0) || math.IsInf(v.v, 0) {
			return bad(v.name, v.v, "a finite number from 0")
		}
	}
	if d.Built != nil {
		if err := d.Built.Check(); err != nil {
			return fmt.Errorf("experiment: built: %w", err)
		}
	}
	if c := d.Camera; c != nil {
		if _, err := diffract.NewCamera[float32](1, 1, diffract.Exposure{ReadNoise: c.ReadNoise, FullWell: c.FullWell, Bits: c.Bits}); err != nil {
			return fmt.Errorf("experiment: camera: %w", err)
		}
	}
	if err := r.checkLater(); err != nil {
		return err
	}
	if d.Picture < 1 || d.Picture > d.Side {
		return bad("picture", d.Picture, fmt.Sprintf("a side of 1 to the %d pixels of a plane; make pictures smaller or side larger", d.Side))
	}
	if d.Window > d.Side {
		return bad("window", d.Window, fmt.Sprintf("at most the %d pixels of a plane; make the window of the detectors smaller or side larger", d.Side))
	}
	return nil
}

// diffractingID is the readable part of the name of a DPNN's files.
func (r Run) diffractingID() string {
	d := r.Diffracting
	if d == nil {
		return r.System
	}
	parts := []string{fmt.Sprintf("dpnn%dx%d", d.Blocks, d.Layers), r.Method}
	if r.Method == DAT {
		parts = append(parts, fmt.Sprintf("%dis", len(r.States)))
		if r.Separable {
			parts = append(parts, "separable")
		}
	}
	if r.Method == Later {
		parts = append(parts, fmt.Sprintf("day%d", d.Day))
	}
	if d.Calibrated {
		parts = append(parts, "calibrated")
	}
	parts = append(parts, r.Data)
	if b := d.Built; b != nil {
		for _, v := range []struct {
			name string
			by   float64
		}{{"shift", b.Shift}, {"rot", b.Rotation}, {"scale", b.Scale}, {"z", 1e3 * b.Z}, {"phase", b.Phase}} {
			if v.by != 0 {
				parts = append(parts, fmt.Sprintf("%s%.6g", v.name, v.by))
			}
		}
	}
	if r.Seed > 1 {
		parts = append(parts, fmt.Sprintf("seed%d", r.Seed))
	}
	return strings.Join(parts, "_")
}

// network builds the ideal model of a run.
func (r Run) network() (*model.Network[float32], error) {
	switch r.System {
	case DPNN:
		return model.NewDPNN[float32](r.spec(), nil)
	case D2NN:
		return model.NewD2NN[float32](model.XuD2NN)
	}
	return model.NewMPNN[float32](r.Spec(), nil)
}

// laboratory builds the device of a DPNN and lets it come to the day of the run.
func (r Run) laboratory(ctx context.Context, pool *lane.Pool) (*device.Laboratory, error) {
	d := r.Diffracting
	opt := device.LaboratoryOptions{Seed: r.Chip.Seed, Pool: pool}
	if f := d.Drift; f != nil {
		opt.Drift = device.Drift{Shift: f.Shift, Rotation: f.Rotation, Scale: f.Scale, Z: f.Z}
	}
	if c := d.Camera; c != nil {
		opt.Camera = diffract.Exposure{ReadNoise: c.ReadNoise, FullWell: c.FullWell, Bits: c.Bits}
	}
	spec := r.spec()
	for i := range spec.Blocks {
		m, err := d.Built.Draw(spec.Grid(), spec.Layers, r.Chip.Seed, i)
		if err != nil {
			return nil, err
		}
		if d.Nearest {
			m.Resampling = diffract.Nearest
		}
		opt.Built = append(opt.Built, m)
	}
	l, err := device.NewLaboratory(spec, opt)
	if err != nil {
		return nil, err
	}
	return l, r.settle(ctx, l)
}

// pictures encodes the data set of a DPNN on light.
func (d *Data) pictures(ctx context.Context, r Run, pool *lane.Pool) (*Encoded, error) {
	pair, refs, err := d.Images(ctx, r)
	if err != nil {
		return nil, err
	}
	e := &Encoded{Image: pair.Test.Image(0), Refs: refs, pictures: pair.Test}
	grid, side := model.XuD2NN.Grid(), d2nnPicture
	if r.System == DPNN {
		grid, side = r.spec().Grid(), r.Diffracting.Picture
	}
	for _, set := range []struct {
		name string
		to   **train.Labelled
	}{{"train", &e.Train}, {"test", &e.Test}} {
		s := pair.Train
		if set.name == "test" {
			s = pair.Test
		}
		if err := s.Demand(28, 28, 10); err != nil {
			return nil, err
		}
		enc, err := diffract.NewEncoder[float32](grid, s.Rows, s.Cols, side, side)
		if err != nil {
			return nil, err
		}
		f, err := diffract.NewPictures(enc, s.Images)
		if err != nil {
			return nil, err
		}
		f.Pool = pool
		*set.to = &train.Labelled{Fields: f, Labels: s.Labels}
	}
	return e, nil
}

// shown is the side to which planes are binned for figures.
const shown = 50

// Planes are the intensities behind the blocks of a DPNN, binned to pictures of
// Side x Side pixels and divided by their means: of the laboratory, of the model
// with the predictions of its errors, and of the model alone, for the first test
// image and on average over the test set. In silico all are the model's.
type Planes struct {
	Side        int
	First, Mean [3][][]float64 // laboratory, model, model alone; by block
	// Difference and Uncorrected are, by block, the root mean square difference of
	// the model's intensities from the laboratory's, each divided by its mean, pixel
	// by pixel, averaged over the test set: with the predictions and without.
	Difference, Uncorrected []float64

	count int // images so far
}

// add takes one portion of the test set into account.
func (p *Planes) add(side int, measured, corrected, alone []*lane.Batch[float32]) {
	if p.Mean[0] == nil {
		p.Side = min(side, shown)
		for k := range p.Mean {
			for range measured {
				p.First[k] = append(p.First[k], make([]float64, p.Side*p.Side))
				p.Mean[k] = append(p.Mean[k], make([]float64, p.Side*p.Side))
			}
		}
		p.Difference, p.Uncorrected = make([]float64, len(measured)), make([]float64, len(measured))
	}
	n := side * side
	plane := func(b *lane.Batch[float32], sample int, into []float64) {
		var sum float64
		for i := range n {
			v := float64(b.At(sample, i))
			if b.Rows == 2*n {
				w := float64(b.At(sample, n+i))
				v = float64(v*v) + float64(w*w)
			}
			into[i] = v
			sum += v
		}
		mean := math.Max(sum/float64(n), 1e-12)
		for i := range into {
			into[i] /= mean
		}
	}
	var full [3][]float64
	for k := range full {
		full[k] = make([]float64, n)
	}
	for s := range measured[0].Samples {
		for blk := range measured {
			for k, b := range []*lane.Batch[float32]{measured[blk], corrected[blk], alone[blk]} {
				plane(b, s, full[k])
				small := bin(full[k], side, p.Side)
				for i, v := range small {
					p.Mean[k][blk][i] += v
				}
				if p.count == 0 && s == 0 {
					copy(p.First[k][blk], small)
				}
			}
			p.Difference[blk] += distance(full[0], full[1])
			p.Uncorrected[blk] += distance(full[0], full[2])
		}
	}
	p.count += measured[0].Samples
}

// finish divides sums by their number.
func (p *Planes) finish() {
	for k := range p.Mean {
		for _, m := range p.Mean[k] {
			for i := range m {
				m[i] /= float64(p.count)
			}
		}
	}
	for b := range p.Difference {
		p.Difference[b] /= float64(p.count)
		p.Uncorrected[b] /= float64(p.count)
	}
}

// bin averages a square plane into a smaller one.
func bin(plane []float64, side, to int) []float64 {
	out, count := make([]float64, to*to), make([]float64, to*to)
	for i := range side {
		for j := range side {
			at := i*to/side*to + j*to/side
			out[at] += plane[i*side+j]
			count[at]++
		}
	}
	for i := range out {
		out[i] /= count[i]
	}
	return out
}

// distance is the root mean square difference.
func distance(a, b []float64) float64 {
	var s float64
	for i := range a {
		d := a[i] - b[i]
		s += float64(d * d)
	}
	return math.Sqrt(s / float64(len(a)))
}

var planeColumns = []string{"first_device", "first_model", "first_model_alone", "mean_device", "mean_model", "mean_model_alone"}

func writePlanes(path string, p artifact.Provenance, pl *Planes) error {
	var block, row, col []int64
	values := make([][]float64, 6)
	for b := range pl.Difference {
		for i := range pl.Side * pl.Side {
			block, row, col = append(block, int64(b+1)), append(row, int64(i/pl.Side)), append(col, int64(i%pl.Side))
			for k := range 3 {
				// Single precision is more than a picture shows, and half the size.
				values[k] = append(values[k], float64(float32(pl.First[k][b][i])))
				values[3+k] = append(values[3+k], float64(float32(pl.Mean[k][b][i])))
			}
		}
	}
	t := artifact.Table{Columns: []artifact.Column{{Name: "block", Ints: block}, {Name: "row", Ints: row}, {Name: "col", Ints: col}}}
	for k, name := range planeColumns {
		t.Columns = append(t.Columns, artifact.Column{Name: name, Unit: "1", Floats: values[k]})
	}
	_, err := artifact.WriteTable(path, p, t)
	return err
}

func writeSimilarity(path string, p artifact.Provenance, pl *Planes) error {
	var block []int64
	for b := range pl.Difference {
		block = append(block, int64(b+1))
	}
	_, err := artifact.WriteTable(path, p, artifact.Table{Columns: []artifact.Column{
		{Name: "block", Ints: block},
		{Name: "difference", Unit: "1", Floats: pl.Difference}, {Name: "difference_uncorrected", Unit: "1", Floats: pl.Uncorrected},
	}})
	return err
}

// Planes reads what is behind the blocks of a DPNN.
func (r *Result) Planes() (*Planes, error) {
	path := file(r.dir, r.Run, "planes")
	t, p, err := artifact.ReadTable(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: the result was handed on without planes; execute the run again to have them", err)
	}
	if err != nil {
		return nil, err
	}
	if err := mine(path, r.Run, p); err != nil {
		return nil, err
	}
	block, err := t.Column("block")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	pl := &Planes{}
	for k, name := range planeColumns {
		c, err := t.Column(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		to := &pl.First[k%3]
		if k >= 3 {
			to = &pl.Mean[k-3]
		}
		for i, b := range block.Ints {
			for len(*to) < int(b) {
				*to = append(*to, nil)
			}
			(*to)[b-1] = append((*to)[b-1], c.Floats[i])
		}
	}
	if len(pl.First[0]) == 0 {
		return nil, fmt.Errorf("%s: no planes", path)
	}
	pl.Side = int(math.Sqrt(float64(len(pl.First[0][0]))))
	if pl.Difference, pl.Uncorrected, err = r.Differences(); err != nil {
		return nil, err
	}
	return pl, nil
}

// Differences reads, by block, those of [Planes], for which the planes themselves
// need not be there.
func (r *Result) Differences() (difference, uncorrected []float64, err error) {
	path := file(r.dir, r.Run, "similarity")
	t, p, err := artifact.ReadTable(path)
	if err != nil {
		return nil, nil, err
	}
	if err := mine(path, r.Run, p); err != nil {
		return nil, nil, err
	}
	for _, c := range []struct {
		name string
		to   *[]float64
	}{{"difference", &difference}, {"difference_uncorrected", &uncorrected}} {
		col, err := t.Column(c.name)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		*c.to = col.Floats
	}
	if len(difference) == 0 {
		return nil, nil, fmt.Errorf("%s: no blocks", path)
	}
	return difference, uncorrected, nil
}
