package bench

import (
	"math"
	"runtime/debug"
	"sync"
	"time"

	"lightfast/pnn/lane"
)

// peak is what the machine does at best.
type peak struct {
	FMAs  float64 // multiply-adds of single precision per second; 0: not known
	Bytes float64 // read or written per second while copying what no cache holds
}

// share is the least time in which the machine does a work, as a fraction of the
// time taken, and what sets it. NaN: not known.
func (p peak) share(w Work, seconds float64) (share float64, bound string) {
	share = math.NaN()
	if w.FMAs > 0 && p.FMAs > 0 {
		share, bound = w.FMAs/p.FMAs/seconds, "multiply-adds"
	}
	if w.Bytes > 0 && p.Bytes > 0 {
		if m := w.Bytes / p.Bytes / seconds; !(share >= m) {
			share, bound = m, "memory"
		}
	}
	return share, bound
}

// measurePeak measures the peak of a number of workers; tests put their own here.
var measurePeak = func(workers int) peak {
	return peak{FMAs: peakFMAs(workers), Bytes: peakBytes(workers)}
}

// together runs f on all workers at once and returns the seconds it took.
func together(workers int, f func(worker int)) float64 {
	var wg sync.WaitGroup
	start := time.Now()
	for w := range workers {
		wg.Go(func() { f(w) })
	}
	wg.Wait()
	return time.Since(start).Seconds()
}

// peakFMAs keeps the multipliers of all workers busy out of registers alone. The
// best of several tries counts: it is a limit that is sought.
func peakFMAs(workers int) (best float64) {
	const rounds, tries = 4_000_000, 30
	for range tries {
		done := make([]int, workers)
		seconds := together(workers, func(w int) { done[w] = lane.Peak(rounds) })
		total := 0
		for _, n := range done {
			total += n
		}
		best = max(best, float64(total)/seconds)
	}
	return best
}

// peakBytes copies 512 MB to another 512 MB, more than any cache holds. Each byte
// counts twice, read and written.
func peakBytes(workers int) (best float64) {
	const size, tries = 512 << 20, 5
	src, dst := make([]byte, size), make([]byte, size)
	for i := 0; i < size; i += 4096 { // pages that were never written are all the same page
		src[i], dst[i] = 1, 1
	}
	for range tries {
		seconds := together(workers, func(w int) {
			lo, hi := size/workers*w, size/workers*(w+1)
			copy(dst[lo:hi], src[lo:hi])
		})
		best = max(best, 2*float64(size/workers*workers)/seconds)
	}
	src, dst = nil, nil
	debug.FreeOSMemory()
	return best
}
