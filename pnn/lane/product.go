package lane

import "slices"

// panel is the number of matrix rows that one kernel call computes.
const panel = 4

// Packed is a real matrix of Rows x Cols in the order in which the kernels read
// it: panels of four rows, column by column, so element (r, k) is
// Data[(r/4*Cols+k)*4+r%4]. Rows beyond the last are zero.
type Packed[T Float] struct {
	Rows, Cols int
	Data       []T
}

// NewPacked returns a packed matrix of zeros.
func NewPacked[T Float](rows, cols int) *Packed[T] {
	return &Packed[T]{rows, cols, make([]T, (rows+panel-1)/panel*panel*cols)}
}

// Set stores element (r, k).
func (p *Packed[T]) Set(r, k int, v T) { p.Data[(r/panel*p.Cols+k)*panel+r%panel] = v }

// SetRow stores sign*v at elements (r, k), (r, k+1), ...
func (p *Packed[T]) SetRow(r, k int, v []T, sign T) {
	at := p.Data[(r/panel*p.Cols+k)*panel+r%panel:]
	at = at[:(len(v)-1)*panel+1]
	for i, x := range v {
		at[i*panel] = sign * x
	}
}

// SetColumn stores sign*v at elements (r, k), (r+1, k), ...
func (p *Packed[T]) SetColumn(r, k int, v []T, sign T) {
	for len(v) > 0 {
		n := min(panel-r%panel, len(v))
		at := p.Data[(r/panel*p.Cols+k)*panel+r%panel:][:n]
		for i, x := range v[:n] {
			at[i] = sign * x
		}
		r, v = r+n, v[n:]
	}
}

// At returns element (r, k).
func (p *Packed[T]) At(r, k int) T { return p.Data[(r/panel*p.Cols+k)*panel+r%panel] }

// tap is one term of a sum: a column of the packed matrix and an input row, as
// offsets in numbers from the start of the panel and of the site's input.
type tap struct{ w, x int32 }

// site is one place (an image pixel) at which a pattern is applied: offsets in
// numbers of its output and of its input in their blocks.
type site struct{ y, x int32 }

// pattern is a list of terms shared by all its sites.
type pattern struct {
	taps  []tap
	sites []site
	rows  []row // the same sites
}

// row is a run of up to four sites at equal distances. Where blocks are far
// apart in memory, a kernel takes a row of sites in one block rather than one
// site in several: to it both are the same.
type row struct {
	site
	count        int
	yStep, xStep int
}

// nearRows is the number of input rows, 64 bytes each for 16 samples, that are
// near enough for neighbouring blocks to be taken together: half of the second
// cache of a recent processor.
const nearRows = 1 << 16

// Plan says which input rows meet which matrix columns at each site. A dense
// product has one site with all columns in order; a convolution has a site for
// each output pixel and leaves out the taps that fall outside the image.
type Plan struct {
	patterns []pattern
	rowStep  int // numbers between the outputs of consecutive matrix rows
	longest  int // most terms of a pattern
	run      int // terms taken before the next rows of the matrix have their turn
}

// denseRun is the number of columns of a matrix that are multiplied with their
// inputs before the next columns: of 64 samples these inputs fill two thirds of
// the nearest cache (48 KB), so that all rows of the matrix find them there. Sums
// rest in the output meanwhile, which changes no bit of them. The terms of a
// convolution meet the same inputs several times, so more of them are taken.
const (
	denseRun = 128
	convRun  = 320
)

// Dense is the plan of an ordinary product of a packed matrix with cols columns.
func Dense(cols int) *Plan {
	p := pattern{sites: []site{{}}}
	for k := range cols {
		p.taps = append(p.taps, tap{int32(k * panel), int32(k * Width)})
	}
	return &Plan{patterns: []pattern{p}, rowStep: Width, longest: cols, run: denseRun}
}

// PlanSite is one site of a plan under construction: the output row of matrix
// row 0 and, term by term, the matrix column and the input row that it meets.
type PlanSite struct {
	Out  int
	Col  []int
	Row  []int
	Base int // input row that Row is counted from when sites share a pattern
}

// NewPlan builds a plan from its sites. Matrix row r of a site goes to output
// row Out + r*rowStep. Sites with the same columns and the same rows relative to
// Base share one table.
func NewPlan(sites []PlanSite, rowStep int) *Plan {
	plan := &Plan{rowStep: rowStep * Width, run: convRun}
	for _, s := range sites {
		taps := make([]tap, len(s.Col))
		for i := range taps {
			taps[i] = tap{int32(s.Col[i] * panel), int32((s.Row[i] - s.Base) * Width)}
		}
		i := slices.IndexFunc(plan.patterns, func(p pattern) bool { return slices.Equal(p.taps, taps) })
		if i < 0 {
			i = plan.add(taps)
		}
		plan.patterns[i].at(s.Out, s.Base)
	}
	plan.gather()
	return plan
}

// add adds a pattern and returns its number.
func (p *Plan) add(taps []tap) int {
	p.longest = max(p.longest, len(taps))
	p.patterns = append(p.patterns, pattern{taps: taps})
	return len(p.patterns) - 1
}

// at adds a site with the pattern.
func (p *pattern) at(out, base int) {
	p.sites = append(p.sites, site{int32(out * Width), int32(base * Width)})
}

func (p *Plan) gather() {
	for i := range p.patterns {
		p.patterns[i].gather()
	}
}

// gather joins sites at equal distances into rows.
func (p *pattern) gather() {
	for i := 0; i < len(p.sites); {
		r := row{site: p.sites[i], count: 1}
		for ; r.count < Group && i+r.count < len(p.sites); r.count++ {
			a, b := p.sites[i+r.count-1], p.sites[i+r.count]
			y, x := int(b.y-a.y), int(b.x-a.x)
			if r.count == 1 {
				r.yStep, r.xStep = y, x
			}
			if y != r.yStep || x != r.xStep || y < 0 || x < 0 {
				break
			}
		}
		p.rows = append(p.rows, r)
		i += r.count
	}
}

// Finish says what becomes of the sums of a [Product].
type Finish int

const (
	Store   Finish = iota // they are stored
	Rectify               // negative ones become zero
	AddTo                 // they are added to what is stored
)

// Product computes, for every sample of blocks blocks, matrix row r and site s,
//
//	dst[s.Out + r*rowStep] = sum_j w[r][col_j] src[row_j] + bias[r]
//
// as one chain of fused multiply-adds in the order of the terms, beginning with
// the bias (nil: zero), and finishes as told. dst and src hold dstRows and srcRows rows a block and must not overlap. bias has room for
// a multiple of four rows.
func Product[T Float](dst []T, dstRows int, w *Packed[T], src []T, srcRows, blocks int, plan *Plan, bias []T, finish Finish) {
	if bias != nil {
		_ = bias[:(w.Rows+panel-1)/panel*panel]
	}
	run := plan.run
	if finish == AddTo {
		run = plan.longest
	}
	for i := range plan.patterns {
		p := &plan.patterns[i]
		if len(p.sites) > 1 && (blocks < Group || blocks*srcRows > nearRows) {
			for b := range blocks {
				y, x := dst[b*dstRows*Width:], src[b*srcRows*Width:]
				for _, r := range p.rows {
					productRuns(y[r.y:], r.yStep, plan.rowStep, w, x, int(r.x), r.xStep, p.taps, run, bias, r.count, finish)
				}
			}
			continue
		}
		for _, s := range p.sites {
			productRuns(dst[s.y:], dstRows*Width, plan.rowStep, w, src, int(s.x), srcRows*Width, p.taps, run, bias, blocks, finish)
		}
	}
}

// productRuns computes all rows of the matrix for run terms, then for the next.
func productRuns[T Float](y []T, yBlock, yRow int, w *Packed[T], x []T, xAt, xBlock int, taps []tap, run int, bias []T, blocks int, finish Finish) {
	for from := 0; ; from += run {
		to := min(from+run, len(taps))
		end := finish
		if to < len(taps) {
			end = Store
		}
		productPanels(y, yBlock, yRow, w.Data, w.Cols, w.Rows, x, xAt, xBlock, taps[from:to], bias, blocks, from > 0, end)
		if to == len(taps) {
			return
		}
	}
}

// productPanelsGo is the meaning of the kernel productPanels:
//
//	for b < blocks, r < rows, l < 16:
//		acc = bias[r], or 0 without bias, or y[...] itself with resume
//		for each tap t: acc = fma(w[r/4*4*cols+t.w+r%4], x[b*xBlock+xAt+t.x+l], acc)
//		if finish is Rectify and acc < 0: acc = 0
//		if finish is AddTo: acc += y[...]
//		y[b*yBlock+r*yRow+l] = acc
func productPanelsGo[T Float](y []T, yBlock, yRow int, w []T, cols, rows int, x []T, xAt, xBlock int, taps []tap, bias []T, blocks int, resume bool, finish Finish) {
	for b := range blocks {
		for r := range rows {
			out := y[b*yBlock+r*yRow:][:Width]
			var acc [Width]T
			if bias != nil {
				for l := range acc {
					acc[l] = bias[r]
				}
			}
			if resume {
				copy(acc[:], out)
			}
			wr := w[r/panel*panel*cols+r%panel:]
			for _, t := range taps {
				fmaRow(&acc, wr[t.w], x[b*xBlock+xAt+int(t.x):])
			}
			for l, a := range acc {
				switch {
				case finish == AddTo:
					a = out[l] + a
				case finish == Rectify && 0 > a:
					a = 0
				}
				out[l] = a
			}
		}
	}
}
