package lane

// Mask zeroes g wherever y is not positive: the adjoint of a rectifier whose
// output was y.
func Mask[T Float](g, y []T) { maskRows(g, y) }

// maskGo is the meaning of the kernel behind [Mask].
func maskGo[T Float](g, y []T) {
	for i, v := range y {
		if !(v > 0) {
			g[i] = 0
		}
	}
}

// SumRows adds rows consecutive rows, beginning at y[0] in each of blocks blocks
// of yRows rows, and all their lanes: the gradient of a bias.
func SumRows[T Float](y []T, yRows, rows, blocks int) T {
	return sumRows(y, yRows*Width, rows, blocks)
}

// sumRowsGo is the meaning of the kernel behind [SumRows]: a chain of additions
// over blocks and rows in order for each lane, folded by [Tree].
func sumRowsGo[T Float](y []T, yBlock, rows, blocks int) T {
	var acc [Width]T
	for b := range blocks {
		for r := range rows {
			for l := range acc {
				acc[l] += y[b*yBlock+r*Width+l]
			}
		}
	}
	return Tree(&acc)
}

// Add adds x to y, element by element.
func Add[T Float](y, x []T) { addRows(y, x) }

// addGo is the meaning of the kernel behind [Add].
func addGo[T Float](y, x []T) {
	for i, v := range x {
		y[i] += v
	}
}

// Times computes y = a b, element by element; y may be a or b.
func Times[T Float](y, a, b []T) { timesRows(y[:len(a)], a, b[:len(a)]) }

// timesGo is the meaning of the kernel behind [Times].
func timesGo[T Float](y, a, b []T) {
	for i, v := range a {
		y[i] = v * b[i]
	}
}

// Unsaturated computes the share u = 1/(1+x^2) of a saturable absorber's atoms
// that light of amplitude x leaves in the ground state, and ku = k u. Neither
// overlaps with x.
func Unsaturated[T Float](u, ku, x []T, k T) {
	unsaturatedRows(u[:len(x)], ku[:len(x)], x, k)
}

// unsaturatedGo is the meaning of the kernel behind [Unsaturated].
func unsaturatedGo[T Float](u, ku, x []T, k T) {
	for i, v := range x {
		w := 1 / (1 + T(v*v))
		u[i], ku[i] = w, k*w
	}
}
