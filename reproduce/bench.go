package main

import (
	"context"
	"fmt"
	"io"
	"sort"
	"time"

	"github.com/spf13/cobra"

	"lightfast/pnn/device"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

func benchCommand() *cobra.Command {
	var workers, runs int
	c := &cobra.Command{
		Use:   "bench",
		Short: "Time training steps on this machine",
		Long: `Times one training step of the three-mesh network of 64 ports on a batch of 500
by each method, on one worker and on several. The last column divides a fixed
yardstick by our time: 3.3 s (in silico), 3.5 s (PAT) and 8.2 s (DAT), handed down
for the authors' code on one core of a similar machine. This command does not
run the authors' code.`,
		Example: `  go run ./reproduce bench
  go run ./reproduce bench --workers 4 --runs 21`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if runs < 5 {
				return fmt.Errorf("--runs %d: expected at least 5, of which the median is shown", runs)
			}
			return bench(c.Context(), c.OutOrStdout(), lane.NewPool(workers).Workers(), runs)
		},
	}
	c.Flags().IntVar(&workers, "workers", 0, "processors to use beside one (default: all)")
	c.Flags().IntVar(&runs, "runs", 11, "timed steps of each method")
	return c
}

// benched is a training step to time.
type benched struct {
	name      string
	method    train.Method
	yardstick float64 // seconds handed down for the authors' step on one core
}

func bench(ctx context.Context, w io.Writer, workers, runs int) error {
	fmt.Fprintf(w, "kernels %s; one training step, 3 meshes of 64 ports, batch 500, error predictors 4-8-16; median of %d\n\n", lane.ISA(), runs)
	fmt.Fprintf(w, "%-26s %14s %14s %22s\n", "method", "1 worker", fmt.Sprintf("%d workers", workers), "yardstick / 1 worker")
	for _, b := range []benched{
		{"in silico", train.InSilico{}, 3.3},
		{"PAT", train.PAT{}, 3.5},
		{"DAT w/o IS", train.DAT{}, 0},
		{"DAT w/ IS, unitary", train.DAT{States: []int{0, 1}}, 8.2},
		{"DAT w/ IS, separable", train.DAT{States: []int{0, 1}, Separable: true}, 0},
	} {
		one, err := timeStep(ctx, b.method, 1, runs)
		if err != nil {
			return err
		}
		all, err := timeStep(ctx, b.method, workers, runs)
		if err != nil {
			return err
		}
		ratio := ""
		if b.yardstick > 0 {
			ratio = fmt.Sprintf("%.0f x", b.yardstick/one.Seconds())
		}
		fmt.Fprintf(w, "%-26s %11.2f ms %11.2f ms %22s\n", b.name, 1e3*one.Seconds(), 1e3*all.Seconds(), ratio)
	}
	return nil
}

// timeStep is the median time of a training step on random inputs.
func timeStep(ctx context.Context, m train.Method, workers, runs int) (time.Duration, error) {
	spec := model.MPNN{Ports: 64, Meshes: 3, Classes: 10, Features: [3]int{4, 8, 16}}
	pool := lane.NewPool(workers)
	net, err := model.NewMPNN[float32](spec, nil)
	if err != nil {
		return 0, err
	}
	net.Initialise(1)
	errs, err := device.Fabricate(spec, mesh.Sigma{Phase: 0.06, Splitter: 0.06}, 1)
	if err != nil {
		return 0, err
	}
	chip, err := device.NewChip(spec, errs, device.ChipOptions{States: []int{0, 1}, Phase: true, Pool: pool})
	if err != nil {
		return 0, err
	}
	const batch = 500
	data := &train.Labelled{Fields: &lane.Samples[float32]{Rows: 2 * spec.Ports}}
	s := lane.NewStream(1, "benchmark", 0)
	index := make([]int, batch)
	for i := range index {
		index[i] = i
		data.Labels = append(data.Labels, uint8(s.Intn(spec.Classes)))
		for range 2 * spec.Ports {
			data.Fields.Data = append(data.Fields.Data, float32(s.Normal()))
		}
	}
	rate := optim.Halving{Rate: 1e-3}
	session, err := train.New(net, chip, m, data, data, train.Settings{Epochs: 1, Batch: batch, Rate: rate, SEPNRate: rate, Protocol: train.Published}, pool)
	if err != nil {
		return 0, err
	}
	b := train.Batch{Fields: lane.NewBatch[float32](batch, 2*spec.Ports), Labels: data.Labels}
	b.Fields.Gather(data.Fields, index)
	var times []time.Duration
	for i := range runs + 2 {
		start := time.Now()
		if _, err := m.Step(ctx, session, b); err != nil {
			return 0, err
		}
		if i >= 2 { // the first steps make room
			times = append(times, time.Since(start))
		}
	}
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	return times[len(times)/2], nil
}
