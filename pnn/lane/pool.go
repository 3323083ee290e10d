package lane

import (
	"runtime"
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
// workers, so neither do results. The zero value and nil run everything on the
// caller's goroutine.
//
// A training step of a few milliseconds hands out work some twenty times, so
// workers stay awake for a moment after their last item and are started anew
// only when they have gone. One call of For at a time has them; a call that
// finds them taken runs its items itself.
type Pool struct {
	workers int
	start   []func()      // body of worker w at w-1
	awake   []atomic.Bool // by worker, likewise
	joint   func(item, worker int)
	wake    chan struct{}
	failed  atomic.Pointer[any]

	// What all workers write has cache lines of its own, so that they can read
	// the rest without waiting for each other.
	_       line
	f       func(item, worker int)
	tasks   []Task
	taken   atomic.Bool
	waiting atomic.Bool // the caller sleeps until the last item is finished
	_       line
	done    atomic.Int64 // items finished, of total
	total   atomic.Int64
	_       line
	call    uint64
	shares  []share // of the items, by worker
}

// share is the part of the items of a call that a worker begins with: the same
// part of every call, so that what it wrote in one loop is in its own cache when
// it reads it in the next. Who has finished helps the others from behind.
type share struct {
	ticket atomic.Uint64 // what is left, see below
	_      line
}

// line keeps neighbours in memory out of one cache line, and of the pair of lines
// that processors fetch together.
type line [128]byte

// A ticket packs the number of the call (24 bits), the item behind the last (20)
// and the next item to hand out (20) into one word, so that a worker that comes
// late cannot take an item of one call with the bounds of another.
const (
	ticketBits = 20
	ticketMask = 1<<ticketBits - 1
)

// patience is how often an idle worker looks for work before it goes, about a
// millisecond of one processor, and how often a caller looks whether the last item is
// finished before it sleeps. With a twentieth of it steps of LeNet on two workers take
// a tenth longer, with a fifth a thirtieth.
const patience = 20_000

// pause is what a worker does between two looks: nothing, but now and then it
// lets other goroutines have the processor.
func pause(i int) {
	if i%16 == 0 {
		runtime.Gosched()
	}
}

// NewPool returns a pool of the given number of workers; 0 means one for each
// processor.
func NewPool(workers int) *Pool {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	p := &Pool{workers: workers, wake: make(chan struct{}, 1), awake: make([]atomic.Bool, workers-1), shares: make([]share, workers)}
	p.joint = func(item, worker int) { runJoint(p.tasks, item, worker) }
	for w := 1; w < workers; w++ {
		p.start = append(p.start, func() { p.work(w) })
	}
	return p
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
// scratch memory an item may use. A panic in f is passed on to the caller. For
// itself allocates nothing; a closure made at the call does.
func (p *Pool) For(items int, f func(item, worker int)) {
	workers := min(p.Workers(), items)
	if workers <= 1 || !p.taken.CompareAndSwap(false, true) {
		for i := range items {
			f(i, 0)
		}
		return
	}
	defer p.release()
	for first := 0; first < items; first += ticketMask {
		n := min(items-first, ticketMask)
		if first > 0 {
			g := f
			at := first
			p.run(n, workers, func(item, worker int) { g(at+item, worker) })
			continue
		}
		p.run(n, workers, f)
	}
}

// Task is a loop of independent items.
type Task struct {
	Items int
	Body  func(item, worker int)
}

// Together runs the items of several tasks in one call, as [Pool.For] runs those
// of one.
func (p *Pool) Together(tasks []Task) {
	items := 0
	for _, t := range tasks {
		items += t.Items
	}
	workers := min(p.Workers(), items)
	if workers <= 1 || items > ticketMask || !p.taken.CompareAndSwap(false, true) {
		for _, t := range tasks {
			p.For(t.Items, t.Body)
		}
		return
	}
	defer p.release()
	p.tasks = tasks
	p.run(items, workers, p.joint)
}

func runJoint(tasks []Task, item, worker int) {
	for _, t := range tasks {
		if item < t.Items {
			t.Body(item, worker)
			return
		}
		item -= t.Items
	}
}

func (p *Pool) release() {
	p.f, p.tasks = nil, nil
	p.taken.Store(false)
}

// run hands out n items and returns when all are finished.
func (p *Pool) run(n, workers int, f func(item, worker int)) {
	p.f = f
	p.done.Store(0)
	p.total.Store(int64(n))
	p.call++
	for w := range p.shares {
		lo, hi := 0, 0
		if w < workers {
			lo, hi = w*n/workers, (w+1)*n/workers
		}
		p.shares[w].ticket.Store(p.call<<(2*ticketBits) | uint64(hi)<<ticketBits | uint64(lo))
	}
	for w := range workers - 1 {
		if p.awake[w].CompareAndSwap(false, true) {
			go p.start[w]()
		}
	}
	for p.take(0) {
	}
	// A message may come from a worker that was slow to see that an earlier call
	// was complete, so being woken says no more than that it is time to look.
	for i := 0; p.done.Load() < int64(n); i++ {
		if i < patience {
			pause(i)
			continue
		}
		p.waiting.Store(true)
		if p.done.Load() < int64(n) || !p.waiting.CompareAndSwap(true, false) {
			<-p.wake
		}
	}
	if r := p.failed.Swap(nil); r != nil {
		panic(*r)
	}
}

// work is the life of worker w.
func (p *Pool) work(w int) {
	for idle := 0; ; idle++ {
		if p.take(w) {
			idle = 0
			continue
		}
		if idle < patience {
			pause(idle)
			continue
		}
		// A call that came between the last look and this line found the worker
		// awake, so it looks once more before it is really gone.
		p.awake[w-1].Store(false)
		if !p.left() || !p.awake[w-1].CompareAndSwap(false, true) {
			return
		}
	}
}

// left tells whether there are items to take.
func (p *Pool) left() bool {
	for w := range p.shares {
		if t := p.shares[w].ticket.Load(); t&ticketMask < t>>ticketBits&ticketMask {
			return true
		}
	}
	return false
}

// take runs some items, if there are any, of the worker's own share or else of
// another's: few when few are left, so that workers finish together, and more
// while there are many, since each taking costs about as much as a small item.
func (p *Pool) take(worker int) bool {
	for k := range p.shares {
		ticket := &p.shares[(worker+k)%len(p.shares)].ticket
		t := ticket.Load()
		lo, hi := t&ticketMask, t>>ticketBits&ticketMask
		if lo >= hi {
			continue
		}
		count := max(1, (hi-lo)/4)
		left := t + count
		if k > 0 {
			lo = hi - count
			left = t - count<<ticketBits
		}
		if !ticket.CompareAndSwap(t, left) {
			return true // somebody else was faster
		}
		p.items(int(lo), int(lo+count), worker)
		if p.done.Add(int64(count)) == p.total.Load() && p.waiting.CompareAndSwap(true, false) {
			p.wake <- struct{}{}
		}
		return true
	}
	return false
}

// items runs items lo..hi-1.
func (p *Pool) items(lo, hi, worker int) {
	for lo < hi {
		lo = p.until(lo, hi, worker)
	}
}

// until runs items from lo on and returns the item behind the last: hi, or that
// behind one that panicked.
func (p *Pool) until(lo, hi, worker int) (next int) {
	defer func() {
		if r := recover(); r != nil {
			why := r // only a panic costs an allocation
			p.failed.CompareAndSwap(nil, &why)
		}
	}()
	f := p.f
	for next = lo; next < hi; {
		next++
		f(next-1, worker)
	}
	return next
}
