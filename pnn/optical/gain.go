package optical

import (
	"math"

	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

// GainBounds bounds the gain of the intensity that an amplifier beside weights w,
// rows of cols numbers, must have if the weights themselves conserve energy:
//
//	low  = max(largest sum of squares of a row, the same of a column),
//	high = the square of the largest singular value.
//
// No passive device has smaller than low can do; with high every input gets
// through. Of zeros both are zero.
func GainBounds(w []float64, rows, cols int) (low, high float64) {
	column := make([]float64, cols)
	for r := range rows {
		var sum float64
		for c, v := range w[r*cols : (r+1)*cols] {
			sq := float64(v * v)
			sum += sq
			column[c] += sq
		}
		low = max(low, sum)
	}
	for _, v := range column {
		low = max(low, v)
	}
	return low, max(low, largestSquare(w, rows, cols))
}

// largestSquare is the square of the largest singular value: the largest
// eigenvalue of W W^T, or of W^T W if that is smaller, by power iteration.
func largestSquare(w []float64, rows, cols int) float64 {
	g, n := gram(w, rows, cols)
	v, u := make([]float64, n), make([]float64, n)
	s := lane.NewStream(0, "largest singular value", uint64(n))
	for i := range v {
		v[i] = s.Normal()
	}
	var value float64
	const most, close = 2000, 1e-13
	for range most {
		var norm float64
		for _, x := range v {
			norm += float64(x * x)
		}
		if norm == 0 {
			return 0
		}
		scale := 1 / math.Sqrt(norm)
		for i := range v {
			v[i] = float64(v[i] * scale)
		}
		var next float64
		for i := range u {
			u[i] = dot(g[i*n:(i+1)*n], v)
			next += float64(u[i] * v[i])
		}
		v, u = u, v
		if math.Abs(next-value) <= close*next {
			return next
		}
		value = next
	}
	return value
}

// gram is W W^T, or W^T W if that is smaller, of n x n numbers.
func gram(w []float64, rows, cols int) (g []float64, n int) {
	if cols < rows {
		t := make([]float64, len(w))
		for r := range rows {
			for c := range cols {
				t[c*rows+r] = w[r*cols+c]
			}
		}
		return gram(t, cols, rows)
	}
	g = make([]float64, rows*rows)
	for i := range rows {
		for j := range i + 1 {
			d := dot(w[i*cols:(i+1)*cols], w[j*cols:(j+1)*cols])
			g[i*rows+j], g[j*rows+i] = d, d
		}
	}
	return g, rows
}

// dot adds in four sums, which a processor can form side by side.
func dot(a, b []float64) float64 {
	var s [4]float64
	b = b[:len(a)]
	for len(a) >= 4 {
		s[0] += float64(a[0] * b[0])
		s[1] += float64(a[1] * b[1])
		s[2] += float64(a[2] * b[2])
		s[3] += float64(a[3] * b[3])
		a, b = a[4:], b[4:]
	}
	for i, v := range a {
		s[i] += float64(v * b[i])
	}
	return (s[0] + s[1]) + (s[2] + s[3])
}

// conserve divides weights by a gain of the amplitude that it returns, so that they
// conserve energy; weights that do already stay. Of a convolution the gain is
// bounded by Schur's test, sqrt(largest sum of magnitudes of an output channel
// times that of an input channel).
func conserve(p *optim.Parameter) float32 {
	rows := p.Shape[0]
	cols := len(p.Value) / rows
	var square float64
	if len(p.Shape) == 2 {
		square = largestSquare(p.Value, rows, cols)
	} else {
		var most float64
		k2 := p.Shape[2] * p.Shape[3]
		in := make([]float64, p.Shape[1])
		for r := range rows {
			var sum float64
			for i, v := range p.Value[r*cols : (r+1)*cols] {
				sum += math.Abs(v)
				in[i/k2] += math.Abs(v)
			}
			most = max(most, sum)
		}
		var column float64
		for _, v := range in {
			column = max(column, v)
		}
		square = float64(most * column)
	}
	if !(square > 1) {
		return 1
	}
	// Rounded up, so that rounded weights still conserve energy.
	gain := float32(math.Sqrt(square) * (1 + 1e-6))
	for i, v := range p.Value {
		p.Value[i] = v / float64(gain)
	}
	p.Round()
	return gain
}
