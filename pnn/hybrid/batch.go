package hybrid

import (
	"lightfast/pnn/dataset"
	"lightfast/pnn/lane"
)

// batch is what one step trains on.
type batch struct {
	Images *lane.Batch[float32]
	Labels []uint8

	level [256]float32 // input by pixel
}

func newBatch(e Encoding) batch {
	return batch{Images: lane.NewBatch[float32](0, 784), level: levels[float32](e)}
}

// levels are the inputs that pixels stand for.
func levels[T lane.Float](e Encoding) (level [256]T) {
	sd := e.SD
	if sd == 0 {
		sd = 1
	}
	for i := range level {
		level[i] = T((float64(i)/255 - e.Mean) / sd)
	}
	return level
}

// load fills the batch with images of a set; lanes beyond the last are zero.
func (b *batch) load(set *dataset.Set, index []int) {
	x := b.Images
	x.Resize(len(index))
	b.Labels = b.Labels[:0]
	for _, i := range index {
		b.Labels = append(b.Labels, set.Labels[i])
	}
	var images [lane.Width][]uint8
	for blk := range x.Blocks() {
		lanes := min(lane.Width, len(index)-blk*lane.Width)
		for l := range lanes {
			images[l] = set.Image(index[blk*lane.Width+l])
		}
		lane.GatherLanes(x.Block(blk, blk+1), &b.level, images[:lanes])
	}
}
