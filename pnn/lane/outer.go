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
	var tile [panel * panel]T
	// Rows beyond the last repeat it; what they give is dropped.
	for i := range yo {
		yo[i] = min(first+i, rows-1) * yStep * Width
	}
	for c := 0; c < cols; c += panel {
		for j := range xo {
			xo[j] = min(c+j, cols-1) * xStep * Width
		}
		outerTile(&tile, y, yRows*Width, &yo, x, xRows*Width, &xo, plan.pairs, blocks)
		for i := range min(panel, rows-first) {
			copy(dst[(first+i)*cols+c:(first+i)*cols+min(c+panel, cols)], tile[i*panel:])
		}
	}
}

// outerTileGo is the meaning of the kernel outerTile:
//
//	for i, j < 4, l < 16:
//		acc[l] = 0
//		for b < blocks, each pair p: acc[l] = fma(y[b*yBlock+yo[i]+p.y+l], x[b*xBlock+xo[j]+p.x+l], acc[l])
//		dst[4*i+j] = Tree(acc)
func outerTileGo[T Float](dst *[panel * panel]T, y []T, yBlock int, yo *[panel]int, x []T, xBlock int, xo *[panel]int, pairs []pair, blocks int) {
	for i := range panel {
		for j := range panel {
			var acc [Width]T
			for b := range blocks {
				for _, p := range pairs {
					fmaRows(&acc, y[b*yBlock+yo[i]+int(p.y):], x[b*xBlock+xo[j]+int(p.x):])
				}
			}
			dst[i*panel+j] = Tree(&acc)
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
