package lane

// Taps are the plans of a convolution's weight gradient, one a tap, whose pairs
// [OuterTaps] takes strip by strip.
type Taps struct {
	plans []*OuterPlan
	// Strip s of plan t is pairs cut[t][s] to cut[t][s+1].
	cut    [][]int
	strips int
}

// strip is how many output pixels a strip has. Four output rows and the three
// lines of four input rows that meet them share the nearest cache.
const strip = 48

// whole is the number of output pixels up to which images are taken whole: all of
// them stay in the second cache, and to keep sums in memory costs more than it
// gains (a tenth of a training step whose images have 8 x 8 pixels).
const whole = 1024

// NewTaps builds [Taps] for output images of pixels pixels.
func NewTaps(plans []*OuterPlan, pixels int) *Taps {
	t := &Taps{plans: plans, strips: 1}
	if pixels > whole {
		t.strips = (pixels + strip - 1) / strip
	}
	for _, p := range plans {
		cut, at := make([]int, t.strips+1), 0
		for s := 1; s < t.strips; s++ {
			for at < len(p.pairs) && int(p.pairs[at].y) < s*strip*Width {
				at++
			}
			cut[s] = at
		}
		cut[t.strips] = len(p.pairs)
		t.cut = append(t.cut, cut)
	}
	return t
}

// OuterTaps computes [Outer] for the plans of all taps, into one matrix of rows x
// cols behind the other. It has the same bits: each sum goes through its terms in
// the same order. But it takes a strip of the images through all taps before it
// goes on to the next, which is in the cache then, and keeps the sums in memory.
func OuterTaps[T Float](dst []T, rows, cols int, y []T, yRows, yStep int, x []T, xRows, xStep, blocks int, taps *Taps) {
	if !resumes[T]() || taps.strips == 1 {
		for t, plan := range taps.plans {
			Outer(dst[t*rows*cols:], rows, cols, y, yRows, yStep, x, xRows, xStep, blocks, plan)
		}
		return
	}
	const size = panel * panel * Width
	down, across := (rows+panel-1)/panel, (cols+panel-1)/panel
	sums := make([]T, len(taps.plans)*down*across*size)
	var yo, xo [panel]int
	for b := range blocks {
		yb, xb := y[b*yRows*Width:], x[b*xRows*Width:]
		for s := range taps.strips {
			for r := range down {
				for i := range yo {
					yo[i] = min(r*panel+i, rows-1) * yStep * Width
				}
				for c := range across {
					for j := range xo {
						xo[j] = min(c*panel+j, cols-1) * xStep * Width
					}
					for t, plan := range taps.plans {
						if pairs := plan.pairs[taps.cut[t][s]:taps.cut[t][s+1]]; len(pairs) > 0 {
							acc := sums[((t*down+r)*across+c)*size:][:size]
							outerMore(acc, yb, &yo, xb, &xo, pairs)
						}
					}
				}
			}
		}
	}
	for t := range taps.plans {
		for r := range rows {
			for c := range cols {
				acc := sums[((t*down+r/panel)*across+c/panel)*size+(r%panel*panel+c%panel)*Width:]
				dst[(t*rows+r)*cols+c] = Tree((*[Width]T)(acc))
			}
		}
	}
}

// outerMoreGo is the meaning of the kernel outerMore:
//
//	for i, j < 4, l < 16, each pair p:
//		acc[(4*i+j)*16+l] = fma(y[yo[i]+p.y+l], x[xo[j]+p.x+l], acc[(4*i+j)*16+l])
func outerMoreGo[T Float](acc []T, y []T, yo *[panel]int, x []T, xo *[panel]int, pairs []pair) {
	for i := range panel {
		for j := range panel {
			sum := (*[Width]T)(acc[(i*panel+j)*Width:])
			for _, p := range pairs {
				fmaRows(sum, y[yo[i]+int(p.y):], x[xo[j]+int(p.x):])
			}
		}
	}
}
