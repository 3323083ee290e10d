package optical

import (
	"slices"

	"lightfast/pnn/dataset"
	"lightfast/pnn/lane"
)

// gatherer fills a batch with images of a set as inputs.
type gatherer struct {
	b     *lane.Batch[float32]
	set   *dataset.Set
	table [256]float32 // inputs by pixel
	index []int
	body  func(item, worker int)
}

// gather fills the batch with the images with the given numbers; lanes beyond the last
// are zero.
func (g *gatherer) gather(pool *lane.Pool, s *dataset.Set, index []int) {
	g.b.Resize(len(index))
	g.set, g.index = s, index
	if g.body == nil {
		g.body = g.block
	}
	pool.For(g.b.Blocks(), g.body)
}

func (g *gatherer) block(blk, _ int) {
	var rows [lane.Width][]uint8
	some := g.index[blk*lane.Width : min((blk+1)*lane.Width, len(g.index))]
	for l, i := range some {
		rows[l] = g.set.Image(i)
	}
	lane.GatherLanes(g.b.Block(blk, blk+1), &g.table, rows[:len(some)])
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
