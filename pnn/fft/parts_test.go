package fft

import "testing"

// Where the time of a propagation goes: fields of 200 x 200 in frames of 400 x 400,
// each part as often as one image needs it. "passes in L1" runs as many butterflies
// on so few elements that they never leave the first level of the cache: what the
// arithmetic of the passes takes with nothing to wait for.
func BenchmarkParts200(b *testing.B) {
	const n, images = 200, 64
	win := Window{n / 2, n / 2, n, n}
	c := must(NewConvolution[float32](2*n, 2*n, win, win, randomTransfer(1, 4*n*n)))
	x, y := must(NewImages[float32](images, n, n)), must(NewImages[float32](images, n, n))
	copy(x.Data, random[float32](1, len(x.Data)))
	if err := c.Apply(nil, y, x); err != nil {
		b.Fatal(err)
	}
	c.dst, c.src = y, x
	w, columns := c.spaces[0], c.columns[0]
	line, back := scratch(w.line, c.w), scratch(w.work, c.w)
	fields, frame := groups(n), groups(2*n) // groups of sixteen lines

	passes := append([]pass[float32](nil), c.cols.smooth.passes...)
	passes = append(passes, passes...)
	passes[0].form, passes[len(passes)-1].form = half, head
	inCache := func() {
		for i := range passes {
			k := 2 * n / passes[i].radix
			for range (fields + frame) * k / 5 {
				butterflies(&passes[i], line, line, 0, 5)
			}
		}
	}
	times := func(count int, f func(group int)) func(int) {
		return func(int) {
			for g := range count {
				f(g)
			}
		}
	}
	for _, part := range []struct {
		name string
		run  func(image int)
	}{
		{"whole", func(image int) { c.whole(image, 0) }},
		{"load", func(image int) { times(fields, func(g int) { columns.load(x, image, g, c.cols.order()) })(image) }},
		{"columns", times(fields, func(g int) { c.transformInput(g, columns, w) })},
		{"rows", times(frame, func(g int) { c.filterRows(g, columns, w) })},
		{"rows: to lanes", times(frame, func(g int) { linesIn(line, columns.sixteen(g, n), c.rows.order()[:n], 1) })},
		{"rows: there", times(frame, func(int) { c.rows.inside(line, n, c.w, w) })},
		{"rows: filter", times(frame, func(g int) { multiply(w.line, c.transfer[g*c.w*elementSize:], c.w, false) })},
		{"rows: back", times(frame, func(int) { c.rows.across(back.swapped(), line.swapped(), c.w, n, w) })},
		{"rows: from lanes", times(frame, func(g int) { linesOut(columns.sixteen(g, n), back, n) })},
		{"columns back", times(fields, func(g int) { c.transformOutput(g, columns, w) })},
		{"store", func(image int) { times(fields, func(g int) { columns.store(y, image, g) })(image) }},
		{"passes in L1", func(int) { inCache() }},
	} {
		b.Run(part.name, func(b *testing.B) {
			for _, v := range [][]float32{w.line, w.work, columns.data} {
				clear(v) // what is transformed again and again stays finite
			}
			for i := range b.N {
				part.run(i % images)
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N), "us/image")
		})
	}
}
