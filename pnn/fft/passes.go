package fft

// halves tells whether the first or last pass of this radix exists for lines of
// which only half is there or wanted.
func halves(radix int) bool { return radix == 4 || radix == 8 || radix == 10 }

// across transforms the first live elements of src, followed by zeros, into the
// first want elements of dst; dst.n tells how many it may write. dst may be src,
// or scratch memory that is work. work and pad have room for n elements each.
func (t *smooth[T]) across(dst, src view[T], live, want int, work, pad []T) {
	dst.check(want)
	src.check(live)
	room := scratch(work, t.n)
	if len(t.passes) < 2 {
		t.short(dst, src, live, want, scratch(pad, t.n))
		return
	}
	start := t.gather
	need := t.n
	if halves(start.radix) && 2*live <= t.n {
		start.form = half
		need = t.n / 2
	}
	if live < need {
		padded := scratch(pad, t.n)
		move(padded, src, live, width)
		for e := live; e < need; e++ {
			padded.zero(e)
		}
		src = padded
	}
	last, writes := t.last(want)
	if dst.n < writes {
		t.finish(&start, &last, room, src, room)
		move(dst, room, want, width)
		return
	}
	t.finish(&start, &last, dst, src, room)
}

// inside transforms a line of which element j lies in line at order[j], in
// place, as [smooth.across] does; elements from live on need not be there.
func (t *smooth[T]) inside(line view[T], live, want int) {
	line.check(t.n)
	if len(t.passes) == 0 {
		return
	}
	start := t.passes[0]
	need := t.n
	if halves(start.radix) && 2*live <= t.n {
		start.form = half
		need = t.n / 2
	}
	for _, e := range t.order[live:need] {
		line.zero(int(e))
	}
	if len(t.passes) == 1 {
		butterflies(&start, line, line, 0, 1)
		return
	}
	last, _ := t.last(want)
	t.finish(&start, &last, line, line, line)
}

// last is the last pass, and how many elements it writes, if only so many are
// wanted.
func (t *smooth[T]) last(want int) (p pass[T], writes int) {
	p = t.passes[len(t.passes)-1]
	if halves(p.radix) && 2*want <= t.n {
		p.form = head
		return p, t.n / 2
	}
	return p, t.n
}

// finish runs start from src to work, the middle passes in work and last from
// work to dst. Each of the pieces that the last pass joins is finished before
// the next is begun.
func (t *smooth[T]) finish(start, last *pass[T], dst, src, work view[T]) {
	work.check(t.n)
	piece := t.n / t.chunks
	for c := range t.chunks {
		k := piece / start.radix
		butterflies(start, work, src, c*k, k)
		for i := 1; i < len(t.passes)-1; i++ {
			p := &t.passes[i]
			k := piece / p.radix
			butterflies(p, work, work, c*k, k)
		}
	}
	butterflies(last, dst, work, 0, piece)
}

// short is across for lengths of one pass or none.
func (t *smooth[T]) short(dst, src view[T], live, want int, pad view[T]) {
	move(pad, src, live, width)
	for e := live; e < t.n; e++ {
		pad.zero(e)
	}
	if len(t.passes) == 1 {
		p := t.gather
		butterflies(&p, pad, pad, 0, 1)
	}
	move(dst, pad, want, width)
}
