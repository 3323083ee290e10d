//go:build !amd64 && !arm64

package lane

// On this architecture every kernel is its plain-Go twin.

func productPanels[T Float](y []T, yBlock, yRow int, w []T, cols, rows int, x []T, xAt, xBlock int, taps []tap, bias []T, blocks int, resume bool, finish Finish) {
	productPanelsGo(y, yBlock, yRow, w, cols, rows, x, xAt, xBlock, taps, bias, blocks, resume, finish)
}

func packPanels[T Float](dst []T, src []float64, row, col, cols, panels int) {
	packPanelsGo(dst, src, row, col, cols, panels)
}

func outerTile[T Float](dst []T, dstRow int, y []T, yBlock int, yo *[panel]int, x []T, xBlock int, xo *[panel]int, pairs []pair, blocks int) {
	outerTileGo(dst, dstRow, y, yBlock, yo, x, xBlock, xo, pairs, blocks)
}

// resumes says that [outerMore] has no kernel here.
func resumes[T Float]() bool { return false }

func outerMore[T Float](acc []T, y []T, yo *[panel]int, x []T, xo *[panel]int, pairs []pair) {
	outerMoreGo(acc, y, yo, x, xo, pairs)
}

func outerPanels[T Float](dst []T, dstRow int, y []T, ySize, ny int, x []T, xSize, nx, blocks int) {
	outerPanelsGo(dst, dstRow, y, ySize, ny, x, xSize, nx, blocks)
}

func addOuterPanels[T Float](sum []float64, sumRow int, fresh bool, y []T, ySize, ny int, x []T, xSize, nx, blocks int) {
	addOuterPanelsGo(sum, sumRow, fresh, y, ySize, ny, x, xSize, nx, blocks)
}

func rotateLines[T Float](dst, src []T, lines, blocks int, top, next []int32, rotors []Rotor[T]) {
	rotateGo(dst, src, lines, blocks, top, next, rotors)
}

func rotateAdjointLines[T Float](sum []Rotor[T], grad, state []T, lines, blocks int, top, next []int32, rotors []Rotor[T]) {
	rotateAdjointGo(sum, grad, state, lines, blocks, top, next, rotors)
}

func maskRows[T Float](g, y []T) { maskGo(g, y) }

func addRows[T Float](y, x []T) { addGo(y, x) }

func timesRows[T Float](y, a, b []T) { timesGo(y, a, b) }

func unsaturatedRows[T Float](u, ku, x []T, k T) { unsaturatedGo(u, ku, x, k) }

func sumRows[T Float](y []T, yBlock, rows, blocks int) T {
	return sumRowsGo(y, yBlock, rows, blocks)
}

func reluRows[T Float](y, x []T) { reluGo(y, x) }

func detectRows[T Float](intensity, field []T) { detectGo(intensity, field) }

func turnLines[T Float](data, cos, sin []T) { turnGo(data, cos, sin) }

func expRows[T Float](y, x []T) { expRowsGo(y, x) }

func logRows[T Float](y, x []T) { logRowsGo(y, x) }

func sinCosRows[T Float](sin, cos, x []T) { sinCosRowsGo(sin, cos, x) }

func electroOptic[T Float](out, in []T, scale, gain, bias T) {
	electroOpticGo(out, in, scale, gain, bias)
}

func electroOpticAdjoint[T Float](dIn, dOut, in, local []T, scale, gain, bias T) {
	electroOpticAdjointGo(dIn, dOut, in, local, scale, gain, bias)
}

func peak(int) int { return 0 }

func transferMatrices[T Float](rotors []Rotor[T], tiles [][tileRows][tile]float64) {
	transferMatricesGo(rotors, tiles)
}

func transferGradients[T Float](tiles [][tileRows][tile]float64, g [][]Rotor[T]) {
	transferGradientsGo(tiles, g)
}

func adam(s *AdamStep, value, m, v, gradient []float64) { adamGo(s, value, m, v, gradient) }

// turns tells that a kernel addTurned beats those of other orders: not here.
func turns[T Float]() bool { return false }

func turnRows[T Float](dst, src []T) { turnRowsGo(dst, src) }

func addTurned[T Float](sum []float64, sumRow int, fresh bool, y []T, ySize, rows int, x []T, cols int) {
	addTurnedGo(sum, sumRow, fresh, y, ySize, rows, x, cols)
}

// learnTurned tells how many rows a kernel has learnt: none.
func learnTurned[T Float](*Learning, *Packed[T], []float64, int, int, *Panels[T], *Panels[T]) int {
	return 0
}

func gatherLanes(dst []float32, table *[256]float32, rows *[Width][]uint8) {
	gatherLanesGo(dst, table, rows, 0)
}
