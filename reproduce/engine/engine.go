package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/pnn/lane"
)

// Run executes the runs of the chosen figures that have no result yet, with
// bounded workers, and draws the figures. The output folder is locked meanwhile.
// When it stops early, through ctx or an error, what is finished stays, and the
// next call continues.
func (o Options) Run(ctx context.Context) ([]Page, error) {
	unlock, err := artifact.Lock(o.Out)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := o.execute(ctx); err != nil {
		return nil, err
	}
	return o.draw()
}

// execute brings the results of all planned runs into the output folder.
func (o Options) execute(ctx context.Context) error {
	runs := o.Plan()
	if len(runs) == 0 {
		return nil
	}
	for _, r := range runs {
		if err := os.MkdirAll(o.RunDir(r), 0o755); err != nil {
			return err
		}
	}
	for _, w := range Warnings(runs...) {
		o.Status.Say("warning: %s", w)
	}
	o.Status.begin(runs)
	data := &experiment.Data{Options: o.Data}
	workers := lane.NewPool(o.Workers).Workers()
	// Runs that deploy read the results of others: they wait for all of these.
	cut := len(runs)
	for i, r := range runs {
		if r.Deploys() {
			cut = i
			break
		}
	}
	for _, part := range [][]experiment.Run{runs[:cut], runs[cut:]} {
		if err := o.parallel(ctx, part, workers, data); err != nil {
			return err
		}
	}
	return artifact.WriteManifest(o.Out)
}

// parallel executes runs side by side, each on its share of the workers.
func (o Options) parallel(ctx context.Context, runs []experiment.Run, workers int, data *experiment.Data) error {
	if len(runs) == 0 {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	side := min(workers, len(runs))
	jobs := make(chan experiment.Run)
	var wg sync.WaitGroup
	for i := range side {
		share := workers / side
		if i < workers%side {
			share++
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			lab := &experiment.Lab{Data: data, Pool: lane.NewPool(share), Given: o.Given, Progress: o.Status.epoch}
			for r := range jobs {
				if ctx.Err() != nil {
					continue
				}
				lab.Dir = o.RunDir(r)
				if err := o.one(ctx, lab, r); err != nil {
					cancel(err)
				}
			}
		}()
	}
	for _, r := range runs {
		jobs <- r
	}
	close(jobs)
	wg.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return ctx.Err()
}

func (o Options) one(ctx context.Context, lab *experiment.Lab, r experiment.Run) error {
	fresh := !experiment.Complete(lab.Dir, r)
	start := time.Now()
	res, err := lab.Execute(ctx, r)
	if err != nil {
		if errors.Is(err, context.Canceled) {
			return err
		}
		return fmt.Errorf("run %s: %w", r.ID(), err)
	}
	took := time.Since(start)
	o.Status.run(res, took, fresh)
	if fresh {
		return o.log(r, took)
	}
	return nil
}

// log keeps how long a run took, beside the artifacts: a clock must not be read
// into a result.
func (o Options) log(r experiment.Run, took time.Duration) (err error) {
	f, err := os.OpenFile(filepath.Join(o.Out, "timings.csv"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = fmt.Fprintf(f, "%s,%s,%.2f\n", o.Profile.Name, r.ID(), took.Seconds())
	return err
}
