package lane

// Load fills the matrix with elements (r, k) = v[r*row + k*col], rounded to its
// precision: with col = 1 v holds rows, with row = 1 it holds columns.
func (p *Packed[T]) Load(v []float64, row, col int) { p.loadFrom(0, v, row, col) }

// loadFrom is Load for the rows from first, the first of a panel, on.
func (p *Packed[T]) loadFrom(first int, v []float64, row, col int) {
	if p.Cols > 0 && (row == 1 || col == 1) {
		whole := (p.Rows - first) / panel
		packPanels(p.Data[first*p.Cols:], v[first*row:], row, col, p.Cols, whole)
		first += whole * panel
	}
	for r := first; r < p.Rows; r++ {
		to := p.Data[r/panel*panel*p.Cols+r%panel:]
		for k := range p.Cols {
			to[k*panel] = T(v[r*row+k*col])
		}
	}
}

// packPanelsGo is the meaning of the kernel packPanels, for matrices whose rows or
// columns lie in one piece:
//
//	for i < panels, k < cols, r < 4: dst[(i*cols+k)*4+r] = src[(4*i+r)*row+k*col]
func packPanelsGo[T Float](dst []T, src []float64, row, col, cols, panels int) {
	for i := range panels {
		to, from := dst[i*panel*cols:][:panel*cols], src[i*panel*row:]
		if row == 1 {
			for k := range cols {
				t, f := to[k*panel:][:panel], from[k*col:][:panel]
				t[0], t[1], t[2], t[3] = T(f[0]), T(f[1]), T(f[2]), T(f[3])
			}
			continue
		}
		a, b, c, d := from[:cols], from[row:][:cols], from[2*row:][:cols], from[3*row:][:cols]
		for k := range a {
			t := to[k*panel:][:panel]
			t[0], t[1], t[2], t[3] = T(a[k]), T(b[k]), T(c[k]), T(d[k])
		}
	}
}
