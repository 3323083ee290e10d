package published

import (
	"fmt"
	"math"

	"lightfast/pnn/dataset"
	"lightfast/pnn/diffract"
	"lightfast/pnn/fft"
	"lightfast/pnn/lane"
	"lightfast/pnn/torchfile"
)

// D2NN is a diffractive network of sharpness-aware training (Xu et al. 2026): a
// picture passes a lens, some phase plates with a saturable absorber behind each,
// and another lens on its way to ten detectors,
//
//	5 mm, lens, [Distance 0, plate 0, absorber], [Distance 1, plate 1, absorber], ...,
//	the last but one distance, lens, the last distance, detectors
//
// on a periodic plane of 128 x 128 pixels of 2 um at 532 nm.
type D2NN struct {
	Plates   [][]float64 // phases in turns, 128 x 128 each, row by row
	Distance []float64   // metres: in front of each plate, of the second lens, of the detectors
}

// The setup that weight files do not tell.
const (
	d2nnSide    = 128
	d2nnFocal   = 5e-3 // metres; also the distance of the first lens
	d2nnPicture = 64   // pixels that a picture of 28 is enlarged to
	d2nnBatch   = 20   // images that are in memory at a time
)

var d2nnGrid = diffract.Grid{Rows: d2nnSide, Cols: d2nnSide, Pitch: 2e-6, Wavelength: 532e-9}

// ReadD2NN reads a weight file such as standard_bp.pth: plates phase_0, phase_1,
// ... and distance_0, distance_1, ..., two more than plates. Files that wrap them
// in a state_dict, such as best.pt, are read too.
func ReadD2NN(path string) (*D2NN, error) {
	st, err := torchfile.ReadState(path)
	if err != nil {
		return nil, err
	}
	prefix := ""
	if _, ok := st.Get("phase_0"); !ok {
		if _, ok := st.Get("state_dict.phase_0"); ok {
			prefix = "state_dict."
		}
	}
	want := func(name string, shape ...int) ([]float64, error) {
		t, err := st.Want(prefix+name, shape...)
		if err != nil {
			return nil, err
		}
		if t.Complex {
			return nil, fmt.Errorf("%s: tensor %s is complex, expected real numbers", path, t.Name)
		}
		return t.Values, t.CheckFinite(path)
	}
	d := &D2NN{}
	for i := 0; ; i++ {
		if _, ok := st.Get(fmt.Sprintf("%sphase_%d", prefix, i)); !ok && i > 0 {
			break
		}
		p, err := want(fmt.Sprintf("phase_%d", i), d2nnSide, d2nnSide)
		if err != nil {
			return nil, err
		}
		d.Plates = append(d.Plates, p)
	}
	for i := range len(d.Plates) + 2 {
		name := fmt.Sprintf("distance_%d", i)
		v, err := want(name, 1)
		if err != nil {
			return nil, err
		}
		if !(v[0] > 0 && v[0] <= 1) {
			return nil, fmt.Errorf("%s: %s is %g, expected a distance of up to 1 m", path, name, v[0])
		}
		d.Distance = append(d.Distance, v[0])
	}
	return d, nil
}

// Evaluate classifies images first..first+count-1 of a set of 28 x 28 pictures
// with all plates rotated clockwise by so many degrees (nearest pixel, no phase
// outside), and returns the class of every image for every angle. The arithmetic
// is float64, as the authors'.
func (d *D2NN) Evaluate(pool *lane.Pool, set *dataset.Set, first, count int, degrees []float64) ([][]uint8, error) {
	if err := set.Demand(28, 28, 10); err != nil {
		return nil, err
	}
	if first < 0 || count < 1 || count > set.Len()-first {
		return nil, fmt.Errorf("published: images %d to %d of %s were asked for, it holds %d", first, first+count-1, set.Name, set.Len())
	}
	s, err := newD2NNSetup(d, degrees)
	if err != nil {
		return nil, err
	}
	classes := make([][]uint8, len(degrees))
	for lo := 0; lo < count; lo += d2nnBatch {
		n := min(d2nnBatch, count-lo)
		pictures := set.Images[(first+lo)*28*28:][:n*28*28]
		if err := s.classify(pool, classes, pictures, n); err != nil {
			return nil, err
		}
	}
	return classes, nil
}

// d2nnSetup is the network on the bench.
type d2nnSetup struct {
	encoder  *diffract.Encoder[float64]
	entrance *diffract.Propagator[float64]
	lens     *diffract.Mask[float64]
	hops     []*diffract.Propagator[float64]
	plates   [][]*diffract.Modulator[float64] // by angle
	absorber *diffract.Absorber[float64]
	camera   *diffract.SquareLaw[float64]
	regions  *diffract.Regions[float64]
}

func newD2NNSetup(d *D2NN, degrees []float64) (s *d2nnSetup, err error) {
	s = &d2nnSetup{camera: diffract.NewSquareLaw[float64]()}
	g, periodic := d2nnGrid, diffract.Propagation{Method: diffract.AngularSpectrum, Periodic: true}
	if s.encoder, err = diffract.NewEncoder[float64](g, 28, 28, d2nnPicture, d2nnPicture); err != nil {
		return nil, err
	}
	if s.entrance, err = diffract.NewPropagator[float64](g, g, d2nnFocal, periodic); err != nil {
		return nil, err
	}
	if s.lens, err = diffract.NewLens[float64](g, d2nnFocal, 0); err != nil {
		return nil, err
	}
	for _, z := range d.Distance {
		p, err := diffract.NewPropagator[float64](g, g, z, periodic)
		if err != nil {
			return nil, err
		}
		s.hops = append(s.hops, p)
	}
	if s.absorber, err = diffract.NewAbsorber[float64](g, diffract.Saturation{OfMean: 0.5}); err != nil {
		return nil, err
	}
	squares, err := diffract.LayOut([]int{3, 4, 3}, 9, diffract.Region{Row: 32, Col: 32, Rows: 63, Cols: 63})
	if err != nil {
		return nil, err
	}
	if s.regions, err = diffract.NewRegions[float64](g.Rows, g.Cols, squares); err != nil {
		return nil, err
	}
	for _, a := range degrees {
		warp, err := diffract.NewWarp[float64](g.Rows, g.Cols, diffract.Affine{Rotation: a}, diffract.Nearest)
		if err != nil {
			return nil, err
		}
		var plates []*diffract.Modulator[float64]
		for i, p := range d.Plates {
			m, err := diffract.NewModulator[float64](fmt.Sprintf("phase_%d", i), g, diffract.PhaseTurns, diffract.Panel{})
			if err != nil {
				return nil, err
			}
			if err := warp.Plane(m.Weights.Value, p); err != nil {
				return nil, err
			}
			m.Update(nil)
			plates = append(plates, m)
		}
		s.plates = append(s.plates, plates)
	}
	return s, nil
}

// classify appends the classes of n pictures for every angle.
func (s *d2nnSetup) classify(pool *lane.Pool, classes [][]uint8, pictures []uint8, n int) error {
	light, err := diffract.NewField[float64](d2nnGrid, n)
	if err != nil {
		return err
	}
	if err := s.encoder.Forward(pool, light, pictures); err != nil {
		return err
	}
	// In front of the first plate the light is the same for all angles.
	for _, step := range []func(*lane.Pool, *fft.Images[float64], *fft.Images[float64]) error{s.entrance.Forward, s.lens.Forward, s.hops[0].Forward} {
		if err := step(pool, light, light); err != nil {
			return err
		}
	}
	frames, err := diffract.NewFrames[float64](n, d2nnSide, d2nnSide)
	if err != nil {
		return err
	}
	field, err := diffract.NewField[float64](d2nnGrid, n)
	if err != nil {
		return err
	}
	means := make([]float64, n*len(s.regions.List))
	for a, plates := range s.plates {
		in := light
		for i, plate := range plates {
			if err := plate.Forward(pool, field, in); err != nil {
				return err
			}
			if err := s.absorber.Forward(pool, field, field); err != nil {
				return err
			}
			if err := s.hops[i+1].Forward(pool, field, field); err != nil {
				return err
			}
			in = field
		}
		if err := s.lens.Forward(pool, field, field); err != nil {
			return err
		}
		if err := s.hops[len(s.hops)-1].Forward(pool, field, field); err != nil {
			return err
		}
		if err := s.camera.Forward(pool, frames, field); err != nil {
			return err
		}
		if err := s.regions.Forward(pool, means, frames); err != nil {
			return err
		}
		for i := range n {
			classes[a] = append(classes[a], brightest(means[i*len(s.regions.List):][:len(s.regions.List)]))
		}
	}
	return nil
}

// brightest is the index of the largest number, the first of equal ones.
func brightest(v []float64) uint8 {
	best, at := math.Inf(-1), 0
	for k, x := range v {
		if x > best {
			best, at = x, k
		}
	}
	return uint8(at)
}
