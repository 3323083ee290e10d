//go:build !amd64

package lane

// On this architecture every kernel is its plain-Go twin.

func productPanel[T Float](y []T, yBlock, yRow int, w, x []T, xAt, xBlock int, taps []tap, bias []T, rows, blocks int, relu bool) {
	productPanelGo(y, yBlock, yRow, w, x, xAt, xBlock, taps, bias, rows, blocks, relu)
}

func outerTile[T Float](dst *[panel * panel]T, y []T, yBlock int, yo *[panel]int, x []T, xBlock int, xo *[panel]int, pairs []pair, blocks int) {
	outerTileGo(dst, y, yBlock, yo, x, xBlock, xo, pairs, blocks)
}

func rotateLines[T Float](data []T, lines, blocks int, top, next []int32, rotors []Rotor[T]) {
	rotateGo(data, lines, blocks, top, next, rotors)
}

func rotateAdjointLines[T Float](sum []Rotor[T], grad, state []T, lines, blocks int, top, next []int32, rotors []Rotor[T]) {
	rotateAdjointGo(sum, grad, state, lines, blocks, top, next, rotors)
}

func maskRows[T Float](g, y []T) { maskGo(g, y) }

func addRows[T Float](y, x []T) { addGo(y, x) }

func sumRows[T Float](y []T, yBlock, rows, blocks int) T {
	return sumRowsGo(y, yBlock, rows, blocks)
}
