package dataset

import (
	"math"
	"math/cmplx"
	"slices"
	"testing"

	"lightfast/pnn/lane"
)

// noise is a set of n images of pseudo-random pixels.
func noise(n, rows, cols int) *Set {
	r := lane.NewStream(1, "noise images", 0)
	s := &Set{Name: "noise", Rows: rows, Cols: cols, Classes: 10, Images: make([]uint8, n*rows*cols), Labels: make([]uint8, n)}
	for i := range s.Images {
		s.Images[i] = uint8(r.Uint32())
	}
	return s
}

// crop is the definition, step by step: the whole spectrum by the double sum,
// shifted, its middle, divided by the mean modulus.
func crop(img []uint8, rows, cols, side int) []complex128 {
	spectrum := make([]complex128, rows*cols)
	for ky := range rows {
		for kx := range cols {
			for y := range rows {
				for x := range cols {
					angle := -2 * math.Pi * (float64(ky*y)/float64(rows) + float64(kx*x)/float64(cols))
					spectrum[ky*cols+kx] += complex(float64(img[y*cols+x]), 0) * cmplx.Exp(complex(0, angle))
				}
			}
		}
	}
	shifted := make([]complex128, rows*cols)
	for ky := range rows {
		for kx := range cols {
			shifted[(ky+rows/2)%rows*cols+(kx+cols/2)%cols] = spectrum[ky*cols+kx]
		}
	}
	var kept []complex128
	var sum float64
	for y := rows/2 - side/2; y < rows/2-side/2+side; y++ {
		for x := cols/2 - side/2; x < cols/2-side/2+side; x++ {
			kept = append(kept, shifted[y*cols+x])
			sum += cmplx.Abs(shifted[y*cols+x])
		}
	}
	for i := range kept {
		kept[i] /= complex(sum/float64(side*side), 0)
	}
	return kept
}

func TestFourierCropIsTheMiddleOfTheSpectrum(t *testing.T) {
	for _, c := range []struct{ rows, cols, side int }{{28, 28, 8}, {28, 28, 10}, {9, 12, 5}, {6, 7, 6}, {5, 5, 1}} {
		s := noise(2, c.rows, c.cols)
		got, err := FourierCrop(s, c.side, nil)
		if err != nil {
			t.Fatal(err)
		}
		n := c.side * c.side
		if got.Rows != 2*n || got.Len() != 2 {
			t.Fatalf("%d samples of %d numbers", got.Len(), got.Rows)
		}
		for i := range 2 {
			want, row := crop(s.Image(i), c.rows, c.cols, c.side), got.Row(i)
			for k := range n {
				if d := cmplx.Abs(complex(float64(row[k]), float64(row[n+k])) - want[k]); d > 1e-5 {
					t.Errorf("%dx%d, side %d, image %d, value %d: %v%+vi, expected %v", c.rows, c.cols, c.side, i, k, row[k], row[n+k], want[k])
				}
			}
		}
	}
	// Rows and columns 10..17 of the shifted spectrum, as published: the zero
	// frequency, the sum of all pixels, stands at row and column 14.
	s := noise(1, 28, 28)
	got, err := FourierCrop(s, 8, nil)
	if err != nil {
		t.Fatal(err)
	}
	row := got.Row(0)
	if at := slices.Index(row[:64], slices.Max(row[:64])); at != (14-10)*8+(14-10) || math.Abs(float64(row[64+at])) > 1e-5 {
		t.Errorf("the zero frequency, %v%+vi, stands at %d", row[at], row[64+at], at)
	}
}

func TestFourierCropScale(t *testing.T) {
	s := noise(3, 28, 28)
	clear(s.Image(1)) // a blank image between two others
	got, err := FourierCrop(s, 8, lane.NewPool(2))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{1, 0, 1} {
		row, sum := got.Row(i), 0.0
		for k := range 64 {
			sum += math.Hypot(float64(row[k]), float64(row[64+k]))
		}
		if math.Abs(sum/64-want) > 1e-6 {
			t.Errorf("image %d: mean modulus %v, expected %v", i, sum/64, want)
		}
	}
	if slices.ContainsFunc(got.Row(1), func(v float32) bool { return v != 0 }) {
		t.Error("the blank image did not stay zero")
	}
	empty, err := FourierCrop(noise(0, 28, 28), 8, nil)
	if err != nil || empty.Len() != 0 {
		t.Errorf("no images: %v", err)
	}
}

func TestFourierCropOnAnyNumberOfWorkers(t *testing.T) {
	s := Glyphs(700, 0).Train // more than two chunks, the last one short
	one, err := FourierCrop(s, 8, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, workers := range []int{1, 2, 5} {
		many, err := FourierCrop(s, 8, lane.NewPool(workers))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(one.Data, many.Data, func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }) {
			t.Errorf("%d workers give other bits than one", workers)
		}
	}
}

func TestFourierCropRefusesSide(t *testing.T) {
	s := noise(1, 20, 28)
	for _, side := range []int{-1, 0, 21, 28} {
		_, err := FourierCrop(s, side, nil)
		contains(t, err, "noise", "20 x 28", "at most 20")
	}
	if _, err := FourierCrop(s, 20, nil); err != nil {
		t.Error(err)
	}
}
