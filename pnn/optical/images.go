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
		for l := range lane.Width {
			n := blk*lane.Width + l
			if n >= len(index) {
				for r := range b.Rows {
					out[r*lane.Width+l] = 0
				}
				continue
			}
			for r, v := range s.Image(index[n]) {
				out[r*lane.Width+l] = table[v]
			}
		}
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
