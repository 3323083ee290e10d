package bench

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"

	"lightfast/pnn/lane"
)

// Timing is what one party took for a work.
type Timing struct {
	Who, Version, Note string
	Seconds            []float64 // of one execution, by round
	Err                error     // why there is none, or fewer than rounds
}

// Median is the median of the rounds, NaN without any or after an error.
func (t Timing) Median() float64 {
	if t.Err != nil {
		return math.NaN()
	}
	return median(t.Seconds)
}

// median of numbers, the mean of the middle two if they are even; NaN of none.
func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(v))
	n := len(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}

// Result is one work on a number of threads: our times and the peers'.
type Result struct {
	Work    Work
	Threads int
	Ours    Timing
	Peers   []Timing
	Share   float64 // of the machine's peak, NaN if not known
	Bound   string  // what sets the peak
}

// Ratio is how many times as long as ours a peer takes, NaN without both.
func (r Result) Ratio(peer Timing) float64 { return peer.Median() / r.Ours.Median() }

// timer says how parties are timed.
type timer struct {
	runs    int
	atLeast time.Duration // of repetitions for one time of ours
	settle  time.Duration // between parties: threads of the last one may still spin
}

// clock is the time in seconds of one execution of step.
func (t timer) clock(step func() error) (float64, error) {
	n, start := 0, time.Now()
	for {
		if err := step(); err != nil {
			return 0, err
		}
		n++
		if d := time.Since(start); d >= t.atLeast {
			return d.Seconds() / float64(n), nil
		}
	}
}

// prepared is a work of ours, ready for a number of threads. It has as many
// processors as threads, so that the collection of garbage gets no more.
func prepared(w Work, threads int) (func() error, error) {
	step, err := w.Ours(threads)
	if err != nil {
		return nil, err
	}
	runtime.GC()
	for range 2 { // the first executions make room
		if err := step(); err != nil {
			return nil, err
		}
	}
	return step, nil
}

// compare times a work by us and by its peers in turn.
func (t timer) compare(ctx context.Context, w Work, threads int, c *crew, p peak) (Result, error) {
	r := Result{Work: w, Threads: threads, Ours: Timing{Who: "lightfast", Version: "kernels " + lane.ISA()}}
	before := runtime.GOMAXPROCS(threads)
	defer runtime.GOMAXPROCS(before)
	step, err := prepared(w, threads)
	if err != nil {
		return r, fmt.Errorf("bench: %s on %d threads: %w", w.Name, threads, err)
	}
	var peers []*peer // nil: not there
	for _, name := range w.Peers {
		if !c.known(name) {
			continue
		}
		timing := Timing{Who: name}
		peer, err := c.get(ctx, name)
		if err == nil {
			timing.Version = peer.description
			_, timing.Note, err = peer.ask(ctx, w.ask(), threads) // untimed
		}
		if timing.Err = err; err != nil {
			peer = nil
		}
		peers, r.Peers = append(peers, peer), append(r.Peers, timing)
	}
	for range t.runs {
		if err := t.pause(ctx); err != nil {
			return r, err
		}
		s, err := t.clock(step)
		if err != nil {
			return r, fmt.Errorf("bench: %s on %d threads: %w", w.Name, threads, err)
		}
		r.Ours.Seconds = append(r.Ours.Seconds, s)
		for i, peer := range peers {
			if peer == nil {
				continue
			}
			if err := t.pause(ctx); err != nil {
				return r, err
			}
			s, _, err := peer.ask(ctx, w.ask(), threads)
			if err != nil {
				peers[i], r.Peers[i].Err = nil, err
				continue
			}
			r.Peers[i].Seconds = append(r.Peers[i].Seconds, s)
		}
	}
	r.Share, r.Bound = p.share(w, r.Ours.Median())
	return r, ctx.Err()
}

func (t timer) pause(ctx context.Context) error {
	select {
	case <-time.After(t.settle):
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
