package fft

import "lightfast/pnn/lane"

// form tells the butterflies of a pass apart.
type form int

const (
	first form = iota // no twiddles
	later             // inputs 1..radix-1 are multiplied by twiddles
	half              // no twiddles; inputs from radix/2 on count as zero
	head              // twiddles; only outputs below radix/2 are stored
)

// pass is one step of a transform: butterflies of one radix.
type pass[T lane.Float] struct {
	form     form
	radix    int
	src, dst int     // elements between the inputs, between the outputs, of a butterfly
	table    []int32 // for each butterfly: first input, first output, first twiddle
	twiddles []T     // (re, im) pairs, radix-1 for each place in a block
}

// butterfliesGo is the meaning of the butterfly kernels: butterflies from..from+count-1
// of p between two views.
//
//	x_m = w_m src[table[0] + m p.src]   m = 0..radix-1, w_0 = 1
//	dst[table[1] + k p.dst] = sum_m x_m exp(-2 pi i k m/radix)
//
// evaluated as [small] states, every operation rounded.
func butterfliesGo[T lane.Float](p *pass[T], dst, src view[T], from, count int) {
	inputs, outputs := p.radix, p.radix
	switch p.form {
	case half:
		inputs /= 2
	case head:
		outputs /= 2
	}
	var x points[T]
	for b := from; b < from+count; b++ {
		s, d, t := int(p.table[3*b])*src.row, int(p.table[3*b+1])*dst.row, int(p.table[3*b+2])
		for l := range width {
			for m := range inputs {
				at := s + m*p.src*src.row + l
				x[m] = cx[T]{src.data[src.re+at], src.data[src.im+at]}
				if m > 0 && (p.form == later || p.form == head) {
					x[m] = cx[T]{p.twiddles[t+2*m-2], p.twiddles[t+2*m-1]}.times(x[m])
				}
			}
			small(p.radix, &x, p.form == half)
			for k := range outputs {
				at := d + k*p.dst*dst.row + l
				dst.data[dst.re+at], dst.data[dst.im+at] = x[k].re, x[k].im
			}
		}
	}
}
