package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"lightfast/pnn/figure"
	"lightfast/pnn/lane"
	"lightfast/pnn/whole"
)

// Options of a run. The zero value times all our works on one thread and on all
// processors, and shows the medians of 11 rounds.
type Options struct {
	Peers   bool     // time the peers too
	Runs    int      // rounds, at least 5; 0: 11
	Workers int      // threads beside one; 0: one for each processor
	Only    []string // words in the names of the works to time; none: all
	Out     string   // folder for CSV files and figures; empty: none are written
	Scaling bool     // measure how cost grows, instead unless Peers asks for both
}

// least is the smallest number of rounds whose median is worth showing.
const least = 5

// bench is a run with everything that tests replace.
type bench struct {
	Options
	works    []Work
	sources  []source
	sweeps   []sweep
	patience patience
	timer    timer
}

// Run times works and writes tables to w. It ends early, with the error of ctx,
// when ctx does.
func Run(ctx context.Context, w io.Writer, o Options) error {
	b := bench{Options: o, works: Works(), patience: usualPatience, timer: timer{atLeast: 50 * time.Millisecond}}
	if o.Peers {
		b.sources = sources()
		b.timer.settle = 50 * time.Millisecond
	}
	if o.Scaling {
		b.sweeps = sweeps(b.workers())
	}
	return b.run(ctx, w)
}

func (b *bench) workers() int {
	if b.Workers == 0 {
		return runtime.GOMAXPROCS(0)
	}
	return b.Workers
}

func (b *bench) run(ctx context.Context, w io.Writer) error {
	if b.Runs == 0 {
		b.Runs = 11
	}
	if b.Runs < least {
		return fmt.Errorf("bench: %d runs: expected at least %d, of which the median is shown", b.Runs, least)
	}
	if b.Workers < 0 {
		return fmt.Errorf("bench: %d workers: expected at least 1, or 0 for one a processor", b.Workers)
	}
	b.timer.runs = b.Runs
	if b.Out != "" {
		if err := os.MkdirAll(b.Out, 0o755); err != nil {
			return fmt.Errorf("bench: no folder for the results: %w", err)
		}
	}
	if b.Peers || !b.Scaling {
		if err := b.table(ctx, w); err != nil {
			return err
		}
	}
	if b.Scaling {
		return b.scaling(ctx, w)
	}
	return nil
}

// table times the works.
func (b *bench) table(ctx context.Context, w io.Writer) error {
	works, err := choose(b.works, b.Only)
	if err != nil {
		return err
	}
	threads := []int{1}
	if n := b.workers(); n > 1 {
		threads = append(threads, n)
	}
	fmt.Fprintf(w, "%s; medians of %d\n", machine(), b.Runs)
	peaks := map[int]peak{}
	for _, n := range threads {
		peaks[n] = measurePeak(n)
		fmt.Fprintf(w, "measured peak, %s: %s\n", inThreads(n), peaks[n])
	}
	fmt.Fprintln(w)
	c := newCrew(b.sources, b.patience)
	defer c.dismiss()
	t := table{w: w}
	t.head()
	var results []Result
	for _, work := range works {
		for _, n := range threads {
			r, err := b.timer.compare(ctx, work, n, c, peaks[n])
			if err != nil {
				return err
			}
			results = append(results, r)
			t.row(r)
		}
	}
	t.end(results)
	if b.Out == "" {
		return nil
	}
	data, err := resultsCSV(results, peaks)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return b.save(w, "bench", data, resultsFigure(results, threads, machine()))
}

// save writes name.csv, name.png and name.svg.
func (b *bench) save(w io.Writer, name string, data []byte, f *figure.Figure) error {
	path := filepath.Join(b.Out, name)
	if err := whole.Write(path+".csv", data); err != nil {
		return err
	}
	files := path + ".csv"
	if len(f.Panels) > 0 {
		if err := f.Save(path); err != nil {
			return err
		}
		files += ", " + path + ".png, " + path + ".svg"
	}
	fmt.Fprintf(w, "\nwritten: %s\n", files)
	return nil
}

// String says what the machine does at best.
func (p peak) String() string {
	fma := "no kernel for it"
	if p.FMAs > 0 {
		fma = fmt.Sprintf("%.1f billion multiply-adds a second", p.FMAs/1e9)
	}
	return fmt.Sprintf("%s, %.1f GB/s read and written", fma, p.Bytes/1e9)
}

// machine says on what is measured.
func machine() string {
	name := runtime.GOOS + "/" + runtime.GOARCH
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == "model name" {
				name = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%s, %d processors, kernels %s, %s", name, runtime.NumCPU(), lane.ISA(), runtime.Version())
}
