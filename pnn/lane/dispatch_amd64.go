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

func productPanel[T Float](y []T, yBlock, yRow int, w, x []T, xAt, xBlock int, taps []tap, bias []T, rows, blocks int, relu bool) {
	if !simd[T]() {
		productPanelGo(y, yBlock, yRow, w, x, xAt, xBlock, taps, bias, rows, blocks, relu)
		return
	}
	if blocks == 0 {
		return
	}
	_ = y[(blocks-1)*yBlock+(rows-1)*yRow+Width-1]
	t := (*int32)(unsafe.Pointer(unsafe.SliceData(taps)))
	if isa == "avx512" && blocks == Group {
		productPanel4AVX512(f32(y), yBlock, yRow, f32(w), f32(x[xAt:]), xBlock, t, len(taps), f32(bias), rows, relu)
		return
	}
	for b := range blocks {
		yb, xb := f32(y[b*yBlock:]), f32(x[b*xBlock+xAt:])
		if isa == "avx512" {
			productPanel1AVX512(yb, yBlock, yRow, f32(w), xb, xBlock, t, len(taps), f32(bias), rows, relu)
		} else {
			productPanel1AVX2(yb, yBlock, yRow, f32(w), xb, xBlock, t, len(taps), f32(bias), rows, relu)
		}
	}
}

func outerTile[T Float](dst *[panel * panel]T, y []T, yBlock int, yo *[panel]int, x []T, xBlock int, xo *[panel]int, pairs []pair, blocks int) {
	if !simd[T]() {
		outerTileGo(dst, y, yBlock, yo, x, xBlock, xo, pairs, blocks)
		return
	}
	p := (*int32)(unsafe.Pointer(unsafe.SliceData(pairs)))
	if isa == "avx512" {
		outerTile4AVX512(f32(dst[:]), f32(y), yBlock, &yo[0], f32(x), xBlock, &xo[0], p, len(pairs), blocks)
		return
	}
	for i := 0; i < panel; i += 2 {
		for j := 0; j < panel; j += 2 {
			outerTile2AVX2(f32(dst[i*panel+j:]), f32(y), yBlock, &yo[i], f32(x), xBlock, &xo[j], p, len(pairs), blocks)
		}
	}
}

func rotateLines[T Float](data []T, lines, blocks int, top, next []int32, rotors []Rotor[T]) {
	if !simd[T]() || len(rotors) == 0 {
		rotateGo(data, lines, blocks, top, next, rotors)
		return
	}
	_ = data[:blocks*2*lines*Width]
	m := (*float32)(unsafe.Pointer(unsafe.SliceData(rotors)))
	if isa == "avx512" {
		rotateAVX512(f32(data), lines*Width, blocks, &top[0], &next[0], len(rotors), m)
	} else {
		rotateAVX2(f32(data), lines*Width, blocks, &top[0], &next[0], len(rotors), m)
	}
}

func rotateAdjointLines[T Float](sum []Rotor[T], grad, state []T, lines, blocks int, top, next []int32, rotors []Rotor[T]) {
	if !simd[T]() {
		rotateAdjointGo(sum, grad, state, lines, blocks, top, next, rotors)
		return
	}
	_, _ = grad[:blocks*2*lines*Width], state[:blocks*2*lines*Width]
	var a [8][Width]T
	for i := range rotors {
		m := (*float32)(unsafe.Pointer(&rotors[i]))
		if isa == "avx512" {
			rotateAdjointAVX512(f32(grad), f32(state), lines*Width, blocks, &top[i], &next[i], m, f32(a[0][:]))
		} else {
			rotateAdjointAVX2(f32(grad), f32(state), lines*Width, blocks, &top[i], &next[i], m, f32(a[0][:]))
		}
		sum[i] = Rotor[T]{Tree(&a[0]), Tree(&a[1]), Tree(&a[2]), Tree(&a[3]), Tree(&a[4]), Tree(&a[5]), Tree(&a[6]), Tree(&a[7])}
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
