package optical

import (
	"slices"

	"lightfast/pnn/dataset"
	"lightfast/pnn/lane"
)

// gather fills b with images of a set as inputs; lanes beyond the last are zero.
func gather(b *lane.Batch[float32], s *dataset.Set, table *[256]float32, index []int) {
	b.Resize(len(index))
	for blk := range b.Blocks() {
		out := b.Block(blk, blk+1)
		some := index[blk*lane.Width : min((blk+1)*lane.Width, len(index))]
		if len(some) < lane.Width {
			clear(out)
		}
		l := 0
		for ; l+8 <= len(some); l += 8 {
			gatherEight(out[l:], s, table, some[l:])
		}
		for ; l < len(some); l++ {
			for r, v := range s.Image(some[l]) {
				out[r*lane.Width+l] = table[v]
			}
		}
	}
}

// gatherEight fills eight lanes at once: their numbers share cache lines.
func gatherEight(out []float32, s *dataset.Set, table *[256]float32, index []int) {
	a := s.Image(index[0])
	n := len(a)
	b, c, d := s.Image(index[1])[:n], s.Image(index[2])[:n], s.Image(index[3])[:n]
	e, f, g, h := s.Image(index[4])[:n], s.Image(index[5])[:n], s.Image(index[6])[:n], s.Image(index[7])[:n]
	for r := range a {
		to := (*[8]float32)(out[r*lane.Width:])
		to[0], to[1], to[2], to[3] = table[a[r]], table[b[r]], table[c[r]], table[d[r]]
		to[4], to[5], to[6], to[7] = table[e[r]], table[f[r]], table[g[r]], table[h[r]]
	}
}

// Halves splits n images at random into a half for validation and one for the
// test, the greater if n is odd; both keep the order of the set.
func Halves(n int, seed uint64) (valid, test []int) {
	order := lane.NewStream(seed, "halves of the test set", 0).Perm(n)
	valid, test = order[:n/2], order[n/2:]
	slices.Sort(valid)
	slices.Sort(test)
	return valid, test
}

// span lists lo..hi-1.
func span(lo, hi int) []int {
	s := make([]int, hi-lo)
	for i := range s {
		s[i] = lo + i
	}
	return s
}
