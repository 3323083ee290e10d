package lane

// turnedRows is the number of rows that a turned panel holds: two registers of
// AVX-512.
const turnedRows = 32

// FitInputs is [Panels.Fit] for the inputs of [AddOuterPanels] alone. It may choose
// an order in which thirty-two rows of one sample lie together: a register then holds
// columns of the gradient instead of samples, so that nothing is folded within
// registers. For the four blocks of a group that takes two thirds of the time.
func (p *Panels[T]) FitInputs(rows, blocks int) {
	p.turned = blocks == Group && turns[T]()
	p.fit(rows, blocks)
}

// turn copies panel i of a group of blocks: row r of the panel, lane l of block b
// becomes number (b*16+l)*32+r; rows beyond the last become zero.
func (p *Panels[T]) turn(i int, src []T) {
	rows := min(turnedRows, p.Rows-i*turnedRows)
	for b := range p.blocks {
		to, from := p.data[i*p.size()+b*turnedRows*Width:], src[(b*p.Rows+i*turnedRows)*Width:][:rows*Width]
		for lo := 0; lo < turnedRows; lo += Width {
			if lo+Width <= rows {
				turnRows(to[lo:], from[lo*Width:])
				continue
			}
			var some [Width * Width]T
			copy(some[:], from[min(lo, rows)*Width:])
			turnRows(to[lo:], some[:])
		}
	}
}

// turnRowsGo is the meaning of the kernel turnRows:
//
//	for r, l < 16: dst[32*l+r] = src[16*r+l]
func turnRowsGo[T Float](dst, src []T) {
	for r := range Width {
		for l, v := range src[r*Width:][:Width] {
			dst[l*turnedRows+r] = v
		}
	}
}

// addTurnedRows adds rows lo..hi-1 of the gradient from turned inputs to the sums of
// these rows.
func addTurnedRows[T Float](sum []float64, fresh bool, lo, hi int, y, x *Panels[T]) {
	even := (hi - lo) &^ 1
	ys := y.data[lo/panel*y.size():]
	for c := 0; c < x.Rows; c += turnedRows {
		xs, cols := x.data[c/turnedRows*x.size():], min(turnedRows, x.Rows-c)
		if even > 0 {
			addTurned(sum[c:], x.Rows, fresh, ys, y.size(), even, xs, cols)
		}
		if even == hi-lo {
			continue
		}
		var two [2 * turnedRows]float64 // rows of which there is one
		addTurned(two[:], turnedRows, true, ys[even/panel*y.size()+even%panel*Width:], y.size(), 2, xs, cols)
		row := sum[even*x.Rows+c:][:cols]
		if fresh {
			clear(row)
		}
		for i := range row {
			row[i] += two[i]
		}
	}
}

// addTurnedGo is the meaning of the kernel addTurned, for an even number of rows, up
// to thirty-two columns and four blocks:
//
//	for r < rows, c < cols:
//		for l < 16:
//			acc[l] = 0
//			for b < 4: acc[l] = fma(x[(16*b+l)*32+c], y[r/4*ySize+(4*b+r%4)*16+l], acc[l])
//		sum[r*sumRow+c] += Tree(acc), or = 0 + Tree(acc) if fresh
func addTurnedGo[T Float](sum []float64, sumRow int, fresh bool, y []T, ySize, rows int, x []T, cols int) {
	for r := range rows {
		for c := range cols {
			var acc [Width]T
			for b := range Group {
				var col [Width]T
				for l := range col {
					col[l] = x[(b*Width+l)*turnedRows+c]
				}
				fmaRows(&acc, y[r/panel*ySize+(b*panel+r%panel)*Width:], col[:])
			}
			v := &sum[r*sumRow+c]
			if fresh {
				*v = 0
			}
			*v += float64(Tree(&acc))
		}
	}
}
