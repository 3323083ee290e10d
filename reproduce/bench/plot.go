package bench

import (
	"fmt"
	"math"

	"lightfast/pnn/figure"
)

// resultsFigure draws how many times as long as lightfast the peers take, and how
// much of the machine lightfast uses; one bar a party.
func resultsFigure(results []Result, threads []int, machine string) *figure.Figure {
	f := &figure.Figure{
		Title: "Lightfast beside its peers", Columns: 1, WidthCM: 26, PanelHeightCM: 6,
		Footer: figure.Footer("bench", "random numbers", machine),
	}
	for _, n := range threads {
		if p, any := ratioPanel(results, n); any {
			f.Panels = append(f.Panels, p)
		}
	}
	if p, any := sharePanel(results, threads); any {
		f.Panels = append(f.Panels, p)
	}
	return f
}

// ratioPanel holds the ratios on a number of threads; any: there is one.
func ratioPanel(results []Result, threads int) (p figure.Bars, any bool) {
	p = figure.Bars{Title: inThreads(threads), YLabel: "time of the peer / ours", YLog: true, Annotate: true}
	values := map[string][]float64{}
	var rows []Result
	for _, r := range results {
		if r.Threads != threads {
			continue
		}
		some := false
		for _, t := range r.Peers {
			some = some || !math.IsNaN(r.Ratio(t))
		}
		if some {
			rows = append(rows, r)
		}
	}
	for i, r := range rows {
		p.Groups = append(p.Groups, r.Work.Name)
		for _, t := range r.Peers {
			v := r.Ratio(t)
			if math.IsNaN(v) {
				continue
			}
			if values[t.Who] == nil {
				values[t.Who] = gaps(len(rows))
			}
			values[t.Who][i] = v
		}
	}
	for _, name := range []string{openBLAS, fftwName, pyTorch, authorsCode} {
		if v := values[name]; v != nil {
			p.Series = append(p.Series, figure.BarSeries{Label: name, Values: v})
		}
	}
	return p, len(p.Series) > 0
}

// sharePanel holds our shares of the machine's peak.
func sharePanel(results []Result, threads []int) (p figure.Bars, any bool) {
	p = figure.Bars{Title: "Use of the machine", YLabel: "share of the measured peak (%)", Annotate: true}
	at := map[string]int{}
	for _, r := range results {
		if _, seen := at[r.Work.Name]; !seen && !math.IsNaN(r.Share) {
			at[r.Work.Name] = len(p.Groups)
			p.Groups = append(p.Groups, r.Work.Name)
		}
	}
	for i, n := range threads {
		s := figure.BarSeries{Label: inThreads(n), Method: "lightfast", Variant: min(i, 2), Values: gaps(len(p.Groups))}
		for _, r := range results {
			if g, there := at[r.Work.Name]; there && r.Threads == n && !math.IsNaN(r.Share) {
				s.Values[g] = 100 * r.Share
			}
		}
		p.Series = append(p.Series, s)
	}
	return p, len(p.Groups) > 0
}

func inThreads(n int) string {
	if n == 1 {
		return "1 thread"
	}
	return fmt.Sprintf("%d threads", n)
}

func gaps(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = math.NaN()
	}
	return v
}
