package lane

import "unsafe"

// Here the float32 kernels meet their instruction sets. Every other type, and
// the instruction set "generic", runs the plain-Go twin. Slices are checked to
// reach as far as a kernel reads or writes before its address is taken.

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
	if isa == "avx512" && blocks == Group && rows <= 2 {
		productPair4AVX512(f32(y), yBlock, yRow, f32(w), cols, rows, f32(x[xAt:]), xBlock, t, len(taps), f32(bias), resume, int(finish))
		return
	}
	if isa == "avx512" && blocks == Group {
		productPanels4AVX512(f32(y), yBlock, yRow, f32(w), cols, rows, f32(x[xAt:]), xBlock, t, len(taps), f32(bias), resume, int(finish))
		return
	}
	b := 0
	if isa == "avx512" && blocks > 1 && blocks < Group {
		productPanels2AVX512(f32(y), yBlock, yRow, f32(w), cols, rows, f32(x[xAt:]), xBlock, t, len(taps), f32(bias), resume, int(finish))
		b = 2
	}
	for ; b < blocks; b++ {
		yb, xb := f32(y[b*yBlock:]), f32(x[b*xBlock+xAt:])
		if isa == "avx512" {
			productPanels1AVX512(yb, yBlock, yRow, f32(w), cols, rows, xb, xBlock, t, len(taps), f32(bias), resume, int(finish))
		} else {
			productPanels1AVX2(yb, yBlock, yRow, f32(w), cols, rows, xb, xBlock, t, len(taps), f32(bias), resume, int(finish))
		}
	}
}

func packPanels[T Float](dst []T, src []float64, row, col, cols, panels int) {
	if !simd[T]() {
		packPanelsGo(dst, src, row, col, cols, panels)
		return
	}
	i := 0
	for ; isa == "avx512" && row == 1 && i+4 <= panels; i += 4 {
		from := src[i*panel:]
		_, _ = dst[(i+4)*panel*cols-1], from[4*panel-1+(cols-1)*col]
		packColumnsAVX512(f32(dst[i*panel*cols:]), &from[0], col, cols)
	}
	for ; i < panels; i++ {
		to, from := dst[i*panel*cols:][:panel*cols], src[i*panel*row:]
		_ = from[(panel-1)*row+(cols-1)*col]
		if row == 1 {
			packColumnsAVX2(f32(to), &from[0], col, cols)
			continue
		}
		fours := cols / 4
		packRowsAVX2(f32(to), &from[0], row, fours)
		for k := fours * 4; k < cols; k++ {
			for r := range panel {
				to[k*panel+r] = T(from[r*row+k])
			}
		}
	}
}

func outerTile[T Float](dst []T, dstRow int, y []T, yBlock int, yo *[panel]int, x []T, xBlock int, xo *[panel]int, pairs []pair, blocks int) {
	if !simd[T]() {
		outerTileGo(dst, dstRow, y, yBlock, yo, x, xBlock, xo, pairs, blocks)
		return
	}
	_ = dst[(panel-1)*dstRow+panel-1]
	p := (*int32)(unsafe.Pointer(unsafe.SliceData(pairs)))
	if isa == "avx512" {
		outerTile4AVX512(f32(dst), dstRow, f32(y), yBlock, &yo[0], f32(x), xBlock, &xo[0], p, len(pairs), blocks)
		return
	}
	for i := 0; i < panel; i += 2 {
		for j := 0; j < panel; j += 2 {
			outerTile2AVX2(f32(dst[i*dstRow+j:]), dstRow, f32(y), yBlock, &yo[i], f32(x), xBlock, &xo[j], p, len(pairs), blocks)
		}
	}
}

// resumes says whether [outerMore] is as fast as outerTile.
func resumes[T Float]() bool { return simd[T]() }

func outerMore[T Float](acc []T, y []T, yo *[panel]int, x []T, xo *[panel]int, pairs []pair) {
	if !simd[T]() {
		outerMoreGo(acc, y, yo, x, xo, pairs)
		return
	}
	_ = acc[panel*panel*Width-1]
	p := (*int32)(unsafe.Pointer(unsafe.SliceData(pairs)))
	if isa == "avx512" {
		outerMore4AVX512(f32(acc), f32(y), &yo[0], f32(x), &xo[0], p, len(pairs))
		return
	}
	for i := 0; i < panel; i += 2 {
		for j := 0; j < panel; j += 2 {
			outerMore2AVX2(f32(acc[(i*panel+j)*Width:]), f32(y), &yo[i], f32(x), &xo[j], p, len(pairs))
		}
	}
}

func outerPanels[T Float](dst []T, dstRow int, y []T, ySize, ny int, x []T, xSize, nx, blocks int) {
	if !simd[T]() || isa != "avx512" {
		outerPanelsGo(dst, dstRow, y, ySize, ny, x, xSize, nx, blocks)
		return
	}
	_, _, _ = dst[(ny*panel-1)*dstRow+nx*panel-1], y[(ny-1)*ySize+blocks*panel*Width-1], x[(nx-1)*xSize+blocks*panel*Width-1]
	outerPanelsAVX512(f32(dst), dstRow, f32(y), ySize, ny, f32(x), xSize, nx, blocks)
}

func addOuterPanels[T Float](sum []float64, sumRow int, fresh bool, y []T, ySize, ny int, x []T, xSize, nx, blocks int) {
	if !simd[T]() || isa != "avx512" {
		addOuterPanelsGo(sum, sumRow, fresh, y, ySize, ny, x, xSize, nx, blocks)
		return
	}
	_, _, _ = sum[(ny*panel-1)*sumRow+nx*panel-1], y[(ny-1)*ySize+blocks*panel*Width-1], x[(nx-1)*xSize+blocks*panel*Width-1]
	addOuterPanelsAVX512(&sum[0], sumRow, fresh, f32(y), ySize, ny, f32(x), xSize, nx, blocks)
}

// turns tells that a kernel addTurned beats those of other orders.
func turns[T Float]() bool { return simd[T]() && isa == "avx512" }

func turnRows[T Float](dst, src []T) {
	if !turns[T]() {
		turnRowsGo(dst, src)
		return
	}
	_, _ = dst[(Width-1)*turnedRows+Width-1], src[Width*Width-1]
	turnRowsAVX512(f32(dst), f32(src))
}

func addTurned[T Float](sum []float64, sumRow int, fresh bool, y []T, ySize, rows int, x []T, cols int) {
	if !turns[T]() {
		addTurnedGo(sum, sumRow, fresh, y, ySize, rows, x, cols)
		return
	}
	_, _, _ = sum[(rows-1)*sumRow+cols-1], y[(rows-1)/panel*ySize+((Group-1)*panel+(rows-1)%panel+1)*Width-1], x[Group*Width*turnedRows-1]
	addTurnedAVX512(&sum[0], sumRow, fresh, f32(y), ySize, rows/2, f32(x), 1<<cols-1)
}

func rotateLines[T Float](dst, src []T, lines, blocks int, top, next []int32, rotors []Rotor[T]) {
	if !simd[T]() || len(rotors) == 0 {
		rotateGo(dst, src, lines, blocks, top, next, rotors)
		return
	}
	_, _ = dst[:blocks*2*lines*Width], src[:blocks*2*lines*Width]
	m := (*float32)(unsafe.Pointer(unsafe.SliceData(rotors)))
	if isa == "avx512" {
		rotateAVX512(f32(dst), f32(src), lines*Width, blocks, &top[0], &next[0], len(rotors), m)
	} else {
		rotateAVX2(f32(dst), f32(src), lines*Width, blocks, &top[0], &next[0], len(rotors), m)
	}
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
	if isa == "avx512" {
		rotateAdjointAVX512(s, f32(grad), f32(state), lines*Width, blocks, &top[0], &next[0], len(rotors), m)
	} else {
		rotateAdjointAVX2(s, f32(grad), f32(state), lines*Width, blocks, &top[0], &next[0], len(rotors), m)
	}
}

func maskRows[T Float](g, y []T) {
	if !simd[T]() {
		maskGo(g, y)
		return
	}
	n := len(y) / Width
	_ = g[:len(y)]
	if isa == "avx512" {
		maskAVX512(f32(g), f32(y), n)
	} else {
		maskAVX2(f32(g), f32(y), n)
	}
	maskGo(g[n*Width:], y[n*Width:])
}

func addRows[T Float](y, x []T) {
	if !simd[T]() {
		addGo(y, x)
		return
	}
	n := len(x) / Width
	_ = y[:len(x)]
	if isa == "avx512" {
		addAVX512(f32(y), f32(x), n)
	} else {
		addAVX2(f32(y), f32(x), n)
	}
	addGo(y[n*Width:], x[n*Width:])
}

func timesRows[T Float](y, a, b []T) {
	if !simd[T]() {
		timesGo(y, a, b)
		return
	}
	n := len(a) / Width
	if isa == "avx512" {
		timesAVX512(f32(y), f32(a), f32(b), n)
	} else {
		timesAVX2(f32(y), f32(a), f32(b), n)
	}
	timesGo(y[n*Width:], a[n*Width:], b[n*Width:])
}

func unsaturatedRows[T Float](u, ku, x []T, k T) {
	if !simd[T]() {
		unsaturatedGo(u, ku, x, k)
		return
	}
	n := len(x) / Width
	if isa == "avx512" {
		unsaturatedAVX512(f32(u), f32(ku), f32(x), n, float32(k))
	} else {
		unsaturatedAVX2(f32(u), f32(ku), f32(x), n, float32(k))
	}
	unsaturatedGo(u[n*Width:], ku[n*Width:], x[n*Width:], k)
}

func sumRows[T Float](y []T, yBlock, rows, blocks int) T {
	if !simd[T]() {
		return sumRowsGo(y, yBlock, rows, blocks)
	}
	if rows == 0 || blocks == 0 {
		return 0
	}
	_ = y[(blocks-1)*yBlock+rows*Width-1]
	if isa == "avx512" {
		return T(sumRowsAVX512(f32(y), yBlock, rows, blocks))
	}
	return T(sumRowsAVX2(f32(y), yBlock, rows, blocks))
}

func reluRows[T Float](y, x []T) {
	if !simd[T]() {
		reluGo(y, x)
		return
	}
	n := len(x) / Width
	if isa == "avx512" {
		reluAVX512(f32(y), f32(x), n)
	} else {
		reluAVX2(f32(y), f32(x), n)
	}
	reluGo(y[n*Width:], x[n*Width:])
}

func detectRows[T Float](intensity, field []T) {
	if !simd[T]() {
		detectGo(intensity, field)
		return
	}
	im := len(intensity)
	_ = field[:2*im]
	if isa == "avx512" {
		detectAVX512(f32(intensity), f32(field), im, im/Width)
	} else {
		detectAVX2(f32(intensity), f32(field), im, im/Width)
	}
}

func turnLines[T Float](data, cos, sin []T) {
	if !simd[T]() || len(cos) == 0 {
		turnGo(data, cos, sin)
		return
	}
	if isa == "avx512" {
		turnAVX512(f32(data), len(cos)*Width, len(cos), f32(cos), f32(sin))
	} else {
		turnAVX2(f32(data), len(cos)*Width, len(cos), f32(cos), f32(sin))
	}
}

func expRows[T Float](y, x []T) {
	if !simd[T]() {
		expRowsGo(y, x)
		return
	}
	n := len(x) / Width
	if isa == "avx512" {
		expRowsAVX512(f32(y), f32(x), n)
	} else {
		expRowsAVX2(f32(y), f32(x), n)
	}
	expRowsGo(y[n*Width:], x[n*Width:])
}

func logRows[T Float](y, x []T) {
	if !simd[T]() {
		logRowsGo(y, x)
		return
	}
	n := len(x) / Width
	if isa == "avx512" {
		logRowsAVX512(f32(y), f32(x), n)
	} else {
		logRowsAVX2(f32(y), f32(x), n)
	}
	logRowsGo(y[n*Width:], x[n*Width:])
}

// register is the number of float32 in one register.
func register() int {
	if isa == "avx512" {
		return 16
	}
	return 8
}

// The kernels with sines stop in front of a register that holds an angle beyond
// the range of the single-precision reduction; the twin does that register.

func sinCosRows[T Float](sin, cos, x []T) {
	if !simd[T]() {
		sinCosRowsGo(sin, cos, x)
		return
	}
	w := register()
	for len(x) >= w {
		n := len(x) / w
		var done int
		if isa == "avx512" {
			done = sinCosRowsAVX512(f32(sin), f32(cos), f32(x), n)
		} else {
			done = sinCosRowsAVX2(f32(sin), f32(cos), f32(x), n)
		}
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
	w, im := register(), len(in)/2
	_ = out[:2*im]
	for i := 0; i < im; i += w {
		n := (im - i) / w
		var done int
		if isa == "avx512" {
			done = electroOpticAVX512(f32(out[i:]), f32(in[i:]), im, n, float32(scale), float32(gain), float32(bias))
		} else {
			done = electroOpticAVX2(f32(out[i:]), f32(in[i:]), im, n, float32(scale), float32(gain), float32(bias))
		}
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
	w, im := register(), len(in)/2
	_, _, _ = dIn[:2*im], dOut[:2*im], local[:2*im]
	for i := 0; i < im; i += w {
		n := (im - i) / w
		var done int
		if isa == "avx512" {
			done = electroOpticAdjointAVX512(f32(dIn[i:]), f32(dOut[i:]), f32(in[i:]), f32(local[i:]), im, n, float32(scale), float32(gain), float32(bias), float32(2*gain))
		} else {
			done = electroOpticAdjointAVX2(f32(dIn[i:]), f32(dOut[i:]), f32(in[i:]), f32(local[i:]), im, n, float32(scale), float32(gain), float32(bias), float32(2*gain))
		}
		i += done * w
		if done < n {
			electroOpticAdjointSpan(dIn, dOut, in, local, im, i, i+w, scale, gain, bias)
		}
	}
}

func peak(rounds int) int {
	switch isa {
	case "avx512":
		peakAVX512(rounds)
	case "avx2":
		peakAVX2(rounds)
	default:
		return 0
	}
	return 10 * register() * rounds
}

// The kernels of interferometers work in double precision whatever T is; AVX2
// runs the twin.

func transferMatrices[T Float](rotors []Rotor[T], tiles [][tileRows][tile]float64) {
	if !simd[T]() || isa != "avx512" {
		transferMatricesGo(rotors, tiles)
		return
	}
	for len(tiles) > 0 {
		done := transferMatricesAVX512((*float32)(unsafe.Pointer(&rotors[0])), &tiles[0][0][0], len(tiles))
		rotors, tiles = rotors[done*tile:], tiles[done:]
		if len(tiles) > 0 {
			transferMatricesGo(rotors[:tile], tiles[:1])
			rotors, tiles = rotors[tile:], tiles[1:]
		}
	}
}

func transferGradients[T Float](tiles [][tileRows][tile]float64, g [][]Rotor[T]) {
	if !simd[T]() || isa != "avx512" || len(tiles) == 0 || len(g) == 0 {
		transferGradientsGo(tiles, g)
		return
	}
	transferGradientsAVX512(&tiles[0][0][0], len(tiles), (**float32)(unsafe.Pointer(&g[0])), int(unsafe.Sizeof(g[0])), len(g))
}

func adam(s *AdamStep, value, m, v, gradient []float64) {
	if isa == "generic" {
		adamGo(s, value, m, v, gradient)
		return
	}
	if near, ok := s.near(); ok && isa == "avx512" {
		var some [32 * 16]float64 // what the first kernel leaves to the second
		for len(value) >= 16 {
			pairs := min(len(value)/16, len(some)/16)
			adamRootsAVX512(&some[0], &gradient[0], &m[0], &v[0], pairs, &near[0])
			adamStepsAVX512(&some[0], &value[0], &m[0], &v[0], pairs, &near[0])
			n := 16 * pairs
			value, m, v, gradient = value[n:], m[n:], v[n:], gradient[n:]
		}
	}
	c := [8]float64{s.Beta1, 1 - s.Beta1, s.Beta2, 1 - s.Beta2, s.Rate, s.Bias1, s.Bias2, s.Eps}
	w := register() / 2
	if n := len(value) / w; n > 0 {
		if isa == "avx512" {
			adamAVX512(&value[0], &m[0], &v[0], &gradient[0], n, &c[0], s.Single)
		} else {
			adamAVX2(&value[0], &m[0], &v[0], &gradient[0], n, &c[0], s.Single)
		}
	}
	n := len(value) / w * w
	adamGo(s, value[n:], m[n:], v[n:], gradient[n:])
}

func gatherLanes(dst []float32, table *[256]float32, rows *[Width][]uint8) {
	sixteens, n := 0, len(rows[0])
	if isa == "avx512" && n >= 16 {
		var first [Width]*uint8
		for l, row := range rows {
			first[l] = &row[:n][0]
		}
		_ = dst[n*Width-1]
		sixteens = n / 16
		gatherLanesAVX512(&dst[0], &table[0], &first[0], sixteens)
	}
	gatherLanesGo(dst, table, rows, sixteens*16)
}

// learnTurned is [LearnOuterPanels] for rows first..end-1, or as many of them, a
// multiple of four, as it returns: tile by tile of up to sixteen rows and thirty-two
// columns, so that nothing of the gradient leaves the nearest cache. It works at the
// front of sum, which begins with a line of the cache where stacks do not.
func learnTurned[T Float](l *Learning, w *Packed[T], sum []float64, first, end int, y, x *Panels[T]) (done int) {
	near, ok := l.near()
	cols := x.Rows
	const most = 16
	if !ok || !x.turned || cols%Width != 0 || len(sum) < most*turnedRows*3/2 {
		return 0
	}
	d := sum[:most*turnedRows]
	// Of the gradient, then of the values.
	tile := unsafe.Slice((*float32)(unsafe.Pointer(&sum[most*turnedRows])), most*turnedRows)
	for {
		rows := min(end-first-done, most) / panel * panel
		if rows <= 0 {
			return done
		}
		at := (first + done) * cols
		from, to := y.data[(first+done)/panel*y.size():][:rows/panel*y.size()], w.Data[done*cols:][:rows*cols]
		value, m, v := l.Value[at:][:rows*cols], l.M[at:][:rows*cols], l.V[at:][:rows*cols]
		for c := 0; c < cols; c += turnedRows {
			pairs, next := min(cols-c, turnedRows)/Width, min(c+turnedRows, cols-1)
			outerTurnedAVX512(&tile[0], f32(from), y.size(), rows/2, f32(x.data[c/turnedRows*x.size():][:x.size()]), &value[next], &m[next], &v[next], cols)
			learnRootsAVX512(&d[0], &tile[0], &m[c], &v[c], cols, rows, pairs, &near[0])
			learnStepsAVX512(&tile[0], &d[0], &value[c], &m[c], &v[c], cols, rows, pairs, &near[0])
			for r := 0; r < rows; r += panel {
				packSinglesAVX512(f32(to[r*cols+c*panel:]), &tile[r*turnedRows], turnedRows, pairs)
			}
		}
		done += rows
	}
}
