package diffract

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// PhaseErrors describes how a plate deviates from what it should be.
type PhaseErrors struct {
	Random float64 // rad, standard deviation of errors that are independent from pixel to pixel
	Smooth float64 // rad, standard deviation of errors that vary smoothly
	// Correlation is the distance in pixels at which the correlation of the smooth
	// errors has fallen to 1/e.
	Correlation float64
}

// Draw returns the errors of plate number index, one a pixel, row by row, in
// radians: a function of the seed and the index.
func (e PhaseErrors) Draw(g Grid, seed uint64, index int) ([]float64, error) {
	if err := g.Check(); err != nil {
		return nil, err
	}
	if !(e.Random >= 0) || !(e.Smooth >= 0) || !finite(e.Random) || !finite(e.Smooth) {
		return nil, fmt.Errorf("diffract: phase errors of standard deviation %g (random) and %g (smooth) rad, expected finite numbers, not negative", e.Random, e.Smooth)
	}
	if longest := float64(max(g.Rows, g.Cols)); e.Smooth > 0 && !(e.Correlation > 0 && e.Correlation <= longest) {
		return nil, fmt.Errorf("diffract: PhaseErrors.Correlation is %g pixels, expected more than 0 and up to the %g pixels of the plane", e.Correlation, longest)
	}
	m := make([]float64, g.Pixels())
	if e.Smooth > 0 {
		smooth(m, g.Rows, g.Cols, e.Smooth, e.Correlation/2, lane.NewStream(seed, "smooth phase errors", uint64(index)))
	}
	if e.Random > 0 {
		s := lane.NewStream(seed, "random phase errors", uint64(index))
		for i := range m {
			m[i] += float64(e.Random * s.Normal())
		}
	}
	return m, nil
}

// smooth fills m with white noise convolved with a Gaussian of standard deviation
// width pixels; its weights are scaled so that every pixel has standard deviation
// sigma, border or not.
func smooth(m []float64, rows, cols int, sigma, width float64, s *lane.Stream) {
	reach := int(math.Ceil(4 * width))
	kernel := make([]float64, 2*reach+1)
	var squares float64
	for i := range kernel {
		d := float64(i-reach) / width
		kernel[i] = lane.Exp(-float64(d*d) / 2)
		squares += float64(kernel[i] * kernel[i])
	}
	for i := range kernel {
		kernel[i] /= math.Sqrt(squares)
	}
	// Row after row of noise is smoothed along the row and added where it belongs.
	noise, line := make([]float64, cols+2*reach), make([]float64, cols)
	for r := -reach; r < rows+reach; r++ {
		for i := range noise {
			noise[i] = s.Normal()
		}
		for j := range line {
			var v float64
			for i, k := range kernel {
				v += float64(k * noise[j+i])
			}
			line[j] = v
		}
		for i := max(0, r-reach); i <= min(rows-1, r+reach); i++ {
			k := float64(sigma * kernel[r-i+reach])
			for j, v := range line {
				m[i*cols+j] += float64(k * v)
			}
		}
	}
}
