package lane

import "unsafe"

// Here the float32 kernels meet NEON. Every other type, and the instruction set
// "generic", runs the plain-Go twin. Slices are checked to reach as far as a
// kernel reads or writes before its address is taken.

// register is the number of float32 in one register.
const register = 4

func simd[T Float]() bool {
	var t T
	return unsafe.Sizeof(t) == 4 && isa != "generic"
}

func f32[T Float](s []T) *float32 { return (*float32)(unsafe.Pointer(unsafe.SliceData(s))) }

func productPanels[T Float](y []T, yBlock, yRow int, w []T, cols, rows int, x []T, xAt, xBlock int, taps []tap, bias []T, blocks int, resume bool, finish Finish) {
	if !simd[T]() {
		productPanelsGo(y, yBlock, yRow, w, cols, rows, x, xAt, xBlock, taps, bias, blocks, resume, finish)
		return
	}
	if blocks == 0 || rows == 0 {
		return
	}
	_ = y[(blocks-1)*yBlock+(rows-1)*yRow+Width-1]
	t := (*int32)(unsafe.Pointer(unsafe.SliceData(taps)))
	b := 0
	if rows <= 2 { // two blocks side by side fill the registers
		for ; b+2 <= blocks; b += 2 {
			productPairNEON(f32(y[b*yBlock:]), yBlock, yRow, f32(w), cols, rows, f32(x[b*xBlock+xAt:]), xBlock, t, len(taps), f32(bias), resume, int(finish))
		}
	}
	for ; b < blocks; b++ {
		productPanelsNEON(f32(y[b*yBlock:]), yBlock, yRow, f32(w), cols, rows, f32(x[b*xBlock+xAt:]), xBlock, t, len(taps), f32(bias), resume, int(finish))
	}
}

func packPanels[T Float](dst []T, src []float64, row, col, cols, panels int) {
	packPanelsGo(dst, src, row, col, cols, panels)
}

func outerTile[T Float](dst []T, dstRow int, y []T, yBlock int, yo *[panel]int, x []T, xBlock int, xo *[panel]int, pairs []pair, blocks int) {
	if !simd[T]() {
		outerTileGo(dst, dstRow, y, yBlock, yo, x, xBlock, xo, pairs, blocks)
		return
	}
	_ = dst[(panel-1)*dstRow+panel-1]
	p := (*int32)(unsafe.Pointer(unsafe.SliceData(pairs)))
	for j := 0; j < panel; j += 2 {
		outerTileNEON(f32(dst[j:]), dstRow, f32(y), yBlock, &yo[0], f32(x), xBlock, &xo[j], p, len(pairs), blocks)
	}
}

// resumes says that [outerMore] has no kernel here.
func resumes[T Float]() bool { return false }

func outerMore[T Float](acc []T, y []T, yo *[panel]int, x []T, xo *[panel]int, pairs []pair) {
	outerMoreGo(acc, y, yo, x, xo, pairs)
}

func outerPanels[T Float](dst []T, dstRow int, y []T, ySize, ny int, x []T, xSize, nx, blocks int) {
	if !simd[T]() {
		outerPanelsGo(dst, dstRow, y, ySize, ny, x, xSize, nx, blocks)
		return
	}
	_, _, _ = dst[(ny*panel-1)*dstRow+nx*panel-1], y[(ny-1)*ySize+blocks*panel*Width-1], x[(nx-1)*xSize+blocks*panel*Width-1]
	for c := range nx {
		for i := range ny {
			outerPanelsNEON(f32(dst[i*panel*dstRow+c*panel:]), dstRow, f32(y[i*ySize:]), f32(x[c*xSize:]), blocks)
		}
	}
}

func addOuterPanels[T Float](sum []float64, sumRow int, fresh bool, y []T, ySize, ny int, x []T, xSize, nx, blocks int) {
	addOuterPanelsGo(sum, sumRow, fresh, y, ySize, ny, x, xSize, nx, blocks)
}

func rotateLines[T Float](dst, src []T, lines, blocks int, top, next []int32, rotors []Rotor[T]) {
	if !simd[T]() || len(rotors) == 0 {
		rotateGo(dst, src, lines, blocks, top, next, rotors)
		return
	}
	_, _ = dst[:blocks*2*lines*Width], src[:blocks*2*lines*Width]
	m := (*float32)(unsafe.Pointer(unsafe.SliceData(rotors)))
	rotateNEON(f32(dst), f32(src), lines*Width, blocks, &top[0], &next[0], len(rotors), m)
}

func rotateAdjointLines[T Float](sum []Rotor[T], grad, state []T, lines, blocks int, top, next []int32, rotors []Rotor[T]) {
	if !simd[T]() {
		rotateAdjointGo(sum, grad, state, lines, blocks, top, next, rotors)
		return
	}
	_, _ = grad[:blocks*2*lines*Width], state[:blocks*2*lines*Width]
	if len(rotors) == 0 {
		return
	}
	s, m := (*float32)(unsafe.Pointer(unsafe.SliceData(sum[:len(rotors)]))), (*float32)(unsafe.Pointer(unsafe.SliceData(rotors)))
	rotateAdjointNEON(s, f32(grad), f32(state), lines*Width, blocks, &top[0], &next[0], len(rotors), m)
}

func maskRows[T Float](g, y []T) {
	if !simd[T]() {
		maskGo(g, y)
		return
	}
	n := len(y) / Width
	_ = g[:len(y)]
	maskNEON(f32(g), f32(y), n)
	maskGo(g[n*Width:], y[n*Width:])
}

func addRows[T Float](y, x []T) {
	if !simd[T]() {
		addGo(y, x)
		return
	}
	n := len(x) / Width
	_ = y[:len(x)]
	addNEON(f32(y), f32(x), n)
	addGo(y[n*Width:], x[n*Width:])
}

func timesRows[T Float](y, a, b []T) { timesGo(y, a, b) }

func unsaturatedRows[T Float](u, ku, x []T, k T) { unsaturatedGo(u, ku, x, k) }

func sumRows[T Float](y []T, yBlock, rows, blocks int) T {
	if !simd[T]() {
		return sumRowsGo(y, yBlock, rows, blocks)
	}
	if rows == 0 || blocks == 0 {
		return 0
	}
	_ = y[(blocks-1)*yBlock+rows*Width-1]
	return T(sumRowsNEON(f32(y), yBlock, rows, blocks))
}

func reluRows[T Float](y, x []T) {
	if !simd[T]() {
		reluGo(y, x)
		return
	}
	n := len(x) / Width
	reluNEON(f32(y), f32(x), n)
	reluGo(y[n*Width:], x[n*Width:])
}

func detectRows[T Float](intensity, field []T) {
	if !simd[T]() {
		detectGo(intensity, field)
		return
	}
	im := len(intensity)
	_ = field[:2*im]
	detectNEON(f32(intensity), f32(field), im, im/Width)
}

func turnLines[T Float](data, cos, sin []T) {
	if !simd[T]() || len(cos) == 0 {
		turnGo(data, cos, sin)
		return
	}
	turnNEON(f32(data), len(cos)*Width, len(cos), f32(cos), f32(sin))
}

func expRows[T Float](y, x []T) {
	if !simd[T]() {
		expRowsGo(y, x)
		return
	}
	n := len(x) / register
	expRowsNEON(f32(y), f32(x), n)
	expRowsGo(y[n*register:], x[n*register:])
}

func logRows[T Float](y, x []T) {
	if !simd[T]() {
		logRowsGo(y, x)
		return
	}
	n := len(x) / register
	logRowsNEON(f32(y), f32(x), n)
	logRowsGo(y[n*register:], x[n*register:])
}

// The kernels with sines stop in front of a register that holds an angle beyond
// the range of the single-precision reduction; the twin does that register.

func sinCosRows[T Float](sin, cos, x []T) {
	if !simd[T]() {
		sinCosRowsGo(sin, cos, x)
		return
	}
	const w = register
	for len(x) >= w {
		n := len(x) / w
		done := sinCosRowsNEON(f32(sin), f32(cos), f32(x), n)
		sin, cos, x = sin[done*w:], cos[done*w:], x[done*w:]
		if done < n {
			sinCosRowsGo(sin[:w], cos[:w], x[:w])
			sin, cos, x = sin[w:], cos[w:], x[w:]
		}
	}
	sinCosRowsGo(sin, cos, x)
}

func electroOptic[T Float](out, in []T, scale, gain, bias T) {
	if !simd[T]() {
		electroOpticGo(out, in, scale, gain, bias)
		return
	}
	const w = register
	im := len(in) / 2
	_ = out[:2*im]
	for i := 0; i < im; i += w {
		n := (im - i) / w
		done := electroOpticNEON(f32(out[i:]), f32(in[i:]), im, n, float32(scale), float32(gain), float32(bias))
		i += done * w
		if done < n {
			electroOpticSpan(out, in, im, i, i+w, scale, gain, bias)
		}
	}
}

func electroOpticAdjoint[T Float](dIn, dOut, in, local []T, scale, gain, bias T) {
	if !simd[T]() {
		electroOpticAdjointGo(dIn, dOut, in, local, scale, gain, bias)
		return
	}
	const w = register
	im := len(in) / 2
	_, _, _ = dIn[:2*im], dOut[:2*im], local[:2*im]
	for i := 0; i < im; i += w {
		n := (im - i) / w
		done := electroOpticAdjointNEON(f32(dIn[i:]), f32(dOut[i:]), f32(in[i:]), f32(local[i:]), im, n, float32(scale), float32(gain), float32(bias), float32(2*gain))
		i += done * w
		if done < n {
			electroOpticAdjointSpan(dIn, dOut, in, local, im, i, i+w, scale, gain, bias)
		}
	}
}

// peak does its rounds of ten in twos, since ten sums in flight are too few for
// the widest cores.
func peak(rounds int) int {
	if isa == "generic" {
		return 0
	}
	n := (rounds + 1) / 2
	peakNEON(n)
	return 20 * register * n
}

// Transfer matrices are computed in double precision, two numbers a register:
// there are no kernels for them.

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
