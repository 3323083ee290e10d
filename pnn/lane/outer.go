package lane

// Pair is one term of a weight gradient: the rows of the output gradient and of
// the input at which it is taken.
type Pair struct{ Y, X int }

// pair is a Pair in numbers from the start of the blocks.
type pair struct{ y, x int32 }

// OuterPlan lists the terms that a weight gradient sums for each sample (one
// for a dense product; one a pixel for a tap of a convolution).
type OuterPlan struct{ pairs []pair }

// NewOuterPlan builds an [OuterPlan].
func NewOuterPlan(pairs []Pair) *OuterPlan {
	p := &OuterPlan{}
	for _, q := range pairs {
		p.pairs = append(p.pairs, pair{int32(q.Y * Width), int32(q.X * Width)})
	}
	return p
}

// Outer computes the gradient of a matrix of rows x cols from the gradient y of
// its outputs and its inputs x,
//
//	dst[r*cols+c] = sum over samples and pairs p of y[p.Y + r*yStep] x[p.X + c*xStep]
//
// Each lane is one chain of fused multiply-adds over blocks and pairs in order;
// the lanes are then added by [Tree]. y and x hold yRows and xRows rows a block.
func Outer[T Float](dst []T, rows, cols int, y []T, yRows, yStep int, x []T, xRows, xStep, blocks int, plan *OuterPlan) {
	for r := 0; r < rows; r += panel {
		OuterRows(dst, r, rows, cols, y, yRows, yStep, x, xRows, xStep, blocks, plan)
	}
}

// OuterRows computes the four rows first..first+3 of [Outer], so that rows can
// be shared among workers.
func OuterRows[T Float](dst []T, first, rows, cols int, y []T, yRows, yStep int, x []T, xRows, xStep, blocks int, plan *OuterPlan) {
	var yo, xo [panel]int
	// Rows beyond the last repeat it; what they give is dropped.
	for i := range yo {
		yo[i] = min(first+i, rows-1) * yStep * Width
	}
	for c := 0; c < cols; c += panel {
		for j := range xo {
			xo[j] = min(c+j, cols-1) * xStep * Width
		}
		outerCorner(dst, first, c, rows, cols, y, yRows*Width, &yo, x, xRows*Width, &xo, plan.pairs, blocks)
	}
}

// OuterColumns computes the four rows first..first+3 of the matrix whose column c
// belongs to row columns[c] of the inputs:
//
//	dst[r*len(columns)+c] = sum over samples and pairs p of y[p.Y + r*yStep] x[p.X + columns[c]]
//
// in the order of [Outer].
func OuterColumns[T Float](dst []T, first, rows int, columns []int, y []T, yRows, yStep int, x []T, xRows, blocks int, plan *OuterPlan) {
	var yo, xo [panel]int
	for i := range yo {
		yo[i] = min(first+i, rows-1) * yStep * Width
	}
	for c := 0; c < len(columns); c += panel {
		for j := range xo {
			xo[j] = columns[min(c+j, len(columns)-1)] * Width
		}
		outerCorner(dst, first, c, rows, len(columns), y, yRows*Width, &yo, x, xRows*Width, &xo, plan.pairs, blocks)
	}
}

// outerCorner computes the tile of dst at (row, col), or what of it there is.
func outerCorner[T Float](dst []T, row, col, rows, cols int, y []T, yBlock int, yo *[panel]int, x []T, xBlock int, xo *[panel]int, pairs []pair, blocks int) {
	at := row*cols + col
	if row+panel <= rows && col+panel <= cols {
		outerTile(dst[at:], cols, y, yBlock, yo, x, xBlock, xo, pairs, blocks)
		return
	}
	var tile [panel * panel]T
	outerTile(tile[:], panel, y, yBlock, yo, x, xBlock, xo, pairs, blocks)
	for i := range min(panel, rows-row) {
		copy(dst[at+i*cols:][:min(panel, cols-col)], tile[i*panel:])
	}
}

// outerTileGo is the meaning of the kernel outerTile:
//
//	for i, j < 4, l < 16:
//		acc[l] = 0
//		for b < blocks, each pair p: acc[l] = fma(y[b*yBlock+yo[i]+p.y+l], x[b*xBlock+xo[j]+p.x+l], acc[l])
//		dst[dstRow*i+j] = Tree(acc)
func outerTileGo[T Float](dst []T, dstRow int, y []T, yBlock int, yo *[panel]int, x []T, xBlock int, xo *[panel]int, pairs []pair, blocks int) {
	for i := range panel {
		for j := range panel {
			var acc [Width]T
			for b := range blocks {
				for _, p := range pairs {
					fmaRows(&acc, y[b*yBlock+yo[i]+int(p.y):], x[b*xBlock+xo[j]+int(p.x):])
				}
			}
			dst[i*dstRow+j] = Tree(&acc)
		}
	}
}

// Panels holds rows of a batch in the order in which a dense weight gradient
// reads them: four rows together, block by block. In a batch the same row of
// consecutive blocks is a large power of two apart, for which caches have few
// places.
type Panels[T Float] struct {
	Rows, blocks int
	turned       bool // the order of FitInputs
	data         []T
}

// Fit makes room for rows rows of blocks blocks of unspecified content, without
// allocating if there was as much before.
func (p *Panels[T]) Fit(rows, blocks int) {
	p.turned = false
	p.fit(rows, blocks)
}

func (p *Panels[T]) fit(rows, blocks int) {
	p.Rows, p.blocks = rows, blocks
	n := p.Count() * p.size()
	if cap(p.data) < n {
		p.data = make([]T, n)
	}
	p.data = p.data[:n]
}

// Tall is the number of rows that a panel holds, at most 32.
func (p *Panels[T]) Tall() int {
	if p.turned {
		return turnedRows
	}
	return panel
}

// Count is the number of panels.
func (p *Panels[T]) Count() int { return (p.Rows + p.Tall() - 1) / p.Tall() }

func (p *Panels[T]) size() int { return p.blocks * p.Tall() * Width }

// Pack copies panel i from all blocks of a batch; rows beyond the last become
// zero.
func (p *Panels[T]) Pack(i int, src []T) {
	if p.turned {
		p.turn(i, src)
		return
	}
	rows := min(panel, p.Rows-i*panel)
	for b := range p.blocks {
		dst := p.data[i*p.size()+b*panel*Width:][:panel*Width]
		n := copy(dst, src[(b*p.Rows+i*panel)*Width:][:rows*Width])
		clear(dst[n:])
	}
}

// OuterPanels computes the rows of panels lo..hi-1 of [Outer] for a dense product
// from the packed gradients of the outputs and the packed inputs: the same bits,
// faster, the more so if hi-lo is a few: each panel of x is then read once from
// the near cache for all of them.
func OuterPanels[T Float](dst []T, lo, hi int, y, x *Panels[T]) {
	whole, cols := wholeTiles(lo, hi, y, x)
	if whole > 0 {
		outerPanels(dst[lo*panel*x.Rows:], x.Rows, y.data[lo*y.size():], y.size(), whole, x.data, x.size(), cols, y.blocks)
	}
	for c := range x.Count() {
		for i := lo; i < hi; i++ {
			if i >= lo+whole || c >= cols {
				outerCorner(dst, i*panel, c*panel, y.Rows, x.Rows, y.data[i*y.size():][:y.size()], panel*Width, &packedRows, x.data[c*x.size():][:x.size()], panel*Width, &packedRows, justOne, x.blocks)
			}
		}
	}
}

// AddOuterPanels adds what [OuterPanels] computes to sums of double precision,
// which count as zero, whatever stands there, if fresh.
func AddOuterPanels[T Float](sum []float64, fresh bool, lo, hi int, y, x *Panels[T]) {
	if lo < hi {
		addPanels(sum[lo*panel*x.Rows:], fresh, lo, hi, y, x)
	}
}

// addPanels adds to the sums of the rows of panels lo..hi-1.
func addPanels[T Float](sum []float64, fresh bool, lo, hi int, y, x *Panels[T]) {
	if x.turned {
		addTurnedRows(sum, fresh, lo*panel, min(hi*panel, y.Rows), y, x)
		return
	}
	whole, cols := wholeTiles(lo, hi, y, x)
	if whole > 0 {
		addOuterPanels(sum, x.Rows, fresh, y.data[lo*y.size():], y.size(), whole, x.data, x.size(), cols, y.blocks)
	}
	for c := range x.Count() {
		for i := lo; i < hi; i++ {
			if i >= lo+whole || c >= cols {
				at := (i-lo)*panel*x.Rows + c*panel
				addOuterTile(sum[at:], x.Rows, fresh, min(panel, y.Rows-i*panel), min(panel, x.Rows-c*panel), y.data[i*y.size():], x.data[c*x.size():], y.blocks)
			}
		}
	}
}

// wholeTiles is the number of panels of y from lo on, and of those of x from 0 on,
// whose tiles are whole and have blocks to sum; no or both are zero.
func wholeTiles[T Float](lo, hi int, y, x *Panels[T]) (ny, nx int) {
	ny, nx = min(hi, y.Rows/panel)-lo, x.Rows/panel
	if ny <= 0 || nx == 0 || y.blocks == 0 {
		return 0, 0
	}
	return ny, nx
}

// packedRows are the offsets of the rows of a panel, and justOne the plan of a
// dense product.
var (
	packedRows = [panel]int{0, Width, 2 * Width, 3 * Width}
	justOne    = []pair{{}}
)

// outerPanelsGo is the meaning of the kernel outerPanels: outerTile for each of
// ny panels of y with each of nx panels of x.
func outerPanelsGo[T Float](dst []T, dstRow int, y []T, ySize, ny int, x []T, xSize, nx, blocks int) {
	for c := range nx {
		for i := range ny {
			outerTile(dst[i*panel*dstRow+c*panel:], dstRow, y[i*ySize:], panel*Width, &packedRows, x[c*xSize:], panel*Width, &packedRows, justOne, blocks)
		}
	}
}

// addOuterPanelsGo is the meaning of the kernel addOuterPanels: what outerPanels
// computes is added to sum, or to zero if fresh.
func addOuterPanelsGo[T Float](sum []float64, sumRow int, fresh bool, y []T, ySize, ny int, x []T, xSize, nx, blocks int) {
	for c := range nx {
		for i := range ny {
			addOuterTile(sum[i*panel*sumRow+c*panel:], sumRow, fresh, panel, panel, y[i*ySize:], x[c*xSize:], blocks)
		}
	}
}

// addOuterTile adds rows x cols numbers of the tile of two panels to sum.
func addOuterTile[T Float](sum []float64, sumRow int, fresh bool, rows, cols int, y, x []T, blocks int) {
	var tile [panel * panel]T
	outerTile(tile[:], panel, y, panel*Width, &packedRows, x, panel*Width, &packedRows, justOne, blocks)
	for i := range rows {
		row := sum[i*sumRow:][:cols]
		if fresh {
			clear(row)
		}
		for j := range row {
			row[j] += float64(tile[i*panel+j])
		}
	}
}

// Tree adds sixteen lanes in the order in which halves fold onto each other:
// lane l takes lane l+8, then l+4, l+2, l+1.
func Tree[T Float](a *[Width]T) T {
	v := *a
	for n := Width / 2; n > 0; n /= 2 {
		for l := range n {
			v[l] += v[l+n]
		}
	}
	return v[0]
}
