package model

import (
	"lightfast/pnn/lane"
)

// Loss computes the sum of the losses of one group of samples, the gradient g of
// the scores divided by the number of samples of the whole batch, and how many
// samples have their largest score where the label is.
type Loss[T lane.Float] func(g, scores []T, labels []uint8, classes, batch int) (loss float64, correct int)

// CrossEntropy computes the softmax cross-entropy of the scores of one group of
// blocks (classes rows) against the labels of its samples, and its gradient
// divided by the number of samples of the whole batch. It returns the sum of
// the losses and the number of samples whose largest score (the first, if
// several) is that of the label. Lanes beyond len(labels) get no gradient.
func CrossEntropy[T lane.Float](g, scores []T, labels []uint8, classes, batch int) (loss float64, correct int) {
	return sharpened(g, scores, labels, classes, batch, 1)
}

func sharpened[T lane.Float](g, scores []T, labels []uint8, classes, batch int, factor T) (loss float64, correct int) {
	clear(g)
	for i, label := range labels {
		at := i/lane.Width*classes*lane.Width + i%lane.Width
		best := 0
		top := scores[at]
		for c := 1; c < classes; c++ {
			if v := scores[at+c*lane.Width]; v > top {
				best, top = c, v
			}
		}
		if best == int(label) {
			correct++
		}
		var e [256]float64
		var sum float64
		for c := range classes {
			e[c] = lane.Exp(float64(T(factor * (scores[at+c*lane.Width] - top))))
			sum += e[c]
		}
		loss += lane.Log(sum) - float64(T(factor*(scores[at+int(label)*lane.Width]-top)))
		for c := range classes {
			p := e[c] / sum
			if c == int(label) {
				p--
			}
			g[at+c*lane.Width] = factor * T(p/float64(batch))
		}
	}
	return loss, correct
}

// MeanSquares returns weight times the sum over samples and rows of
// (a-b)^2/(batch rows) and adds its gradient with respect to a to g. samples tells
// how many lanes count.
func MeanSquares[T lane.Float](g, a, b []T, weight float64, rows, samples, batch int) (loss float64) {
	k := 2 * weight / (float64(batch) * float64(rows))
	for blk := range lane.Blocks(samples) {
		lanes := min(lane.Width, samples-blk*lane.Width)
		for r := range rows {
			at := (blk*rows + r) * lane.Width
			for l := at; l < at+lanes; l++ {
				d := float64(a[l]) - float64(b[l])
				loss += float64(d * d)
				g[l] += T(k * d)
			}
		}
	}
	return weight * loss / (float64(batch) * float64(rows))
}

// OneHot is the squared distance of the scores from 1 for the right class and 0
// for the others, divided by the number of classes; a [Loss].
func OneHot[T lane.Float](g, scores []T, labels []uint8, classes, batch int) (loss float64, correct int) {
	clear(g)
	for i, label := range labels {
		at := i/lane.Width*classes*lane.Width + i%lane.Width
		best := 0
		for c := range classes {
			s := scores[at+c*lane.Width]
			if s > scores[at+best*lane.Width] {
				best = c
			}
			e := float64(s)
			if c == int(label) {
				e--
			}
			loss += float64(e*e) / float64(classes)
			g[at+c*lane.Width] = T(2 * e / (float64(classes) * float64(batch)))
		}
		if best == int(label) {
			correct++
		}
	}
	return loss, correct
}

// Sharpened is the cross-entropy of factor times the scores: scores that are
// shares of the light lie too close to each other to be logits.
func Sharpened[T lane.Float](factor float64) Loss[T] {
	return func(g, scores []T, labels []uint8, classes, batch int) (loss float64, correct int) {
		return sharpened(g, scores, labels, classes, batch, T(factor))
	}
}
