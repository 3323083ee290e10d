package nn

import "lightfast/pnn/lane"

// panel is the number of rows that a packed matrix holds together.
const panel = 4

// partRows is how many rows of a matrix one work item multiplies. Fewer share
// the work of a batch of 64 samples out more evenly, more read the inputs less
// often.
const partRows = 16

// matrix is a packed matrix with the plan of its product. Its rows, and the
// blocks of a batch, are shared out among work items.
type matrix[T lane.Float] struct {
	packed *lane.Packed[T]
	parts  []lane.Packed[T]
	plan   *lane.Plan
	step   int // rows of the output from one row of the matrix to the next
	blocks int // blocks that one item multiplies
}

func newMatrix[T lane.Float](rows, cols int, plan *lane.Plan, step, blocks int) matrix[T] {
	m := matrix[T]{packed: lane.NewPacked[T](rows, cols), plan: plan, step: step, blocks: blocks}
	for lo := 0; lo < rows; lo += partRows {
		m.parts = append(m.parts, lane.Packed[T]{Rows: min(partRows, rows-lo), Cols: cols, Data: m.packed.Data[lo*cols:]})
	}
	return m
}

// items is the number of work items for a batch.
func (m *matrix[T]) items(blocks int) int {
	return (blocks + m.blocks - 1) / m.blocks * len(m.parts)
}

// multiply computes one item of y = M x + bias. bias (nil: zero) has room for a
// whole number of panels.
func (m *matrix[T]) multiply(item int, y, x *lane.Batch[T], bias []T) {
	part := item % len(m.parts)
	lo := item / len(m.parts) * m.blocks
	hi := min(lo+m.blocks, x.Blocks())
	if bias != nil {
		bias = bias[part*partRows:]
	}
	lane.Product(y.Block(lo, hi)[part*partRows*m.step*lane.Width:], y.Rows, &m.parts[part], x.Block(lo, hi), x.Rows, hi-lo, m.plan, bias, lane.Store)
}

// pack fills the rows of one part with elements v[r*row + k*col].
func (m *matrix[T]) pack(part int, v []float64, row, col int) {
	m.parts[part].Load(v[part*partRows*row:], row, col)
}
