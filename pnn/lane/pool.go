package lane

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Group is the number of blocks that one work item of the scheduler covers: 64
// samples. It is a constant because sums over samples are formed per group and
// then added in the order of the groups; it must not depend on the workers.
const Group = 4

// Groups is the number of work items that cover n blocks.
func Groups(blocks int) int { return (blocks + Group - 1) / Group }

// Pool runs independent work items on a number of workers. The items and their
// order of reduction are the caller's and never depend on the number of
// workers, so neither do results. The zero value runs everything on the
// caller's goroutine.
type Pool struct{ workers int }

// NewPool returns a pool of the given number of workers; 0 means one for each
// processor.
func NewPool(workers int) *Pool {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	return &Pool{workers: workers}
}

// Workers is the number of workers, at least 1.
func (p *Pool) Workers() int {
	if p == nil {
		return 1
	}
	return max(1, p.workers)
}

// For calls f(item, worker) once for each item in 0..items-1. Items may run at
// the same time on different workers; worker in 0..Workers()-1 tells which
// scratch memory an item may use. A panic in f is passed on to the caller.
func (p *Pool) For(items int, f func(item, worker int)) {
	workers := min(p.Workers(), items)
	if workers <= 1 {
		for i := range items {
			f(i, 0)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	var failed atomic.Pointer[any]
	work := func(worker int) {
		defer wg.Done()
		defer func() {
			if r := recover(); r != nil {
				failed.CompareAndSwap(nil, &r)
			}
		}()
		for {
			i := int(next.Add(1)) - 1
			if i >= items {
				return
			}
			f(i, worker)
		}
	}
	wg.Add(workers)
	for w := 1; w < workers; w++ {
		go work(w)
	}
	work(0)
	wg.Wait()
	if r := failed.Load(); r != nil {
		panic(*r)
	}
}
