package bench

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// table writes results while they come in, and what is to be said about them
// at the end.
type table struct {
	w     io.Writer
	notes []string
}

func (t *table) head() {
	fmt.Fprintf(t.w, "%-28s %7s %10s   %-14s %11s %7s %9s %10s\n", "work", "threads", "ours", "peer", "peer takes", "ratio", "of peak", "authors*")
}

// row writes one work: a line for each peer.
func (t *table) row(r Result) {
	first := fmt.Sprintf("%-28s %7d %10s", r.Work.Name, r.Threads, duration(r.Ours.Median()))
	last := fmt.Sprintf(" %9s %10s", share(r), authors(r.Work))
	if len(r.Peers) == 0 {
		fmt.Fprintf(t.w, "%s   %-14s %11s %7s%s\n", first, "", "", "", last)
	}
	for i, p := range r.Peers {
		if i > 0 {
			first, last = fmt.Sprintf("%-28s %7s %10s", "", "", ""), ""
		}
		if p.Err != nil {
			fmt.Fprintf(t.w, "%s   %-14s %11s %7s%s\n", first, p.Who, fmt.Sprintf("%s (%d)", failure(p), t.note(p)), "", last)
			continue
		}
		fmt.Fprintf(t.w, "%s   %-14s %11s %7s%s\n", first, p.Who, duration(p.Median()), ratio(r.Ratio(p)), last)
	}
}

// failure says in a word why a peer has no time.
func failure(p Timing) string {
	var refused refusal
	switch {
	case p.Version == "":
		return "missing"
	case errors.As(p.Err, &refused):
		return "refuses"
	}
	return "failed"
}

// note keeps the error of a peer for the end and returns its number.
func (t *table) note(p Timing) int {
	text := p.Err.Error()
	if p.Version == "" {
		text = "not installed: " + text
	} else {
		text = p.Who + ": " + text
	}
	for i, n := range t.notes {
		if n == text {
			return i + 1
		}
	}
	t.notes = append(t.notes, text)
	return len(t.notes)
}

// end explains the table.
func (t *table) end(results []Result) {
	fmt.Fprintln(t.w)
	for i, n := range t.notes {
		fmt.Fprintf(t.w, "(%d) %s\n", i+1, n)
	}
	if len(t.notes) > 0 {
		fmt.Fprintln(t.w)
	}
	seen := map[string]bool{}
	for _, r := range results {
		for _, p := range r.Peers {
			if p.Version != "" && !seen[p.Who] {
				seen[p.Who] = true
				fmt.Fprintf(t.w, "%s: %s\n", p.Who, p.Version)
			}
		}
	}
	for _, line := range relative(results) {
		fmt.Fprintln(t.w, line)
	}
	if n := unsteady(results); n > 0 {
		fmt.Fprintf(t.w, "%d of %d lines of ours differ by more than half between rounds: the machine is busy with something else; repeat on a quiet one\n", n, len(results))
	}
	fmt.Fprintln(t.w, "ratio: time of the peer over ours; above 1 we are faster")
	fmt.Fprintln(t.w, "of peak: least time by measured multiply-adds (f) or by measured copying of memory (m), over ours")
	fmt.Fprintln(t.w, "*handed down for the authors' code on one core of a similar machine, not measured here")
}

// relative says how long works take in units of those that they are compared with,
// where both were timed.
func relative(results []Result) (lines []string) {
	for _, r := range results {
		i := slices.IndexFunc(results, func(b Result) bool { return b.Work.Name == r.Work.Over && b.Threads == r.Threads })
		if r.Work.Over == "" || i < 0 {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s takes %s times the %s on %s; authors, all of training: %s", r.Work.Name, ratio(r.Ours.Median()/results[i].Ours.Median()), r.Work.Over, inThreads(r.Threads), ratio(r.Work.AuthorsOver)))
	}
	return lines
}

// unsteady counts the results whose slowest round of ours took over 1.5 times as
// long as the fastest.
func unsteady(results []Result) (n int) {
	for _, r := range results {
		if s := r.Ours.Seconds; len(s) > 0 && slices.Max(s) > 1.5*slices.Min(s) {
			n++
		}
	}
	return n
}

// duration writes seconds with three digits.
func duration(s float64) string {
	switch {
	case math.IsNaN(s):
		return "-"
	case s < 1e-3:
		return digits(1e6*s) + " us"
	case s < 1:
		return digits(1e3*s) + " ms"
	}
	return digits(s) + " s"
}

// digits writes a positive number with three digits, without an exponent.
func digits(v float64) string {
	switch {
	case v < 9.995:
		return fmt.Sprintf("%.2f", v)
	case v < 99.95:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

func ratio(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return digits(v)
}

func share(r Result) string {
	if math.IsNaN(r.Share) {
		return "-"
	}
	return fmt.Sprintf("%.0f %% %c", 100*r.Share, map[string]rune{"multiply-adds": 'f', "memory": 'm'}[r.Bound])
}

func authors(w Work) string {
	if w.Authors == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f s", w.Authors)
}
