package bench

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"runtime"
	"strconv"

	"lightfast/pnn/figure"
	"lightfast/pnn/lane"
	"lightfast/pnn/model"
	"lightfast/pnn/train"
)

// sweep is a work at growing sizes.
type sweep struct {
	name    string // what is done
	grows   string // what grows, with its unit
	sizes   []int
	ours    func(size int) (step func() error, err error) // prepares the work
	threads func(size int) int                            // that it runs on
}

// sweeps lists what is measured on up to the given number of workers; all but
// the growth of the workers themselves is measured on one.
func sweeps(workers int) []sweep {
	one := func(int) int { return 1 }
	inSilico := func(ports, batch, workers int) (func() error, error) {
		return trainingStep(train.InSilico{}, model.MPNN{Ports: ports, Meshes: meshes, Classes: 10}, batch, workers)
	}
	const few = 8
	return []sweep{
		{"training step in silico, batch 500", "ports", []int{16, 32, 64, 128, 256, 512},
			func(n int) (func() error, error) { return inSilico(n, batch, 1) }, one},
		{"training step in silico, 64 ports", "batch (samples)", []int{16, 32, 64, 128, 256, 512},
			func(n int) (func() error, error) { return inSilico(ports, n, 1) }, one},
		{"training step of DAT w/ IS", "workers", upTo(workers),
			step(train.DAT{States: []int{0, 1}}), func(n int) int { return n }},
		{"diffractive step, 3 modulators, batch 16", "side of the field (pixels)", []int{64, 128, 256, 512, 1024},
			func(n int) (func() error, error) {
				d := diffractive
				d.Side, d.Window, d.Detector = n, n*3/5, n/10
				d.Distance *= float64(n) / 200
				return diffractiveStep(d, 16, 1)
			}, one},
		{"diffractive step, 200 pixels, batch 16", "modulators", []int{1, 2, 3, 6, 12},
			func(n int) (func() error, error) {
				d := diffractive
				d.Layers = n
				return diffractiveStep(d, 16, 1)
			}, one},
		{fmt.Sprintf("propagation of %d fields", few), "side of the field (pixels)", []int{64, 128, 256, 512, 1024},
			func(n int) (func() error, error) { return propagate(n, few, 1) }, one},
	}
}

// upTo lists the powers of two below n, and n.
func upTo(n int) (list []int) {
	for i := 1; i < n; i *= 2 {
		list = append(list, i)
	}
	return append(list, n)
}

// growth is the outcome of a sweep: the time at each size.
type growth struct {
	sweep
	times []Timing
}

// scaling measures all sweeps.
func (b *bench) scaling(ctx context.Context, w io.Writer) error {
	fmt.Fprintf(w, "%s; medians of %d\n", machine(), b.Runs)
	var all []growth
	for _, s := range b.sweeps {
		g := growth{sweep: s}
		fmt.Fprintf(w, "\n%s\n%26s %12s %10s\n", s.name, s.grows, "time", "exponent")
		for i, size := range s.sizes {
			t, err := b.timer.alone(ctx, s, size)
			if err != nil {
				return err
			}
			g.times = append(g.times, t)
			local := ""
			if i > 0 {
				local = power(g.exponent(i-1, i+1))
			}
			fmt.Fprintf(w, "%26d %12s %10s\n", size, duration(t.Median()), local)
		}
		fmt.Fprintf(w, "%26s %12s %10s\n", "all", "", power(g.exponent(0, len(s.sizes))))
		all = append(all, g)
	}
	fmt.Fprintln(w, "\nexponent: of the size, from the size before to this one; all: least squares through the logarithms")
	if b.Out == "" {
		return nil
	}
	data, err := scalingCSV(all)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return b.save(w, "scaling", data, scalingFigure(all, machine()))
}

// alone times one size of a sweep.
func (t timer) alone(ctx context.Context, s sweep, size int) (Timing, error) {
	timing := Timing{Who: "lightfast"}
	threads := s.threads(size)
	before := runtime.GOMAXPROCS(threads)
	defer runtime.GOMAXPROCS(before)
	step, err := prepared(Work{Ours: func(int) (func() error, error) { return s.ours(size) }}, threads)
	for i := 0; i < t.runs && err == nil; i++ {
		if err = t.pause(ctx); err != nil {
			return timing, err
		}
		var seconds float64
		seconds, err = t.clock(step)
		timing.Seconds = append(timing.Seconds, seconds)
	}
	if err != nil {
		return timing, fmt.Errorf("bench: %s, %d %s: %w", s.name, size, s.grows, err)
	}
	return timing, ctx.Err()
}

// exponent is the exponent of the size in the time, fitted to sizes lo..hi-1 by
// least squares in logarithms; NaN if there are less than two.
func (g growth) exponent(lo, hi int) float64 {
	var x, y []float64
	for i := lo; i < hi; i++ {
		x, y = append(x, lane.Log(float64(g.sizes[i]))), append(y, lane.Log(g.times[i].Median()))
	}
	return slope(x, y)
}

// slope is the slope of the line of least squares through points; NaN if they
// do not have at least two different x.
func slope(x, y []float64) float64 {
	n := float64(len(x))
	var mx, my, xx, xy float64
	for i := range x {
		mx += x[i] / n
		my += y[i] / n
	}
	for i := range x {
		xx += float64((x[i] - mx) * (x[i] - mx))
		xy += float64((x[i] - mx) * (y[i] - my))
	}
	if xx == 0 {
		return math.NaN()
	}
	return xy / xx
}

func power(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return fmt.Sprintf("%.2f", v)
}

// scalingCSV writes one row for each sweep and size.
func scalingCSV(all []growth) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := w.Write([]string{"work", "grows", "size", "threads", "runs", "median_s", "exponent_from_size_before", "exponent_of_all"}); err != nil {
		return nil, err
	}
	for _, g := range all {
		for i, size := range g.sizes {
			local := math.NaN()
			if i > 0 {
				local = g.exponent(i-1, i+1)
			}
			if err := w.Write([]string{
				g.name, g.grows, strconv.Itoa(size), strconv.Itoa(g.threads(size)), strconv.Itoa(len(g.times[i].Seconds)),
				number(g.times[i].Median()), number(local), number(g.exponent(0, len(g.sizes))),
			}); err != nil {
				return nil, err
			}
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// scalingFigure draws time against size, a panel for each sweep.
func scalingFigure(all []growth, machine string) *figure.Figure {
	f := &figure.Figure{Title: "How cost grows", Columns: 2, Footer: figure.Footer("bench", "random numbers", machine)}
	for _, g := range all {
		l := figure.Lines{Title: g.name, XLabel: g.grows, YLabel: "time (ms)", XLog: true, YLog: true}
		s := figure.Series{Method: "lightfast"}
		for i, size := range g.sizes {
			l.XTicks = append(l.XTicks, float64(size))
			s.X, s.Y = append(s.X, float64(size)), append(s.Y, 1e3*g.times[i].Median())
		}
		if e := power(g.exponent(0, len(g.sizes))); e != "" {
			l.Title += fmt.Sprintf(" (exponent %s)", e)
		}
		l.Series = []figure.Series{s}
		f.Panels = append(f.Panels, l)
	}
	return f
}
