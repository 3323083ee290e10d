package experiment

import (
	"fmt"
	"slices"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/model"
	"lightfast/pnn/published"
)

// D2NN is the system of a [Run] of the nonlinear diffractive network of Xu et al.
// 2026, [model.XuD2NN]: two plates with saturable absorbers, trained in silico or
// with sharpness awareness, for which misalignments of both plates may be probed.
const D2NN = "d2nn"

// d2nnPicture is the side of a picture on its first plane, in pixels.
const d2nnPicture = 64

// checkD2NN finds settings of a D2NN that cannot be run.
func (r Run) checkD2NN() error {
	if r.Method != InSilico && r.Method != SAT {
		return fmt.Errorf("experiment: method is %q, expected %s or %s with system %q", r.Method, InSilico, SAT, D2NN)
	}
	if r.Ports != 0 || r.Meshes != 0 || r.Chip != (Chip{}) || r.Diffracting != nil {
		return fmt.Errorf("experiment: ports, meshes, chip or diffracting are given, expected none with system %q, which is built as published", D2NN)
	}
	return nil
}

// checkProbing finds probes that cannot be made.
func (r Run) checkProbing() error {
	if r.System != D2NN || r.Method != SAT {
		return fmt.Errorf("experiment: probing is given with system %q and method %q, expected none but with system %q and method %s; a display-modulator system has axes in hybrid", r.System, r.Method, D2NN, SAT)
	}
	if n := len(r.Probing.Axes); n > maxAxes {
		return fmt.Errorf("experiment: probing: %d axes, expected up to %d", n, maxAxes)
	}
	if err := r.Probing.Check(); err != nil {
		return fmt.Errorf("experiment: probing: %w", err)
	}
	return nil
}

// maxAxes keeps the names of files short.
const maxAxes = 6

// Rotation is the accuracy of a D2NN whose plates are rotated against the light,
// all by the same angle (nearest pixel, no phase outside).
type Rotation struct {
	Degrees, Accuracy []float64
	Images            int
}

// turned are the angles of the sweep of Xu et al., in degrees.
var turned = []float64{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}

// sweepRotation classifies images 2400 to 2599 of the test set, as the authors do,
// or all of a smaller one.
func sweepRotation(pool *lane.Pool, net *model.Network[float32], test *dataset.Set) (*Rotation, error) {
	d := &published.D2NN{Distance: model.XuD2NN.Distances}
	for _, p := range net.Parameters() {
		d.Plates = append(d.Plates, p.Value)
	}
	first, count := 2400, 200
	if test.Len() < first+count {
		first, count = 0, test.Len()
	}
	at, as, err := different(turned)
	if err != nil {
		return nil, err
	}
	classes, err := d.Evaluate(pool, test, first, count, at)
	if err != nil {
		return nil, err
	}
	s := &Rotation{Degrees: turned, Images: count}
	for _, i := range as {
		c := classes[i]
		correct := 0
		for i, v := range c {
			if v == test.Labels[first+i] {
				correct++
			}
		}
		s.Accuracy = append(s.Accuracy, float64(correct)/float64(count))
	}
	return s, nil
}

// different are the angles that turn plates differently, in the order of those given;
// which of them turns plates as angle i does is as[i]. Small angles move no pixel.
func different(degrees []float64) (at []float64, as []int, err error) {
	g := model.XuD2NN.Grid()
	numbers, turned := make([]float64, g.Pixels()), make([]float64, g.Pixels())
	for i := range numbers {
		numbers[i] = float64(i + 1)
	}
	var last []float64
	for _, a := range degrees {
		w, err := diffract.NewWarp[float64](g.Rows, g.Cols, diffract.Affine{Rotation: a}, diffract.Nearest)
		if err != nil {
			return nil, nil, err
		}
		if err := w.Plane(turned, numbers); err != nil {
			return nil, nil, err
		}
		if !slices.Equal(turned, last) {
			at, last = append(at, a), slices.Clone(turned)
		}
		as = append(as, len(at)-1)
	}
	return at, as, nil
}

func writeRotation(path string, p artifact.Provenance, s *Rotation) error {
	images := make([]int64, len(s.Degrees))
	for i := range images {
		images[i] = int64(s.Images)
	}
	_, err := artifact.WriteTable(path, p, artifact.Table{Columns: []artifact.Column{
		{Name: "rotation", Unit: "deg", Floats: s.Degrees}, {Name: "accuracy", Unit: "1", Floats: s.Accuracy}, {Name: "images", Ints: images},
	}})
	return err
}

// Rotation reads the sweep of the result of a D2NN.
func (r *Result) Rotation() (*Rotation, error) {
	path := file(r.dir, r.Run, "rotation")
	t, p, err := artifact.ReadTable(path)
	if err != nil {
		return nil, err
	}
	if err := mine(path, r.Run, p); err != nil {
		return nil, err
	}
	s := &Rotation{}
	for _, c := range []struct {
		name string
		to   *[]float64
	}{{"rotation", &s.Degrees}, {"accuracy", &s.Accuracy}} {
		col, err := t.Column(c.name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		*c.to = col.Floats
	}
	images, err := t.Column("images")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if t.Rows() > 0 {
		s.Images = int(images.Ints[0])
	}
	return s, nil
}
