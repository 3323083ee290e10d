package fft

import "lightfast/pnn/lane"

// smooth transforms sixteen lines of a length without prime factors above 7, by
// decimation in time:
//
//	n = r_1 r_2 ... r_k
//
// The line is split into r_k lines of every r_k-th element, these again, and so
// on down to runs of r_1 elements. Pass 1 transforms the runs and leaves each in
// one piece; pass s multiplies by twiddles and joins r_s pieces in place.
type smooth[T lane.Float] struct {
	n      int
	order  []int32   // where pass 1 expects element j
	gather pass[T]   // pass 1 from natural order
	passes []pass[T] // pass 1 in place from that order, then the others
	chunks int       // the last pass joins so many pieces: pieces are finished one by one, in cache
}

// newSmooth returns a plan for lines of n numbers whose factors are these.
func newSmooth[T lane.Float](n int, radix []int) *smooth[T] {
	t := &smooth[T]{n: n, order: make([]int32, n), chunks: 1}
	for j := range t.order {
		t.order[j] = int32(reversed(j, n, radix))
	}
	if len(radix) == 0 {
		return t
	}
	natural := make([]int32, n)
	for j, e := range t.order {
		natural[e] = int32(j)
	}
	r := radix[0]
	t.gather = pass[T]{radix: r, src: n / r, dst: 1}
	inPlace := pass[T]{radix: r, src: 1, dst: 1}
	for e := 0; e < n; e += r {
		t.gather.table = append(t.gather.table, natural[e], int32(e), 0)
		inPlace.table = append(inPlace.table, int32(e), int32(e), 0)
	}
	t.passes = append(t.passes, inPlace)
	piece := r
	for _, r := range radix[1:] {
		t.passes = append(t.passes, joining[T](n, piece, r))
		piece *= r
	}
	t.chunks = radix[len(radix)-1]
	return t
}

// reversed is the place of element j when a line of n elements is split by the
// last radix first.
func reversed(j, n int, radix []int) int {
	at := 0
	for k := len(radix) - 1; k >= 0; k-- {
		n /= radix[k]
		at += j % radix[k] * n
		j /= radix[k]
	}
	return at
}

// joining is the pass that joins r pieces at a time in place.
func joining[T lane.Float](n, piece, r int) pass[T] {
	p := pass[T]{form: later, radix: r, src: piece, dst: piece}
	for start := 0; start < n; start += piece * r {
		for j := range piece {
			p.table = append(p.table, int32(start+j), int32(start+j), int32(j*2*(r-1)))
		}
	}
	for j := range piece {
		for m := 1; m < r; m++ {
			re, im := root(-j*m, piece*r)
			p.twiddles = append(p.twiddles, T(re), T(im))
		}
	}
	return p
}
