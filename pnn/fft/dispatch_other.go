//go:build !amd64

package fft

import "lightfast/pnn/lane"

// On this architecture every kernel is its plain-Go twin.

func butterflies[T lane.Float](p *pass[T], dst, src view[T], from, count int) {
	butterfliesGo(p, dst, src, from, count)
}

func transposeIn[T lane.Float](dst, src []T, srcRow, srcTile int, order []int32, scale T) {
	transposeInGo(dst, src, srcRow, srcTile, order, scale)
}

func transposeOut[T lane.Float](dst, src []T, dstRow, dstTile, tiles int) {
	transposeOutGo(dst, src, dstRow, dstTile, tiles*width)
}

func stripsIn[T lane.Float](dst, src []T, srcRow, dstTile int, order []int32, tiles int) {
	stripsInGo(dst, src, srcRow, dstTile, order, tiles, width)
}

func stripsOut[T lane.Float](dst, src []T, dstRow, srcTile, count, tiles int) {
	stripsOutGo(dst, src, dstRow, srcTile, count, tiles, width)
}

func multiply[T lane.Float](x, y []T, count int, conjugate bool) {
	multiplyGo(x, y, count, conjugate)
}

func turn[T lane.Float](dst, src view[T], count int, factors []T) { turnGo(dst, src, count, factors) }
