package main

import (
	"github.com/spf13/cobra"

	"lightfast/reproduce/bench"
)

func benchCommand() *cobra.Command {
	var o bench.Options
	c := &cobra.Command{
		Use:   "bench",
		Short: "Time lightfast on this machine, beside other libraries",
		Long: `Times matrix products, Fourier transforms, propagation and training steps on one
thread and on several, and says which share of what the machine can do that is.
With --peers the same work is given to OpenBLAS, FFTW and PyTorch where they are
installed (scripts/peers/README.md), in turn with ours, and medians are compared.
With --scaling it measures how the cost grows with ports, batch, field and
workers, and fits exponents.

The seconds under "authors" (3.3 in silico, 3.5 PAT, 8.2 DAT) were handed down for
the authors' code on one core of a similar machine. With LIGHTFAST_AUTHORS set to
a checkout of their repository, their own steps are timed as a peer.`,
		Example: `  go run ./reproduce bench
  go run ./reproduce bench --peers --out /tmp/bench
  go run ./reproduce bench --only sgemm,fft2 --peers --runs 21
  go run ./reproduce bench --scaling`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return bench.Run(c.Context(), c.OutOrStdout(), o)
		},
	}
	c.Flags().BoolVar(&o.Peers, "peers", false, "time OpenBLAS, FFTW and PyTorch too, where they are installed")
	c.Flags().BoolVar(&o.Scaling, "scaling", false, "measure how the cost grows")
	c.Flags().IntVar(&o.Runs, "runs", 11, "rounds, of which the median is shown")
	c.Flags().IntVar(&o.Workers, "workers", 0, "threads beside one (default: all processors)")
	c.Flags().StringSliceVar(&o.Only, "only", nil, "words in the names of the works to time")
	c.Flags().StringVar(&o.Out, "out", "", "folder for the results as CSV and pictures")
	return c
}
