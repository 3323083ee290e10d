package lane

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestPoolRunsEachItemOnce(t *testing.T) {
	for _, workers := range []int{1, 2, 3, 7} {
		p := NewPool(workers)
		for trial := range 300 {
			items := trial * trial % 97
			runs := make([]atomic.Int32, items)
			busy := make([]atomic.Bool, p.Workers())
			p.For(items, func(item, worker int) {
				if !busy[worker].CompareAndSwap(false, true) {
					t.Errorf("two items share worker %d", worker)
				}
				runs[item].Add(1)
				if trial%50 == 7 && item%5 == 0 {
					time.Sleep(200 * time.Microsecond)
				}
				busy[worker].Store(false)
			})
			for i := range runs {
				if n := runs[i].Load(); n != 1 {
					t.Fatalf("%d workers, %d items: item %d ran %d times", workers, items, i, n)
				}
			}
			if trial%40 == 0 {
				time.Sleep(2 * time.Millisecond) // let the workers go
			}
		}
	}
}

func TestPoolHandsOutMoreItemsThanATicketHolds(t *testing.T) {
	const items = 2*ticketMask + 5
	seen := make([]bool, items)
	NewPool(3).For(items, func(i, _ int) { seen[i] = true })
	if slices.Contains(seen, false) {
		t.Error("an item was left out")
	}
}

func TestPoolTakenByAnotherCall(t *testing.T) {
	p := NewPool(2)
	var total atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				p.For(10, func(int, int) { total.Add(1) })
			}
		})
	}
	wg.Wait()
	p.For(3, func(int, int) { p.For(4, func(int, int) { total.Add(1) }) })
	if n := total.Load(); n != 8012 {
		t.Errorf("%d items ran, want 8012", n)
	}
}

func TestPoolRunsTasksTogether(t *testing.T) {
	for _, workers := range []int{1, 2, 3} {
		p := NewPool(workers)
		sizes := []int{3, 0, 5, 1}
		runs := make([][]atomic.Int32, len(sizes))
		var tasks []Task
		for i, n := range sizes {
			runs[i] = make([]atomic.Int32, n)
			tasks = append(tasks, Task{n, func(item, _ int) { runs[i][item].Add(1) }})
		}
		p.Together(tasks)
		p.Together(nil)
		for i := range runs {
			for k := range runs[i] {
				if n := runs[i][k].Load(); n != 1 {
					t.Errorf("%d workers: item %d of task %d ran %d times", workers, k, i, n)
				}
			}
		}
		if n := testing.AllocsPerRun(20, func() { p.Together(tasks) }); n != 0 {
			t.Errorf("%d workers: %g allocations a call", workers, n)
		}
	}
	var none *Pool
	n := 0
	none.Together([]Task{{2, func(int, int) { n++ }}, {1, func(int, int) { n++ }}})
	if n != 3 {
		t.Errorf("no pool ran %d items, want 3", n)
	}
}

func TestPoolPassesAPanicOn(t *testing.T) {
	p := NewPool(2)
	for _, at := range []int{0, 9} {
		func() {
			defer func() {
				if r := recover(); fmt.Sprint(r) != "no light" {
					t.Errorf("recovered %v", r)
				}
			}()
			p.For(10, func(i, _ int) {
				if i == at {
					panic("no light")
				}
			})
		}()
	}
	n := 0
	NewPool(1).For(3, func(int, int) { n++ })
	p.For(1, func(int, int) { n++ })
	if n != 4 {
		t.Errorf("%d items ran after a panic, want 4", n)
	}
}

func TestPoolAllocatesNothing(t *testing.T) {
	p := NewPool(2)
	var total atomic.Int64
	f := func(item, _ int) { total.Add(int64(item)) }
	if n := testing.AllocsPerRun(100, func() { p.For(20, f) }); n != 0 {
		t.Errorf("%g allocations a call", n)
	}
}

// BenchmarkBarrier measures what a call of For costs two workers beside its items.
func BenchmarkBarrier(b *testing.B) {
	for _, items := range []int{2, 8, 64} {
		b.Run(fmt.Sprintf("%d items", items), func(b *testing.B) {
			p := NewPool(2)
			nothing := func(int, int) {}
			for b.Loop() {
				p.For(items, nothing)
			}
		})
	}
}

// BenchmarkHandover measures what it costs that one worker needs what another has
// written: 64 images of 784 numbers, 200 KB, are written by one worker or by two, half
// each, and then read by all. With one there is nothing to hand over.
func BenchmarkHandover(b *testing.B) {
	const line = 16
	x := make([]float32, 64*784)
	var sums [2][line]float32
	write := func(item, _ int) {
		for k := item * len(x) / 2; k < (item+1)*len(x)/2; k += line {
			x[k] = 1
		}
	}
	read := func(_, worker int) {
		var sum float32
		for k := 0; k < len(x); k += line {
			sum += x[k]
		}
		sums[worker][0] = sum
	}
	for workers := 1; workers <= 2; workers++ {
		b.Run(fmt.Sprintf("%d workers", workers), func(b *testing.B) {
			p := NewPool(workers)
			var writing, reading time.Duration
			for b.Loop() {
				start := time.Now()
				p.For(2, write)
				middle := time.Now()
				p.For(workers, read)
				writing, reading = writing+middle.Sub(start), reading+time.Since(middle)
			}
			b.ReportMetric(float64(writing.Microseconds())/float64(b.N), "µs-written")
			b.ReportMetric(float64(reading.Microseconds())/float64(b.N), "µs-read")
		})
	}
}
