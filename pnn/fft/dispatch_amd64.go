package fft

import (
	"unsafe"

	"lightfast/pnn/lane"
)

// Here the float32 kernels meet their instruction sets. Every other type, and
// the instruction set "generic", runs the plain-Go twin. Kernels trust their
// arguments: views are checked by the transforms, slices here.

// butterflyKernel runs count butterflies; distances count numbers.
type butterflyKernel func(dst, src *float32, dstIm, srcIm, dstRow, srcRow, dstStride, srcStride int, table *int32, count int, twiddles *float32)

var butterfliesAVX512 = [...][maxRadix + 1]butterflyKernel{
	first: {2: butterfly2FirstAVX512, 3: butterfly3FirstAVX512, 4: butterfly4FirstAVX512, 5: butterfly5FirstAVX512, 6: butterfly6FirstAVX512, 7: butterfly7FirstAVX512, 8: butterfly8FirstAVX512, 10: butterfly10FirstAVX512},
	later: {2: butterfly2LaterAVX512, 3: butterfly3LaterAVX512, 4: butterfly4LaterAVX512, 5: butterfly5LaterAVX512, 6: butterfly6LaterAVX512, 7: butterfly7LaterAVX512, 8: butterfly8LaterAVX512, 10: butterfly10LaterAVX512},
	half:  {4: butterfly4HalfAVX512, 8: butterfly8HalfAVX512, 10: butterfly10HalfAVX512},
	head:  {4: butterfly4HeadAVX512, 8: butterfly8HeadAVX512, 10: butterfly10HeadAVX512},
}

var butterfliesAVX2 = [...][maxRadix + 1]butterflyKernel{
	first: {2: butterfly2FirstAVX2, 3: butterfly3FirstAVX2, 4: butterfly4FirstAVX2, 5: butterfly5FirstAVX2, 6: butterfly6FirstAVX2, 7: butterfly7FirstAVX2, 8: butterfly8FirstAVX2, 10: butterfly10FirstAVX2},
	later: {2: butterfly2LaterAVX2, 3: butterfly3LaterAVX2, 4: butterfly4LaterAVX2, 5: butterfly5LaterAVX2, 6: butterfly6LaterAVX2, 7: butterfly7LaterAVX2, 8: butterfly8LaterAVX2, 10: butterfly10LaterAVX2},
	half:  {4: butterfly4HalfAVX2, 8: butterfly8HalfAVX2, 10: butterfly10HalfAVX2},
	head:  {4: butterfly4HeadAVX2, 8: butterfly8HeadAVX2, 10: butterfly10HeadAVX2},
}

func simd[T lane.Float]() bool { return unsafe.Sizeof(T(0)) == 4 && isa != "generic" }

func f32[T lane.Float](s []T) *float32 { return (*float32)(unsafe.Pointer(unsafe.SliceData(s))) }

func butterflies[T lane.Float](p *pass[T], dst, src view[T], from, count int) {
	if !simd[T]() {
		butterfliesGo(p, dst, src, from, count)
		return
	}
	kernel := butterfliesAVX2[p.form][p.radix]
	if isa == "avx512" {
		kernel = butterfliesAVX512[p.form][p.radix]
	}
	table := p.table[3*from:][:3*count]
	kernel(f32(dst.data[dst.re:]), f32(src.data[src.re:]), dst.im-dst.re, src.im-src.re, dst.row, src.row,
		p.dst*dst.row, p.src*src.row, unsafe.SliceData(table), count, f32(p.twiddles))
}

// Transposes and copies run over whole tiles, at least one.

func transposeIn[T lane.Float](dst, src []T, srcRow, srcTile int, order []int32, scale T) {
	if !simd[T]() {
		transposeInGo(dst, src, srcRow, srcTile, order, scale)
		return
	}
	tiles := len(order) / width
	_ = src[:15*srcRow+(tiles-1)*srcTile+width]
	kernel := transposeInAVX2
	if isa == "avx512" {
		kernel = transposeInAVX512
	}
	kernel(f32(dst), f32(src), srcRow, srcTile, unsafe.SliceData(order), tiles, float32(scale))
}

func transposeOut[T lane.Float](dst, src []T, dstRow, dstTile, tiles int) {
	if !simd[T]() {
		transposeOutGo(dst, src, dstRow, dstTile, tiles*width)
		return
	}
	_, _ = dst[:15*dstRow+(tiles-1)*dstTile+width], src[:(tiles*width-1)*elementSize+width]
	kernel := transposeOutAVX2
	if isa == "avx512" {
		kernel = transposeOutAVX512
	}
	kernel(f32(dst), f32(src), dstRow, dstTile, tiles)
}

func stripsIn[T lane.Float](dst, src []T, srcRow, dstTile int, order []int32, tiles int) {
	if !simd[T]() {
		stripsInGo(dst, src, srcRow, dstTile, order, tiles, width)
		return
	}
	_ = src[:(len(order)-1)*srcRow+tiles*width]
	kernel := stripsInAVX2
	if isa == "avx512" {
		kernel = stripsInAVX512
	}
	kernel(f32(dst), f32(src), srcRow, dstTile, unsafe.SliceData(order), len(order), tiles)
}

func stripsOut[T lane.Float](dst, src []T, dstRow, srcTile, count, tiles int) {
	if !simd[T]() {
		stripsOutGo(dst, src, dstRow, srcTile, count, tiles, width)
		return
	}
	_, _ = dst[:(count-1)*dstRow+tiles*width], src[:(tiles-1)*srcTile+(count-1)*elementSize+width]
	kernel := stripsOutAVX2
	if isa == "avx512" {
		kernel = stripsOutAVX512
	}
	kernel(f32(dst), f32(src), dstRow, srcTile, count, tiles)
}

func multiply[T lane.Float](x, y []T, count int, conjugate bool) {
	if !simd[T]() || count == 0 {
		multiplyGo(x, y, count, conjugate)
		return
	}
	_, _ = x[:count*elementSize], y[:count*elementSize]
	var sign uint32
	if conjugate {
		sign = 1 << 31
	}
	kernel := multiplyAVX2
	if isa == "avx512" {
		kernel = multiplyAVX512
	}
	kernel(f32(x), f32(y), count, sign)
}

func turn[T lane.Float](dst, src view[T], count int, factors []T) {
	if !simd[T]() || count == 0 {
		turnGo(dst, src, count, factors)
		return
	}
	_ = factors[:2*count]
	kernel := turnAVX2
	if isa == "avx512" {
		kernel = turnAVX512
	}
	kernel(f32(dst.data[dst.re:]), f32(src.data[src.re:]), dst.im-dst.re, src.im-src.re, dst.row, src.row, count, f32(factors))
}
