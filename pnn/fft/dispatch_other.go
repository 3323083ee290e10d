//go:build !amd64

package fft

import "lightfast/pnn/lane"

// On this architecture every kernel is its plain-Go twin.

func butterflies[T lane.Float](p *pass[T], dst, src view[T], from, count int) {
	butterfliesGo(p, dst, src, from, count)
}

func transposeIn[T lane.Float](dst, src []T, srcRow int, order []int32, tiles int, scale T) {
	transposeInGo(dst, src, srcRow, order[:tiles*width], scale)
}

func transposeOut[T lane.Float](dst, src []T, dstRow, tiles int) {
	transposeOutGo(dst, src, dstRow, tiles*width)
}

func multiply[T lane.Float](x, y []T, count int, conjugate bool) {
	multiplyGo(x, y, count, conjugate)
}

func turn[T lane.Float](dst, src view[T], count int, factors []T) { turnGo(dst, src, count, factors) }
