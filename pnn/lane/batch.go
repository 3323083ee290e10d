package lane

// Width is the number of samples that ride together in one block.
const Width = 16

// Float is the element type: float32 for training, float64 for checks.
type Float interface{ float32 | float64 }

// Batch holds Samples samples of Rows real features, in blocks of [Width]
// samples: feature r of sample s is Data[(s/16*Rows+r)*16+s%16]. Lanes of the
// last block beyond Samples are kept zero by whoever fills the batch.
type Batch[T Float] struct {
	Samples, Rows int
	Data          []T
}

// NewBatch returns a batch of zeros.
func NewBatch[T Float](samples, rows int) *Batch[T] {
	return &Batch[T]{Samples: samples, Rows: rows, Data: make([]T, Blocks(samples)*rows*Width)}
}

// Blocks is the number of blocks that hold n samples.
func Blocks(n int) int { return (n + Width - 1) / Width }

// Blocks is the number of blocks of the batch.
func (b *Batch[T]) Blocks() int { return Blocks(b.Samples) }

// Block returns the rows of blocks lo..hi-1 as one slice; row r of block i
// begins at ((i-lo)*Rows+r)*Width.
func (b *Batch[T]) Block(lo, hi int) []T {
	return b.Data[lo*b.Rows*Width : hi*b.Rows*Width]
}

// At returns feature row of sample s.
func (b *Batch[T]) At(s, row int) T { return b.Data[(s/Width*b.Rows+row)*Width+s%Width] }

// Set stores feature row of sample s.
func (b *Batch[T]) Set(s, row int, v T) { b.Data[(s/Width*b.Rows+row)*Width+s%Width] = v }

// Resize makes the batch hold samples samples of unspecified content, without
// allocating if it held as many before.
func (b *Batch[T]) Resize(samples int) {
	n := Blocks(samples) * b.Rows * Width
	if cap(b.Data) < n {
		b.Data = make([]T, n)
	}
	b.Data, b.Samples = b.Data[:n], samples
}

// Gather fills b with samples index[0], index[1], ... of src, which holds
// src.Rows numbers a sample; lanes beyond len(index) become zero.
func (b *Batch[T]) Gather(src *Samples[T], index []int) {
	b.Resize(len(index))
	for blk := range b.Blocks() {
		out := b.Block(blk, blk+1)
		for l := range Width {
			if s := blk*Width + l; s < len(index) {
				for r, v := range src.Row(index[s]) {
					out[r*Width+l] = v
				}
				continue
			}
			for r := range b.Rows {
				out[r*Width+l] = 0
			}
		}
	}
}

// Samples is a data set in sample-major order: row s holds the Rows features
// of sample s. It is what batches are gathered from.
type Samples[T Float] struct {
	Rows int
	Data []T
}

// Len is the number of samples.
func (s *Samples[T]) Len() int { return len(s.Data) / s.Rows }

// Numbers is the number of features of a sample.
func (s *Samples[T]) Numbers() int { return s.Rows }

// Gather fills b with samples index[0], index[1], ...
func (s *Samples[T]) Gather(b *Batch[T], index []int) { b.Gather(s, index) }

// Row returns the features of sample i.
func (s *Samples[T]) Row(i int) []T { return s.Data[i*s.Rows : (i+1)*s.Rows] }
